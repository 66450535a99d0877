"""The log of a link that fails again and again: once loudly, then quietly, then the recovery."""

from __future__ import annotations

import logging


class FaultLog:
    """Logs the first failure as WARNING, repeats as DEBUG and the recovery as INFO."""

    def __init__(self, logger: logging.Logger, what: str) -> None:
        self._logger = logger
        self._what = what
        self._failing = False

    def failed(self, detail: str) -> None:
        """Log a failure."""
        self._logger.log(logging.DEBUG if self._failing else logging.WARNING, "%s: %s", self._what, detail)
        self._failing = True

    def recovered(self) -> None:
        """Log that it works again, if it had failed."""
        if self._failing:
            self._logger.info("%s: works again", self._what)
        self._failing = False

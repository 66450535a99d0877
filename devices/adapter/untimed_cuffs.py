"""Knows a new cuff result from one that is repeated, of a sender that does not say when it was determined."""

from __future__ import annotations

from typing import Literal

from devices.model import CuffResult, Validity

Verdict = Literal["new", "repeated", "unknown"]


class UntimedCuffs:
    """Remembers the last result of one device.

    A result is new where it differs from the last one; a gap between them means nothing, because many senders
    do not repeat it in every message. The first since we began to listen may be of any age.
    """

    def __init__(self) -> None:
        self._last: tuple[object, ...] | None = None
        self._failed = False
        self._heard = False

    def gap(self) -> None:
        """Take note that messages may have been missed: what comes next may be of any age."""
        self._heard = False

    def judge(self, result: CuffResult) -> Verdict:
        """Say what this result is, and remember it."""
        heard, failed = self._heard, self._failed
        self._heard, self._failed = True, result.validity is Validity.INVALID
        if self._failed:
            return "repeated" if failed else "new" if heard else "unknown"
        token = result.result_id, result.systolic, result.diastolic, result.mean
        known, self._last = token == self._last, token
        if known:
            return "repeated"
        return "new" if heard else "unknown"

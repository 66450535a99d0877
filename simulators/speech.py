"""In which languages the trainer's page can be read; the words of others than English are handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

COOKIE = "language"
"""Names the language that was chosen in this browser, for every page of this machine."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The languages by their own names, and the translations of each by their English."""

    names: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    usual: str = "en"
    """Of whoever has not chosen."""

    def chosen(self, wanted: str | None) -> str:
        """Return the language that is wanted, where it is known here."""
        return wanted if wanted is not None and wanted in self.names else self.usual


ENGLISH = Speech({"en": "English"}, {})

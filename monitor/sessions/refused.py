"""What an action is answered with that changes nothing."""

from __future__ import annotations


class Refused(Exception):
    """The action is refused and changes nothing; `str()` is a sentence for staff."""

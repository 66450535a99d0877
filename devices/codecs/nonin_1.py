"""Nonin serial format 1: SpO₂ and pulse rate, one record of three bytes a second, nothing to send.

    1 R OOT LPRF MPRF ARTF HR8 HR7 | 0 HR6…0 | 0 SpO₂

Source: Nonin OEM III specification, serial format 1, which was not at hand; nonin_records.py has how a
record is judged.
"""

from __future__ import annotations

from devices.codecs import Codec
from devices.codecs.nonin_records import NoninRecords


def nonin_1() -> Codec:
    """Return a codec for one oximeter."""
    return NoninRecords(frozenset({3}))

"""Nonin data format 8: SpO₂ and pulse rate, one record a second, nothing to send.

    1 R OOT LPRF MPRF ARTF HR8 HR7 | 0 HR6…0 | 0 SpO₂ | 0 R SPA R SNSA R R LOWBAT  (older boards: three bytes)

Source: Nonin 9560 Bluetooth specification, data format 8; nonin_records.py has how a record is judged.
"""

from __future__ import annotations

from devices.codecs import Codec
from devices.codecs.nonin_records import NoninRecords


def nonin_8() -> Codec:
    """Return a codec for one oximeter."""
    return NoninRecords(frozenset({3, 4}))

"""CONTEC CMS50D+ before firmware 4.6, older CMS50E and CMS50F, CMS-P: 60 packets of five bytes a second.

    1 beep SpO₂-dropping searching-too-long strength | 0 waveform | 0 rate-b7 searching probe-error bar |
    0 rate b6…0 | 0 SpO₂

Source: CONTEC, Communication protocol of pulse oximeter V5.0A; five_bytes.py has what it shares with another.
"""

from __future__ import annotations

from devices.codecs import Codec
from devices.codecs.five_bytes import FiveBytes
from devices.codecs.status import Sign
from devices.model import Validity

FIRST: dict[int, Sign] = {0x10: Sign("search_timeout", Validity.INVALID)}
"""Bits of the first byte; 0x20, SpO₂ dropping, says nothing against the number."""

THIRD: dict[int, Sign] = {
    0x20: Sign("searching", Validity.INVALID),
    0x10: Sign("probe_off", Validity.INVALID),
}


def contec_5byte() -> Codec:
    """Return a codec for one oximeter."""
    return FiveBytes(FIRST, THIRD, packets_per_s=60)

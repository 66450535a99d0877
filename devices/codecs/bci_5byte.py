"""Berry and BCI finger clips and boards: 100 packets of five bytes a second, nothing to send.

    1 beep probe-unplugged no-signal strength | 0 waveform | 0 rate-b7 searching no-finger bar |
    0 rate b6…0 | 0 SpO₂

Source: Berry, BCI Protocol V1.2; five_bytes.py has what it shares with another.
"""

from __future__ import annotations

from devices.codecs import Codec
from devices.codecs.five_bytes import FiveBytes
from devices.codecs.status import Sign
from devices.model import Validity

FIRST: dict[int, Sign] = {
    0x20: Sign("probe_unplugged", Validity.INVALID),
    0x10: Sign("no_data", Validity.INVALID),
}
THIRD: dict[int, Sign] = {
    0x20: Sign("searching", Validity.INVALID),
    0x10: Sign("probe_off", Validity.INVALID),
}


def bci_5byte() -> Codec:
    """Return a codec for one oximeter."""
    return FiveBytes(FIRST, THIRD, packets_per_s=100)

"""Nonin tabletop print-out: SpO₂ and pulse rate, a line a second, nothing to send.

    14:30:15 SPO2=097 HR=072*F      time, `*` (event mark) and `F` (fast averaging) may be absent


Missing is `---`. The line has no status and no checksum: dashes are all it says of a sensor that is off.

Source: Nonin 9600 Avant, 7500, 8500 and 9847 operator's manuals, real-time serial output.
"""

from __future__ import annotations

import re

from devices.codecs import Codec
from devices.codecs.framing import LineCodec
from devices.codecs.judging import judged_oximetry
from devices.model import DeviceEvent, Malformed

_MAX_LINE = 128
_LINE = re.compile(rb"SPO2=(\d{3}|---) +HR=(\d{3}|---) *\*? *F? *")
_BEFORE = re.compile(rb" *(?:\d\d:\d\d:\d\d +)?")


def nonin_ascii() -> Codec:
    """Return a codec for one oximeter."""
    return LineCodec(_read_line, _MAX_LINE)


def _read_line(line: bytes) -> list[DeviceEvent]:
    at = max(0, line.rfind(b"SPO2="))  # an earlier one belongs to a line that lost its end
    match = _LINE.fullmatch(line[at:])
    if match is None:
        return [Malformed(len(line), "not a line of values")]
    junk = () if _BEFORE.fullmatch(line[:at]) else (Malformed(at, "junk before a line"),)
    spo2, rate = (None if field == b"---" else float(field) for field in match.groups())
    return [*junk, *judged_oximetry(spo2, rate)]

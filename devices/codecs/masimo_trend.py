"""Masimo trend dump: SpO₂, pulse rate and perfusion index out of the oximeter's memory.

    02/03/26 14:30:15 SpO2=097 PR=072 PI=03.25 EXC=800:SET                    (one line every 2 s of trend)

All of it is history: it is decoded, and never shown as live. 000 is missing. EXC has the bits of ASCII-1,
followed by their names; a name that is known counts also where its bit is not set.

Source: the trend print-outs that owners of a Rad-8 published; EXC as in Masimo Rad-8
Operator's Manual p. 7-3.
"""

from __future__ import annotations

import re

from devices.codecs import Codec
from devices.codecs.framing import LineCodec
from devices.codecs.judging import device_clock, judged_observation
from devices.codecs.masimo_ascii1 import EXC_FLAGS, INVALID_MASK, QUESTIONABLE_MASK
from devices.model import DeviceEvent, Malformed, MetricCode, RateMethod, Validity

NAMES = {"OffPat": 0x020, "Search": 0x008, "LowSigIQ": 0x400}
"""Name behind EXC → the bit that it stands for. Source: captured lines."""

_MAX_LINE = 256
_LINE = re.compile(
    rb"(\d\d)/(\d\d)/(\d\d) +(\d\d):(\d\d):(\d\d) +SpO2=(\d{3}) +PR=(\d{3}) +PI=(\d\d\.\d\d)"
    rb" +EXC=([0-9A-Fa-f]{3}):([A-Za-z0-9]+(?:,[A-Za-z0-9]+)*)? *"
)
_START = re.compile(rb"\d\d/\d\d/\d\d +\d\d:\d\d:\d\d ")


def masimo_trend() -> Codec:
    """Return a codec for one dump."""
    return LineCodec(_read_line, _MAX_LINE)


def _read_line(line: bytes) -> list[DeviceEvent]:
    starts = [match.start() for match in _START.finditer(line)]
    at = starts[-1] if starts else 0  # an earlier one belongs to a line that lost its end
    junk: list[DeviceEvent] = [Malformed(at, "junk before a line")] if at else []
    match = _LINE.fullmatch(line[at:])
    if match is None:
        return [*junk, Malformed(len(line) - at, "not a line of a trend dump")]
    month, day, year, *time = (int(part) for part in match.groups()[:6])
    spo2, rate, perfusion = (float(part) or None for part in match.groups()[6:9])
    bits = int(match[10], 16)
    for name in (match[11] or b"").decode("ascii").split(","):
        bits |= NAMES.get(name, 0)
    return junk + [
        judged_observation(
            metric,
            value,
            _validity(bits),
            tuple(dict.fromkeys(flag for bit, flag in EXC_FLAGS.items() if bits & bit)),
            device_time=device_clock(2000 + year, month, day, *time),
            method=RateMethod.OXIMETER if metric is MetricCode.PULSE_RATE else None,
            history=True,
        )
        for metric, value in (
            (MetricCode.SPO2, spo2),
            (MetricCode.PULSE_RATE, rate),
            (MetricCode.PERFUSION_INDEX, perfusion),
        )
    ]


def _validity(bits: int) -> Validity:
    if bits & INVALID_MASK:
        return Validity.INVALID
    return Validity.QUESTIONABLE if bits & QUESTIONABLE_MASK else Validity.VALID

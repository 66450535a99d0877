"""Masimo ASCII-1: SpO₂, pulse rate and perfusion index, one line a second, nothing to send.

    02/03/26 14:30:15 SN=0000123456 SPO2=097% BPM=072 PI=03.25% SPCO=--.-% SPMET=--.-% DESAT=--
    PIDELTA=+-- ALARM=0000 EXC=000800                                         (one line on the wire)

Read as KEY=VALUE, not by column: some have PVI; a colour Radical-7 adds SPHB, SPOC, RESVD and EXC1, widens
ALARM and EXC and may leave `%` and decimals out; a Radical-5 has no SN and shorter ones. EXC is the status.
It stands last, so a line that lost its end has lost EXC too and cannot be judged. The line carries no
checksum: one damaged token condemns all of it. Numbers have leading zeros, so one with fewer digits has lost
some: 098 must not become 9. Numbers of a line that is not built as those before it are not told, until a
second one is built so too: bytes that were lost may have joined the numbers of one second to the status of
the next.

Source: Masimo Rad-8 Operator's Manual, pp. 4-24 and 7-3; Rad-87 Operator's Manual, serial interface.
"""

from __future__ import annotations

import re
from datetime import datetime

from devices.codecs import Codec
from devices.codecs.framing import LineCodec
from devices.codecs.judging import device_clock, judged_observation
from devices.model import DeviceEvent, Malformed, MetricCode, Observation, RateMethod, Validity

INVALID_MASK = 0x03D1AB
"""EXC bits with which no number is a measurement. Source: this project's rule over the table on p. 7-3."""

QUESTIONABLE_MASK = 0x000454
"""EXC bits with which a number may be wrong. Source: as above."""

EXC_FLAGS: dict[int, str] = {
    0x000001: "probe_unplugged",  # no sensor
    0x000002: "probe_defective",
    0x000004: "low_perfusion",
    0x000008: "searching",
    0x000010: "interference",
    0x000020: "probe_off",
    0x000040: "ambient_light",
    0x000080: "probe_defective",  # unrecognised sensor
    0x000100: "probe_defective",  # incompatible sensor
    0x000400: "low_signal",
    0x001000: "probe_unplugged",  # no cable
    0x002000: "probe_expired",  # cable
    0x004000: "probe_defective",  # incompatible cable
    0x008000: "probe_defective",  # unrecognised cable
    0x010000: "probe_defective",  # cable
    0x020000: "calibrating",
    0x040000: "probe_expired",  # sensor
}
"""EXC bits → flags. 0x800, SET running, is the normal state; what concerns SpCO and SpMet is left out.

Source: Rad-8 Operator's Manual p. 7-3.
"""

ALARM_FLAGS: dict[int, str] = {0x0010: "alarm_active", 0x0020: "alarm_silenced", 0x0040: "low_battery"}
"""ALARM bits that concern every number. Source: Rad-8 Operator's Manual p. 4-24."""

LIMIT_BITS: dict[MetricCode, int] = {
    MetricCode.SPO2: 0x0001 | 0x0002,
    MetricCode.PULSE_RATE: 0x0004 | 0x0008,
    MetricCode.PERFUSION_INDEX: 0x2000,
}
"""ALARM bits that say one number is beyond the device's own limits. Source: as above."""

_KEYS = {
    "SPO2": MetricCode.SPO2,
    "BPM": MetricCode.PULSE_RATE,
    "PI": MetricCode.PERFUSION_INDEX,
}
_WHOLE = re.compile(r"\d{3}%?")
_FORMS = {"SPO2": _WHOLE, "BPM": _WHOLE, "PI": re.compile(r"\d{1,2}(?:\.\d{1,2})?%?")}
"""How a number is written; a PI is shorter on some."""
_MAX_LINE = 512
_CLOCK = re.compile(rb"(\d\d)/(\d\d)/(\d\d) +(\d\d):(\d\d):(\d\d)(?= )")
_MISSING = re.compile(r"[-.]*-[-.]*%?")
_HEX = re.compile(r"[0-9A-Fa-f]{1,7}")
_EXC_DIGITS = {2: 3, 4: 6, 6: 7}
"""Digits of ALARM → digits of EXC: Radical-5, Rad-8 and Rad-87, Radical-7. Source: captured lines."""


class _Damaged(ValueError):
    """A line that cannot be judged; the text says why."""


def masimo_ascii1() -> Codec:
    """Return a codec for one oximeter."""
    return LineCodec(_Lines().read, _MAX_LINE)


class _Lines:
    """Reads the lines of one oximeter; remembers how they are built."""

    def __init__(self) -> None:
        self._build: tuple[str, ...] = ()
        self._other: tuple[str, ...] = ()
        """Of the last line that was not built so."""

    def read(self, line: bytes) -> list[DeviceEvent]:
        """Return the events of one line."""
        clocks = list(_CLOCK.finditer(line))
        if not clocks:
            return [Malformed(len(line), "no date and time: not a line of ASCII-1")]
        clock = clocks[-1]  # an earlier one belongs to a line that lost its end
        junk: list[DeviceEvent] = [Malformed(clock.start(), "junk before a line")] if clock.start() else []
        try:
            fields = _fields(line[clock.end() :])
            observations = _observations(fields, _device_time(clock))
            if not self._is_known(fields) and any(seen.value is not None for seen in observations):
                msg = "not built as the line before: it may have lost a part"
                raise _Damaged(msg)
        except _Damaged as damaged:
            return [*junk, Malformed(len(line) - clock.start(), str(damaged))]
        return [*junk, *observations]

    def _is_known(self, fields: dict[str, str]) -> bool:
        build = (*fields, str(len(fields.get("PI", ""))))
        if self._build and build not in (self._build, self._other):
            self._other = build
            return False
        self._build = build
        return True


def _fields(text: bytes) -> dict[str, str]:
    if not (text.isascii() and text.decode("latin-1").isprintable()):
        msg = "a byte that is not printable ASCII"
        raise _Damaged(msg)
    tokens = [token.partition("=") for token in text.decode("ascii").split()]
    fields = {key: value for key, separator, value in tokens if separator and key}
    if len(fields) != len(tokens):
        msg = "expected KEY=VALUE, each key once"
        raise _Damaged(msg)
    return fields


def _observations(fields: dict[str, str], device_time: datetime | None) -> list[Observation]:
    exceptions, alarms = _bits(fields, "EXC"), _bits(fields, "ALARM")
    expected = _EXC_DIGITS.get(len(fields["ALARM"]))
    if expected is None:
        msg = f"ALARM={fields['ALARM']}: expected {', '.join(map(str, _EXC_DIGITS))} digits"
        raise _Damaged(msg)
    if len(fields["EXC"]) < expected:
        # A shortened 000020 (sensor off) would read as 0000, all well.
        msg = f"EXC={fields['EXC']}: expected {expected} digits, the line lost its end"
        raise _Damaged(msg)
    values = {metric: _value(key, fields[key]) for key, metric in _KEYS.items() if key in fields}
    if MetricCode.SPO2 not in values:
        msg = "no SPO2: not a line of live values"
        raise _Damaged(msg)
    common = (*_named(EXC_FLAGS, exceptions), *_named(ALARM_FLAGS, alarms))
    return [
        judged_observation(
            metric,
            value,
            _validity(exceptions),
            (*common, "limit_violation") if alarms & LIMIT_BITS[metric] else common,
            device_time=device_time,
            method=RateMethod.OXIMETER if metric is MetricCode.PULSE_RATE else None,
        )
        for metric, value in values.items()
    ]


def _validity(exceptions: int) -> Validity:
    if exceptions & INVALID_MASK:
        return Validity.INVALID
    return Validity.QUESTIONABLE if exceptions & QUESTIONABLE_MASK else Validity.VALID


def _named(table: dict[int, str], bits: int) -> tuple[str, ...]:
    """Return the flags of the bits that are set, each once, lowest bit first."""
    return tuple(dict.fromkeys(flag for bit, flag in table.items() if bits & bit))


def _bits(fields: dict[str, str], key: str) -> int:
    text = fields.get(key)
    if text is None:
        msg = f"no {key}: validity cannot be judged"
        raise _Damaged(msg)
    if not _HEX.fullmatch(text):
        msg = f"{key}={text}: expected hexadecimal digits"
        raise _Damaged(msg)
    return int(text, 16)


def _value(key: str, text: str) -> float | None:
    if _MISSING.fullmatch(text):
        return None
    if not _FORMS[key].fullmatch(text):
        msg = f"{key}={text}: expected a number of all its digits, or dashes"
        raise _Damaged(msg)
    return float(text.rstrip("%"))


def _device_time(clock: re.Match[bytes]) -> datetime | None:
    month, day, year, hour, minute, second = (int(part) for part in clock.groups())
    return device_clock(2000 + year, month, day, hour, minute, second)

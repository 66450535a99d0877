"""Nellcor ASCII: SpO₂ and pulse rate, a line every two seconds under page headers; nothing to send.

    N-560    VERSION 1.56.00    CRC:XXXX  SpO2 Limit: 90-100%    PR Limit: 60-170BPM
                                 ADULT            0SAT-S
    TIME                 %SpO2   BPM     PA     Status
    03-Feb-26 14:30:15    97      72     45

    columns   0-17 DD-MMM-YY HH:MM:SS | 21-23 SpO2, 24 `*` | 29-31 BPM, 32 `*` | 37-39 pulse amplitude |
              44… status

`*` marks a number beyond a limit of the device. Numbers stand beside the status when they are no longer
measured, so the status decides; so does an amplitude of `---`, which means that there is no pulse. The status
field is padded with blanks: of a line that is too short only what it says against its numbers counts, for it
may have lost more. Where no line ever was padded, because somebody cut the blanks off, the third such line in
a row and those after it are told, and are questionable. A handheld writes the month in capitals and dumps its
memory: those lines are history.

Source: Nellcor NPB-290/295 manuals, pp. 69-85, and published print-outs of an N-560 and of a handheld.
"""

from __future__ import annotations

import re
from datetime import datetime

from devices.codecs.framing import LineCodec
from devices.codecs.judging import device_clock, judged_observation
from devices.codecs.status import Sign, judged
from devices.model import (
    DeviceEvent,
    DeviceInfo,
    DeviceLimit,
    Malformed,
    MetricCode,
    RateMethod,
    Validity,
)

SHORTEST = 61
"""Characters of a whole line. Source: captured lines have 61 or 64."""

STATUS: dict[str, Sign] = {
    "AO": Sign("alarm_silenced"),  # alarm switched off
    "AS": Sign("alarm_silenced"),
    "LB": Sign("low_battery"),
    "LM": Sign("interference", Validity.INVALID),  # loss of pulse with interference
    "LP": Sign("no_data", Validity.INVALID),  # loss of pulse
    "MO": Sign("interference", Validity.QUESTIONABLE),
    "PH": Sign("limit_violation"),
    "PL": Sign("limit_violation"),
    "PS": Sign("searching", Validity.INVALID),
    "SD": Sign("probe_unplugged", Validity.INVALID),
    "SH": Sign("limit_violation"),
    "SL": Sign("limit_violation"),
    "SO": Sign("probe_off", Validity.INVALID),
}
"""Status code → what it means. Source: NPB-290/295 manual, status codes of the print-out."""

_OF_ONE = {
    "PH": MetricCode.PULSE_RATE,
    "PL": MetricCode.PULSE_RATE,
    "SH": MetricCode.SPO2,
    "SL": MetricCode.SPO2,
}
"""Codes that concern one number only."""

_NO_PULSE = Sign("no_data", Validity.INVALID)
_NOT_PADDED = Sign("no_sensor_status", Validity.QUESTIONABLE)
_BEYOND = Sign("limit_violation")

NOT_TEXT = "a byte that is not printable ASCII"

_CUT = 3
"""Lines in a row without padding after which it is taken for cut off everywhere. Ours, not the maker's."""

_MAX_LINE = 256
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_CLOCK = re.compile(r"(\d\d)-([A-Za-z]{3})-(\d\d) (\d\d):(\d\d):(\d\d)")
_FIELD = re.compile(r" *(\d+|---)")
_ROW = re.compile(
    r"(?P<clock>.{18}) {3}(?P<spo2>.{3})(?P<s>[ *]) {4}(?P<rate>.{3})(?P<r>[ *]) {4}(?P<pa>.{3})(?: {4}"
    r"(?P<status>.*))?"
)
_MODEL = re.compile(
    r"(?P<model>\S+) +VERSION +(?P<version>\S+)(?: +CRC: *(?P<crc>\S+))?"
    r" +SpO2 Limit: *(?P<s_low>\d+)- *(?P<s_high>\d+)% +PR Limit: *(?P<p_low>\d+)- *(?P<p_high>\d+) *BPM *",
    re.IGNORECASE,
)
_PATIENT = re.compile(
    r" *(?:SPO2 RESP MODE: *(?P<response>NORMAL|FAST) *)?(?P<patient>ADULT|NEO[A-Z]*)?"
    r" *(?P<sat>\d+) ?SAT-S *(?:SPO2 RESP MODE: *(?P<response_2>NORMAL|FAST))? *|"
    r" *(?:SPO2 RESP MODE: *(?P<response_3>NORMAL|FAST) *)?(?P<patient_2>ADULT|NEO[A-Z]*) *"
    r"(?:SPO2 RESP MODE: *(?P<response_4>NORMAL|FAST))? *",
    re.IGNORECASE,
)
_COLUMNS = re.compile(r"TIME +%SpO2 +BPM +PA +Status *", re.IGNORECASE)


class Nellcor:
    """A codec for one oximeter; it remembers the header, so that it tells what changed in it."""

    def __init__(self) -> None:
        self._lines = LineCodec(self._read_line, _MAX_LINE)
        self._header: list[str] = []
        self._told: DeviceInfo | None = None
        self._cut: int | None = 0
        """Lines in a row without padding; None once one had it."""

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events completed by these bytes; keep what is unfinished."""
        return self._lines.feed(data)

    def finish(self) -> list[DeviceEvent]:
        """Report unfinished bytes as malformed and forget them."""
        return self._lines.finish()

    def _read_line(self, line: bytes) -> list[DeviceEvent]:
        text = line.decode("latin-1")
        clocks = list(_CLOCK.finditer(text))
        if clocks:
            at = clocks[-1].start()  # an earlier one belongs to a line that lost its end
            junk: list[DeviceEvent] = [Malformed(at, "junk before a line")] if at else []
            return junk + self._read_row(text[at:])
        if not _is_text(text):
            return [Malformed(len(line), NOT_TEXT)]
        if _MODEL.fullmatch(text):
            self._header = [text]
            return []
        if _PATIENT.fullmatch(text):
            self._header = [*self._header[:1], text]
            self._cut = None if text.endswith(" ") else self._cut
            return []
        if _COLUMNS.fullmatch(text):
            return self._end_of_header()
        return [Malformed(len(text), "no date and time: not a line of values")] if text.strip() else []

    def _read_row(self, row: str) -> list[DeviceEvent]:
        """Read what begins with a date and a time."""
        if not _is_text(row):
            return [Malformed(len(row), NOT_TEXT)]
        match = _ROW.fullmatch(row)
        codes = (match["status"] or "").split() if match else []
        unknown = [code for code in codes if code not in STATUS]
        numbers = [_FIELD.fullmatch(match[name]) for name in ("spo2", "rate", "pa")] if match else []
        if match is None or unknown or not all(numbers):
            reason = (
                f"status {unknown[0]!r}: expected known codes"
                if unknown
                else "expected numbers in their columns"
            )
            return [Malformed(len(row), reason)]
        if not self._may_be_whole(row) and not _lost(codes):
            reason = f"a line of {len(row)} characters: expected {SHORTEST}, it may have lost its status"
            return [Malformed(len(row), reason)]
        return _judged(match, codes, whole=len(row) >= SHORTEST or _lost(codes))

    def _may_be_whole(self, row: str) -> bool:
        if row.endswith(" "):
            self._cut = None
        elif self._cut is not None and len(row) < SHORTEST:
            self._cut += 1
        elif self._cut is not None and self._cut < _CUT:
            self._cut = 0
        return len(row) >= SHORTEST or (self._cut or 0) >= _CUT

    def _end_of_header(self) -> list[DeviceEvent]:
        lines, self._header = self._header, []
        model = _MODEL.fullmatch(lines[0]) if lines else None
        if model is None:
            return []
        info = _info(model, lines[1] if len(lines) > 1 else "")
        if info == self._told:
            return []
        self._told = info
        return [info]


def _info(model: re.Match[str], second: str) -> DeviceInfo:
    patient = _PATIENT.fullmatch(second)
    named = {} if patient is None else {k.split("_")[0]: v for k, v in patient.groupdict().items() if v}
    return DeviceInfo(
        model["model"],
        model["version"],
        (
            DeviceLimit(MetricCode.SPO2, float(model["s_low"]), float(model["s_high"])),
            DeviceLimit(MetricCode.PULSE_RATE, float(model["p_low"]), float(model["p_high"])),
        ),
        tuple((name, named[name]) for name in ("patient", "sat", "response") if name in named),
    )


def _is_text(line: str) -> bool:
    return line.isascii() and line.isprintable()


def _judged(match: re.Match[str], codes: list[str], *, whole: bool) -> list[DeviceEvent]:
    no_pulse = match["pa"].strip() == "---"
    clock = _CLOCK.fullmatch(match["clock"])
    assert clock is not None
    return [
        judged_observation(
            metric,
            _value(match[name]),
            *judged(
                [
                    *(STATUS[code] for code in codes if _OF_ONE.get(code, metric) is metric),
                    *([_BEYOND] if match[star] == "*" else []),
                    *([_NO_PULSE] if no_pulse and not _lost(codes) else []),
                    *([] if whole else [_NOT_PADDED]),
                ]
            ),
            device_time=_device_time(clock),
            method=method,
            history=clock[2].isupper(),
        )
        for metric, name, star, method in (
            (MetricCode.SPO2, "spo2", "s", None),
            (MetricCode.PULSE_RATE, "rate", "r", RateMethod.OXIMETER),
        )
    ]


def _lost(codes: list[str]) -> bool:
    return any(STATUS[code].validity is Validity.INVALID for code in codes)


def _value(field: str) -> float | None:
    return None if "-" in field else float(field) or None


def _device_time(clock: re.Match[str]) -> datetime | None:
    day, month, year, hour, minute, second = clock.groups()
    if month.upper() not in _MONTHS:
        return None
    number = _MONTHS.index(month.upper()) + 1
    return device_clock(2000 + int(year), number, int(day), int(hour), int(minute), int(second))

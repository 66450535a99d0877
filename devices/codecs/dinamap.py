"""GE DINAMAP PRO, ProCare and CARESCAPE V100, host communications in ASCII: cuff, SpO₂, rate, temperature.

    u P P data… c1 c2 CR            u: unit identifier, a blank; PP: parameter and command letters

    NA  a status | b patient | c type | dddd age s | eee systolic | fff diastolic | ggg mean, mm[Hg]
    OA  a status | bbb SpO2 % | c strength | dd averaging s
    RA  a source | bbb rate /min
    TC  a status | b mode | c counter | ddddd age s | eeee 1/10 degF | f unit on the bedside display

The monitor answers one request at a time. Read by position: any printable character, blanks and quotes
included, can be part of a checksum. RA may go on giving a rate of an oximeter of which OA says that it
measures nothing: once OA said so twice, OA decides. What it answers to the start (NC0) and the cancellation
(ND) of a determination is not published: whatever it is, only NA says how the cuff stands.

Source: GE Host Communications Reference Manual 2010566 Rev E, requirements HC_009 to HC_028 as quoted by
fielded drivers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from devices.codecs.framing import LineCodec
from devices.codecs.judging import judged_cuff, judged_observation
from devices.model import (
    CuffPhase,
    CuffResult,
    CuffState,
    DeviceEvent,
    Malformed,
    MetricCode,
    Observation,
    RateMethod,
    Validity,
)

CHECKSUM_ERROR = "checksum_error"

_MAX_LINE = 256
_CHECKSUM = 2
_REPLIES = {b"NA": 19, b"OA": 10, b"RA": 7, b"TC": 16}
"""Reply → its characters before the checksum."""

_REQUEST = re.compile(rb"[ -~][A-Z]{2}[0-9]?")
_NO_CUFF_YET = 9999
_NO_TEMPERATURE_YET = 99999

_UNKNOWN_STATUS = ("unknown", ("nibp_failed", "unknown_status"))

_CUFF_FAILURES: dict[str, tuple[str, tuple[str, ...]]] = {
    "2": _UNKNOWN_STATUS,
    "3": ("failed", ("nibp_failed",)),
    "4": ("pump_up_timeout", ("cuff_leak", "cuff_timeout")),
    "5": _UNKNOWN_STATUS,
    "6": ("total_timeout", ("cuff_timeout",)),
    "7": ("pressure_timeout", ("cuff_timeout",)),
    "8": ("overpressure", ("cuff_overpressure",)),
    "9": ("unknown", ("nibp_failed",)),
}
"""NA status → the word for it, and its flags. The manual calls 2 unused and does not list 5: unknown is never
a pressure. Source: NA reply, field a."""

_OXIMETER_FAULTS = {"0": "standby", "3": "no_data", "6": "probe_unplugged"}
"""OA status → flag. A ProCare says 3, a PRO says 6, when the sensor is off. Source: OA reply, field a."""

_RATE_SOURCES = {"2": RateMethod.OXIMETER, "3": RateMethod.NIBP}
"""RA source → what was counted; never an ECG. Source: RA reply, field a."""

_TEMPERATURE_FAULTS = {"1": "searching", "2": "search_timeout", "3": "probe_off", "4": "probe_unplugged"}
"""TC status → flag. Source: TC reply, field a."""


def checksum(text: bytes) -> bytes:
    """Return the two checksum characters of a frame from its unit identifier to its last data character.

    Source: T = Σ(c − 0x20 + 1), less 0xFFF while above it; c1 = 0x20 + T[11:6], c2 = 0x20 + T[5:0].
    """
    total = sum(byte - 0x1F for byte in text)
    while total > 0xFFF:
        total -= 0xFFF
    return bytes((0x20 + (total >> 6 & 0x3F), 0x20 + (total & 0x3F)))


def request(command: str) -> bytes:
    """Return the request of a command; the leading CR ends whatever noise went before it."""
    frame = b" " + command.encode("ascii")
    return b"\r" + frame + checksum(frame) + b"\r"


START_DETERMINATION = request("NC0")
CANCEL = request("ND")
"""Control of a medical device: sent only where the configuration allows it."""


class Dinamap:
    """A codec for one monitor; it remembers the last determination, so that each is reported once."""

    def __init__(self) -> None:
        self._lines = LineCodec(self._read_line, _MAX_LINE)
        self._cuff = _Determinations()
        self._cuff_rate_told = False
        self._oximeter_faults: tuple[str, str] = ("", "")
        """Of the last two OA replies; empty where it measured."""
        self._temperature: tuple[str, int] | None = None
        self._replies = 0

    @property
    def replies(self) -> int:
        """Complete lines read so far, good or bad."""
        return self._replies

    def requests(self) -> Sequence[bytes]:
        """Return one round: cuff, oximeter, rate."""
        return tuple(request(command) for command in ("NA", "OA", "RA"))

    def feed(self, data: bytes) -> list[DeviceEvent]:
        """Return the events completed by these bytes; keep what is unfinished."""
        return self._lines.feed(data)

    def finish(self) -> list[DeviceEvent]:
        """Report unfinished bytes as malformed and forget them."""
        return self._lines.finish()

    def _read_line(self, line: bytes) -> list[DeviceEvent]:
        self._replies += 1
        reply = _reply_at_the_end(line)
        if reply is None:
            return [Malformed(len(line), _why_not(line))]
        junk = len(line) - len(reply)
        before: list[DeviceEvent] = [Malformed(junk, "junk before a reply")] if junk else []
        try:
            return before + self._read_reply(reply[:-_CHECKSUM].decode("latin-1"))
        except _UnknownField as unknown:
            return [*before, Malformed(len(reply), str(unknown))]

    def _read_reply(self, text: str) -> list[DeviceEvent]:
        match text[1:3]:
            case "NA":
                events = self._cuff.read(text)
                if any(isinstance(e, CuffResult) and e.validity is not Validity.INVALID for e in events):
                    self._cuff_rate_told = False  # a failed determination leaves the rate of the one before
                return events
            case "OA":
                seen = _read_oximeter(text)
                self._oximeter_faults = self._oximeter_faults[1], _OXIMETER_FAULTS.get(text[3], "")
                return [seen]
            case "RA":
                return self._read_rate(text)
            case _:
                return self._read_temperature(text)

    def _read_temperature(self, text: str) -> list[DeviceEvent]:
        """A temperature is told once: the monitor repeats the last one, however old it is."""
        seen = _read_temperature(text)
        if seen.validity is Validity.INVALID:
            self._temperature = None
            return [seen]
        age = _number(text, 6, 11)
        before, self._temperature = self._temperature, (text[5], age)
        if before is not None and before[0] == text[5] and age >= before[1]:
            return []
        return [seen]

    def _read_rate(self, text: str) -> list[DeviceEvent]:
        method = _RATE_SOURCES.get(text[3])
        if method is None:
            msg = f"RA source {text[3]!r}: expected one of {', '.join(_RATE_SOURCES)}"
            raise _UnknownField(msg)
        if method is RateMethod.NIBP:
            if self._cuff_rate_told:
                return []
            self._cuff_rate_told = True
        missing = text[4:7] in ("000", "-99")
        rate = None if missing else _number(text, 4, 7)
        if method is RateMethod.OXIMETER and all(self._oximeter_faults):
            why = self._oximeter_faults[1:]
            return [judged_observation(MetricCode.PULSE_RATE, None, Validity.INVALID, why, method=method)]
        return [judged_observation(MetricCode.PULSE_RATE, rate, method=method)]


class _UnknownField(ValueError):
    """A reply with a good checksum and a field that the manual does not know."""


@dataclass
class _Determinations:
    """Tells a new determination from one that is read again."""

    busy: int = 0
    """How often in a row it was read while the cuff was at work."""
    failure: str | None = None
    """Status of the failed determination that was told last, until another status."""
    done: tuple[str, int] | None = None
    """Pressures of the last good determination, and its age when last read."""

    def read(self, text: str) -> list[DeviceEvent]:
        """Return what an NA reply has to tell that was not told before."""
        status = text[3]
        if status == "0":
            self.busy += 1
            return [CuffState(CuffPhase.MEASURING)] if self.busy == 1 else []
        if status in _CUFF_FAILURES:
            return self._failed(status)
        if status != "1":
            msg = f"NA status {status!r}: expected one of 0, 1, {', '.join(_CUFF_FAILURES)}"
            raise _UnknownField(msg)
        return self._done(text)

    def _failed(self, status: str) -> list[DeviceEvent]:
        told = status == self.failure and not self.busy
        self.busy, self.failure = 0, status
        if told:
            return []
        word, flags = _CUFF_FAILURES[status]
        return [judged_cuff(None, None, None, None, Validity.INVALID, flags, status=word)]

    def _done(self, text: str) -> list[DeviceEvent]:
        age = _number(text, 6, 10)
        systolic, diastolic, mean = (_number(text, at, at + 3) for at in (10, 13, 16))
        was_busy, self.busy = self.busy, 0
        self.failure = None
        if age == _NO_CUFF_YET:
            return [CuffState(CuffPhase.IDLE)] if was_busy else []
        before, self.done = self.done, (text[10:19], age)
        # Cancelled, it shows the result of before, older by about a second for each time it was read.
        if before is not None and before[0] == text[10:19] and age >= before[1] + was_busy // 2:
            return [CuffState(CuffPhase.IDLE)] if was_busy else []
        return [judged_cuff(systolic, diastolic, mean, None, age_s=float(age), status="ok")]


def _read_oximeter(text: str) -> Observation:
    if text[3] == "1":
        return judged_observation(MetricCode.SPO2, _number(text, 4, 7))
    fault = _OXIMETER_FAULTS.get(text[3])
    if fault is None:
        msg = f"OA status {text[3]!r}: expected one of 1, {', '.join(_OXIMETER_FAULTS)}"
        raise _UnknownField(msg)
    return judged_observation(MetricCode.SPO2, None, Validity.INVALID, (fault,))


def _read_temperature(text: str) -> Observation:
    fault = _TEMPERATURE_FAULTS.get(text[3])
    if fault is not None:
        return judged_observation(MetricCode.TEMPERATURE, None, Validity.INVALID, (fault,))
    if text[3] != "0":
        msg = f"TC status {text[3]!r}: expected one of 0, {', '.join(_TEMPERATURE_FAULTS)}"
        raise _UnknownField(msg)
    if _number(text, 6, 11) == _NO_TEMPERATURE_YET:
        return judged_observation(MetricCode.TEMPERATURE, None)
    return judged_observation(MetricCode.TEMPERATURE, round((_number(text, 11, 15) / 10 - 32) / 1.8, 2))


def _number(text: str, start: int, end: int) -> int:
    digits = text[start:end]
    if not (digits.isascii() and digits.isdigit()):
        msg = f"{text[1:3]} reply, characters {start}-{end - 1}: expected digits, got {digits!r}"
        raise _UnknownField(msg)
    return int(digits)


def _reply_at_the_end(line: bytes) -> bytes | None:
    """Return the known reply that ends where the line ends, if its checksum holds."""
    for candidate in _candidates(line):
        if checksum(candidate[:-_CHECKSUM]) == candidate[-_CHECKSUM:]:
            return candidate
    return None


def _candidates(line: bytes) -> list[bytes]:
    """Return the ends of the line that have the letters and the length of a known reply."""
    ends = {letters: line[-(length + _CHECKSUM) :] for letters, length in _REPLIES.items()}
    return [
        end
        for letters, end in ends.items()
        if end[1:3] == letters and len(end) == _REPLIES[letters] + _CHECKSUM
    ]


def _why_not(line: bytes) -> str:
    """Return why a line holds no reply."""
    if _candidates(line):
        return CHECKSUM_ERROR
    letters = line[1:3]
    body, given = line[:-_CHECKSUM], line[-_CHECKSUM:]
    if checksum(body) == given:
        if _REQUEST.fullmatch(body):
            return "host_request: the host's half of the line, not a reply"
        return f"reply to an unknown command {letters.decode('latin-1')!r}"
    if letters in _REPLIES:
        expected = _REPLIES[letters] + _CHECKSUM
        return f"{letters.decode()} reply of {len(line)} characters: expected {expected}"
    return "not a DINAMAP reply"

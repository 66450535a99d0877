"""Nonin oximeters: the serial data formats 1, 2, 7, 8 and 13, and the print-out of the tabletop models.

    2    75 frames a second  01 STATUS PLETH FLOAT CHK          CHK: sum of the bytes before, modulo 256
    7    75 frames a second  STATUS PLETH-HIGH PLETH-LOW FLOAT CHK
         STATUS 1 R ARTF OOT SNSA RPRF GPRF SYNC; 25 frames are a packet, FLOAT says one thing in each
    8    one record a second 1 R OOT LPRF MPRF ARTF HR8 HR7 | 0 HR6…0 | 0 SP6…0 | 0 R SPA R SNSA R R LOWBAT
    1    as 8, without the fourth byte
    13   one packet a spot check 00 02 00 0D 00 0E | 14 bytes | CHK 03
    ascii  SPO2=097 HR=072 CR LF, one line a second

When the finger comes out, the recording values of 2 and 7 are missing at once (511 and 127), while the
display values of 2 and 7 and the numbers of 8 and 1 stand; only the sensor alarm (SNSA) tells.

Source: Nonin 9560 Bluetooth specification, data formats 2, 7, 8 and 13; the tabletop models' manuals.
"""

from __future__ import annotations

from datetime import UTC, datetime

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.device_clock import DeviceClock
from simulators.pulse import Sample, Stream

FRAMES_PER_S, FRAMES = 75, 25
"""Frames a second, and to a packet."""
MISSING_RATE, MISSING_SPO2 = 511, 127
SYNC, GREEN, SNSA, OOT = 0x01, 0x02, 0x08, 0x10
SMARTPOINT = 0x20

SPOT_AFTER_MS, SPOT_EVERY_MS = 10_000, 60_000
"""From the first number to a spot check, and from one spot check to the next: this project's own."""
_ACK, _NAK = b"\x06", b"\x15"


def frame_2(status: int, pleth: int, data: int) -> bytes:
    """Return a frame of format 2."""
    body = bytes((0x01, status, pleth, data))
    return body + bytes((sum(body) & 0xFF,))


def frame_7(status: int, pleth: int, data: int) -> bytes:
    """Return a frame of format 7; `pleth` has sixteen bits."""
    body = bytes((status, pleth >> 8, pleth & 0xFF, data))
    return body + bytes((sum(body) & 0xFF,))


def record_8(shown: Oximetry) -> bytes:
    """Return a record of format 8."""
    rate, spo2 = _displayed(shown)
    out = shown.probe in {Probe.HOLDING, Probe.OFF}
    first = 0x80 | (0x20 if shown.spo2 is None else 0) | rate >> 7
    good = SMARTPOINT if shown.probe is Probe.READING else 0
    return bytes((first, rate & 0x7F, spo2, SNSA if out else good))


def packet_13(spo2: int | None, rate: int | None, at: datetime) -> bytes:
    """Return a spot check of format 13."""
    rate = MISSING_RATE if rate is None else rate
    status = 0x02 if spo2 is not None else 0x01
    stamp = bytes.fromhex(f"{at:%Y%m%d%H%M%S}")
    spo2 = MISSING_SPO2 if spo2 is None else spo2
    data = stamp + bytes((0x00, status, 0x00, rate >> 8, rate & 0xFF, 0x00, spo2))
    return b"\x00\x02\x00\x0d\x00\x0e" + data + bytes((sum(data) & 0xFF, 0x03))


def print_out(shown: Oximetry) -> bytes:
    """Return a line of a tabletop model, which shows dashes as soon as the finger is out."""
    measured = shown.probe is Probe.READING
    spo2, rate = (f"{n:03d}" if measured and n is not None else "---" for n in (shown.spo2, shown.pulse_rate))
    return f"SPO2={spo2} HR={rate}\r\n".encode("ascii")


def packet_data(shown: Oximetry, number: int) -> list[int]:
    """Return what FLOAT says in the 25 frames of a packet; `number` counts thirds of a second."""
    measured = shown.probe is Probe.READING
    rate = shown.pulse_rate if measured and shown.pulse_rate is not None else MISSING_RATE
    spo2 = shown.spo2 if measured and shown.spo2 is not None else MISSING_SPO2
    held_rate, held_spo2 = _displayed(shown)
    data = [0] * FRAMES
    for at, value in ((1, rate), (14, rate), (20, held_rate), (22, held_rate)):
        data[at - 1], data[at] = value >> 7, value & 0x7F
    for at, value in ((3, spo2), (10, spo2), (11, spo2), (16, spo2), (9, held_spo2), (17, held_spo2)):
        data[at - 1] = value
    data[3], data[5], data[6] = 0x12, number >> 7 & 0x7F, number & 0x7F
    data[7] = SMARTPOINT if measured else 0
    return data


def _displayed(shown: Oximetry) -> tuple[int, int]:
    """The numbers on the display: held while the finger is just out."""
    rate = MISSING_RATE if shown.pulse_rate is None else shown.pulse_rate
    return rate, MISSING_SPO2 if shown.spo2 is None else shown.spo2


class NoninFrames:
    """One oximeter that sends format 2 or 7."""

    def __init__(self, bedside: Bedside, *, wide: bool = False) -> None:
        self._bedside = bedside
        self._stream = Stream(FRAMES_PER_S)
        self._wide = wide

    def speak(self, now_ms: int) -> bytes:
        """Return the frames since the last call."""
        self._bedside.advance(now_ms)
        shown = self._bedside.oximetry(now_ms)
        rate = shown.pulse_rate if shown.probe is Probe.READING else None
        return b"".join(self._frame(shown, sample) for sample in self._stream.due(now_ms, rate))

    def receive(self, data: bytes, now_ms: int) -> bytes:  # noqa: ARG002
        """Ignore what is sent to it."""
        return b""

    def _frame(self, shown: Oximetry, sample: Sample) -> bytes:
        packet, frame = divmod(sample.number, FRAMES)
        status = 0x80 | (SYNC if frame == 0 else 0) | (GREEN if sample.beep else 0)
        if shown.probe is not Probe.READING:
            status |= OOT | (0 if shown.probe is Probe.SEARCHING else SNSA)
        data = packet_data(shown, packet)[frame]
        if self._wide:
            return frame_7(status, round(sample.level * 65_535), data)
        return frame_2(status, round(sample.level * 255), data)


class NoninRecords:
    """One oximeter that sends format 8; without the fourth byte, format 1; or lines."""

    def __init__(self, bedside: Bedside, *, length: int = 4, lines: bool = False) -> None:
        self._bedside = bedside
        self._length = length
        self._lines = lines

    def speak(self, now_ms: int) -> bytes:
        """Return the record of this second."""
        self._bedside.advance(now_ms)
        shown = self._bedside.oximetry(now_ms)
        return print_out(shown) if self._lines else record_8(shown)[: self._length]

    def receive(self, data: bytes, now_ms: int) -> bytes:  # noqa: ARG002
        """Ignore what is sent to it."""
        return b""


class NoninSpotCheck:
    """One 9560 in its own format 13: a packet a spot check, and a clock that can be asked and set."""

    def __init__(self, bedside: Bedside, device: str) -> None:
        self._bedside = bedside
        self._clock = DeviceClock(bedside, device)
        self._next_ms: int | None = None

    def speak(self, now_ms: int) -> bytes:
        """Return a packet when a spot check is complete."""
        self._bedside.advance(now_ms)
        shown = self._bedside.oximetry(now_ms)
        if shown.probe is not Probe.READING:
            self._next_ms = None
        elif self._next_ms is None:
            self._next_ms = now_ms + SPOT_AFTER_MS
        elif now_ms >= self._next_ms:
            self._next_ms = now_ms + SPOT_EVERY_MS
            return packet_13(shown.spo2, shown.pulse_rate, self._clock.read(now_ms))
        return b""

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Answer to "get time" and to "select format"; obey "set time", which has no answer."""
        if data == b"\x02\x72\x00\x03":
            t = self._clock.read(now_ms)
            body = bytes((t.year % 100, t.month, t.day, t.hour, t.minute, t.second))
            return b"\x02\xf2\x06" + body + b"\x03"
        if data.startswith(b"\x02\x70\x02\x02") and len(data) == 6:
            return _ACK if data[4] == 0x0D else _NAK
        if data.startswith(b"\x02\x72\x06") and len(data) == 10:
            year, month, day, hour, minute, second = data[3:9]
            self._clock.set(datetime(2000 + year, month, day, hour, minute, second, tzinfo=UTC), now_ms)
        return b""

"""A Berry PM6750: a module that pushes heart rate, cuff, SpO₂ and temperature, and obeys commands.

    55 AA LEN TYPE D… CKS       LEN: from LEN to CKS; CKS: complement of LEN + TYPE + ΣD, modulo 256

    02  ECG    status | heart rate | respiration | ST | arrhythmia
    03  NIBP   status (b5-b2: 0 finished, 1 measuring, 6 error) | cuff / 2 | systolic | mean | diastolic
    04  SpO₂   status (0 ok, 2 no finger, 3 searching) | SpO₂ | pulse rate
    05  temp   status | whole degrees | tenths

    host: TYPE 01, 03, 04 with 1 switch rates, SpO₂ and temperature on; 02 starts (1) and stops (0) the cuff

It sends SpO₂, rates and temperature only once it was told to, and repeats its last pressure for ever.

Source: telsy-cab (fielded) and the maker's bm-monitor-web-dev, which agree; once a second is inferred.
"""

from __future__ import annotations

from simulators.bedside import Bedside, Probe

HEAD = b"\x55\xaa"
LONGEST = 64
_OUTPUTS = {0x01: 0x02, 0x03: 0x04, 0x04: 0x05}
"""Command → the packets that it switches."""

_ADULT, _MEASURING, _STOPPED, _ERROR = 0, 1 << 2, 2 << 2, 6 << 2
_NO_FINGER = {Probe.SEARCHING: 3, Probe.HOLDING: 2, Probe.OFF: 2}
_LEAD_OFF, _NORMAL_RHYTHM = 0x02, 0x01
_DEGREES = (36, 7)


def packet(kind: int, *data: int) -> bytes:
    """Return a packet: both sides build theirs alike."""
    body = bytes((3 + len(data), kind, *data))
    return HEAD + body + bytes((~sum(body) & 0xFF,))


class Pm6750:
    """One module: bytes a second out, commands in."""

    def __init__(self, bedside: Bedside) -> None:
        self._bedside = bedside
        self._on: set[int] = set()
        self._unread = b""
        self._stopped = False

    def speak(self, now_ms: int) -> bytes:
        """Return the packets of a second."""
        self._bedside.advance(now_ms)
        said = self._nibp(now_ms)
        if 0x02 in self._on:
            said += self._ecg(now_ms)
        if 0x04 in self._on:
            said += self._oximetry(now_ms)
        if 0x05 in self._on:
            said += packet(0x05, 0, *_DEGREES)
        return said

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Obey the commands that these bytes complete; it answers none."""
        self._unread = (self._unread + data)[-4 * LONGEST :]
        while (at := self._unread.find(HEAD)) >= 0:
            front = self._unread[at:]
            if len(front) < 3 or len(front) < 2 + min(front[2], LONGEST):
                self._unread = front
                break
            size = 2 + front[2]
            good = 5 < size <= LONGEST and ~sum(front[2 : size - 1]) & 0xFF == front[size - 1]
            if good:
                self._obey(front[3], front[4], now_ms)
            self._unread = front[size if good else 1 :]
        return b""

    def _obey(self, command: int, value: int, now_ms: int) -> None:
        self._bedside.advance(now_ms)
        if command in _OUTPUTS:
            (self._on.add if value else self._on.discard)(_OUTPUTS[command])
        elif command == 0x02 and value:
            self._stopped = False
            self._bedside.cuff.start(now_ms)
        elif command == 0x02 and self._bedside.cuff.busy(now_ms):
            self._stopped = True
            self._bedside.cuff.cancel(now_ms)

    def _nibp(self, now_ms: int) -> bytes:
        cuff = self._bedside.cuff
        if cuff.busy(now_ms):
            self._stopped = False
            return packet(0x03, _ADULT | _MEASURING, 80, 0, 0, 0)
        if self._stopped:
            return packet(0x03, _ADULT | _STOPPED, 0, 0, 0, 0)
        if cuff.last is None:
            return packet(0x03, _ADULT, 0, 0, 0, 0)
        if cuff.last.pressure is None:
            return packet(0x03, _ADULT | _ERROR, 0, 0, 0, 0)
        found = cuff.last.pressure
        numbers = (min(each, 250) for each in (found.systolic, found.mean, found.diastolic))
        return packet(0x03, _ADULT, 0, *numbers)

    def _ecg(self, now_ms: int) -> bytes:
        if self._bedside.occupancy is None:
            return packet(0x02, _LEAD_OFF, 0, 0, 0, 0)
        truth = self._bedside.truth(now_ms)
        rate, breaths = min(round(truth.heart_rate), 250), round(truth.respiratory_rate)
        return packet(0x02, 0, rate, breaths, 0, _NORMAL_RHYTHM)

    def _oximetry(self, now_ms: int) -> bytes:
        shown = self._bedside.oximetry(now_ms)
        if shown.probe is not Probe.READING or shown.spo2 is None or shown.pulse_rate is None:
            return packet(0x04, _NO_FINGER.get(shown.probe, 2), 0x7F, 0xFF)
        return packet(0x04, 0, shown.spo2, shown.pulse_rate)

"""A GE DINAMAP vital signs monitor on its host port: it answers polls, in ASCII, with its own cuff cycle.

    unit identifier (blank) | parameter and command letters | data … | checksum (2) | CR

    request   NA read NIBP    OA read oximeter    RA read rate    TC read temperature
    NA reply  uNAabcddddeeefffggg    a status, b patient, c type, d age s, e/f/g sys/dia/mean mm[Hg]
    OA reply  uOAabbbcdd             a status, b SpO2 %, c signal strength, d averaging s
    RA reply  uRAabbb                a source (2 oximeter, 3 NIBP), b rate /min
    TC reply  uTCabcdddddeeeef       a status, b mode, c counter, d age s, e tenths of °F, f unit displayed

A request that is not understood, or whose checksum is wrong, gets no answer: what a real one says then is not
published. Nor is what it says to the start (NC0) and the cancellation (ND) of a determination: they are
obeyed without a word.

Source: GE Host Communications Reference Manual 2010566 Rev E, as quoted by fielded drivers (requirements
HC_009 to HC_028).
"""

from __future__ import annotations

from simulators.bedside import Bedside, Probe
from simulators.cuff import Determination

OLDEST_S = 5400
"""Ages run to this; older results read as none."""
_ADULT, _NORMAL = "1", "0"
_NO_AGE, _NO_PRESSURE = "9999", "000000000"
_LONGEST_REQUEST = 32


def checksum(text: bytes) -> bytes:
    """Return the two check characters of a frame.

    Source: sum of (character - 0x20 + 1), reduced by 0xFFF while above it; then six bits a character.
    """
    total = sum(character - 0x20 + 1 for character in text)
    while total > 0xFFF:
        total -= 0xFFF
    return bytes((0x20 + (total >> 6), 0x20 + (total & 0x3F)))


def frame(text: str) -> bytes:
    """Return `text` (letters and data) with unit identifier, checksum and CR."""
    body = b" " + text.encode("ascii")
    return body + checksum(body) + b"\r"


def nibp_reply(last: Determination | None, busy: bool, now_ms: int) -> bytes:
    """Return the answer to NA. Status 0 busy, 1 done, 3 failed, 4 leak; age 9999 is no result."""
    if busy:
        return frame(f"NA0{_ADULT}{_NORMAL}{_NO_AGE}{_NO_PRESSURE}")
    if last is not None and last.pressure is None:
        return frame(f"NA{4 if last.leak else 3}{_ADULT}{_NORMAL}{_NO_AGE}{_NO_PRESSURE}")
    age_s = OLDEST_S + 1 if last is None else (now_ms - last.ended_ms) // 1000
    if last is None or last.pressure is None or age_s > OLDEST_S:
        return frame(f"NA1{_ADULT}{_NORMAL}{_NO_AGE}{_NO_PRESSURE}")
    found = last.pressure
    values = f"{found.systolic:03d}{found.diastolic:03d}{found.mean:03d}"
    return frame(f"NA1{_ADULT}{_NORMAL}{age_s:04d}{values}")


def oximeter_reply(spo2: int | None, strength: int = 6) -> bytes:
    """Return the answer to OA: status 1 operating; 3 no data, on a ProCare also with the sensor off."""
    return frame("OA3000008" if spo2 is None else f"OA1{spo2:03d}{strength}08")


def rate_reply(source: int, rate: int | None) -> bytes:
    """Return the answer to RA: source 2 is the oximeter, 3 the cuff; -99 is no rate."""
    return frame(f"RA{source}-99" if rate is None else f"RA{source}{rate:03d}")


TEMPERATURE_REPLY = frame("TC00 9999900000")
"""The answer to TC with no temperature ever taken: idle, age 99999."""


class Dinamap:
    """One monitor: request bytes in, reply bytes out."""

    def __init__(self, bedside: Bedside, oximeter: bool) -> None:
        self._bedside = bedside
        self._oximeter = oximeter
        self._unread = b""

    def speak(self, now_ms: int) -> bytes:
        """Say nothing: it only answers. Its cuff goes on by itself."""
        self._bedside.advance(now_ms)
        return b""

    def receive(self, data: bytes, now_ms: int) -> bytes:
        """Return the answers to the requests that these bytes complete."""
        *lines, self._unread = (self._unread + data.replace(b"\n", b"")).split(b"\r")
        self._unread = self._unread[-_LONGEST_REQUEST:]
        self._bedside.advance(now_ms)
        return b"".join(self._answer(line, now_ms) for line in lines)

    def _answer(self, line: bytes, now_ms: int) -> bytes:
        request, check = line[:-2], line[-2:]
        if check != checksum(request):
            return b""
        if request == b" NC0":
            self._bedside.cuff.start(now_ms)
            return b""
        if request == b" ND":
            self._bedside.cuff.cancel(now_ms)
            return b""
        if request == b" NA":
            cuff = self._bedside.cuff
            return nibp_reply(cuff.last, cuff.busy(now_ms), now_ms)
        if request == b" OA":
            return self._saturation(now_ms)
        if request in {b" RA", b" RC"}:
            return self._rate(now_ms)
        return TEMPERATURE_REPLY if request == b" TC" else b""

    def _saturation(self, now_ms: int) -> bytes:
        if not self._oximeter:
            return frame("OA6000000")
        shown = self._bedside.oximetry(now_ms)
        return oximeter_reply(shown.spo2 if shown.probe is Probe.READING else None)

    def _rate(self, now_ms: int) -> bytes:
        if self._oximeter:
            shown = self._bedside.oximetry(now_ms)
            return rate_reply(2, shown.pulse_rate if shown.probe is Probe.READING else None)
        last = self._bedside.cuff.last
        return rate_reply(3, last.pressure.pulse_rate if last and last.pressure else None)

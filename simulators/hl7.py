"""A monitor or central station that calls with HL7 v2, ORU^R01 over MLLP.

    0B  MSH|^~\\&|SIM|ox-1|||20260203143015.000+0000||ORU^R01^ORU_R01|42|T|2.6  CR
        OBR|1|||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|||20260203143015.000+0000  CR
        OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.3.1.1|97|262688^MDC_DIM_PERCENT^MDC|||||R  CR  1C 0D

It speaks each five seconds. -100 is no value; a number that is only held is one that cannot be obtained
(X). A pressure comes with each message, under the time at which it was measured. MSH-11 says T: test data.

Source: HL7 2.6 chapters 2 and 7; IHE PCD-01; MLLP release 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from simulators.bedside import Bedside, Oximetry, Probe
from simulators.cuff import Determination

APPLICATION = "SIM"
ADDRESS = ("127.0.0.1", 2575)
"""Whom it calls, if nobody says otherwise."""
EVERY_MS = 5_000
_NO_VALUE = -100
_PERCENT, _MMHG = "262688^MDC_DIM_PERCENT^MDC", "266016^MDC_DIM_MMHG^MDC"
_PER_MIN = "264864^MDC_DIM_BEAT_PER_MIN^MDC"
_CUFF = (
    "150021^MDC_PRESS_BLD_NONINV_SYS",
    "150022^MDC_PRESS_BLD_NONINV_DIA",
    "150023^MDC_PRESS_BLD_NONINV_MEAN",
)


def stamp(at_ms: int) -> str:
    """Return UTC milliseconds as HL7 writes time."""
    at = datetime.fromtimestamp(at_ms / 1000, tz=UTC)
    return f"{at:%Y%m%d%H%M%S}.{at_ms % 1000:03d}+0000"


def framed(lines: list[str]) -> bytes:
    """Return a message as it goes over the line."""
    return b"\x0b" + "".join(f"{line}\r" for line in lines).encode("ascii") + b"\x1c\r"


def observation(number: int, code: str, value: int | None, unit: str, status: str = "R", at: str = "") -> str:
    """Return a segment for one number; None is no value."""
    shown = _NO_VALUE if value is None else value
    return f"OBX|{number}|NM|{code}^MDC|1.0.0.{number}|{shown}|{unit}|||||{status}|||{at}".rstrip("|")


def message(
    device: str,
    control_id: int,
    sent_ms: int,
    shown: Oximetry | None,
    last: Determination | None,
    error_ms: int = 0,
) -> bytes:
    """Return a message; without oximetry, or a pressure, where the device has none."""
    sent = stamp(sent_ms + error_ms)
    header = f"MSH|^~\\&|{APPLICATION}|{device}|||{sent}||ORU^R01^ORU_R01|{control_id}|T|2.6"
    order = f"OBR|1|||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|||{sent}"
    rows = [*(_oximetry(shown) if shown else ()), *(_pressure(last, error_ms) if last else ())]
    return framed([header, order, *(observation(n, *row) for n, row in enumerate(rows, 1))])


_Row = tuple[str, int | None, str, str, str]


def _oximetry(shown: Oximetry) -> Iterator[_Row]:
    status = "X" if shown.probe in {Probe.HOLDING, Probe.OFF} else "R"
    yield "150456^MDC_PULS_OXIM_SAT_O2", shown.spo2, _PERCENT, status, ""
    yield "149530^MDC_PULS_OXIM_PULS_RATE", shown.pulse_rate, _PER_MIN, status, ""


def _pressure(last: Determination, error_ms: int) -> Iterator[_Row]:
    at, status = stamp(last.ended_ms + error_ms), "R" if last.pressure else "X"
    for code, value in zip(_CUFF, last.numbers, strict=True):
        yield code, value, _MMHG, status, at


class Hl7Monitor:
    """One monitor: what it sends, and what it is answered."""

    def __init__(self, bedside: Bedside, device: str, *, oximeter: bool, cuff: bool) -> None:
        self._bedside = bedside
        self._device = device
        self._oximeter, self._cuff = oximeter, cuff
        self._number = 0
        self._span: int | None = None

    def speak(self, now_ms: int) -> bytes:
        """Return the message that is due."""
        self._bedside.advance(now_ms)
        before, self._span = self._span, now_ms // EVERY_MS
        if before == self._span:
            return b""
        self._number += 1
        shown = self._bedside.oximetry(now_ms) if self._oximeter else None
        last = self._bedside.cuff.last if self._cuff else None
        error_ms = self._bedside.clock_error_ms(now_ms)
        return message(self._device, self._number, now_ms, shown, last, error_ms)

    def receive(self, data: bytes, now_ms: int) -> bytes:  # noqa: ARG002
        """Take the answers without a word."""
        return b""

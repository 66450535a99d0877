"""The vocabulary all rooms share: metrics, observations, cuff results, device events.

A number never travels without its unit, its validity and the flags that explain it. Codes are MDC
(ISO/IEEE 11073-10101) and LOINC; units are UCUM, in one spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class MetricCode(StrEnum):
    """What is measured; the value is the name used on every wire and in every table of ours."""

    SPO2 = "spo2"
    PULSE_RATE = "pulse_rate"
    HEART_RATE = "heart_rate"
    PERFUSION_INDEX = "perfusion_index"
    TEMPERATURE = "temperature"
    RESPIRATION_RATE = "respiration_rate"
    NIBP = "nibp"


@dataclass(frozen=True, slots=True)
class Metric:
    """Descriptor of one metric: it hardly ever changes; observations of it change all the time."""

    code: MetricCode
    label: str
    unit: str
    """UCUM."""
    mdc: int
    loinc: str
    low: float
    """Smallest value that can be a measurement at all; anything below is invalid, zero included."""
    high: float
    """Largest value that can be a measurement at all."""


METRICS: dict[MetricCode, Metric] = {
    m.code: m
    for m in (
        Metric(MetricCode.SPO2, "SpO₂", "%", 150456, "59408-5", 1, 100),
        Metric(MetricCode.PULSE_RATE, "PR", "/min", 149530, "8889-8", 1, 300),
        Metric(MetricCode.HEART_RATE, "HR", "/min", 147842, "8867-4", 1, 300),
        Metric(MetricCode.PERFUSION_INDEX, "PI", "%", 150448, "61006-3", 0.01, 20),
        Metric(MetricCode.TEMPERATURE, "Temp", "Cel", 150344, "8310-5", 20, 45),
        Metric(MetricCode.RESPIRATION_RATE, "RR", "/min", 151562, "9279-1", 1, 120),
        Metric(MetricCode.NIBP, "NIBP", "mm[Hg]", 150020, "85354-9", 1, 300),
    )
}


class Validity(StrEnum):
    """Whether a value may be believed (11073 MeasurementValidity, reduced to what changes a decision)."""

    VALID = "valid"
    QUESTIONABLE = "questionable"
    INVALID = "invalid"


class Origin(StrEnum):
    """Where data come from; carried by every observation and never dropped."""

    REAL = "real"
    DEMO = "demo"
    REPLAY = "replay"


class RateMethod(StrEnum):
    """What a rate was counted from."""

    OXIMETER = "oximeter"
    NIBP = "nibp"
    ECG = "ecg"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a message says of itself; a serial device says none of it."""

    measured_at: datetime | None = None
    """When it was measured, UTC, by the sender's clock."""
    session: str | None = None
    """The sender's run; `seq` counts within it."""
    seq: int | None = None
    origin: Origin | None = None
    """None when the message does not say; the catalogue of the clinic then decides."""


NO_STAMP = Stamp()


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one continuous metric. `value` is None exactly when `validity` is invalid."""

    metric: MetricCode
    value: float | None
    validity: Validity
    flags: tuple[str, ...] = ()
    device_time: datetime | None = None
    """The device's own clock, naive, as information only: device clocks are wrong."""
    method: RateMethod | None = None
    """For rates: what was counted."""
    stamp: Stamp = NO_STAMP
    history: bool = False
    """Out of the device's memory: it may be decoded, but it never reaches the turn."""

    def __post_init__(self) -> None:
        if (self.value is None) != (self.validity is Validity.INVALID):
            msg = f"{self.metric}: value {self.value!r} cannot be {self.validity}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class CuffResult:
    """One completed determination of blood pressure, mm[Hg]; an event, never a level.

    Systolic and diastolic are both None exactly when `validity` is invalid; the mean and the cuff's
    pulse rate may be missing from a valid result.
    """

    systolic: float | None
    diastolic: float | None
    mean: float | None
    pulse_rate: float | None
    validity: Validity
    flags: tuple[str, ...] = ()
    device_time: datetime | None = None
    age_s: float | None = None
    """Seconds since the determination, by the device, at the moment it was read."""
    status: str | None = None
    """The device's own word on how the determination ended."""
    result_id: str | None = None
    """The sender's name for this determination; the same id is the same result."""
    stamp: Stamp = NO_STAMP
    own_time: bool = True
    """False for a sender that repeats its last result without saying when that was."""

    def __post_init__(self) -> None:
        missing = self.systolic is None or self.diastolic is None
        if missing != (self.validity is Validity.INVALID):
            msg = f"nibp {self.systolic}/{self.diastolic} cannot be {self.validity}"
            raise ValueError(msg)


class CuffPhase(StrEnum):
    """Whether a determination is running."""

    MEASURING = "measuring"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class CuffState:
    """The cuff began or stopped measuring."""

    state: CuffPhase
    stamp: Stamp = NO_STAMP


class CuffCommand(StrEnum):
    """What a cuff can be told to do, where its device can and the clinic allows it."""

    START = "start"
    """Begin one determination now."""
    CANCEL = "cancel"
    """Deflate, and give up the determination that runs."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Bytes that were skipped, with the reason; counted and shown, never guessed at."""

    bytes: int
    reason: str


class DeviceState(StrEnum):
    """The link to a device, as far as we can tell."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    SILENT = "silent"
    """Connected, but nothing arrived for three nominal periods."""


@dataclass(frozen=True, slots=True)
class LinkChange:
    """The link to a device changed state."""

    state: DeviceState
    detail: str = ""
    """What a technician needs: the port and the system's own words."""


@dataclass(frozen=True, slots=True)
class DeviceLimit:
    """An alarm limit that is set on the device itself; never one of ours."""

    metric: MetricCode
    low: float
    high: float
    """Both in the unit of the metric."""


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """What a device says of itself; told when it is first heard and whenever it changes."""

    model: str
    firmware: str = ""
    limits: tuple[DeviceLimit, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    """Names and values in the device's own words."""


@dataclass(frozen=True, slots=True)
class ClockSkew:
    """How far the clock of a device, or of its gateway, is from ours; told when it is known and changes."""

    whose: Literal["device", "gateway"]
    seconds: float
    """Ahead of ours; negative when behind."""


DeviceEvent = Observation | CuffResult | CuffState | Malformed | LinkChange | DeviceInfo | ClockSkew


@dataclass(frozen=True, slots=True)
class Arrival:
    """One device event as it reaches the turn, with the times and the identity that its row needs."""

    device: str
    event: DeviceEvent
    received_ms: int
    """Host clock, UTC, milliseconds."""
    determined_ms: int
    """When it was measured, by the host clock: `received_ms` less what the device says of its age."""
    origin: Origin
    session: str
    seq: int
    live: bool = True
    """False for what came too late (or from the future): stored, never shown as live, never judged."""
    receipt: object | None = None
    """Handed back to the adapter once the row is committed, so that it can acknowledge to the broker."""

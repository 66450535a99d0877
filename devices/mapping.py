"""How the messages of a gateway are read that has a schema of its own: a table, as the clinic wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from devices.model import MetricCode

Form = Literal["raw", "json", "values", "gatt"]
TimeForm = Literal["iso", "s", "ms"]
Encoding = Literal["bytes", "hex", "base64"]

MISSING = ("", "unavailable", "unknown", "nan", "none", "null", "--", "---", "n/a")
"""What stands for no value, in any letters. Source: Home Assistant, states; ESPHome sends `nan`."""

_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{0,12})?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class Refused(ValueError):
    """A message, or one value of it, that cannot be what its mapping says; the text says why."""


@dataclass(frozen=True, slots=True)
class ValueRule:
    """Where one continuous metric stands."""

    metric: MetricCode
    unit: str
    """As `devices.units` spells it; of the value after `scale`."""
    at: str = ""
    """JSON pointer (RFC 6901), in the form json."""
    topic: str = ""
    """Below the topic of the device, in the form values."""
    scale: float = 1.0
    """The value is multiplied by it."""
    period_s: float = 1.0
    """Seconds from one value to the next."""


@dataclass(frozen=True, slots=True)
class CuffRule:
    """Where the parts of one cuff result stand in one message; all are JSON pointers."""

    systolic: str
    diastolic: str
    unit: str
    mean: str | None = None
    pulse_rate: str | None = None
    time: str | None = None
    """When it was determined; without it a result that is repeated is known by its id or its numbers."""
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """One way to read messages."""

    form: Form
    values: tuple[ValueRule, ...] = ()
    cuff: CuffRule | None = None
    time: str | None = None
    """JSON pointer to when the message was made; without it, it is as old as its arrival."""
    time_form: TimeForm = "iso"
    zone: tzinfo | None = None
    """Of a time that has none."""
    missing: tuple[float | str, ...] = ()
    """What stands for no value, beside `MISSING`."""
    topic: str = ""
    """Where the messages come, below the topic of the device."""
    availability: str | None = None
    """The same for the topic that says online or offline; `..` leads up."""
    encoding: Encoding = "bytes"
    """How a message holds bytes."""

    @property
    def periods_s(self) -> dict[MetricCode, float | None]:
        """What it gives, and how often in seconds."""
        periods: dict[MetricCode, float | None] = {rule.metric: rule.period_s for rule in self.values}
        return periods | ({MetricCode.NIBP: None} if self.cuff is not None else {})

    def is_missing(self, value: object) -> bool:
        """Whether this stands for no value."""
        if value is None or value in self.missing:
            return True
        return isinstance(value, str) and value.strip().lower() in MISSING


def number_of(value: object, name: str) -> float:
    """Return a number, also one that is written as text; raises `Refused` for anything else."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            pass
    msg = f"{name}: expected a number, got {value!r}"[:160]
    raise Refused(msg)


def moment_of(value: object, form: TimeForm, zone: tzinfo | None, name: str) -> datetime:
    """Return a moment, UTC; raises `Refused` for what is none, or has no zone where none is configured."""
    try:
        if form != "iso":
            seconds = number_of(value, name) / (1000 if form == "ms" else 1)
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        else:
            moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        if moment.tzinfo is None:
            if zone is None:
                msg = f"{name}: expected a time with a zone, or zone in its mapping; got {value!r}"[:160]
                raise Refused(msg)
            moment = moment.replace(tzinfo=zone)
        moment = moment.astimezone(UTC)
    except Refused:
        raise
    except (ValueError, OverflowError) as error:
        msg = f"{name}: expected a time, got {value!r}"[:160]
        raise Refused(msg) from error
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        msg = f"{name}: expected a year from {_FIRST_YEAR} to {_LAST_YEAR}, got {moment.year}"
        raise Refused(msg)
    return moment

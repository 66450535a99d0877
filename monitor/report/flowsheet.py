"""The flowsheet of a finished visit: one CSV file with everything that is known of it, by time."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from devices.model import METRICS, MetricCode, Origin, Validity
from monitor.clock import from_ms
from monitor.config import Settings
from monitor.local_time import kept_in, local
from monitor.store.history import AlarmRecord, SessionHistory, SessionSummary
from monitor.store.rows import CuffRow, ObservationRow, Use, split
from monitor.store.thinning import GAP_MS
from monitor.store.visit import VisitRecord

MINUTE_MS = 60_000
PRESSURE = METRICS[MetricCode.NIBP].unit
UNITS = {
    "hr": METRICS[MetricCode.HEART_RATE].unit,
    "spo2": METRICS[MetricCode.SPO2].unit,
    "pi": METRICS[MetricCode.PERFUSION_INDEX].unit,
    "sbp": PRESSURE,
    "dbp": PRESSURE,
    "map": PRESSURE,
}
"""By vital, which is also the first word of an alarm condition about it."""
DISCLAIMER = "secondary display, not a medical device; not cleared by any regulator"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a text that begins so."""


class Line(NamedTuple):
    """One line of the flowsheet; docs/record.md says what each column holds."""

    kind: str
    time_utc: str = ""
    local_offset: str = ""
    what: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    systolic: float | None = None
    diastolic: float | None = None
    mean: float | None = None
    pulse_rate: float | None = None
    unit: str = ""
    validity: str = ""
    flags: str = ""
    source: str = ""
    author: str = ""
    text: str = ""


def record_path(settings: Settings, session: str) -> Path:
    """Where the flowsheet of a visit lies."""
    return settings.store / "records" / f"{session}.csv"


def write_flowsheet(record: VisitRecord, settings: Settings) -> Path:
    """Write the flowsheet of a visit; the file is there whole, or not at all."""
    path = record_path(settings, record.history.summary.id)
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".tmp")
    with kept_in(settings.timezone), draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Line._fields)
        writer.writerows([_guarded(cell) for cell in line] for line in lines(record, settings))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return path


def lines(record: VisitRecord, settings: Settings) -> Iterator[Line]:
    """The flowsheet's lines: what the visit was, then everything by time."""
    names = {device.id: device.name for device in settings.devices}
    history = record.history
    yield from _head(record, settings)
    timed = [
        *_phases(history),
        *_limits(history),
        *_cuffs(record.cuffs, names),
        *_alarms(history.alarms),
        *_events(history),
    ]
    for vital, values in record.continuous.items():
        timed += _minutes(vital, values, names)
        timed += _gaps(vital, values, history)
    yield from (line for _, line in sorted(timed, key=lambda item: item[0]))


Timed = tuple[int, Line]


def _head(record: VisitRecord, settings: Settings) -> Iterator[Line]:
    summary, baseline = record.history.summary, record.history.baseline
    rate = None if baseline is None else baseline[2]
    yield Line("header", what="notice", text=DISCLAIMER)
    yield Line("header", what="data", text=_data(summary))
    yield Line("header", what="clinic", text=settings.name)
    yield Line("header", what="session", text=summary.id)
    yield Line("header", what="chair", text=summary.chair)
    yield Line("header", what="label", text=summary.label)
    yield Line("header", what="outcome", text=summary.phase)
    yield Line("header", what="planned", value=summary.planned_min, unit="min")
    if baseline is None:
        yield Line("header", what="baseline", text="none confirmed")
    else:
        yield Line(
            "header",
            what="baseline",
            systolic=baseline[0],
            diastolic=baseline[1],
            pulse_rate=rate,
            unit=PRESSURE,
        )


def _at(kind: str, ms: int, **cells: Any) -> Timed:
    moment = from_ms(ms)
    offset = local(ms).strftime("%z")
    written = moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"
    return ms, Line(kind, written, f"UTC{offset[:3]}:{offset[3:]}")._replace(**cells)


def _phases(history: SessionHistory) -> Iterator[Timed]:
    for span in history.phases:
        yield _at("phase", span.from_ms, what=span.phase, author=span.by, text=span.reason)
    if history.summary.left_ms is not None:
        yield _at("phase", history.summary.left_ms, what=history.summary.phase)


def _limits(history: SessionHistory) -> Iterator[Timed]:
    for span in history.limits:
        until = "" if span.until_ms is None else f" until {_at('', span.until_ms)[1].time_utc}"
        unit = _unit(span.condition)
        text = f"{span.priority}{until}"
        yield _at("limit", span.from_ms, what=span.condition, value=span.limit, unit=unit, text=text)


def _cuffs(cuffs: Iterable[CuffRow], names: dict[str, str]) -> Iterator[Timed]:
    for row in cuffs:
        struck = f"entered in error by {row.struck_by}: {row.struck_reason}" if row.struck_by else ""
        late = "came late" if row.use == Use.LATE else ""
        yield _at(
            "cuff",
            row.at_ms,
            what="nibp",
            systolic=row.systolic,
            diastolic=row.diastolic,
            mean=row.mean,
            pulse_rate=row.pulse_rate,
            unit=PRESSURE,
            validity=row.validity,
            flags=_flags(split(row.flags), row.origin, struck=bool(row.struck_by)),
            source=names.get(row.device, row.device),
            author=row.manual_by or "",
            text="; ".join(part for part in (struck, late) if part),
        )


def _minutes(vital: str, values: Sequence[ObservationRow], names: dict[str, str]) -> Iterator[Timed]:
    """One line a minute and device: the median, the lowest, the highest."""
    keyed = sorted(values, key=lambda row: (row.at_ms // MINUTE_MS, row.device))
    for (_, device), group in groupby(keyed, key=lambda row: (row.at_ms // MINUTE_MS, row.device)):
        rows = list(group)
        numbers = [row.value for row in rows if row.value is not None]
        doubted = any(row.validity == Validity.QUESTIONABLE for row in rows)
        validity = Validity.QUESTIONABLE if doubted else Validity.VALID
        yield _at(
            "observation",
            rows[0].at_ms,
            what=vital,
            value=median(numbers) if numbers else None,
            low=min(numbers, default=None),
            high=max(numbers, default=None),
            unit=UNITS[vital],
            validity=(validity if numbers else Validity.INVALID).value,
            flags=_flags(sorted({flag for row in rows for flag in split(row.flags)}), rows[0].origin),
            source=names.get(device, device),
            text=f"{len(numbers)} of {len(rows)} values",
        )


def _gaps(vital: str, values: Sequence[ObservationRow], history: SessionHistory) -> Iterator[Timed]:
    """Each stretch of 10 s and more without a value, the visit's begin and end included."""
    if not values:
        return
    summary = history.summary
    end = values[-1].at_ms if summary.left_ms is None else summary.left_ms
    moments = [summary.seated_ms, *(row.at_ms for row in values if row.value is not None), end]
    for before, after in pairwise(moments):
        if after - before >= GAP_MS:
            seconds = (after - before) / 1000
            yield _at(
                "gap", before, what=vital, value=seconds, unit="s", text=f"no {vital} for {seconds:.0f} s"
            )


def _alarms(alarms: Iterable[AlarmRecord]) -> Iterator[Timed]:
    raised: dict[str, int] = {}
    for alarm in alarms:
        since = raised.setdefault(alarm.occurrence, alarm.at_ms)
        after = f" {(alarm.at_ms - since) / 1000:.0f} s after it began" if alarm.at_ms > since else ""
        yield _at(
            "alarm",
            alarm.at_ms,
            what=alarm.condition,
            value=alarm.value,
            unit=_unit(alarm.condition),
            author=alarm.by or "",
            text=f"{alarm.priority} {alarm.change}{after}: {alarm.text}",
        )


def _events(history: SessionHistory) -> Iterator[Timed]:
    for mark in history.marks:
        yield _at("event", mark.at_ms, what=mark.what, value=mark.severity, author=mark.by, text=mark.text)


def _data(summary: SessionSummary) -> str:
    if summary.replay:
        return "REPLAY: played from a recording, not a patient on this chair"
    return "DEMO: simulated, not a patient" if summary.demo else "real devices"


def _unit(condition: str) -> str:
    return UNITS.get(condition.partition("_")[0], "")


def _flags(flags: Sequence[str], origin: str, *, struck: bool = False) -> str:
    own = [] if origin == Origin.REAL else [origin]
    return " ".join([*flags, *own, *(["entered_in_error"] if struck else [])])


def _guarded(cell: object) -> object:
    """A text that a spreadsheet would run gets an apostrophe before it."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell

"""What lights and pagers on the broker are told of each chair and of the clinic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.store.snapshot import AlarmView, ChairView, Snapshot
from monitor.terms import Presence, Priority

SOUNDING = (Priority.HIGH, Priority.MEDIUM, Priority.LOW)

Payload = dict[str, Any]


def pictures(snapshot: Snapshot, *, demo: bool) -> Mapping[str, Payload]:
    """Return what stands under the root: `chair/<id>` and `clinic`; simulated chairs only with `demo`."""
    shown = [chair for chair in snapshot.chairs if demo or not chair.demo]
    every = [alarm for chair in shown for alarm in chair.alarms]
    every += [] if snapshot.chairs and not shown else snapshot.alarms
    clinic = {"clinic": snapshot.clinic, **_alarms(every), **_marks(shown)}
    return {f"chair/{chair.id}": _chair(chair) for chair in shown} | {"clinic": clinic}


def _chair(chair: ChairView) -> Payload:
    return {"chair": chair.id, "label": chair.label, **_alarms(chair.alarms), **_marks([chair])}


def _marks(chairs: list[ChairView]) -> Payload:
    """Whether some of it is no patient's, and whether it was played from a recording."""
    return {"demo": any(chair.demo for chair in chairs), "replay": any(chair.replay for chair in chairs)}


def _alarms(alarms: list[AlarmView]) -> Payload:
    """The worst of some alarms, the unanswered before the answered; advisories are none."""
    counted = [alarm for alarm in alarms if alarm.priority in SOUNDING]
    worst = max(counted, key=_badness, default=None)
    return {
        "priority": "none" if worst is None else worst.priority,
        "counts": {p.value: sum(alarm.priority == p for alarm in counted) for p in SOUNDING},
        "worst": None if worst is None else _worst(worst),
    }


def _badness(alarm: AlarmView) -> tuple[int, bool, int]:
    return Priority(alarm.priority).rank, not _acknowledged(alarm), -alarm.since_ms


def _worst(alarm: AlarmView) -> Payload:
    return {
        "condition": alarm.condition,
        "text": alarm.text,
        "since_ms": alarm.since_ms,
        "acknowledged": _acknowledged(alarm),
        "outside": alarm.outside,
    }


def _acknowledged(alarm: AlarmView) -> bool:
    return alarm.presence == Presence.ACKNOWLEDGED and not alarm.calls

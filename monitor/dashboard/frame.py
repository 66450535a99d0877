"""Frames: what `/live` says to a browser; pure functions from snapshots to a whole picture or a change.

A full frame carries every chair. A delta carries, for each chair that changed, the keys that changed: of
an object (a number, the cuff, the visit) again only the keys that changed, anything else whole; `null`
means the key is gone. What ticks by itself is not sent again each second: a live number carries neither
its time (it is younger than 3 s by definition) nor a last value (it is its own), a running infusion
carries the moment its clock began instead of its elapsed seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from monitor.store.snapshot import ChairView, Snapshot

NUMBERS = ("hr", "spo2", "pi")
NESTED = 1
"""So deep objects in a chair are told by what changed in them; what lies deeper comes whole."""
CLOCK_JITTER_MS = 500
"""A running infusion clock that moved less than this has not moved: the turns only round differently."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StationCount:
    """How many browsers watch, and how many of them can sound an alarm."""

    watching: int = 0
    sound: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """What every screen shows after one turn."""

    turn: int
    at_ms: int
    identity: Json
    """What never changes while one monitor runs; a change of it is told by a full frame only."""
    notices: list[str]
    alarms: list[Json]
    """Those that are the whole clinic's."""
    flood: Json | None
    stations: StationCount
    chairs: dict[str, Json]


def picture(snapshot: Snapshot, stations: StationCount, before: Picture | None = None) -> Picture:
    """Return the picture of one turn; `before` keeps running clocks steady."""
    known = before.chairs if before else {}
    return Picture(
        turn=snapshot.turn,
        at_ms=snapshot.at_ms,
        identity={
            "boot": snapshot.boot,
            "demo": snapshot.demo,
            "speed": snapshot.speed,
            "clinic": snapshot.clinic,
            "order": [chair.id for chair in snapshot.chairs],
        },
        notices=snapshot.notices,
        alarms=msgspec.to_builtins(snapshot.alarms),
        flood=None if snapshot.flood is None else msgspec.to_builtins(snapshot.flood),
        stations=stations,
        chairs={c.id: _chair(c, snapshot.at_ms, known.get(c.id, {})) for c in snapshot.chairs},
    )


def full(now: Picture) -> Json:
    """Return the frame that tells everything."""
    return {
        "k": "full",
        "turn": now.turn,
        "at": now.at_ms,
        **now.identity,
        "notices": now.notices,
        "alarms": now.alarms,
        "flood": now.flood,
        "stations": _stations(now),
        "chairs": now.chairs,
    }


def delta(before: Picture, now: Picture) -> Json | None:
    """Return the frame that turns `before` into `now`; None when only a full frame can."""
    if before.identity != now.identity:
        return None
    frame: Json = {"k": "delta", "turn": now.turn, "at": now.at_ms}
    if before.notices != now.notices:
        frame["notices"] = now.notices
    if before.alarms != now.alarms:
        frame["alarms"] = now.alarms
    if before.flood != now.flood:
        frame["flood"] = now.flood
    if before.stations != now.stations:
        frame["stations"] = _stations(now)
    changes = {id_: change(before.chairs[id_], chair) for id_, chair in now.chairs.items()}
    frame["chairs"] = {id_: changed for id_, changed in changes.items() if changed}
    return frame


def without_labels(frame: Json) -> Json:
    """Return a frame, full or delta, that does not say who sits in the chairs."""
    return {**frame, "chairs": {id_: _without_label(chair) for id_, chair in frame["chairs"].items()}}


def is_heartbeat(frame: Json) -> bool:
    """Tell whether a delta says no more than that the turn moved."""
    return frame.keys() == {"k", "turn", "at", "chairs"} and not frame["chairs"]


def alarm_key(snapshot: Snapshot) -> frozenset[tuple[object, ...]]:
    """Return what may not wait for the next paced frame: which alarms stand, how high, whom they call."""
    return frozenset(
        (alarm.id, alarm.priority, alarm.presence, alarm.audible, alarm.calls, alarm.accepted_by)
        for alarm in snapshot.every_alarm()
    )


def _without_label(chair: Json) -> Json:
    session = chair.get("session")
    if not session:
        return chair
    kept = {key: value for key, value in session.items() if key != "called_back"}
    return {**chair, "session": {**kept, "label": "", "series": ""}}


def _stations(now: Picture) -> Json:
    return {"watching": now.stations.watching, "sound": now.stations.sound}


def change(before: Json, now: Json, depth: int = NESTED) -> Json:
    """Return what a delta says of one chair; empty when it is as before."""
    changed: Json = {}
    for key, value in now.items():
        known = before.get(key)
        if known == value:
            continue
        if depth > 0 and isinstance(known, dict) and isinstance(value, dict):
            changed[key] = change(known, value, depth - 1)
        else:
            changed[key] = value
    changed.update(dict.fromkeys(before.keys() - now.keys()))
    return changed


def _chair(chair: ChairView, at_ms: int, before: Json) -> Json:
    view: Json = msgspec.to_builtins(chair)
    for key in NUMBERS:
        number = view.get(key)
        if number and number.get("freshness") == "live":
            number.pop("at_ms", None)
            number.pop("last", None)
    session = view.get("session")
    if session and session.get("running"):
        base_ms = at_ms - round(session.pop("elapsed_s", 0.0) * 1000)
        session["clock_base_ms"] = _steady(base_ms, before.get("session"), session["id"])
    return view


def _steady(base_ms: int, before: Mapping[str, Any] | None, session: str) -> int:
    if before and before["id"] == session and "clock_base_ms" in before:
        known: int = before["clock_base_ms"]
        if abs(base_ms - known) < CLOCK_JITTER_MS:
            return known
    return base_ms

"""What becomes of an alarm while something is quiet, as one table: it sounds, is shown, or neither."""

from __future__ import annotations

from enum import StrEnum

from monitor.alarms.model import Occurrence
from monitor.terms import Kind, Presence, Priority


class State(StrEnum):
    """How a chair, or one of its alarms, is quiet."""

    NONE = "none"
    ACKNOWLEDGED = "acknowledged"
    AUDIO_PAUSED = "audio paused"
    OFF_NURSE = "alarm off, by a nurse"
    OFF_ANESTHESIA = "alarm off, by anesthesia"
    STANDBY = "standby"


class Event(StrEnum):
    """What an alarm does in that state."""

    SAME = "goes on"
    """It stands as it stood when the state began."""
    NEW = "new"
    """It begins in that state."""
    WORSE = "worse"
    """Its pressure is worse by `worse_by`, or what was unconfirmed is confirmed."""
    HIGHER = "higher"
    """Its priority rises to that of the column."""


class Signal(StrEnum):
    """What is given of it."""

    SOUNDS = "sounds"
    """And is shown."""
    SHOWN = "shown"
    NEITHER = "neither"
    """It is not raised; the state itself stays visible."""


COLUMNS: tuple[tuple[Kind, Priority], ...] = (
    (Kind.PHYSIOLOGICAL, Priority.ADVISORY),
    (Kind.PHYSIOLOGICAL, Priority.LOW),
    (Kind.PHYSIOLOGICAL, Priority.MEDIUM),
    (Kind.PHYSIOLOGICAL, Priority.HIGH),
    (Kind.TECHNICAL, Priority.LOW),
    (Kind.TECHNICAL, Priority.MEDIUM),
)

Row = tuple[Signal, Signal, Signal, Signal, Signal, Signal]

sounds, shown, neither = Signal.SOUNDS, Signal.SHOWN, Signal.NEITHER

# fmt: off
#                 physiological: advisory, low,     medium,  high,    technical: low, medium
LOUD: Row =                     (shown,    shown,   sounds,  sounds,  shown,          sounds)
QUIET: Row =                    (shown,    shown,   shown,   shown,   shown,          shown)
WITHOUT_EQUIPMENT: Row =        (shown,    shown,   sounds,  sounds,  neither,        neither)
HELD_BY_NURSE: Row =            (neither,  neither, sounds,  sounds,  neither,        neither)
HELD_BY_ANESTHESIA: Row =       (neither,  neither, neither, sounds,  neither,        neither)

_E = Event
TABLE: dict[State, dict[Event, Row]] = {
    State.NONE:           {_E.SAME: LOUD, _E.NEW: LOUD, _E.WORSE: LOUD, _E.HIGHER: LOUD},
    State.ACKNOWLEDGED:   {_E.SAME: QUIET, _E.NEW: LOUD, _E.WORSE: LOUD, _E.HIGHER: LOUD},
    State.AUDIO_PAUSED:   {_E.SAME: QUIET, _E.NEW: LOUD, _E.WORSE: LOUD, _E.HIGHER: LOUD},
    State.OFF_NURSE:      dict.fromkeys(Event, HELD_BY_NURSE),
    State.OFF_ANESTHESIA: dict.fromkeys(Event, HELD_BY_ANESTHESIA),
    State.STANDBY:        dict.fromkeys(Event, WITHOUT_EQUIPMENT),
}
# fmt: on
"""Total. A low alarm that asks for a repeat of a pressure sounds where medium does."""


def signal(state: State, event: Event, kind: Kind, priority: Priority) -> Signal:
    """Return one cell of the table; what has no column of its own counts as the patient's."""
    column = (kind, priority) if (kind, priority) in COLUMNS else (Kind.PHYSIOLOGICAL, priority)
    return TABLE[state][event][COLUMNS.index(column)]


def asks_for_sound(occurrence: Occurrence) -> bool:
    """Return whether an occurrence sounds where nothing is quiet.

    A low alarm is silent, except that a pressure asks for the cuff that only a person can start.
    """
    if occurrence.presence not in (Presence.ON, Presence.LATCHED):
        return False
    return would_sound(occurrence.kind, occurrence.priority) or (
        occurrence.unconfirmed and occurrence.priority is Priority.LOW
    )


def would_sound(kind: Kind, priority: Priority) -> bool:
    """Return whether an alarm of this kind and priority sounds where nobody has acted."""
    return signal(State.NONE, Event.SAME, kind, priority) is Signal.SOUNDS

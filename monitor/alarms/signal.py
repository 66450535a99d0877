"""The alarm signal as one table: what becomes of its presence at every event.

Source: the states after IEC 60601-1-8; `latched` and `acknowledged` worded as in FHIR's
devicealert-presence. Audio paused and alarm off stand beside this table, never inside it.
"""

from __future__ import annotations

from enum import StrEnum

from monitor.terms import Presence


class SignalEvent(StrEnum):
    """What can happen to one alarm signal."""

    BEGINS = "condition begins"
    ENDS = "condition ends"
    ACKNOWLEDGED = "acknowledged"
    EXPIRES = "acknowledgement expires"
    """Also: the priority rises, which ends an acknowledgement at once."""
    RESET = "reset"


OFF, ON, LATCHED, ACKNOWLEDGED = Presence.OFF, Presence.ON, Presence.LATCHED, Presence.ACKNOWLEDGED
_E = SignalEvent

TABLE: dict[Presence, dict[SignalEvent, Presence]] = {
    OFF: {_E.BEGINS: ON, _E.ENDS: OFF, _E.ACKNOWLEDGED: OFF, _E.EXPIRES: OFF, _E.RESET: OFF},
    ON: {_E.BEGINS: ON, _E.ENDS: LATCHED, _E.ACKNOWLEDGED: ACKNOWLEDGED, _E.EXPIRES: ON, _E.RESET: ON},
    LATCHED: {_E.BEGINS: ON, _E.ENDS: LATCHED, _E.ACKNOWLEDGED: OFF, _E.EXPIRES: LATCHED, _E.RESET: OFF},
    ACKNOWLEDGED: {
        _E.BEGINS: ACKNOWLEDGED,
        _E.ENDS: OFF,
        _E.ACKNOWLEDGED: ACKNOWLEDGED,
        _E.EXPIRES: ON,
        _E.RESET: ACKNOWLEDGED,
    },
}
"""Total over presences × events. `off` or `latched` to `on` is a new occurrence."""


def after(presence: Presence, event: SignalEvent, *, latching: bool) -> Presence:
    """Return the presence after an event; a signal that does not latch goes off where one would latch."""
    result = TABLE[presence][event]
    return OFF if result is LATCHED and not latching else result

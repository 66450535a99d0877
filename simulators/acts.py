"""What the staff of a scenario do, and when: they seat, start, acknowledge, change limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulators.tables import Table

BY = {"nurse": "Ana", "anesthesia": "Dr. Ruiz", "admin": "Admin", "wall": "Wall display"}
"""Role → who does it, where the scenario does not name somebody."""

DOES: dict[str, tuple[str, ...]] = {
    "seat": ("label",),
    "baseline": (),
    "confirm": (),
    "start": (),
    "pause": (),
    "resume": (),
    "end": (),
    "ready": (),
    "leave": (),
    "acknowledge": ("condition",),
    "accept": ("condition",),
    "reject": ("condition", "reason"),
    "pause_sound": (),
    "alarm_off": ("condition", "reason"),
    "alarm_on": ("condition",),
    "limit": ("condition", "priority", "limit", "reason"),
    "limits_back": (),
    "start_cuff": (),
    "cancel_cuff": (),
    "iv_arm": ("arm",),
    "cuff_arm": ("arm",),
    "mark": ("event",),
    "standby": ("reason",),
}
"""What can be done → what has to be said with it."""

FLAGS = ("unchecked", "without_baseline")
"""What may be said with true: nobody checked the identity; relative limits are to stay off."""
ARMS = ("left", "right")


@dataclass(frozen=True, slots=True)
class StaffAct:
    """One act of one person."""

    chair: str
    at_s: float
    """Seconds since the scenario began."""
    role: str
    name: str
    does: str
    """A key of `DOES`."""
    said: Mapping[str, str | float | bool]
    refused: bool
    """Whether the product must refuse it; it must obey all others."""
    says: str
    """Why, in a person's words; empty where nothing is to be said."""


def staff_act(table: Table, chairs: list[str], minutes: int) -> StaffAct:
    """Read one act."""
    does = table.choice("does", DOES)
    role = table.choice("by", BY, "nurse")
    said: dict[str, str | float | bool] = {}
    for key in (*DOES.get(does, ()), "reason", *FLAGS):
        if key in said or (key not in DOES.get(does, ()) and not table.has(key)):
            continue
        said[key] = _said(table, key)
    act = StaffAct(
        chair=table.choice("chair", chairs),
        at_s=table.number("at_min", 0, minutes) * 60,
        role=role,
        name=table.text("name", BY.get(role, "")),
        does=does,
        said=said,
        refused=table.flag("refused"),
        says=table.text("says", ""),
    )
    table.close()
    return act


def _said(table: Table, key: str) -> str | float | bool:
    if key == "limit":
        return table.number(key, 0, 300)
    if key == "arm":
        return table.choice(key, ARMS)
    if key == "priority":
        return table.choice(key, ("low", "medium", "high"))
    return table.flag(key) if key in FLAGS else table.text(key)

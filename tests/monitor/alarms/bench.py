"""A bench: one chair's alarms, a hand on the clock, and the changes so far as short words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from devices.model import DeviceState, Validity
from monitor.alarms.chair import ChairAlarms
from monitor.alarms.model import Facts, LinkFact, Reading, Transition
from monitor.limits import LimitPreset, default_preset
from monitor.terms import Baseline, Now, Phase, Presence, Vital

START_MS = 1_770_000_000_000
MISSING = object()


@dataclass
class Bench:
    preset: LimitPreset
    phase: Phase | None = Phase.INFUSION
    baseline: Baseline | None = None
    watched: frozenset[Vital] = frozenset()
    links: tuple[LinkFact, ...] = ()
    standby: bool = False
    due_s: float | None = None
    cuff_running: bool = False
    at_s: float = 1000.0
    alarms: ChairAlarms = field(init=False)
    said: list[Transition] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = count(1)
        self.new_id = lambda: f"o{next(numbers)}"
        self.alarms = ChairAlarms("7", self.preset, self.new_id)

    @property
    def now(self) -> Now:
        return Now(START_MS + round(self.at_s * 1000), self.at_s)

    def facts(self, readings: tuple[Reading, ...] = ()) -> Facts:
        return Facts(
            self.phase,
            self.baseline,
            readings,
            self.watched,
            self.links,
            cuff_running=self.cuff_running,
            standby=self.standby,
            cuff_due_s=self.due_s,
        )

    def give(
        self,
        *,
        after: float = 0.0,
        validity: Validity = Validity.VALID,
        flags: tuple[str, ...] = (),
        **values: Any,
    ) -> list[str]:
        """Let time pass, hand over readings (MISSING for none), and return what changed."""
        self.at_s += after
        readings = tuple(
            Reading(Vital(vital), None, Validity.INVALID, self.now, flags)
            if value is MISSING
            else Reading(Vital(vital), float(value), validity, self.now, flags)
            for vital, value in values.items()
        )
        transitions = self.alarms.advance(self.facts(readings), self.now)
        self.said += transitions
        return [brief(t) for t in transitions]

    def each_second(self, seconds: int, **values: Any) -> list[str]:
        """Repeat for some seconds; each change bears the second at which it came."""
        return [f"{n} {change}" for n in range(1, seconds + 1) for change in self.give(after=1, **values)]

    def link(self, state: DeviceState) -> None:
        self.links = (LinkFact("ox1", "Oximeter", state),)

    def open(self) -> list[str]:
        return [f"{o.condition} {o.priority}" for o in self.alarms.open()]


def brief(transition: Transition) -> str:
    latched = " latched" if transition.presence is Presence.LATCHED else ""
    return f"{transition.condition} {transition.change} {transition.priority}{latched}"


def plain_preset(**changes: Any) -> LimitPreset:
    """The default limits; no word about a missing baseline, and every pressure alarms by itself."""
    return replace(default_preset(), **{"require_baseline": False, "confirm_pressure": False, **changes})

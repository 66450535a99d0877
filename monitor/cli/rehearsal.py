"""A scenario against its own statements: simulated devices, the product's adapters and turn, in virtual time.

Nothing is mocked but time, ports and the broker: bytes go through the faults of the wire into the codecs,
events into the turn that the monitor makes, and what its alarms are is held against what the scenario says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monitor.cli.staging import EPOCH_MS, played
from monitor.demo.acting import Acting, Deed
from monitor.store.snapshot import AlarmView, ChairView
from simulators.scenario import Scenario
from simulators.statements import ANY, Statement
from simulators.tables import ScenarioFault

CONDITIONS = frozenset(
    {
        "hr_high", "hr_low", "spo2_low", "sbp_high", "sbp_low", "dbp_high", "map_high", "map_low",
        "no_data_hr", "no_data_spo2", "probe_off", "no_baseline", "pressure_overdue",
        "infusion_overrun", "clock_step", "cuff_implausible", "cuff_on_iv_arm", "cuff_without_result",
        "hr_sources_differ", "possible_swap", "flat_line_spo2", "flat_line_hr",
    }
)  # fmt: skip
"""Conditions that a statement may name; also those of a device, and `any` for what must never be."""
OF_A_DEVICE = ("device_lost", "clock_skew")
SETTLE_MIN = 5 / 60
"""The devices connect meanwhile; statements are about what comes after."""


@dataclass(slots=True)
class Verdict:
    """What became of one statement."""

    statement: Statement
    seen_min: float | None = None
    """When an alarm first fitted it, minutes after the beginning."""

    @property
    def passed(self) -> bool:
        """Whether the product did what is stated."""
        return (self.seen_min is None) is self.statement.never

    def decided(self, minute: float) -> bool:
        """Whether nothing that comes can change it any more."""
        return self.seen_min is not None or minute >= self.statement.by_min

    def look(self, minute: float, chair: ChairView) -> None:
        """Hold what the chair shows now against the statement."""
        stated = self.statement
        if self.seen_min is not None or not max(SETTLE_MIN, stated.from_min) <= minute <= stated.by_min:
            return
        shown = _shows(stated.number, chair) if stated.number else None
        if shown or (shown is None and any(_fits(stated, alarm) for alarm in chair.alarms)):
            self.seen_min = minute

    def words(self) -> str:
        """Say what became of it."""
        stated, seen = self.statement, self.seen_min
        subject = f"{stated.number} shown" if stated.number else stated.condition
        sounds = None if stated.sounds is None else "sounds" if stated.sounds else "silent"
        calls = f"calls {stated.calls}" if stated.calls else None
        what = " ".join(filter(None, (subject, stated.priority, sounds, calls)))
        when = f"never from {stated.from_min:g} to" if stated.never else f"from {stated.from_min:g} by"
        found = "not seen" if seen is None else f"at {int(seen)}:{round(seen * 60) % 60:02d}"
        word = "pass" if self.passed else "FAIL"
        return f"{word}  chair {stated.chair}  {what}, {when} {stated.by_min:g} min: {found}  ({stated.says})"


def rehearse(
    scenario: Scenario, follow: Callable[[float, list[Verdict]], None] = lambda _minute, _verdicts: None
) -> list[Verdict | Deed]:
    """Play a scenario to its end and return what became of each of its statements and its staff's acts.

    `follow` is called with the minute and the statements as they stand, every two seconds of the scenario.

    Raises:
        ScenarioFault: a statement names a condition that the product does not have.
    """
    check_statements(scenario)
    verdicts = [Verdict(statement) for statement in scenario.statements]
    acting = Acting(scenario.acts, EPOCH_MS)
    for snapshot in played(scenario, acting):
        minute = (snapshot.at_ms - EPOCH_MS) / 60_000
        chairs = {chair.id: chair for chair in snapshot.chairs}
        for verdict in verdicts:
            verdict.look(minute, chairs[verdict.statement.chair])
        follow(minute, verdicts)
    return [*verdicts, *acting.deeds]


def check_statements(scenario: Scenario) -> None:
    """Raise ScenarioFault for statements about nothing: such a `never` would always hold."""
    devices = {device.id for chair in scenario.chairs for device in chair.devices}
    known = CONDITIONS | {f"{about}_{device}" for about in OF_A_DEVICE for device in devices}
    faults = [
        f"{scenario.name}: expect[{n}].condition: expected one of {', '.join(sorted(known))}, "
        f"or any with never; got {statement.condition!r}"
        for n, statement in enumerate(scenario.statements)
        if statement.number is None
        and statement.condition not in known
        and not (statement.never and statement.condition == ANY)
    ]
    if not (scenario.statements or scenario.acts):
        faults = [f"{scenario.name}: expect: expected at least one statement to check, got nothing"]
    if faults:
        raise ScenarioFault("\n".join(faults))


def _fits(stated: Statement, alarm: AlarmView) -> bool:
    return (
        stated.condition in {ANY, alarm.condition}
        and stated.priority in {None, alarm.priority}
        and stated.sounds in {None, alarm.audible and not alarm.paused}
        and (stated.calls is None or stated.calls in alarm.calls)
    )


def _shows(number: str, chair: ChairView) -> bool:
    """Whether a number stands on the screen that may be read as the patient's."""
    if number == "pressure":
        return chair.cuff is not None and chair.cuff.systolic is not None
    view = chair.spo2 if number == "spo2" else chair.hr
    return view is not None and view.value is not None

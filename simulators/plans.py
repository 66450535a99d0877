"""What a scenario says of a patient, and what is given on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulators.events import Episode, Event
from simulators.people import AGES, MEDICATION, SEXES, Description
from simulators.physiology import PRESETS, Patient
from simulators.tables import Table

RATE, BOLUS, LABETALOL = "rate", "bolus", "labetalol"
GIVEN = {RATE: (0, 4), BOLUS: (0.01, 1), LABETALOL: (1, 300)}
"""What can be given, with the least and the most: times the planned rate, mg/kg of ketamine, mg."""


@dataclass(frozen=True, slots=True)
class PatientPlan:
    """Who sits on the chair."""

    label: str
    """Invented initials."""
    seed: int
    preset: str
    weight_kg: float
    dose_mg_per_kg: float
    said: Description = field(default_factory=Description)
    baseline: tuple[float, float] | None = None
    event: Episode | None = None

    def patient(self) -> Patient:
        """Return the patient."""
        return Patient(self.seed, self.preset, said=self.said, baseline=self.baseline, event=self.event)


@dataclass(frozen=True, slots=True)
class Given:
    """One thing given to the patient of a chair, or one change of the infusion's rate."""

    what: str
    """Of `GIVEN`."""
    at_s: float
    """Seconds since the scenario began; of UTC where somebody gives it while it runs."""
    amount: float
    chair: str = ""


def patient_plan(table: Table) -> PatientPlan:
    """Read a patient."""
    label, seed = table.text("label"), table.integer("seed", 0, 2**31)
    preset = table.choice("preset", PRESETS, "yale")
    said = Description(
        age=table.integer("age", int(AGES[0]), 100) if table.has("age") else None,
        sex=table.choice("sex", SEXES) if table.has("sex") else None,
        weight_kg=table.number("weight_kg", 30, 250) if table.has("weight_kg") else None,
        hypertension=table.flag("hypertension") if table.has("hypertension") else None,
        medication=frozenset(table.words("medication", MEDICATION, ())) if table.has("medication") else None,
    )
    plan = PatientPlan(
        label=label,
        seed=seed,
        preset=preset,
        weight_kg=said.weight_kg or Patient(seed, preset).person.weight_kg,
        dose_mg_per_kg=table.number("dose_mg_per_kg", 0.1, 2, 0.5),
        said=said,
        baseline=_baseline(table.table("baseline")) if table.has("baseline") else None,
        event=_episode(table.table("event")) if table.has("event") else None,
    )
    table.close()
    return plan


def given(table: Table, chairs: list[str]) -> Given:
    """Read one thing that is given."""
    what = table.choice("what", GIVEN)
    given = Given(
        what=what,
        at_s=table.number("at_min", 0, 240) * 60,
        amount=table.number("amount", *GIVEN.get(what, (0, 0))),
        chair=table.choice("chair", chairs),
    )
    table.close()
    return given


def _baseline(table: Table) -> tuple[float, float]:
    systolic, diastolic = table.number("systolic", 60, 240), table.number("diastolic", 30, 140)
    if diastolic > systolic - 12:
        table.note("diastolic", "at least 12 below systolic", diastolic)
    table.close()
    return systolic, diastolic


def _episode(table: Table) -> Episode:
    episode = Episode(
        Event(table.choice("kind", [event.value for event in Event])), table.number("minute", 0, 240) * 60
    )
    table.close()
    return episode

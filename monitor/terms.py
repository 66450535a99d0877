"""The words every room shares: phases, priorities, presences, roles, and the two clocks' `Now`.

Alarm words are IEC 60601-1-8's; the table is in docs/terms.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Now(NamedTuple):
    """The moment a turn is made at: what is recorded, and what durations are measured with."""

    utc_ms: int
    """UTC, milliseconds; for records and screens. May step when somebody sets the clock."""
    mono_s: float
    """Seconds that never run backwards, across restarts too; for every delay and age."""


class Phase(StrEnum):
    """Where a patient is in the visit."""

    SEATED = "seated"
    BASELINE = "baseline"
    INFUSION = "infusion"
    PAUSED = "paused"
    RECOVERY = "recovery"
    READY = "ready"
    LEFT = "left"
    ABORTED = "aborted"


OPEN_PHASES = frozenset(Phase) - {Phase.LEFT, Phase.ABORTED}
"""Phases in which a patient occupies the chair."""


class Priority(StrEnum):
    """Alarm priority; ADVISORY is shown and never sounds. Ordered by `rank`."""

    ADVISORY = "advisory"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 (advisory) to 3 (high)."""
        return _RANK[self]


_RANK = {Priority.ADVISORY: 0, Priority.LOW: 1, Priority.MEDIUM: 2, Priority.HIGH: 3}


class Kind(StrEnum):
    """What an alarm condition is about: the patient, or the equipment."""

    PHYSIOLOGICAL = "physiological"
    TECHNICAL = "technical"


class Presence(StrEnum):
    """Whether an alarm signal is given."""

    OFF = "off"
    ON = "on"
    LATCHED = "latched"
    ACKNOWLEDGED = "acknowledged"


class Role(StrEnum):
    """What a user may do."""

    NURSE = "nurse"
    ANESTHESIA = "anesthesia"
    ADMIN = "admin"
    WALL = "wall"
    """A display that only shows."""


ACTING_ROLES = frozenset({Role.NURSE, Role.ANESTHESIA})


class Vital(StrEnum):
    """A number that alarm limits are set for."""

    HR = "hr"
    SPO2 = "spo2"
    SBP = "sbp"
    DBP = "dbp"
    MAP = "map"


LIMBS = ("left arm", "right arm", "left leg", "right leg")
"""Where a cuff or a probe can sit."""
IV_ARMS = ("left", "right", "none")
"""Where the infusion runs: an arm, or neither."""


@dataclass(frozen=True, slots=True)
class LimitChange:
    """What anesthesia did to one limit of one patient."""

    condition: str
    priority: Priority
    limit: float | None
    """The patient's own absolute limit; None switches the band off."""
    was: float | None
    """The preset's."""
    at_ms: int
    by: str
    reason: str
    withdrawn: bool = False
    """The preset's limit holds again."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The patient's own values before the infusion: medians of the accepted readings."""

    systolic: float
    diastolic: float
    heart_rate: float | None = None
    readings: int = 2

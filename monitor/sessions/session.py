"""One visit as a value: everything a restart needs to go on with it, and what can be told from it."""

from __future__ import annotations

import msgspec

from monitor.terms import Baseline, LimitChange, Now, Phase


class CuffReading(msgspec.Struct, frozen=True):
    """One valid cuff result taken in phase baseline, mm[Hg] and /min."""

    key: str
    at_ms: int
    systolic: float
    diastolic: float
    heart_rate: float | None = None
    at_s: float | None = None
    """On the monotonic clock of `Now`, which nobody can set; None where only `at_ms` is known."""

    @property
    def order_s(self) -> float:
        """Seconds to order and to space readings by."""
        return self.at_ms / 1000 if self.at_s is None else self.at_s


class Away(msgspec.Struct, frozen=True):
    """The patient is away from the sensors; times on the monotonic clock of `Now` but `until_ms`."""

    reason: str
    since_s: float
    until_s: float
    until_ms: int
    valid_since_s: float | None = None
    """Since when valid values come again without a break."""


class CalledBack(msgspec.Struct, frozen=True):
    """What somebody who is called tells the patient's nurse."""

    text: str
    by: str
    at_ms: int


class Session(msgspec.Struct, frozen=True, omit_defaults=True):
    """The visit of one patient on one chair; changed only by making the next one."""

    id: str
    chair: str
    label: str
    seated_ms: int
    seated_s: float
    """On the monotonic clock of `Now`, as every time in `_s` that is no duration."""
    seated_by: str
    planned_min: int
    """In force: with what the infusion was extended by."""
    phase_since_ms: int
    phase_since_s: float
    phase: Phase = Phase.SEATED
    weight_kg: float | None = None
    dose_mg_per_kg: float | None = None
    started_ms: int | None = None
    ended_ms: int | None = None
    left_ms: int | None = None
    infused_s: float = 0.0
    """Infusion time up to the last stop of its clock."""
    ran: tuple[tuple[int, int], ...] = ()
    """The finished stretches of infusion between pauses, UTC milliseconds."""
    running_since_s: float | None = None
    """On the monotonic clock of `Now`; None while the infusion clock stands."""
    readings: tuple[CuffReading, ...] = ()
    baseline: Baseline | None = None
    away: Away | None = None
    extended_min: int = 0
    """How much of `planned_min` came by extension."""
    series: str = ""
    """The clinic's own code for a patient who comes again; empty for none. Names nobody."""
    iv_arm: str | None = None
    """`left`, `right` or `none`; None where nobody said."""
    cuff_limb: str | None = None
    """Where staff said that the cuff sits in this visit, e.g. `left arm`; else as configured."""
    oximeter_limb: str | None = None
    limit_changes: tuple[LimitChange, ...] = ()
    """All that anesthesia did to this patient's limits, oldest first."""
    nurse: str = ""
    """Who looks after the patient, by display name; empty: whoever seated them."""
    called_back: CalledBack | None = None
    """The newest word to the nurse that nobody has heard yet."""

    @property
    def nursed_by(self) -> str:
        """The patient's nurse."""
        return self.nurse or self.seated_by


def elapsed_s(session: Session, now: Now) -> float:
    """Infusion time so far, pauses excluded."""
    if session.running_since_s is None:
        return session.infused_s
    return session.infused_s + max(0.0, now.mono_s - session.running_since_s)


def planned_end_s(session: Session, now: Now) -> float | None:
    """When the infusion was or is planned to end, on the monotonic clock; None where none is under way."""
    if session.phase not in (Phase.INFUSION, Phase.PAUSED):
        return None
    return now.mono_s + session.planned_min * 60 - elapsed_s(session, now)


def enter(session: Session, phase: Phase, now: Now) -> Session:
    """The session in this phase; the infusion clock runs in infusion and stands in every other."""
    if phase is session.phase:
        return session
    infusing = phase is Phase.INFUSION
    stretch = () if session.running_since_s is None else ((session.phase_since_ms, now.utc_ms),)
    return msgspec.structs.replace(
        session,
        phase=phase,
        phase_since_ms=now.utc_ms,
        phase_since_s=now.mono_s,
        infused_s=elapsed_s(session, now),
        ran=(*session.ran, *stretch),
        running_since_s=now.mono_s if infusing else None,
        started_ms=now.utc_ms if infusing and session.started_ms is None else session.started_ms,
        ended_ms=now.utc_ms if phase is Phase.RECOVERY else session.ended_ms,
        left_ms=now.utc_ms if phase in (Phase.LEFT, Phase.ABORTED) else session.left_ms,
    )

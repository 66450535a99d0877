"""What an operator can ask for, as typed values: the desk stores them, the turn applies them.

Every action names its chair and, where one is open, the session the operator saw: an action meant for a
patient who has left is refused. The author, role and time travel beside it in `OperatorAction`.
"""

from __future__ import annotations

import msgspec

from monitor.terms import Priority, Role


class Seat(msgspec.Struct, frozen=True, tag="seat"):
    """Seat a patient on a free chair."""

    label: str
    """Short and not identifying, e.g. initials; 1–12 characters."""
    identifiers_confirmed: bool
    """The nurse checked two identifiers against the patient; refused when false."""
    planned_min: int = 40
    """Planned length of the infusion, 40–60 minutes."""
    weight_kg: float | None = None
    dose_mg_per_kg: float | None = None
    iv_arm: str | None = None
    """`left`, `right` or `none`; None where nobody said."""
    series: str = ""
    """The clinic's own code for a patient who comes again: 1–20 of A–Z, a–z, 0–9 and -; it names nobody."""


class SetLimbs(msgspec.Struct, frozen=True, tag="set_limbs"):
    """Say where the IV line, the cuff and the oximeter sit; None leaves what was said before."""

    iv_arm: str | None = None
    """`left`, `right` or `none`."""
    cuff: str | None = None
    """`left arm`, `right arm`, `left leg` or `right leg`."""
    oximeter: str | None = None
    """The same."""


class BeginBaseline(msgspec.Struct, frozen=True, tag="begin_baseline"):
    """Begin taking baseline readings: seated → baseline."""


class ConfirmBaseline(msgspec.Struct, frozen=True, tag="confirm_baseline"):
    """A nurse confirms the median of at least two accepted readings, a minute or more apart."""


class Start(msgspec.Struct, frozen=True, tag="start"):
    """Start the infusion; locks the baseline."""

    without_baseline: bool = False
    """The operator was told that relative limits stay off and goes on."""
    override_reason: str = ""
    """Why anesthesia starts although the start gate is shut."""


class Pause(msgspec.Struct, frozen=True, tag="pause"):
    """Pause the infusion."""

    reason: str = ""


class Resume(msgspec.Struct, frozen=True, tag="resume"):
    """Resume a paused infusion."""


class Extend(msgspec.Struct, frozen=True, tag="extend"):
    """Plan the infusion longer than it was planned."""

    minutes: int
    """How much longer, 1–30."""
    reason: str


class End(msgspec.Struct, frozen=True, tag="end"):
    """End the infusion: recovery begins."""

    reason: str = ""


class MarkReady(msgspec.Struct, frozen=True, tag="mark_ready"):
    """The patient is ready to leave: recovery → ready."""

    assessed: bool = False
    """The nurse assessed the patient and found them fit to go."""
    escort: bool = False
    """Somebody is there to take the patient home."""
    override_reason: str = ""
    """Why anesthesia lets the patient go although something is missing."""


class Finish(msgspec.Struct, frozen=True, tag="finish"):
    """The patient leaves; the record is written and the chair is free.

    Straight from recovery it passes the same gate as `MarkReady`, whose fields it has. From ready, what was
    confirmed then holds, and only what may have changed since is looked at again.
    """

    assessed: bool = False
    escort: bool = False
    override_reason: str = ""


class Abort(msgspec.Struct, frozen=True, tag="abort"):
    """The visit ends without (more) infusion; a reason is required."""

    reason: str


class Acknowledge(msgspec.Struct, frozen=True, tag="acknowledge"):
    """Take note of the one occurrence that the operator saw, at the priority that was shown."""

    occurrence: str
    priority: str


class PauseAudio(msgspec.Struct, frozen=True, tag="pause_audio"):
    """Pause the sound of exactly the alarms that sound on this chair now."""


class ResumeAudio(msgspec.Struct, frozen=True, tag="resume_audio"):
    """End the pause before its time is over."""


class AlarmOff(msgspec.Struct, frozen=True, tag="alarm_off"):
    """Switch off one condition on this chair until the session ends; what is high comes all the same."""

    condition: str
    reason: str


class AlarmOn(msgspec.Struct, frozen=True, tag="alarm_on"):
    """Switch a condition on again."""

    condition: str


class Accept(msgspec.Struct, frozen=True, tag="accept"):
    """Take responsibility for the one occurrence that the operator saw; it is acknowledged by that."""

    occurrence: str
    priority: str


class Reject(msgspec.Struct, frozen=True, tag="reject"):
    """Not me: whoever is next is called at once. A reason is required."""

    occurrence: str
    priority: str
    reason: str


class TakeOver(msgspec.Struct, frozen=True, tag="take_over"):
    """Take responsibility for an occurrence from whoever has it."""

    occurrence: str


class AssignNurse(msgspec.Struct, frozen=True, tag="assign_nurse"):
    """Another nurse looks after this patient."""

    nurse: str
    """As screens show the name."""


class HandOver(msgspec.Struct, frozen=True, tag="hand_over"):
    """The patient's nurse hands the patient over to a colleague."""

    to: str
    """As screens show the name."""
    note: str = ""


class CallBack(msgspec.Struct, frozen=True, tag="call_back"):
    """A word to the patient's nurse, shown on the tile until it is heard: "on my way", "call me"."""

    text: str
    """1–80 characters in one line."""


class CallHeard(msgspec.Struct, frozen=True, tag="call_heard"):
    """The word to the nurse has been heard: it leaves the tile."""


class ManualCuff(msgspec.Struct, frozen=True, tag="manual_cuff"):
    """A blood pressure taken by hand, mm[Hg]."""

    systolic: float
    diastolic: float
    pulse_rate: float | None = None
    minutes_ago: int = 0
    """How long ago it was taken, 0–60."""


class StartCuff(msgspec.Struct, frozen=True, tag="start_cuff"):
    """Start one determination now, where the chair's device can and may be told so."""


class CancelCuff(msgspec.Struct, frozen=True, tag="cancel_cuff"):
    """Deflate the cuff, and give up the determination."""


class EnteredInError(msgspec.Struct, frozen=True, tag="entered_in_error"):
    """Strike a cuff value that is wrong; it stays in the record, struck through, with the author."""

    cuff: str
    """Key of the value as shown in the snapshot."""
    reason: str = ""


class Standby(msgspec.Struct, frozen=True, tag="standby"):
    """The patient is away from the sensors for a moment (bathroom); technical alarms wait."""

    reason: str
    minutes: int = 10
    """Watching resumes by itself after this, 1–30, or as soon as valid values return."""


class EndStandby(msgspec.Struct, frozen=True, tag="end_standby"):
    """The patient is back."""


class Mark(msgspec.Struct, frozen=True, tag="mark"):
    """An event on the chart: nausea, dizziness, headache, anxiety, dissociation, medication, rate, note."""

    event: str
    severity: int | None = None
    """0–10 where the event has one."""
    note: str = ""


class ChangeLimit(msgspec.Struct, frozen=True, tag="change_limit"):
    """Set one alarm limit for this patient alone; by anesthesia only, within the preset's bounds."""

    condition: str
    """As journalled, e.g. `sbp_high`."""
    priority: Priority
    reason: str
    limit: float | None = None
    """In the vital's unit; None switches an advisory or low limit off."""


class ResetLimits(msgspec.Struct, frozen=True, tag="reset_limits"):
    """Take back every change: the preset's limits hold again; by anesthesia only."""


Act = (
    Seat
    | SetLimbs
    | BeginBaseline
    | ConfirmBaseline
    | Start
    | Pause
    | Resume
    | Extend
    | End
    | MarkReady
    | Finish
    | Abort
    | Acknowledge
    | PauseAudio
    | ResumeAudio
    | AlarmOff
    | AlarmOn
    | Accept
    | Reject
    | TakeOver
    | AssignNurse
    | HandOver
    | CallBack
    | CallHeard
    | ManualCuff
    | StartCuff
    | CancelCuff
    | EnteredInError
    | Standby
    | EndStandby
    | Mark
    | ChangeLimit
    | ResetLimits
)

MARK_EVENTS = (
    "nausea",
    "dizziness",
    "headache",
    "anxiety",
    "dissociation",
    "sedation",
    "medication",
    "rate_change",
    "note",
)


class OperatorAction(msgspec.Struct, frozen=True):
    """Who asked for what, when, where; append-only on the desk."""

    seq: int
    """The desk's own number; the journal commits its position in it with every turn."""
    at_ms: int
    user: str
    role: Role
    station: str
    chair: str
    session: str | None
    """The session the operator saw on that chair, None for a free chair."""
    act: Act


class Outcome(msgspec.Struct, frozen=True):
    """What the turn answered to one action."""

    seq: int
    accepted: bool
    message: str = ""
    """For a refusal: what was expected and what was found, in words for staff."""

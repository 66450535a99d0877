"""The snapshot: all that a screen needs of one turn, written in the turn's own transaction.

Times are UTC milliseconds; the reader counts ages from `Snapshot.at_ms`, never from its own clock.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from monitor.terms import LimitChange

Freshness = Literal["live", "recent", "dim", "gone", "none"]
"""live: may be read, less than 3 s old. recent: may be read, older than that: its age stands beside it.
dim: past its shelf life, faded. gone: shown as `--`. none: never measured here."""


class NumberView(msgspec.Struct, omit_defaults=True):
    """One continuous number of a chair. `value` is None unless it may be shown."""

    unit: str
    label: str
    value: float | None = None
    validity: str = "invalid"
    flags: tuple[str, ...] = ()
    freshness: Freshness = "none"
    at_ms: int | None = None
    """When the last believable value was measured; also for a value that is gone ("last 97, 40 s ago")."""
    last: float | None = None
    source: str = ""
    """The device's display name."""
    method: str | None = None
    other: float | None = None
    """What another source of the same vital says, while the two disagree."""


class ExpectedView(msgspec.Struct, array_like=True):
    """What was expected of a systolic pressure when it was taken, percent over the baseline's."""

    low: int
    high: int
    standing: str
    """below, within, above."""


class CuffView(msgspec.Struct, omit_defaults=True):
    """The pressure of a chair, and where the next one stands."""

    systolic: float | None = None
    diastolic: float | None = None
    mean: float | None = None
    pulse_rate: float | None = None
    validity: str = "invalid"
    flags: tuple[str, ...] = ()
    freshness: Freshness = "none"
    at_ms: int | None = None
    source: str = ""
    manual_by: str | None = None
    measuring: bool = False
    due_ms: int | None = None
    """When the next reading is due in this phase."""
    repeat_ms: int | None = None
    """When a repeat is wanted that confirms the last reading; in the past: at once."""
    repeat_number: int = 0
    """Which repeat that is, 1 or 2; 0 for none."""
    p_high: int | None = None
    """The chance that the true pressure of the last reading is at or over the high limits, %.

    An estimate, and only where there is a baseline."""
    p_medium: int | None = None
    """The same for the medium limits."""
    expected: ExpectedView | None = None
    """What was expected of this reading; None without a baseline or before the start."""
    last: tuple[float, float] | None = None
    """The last pressure, kept when `freshness` is gone so that it can be named with its time."""


class CuffPoint(msgspec.Struct, array_like=True):
    """One pressure on the trend."""

    key: str
    at_ms: int
    systolic: float
    diastolic: float
    mean: float | None
    validity: str
    manual_by: str | None
    in_error: bool


class ResponsePoint(msgspec.Struct, array_like=True):
    """One moment of the expected response, mm[Hg]."""

    at_ms: int
    systolic_low: int
    systolic_high: int
    diastolic_low: int
    diastolic_high: int


class Told(msgspec.Struct, array_like=True):
    """What became of the newest message about an alarm on one channel."""

    channel: str
    at_ms: int
    outcome: Literal["sending", "sent", "failed"]


class AlarmView(msgspec.Struct, omit_defaults=True):
    """One open occurrence."""

    id: str
    condition: str
    kind: str
    priority: str
    presence: str
    since_ms: int
    text: str
    """e.g. `SYS 184 ≥ 180`, `SpO₂ probe off`; short enough for a tile's strip."""
    priority_ms: int | None = None
    """Of a patient's alarm that became graver: since when it has had at least its present priority."""
    value: float | None = None
    value_ms: int | None = None
    """When `value` was measured; None while it is a continuous number that is live."""
    limit: float | None = None
    unit: str = ""
    questionable: bool = False
    audible: bool = False
    """True while this occurrence asks for sound anywhere: `calls` is not empty."""
    paused: bool = False
    """True while its sound is paused: `calls` is empty."""
    acknowledged_by: str | None = None
    acknowledged_ms: int | None = None
    calls: tuple[str, ...] = ()
    """The roles whose stations should sound it now."""
    called: tuple[str, ...] = ()
    """The roles that are asked to answer it: `calls`, whether or not the sound is paused."""
    outside: bool = False
    """True once the outside channels are called."""
    escalates_ms: int | None = None
    """When the next level is called; None when none is."""
    accepted_by: str | None = None
    """Who has taken responsibility."""
    accepted_ms: int | None = None
    rejected: tuple[tuple[str, int, str], ...] = ()
    """Who said "not me", when and why."""
    told: list[Told] = []
    """The newest message to each channel outside the screen."""


class AudioPausedView(msgspec.Struct, frozen=True):
    """The sound of some alarms of a chair waits."""

    by: str
    until_ms: int


class SwitchedOffView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One condition that is switched off on a chair."""

    condition: str
    by: str
    since_ms: int
    reason: str
    holds: str | None = None
    """The priority of the alarm that it holds back now."""


class FloodView(msgspec.Struct, frozen=True):
    """An alarm flood: how many alarms sound, or wait for somebody, by priority."""

    high: int
    medium: int
    low: int


class CalledBackView(msgspec.Struct, frozen=True):
    """A word to the patient's nurse that nobody has heard yet."""

    text: str
    by: str
    at_ms: int


class SessionView(msgspec.Struct, omit_defaults=True):
    """The visit on a chair."""

    id: str
    label: str
    phase: str
    seated_ms: int
    phase_since_ms: int
    planned_min: int
    elapsed_s: float = 0.0
    """Infusion time so far at `Snapshot.at_ms`, pauses excluded."""
    running: bool = False
    """True while the infusion clock runs."""
    started_ms: int | None = None
    ended_ms: int | None = None
    weight_kg: float | None = None
    dose_mg_per_kg: float | None = None
    baseline: tuple[float, float, float | None] | None = None
    """Confirmed systolic, diastolic, heart rate."""
    baseline_readings: int = 0
    """Accepted readings so far, before it is confirmed."""
    standby_reason: str | None = None
    standby_until_ms: int | None = None
    seated_by: str = ""
    extended_min: int = 0
    """How much of `planned_min` came by extension."""
    series: str = ""
    """The clinic's own code for a patient who comes again."""
    nurse: str = ""
    """Who looks after the patient."""
    start_needs: tuple[str, ...] = ()
    """In baseline: why only anesthesia may start now, e.g. `pressure 164/98 ≥ 160/100`."""
    start_caution: tuple[str, ...] = ()
    """In baseline: what whoever starts should know."""
    leave_missing: tuple[str, ...] = ()
    """In recovery: what is missing before the patient may leave, e.g. `12 more min`, `escort`; when ready:
    what has come up since."""
    limit_changes: tuple[LimitChange, ...] = ()
    """What anesthesia changed for this patient, as it holds now."""
    called_back: CalledBackView | None = None
    """What somebody who is called tells the nurse."""


class LimitLine(msgspec.Struct, array_like=True):
    """One absolute limit in force for this patient now."""

    condition: str
    priority: str
    limit: float


class DeviceView(msgspec.Struct, omit_defaults=True):
    """One device assigned to a chair."""

    id: str
    kind: str
    name: str
    state: str
    since_ms: int
    detail: str = ""
    malformed: int = 0
    """Bytes skipped since the monitor started."""
    skew_s: float | None = None
    """How far its clock is ahead of ours; None where it shows none, or before that is known."""
    gateway_skew_s: float | None = None
    """The same of its gateway's clock."""


class CuffControlView(msgspec.Struct, omit_defaults=True):
    """A cuff that can be started from here."""

    device: str
    """As screens call it."""
    started_ms: int | None = None
    """When it was started from here; None while nothing is waited for."""
    by: str = ""


class ChairView(msgspec.Struct, omit_defaults=True):
    """Everything about one chair."""

    id: str
    label: str
    room: str = ""
    demo: bool = False
    """Its data are no patient's: simulated, or played from a recording."""
    replay: bool = False
    """They are played from a recording."""
    session: SessionView | None = None
    hr: NumberView | None = None
    spo2: NumberView | None = None
    pi: NumberView | None = None
    cuff: CuffView | None = None
    cuff_control: CuffControlView | None = None
    """None where no cuff of this chair can, or may, be started from here."""
    trend: list[CuffPoint] = []
    response: list[ResponsePoint] = []
    """The corridor of the expected response; it changes when the infusion clock stops or goes on."""
    alarms: list[AlarmView] = []
    """Open occurrences, highest priority first, then oldest first."""
    pause_s: float = 120.0
    """How long a pause of the sound lasts here."""
    audio_paused: AudioPausedView | None = None
    off: list[SwitchedOffView] = []
    reminder_ms: int | None = None
    """When it was last recalled that something is quiet that would sound."""
    reminder_roles: tuple[str, ...] = ()
    """Whose stations give the reminder: the roles that made it quiet."""
    limits: list[LimitLine] = []
    preset: str = ""
    """The limits that the visit began with, and whether they wait for a clinician's numbers."""
    devices: list[DeviceView] = []


class Snapshot(msgspec.Struct, omit_defaults=True):
    """One turn as the screens see it."""

    turn: int
    at_ms: int
    boot: str
    """Changes when the monitor process starts anew."""
    clinic: str
    demo: bool
    speed: float
    chairs: list[ChairView] = []
    desk_seq: int = 0
    """The last operator action that this turn and those before it have applied."""
    flood: FloodView | None = None
    notices: list[str] = []
    """Faults that concern the whole clinic, in words: broker away, disk nearly full."""
    alarms: list[AlarmView] = []
    """Open occurrences that concern the whole clinic and no chair by itself."""

    def every_alarm(self) -> list[AlarmView]:
        """All open occurrences: the clinic's, then chair by chair."""
        return [*self.alarms, *(alarm for chair in self.chairs for alarm in chair.alarms)]


def without_labels(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot that does not say who sits in the chairs."""
    replace = msgspec.structs.replace
    chairs = [
        chair
        if chair.session is None
        else replace(chair, session=replace(chair.session, label="", series=""))
        for chair in snapshot.chairs
    ]
    return replace(snapshot, chairs=chairs)

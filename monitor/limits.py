"""Alarm limits: the types of a preset, and the numbers of the one that ships.

Source: the default numbers are this project's proposal (docs/alarms.md names what each rests on) and need
a clinician's signature; every one of them can be changed in clinic.toml.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.terms import Priority, Vital

Pair = tuple[float, float]
"""Systolic and diastolic."""


@dataclass(frozen=True, slots=True)
class Band:
    """One priority band of one side of one vital; None switches it off."""

    limit: float | None
    delay_s: float = 0.0
    """Condition delay: how long the value must stay beyond the limit."""
    immediate: float | None = None
    """Beyond this, no delay."""
    rise: float | None = None
    """Relative, against the baseline: mm[Hg] above it that also count …"""
    rise_floor: float | None = None
    """… once the value is at least this."""
    rise_percent: float | None = None
    """Relative: percent above (high side) or below (low side) the baseline."""
    bounds: tuple[float, float] | None = None
    """Within these, both included, anesthesia may set the limit for one patient; None forbids it."""


@dataclass(frozen=True, slots=True)
class VitalLimits:
    """One side of one vital: its bands by priority, its deadband, its clearing delay."""

    bands: dict[Priority, Band]
    deadband: float = 0.0
    clear_delay_s: float = 0.0
    """How long valid values must stay clear of the limit before its band ends."""


class Estimator(StrEnum):
    """What judges a high pressure that is to be confirmed."""

    RULE = "rule"
    """A second reading."""
    FILTER = "filter"
    """The chances that the filter finds, beside a second reading; the rule, where there is no baseline."""


@dataclass(frozen=True, slots=True)
class PressureRule:
    """How a second reading confirms a high pressure; pairs are systolic and diastolic, mm[Hg].

    Source: this project's simulation study of cuff artifacts (docs/alarms.md); needs a clinician's signature.
    """

    agree_s: float = 360.0
    """An earlier reading agrees with a new one if it is no older than this."""
    near_high: tuple[float, float] = (10, 6)
    """This far below the high limit a repeat still confirms high."""
    near_medium: tuple[float, float] = (3, 2)
    """This far below the medium limit a repeat still confirms medium."""
    leap: tuple[float, float] = (25, 15)
    """A rise of at least this, from below the medium limit, is a leap: more likely an artifact."""
    hold_leap: bool = True
    """A leap waits for its repeats before it sounds as medium; False sounds at once."""
    leap_priority: Priority = Priority.LOW
    """How a held leap asks for its repeats."""
    contradictions: int = 1
    """How many repeats below the medium limit refute a high reading …"""
    leap_contradictions: int = 2
    """… and how many a leap."""
    repeat_s: float = 60.0
    """So long after a reading that waits, a repeat is wanted."""
    start_repeats: bool = False
    """The repeat is started when it is wanted, where the device may be told so."""
    decide_s: float = 120.0
    """When repeats have not decided by then, time does …"""
    running_cuff_s: float = 180.0
    """… or when a cuff that is running then has ended, by this time at the latest."""
    react_s: float = 15.0
    """A leap that one repeat speaks against waits so much longer, for the second repeat to begin."""
    clear_readings: int = 2
    """How many readings in a row, below the limit by the deadband, take an alarm one priority down."""
    estimator: Estimator = Estimator.RULE


@dataclass(frozen=True, slots=True)
class FilterSettings:
    """The filter that estimates the true pressure; pairs are systolic and diastolic, mm[Hg] or mm[Hg]².

    Source: this project's simulation study, as the rule's (docs/alarms.md); needs a clinician's signature.
    """

    baseline_variance: tuple[float, float] = (9, 6)
    """How well the baseline is known."""
    rise: tuple[float, float] = (12, 8.2)
    """What the infusion adds at its planned end …"""
    rise_sd: tuple[float, float] = (10, 6.8)
    """… and how far patients differ in it, one standard deviation."""
    drift: tuple[float, float] = (1.5, 0.75)
    """Variance that each minute adds."""
    noise_variance: tuple[float, float] = (22.25, 13.25)
    """Of a sound reading."""
    artifact_share: float = 0.04
    """How many readings are artifacts …"""
    artifact_again_share: float = 0.3
    """… and how many of those that follow one …"""
    artifact_again_s: float = 180.0
    """… within so long."""
    artifact_sd: tuple[float, float] = (28, 18)
    """The error of an artifact, one standard deviation."""
    jump_share: float = 0.007
    """How often the true pressure has jumped since the last reading …"""
    jump_sd: tuple[float, float] = (25, 15)
    """… and how far, one standard deviation."""
    rise_min: float = 18.0
    """Time constant of the effect while the infusion runs, minutes …"""
    decay_min: float = 28.0
    """… and while it does not."""
    hypotheses: int = 10
    """How many are kept after each reading."""
    high: float = 0.3
    """High where the chance of a pressure over the high limit is more than this …"""
    medium: float = 0.4
    """… and medium, over the medium limit."""
    clear: float = 0.2
    """Less than this chance takes an alarm one priority down."""
    repeats: int = 2
    """So many repeats near the high limit are high, whatever the chance."""


@dataclass(frozen=True, slots=True)
class StartGate:
    """When an infusion may start; systolic and diastolic mm[Hg], rates /min, saturation %."""

    caution_systolic: float = 140.0
    """From here on, in either component, whoever starts is cautioned …"""
    caution_diastolic: float = 90.0
    systolic: float = 160.0
    """… and from here on only anesthesia starts, with a reason."""
    diastolic: float = 100.0
    heart_rate_low: float = 50.0
    """Below it, or above the next, only anesthesia starts."""
    heart_rate_high: float = 110.0
    spo2: float = 94.0
    """Below it only anesthesia starts."""


@dataclass(frozen=True, slots=True)
class LeaveGate:
    """What must be so before a patient leaves; units as in the start gate."""

    minimum_min: float = 30.0
    """Minutes from the end of the infusion."""
    apart_min: float = 10.0
    """Pressures that are good enough must span this many minutes, up to the newest one."""
    within_percent: float = 20.0
    """Good enough is a systolic pressure no further than this from the baseline's …"""
    systolic: float = 160.0
    """… and a pressure below this, in both components."""
    diastolic: float = 100.0
    heart_rate_low: float = 50.0
    """The heart rate lies between this and the next, both included."""
    heart_rate_high: float = 110.0
    spo2: float = 94.0
    """At least."""


@dataclass(frozen=True, slots=True)
class QualityRule:
    """When a value is no measurement, or a doubtful one; pairs are lowest and highest unless said otherwise.

    Pressures are mm[Hg], rates /min, saturations and the perfusion index %.
    Source: docs/alarms.md names what each rests on; needs a clinician's signature.
    """

    systolic: tuple[float, float] = (40, 260)
    """Outside these ranges a pressure is no measurement."""
    diastolic: tuple[float, float] = (15, 180)
    mean: tuple[float, float] = (20, 200)
    apart: float = 5.0
    """Nor is it where systolic exceeds diastolic by no more than this."""
    pulse_pressure: tuple[float, float, float, float] = (10, 15, 30, 50)
    """The smallest difference of the two that is believed: below, from, above and above …"""
    pulse_pressure_at: tuple[float, float, float] = (100, 150, 200)
    """… these systolic pressures."""
    spare_systolic: float = 180.0
    """From here on, in either component, no rule of plausibility silences a pressure …"""
    spare_diastolic: float = 110.0
    spare_low: float = 80.0
    """… nor below this systolic."""
    jump: tuple[float, float] = (30, 20)
    """Systolic and diastolic: a change of at least this is doubted …"""
    jump_min: float = 10.0
    """… within so many minutes of the last accepted pressure …"""
    jump_rate: float = 15.0
    """… while the heart rate changed by less than this."""
    mean_off: float = 15.0
    """A mean further than this from a third of systolic and two of diastolic is doubted."""
    pulse_off: float = 15.0
    """So is a cuff whose pulse rate is further than this from the oximeter's …"""
    cycle_s: float = 90.0
    """… and one that took longer than this."""
    spo2_least: float = 50.0
    """A saturation below this is doubted …"""
    perfusion_least: float = 0.3
    """… and one with a perfusion index below this."""
    spo2_drop: float = 8.0
    """A fall of the saturation by this much …"""
    spo2_drop_s: float = 3.0
    """… within so many seconds is doubted until it has stood for `sudden_hold_s`."""
    hr_change: float = 40.0
    """The same for a heart rate, in either direction …"""
    hr_change_s: float = 3.0
    sudden_hold_s: float = 10.0
    cuff_arm_s: float = 60.0
    """For so long from the start of an inflation a saturation on the cuff's arm is doubted."""
    sources_apart: float = 10.0
    """Two sources of the heart rate that differ by more than this …"""
    sources_apart_s: float = 30.0
    """… for so long are a technical alarm."""
    flat_spo2_min: float | None = 10.0
    """A saturation that is the same for longer than so many minutes is one, if the heart rate stays …"""
    flat_hr_within: float = 1.0
    """… within this much."""
    flat_hr_min: float | None = 10.0
    """A heart rate that is the same for so long is one."""


@dataclass(frozen=True, slots=True)
class LimitPreset:
    """A named set of limits."""

    name: str
    configured: bool
    """False for a preset that only bears a name: it equals `default` and is shown as not configured."""
    high: dict[Vital, VitalLimits]
    low: dict[Vital, VitalLimits]
    no_data_s: float = 10.0
    """A continuous metric without a valid value for this long is a technical alarm."""
    probe_off_s: float = 5.0
    device_lost_s: float = 5.0
    """Beyond the three periods after which a device counts as silent."""
    technical_medium_s: float | None = 60.0
    """During the infusion, no data or a lost device is of medium priority after standing this long."""
    overdue_low_s: float | None = 120.0
    """A pressure that is overdue for this long is a technical alarm …"""
    overdue_medium_s: float | None = 300.0
    """… and during the infusion, for this long, one of medium priority."""
    overrun_low_s: float | None = 600.0
    """An infusion that goes on for this long after its planned end is a technical alarm."""
    clock_step_s: float = 60.0
    """How long a backward step of the host's clock is shown."""
    gateway_skew_s: float | None = 5.0
    """During the infusion, a gateway whose clock is further from ours is a technical alarm: beyond 5 s ahead
    nothing that it stamps is live."""
    device_skew_s: float | None = 60.0
    """The same of a device that shows a time; its time is information only, so the limit is wide."""
    acknowledge_high_s: float = 180.0
    acknowledge_medium_s: float = 600.0
    acknowledge_low_s: float = 1800.0
    audio_pause_s: float = 120.0
    """How long the sound of a chair may be paused."""
    reminder_s: float | None = 150.0
    """While something that would sound is quiet, this is how often it is recalled; None never."""
    escalate_medium_s: float | None = 120.0
    """A medium alarm that nobody acknowledges for this long calls anesthesia too; None: it never does."""
    escalate_high_s: float = 60.0
    """A high alarm that is not answered for this long calls every station and outside channels."""
    latching: bool = False
    require_baseline: bool = True
    """An infusion without a confirmed baseline is a technical alarm."""
    worse_by: float = 10.0
    """An acknowledged pressure that is worse by this much, mm[Hg], alarms anew."""
    confirm_pressure: bool = True
    """High pressures wait for a second reading, after `pressure_rule`."""
    pressure_rule: PressureRule = PressureRule()
    pressure_filter: FilterSettings = FilterSettings()
    low_heart_rate_baseline: float = 60.0
    """A baseline heart rate below this lowers every low heart-rate limit by `low_heart_rate_shift`."""
    low_heart_rate_shift: float = 5.0
    start_gate: StartGate = StartGate()
    leave_gate: LeaveGate = LeaveGate()
    quality: QualityRule = QualityRule()


@dataclass(frozen=True, slots=True)
class FloodRule:
    """When alarms come so fast that they are told by number."""

    count: int = 8
    """More beginnings of sounding alarms in the whole clinic than this …"""
    seconds: float = 60.0
    """… within this time."""


@dataclass(frozen=True, slots=True)
class SwapRule:
    """When the numbers of two chairs may have been exchanged."""

    rate: float = 15.0
    """A heart rate that changes by this much at once, /min, …"""
    settled_s: float = 60.0
    """… after it had been steady for so long …"""
    hold_s: float = 15.0
    """… and stays for so long, is a step."""
    apart_s: float = 120.0
    """Two chairs' steps this close in time …"""
    alike: float = 5.0
    """… each to within this of where the other one was, /min, …"""
    alike_spo2: float = 2.0
    """… with saturations that agree as well, %, are suspected."""
    gap_s: float = 300.0
    """After a longer silence a heart rate is known anew."""


@dataclass(frozen=True, slots=True)
class CuffSchedule:
    """How often a pressure is due, and how long an infusion may be planned for; minutes."""

    baseline_min: float = 2.0
    infusion_min: float = 5.0
    recovery_min: float = 15.0
    after_high_min: float = 2.5
    """After a pressure that is high or within its deadband, until two valid ones in a row lie below."""
    longest_infusion_min: float = 90.0
    """How long an infusion may be planned for, its extensions included."""
    cuff_timeout_s: float = 180.0
    """A determination that was started from here and gives no result by then is cancelled."""


@dataclass(frozen=True, slots=True)
class ExpectedResponse:
    """How much pressure and heart rate are expected to rise over the baseline; mm[Hg], /min, minutes.

    The means stand for the end of a 40-minute infusion of 0.5 mg/kg; no published curve says what another
    dose does, so none is assumed. It is an expectation to look at, never a limit.
    """

    preset: str = "yale"
    systolic: float = 16.0
    systolic_sd: float = 11.2
    diastolic: float = 11.0
    diastolic_sd: float = 8.45
    heart_rate: float = 4.1
    heart_rate_sd: float = 8.0
    rise_min: float = 18.0
    """Time constant of the rise, which ends with the infusion …"""
    decay_min: float = 28.0
    """… and of the return after it."""
    deviations: float = 1.28
    """Half the width of the corridor, standard deviations: 1.28 holds 80 % of a normal distribution."""
    systolic_rest_sd: float = 5.5
    """The spread of one reading against a baseline without any drug; so wide is the corridor at least."""
    diastolic_rest_sd: float = 4.3
    heart_rate_rest_sd: float = 5.0


RESPONSES = {
    "yale": ExpectedResponse(),
    "guangzhou": ExpectedResponse("guangzhou", systolic=7.4, diastolic=6.0, heart_rate=1.9),
    "emory": ExpectedResponse("emory", systolic=3.28, diastolic=3.17, heart_rate=1.9),
}
"""Three cohorts, whose means differ fivefold: which one a clinic's patients resemble, the clinic must say.

Source: yale: Gen Hosp Psychiatry 2024, doi 10.1016/j.genhosppsych.2024.07.001, 2342 infusions: mean and
standard deviation at minute 40. guangzhou: 741 infusions of 135 patients: largest means of pressure and
pulse. emory: J Affect Disord 2018, doi 10.1016/j.jad.2018.02.025, 684 infusions: largest means, at minute
30. The last two are known here without deviations and borrow yale's; emory's heart rate is guangzhou's.
Yale's heart rate is the pooled mean of Front Psychiatry 2021, 12:549080. The heart rate's deviations, the
spread at rest and both time constants are this project's: fitted to those means and to returns within 90 to
100 minutes.
"""


def default_preset() -> LimitPreset:
    """Return the preset `default`, the only one that ships with numbers."""
    advisory, low, medium, high = Priority
    return LimitPreset(
        name="default",
        configured=True,
        high={
            Vital.HR: VitalLimits(
                {
                    advisory: Band(100, bounds=(90, 130)),
                    low: Band(110, 30, bounds=(95, 140)),
                    medium: Band(120, 15, bounds=(105, 150)),
                    high: Band(140, 10, bounds=(130, 160)),
                },
                deadband=3,
            ),
            Vital.SBP: VitalLimits(
                {
                    advisory: Band(150, rise_percent=20, rise_floor=140, bounds=(130, 185)),
                    medium: Band(160, rise=40, rise_floor=140, bounds=(140, 190)),
                    high: Band(180, immediate=200, bounds=(160, 200)),
                },
                deadband=5,
            ),
            Vital.DBP: VitalLimits(
                {
                    advisory: Band(95, bounds=(85, 115)),
                    medium: Band(100, rise=25, rise_floor=90, bounds=(90, 115)),
                    high: Band(110, immediate=120, bounds=(100, 120)),
                },
                deadband=3,
            ),
            Vital.MAP: VitalLimits(
                {medium: Band(None, bounds=(105, 135)), high: Band(None, bounds=(115, 150))}, deadband=3
            ),
        },
        low={
            Vital.HR: VitalLimits(
                {
                    advisory: Band(55, bounds=(45, 65)),
                    medium: Band(50, 15, bounds=(42, 60)),
                    high: Band(40, 10, bounds=(35, 45)),
                },
                deadband=3,
            ),
            Vital.SPO2: VitalLimits(
                {
                    advisory: Band(95, 30, bounds=(86, 98)),
                    low: Band(94, 30, bounds=(86, 97)),
                    medium: Band(90, 15, bounds=(84, 95)),
                    high: Band(85, 10, immediate=80, bounds=(80, 92)),
                },
                deadband=1,
                clear_delay_s=10,
            ),
            Vital.SBP: VitalLimits(
                {
                    advisory: Band(100, bounds=(85, 120)),
                    medium: Band(90, rise_percent=30, bounds=(80, 110)),
                    high: Band(80, bounds=(70, 95)),
                },
                deadband=5,
            ),
            Vital.MAP: VitalLimits(
                {
                    low: Band(70, bounds=(60, 80)),
                    medium: Band(65, bounds=(55, 75)),
                    high: Band(55, bounds=(50, 65)),
                },
                deadband=3,
            ),
        },
    )

"""A named set of limits, and the one that ships with numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.limits.bands import Band, VitalLimits
from monitor.limits.pressure import FilterSettings, PressureRule
from monitor.limits.rules import LeaveGate, QualityRule, StartGate
from monitor.terms import Priority, Vital


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
    pressure_rule: PressureRule = field(default_factory=PressureRule)
    pressure_filter: FilterSettings = field(default_factory=FilterSettings)
    low_heart_rate_baseline: float = 60.0
    """A baseline heart rate below this lowers every low heart-rate limit by `low_heart_rate_shift`."""
    low_heart_rate_shift: float = 5.0
    start_gate: StartGate = field(default_factory=StartGate)
    leave_gate: LeaveGate = field(default_factory=LeaveGate)
    quality: QualityRule = field(default_factory=QualityRule)


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

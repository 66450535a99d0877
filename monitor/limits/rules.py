"""The gates of a visit, when a value is believed, and what looks over all chairs."""

from __future__ import annotations

from dataclasses import dataclass


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

"""The course of a visit: when a pressure is due, and what response is expected."""

from __future__ import annotations

from dataclasses import dataclass


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

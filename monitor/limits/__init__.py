"""Alarm limits: the types of a preset, and the numbers of the one that ships.

Source: the default numbers are this project's proposal (docs/alarms.md names what each rests on) and need
a clinician's signature; every one of them can be changed in clinic.toml.
"""

from __future__ import annotations

from monitor.limits.bands import Band, VitalLimits
from monitor.limits.course import RESPONSES, CuffSchedule, ExpectedResponse
from monitor.limits.preset import LimitPreset, default_preset
from monitor.limits.pressure import Estimator, FilterSettings, Pair, PressureRule
from monitor.limits.rules import FloodRule, LeaveGate, QualityRule, StartGate, SwapRule

__all__ = [
    "RESPONSES",
    "Band",
    "CuffSchedule",
    "Estimator",
    "ExpectedResponse",
    "FilterSettings",
    "FloodRule",
    "LeaveGate",
    "LimitPreset",
    "Pair",
    "PressureRule",
    "QualityRule",
    "StartGate",
    "SwapRule",
    "VitalLimits",
    "default_preset",
]

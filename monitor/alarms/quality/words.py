"""The words of signal quality: the flags on values, and the technical conditions."""

from __future__ import annotations

IMPLAUSIBLE = "implausible"
"""A value that hardly any patient has, or numbers that do not fit together."""
UNLIKE_LAST = "unlike_last"
"""A pressure far from the last one, although the heart rate stayed."""
MEAN_OFF = "mean_off"
"""The mean does not follow from systolic and diastolic."""
PULSE_DIFFERS = "pulse_differs"
"""The cuff counted another pulse than the oximeter."""
LONG_CYCLE = "long_cycle"
"""The cuff took very long."""
SUDDEN_DROP = "sudden_drop"
SUDDEN_CHANGE = "sudden_change"
LOW_PERFUSION = "low_perfusion"
CUFF_RUNNING = "cuff_running"
"""A cuff was inflated on the oximeter's arm, or may have been."""
SOURCES_DIFFER = "sources_differ"
"""Two sources of the heart rate disagree."""

MOVED = frozenset({"movement", "motion", "artifact", "retries"})
"""Flags by which a device says that the cuff was disturbed."""

CUFF_IMPLAUSIBLE = "cuff_implausible"
HR_SOURCES_DIFFER = "hr_sources_differ"
FLAT_LINE_SPO2 = "flat_line_spo2"
FLAT_LINE_HR = "flat_line_hr"
CUFF_ON_IV_ARM = "cuff_on_iv_arm"
POSSIBLE_SWAP = "possible_swap"

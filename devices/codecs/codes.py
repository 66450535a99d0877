"""What codes of others stand for: MDC (ISO/IEEE 11073-10101) and LOINC, by table; any other code is unknown.

150017 and 150018 are pressures of any vessel: they are not read as a cuff's.

Source: ISO/IEEE 11073-10101; LOINC; IHE PCD-01 for 150301 to 150303.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from devices.model import MetricCode, RateMethod

Part = Literal["systolic", "diastolic", "mean", "pulse_rate"]


@dataclass(frozen=True, slots=True)
class Coded:
    """What a code stands for: a continuous metric, or a part of a cuff result."""

    metric: MetricCode
    part: Part | None = None
    method: RateMethod | None = None


_SYSTOLIC = Coded(MetricCode.NIBP, "systolic")
_DIASTOLIC = Coded(MetricCode.NIBP, "diastolic")
_MEAN = Coded(MetricCode.NIBP, "mean")
_PULSE = Coded(MetricCode.PULSE_RATE, method=RateMethod.OXIMETER)

MDC: dict[str, Coded] = {
    "150456": Coded(MetricCode.SPO2),
    "150448": Coded(MetricCode.PERFUSION_INDEX),
    "149530": _PULSE,
    "149522": Coded(MetricCode.PULSE_RATE, method=RateMethod.UNKNOWN),
    "147842": Coded(MetricCode.HEART_RATE, method=RateMethod.ECG),
    "151562": Coded(MetricCode.RESPIRATION_RATE),
    "150344": Coded(MetricCode.TEMPERATURE),
    **dict.fromkeys(("150021", "150301"), _SYSTOLIC),
    **dict.fromkeys(("150022", "150302"), _DIASTOLIC),
    **dict.fromkeys(("150023", "150303"), _MEAN),
    "149546": Coded(MetricCode.NIBP, "pulse_rate"),
}
"""By 32-bit code, as text."""

LOINC: dict[str, Coded] = {
    "59408-5": Coded(MetricCode.SPO2),
    "61006-3": Coded(MetricCode.PERFUSION_INDEX),
    "8889-8": _PULSE,
    "8867-4": Coded(MetricCode.HEART_RATE, method=RateMethod.UNKNOWN),
    "9279-1": Coded(MetricCode.RESPIRATION_RATE),
    "8310-5": Coded(MetricCode.TEMPERATURE),
    **dict.fromkeys(("8480-6", "76534-7"), _SYSTOLIC),
    **dict.fromkeys(("8462-4", "76535-4"), _DIASTOLIC),
    **dict.fromkeys(("8478-0", "76536-2"), _MEAN),
}

PANEL = "85354-9"
"""A blood pressure whose parts are its components."""

SYSTEMS = {
    **dict.fromkeys(("MDC", "urn:iso:std:iso:11073:10101"), MDC),
    **dict.fromkeys(("LN", "http://loinc.org"), LOINC),
}
"""By the name of the coding system."""

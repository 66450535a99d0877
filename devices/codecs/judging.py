"""What every codec does with a number: status first, then sentinels, then range.

A device goes on printing numbers after its probe came off. So its status decides first; a number that is
then missing has the flag `no_data`, one outside what the metric can be has `out_of_range`. Zero is never
a measurement.
"""

from __future__ import annotations

from datetime import datetime

from devices.model import (
    METRICS,
    NO_STAMP,
    CuffResult,
    MetricCode,
    Observation,
    RateMethod,
    Stamp,
    Validity,
)

NO_DATA = "no_data"
OUT_OF_RANGE = "out_of_range"


def judged_observation(
    metric: MetricCode,
    value: float | None,
    validity: Validity = Validity.VALID,
    flags: tuple[str, ...] = (),
    *,
    device_time: datetime | None = None,
    method: RateMethod | None = None,
    stamp: Stamp = NO_STAMP,
    history: bool = False,
) -> Observation:
    """Return the observation of a value whose status says `validity`; `value` None means a sentinel."""
    if validity is not Validity.INVALID:
        reason = _fault(metric, value)
        if reason is not None:
            validity, flags = Validity.INVALID, (*flags, reason)
    shown = None if value is None or validity is Validity.INVALID else float(value)
    return Observation(metric, shown, validity, flags, device_time, method, stamp, history)


def judged_oximetry(
    spo2: float | None,
    pulse_rate: float | None,
    validity: Validity = Validity.VALID,
    flags: tuple[str, ...] = (),
    *,
    device_time: datetime | None = None,
    history: bool = False,
) -> list[Observation]:
    """Return SpO₂ and the pulse rate of an oximeter, as one status judges both."""
    return [
        judged_observation(
            metric, value, validity, flags, device_time=device_time, method=method, history=history
        )
        for metric, value, method in (
            (MetricCode.SPO2, spo2, None),
            (MetricCode.PULSE_RATE, pulse_rate, RateMethod.OXIMETER),
        )
    ]


def device_clock(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime | None:
    """Return what the device's clock shows; None for no time at all: a wrong clock condemns no number."""
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the device knows no zone
    except ValueError:
        return None


def judged_cuff(
    systolic: float | None,
    diastolic: float | None,
    mean: float | None,
    pulse_rate: float | None,
    validity: Validity = Validity.VALID,
    flags: tuple[str, ...] = (),
    *,
    device_time: datetime | None = None,
    age_s: float | None = None,
    status: str | None = None,
    result_id: str | None = None,
    stamp: Stamp = NO_STAMP,
    own_time: bool = True,
) -> CuffResult:
    """Return the cuff result; a mean or pulse rate that cannot be one is left out of a valid result."""
    if validity is not Validity.INVALID:
        faults = {_fault(MetricCode.NIBP, value) for value in (systolic, diastolic)} - {None}
        if faults:
            validity, flags = Validity.INVALID, (*flags, *sorted(str(fault) for fault in faults))
    believed = validity is not Validity.INVALID
    return CuffResult(
        _usable(MetricCode.NIBP, systolic) if believed else None,
        _usable(MetricCode.NIBP, diastolic) if believed else None,
        _usable(MetricCode.NIBP, mean) if believed else None,
        _usable(MetricCode.PULSE_RATE, pulse_rate) if believed else None,
        validity,
        flags,
        device_time,
        age_s,
        status,
        result_id,
        stamp,
        own_time,
    )


def _usable(metric: MetricCode, value: float | None) -> float | None:
    return None if value is None or _fault(metric, value) else float(value)


def _fault(metric: MetricCode, value: float | None) -> str | None:
    if value is None:
        return NO_DATA
    return None if METRICS[metric].low <= value <= METRICS[metric].high else OUT_OF_RANGE

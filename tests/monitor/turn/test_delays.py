"""The delays that docs/alarms.md discloses, from what a device says to what screens see, turn by turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.model import DeviceState, LinkChange
from tests.monitor.turn.clinic import Clinic


def seconds_until(clinic: Clinic, seen: Callable[[], bool], at_most: int, **calm: float | None) -> int:
    """A turn a second: how many until it is seen."""
    for passed in range(at_most + 1):
        if seen():
            return passed
        clinic.run(1, **calm)  # type: ignore[arg-type]
    pytest.fail(f"not seen within {at_most} s")


def priority(clinic: Clinic, condition: str) -> str | None:
    alarm = clinic.alarms(at_least="advisory").get(condition)
    return None if alarm is None else alarm.priority


@pytest.mark.parametrize(
    ("pressure", "condition", "begins"),
    [
        ((181, 92), "sbp_high", "medium"),
        ((184, 92), "sbp_high", "low"),
        ((150, 112), "dbp_high", "low"),
        ((164, 92), "sbp_high", "advisory"),
        ((205, 118), "sbp_high", "high"),
        ((182, 121), "dbp_high", "high"),
    ],
)
def test_a_high_pressure_is_shown_within_two_seconds(
    clinic: Clinic, pressure: tuple[float, float], condition: str, begins: str
) -> None:
    clinic.infuse(pressure=(158, 88))
    clinic.cuff(*pressure)
    seconds_until(clinic, lambda: priority(clinic, condition) == begins, 2)


@pytest.mark.parametrize("pressure", [(184, 92), (150, 112), (190, 114)])
def test_a_pressure_over_the_high_limit_without_a_repeat_is_high_within_125_seconds(
    clinic: Clinic, pressure: tuple[float, float]
) -> None:
    clinic.infuse()
    clinic.cuff(*pressure)
    condition = "sbp_high" if pressure[0] >= 180 else "dbp_high"
    waited = seconds_until(clinic, lambda: priority(clinic, condition) == "high", 125)
    assert 115 <= waited <= 125


@pytest.mark.parametrize(("spo2", "within_s"), [(84, 12), (79, 1)])
def test_a_low_saturation_is_high_within_its_delay(clinic: Clinic, spo2: float, within_s: int) -> None:
    clinic.infuse()
    clinic.run(5)
    seconds_until(clinic, lambda: priority(clinic, "spo2_low") == "high", within_s, spo2=spo2)


def test_a_saturation_that_vanishes_in_the_middle_of_its_fall_is_high_as_if_it_had_stayed(
    clinic: Clinic,
) -> None:
    clinic.infuse()
    clinic.run(5)
    clinic.run(6, spo2=84)
    seconds_until(clinic, lambda: priority(clinic, "spo2_low") == "high", 6, spo2=None)
    seconds_until(clinic, lambda: priority(clinic, "no_data_spo2") is not None, 6, spo2=None)


@pytest.mark.parametrize("state", [DeviceState.DISCONNECTED, DeviceState.SILENT])
def test_a_lost_link_is_an_alarm_within_ten_seconds(clinic: Clinic, state: DeviceState) -> None:
    clinic.infuse()
    clinic.says("oxi-1", LinkChange(state))
    seconds_until(
        clinic, lambda: priority(clinic, "device_lost_oxi-1") is not None, 10, spo2=None, pulse=None
    )


def test_a_probe_that_is_off_is_an_alarm_within_ten_seconds(clinic: Clinic) -> None:
    clinic.infuse()

    def probe_off() -> bool:
        clinic.spo2(None, flags=("probe_off",))
        return priority(clinic, "probe_off") is not None

    seconds_until(clinic, probe_off, 10, spo2=None, pulse=None)

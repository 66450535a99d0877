from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.catalogue import KINDS
from devices.codecs.datex_dri import ASK, DatexDri, frame, request
from devices.links.settings import LineSettings
from devices.model import CuffPhase, CuffResult, CuffState, DeviceEvent, MetricCode, Observation, RateMethod
from tests.devices.support import decode

T = 1_770_129_015
NO = -32767
MEASURING, IDLE = CuffState(CuffPhase.MEASURING), CuffState(CuffPhase.IDLE)
HR, PR, SPO2 = MetricCode.HEART_RATE, MetricCode.PULSE_RATE, MetricCode.SPO2
ACTIVE, FROM_ECG = 3, 1 << 3


def record(at_s: int, kind: int, part: bytes, main: int = 0) -> bytes:
    header = bytearray(40)
    struct.pack_into("<hBBHI", header, 0, 40 + len(part), 0, 7, 0, at_s)
    struct.pack_into("<h", header, 14, main)
    struct.pack_into("<hB", header, 16, 0, kind)
    header[21] = 0xFF
    return frame(bytes(header) + part)


def displayed(at_s: int = T, *, kind: int = 1, number: int = 0, **groups: tuple[int, ...]) -> bytes:
    part = bytearray(278)
    shown = {
        "ecg": (ACTIVE | FROM_ECG, 0, 72, NO, NO, NO, 16),
        "nibp": (ACTIVE, 0, NO, NO, NO, NO),
        "spo2": (ACTIVE, 0, 9700, 71, 310, NO),
        "t1": (0, 0, NO),
    } | groups
    for name, at in {"ecg": 4, "nibp": 76, "t1": 90, "spo2": 122}.items():
        status, label, *values = shown[name]
        struct.pack_into(f"<IH{len(values)}h", part, at, status, label, *values)
    struct.pack_into("<H", part, 276, number << 8)
    return record(at_s, kind, bytes(part))


def aux(time_s: int, at_s: int = T) -> bytes:
    return record(at_s, 4, struct.pack("<I", time_s).ljust(114, b"\0"))


def pressure(systolic: int = 128, diastolic: int = 76, label: int = 0) -> tuple[int, ...]:
    return (ACTIVE, label, systolic * 100, diastolic * 100, 9300, 71)


def cuffs(*wires: bytes) -> list[DeviceEvent]:
    return [e for e in decode(DatexDri(), *wires) if isinstance(e, CuffResult | CuffState)]


def values(wire: bytes) -> dict[MetricCode, tuple[Any, ...]]:
    seen = [e for e in decode(DatexDri(), wire) if isinstance(e, Observation)]
    return {e.metric: (e.value, e.method, e.flags) for e in seen}


def test_the_makers_own_request() -> None:
    made = request(1, 10)
    assert made[:-2][:42] == bytes.fromhex("7E 31") + bytes(20) + bytes.fromhex("FF") + bytes(18) + b"\x01"
    vendor = (
        bytearray.fromhex("7E 31")
        + bytes(20)
        + b"\xff"
        + bytes(18)
        + bytes.fromhex("01 0A 00 0E 00 00 00 00 00 49 7E")
    )
    assert len(made) == len(vendor) == 52
    # The maker's example asks for all classes (0E), this product for the basic one only.
    assert bytes(vendor[:44]) == made[:44]
    assert vendor[-2] - made[-2] == 0x0E


def test_a_checksum_that_is_a_flag_is_escaped() -> None:
    assert request(3, 0x4B)[-3:] == b"\x7d\x5e\x7e"
    assert request(3, 0x4A)[-3:] == b"\x7d\x5d\x7e"


def test_it_is_asked_for_what_is_displayed_every_five_seconds_on_a_line_with_handshake() -> None:
    kind = KINDS["datex-dri"]
    assert kind.wake == ASK == request(1, 5)
    assert kind.stay == request(4, -1)
    assert kind.line == LineSettings(19_200, parity="E", rtscts=True)
    assert not kind.cuff


class TestCuff:
    def test_a_result_has_the_age_that_the_monitors_own_clock_gives_it(self) -> None:
        (told,) = cuffs(aux(T - 90), displayed(T + 5, nibp=pressure(label=0x108)))
        assert isinstance(told, CuffResult)
        assert (told.systolic, told.diastolic, told.mean, told.pulse_rate) == (128, 76, 93, 71)
        assert (told.age_s, told.result_id) == (95.0, str(T - 90))

    @given(st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=6))
    def test_each_determination_is_told_once_however_often_it_is_shown(
        self, shown: list[tuple[int, bool]]
    ) -> None:
        wire = b""
        for number, (times, seen_measuring) in enumerate(shown):
            if seen_measuring:
                wire += displayed(nibp=pressure(label=0x20))
            wire += (aux(T + number) + displayed(T + 900, nibp=pressure())) * times
        ids = [event.result_id for event in cuffs(wire) if isinstance(event, CuffResult)]
        assert ids == [str(T + number) for number in range(len(shown))]

    def test_a_clock_that_was_set_back_makes_no_old_pressure_young(self) -> None:
        old = displayed(T + 5, nibp=pressure(label=0x100))
        assert cuffs(aux(T), old) == []
        assert cuffs(aux(T + 3600), old, old) == []
        assert cuffs(aux(T + 3600), displayed(T + 5, nibp=pressure())) == []
        seen = cuffs(aux(T + 3600), displayed(nibp=pressure(label=0x20)), displayed(T + 5, nibp=pressure()))
        (told,) = (event for event in seen if isinstance(event, CuffResult))
        assert (told.systolic, told.age_s) == (128, None)

    def test_the_numbers_wait_for_their_time(self) -> None:
        wires = [aux(T), displayed(nibp=pressure()), displayed(T + 60, nibp=pressure(label=0x20))]
        new = displayed(T + 65, nibp=pressure(150, 90))
        told = cuffs(*wires, new, aux(T + 62), displayed(T + 70, nibp=pressure(150, 90)))
        assert [e.age_s for e in told if isinstance(e, CuffResult)] == [0.0, 8.0]

    def test_a_monitor_that_never_says_the_time_is_read_by_edges(self) -> None:
        old = [displayed(nibp=pressure(label=0x100))] * 5
        assert cuffs(*old) == []
        assert cuffs(displayed(nibp=pressure())) == []
        edge = cuffs(*old, displayed(nibp=pressure(label=0x20)), *[displayed(nibp=pressure(131))] * 5)
        assert [type(event) for event in edge] == [CuffState, CuffResult]
        young = cuffs(*old, *[displayed(nibp=pressure(131))] * 5)
        assert [type(event) for event in young] == [CuffResult]

    def test_while_it_measures_the_numbers_of_before_are_not_told(self) -> None:
        assert cuffs(aux(T), displayed(nibp=pressure(label=0x20))) == [MEASURING]

    @pytest.mark.parametrize("label", [0x40, 0x80])
    def test_stasis_and_calibration_are_no_determination(self, label: int) -> None:
        assert cuffs(aux(T), displayed(nibp=pressure(label=label))) == []

    def test_a_determination_that_failed_is_told_without_a_number(self) -> None:
        (told,) = cuffs(aux(T), displayed(nibp=(ACTIVE, 0, NO, NO, NO, NO)))
        assert isinstance(told, CuffResult)
        assert (told.systolic, told.flags, told.status) == (None, ("no_data", "nibp_failed"), "failed")

    def test_a_module_that_is_pulled_ends_the_determination(self) -> None:
        assert cuffs(displayed(nibp=pressure(label=0x20)), displayed(nibp=(0, 0, NO, NO, NO, NO))) == [
            MEASURING,
            IDLE,
        ]


class TestRates:
    @pytest.mark.parametrize("source", [1, 9])
    def test_what_the_ecg_counted_is_a_heart_rate(self, source: int) -> None:
        seen = values(displayed(ecg=(ACTIVE | source << 3, 0, 74, NO, NO, NO, 16)))
        assert seen[HR] == (74, RateMethod.ECG, ())
        assert seen[PR] == (71, RateMethod.OXIMETER, ())

    @pytest.mark.parametrize(
        ("source", "method"), [(6, RateMethod.OXIMETER), (12, RateMethod.OXIMETER), (2, RateMethod.UNKNOWN)]
    )
    def test_what_another_sensor_counted_is_a_pulse_rate(self, source: int, method: RateMethod) -> None:
        ecg = (ACTIVE | source << 3, 0, 74, NO, NO, NO, 16)
        seen = values(displayed(ecg=ecg, spo2=(0, 0, NO, NO, NO, NO)))
        assert seen[HR] == (None, RateMethod.ECG, ("no_data",))
        assert seen[PR] == (74, method, ())

    def test_the_oximeters_own_rate_comes_first(self) -> None:
        assert values(displayed(ecg=(ACTIVE | 6 << 3, 0, 74, NO, NO, NO, 16)))[PR][0] == 71

    @pytest.mark.parametrize(
        ("bit", "flag"), [(2, "asystole"), (7, "noise"), (8, "artifact"), (9, "searching"), (10, "paced")]
    )
    def test_each_bit_of_the_ecg_status(self, bit: int, flag: str) -> None:
        assert values(displayed(ecg=(ACTIVE | FROM_ECG | 1 << bit, 0, 74, NO, NO, NO, 16)))[HR][2] == (flag,)

    def test_leads_that_are_all_off_are_said_to_be(self) -> None:
        ecg = (ACTIVE | 0b111 << 11, 0, NO, NO, NO, NO, NO)
        assert values(displayed(ecg=ecg))[HR] == (None, RateMethod.ECG, ("lead_off",))


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        (-32767, "no_data"),
        (-32766, "stale"),
        (-32764, "out_of_range"),
        (-32763, "out_of_range"),
        (-32762, "calibrating"),
        (-32001, "no_data"),
        (0, "out_of_range"),
    ],
)
def test_each_number_that_is_none(raw: int, flag: str) -> None:
    seen = values(displayed(spo2=(ACTIVE, 0, raw, raw, 0, NO)))
    assert seen[SPO2] == (None, None, (flag,))
    assert seen[PR][0] is None


def test_a_module_that_does_not_measure_has_no_number() -> None:
    assert values(displayed(spo2=(1, 0, 9700, 71, 0, NO)))[SPO2] == (None, None, ("no_data",))


def test_temperature_in_hundredths() -> None:
    assert values(displayed(t1=(ACTIVE, 0, 3670)))[MetricCode.TEMPERATURE][0] == 36.7


@pytest.mark.parametrize("wire", [displayed(kind=2), displayed(number=1), record(T, 1, bytes(278), main=1)])
def test_trends_other_classes_and_waves_say_nothing(wire: bytes) -> None:
    assert decode(DatexDri(), wire) == []

"""What a trainer orders: the patient and the devices follow, and what makes no sense is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.bedside import Probe
from simulators.courses import BACK_S, Course
from simulators.desk import Desk
from simulators.faults import FaultKind
from simulators.history import acquaint, bedside_at_epoch
from simulators.physiology import VitalSigns
from simulators.scenario import Scenario
from simulators.tables import ScenarioFault
from tests.simulators.conftest import EPOCH_MS

CHAIRS = """
[chair.1]
patient = { label = "A. B.", seed = 5 }
visit = { phase = "infusion", minute = 10 }
devices = [{ id = "din", kind = "dinamap" }, { id = "ox", kind = "masimo-ascii1" }]

[chair.2]
patient = { label = "C. D.", seed = 6 }
visit = { phase = "recovery", minute = 10 }
devices = [{ id = "vs", kind = "chairside-json", topic = "vs" }]

[chair.3]
devices = [{ id = "free", kind = "masimo-ascii1" }]
"""
MINUTE_MS = 60_000


class Table:
    """A desk whose time the test moves."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.now_ms = EPOCH_MS
        self.bedsides = {chair.id: bedside_at_epoch(chair, scenario, EPOCH_MS) for chair in scenario.chairs}
        acquaint(scenario, self.bedsides)

    @property
    def desk(self) -> Desk:
        return Desk(self.scenario, self.bedsides, self.now_ms, EPOCH_MS)

    def order(self, chair: str, **data: object) -> None:
        self.desk.order(chair, data)

    def after(self, minutes: float) -> Any:
        self.now_ms += round(minutes * MINUTE_MS)
        for bedside in self.bedsides.values():
            bedside.advance(self.now_ms)
        return self.shown("1")

    def shown(self, chair: str) -> Any:
        return next(each for each in self.desk.shown() if each["id"] == chair)

    def faults(self, device: str) -> set[str]:
        devices = [each for chair in self.desk.shown() for each in chair["devices"] if each["id"] == device]
        return {fault["kind"] for fault in devices[0]["faults"]}


@pytest.fixture
def table(scenario_of: Callable[[str], Scenario]) -> Table:
    return Table(scenario_of(CHAIRS))


def test_a_pressure_rises_in_its_time_stays_and_goes_back(table: Table) -> None:
    before = table.after(1)["patient"]["truth"]
    table.order("1", do="pressure", to=195, over_min=3, for_min=10)
    halfway = table.after(1.5)["patient"]["truth"]
    there = table.after(2)["patient"]
    assert before["systolic"] < halfway["systolic"] < 195
    assert there["truth"]["systolic"] == 195
    assert before["diastolic"] < there["truth"]["diastolic"] < 150
    assert [(course["vital"], course["to"]) for course in there["courses"]] == [("systolic", 195)]
    gone = table.after(12)["patient"]
    assert gone["truth"]["systolic"] < 170
    assert gone["courses"] == []


@pytest.mark.parametrize(("order", "vital", "to"), [("spo2", "spo2", 82), ("heart_rate", "heart_rate", 38)])
def test_the_neighbour_keeps_his_own(table: Table, order: str, vital: str, to: int) -> None:
    table.order("1", do=order, to=to, over_min=1, for_min=3)
    assert table.after(2)["patient"]["truth"][vital] == to
    assert table.shown("2")["patient"]["truth"][vital] > to + 5


def test_an_order_takes_the_place_of_the_one_before(table: Table) -> None:
    table.order("1", do="spo2", to=80, over_min=0, for_min=100)
    table.after(2)
    table.order("1", do="spo2", to=92, over_min=0, for_min=100)
    assert table.after(2)["patient"]["truth"]["spo2"] == 92
    assert [course["to"] for course in table.shown("1")["patient"]["courses"]] == [92]


def test_clear_lets_all_of_it_go_back_without_a_leap(table: Table) -> None:
    table.order("1", do="pressure", to=220, over_min=0, for_min=100)
    table.order("1", do="fault", device="ox", kind="probe_off", for_s=600)
    table.after(2)
    table.order("1", do="clear")
    assert table.faults("ox") == set()
    assert table.after(0)["patient"]["truth"]["systolic"] == 220
    assert table.after(BACK_S / 60 + 0.1)["patient"]["truth"]["systolic"] < 180


def test_a_fault_comes_at_once_ends_by_itself_and_by_order(table: Table) -> None:
    table.order("1", do="fault", device="ox", kind="probe_off", for_s=120)
    table.order("1", do="fault", device="din", kind="cuff_leak", for_s=600)
    table.after(0.5)
    assert table.bedsides["1"].oximetry(table.now_ms).probe is not Probe.READING
    assert (table.faults("ox"), table.faults("din")) == ({"probe_off"}, {"cuff_leak"})
    table.after(2)
    assert (table.faults("ox"), table.faults("din")) == (set(), {"cuff_leak"})
    table.order("1", do="end", device="din", kind="cuff_leak")
    assert table.faults("din") == set()


def test_probes_that_are_swapped_are_swapped_for_both_and_back(table: Table) -> None:
    table.order("1", do="fault", device="ox", kind="swap", other="vs", for_s=600)
    table.after(1)
    assert (table.faults("ox"), table.faults("vs")) == ({"swap"}, {"swap"})
    table.order("2", do="end", device="vs", kind="swap")
    assert (table.faults("ox"), table.faults("vs")) == (set(), set())


def test_to_minute_35_the_body_leaps_and_no_clock_does(table: Table) -> None:
    before = table.after(0)["patient"]
    assert before["infusion_min"] == pytest.approx(10, abs=0.1)
    table.order("1", do="skip", to_min=35)
    after = table.shown("1")["patient"]
    assert after["infusion_min"] == pytest.approx(35, abs=0.1)
    assert after["ahead_s"] == pytest.approx(25 * 60, abs=2)
    assert after["truth"]["systolic"] > before["truth"]["systolic"] + 3
    assert table.bedsides["1"].clock_error_ms(table.now_ms) == 0
    assert table.shown("2")["patient"]["ahead_s"] == 0
    told = table.bedsides["1"].advance(table.now_ms)
    assert all(abs(done.ended_ms - table.now_ms) < MINUTE_MS for done in told)
    with pytest.raises(ScenarioFault, match=r"to_min: expected a minute to come, got 12 at minute 35.0"):
        table.order("1", do="skip", to_min=12)
    with pytest.raises(ScenarioFault, match="got 35 without an infusion"):
        table.order("2", do="skip", to_min=35)


def test_what_is_given_acts(table: Table) -> None:
    before = table.after(2)["patient"]["truth"]["systolic"]
    table.order("1", do="give", what="bolus", amount=1)
    assert table.after(6)["patient"]["truth"]["systolic"] > before + 4
    table.order("1", do="give", what="rate", amount=0)
    table.order("1", do="give", what="labetalol", amount=40)
    peak = table.after(1)["patient"]["truth"]["systolic"]
    assert table.after(15)["patient"]["truth"]["systolic"] < peak - 4


def test_a_cuff_inflates_at_once_and_another_patient_sits_there(table: Table) -> None:
    table.after(3)
    table.order("1", do="cuff")
    assert table.bedsides["1"].cuff.busy(table.now_ms)
    table.order("1", do="patient", seed=77, preset="emory")
    patient = table.shown("1")["patient"]
    assert (patient["seed"], patient["preset"], patient["phase"]) == (77, "emory", "infusion")


@pytest.mark.parametrize(
    ("chair", "data", "words"),
    [
        ("9", {"do": "clear"}, "chair: expected one of 1, 2, 3, got '9'"),
        ("1", {}, "do: expected one of pressure, spo2"),
        ("1", {"do": "explode"}, "do: expected one of pressure"),
        ("1", {"do": "pressure", "to": 400}, "to: expected a number from 40 to 260, got 400"),
        ("1", {"do": "pressure", "to": True}, "to: expected a number"),
        ("1", {"do": "spo2", "to": 82, "ovr_min": 3}, "ovr_min: expected one of"),
        ("3", {"do": "spo2", "to": 82}, "chair: expected one with a patient, got '3'"),
        ("1", {"do": "fault", "device": "vs", "kind": "freeze"}, "device: expected one of din, ox, got 'vs'"),
        ("1", {"do": "fault", "device": "ox", "kind": "cuff_leak"}, "kind: expected one of"),
        ("2", {"do": "fault", "device": "vs", "kind": "unplug"}, "kind: expected one of"),
        (
            "1",
            {"do": "fault", "device": "ox", "kind": "swap"},
            "other: expected one of vs, free, got",
        ),
        ("1", {"do": "give", "what": "coffee", "amount": 1}, "what: expected one of rate, bolus, labetalol"),
        ("1", {"do": "patient", "seed": -1}, "seed: expected a whole number"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    table: Table, chair: str, data: dict[str, object], words: str
) -> None:
    before = table.desk.shown()
    with pytest.raises(ScenarioFault, match=words):
        table.desk.order(chair, data)
    assert table.desk.shown() == before


@settings(max_examples=80, deadline=None)
@given(st.floats(60, 240), st.floats(0, 600), st.floats(0, 600), st.floats(0, 1500))
def test_a_course_that_is_called_off_never_leaps(to: float, over_s: float, for_s: float, at_s: float) -> None:
    course, plain = Course("1", "systolic", to, 0, over_s, for_s), VitalSigns(120, 75, 70, 97, 3)
    off = course.ended(at_s)
    assert off.bent(plain, at_s).systolic == pytest.approx(course.bent(plain, at_s).systolic, abs=1e-6)
    assert off.bent(plain, at_s + BACK_S).systolic == pytest.approx(120)
    assert off.over(at_s + BACK_S + 1)


def test_every_kind_of_fault_can_be_ordered(table: Table) -> None:
    ordered: set[str] = set()
    for chair in table.desk.shown():
        for device in chair["devices"]:
            for kind in device["possible"]:
                other = {"other": device["others"][0]} if kind in {"swap", "wrong_patient"} else {}
                table.order(chair["id"], do="fault", device=device["id"], kind=kind, for_s=60, **other)
                assert kind in table.faults(device["id"])
                ordered.add(kind)
    assert ordered == {kind.value for kind in FaultKind}

"""Payloads of the native MQTT schema: nulls with flags, one cuff object a result, demo on all of it."""

import json

import pytest

from simulators.bedside import Bedside, Occupancy, Oximetry, Probe
from simulators.cuff import Determination, Pressure
from simulators.native import NativeDevice, nibp_object, oximetry_objects, utc
from simulators.physiology import Patient
from tests.simulators.conftest import EPOCH_MS

DONE = Determination(17, 0, 1_770_129_003_000, Pressure(128, 76, 93, 71))


def test_the_worked_example_of_the_schema():
    objects = [*oximetry_objects(Oximetry(Probe.READING, 97, 72, 2.3)), nibp_object(DONE, "9f1c")]
    assert objects == [
        {"code": "spo2", "loinc": "59408-5", "mdc": 150456, "value": 97, "unit": "%", "quality": "valid",
         "flags": []},
        {"code": "pr", "loinc": "8889-8", "mdc": 149530, "value": 72, "unit": "/min", "quality": "valid",
         "flags": [], "method": "oximeter"},
        {"code": "pi", "loinc": "61006-3", "mdc": 150448, "value": 2.3, "unit": "%", "quality": "valid",
         "flags": []},
        {"code": "nibp", "loinc": "85354-9", "id": "9f1c-17", "t": "2026-02-03T14:30:03.000Z",
         "quality": "valid", "flags": [], "sys": 128, "dia": 76, "map": 93, "pr": 71, "unit": "mm[Hg]",
         "status": "ok"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("probe", "flag"),
    [(Probe.HOLDING, "probe_off"), (Probe.OFF, "probe_off"), (Probe.SEARCHING, "searching")],
)
def test_without_a_reading_every_value_is_null_with_a_flag(probe, flag):
    for item in oximetry_objects(Oximetry(probe, 97, 72, 2.3)):
        assert (item["value"], item["quality"], item["flags"]) == (None, "invalid", [flag])


def test_a_failed_cuff_is_null_with_a_flag():
    failed = nibp_object(Determination(3, 0, 0, None), "s")
    assert [failed[key] for key in ("sys", "dia", "map", "pr")] == [None] * 4
    assert (failed["quality"], failed["flags"], failed["status"]) == ("invalid", ["nibp_failed"], "failed")


def test_times_have_milliseconds_and_a_zone():
    assert utc(EPOCH_MS + 7) == "2026-02-02T02:40:00.007Z"


@pytest.fixture
def bedside(scenario_of):
    scenario = scenario_of('[chair.1]\ndevices = [{ id = "vs", kind = "chairside-json", topic = "vs-1" }]')
    bedside = Bedside(scenario.chairs[0], scenario, EPOCH_MS)
    bedside.seat(Occupancy(Patient(1), "infusion"), EPOCH_MS)
    return bedside


def spoken(device, seconds):
    payloads = [device.speak(EPOCH_MS + second * 1000) for second in seconds]
    return [json.loads(payload) for payload in payloads if payload]


def test_seq_counts_and_every_payload_says_demo(bedside):
    device = NativeDevice(bedside, "vs", "abcd", EPOCH_MS, oximeter=True, cuff=True)
    messages = spoken(device, range(5))
    assert [m["seq"] for m in messages] == [1, 2, 3, 4, 5]
    others = [json.loads(device.status("online", EPOCH_MS)), json.loads(device.info())]
    assert all(m["origin"] == "demo" for m in messages + others)
    assert {m["session"] for m in messages} == {"abcd"}


def test_each_cuff_result_is_sent_once(bedside):
    messages = spoken(NativeDevice(bedside, "vs", "abcd", EPOCH_MS, oximeter=True, cuff=True), range(700))
    ids = [item["id"] for m in messages for item in m["obs"] if item["code"] == "nibp"]
    assert ids == ["abcd-1", "abcd-2", "abcd-3"]


def test_an_oximeter_does_not_speak_of_the_cuff(bedside):
    messages = spoken(NativeDevice(bedside, "ox", "abcd", EPOCH_MS, oximeter=True, cuff=False), range(120))
    assert {item["code"] for m in messages for item in m["obs"]} == {"spo2", "pr", "pi"}


def test_a_cuff_alone_speaks_only_of_results(bedside):
    messages = spoken(NativeDevice(bedside, "bp", "abcd", EPOCH_MS, oximeter=False, cuff=True), range(120))
    assert [[item["code"] for item in m["obs"]] for m in messages] == [["nibp"]]


def test_results_from_before_it_was_switched_on_are_not_sent(bedside):
    bedside.advance(EPOCH_MS + 60_000)
    device = NativeDevice(bedside, "vs", "abcd", EPOCH_MS + 60_000, oximeter=True, cuff=True)
    assert all(item["code"] != "nibp" for m in spoken(device, range(61, 120)) for item in m["obs"])

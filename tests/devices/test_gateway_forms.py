"""What gateways with a schema of their own say: what is missing is never a number, and no unit is guessed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.adapter.untimed_cuffs import UntimedCuffs
from devices.codecs import fhir_observation, teleicu_json
from devices.codecs.judging import judged_cuff
from devices.codecs.mapped_json import PLAIN, read_mapped
from devices.codecs.payload_bytes import unpacked
from devices.codecs.single_values import is_available, read_state
from devices.mapping import CuffRule, Encoding, Mapping, Refused, ValueRule
from devices.model import (
    METRICS,
    CuffResult,
    DeviceEvent,
    Malformed,
    MetricCode,
    Observation,
    Origin,
    Validity,
)
from devices.units import UnknownUnit, in_unit_of
from tests.devices.support import CAPTURES

SPO2 = ValueRule(MetricCode.SPO2, "%", "/vitals/0/spo2")
AT = datetime(2026, 2, 3, 14, 30, 3, tzinfo=UTC)


def read(document: object, **mapping: Any) -> list[DeviceEvent]:
    return read_mapped(Mapping("json", **{"values": (SPO2,)} | mapping), json.dumps(document).encode())


def reason(events: list[DeviceEvent]) -> str:
    (event,) = events
    assert isinstance(event, Malformed)
    return event.reason


class TestUnits:
    def test_kilopascals_become_millimetres_of_mercury(self) -> None:
        assert in_unit_of(MetricCode.NIBP, 16.0, "kPa") == 120.0

    @pytest.mark.parametrize("unit", ["", "psi", "kPa ", "None", "cm[H2O]", "bpm"])
    def test_an_unknown_unit_is_refused_never_taken_as_it_stands(self, unit: str) -> None:
        with pytest.raises(UnknownUnit, match=r"nibp unit: expected one of mm\[Hg\]"):
            in_unit_of(MetricCode.NIBP, 16.0, unit)

    def test_fahrenheit(self) -> None:
        assert in_unit_of(MetricCode.TEMPERATURE, 98.6, "degF") == 37.0


class TestMappedJson:
    def test_a_pointer_leads_through_objects_and_arrays_and_the_scale_counts(self) -> None:
        rule = ValueRule(MetricCode.TEMPERATURE, "Cel", "/a~1b/1/t", scale=0.1)
        (event,) = read({"a/b": [0, {"t": 368}]}, values=(rule,))
        assert (event.metric, event.value) == (MetricCode.TEMPERATURE, 36.8)  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        "word", [None, "", "unavailable", "Unknown", "nan", "NaN", "none", "--", -100, "-"]
    )
    def test_what_stands_for_no_value_is_missing(self, word: object) -> None:
        (event,) = read({"vitals": [{"spo2": word}]}, missing=(-100, "-"))
        assert isinstance(event, Observation)
        assert (event.value, event.validity, event.flags) == (None, Validity.INVALID, ("no_data",))

    @pytest.mark.parametrize("value", [0, -1, 127, 1e300, "0"])
    def test_what_cannot_be_is_invalid(self, value: object) -> None:
        (event,) = read({"vitals": [{"spo2": value}]})
        assert isinstance(event, Observation)
        assert (event.value, event.flags) == (None, ("out_of_range",))

    @pytest.mark.parametrize("value", ["97 %", "1_0", "0x61", True, [97], {"v": 97}, "٩٧", "1e2"])
    def test_what_is_no_number_is_malformed(self, value: object) -> None:
        assert "expected a number" in reason(read({"vitals": [{"spo2": value}]}))

    def test_a_value_that_is_not_there_says_nothing(self) -> None:
        assert read({"vitals": []}) == []

    def test_a_cuff_is_one_event_with_its_own_time_and_unit(self) -> None:
        rule = CuffRule("/s", "/d", "kPa", "/m", "/p", "/t")
        (event,) = read({"s": 16, "d": 10.7, "m": 12.4, "p": 71, "t": 1770129003}, values=(), cuff=rule,
                        time_form="s")  # fmt: skip
        assert isinstance(event, CuffResult)
        assert (event.systolic, event.diastolic, event.mean, event.pulse_rate) == (120.0, 80.3, 93.0, 71.0)
        assert (event.stamp.measured_at, event.own_time) == (AT, True)
        assert event.result_id == AT.isoformat()

    def test_half_a_cuff_is_none(self) -> None:
        (event,) = read({"s": 128}, values=(), cuff=CuffRule("/s", "/d", "mm[Hg]"))
        assert isinstance(event, CuffResult)
        assert (event.systolic, event.validity) == (None, Validity.INVALID)

    def test_a_time_without_a_zone_needs_one(self) -> None:
        document = {"vitals": [{"spo2": 97}], "t": "2026-02-03 15:30:03"}
        assert "expected a time with a zone" in reason(read(document, time="/t"))
        (event,) = read(document, time="/t", zone=ZoneInfo("Europe/Vienna"))
        assert isinstance(event, Observation)
        assert event.stamp.measured_at == AT

    @pytest.mark.parametrize("time", [None, "", "yesterday", 1e300, "0001-01-01T00:00:00Z", -5, {}])
    def test_a_time_that_is_none_costs_the_message(self, time: object) -> None:
        assert reason(read({"vitals": [{"spo2": 97}], "t": time}, time="/t", time_form="iso")).startswith(
            "/t"
        )

    @pytest.mark.parametrize("payload", [b"{", b"\xff", b"[" * 50_000, b" " * 70_000])
    def test_what_is_no_json_is_malformed(self, payload: bytes) -> None:
        assert reason(read_mapped(PLAIN, payload))


class TestUntimedCuffs:
    def cuff(self, systolic: float | None, result_id: str | None = None) -> CuffResult:
        return judged_cuff(systolic, 76, 93, None, result_id=result_id, own_time=False)

    def test_the_first_may_be_of_any_age_and_what_is_repeated_each_second_is_one(self) -> None:
        cuffs = UntimedCuffs()
        told = [cuffs.judge(self.cuff(value)) for value in (128, 128, 131, 131, None, None, 131, 140)]
        assert told == ["unknown", "repeated", "new", "repeated", "new", "repeated", "repeated", "new"]

    def test_after_a_gap_another_may_be_of_any_age(self) -> None:
        cuffs = UntimedCuffs()
        cuffs.judge(self.cuff(128))
        cuffs.gap()
        assert [cuffs.judge(self.cuff(140)), cuffs.judge(self.cuff(150))] == ["unknown", "new"]

    def test_an_id_tells_equal_numbers_apart(self) -> None:
        cuffs = UntimedCuffs()
        assert [cuffs.judge(self.cuff(128, name)) for name in ("a", "a", "b")] == [
            "unknown",
            "repeated",
            "new",
        ]


class TestSingleValues:
    RULE = ValueRule(MetricCode.SPO2, "%", topic="sensor/spo2/state")

    @pytest.mark.parametrize(
        ("payload", "value"),
        [(b"97", 97.0), (b" 97.00\n", 97.0), (b"unavailable", None), (b"nan", None), (b"", None)],
    )
    def test_a_state(self, payload: bytes, value: float | None) -> None:
        (event,) = read_state(Mapping("values"), self.RULE, payload)
        assert isinstance(event, Observation)
        assert event.value == value

    @pytest.mark.parametrize("payload", [b"97%", b"\xff", b"9" * 65, b"{}"])
    def test_anything_else_is_malformed(self, payload: bytes) -> None:
        assert reason(read_state(Mapping("values"), self.RULE, payload)).startswith("sensor/spo2/state")

    @pytest.mark.parametrize(
        ("payload", "there"),
        [
            (b"online", True),
            (b"Offline", False),
            (b'{"state": "offline"}', False),
            (b"maybe", None),
            (b"\xff", None),
        ],
    )
    def test_availability(self, payload: bytes, there: bool | None) -> None:
        assert is_available(payload) is there


class TestPayloadBytes:
    @pytest.mark.parametrize(
        ("payload", "encoding"),
        [
            (b"\x1e\x70", "bytes"),
            (b"1E 70", "hex"),
            (b'"0x1e,0x70"'.replace(b",", b" "), "hex"),
            (b"HnA=", "base64"),
        ],
    )
    def test_the_same_bytes(self, payload: bytes, encoding: Encoding) -> None:
        assert unpacked(payload, encoding) == b"\x1e\x70"

    @pytest.mark.parametrize(("payload", "encoding"), [(b"1E7", "hex"), (b"xy", "hex"), (b"HnA", "base64")])
    def test_what_is_not_written_so_is_refused(self, payload: bytes, encoding: Encoding) -> None:
        with pytest.raises(Refused, match="expected bytes in"):
            unpacked(payload, encoding)


class TestTeleIcu:
    EXAMPLE = (CAPTURES / "teleicu-json.bin").read_bytes().strip()

    def test_the_example(self) -> None:
        rate, spo2, pulse, breath, cuff = teleicu_json.read_message(self.EXAMPLE)
        shown = [
            (e.metric, e.value, e.flags) for e in (rate, spo2, pulse, breath) if isinstance(e, Observation)
        ]
        assert shown == [
            (MetricCode.HEART_RATE, 74.0, ()),
            (MetricCode.SPO2, 97.0, ()),
            (MetricCode.PULSE_RATE, None, ("probe_unplugged",)),
            (MetricCode.RESPIRATION_RATE, None, ("probe_off",)),
        ]
        assert isinstance(cuff, CuffResult)
        assert (cuff.systolic, cuff.diastolic, cuff.mean, cuff.own_time) == (128.0, 76.0, 93.0, False)
        assert rate.stamp.measured_at is None  # type: ignore[union-attr]

    def test_its_time_takes_the_zone_of_the_mapping(self) -> None:
        event = teleicu_json.read_message(self.EXAMPLE, ZoneInfo("Asia/Kolkata"))[0]
        assert isinstance(event, Observation)
        assert event.stamp.measured_at == datetime(2026, 2, 3, 9, 0, 15, tzinfo=UTC)

    def test_two_monitors_in_one_message_are_refused(self) -> None:
        items = json.loads(self.EXAMPLE)
        items[1]["device_id"] = "192.168.1.15"
        assert "one monitor in a message" in reason(teleicu_json.read_message(json.dumps(items).encode()))

    @pytest.mark.parametrize("status", [None, "Message-New Words", 3, ["final"]])
    def test_a_status_that_nobody_knows_is_no_number(self, status: object) -> None:
        item = json.loads(self.EXAMPLE)[1] | {"status": status}
        (event,) = teleicu_json.read_message(json.dumps([item]).encode())
        assert isinstance(event, Observation)
        assert event.value is None


class TestFhir:
    SATURATION, PANEL, ABSENT = (
        json.loads(line) for line in (CAPTURES / "fhir-observation.bin").read_bytes().splitlines()
    )

    def one(self, resource: dict[str, Any], **changed: Any) -> Any:
        (event,) = fhir_observation.read_message(json.dumps(resource | changed).encode())
        return event

    def test_a_value_a_panel_and_what_is_absent(self) -> None:
        event = self.one(self.SATURATION)
        assert (event.metric, event.value) == (MetricCode.SPO2, 97.0)
        assert event.stamp.measured_at == datetime(2026, 2, 3, 14, 30, 15, tzinfo=UTC)
        cuff = self.one(self.PANEL)
        assert (cuff.systolic, cuff.diastolic, cuff.mean, cuff.result_id) == (128.0, 76.0, None, "b1")
        assert self.one(self.ABSENT).value is None

    def test_what_was_entered_in_error_is_passed_over(self) -> None:
        payload = json.dumps(self.SATURATION | {"status": "entered-in-error"}).encode()
        assert fhir_observation.read_message(payload) == []

    def test_a_bundle(self) -> None:
        entries = [{"resource": self.SATURATION}, {"resource": self.PANEL}, {"resource": 7}, {}]
        bundle = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
        kinds = [type(event) for event in fhir_observation.read_message(bundle)]
        assert kinds in ([Malformed], [Observation, CuffResult, Malformed, Malformed])

    def test_test_data_are_demo(self) -> None:
        assert self.one(self.SATURATION, meta={"tag": [{"code": "HTEST"}]}).stamp.origin is Origin.DEMO

    @pytest.mark.parametrize(
        "changed",
        [
            {"status": "new"},
            {"effectiveDateTime": "2026-02-03T14:30:15"},
            {"effectiveDateTime": None},
            {"valueQuantity": {"value": 97, "code": "mg"}},
            {"valueQuantity": {"value": 97, "code": "%", "comparator": "<"}},
            {"code": {"coding": [{"system": "http://loinc.org", "code": "2708-6"}]}},
            {"code": {"coding": [{"system": "http://example.org", "code": "59408-5"}]}},
            {"code": "59408-5"},
        ],
    )
    def test_what_nobody_can_be_sure_of_is_refused(self, changed: dict[str, Any]) -> None:
        assert isinstance(self.one(self.SATURATION, **changed), Malformed)


JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
        st.sampled_from(["spo2", "final", "SpO2", "59408-5", "http://loinc.org", "%", "2026-02-03T14:30Z"]),
    ),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["spo2", "nibp", "systolic", "diastolic", "time", "value", "unit", "code", "coding", "system",
             "status",
             "resourceType", "observation_id", "valueQuantity", "effectiveDateTime", "component", "meta"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=20,
)  # fmt: skip
OVERLAYS = ({}, *(json.loads(line) for line in (CAPTURES / "fhir-observation.bin").read_bytes().splitlines()))


@settings(max_examples=150, deadline=None)
@given(
    document=JSON,
    key=st.sampled_from(["status", "code", "component", "valueQuantity", "meta"]),
    at=st.integers(0, 3),
)
def test_no_json_raises_and_no_number_is_made_up(document: object, key: str, at: int) -> None:
    payloads = [json.dumps(document).encode(), json.dumps(OVERLAYS[at] | {key: document}).encode()]
    item = {"observation_id": "SpO2", "status": "final", "unit": "%", "value": document}
    payloads.append(json.dumps([item]).encode())
    for payload in payloads:
        events = [*read_mapped(PLAIN, payload), *teleicu_json.read_message(payload),
                  *fhir_observation.read_message(payload)]  # fmt: skip
        for event in events:
            if isinstance(event, Observation) and event.value is not None:
                assert METRICS[event.metric].low <= event.value <= METRICS[event.metric].high

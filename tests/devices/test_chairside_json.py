from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.chairside_json import MAX_MESSAGE, ChairsideJson, read_message
from devices.model import (
    CuffResult,
    Malformed,
    MetricCode,
    Observation,
    Origin,
    RateMethod,
    Stamp,
    Validity,
)
from tests.devices.support import CAPTURES, assert_four_ways

EXAMPLE = (CAPTURES / "chairside-obs.jsonl").read_bytes()
AT = datetime(2026, 2, 3, 14, 30, 15, 120_000, UTC)
STAMP = Stamp(AT, "9f1c", 1042)
DEVICE_TIME = datetime.fromisoformat("2026-02-03T14:29:51")

EXAMPLE_EVENTS = [
    Observation(MetricCode.SPO2, 97.0, Validity.VALID, (), DEVICE_TIME, None, STAMP),
    Observation(MetricCode.PULSE_RATE, 72.0, Validity.VALID, (), DEVICE_TIME, RateMethod.OXIMETER, STAMP),
    Observation(
        MetricCode.PERFUSION_INDEX, None, Validity.INVALID, ("not_supported",), DEVICE_TIME, None, STAMP
    ),
    CuffResult(
        128.0,
        76.0,
        93.0,
        71.0,
        Validity.VALID,
        (),
        DEVICE_TIME,
        12.12,
        "ok",
        "9f1c-17",
        Stamp(datetime(2026, 2, 3, 14, 30, 3, tzinfo=UTC), "9f1c", 1042),
    ),
]

SPO2 = {"code": "spo2", "value": 97, "unit": "%", "quality": "valid", "flags": []}
NIBP = {"code": "nibp", "id": "a-1", "quality": "valid", "sys": 128, "dia": 76, "map": 93, "unit": "mm[Hg]"}


def message(*obs: dict[str, Any], **envelope: Any) -> bytes:
    whole = {
        "schema": "chairside.obs/1",
        "session": "9f1c",
        "seq": 1042,
        "t": "2026-02-03T14:30:15.120Z",
        "obs": list(obs),
    }
    return json.dumps(whole | envelope).encode()


def only(obs: dict[str, Any]) -> Any:
    (event,) = read_message(message(obs))
    return event


def reason(payload: bytes) -> str:
    (event,) = read_message(payload)
    assert isinstance(event, Malformed)
    assert event.bytes == len(payload)
    return event.reason


def test_the_example_of_the_schema_four_ways() -> None:
    assert_four_ways(ChairsideJson, EXAMPLE, EXAMPLE_EVENTS, junk=b"\xff{]\r\n", trailing=b'{"schema":"ch')


def test_a_message_over_several_lines_is_one_message() -> None:
    assert read_message(json.dumps(json.loads(EXAMPLE), indent=1).encode()) == EXAMPLE_EVENTS


def test_a_whole_message_at_the_end_needs_no_line_end() -> None:
    codec = ChairsideJson()
    assert codec.feed(EXAMPLE.rstrip()) == []
    assert codec.finish() == EXAMPLE_EVENTS


def test_every_code_of_the_schema() -> None:
    codes = {"spo2": "%", "pr": "/min", "hr": "/min", "pi": "%", "temp": "Cel", "rr": "/min"}
    values = {"temp": 36.6, "pi": 3.2}
    items = [SPO2 | {"code": c, "unit": u, "value": values.get(c, 70)} for c, u in codes.items()]
    events = read_message(message(*items))
    assert [event.metric for event in events if isinstance(event, Observation)] == [
        MetricCode.SPO2,
        MetricCode.PULSE_RATE,
        MetricCode.HEART_RATE,
        MetricCode.PERFUSION_INDEX,
        MetricCode.TEMPERATURE,
        MetricCode.RESPIRATION_RATE,
    ]
    methods = [event.method for event in events if isinstance(event, Observation)]
    assert methods == [None, RateMethod.UNKNOWN, RateMethod.UNKNOWN, None, None, None]


def test_the_origin_is_carried() -> None:
    (event,) = read_message(message(SPO2, origin="demo"))
    assert isinstance(event, Observation)
    assert event.stamp.origin is Origin.DEMO


def test_times_come_in_any_zone_and_leave_in_utc() -> None:
    (event,) = read_message(message(SPO2, t="2026-02-03T20:00:15.120+05:30"))
    assert isinstance(event, Observation)
    assert event.stamp.measured_at == AT


def test_kilopascal_is_converted() -> None:
    result = only(NIBP | {"unit": "kPa", "sys": 17.065, "dia": 10.133, "map": 12.4})
    assert (result.systolic, result.diastolic, result.mean) == (128.0, 76.0, 93.0)


def test_a_mean_and_a_rate_may_be_missing() -> None:
    result = only(NIBP | {"map": None, "pr": 0})
    assert (result.validity, result.mean, result.pulse_rate) == (Validity.VALID, None, None)


def test_quality_invalid_takes_the_number_away() -> None:
    event = only(SPO2 | {"quality": "invalid", "flags": ["probe_off"]})
    assert (event.value, event.validity, event.flags) == (None, Validity.INVALID, ("probe_off",))


@pytest.mark.parametrize("value", [0, -1, 101, 1e300])
def test_what_cannot_be_a_saturation_is_invalid(value: float) -> None:
    event = only(SPO2 | {"value": value})
    assert (event.value, event.flags) == (None, ("out_of_range",))


def test_a_questionable_value_is_kept() -> None:
    event = only(SPO2 | {"quality": "questionable", "flags": ["low_perfusion"]})
    assert (event.value, event.validity) == (97.0, Validity.QUESTIONABLE)


@pytest.mark.parametrize(
    ("obs", "expected"),
    [
        (SPO2 | {"value": None}, "spo2 value: null is valid; expected a number, or quality invalid"),
        (SPO2 | {"value": "97"}, "wrong content: Expected `float | null`, got `str` - at `$.value`"),
        (SPO2 | {"value": True}, "wrong content: Expected `float | null`, got `bool` - at `$.value`"),
        ({"code": "spo2", "unit": "%", "quality": "valid"}, "missing required field `value`"),
        (SPO2 | {"unit": "percent"}, "spo2 unit: expected '%', got 'percent'"),
        (SPO2 | {"quality": "good"}, "Invalid enum value 'good' - at `$.quality`"),
        (SPO2 | {"flags": "probe_off"}, "Expected `array`, got `str` - at `$.flags`"),
        (SPO2 | {"flags": ["<b>"]}, "at `$.flags[0]`"),
        (SPO2 | {"code": "etco2"}, "code: expected one of spo2, pr, hr, pi, temp, rr, nibp, got 'etco2'"),
        (NIBP | {"unit": "bar"}, "nibp unit: expected 'mm[Hg]' or 'kPa', got 'bar'"),
        (NIBP | {"dia": None}, "nibp sys, dia: null is valid; expected numbers, or quality invalid"),
        (NIBP | {"t": "2026-02-03T14:30:03"}, "at `$.t`"),
        (NIBP | {"t": "0001-01-01T00:00:00+10:00"}, "nibp t: expected a year from 2000 to 2100, got 1"),
    ],
)
def test_a_broken_observation_is_malformed_and_the_others_stand(obs: dict[str, Any], expected: str) -> None:
    good = {"code": "pi", "value": 3.2, "unit": "%", "quality": "valid"}
    broken, other = read_message(message(obs, good))
    assert isinstance(broken, Malformed)
    assert expected in broken.reason
    assert broken.bytes == len(json.dumps(obs))
    assert isinstance(other, Observation)


def test_a_code_twice_in_one_message_is_told_once() -> None:
    first, second = read_message(message(SPO2, SPO2 | {"value": 80}))
    assert isinstance(first, Observation)
    assert isinstance(second, Malformed)
    assert second.reason == "code 'spo2' twice in one message"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"", "not JSON: Input data was truncated"),
        (EXAMPLE[:300], "not JSON: Input data was truncated"),
        (b"[]", "wrong content: Expected `object`, got `array`"),
        (b'"\xff"', "wrong content: Expected `object`, got `str`"),
        (
            message(SPO2, schema="chairside.obs/2"),
            "schema: expected 'chairside.obs/1', got 'chairside.obs/2'",
        ),
        (message(SPO2, seq="1"), "wrong content: Expected `int`, got `str` - at `$.seq`"),
        (message(SPO2, seq=-1), "wrong content: Expected `int` >= 0 - at `$.seq`"),
        (message(SPO2, seq=2**64), "at `$.seq`"),
        (message(SPO2, t="2026-02-03T14:30:15"), "at `$.t`"),
        (message(SPO2, t="9999-12-31T23:59:59-10:00"), "t: expected a year from 2000 to 2100, got 9999"),
        (message(SPO2, origin="test"), "Invalid enum value 'test' - at `$.origin`"),
        (message(SPO2, session=""), "at `$.session`"),
        (message(), "obs: expected at least one observation, got none"),
        (b'{"schema":"chairside.obs/1","x":' + b"[" * 60_000, "not JSON that can be read: nested too deep"),
        (b" " * (MAX_MESSAGE + 1), f"message of {MAX_MESSAGE + 1} bytes: expected at most {MAX_MESSAGE}"),
    ],
)
def test_a_broken_envelope_condemns_the_message(payload: bytes, expected: str) -> None:
    assert expected in reason(payload) if payload else read_message(payload)


words = st.text(st.characters(codec="ascii"), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*SPO2, *NIBP, "t", "method", "pr", "status"]), json_values))
def test_any_observation_is_read_or_refused(changes: dict[str, Any]) -> None:
    for base in (SPO2, NIBP):
        (event,) = read_message(message(base | changes))
        assert isinstance(event, Observation | CuffResult | Malformed)


@given(
    st.dictionaries(
        st.sampled_from(["schema", "session", "seq", "t", "t_device", "obs", "origin"]), json_values
    )
)
def test_any_envelope_is_read_or_refused(changes: dict[str, Any]) -> None:
    assert read_message(message(SPO2, **changes))

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.masimo_ascii1 import EXC_FLAGS, INVALID_MASK, QUESTIONABLE_MASK, masimo_ascii1
from devices.model import DeviceEvent, Malformed, MetricCode, Observation, RateMethod, Validity
from tests.devices.support import CAPTURES, assert_four_ways, decode

clock = datetime.fromisoformat
AT = clock("2026-02-03T14:30:15")


def line(
    spo2: str = "097%", bpm: str = "072", pi: str = "03.25%", alarm: str = "0000", exc: str = "000800"
) -> bytes:
    return (
        f"02/03/26 14:30:15 SN=0000000001 SPO2={spo2} BPM={bpm} PI={pi} SPCO=--.-% SPMET=--.-% "
        f"DESAT=-- PIDELTA=-02 ALARM={alarm} EXC={exc}\r\n"
    ).encode()


def three(
    values: tuple[float | None, float | None, float | None],
    validity: Validity,
    flags: tuple[str, ...] = (),
    at: datetime = AT,
) -> list[DeviceEvent]:
    metrics = (MetricCode.SPO2, MetricCode.PULSE_RATE, MetricCode.PERFUSION_INDEX)
    methods = (None, RateMethod.OXIMETER, None)
    return [
        Observation(metric, value, validity, flags, at, method)
        for metric, value, method in zip(metrics, values, methods, strict=True)
    ]


def read(wire: bytes) -> list[DeviceEvent]:
    return decode(masimo_ascii1(), wire)


def observations(wire: bytes) -> dict[MetricCode, Observation]:
    return {event.metric: event for event in read(wire) if isinstance(event, Observation)}


CAPTURED = {
    "rad8-valid": [
        event
        for second, bpm, pi in ((45, 97, 3.6), (46, 96, 3.95), (47, 96, 4.25), (48, 96, 3.19), (49, 97, 2.41))
        for event in three((98, bpm, pi), Validity.VALID, at=clock(f"2016-02-22T22:47:{second}"))
    ],
    "rad8-sensor-off": three(
        (None, None, None),
        Validity.INVALID,
        ("low_perfusion", "probe_off", "alarm_active"),
        clock("2021-05-20T14:06:02"),
    ),
    "rad8-no-sensor": three(
        (None, None, None), Validity.INVALID, ("probe_unplugged",), clock("2016-03-19T13:37:12")
    )[:2],
    "radical7-colour": three(
        (98, 123, 0.55), Validity.QUESTIONABLE, ("low_signal",), clock("2016-03-17T19:19:36")
    ),
    "radical7-sensor-off": three(
        (None, None, None), Validity.INVALID, ("probe_off",), clock("2005-12-01T11:56:29")
    ),
    "radical5": three((97, 64, 11.82), Validity.VALID, ("alarm_silenced",), clock("2010-09-15T15:10:29")),
}


@pytest.mark.parametrize("name", CAPTURED)
def test_captures_four_ways(name: str) -> None:
    wire = (CAPTURES / f"masimo-{name}.bin").read_bytes()
    assert_four_ways(masimo_ascii1, wire, CAPTURED[name])


def test_alarm_bits_are_not_exception_bits() -> None:
    """ALARM=0038 with BPM=057: rate low, active, silenced. By the EXC table it would be a sensor off."""
    seen = observations((CAPTURES / "masimo-rad8-alarm.bin").read_bytes())
    assert seen[MetricCode.SPO2].flags == ("alarm_active", "alarm_silenced")
    assert seen[MetricCode.PULSE_RATE].flags == ("alarm_active", "alarm_silenced", "limit_violation")
    assert seen[MetricCode.PULSE_RATE].value == 57
    assert {event.validity for event in seen.values()} == {Validity.VALID}


@pytest.mark.parametrize(
    ("text", "pi"),
    [
        (
            "SN=0000000001 SPO2=097% BPM=072 PI=03.25% SPCO=02.1% SPMET=00.9% DESAT=00 PIDELTA=+05 PVI=014",
            3.25,
        ),
        ("SN=0000000001 SPO2=097 BPM=072 PI=3 SPCO=2 SPMET=0.9 DESAT=-- PIDELTA=+-- PVI=---", 3),
        ("SPO2=097% BPM=072 PI=3.25% SPHB=--.- SPOC=-- RESVD=---", 3.25),
    ],
)
@pytest.mark.parametrize(
    "status", ["ALARM=0000 EXC=000800", "ALARM=000000 EXC=0000800 EXC1=00000000", "ALARM=00 EXC=800"]
)
def test_every_variant_of_the_line_is_the_same_measurement(text: str, pi: float, status: str) -> None:
    wire = f"02/03/26 14:30:15 {text} {status}\n\r".encode()
    assert read(wire) == three((97, 72, pi), Validity.VALID)


def test_low_battery_is_a_flag_of_every_number() -> None:
    assert {event.flags for event in observations(line(alarm="0040")).values()} == {("low_battery",)}


def test_a_number_printed_with_the_sensor_off_never_leaves_the_codec() -> None:
    assert read(line(spo2="098%", bpm="101", exc="000820")) == three(
        (None, None, None), Validity.INVALID, ("probe_off",)
    )


def test_dashes_without_any_exception_are_missing() -> None:
    wire = line(spo2="---%", bpm="---", pi="--.--%", exc="000000")
    assert read(wire) == three((None, None, None), Validity.INVALID, ("no_data",))


def test_a_missing_perfusion_index_is_invalid_on_its_own() -> None:
    seen = observations(line(pi="--.--%"))
    assert seen[MetricCode.SPO2].value == 97
    assert seen[MetricCode.PERFUSION_INDEX].validity is Validity.INVALID


def test_zero_is_never_a_measurement() -> None:
    assert read(line(spo2="000%", bpm="000", pi="00.00%")) == three(
        (None, None, None), Validity.INVALID, ("out_of_range",)
    )


def test_more_than_a_hundred_percent_is_out_of_range() -> None:
    assert observations(line(spo2="127%"))[MetricCode.SPO2].flags == ("out_of_range",)


@pytest.mark.parametrize("bit", [1 << n for n in range(24)])
def test_every_exception_bit_alone(bit: int) -> None:
    seen = observations(line(exc=f"{bit:06X}"))[MetricCode.SPO2]
    if bit & INVALID_MASK:
        assert seen.validity is Validity.INVALID
        assert seen.flags
    elif bit & QUESTIONABLE_MASK:
        assert (seen.validity, seen.value) == (Validity.QUESTIONABLE, 97)
        assert seen.flags
    else:
        assert (seen.validity, seen.value) == (Validity.VALID, 97)
    assert seen.flags == ((EXC_FLAGS[bit],) if bit in EXC_FLAGS else ())


def test_the_masks_are_those_of_the_rule() -> None:
    invalid = (0x1, 0x2, 0x8, 0x20, 0x80, 0x100, 0x1000, 0x4000, 0x8000, 0x10000, 0x20000)
    assert sum(invalid) == INVALID_MASK
    assert sum((0x4, 0x10, 0x40, 0x400)) == QUESTIONABLE_MASK


def test_a_clock_that_was_never_set_condemns_no_measurement() -> None:
    seen = read(line().replace(b"02/03/26", b"00/00/00"))
    assert seen == [Observation(e.metric, e.value, e.validity, e.flags, None, e.method) for e in seen]  # type: ignore[union-attr]
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (line().replace(b" EXC=000800", b""), "no EXC: validity cannot be judged"),
        (line().replace(b" ALARM=0000", b""), "no ALARM: validity cannot be judged"),
        (line(alarm="000"), "ALARM=000: expected 2, 4, 6 digits"),
        (line(exc="0000"), "EXC=0000: expected 6 digits, the line lost its end"),
        (line(exc="00_800"), "EXC=00_800: expected hexadecimal digits"),
        (line(spo2="0x8%"), "SPO2=0x8%: expected a number of all its digits, or dashes"),
        (line(spo2="0\xb98%"), "a byte that is not printable ASCII"),
        (line(bpm="07 2"), "expected KEY=VALUE, each key once"),
        (line().replace(b"PI=", b"BPM="), "expected KEY=VALUE, each key once"),
        (
            b"02/03/26 14:30:15 SpO2=097 PR=072 PI=03.25 EXC=800:SET\r\n",
            "EXC=800:SET: expected hexadecimal digits",
        ),
        (b"hello\r\n", "no date and time: not a line of ASCII-1"),
    ],
)
def test_a_damaged_line_is_malformed_and_the_next_is_read(wire: bytes, reason: str) -> None:
    damaged, *good = read(wire + line())
    assert damaged == Malformed(len(wire) - 2, reason)
    assert good == three((97, 72, 3.25), Validity.VALID)


def test_a_line_glued_to_one_that_lost_its_end_is_read() -> None:
    broken = line()[:60]
    assert read(broken + line()) == [
        Malformed(len(broken), "junk before a line"),
        *three((97, 72, 3.25), Validity.VALID),
    ]


def test_a_line_behind_a_flood_without_line_ends_is_read() -> None:
    flood = b"\x55" * 10_000
    *malformed, spo2, rate, index = read(flood + line())
    assert [spo2, rate, index] == three((97, 72, 3.25), Validity.VALID)
    assert sum(event.bytes for event in malformed if isinstance(event, Malformed)) == len(flood)


@given(st.integers(0, 0xFFFFFF), st.integers(0, 999), st.integers(0, 999))
def test_no_number_leaves_without_being_judged(exceptions: int, spo2: int, bpm: int) -> None:
    for event in observations(line(spo2=f"{spo2:03}%", bpm=f"{bpm:03}", exc=f"{exceptions:06X}")).values():
        if exceptions & INVALID_MASK:
            assert event.value is None
        if event.value is not None:
            assert event.metric is not MetricCode.SPO2 or 1 <= event.value <= 100
            assert event.metric is not MetricCode.PULSE_RATE or 1 <= event.value <= 300

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.codecs.dinamap import Dinamap, checksum, request
from devices.model import (
    CuffPhase,
    CuffResult,
    CuffState,
    DeviceEvent,
    Malformed,
    MetricCode,
    Observation,
    RateMethod,
    Validity,
)
from tests.devices.support import CAPTURES, assert_four_ways, decode

MEASURING = CuffState(CuffPhase.MEASURING)


def frame(text: str) -> bytes:
    return text.encode() + checksum(text.encode()) + b"\r"


def na(status: int, age: int = 9999, pressures: str = "000000000") -> bytes:
    return frame(f" NA{status}10{age:04}{pressures}")


def ok(systolic: float, diastolic: float, mean: float | None, age: float) -> CuffResult:
    return CuffResult(systolic, diastolic, mean, None, Validity.VALID, age_s=age, status="ok")


def failed(word: str, *flags: str) -> CuffResult:
    return CuffResult(None, None, None, None, Validity.INVALID, flags, status=word)


def spo2(value: float | None, *flags: str) -> Observation:
    return Observation(
        MetricCode.SPO2, value, Validity.VALID if value is not None else Validity.INVALID, flags
    )


def rate(value: float | None, method: RateMethod, *flags: str) -> Observation:
    validity = Validity.VALID if value is not None else Validity.INVALID
    return Observation(MetricCode.PULSE_RATE, value, validity, flags, method=method)


def temperature(value: float | None, *flags: str) -> Observation:
    validity = Validity.VALID if value is not None else Validity.INVALID
    return Observation(MetricCode.TEMPERATURE, value, validity, flags)


def read(*wires: bytes) -> list[DeviceEvent]:
    return decode(Dinamap(), *wires)


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        ("NA", "20 4E 41 21 32 0D"),
        ("OA", "20 4F 41 21 33 0D"),
        ("RA", "20 52 41 21 36 0D"),
        ("TC", "20 54 43 21 3A 0D"),
        ("NC0", "20 4E 43 30 21 45 0D"),
        ("ND", "20 4E 44 21 35 0D"),
        ("RC", "20 52 43 21 38 0D"),
    ],
)
def test_checksums_of_the_published_requests(command: str, wire: str) -> None:
    assert request(command) == b"\r" + bytes.fromhex(wire)


def test_a_round_asks_for_cuff_oximeter_and_rate_and_starts_nothing() -> None:
    assert Dinamap().requests() == (b"\r NA!2\r", b"\r OA!3\r", b"\r RA!6\r")


WORKED = [
    (b" NA1100012128076093&+\r", [ok(128, 76, 93, 12)]),
    (b" NA0109999000000000&'\r", [MEASURING]),
    (b" NA3109999000000000&*\r", [failed("failed", "nibp_failed")]),
    (b" OA1097608#I\r", [spo2(97)]),
    (b" OA3000008#5\r", [spo2(None, "no_data")]),
    (b' RA2072"E\r', [rate(72, RateMethod.OXIMETER)]),
    (b' RA2-99"K\r', [rate(None, RateMethod.OXIMETER, "no_data")]),
]


@pytest.mark.parametrize(("wire", "events"), WORKED)
def test_worked_examples_four_ways(wire: bytes, events: list[DeviceEvent]) -> None:
    assert_four_ways(Dinamap, wire, events)


def test_all_worked_examples_in_one_stream_four_ways() -> None:
    wire = (CAPTURES / "dinamap-replies.bin").read_bytes()
    assert wire == b"".join(reply for reply, _ in WORKED)
    assert_four_ways(Dinamap, wire, [event for _, events in WORKED for event in events])


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r", b"\r\r\n\n"])
def test_any_line_end_will_do(end: bytes) -> None:
    assert read(b" OA1097608#I" + end, b' RA2072"E' + end) == [spo2(97), rate(72, RateMethod.OXIMETER)]


class TestCuff:
    """A determination is an event: told once, however often it is read."""

    def test_a_result_read_again_and_again_is_told_once(self) -> None:
        polls = [na(1, age, "128076093") for age in range(12, 300)]
        assert read(*polls) == [ok(128, 76, 93, 12)]

    def test_busy_is_told_on_entering_and_the_result_ends_it(self) -> None:
        polls = [na(1, 280, "128076093"), na(0), na(0), na(0), na(1, 1, "128076093"), na(1, 2, "128076093")]
        assert read(*polls) == [ok(128, 76, 93, 280), MEASURING, ok(128, 76, 93, 1)]

    @pytest.mark.parametrize("busy", [1, 2, 30])
    def test_a_determination_that_was_cancelled_shows_the_old_result_and_has_none(self, busy: int) -> None:
        polls = [na(1, 280, "128076093"), *[na(0)] * busy, na(1, 281 + busy, "128076093")]
        assert read(*polls) == [ok(128, 76, 93, 280), MEASURING, CuffState(CuffPhase.IDLE)]

    def test_the_same_pressures_soon_again_are_a_new_result(self) -> None:
        polls = [na(1, 2, "128076093"), *[na(0)] * 30, na(1, 3, "128076093")]
        assert read(*polls) == [ok(128, 76, 93, 2), MEASURING, ok(128, 76, 93, 3)]

    def test_an_age_that_became_smaller_is_a_new_result(self) -> None:
        assert read(na(1, 280, "128076093"), na(1, 3, "128076093"))[1:] == [ok(128, 76, 93, 3)]

    def test_a_pressure_that_differs_is_a_new_result(self) -> None:
        assert read(na(1, 280, "128076093"), na(1, 281, "129076093"))[1:] == [ok(129, 76, 93, 281)]

    @pytest.mark.parametrize(
        ("status", "word", "flags"),
        [
            (2, "unknown", ("nibp_failed", "unknown_status")),
            (3, "failed", ("nibp_failed",)),
            (4, "pump_up_timeout", ("cuff_leak", "cuff_timeout")),
            (5, "unknown", ("nibp_failed", "unknown_status")),
            (6, "total_timeout", ("cuff_timeout",)),
            (7, "pressure_timeout", ("cuff_timeout",)),
            (8, "overpressure", ("cuff_overpressure",)),
            (9, "unknown", ("nibp_failed",)),
        ],
    )
    def test_each_failure_is_told_once(self, status: int, word: str, flags: tuple[str, ...]) -> None:
        assert read(na(0), na(status), na(status), na(status)) == [MEASURING, failed(word, *flags)]

    def test_a_failure_never_shows_the_pressures_of_the_result_before(self) -> None:
        assert read(na(1, 10, "128076093"), na(3, 70, "128076093"))[1:] == [failed("failed", "nibp_failed")]

    @pytest.mark.parametrize("status", [2, 5])
    def test_a_status_that_the_manual_does_not_explain_shows_no_pressure_and_blocks_no_later_result(
        self, status: int
    ) -> None:
        polls = [na(1, 10, "128076093"), na(status, 3, "181120140"), na(0), na(1, 2, "128076093")]
        unknown = failed("unknown", "nibp_failed", "unknown_status")
        assert read(*polls) == [ok(128, 76, 93, 10), unknown, MEASURING, ok(128, 76, 93, 2)]

    def test_two_failures_with_a_determination_between_are_two(self) -> None:
        once = [MEASURING, failed("failed", "nibp_failed")]
        assert read(na(0), na(3), na(0), na(3)) == once * 2

    def test_after_a_failure_the_old_result_is_not_told_again_and_the_next_failure_is(self) -> None:
        polls = [na(1, 10, "128076093"), na(3, 70), na(1, 80, "128076093"), na(3, 140)]
        failure = failed("failed", "nibp_failed")
        assert read(*polls) == [ok(128, 76, 93, 10), failure, failure]

    def test_a_determination_that_ends_without_a_result_is_idle(self) -> None:
        assert read(na(0), na(1, 9999), na(1, 9999)) == [MEASURING, CuffState(CuffPhase.IDLE)]

    def test_no_determination_yet_says_nothing(self) -> None:
        assert read(na(1, 9999, "128076093")) == []

    def test_a_mean_of_zero_is_missing(self) -> None:
        assert read(na(1, 5, "128076000")) == [ok(128, 76, None, 5)]

    def test_a_systolic_of_zero_is_invalid(self) -> None:
        (result,) = read(na(1, 5, "000076093"))
        assert isinstance(result, CuffResult)
        assert (result.validity, result.diastolic, result.flags) == (
            Validity.INVALID,
            None,
            ("out_of_range",),
        )

    def test_pressures_beyond_what_a_cuff_can_measure_are_invalid(self) -> None:
        (result,) = read(na(1, 5, "301076093"))
        assert isinstance(result, CuffResult)
        assert result.flags == ("out_of_range",)


class TestRate:
    """The source says what was counted, and it is never an ECG."""

    def test_the_oximeters_rate_is_told_every_time(self) -> None:
        assert read(frame(" RA2072"), frame(" RA2072")) == [rate(72, RateMethod.OXIMETER)] * 2

    def test_the_cuffs_rate_is_told_once_a_determination(self) -> None:
        poll = frame(" RA3071")
        first, second = na(1, 5, "128076093"), na(1, 4, "131078095")
        events = read(first, poll, first, poll, poll, second, poll)
        assert [event for event in events if isinstance(event, Observation)] == [
            rate(71, RateMethod.NIBP)
        ] * 2

    def test_a_failed_determination_does_not_make_the_old_rate_new(self) -> None:
        events = read(na(1, 5, "128076093"), frame(" RA3071"), na(0), na(3), frame(" RA3071"))
        assert events[1:] == [rate(71, RateMethod.NIBP), MEASURING, failed("failed", "nibp_failed")]

    @pytest.mark.parametrize("value", ["000", "-99"])
    def test_no_rate(self, value: str) -> None:
        assert read(frame(f" RA2{value}")) == [rate(None, RateMethod.OXIMETER, "no_data")]

    def test_a_source_that_the_manual_does_not_know_is_not_guessed(self) -> None:
        assert read(frame(" RA1072")) == [Malformed(9, "RA source '1': expected one of 2, 3")]


@pytest.mark.parametrize(("status", "flag"), [("0", "standby"), ("3", "no_data"), ("6", "probe_unplugged")])
def test_an_oximeter_that_is_not_operating_shows_no_number(status: str, flag: str) -> None:
    assert read(frame(f" OA{status}097608")) == [spo2(None, flag)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" TC00 000300986F", temperature(37.0)),
        (" TC00 999990000F", temperature(None, "no_data")),
        (" TC10 000300986F", temperature(None, "searching")),
        (" TC20 000300986F", temperature(None, "search_timeout")),
        (" TC30 000300986F", temperature(None, "probe_off")),
        (" TC40 000300986F", temperature(None, "probe_unplugged")),
        (" TC00 000300000F", temperature(None, "out_of_range")),
    ],
)
def test_temperature_is_in_tenths_of_fahrenheit(text: str, expected: Observation) -> None:
    assert read(frame(text)) == [expected]


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (b" NA1100012138076093&+", "checksum_error"),
        (b" OA1087608#I", "checksum_error"),
        (b" NA110001212807609&+", "NA reply of 20 characters: expected 21"),
        (b" NA!2", "host_request: the host's half of the line, not a reply"),
        (b" NC0!E", "host_request: the host's half of the line, not a reply"),
        (frame(" *A00012345")[:-1], "reply to an unknown command '*A'"),
        (frame(" NAx10001212807609 ")[:-1], "NA status 'x': expected one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
        (
            frame(" NA1100012 28076093")[:-1],
            "NA reply, characters 10-12: expected digits, got ' 28'",
        ),
        (b"\xff\xfe\xfd", "not a DINAMAP reply"),
    ],
)
def test_a_line_that_is_no_reply_is_malformed_and_the_next_is_read(wire: bytes, reason: str) -> None:
    assert read(wire + b"\r" + b" OA1097608#I\r") == [Malformed(len(wire), reason), spo2(97)]


@pytest.mark.parametrize("awkward", [b" ", b'"', b"'"])
def test_a_checksum_with_a_blank_or_a_quote_is_no_reason_to_split(awkward: bytes) -> None:
    pressures = (f"{systolic}076{mean:03}" for systolic in range(100, 200) for mean in range(80, 100))
    met = [p for p in pressures if awkward in na(1, 5, p)[-3:]]
    assert met, "the sweep must meet such a checksum"
    assert all(read(na(1, 5, p)) == [ok(int(p[:3]), 76, int(p[6:]), 5)] for p in met)


def test_replies_are_counted_good_or_bad_so_that_the_host_can_go_on() -> None:
    codec = Dinamap()
    decode(codec, b"\r\r\n", b" OA1097608#I\r", b"noise\r", b"unfinished")
    assert codec.replies == 2


@given(st.integers(0, 20), st.integers(1, 255))
def test_one_damaged_byte_never_passes_for_a_reply(position: int, change: int) -> None:
    wire = bytearray(b" NA1100012128076093&+")
    wire[position] ^= change
    events = read(bytes(wire) + b"\r")
    assert not any(isinstance(event, CuffResult) for event in events)

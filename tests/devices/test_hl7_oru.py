"""What HL7 says, byte by byte: codes by table, what is missing is never a number, no patient is ever read."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.codecs.hl7_oru import SENDERS, Hl7Oru, WrongType, read_oru, taken_apart
from devices.codecs.hl7_text import MAX_MESSAGE, TOO_LONG, MllpFrames, answer, segments_of
from devices.mapping import Refused
from devices.model import CuffResult, DeviceEvent, Malformed, MetricCode, Observation, Origin, Validity
from tests.devices.support import CAPTURES, assert_four_ways, decode

SENT = "20260203143015+0000"
AT = datetime(2026, 2, 3, 14, 30, 15, tzinfo=UTC)
CAPTURE = (CAPTURES / "hl7-oru.bin").read_bytes()
SPO2 = "150456^MDC_PULS_OXIM_SAT_O2^MDC"
PULSE = "149530^MDC_PULS_OXIM_PULS_RATE^MDC"
PERCENT, BPM, MMHG = (
    "262688^MDC_DIM_PERCENT^MDC",
    "264864^MDC_DIM_BEAT_PER_MIN^MDC",
    "266016^MDC_DIM_MMHG^MDC",
)


def obx(
    code: str = SPO2, value: str = "97", unit: str = PERCENT, *, kind: str = "NM", flags: str = "",
    status: str = "R", time: str = "", equipment: str = "",
) -> str:  # fmt: skip
    return f"OBX|1|{kind}|{code}|1.1.1.1|{value}|{unit}||{flags}|||{status}|||{time}||||{equipment}"


def cuff(
    systolic: str = "128", diastolic: str = "76", *, unit: str = MMHG, time: str = ""
) -> tuple[str, ...]:
    codes = ("150021", systolic), ("150022", diastolic), ("150023", "93"), ("149546", "71")
    return tuple(
        obx(f"{code}^^MDC", value, BPM if code == "149546" else unit, time=time) for code, value in codes
    )


def message(
    *lines: str, sent: str = SENT, mode: str = "P", kind: str = "ORU^R01^ORU_R01", charset: str = ""
) -> bytes:
    header = f"MSH|^~\\&|GW|ICU|||{sent}||{kind}|42|{mode}|2.6||||||{charset}"
    return "\r".join((header, *lines, "")).encode()


def read(*lines: str, zone: ZoneInfo | None = None, **header: str) -> list[DeviceEvent]:
    return read_oru(taken_apart(message(*lines, **header)), zone)


def one(*lines: str, **header: str) -> Observation:
    (event,) = read(*lines, **header)
    assert isinstance(event, Observation)
    return event


def result(*lines: str, **header: str) -> CuffResult:
    (event,) = read(*lines, **header)
    assert isinstance(event, CuffResult)
    return event


def reasons(events: list[DeviceEvent]) -> list[str]:
    assert all(isinstance(event, Malformed) for event in events)
    return [event.reason for event in events if isinstance(event, Malformed)]


def test_the_capture_reads_four_ways() -> None:
    assert_four_ways(Hl7Oru, CAPTURE, decode(Hl7Oru(), CAPTURE), junk=b"\xff\x00#~ 0")
    numbers = [(e.metric, e.value) for e in decode(Hl7Oru(), CAPTURE) if isinstance(e, Observation)]
    assert numbers == [
        *(("spo2", 97), ("pulse_rate", 72), ("heart_rate", None)),
        *(("spo2", 96), ("pulse_rate", 72), ("heart_rate", 74)),
    ]


class TestCodes:
    @pytest.mark.parametrize(
        ("code", "unit", "metric"),
        [
            ("150456^^MDC", "%", MetricCode.SPO2),
            ("59408-5^^LN", "%", MetricCode.SPO2),
            ("149530^^MDC", "bpm", MetricCode.PULSE_RATE),
            ("147842^^MDC", "/min", MetricCode.HEART_RATE),
            ("8867-4^^LN", "{beats}/min", MetricCode.HEART_RATE),
            ("151562^^MDC", "264928^^MDC", MetricCode.RESPIRATION_RATE),
            ("150448^^MDC", "^MDC_DIM_PERCENT^MDC", MetricCode.PERFUSION_INDEX),
            ("188^SpO2^99X^150456^MDC_PULS_OXIM_SAT_O2^MDC", "%", MetricCode.SPO2),
        ],
    )
    def test_known_ones(self, code: str, unit: str, metric: MetricCode) -> None:
        event = one(obx(code, "12", unit))
        assert (event.metric, event.value, event.stamp.measured_at) == (metric, 12, AT)

    @pytest.mark.parametrize(
        "code",
        [
            "150017^MDC_PRESS_BLD_SYS^MDC", "150018^MDC_PRESS_BLD_DIA^MDC", "188^SPO2", "150456^SpO2^99X",
            "393216^EHC^MDC", "^^MDC", "150456^^MDC^147842^^MDC",
        ],
    )  # fmt: skip
    def test_any_other_is_counted_and_never_guessed(self, code: str) -> None:
        (reason,) = reasons(read(obx(code)))
        assert "expected a code that is known" in reason

    def test_what_is_no_number_of_ours_is_passed_over(self) -> None:
        assert read(obx("69965^^MDC", "x", "", kind="ST"), obx("1^^99X", "1^2^3", "", kind="NA")) == []

    def test_a_code_of_ours_without_a_number_is_counted(self) -> None:
        assert "expected a number (NM)" in reasons(read(obx(value="97", kind="ST")))[0]


class TestValues:
    @pytest.mark.parametrize("value", ["-100", "-999", "-99.9", "-1", '""', "--", "nan", "0", "127"])
    def test_what_stands_for_none_is_no_number(self, value: str) -> None:
        assert (one(obx(value=value)).value, one(obx(value=value)).validity) == (None, Validity.INVALID)

    @pytest.mark.parametrize("value", ["97~98", "97^98", "9 7", ">97", "97,5", "1e2"])
    def test_what_is_not_one_number_is_refused(self, value: str) -> None:
        assert "expected" in reasons(read(obx(value=value)))[0]

    @pytest.mark.parametrize("unit", ["", "psi", "266016^MDC_DIM_MMHG^MDC", "264864"])
    def test_a_unit_that_the_metric_cannot_have_is_refused(self, unit: str) -> None:
        assert "spo2 unit" in reasons(read(obx(unit=unit)))[0]

    @pytest.mark.parametrize("status", ["X", "D", "W", "I", "N", "?"])
    def test_a_status_that_says_there_is_none(self, status: str) -> None:
        assert one(obx(status=status)).value is None

    @pytest.mark.parametrize("flags", ["INV", "<", ">", "H~INV", "DEMO", "anything"])
    def test_a_flag_that_condemns_the_value(self, flags: str) -> None:
        assert one(obx(flags=flags)).value is None

    def test_what_is_questionable_says_so(self) -> None:
        assert one(obx(flags="L~QUES")).validity is Validity.QUESTIONABLE
        assert one(obx(status="P")).validity is Validity.QUESTIONABLE
        assert one(obx(flags="HH", status="F")).validity is Validity.VALID

    def test_one_metric_twice_for_one_time_is_not_believed(self) -> None:
        assert reasons(read(obx(value="97"), obx(value="88"))) == [
            "spo2 2 times for one time: none is believed"
        ]

    def test_a_rate_whose_source_is_named_goes_first(self) -> None:
        event = one(obx("149522^^MDC", "70", BPM), obx(PULSE, "72", BPM))
        assert (event.value, event.method) == (72, "oximeter")

    def test_escapes_are_undone_and_separators_are_the_senders_own(self) -> None:
        assert one(obx(value="9\\X37\\")).value == 97
        own = message(obx()).replace(b"^", b"!").replace(b"|", b"#")
        assert [e.value for e in read_oru(taken_apart(own)) if isinstance(e, Observation)] == [97]


class TestCuffs:
    def test_one_determination_is_one_event_with_its_own_time(self) -> None:
        event = result(*cuff(time="20260203143003+0000"))
        assert (event.systolic, event.diastolic, event.mean, event.pulse_rate) == (128, 76, 93, 71)
        at = AT.replace(second=3)
        assert (event.stamp.measured_at, event.result_id, event.own_time) == (at, at.isoformat(), True)

    def test_kilopascals_are_converted(self) -> None:
        event = result(*(line.replace("|93|", "|12|") for line in cuff("16", "10", unit="kPa")))
        assert (event.systolic, event.diastolic, event.mean) == (120.0, 75.0, 90.0)

    def test_without_a_time_of_its_own_it_may_be_a_repetition(self) -> None:
        assert not result(*cuff()).own_time
        assert result(*cuff()).result_id is None

    def test_two_times_are_two_results(self) -> None:
        lines = (*cuff(time="20260203142003+0000"), *cuff("130", time="20260203143003+0000"))
        assert [e.systolic for e in read(*lines) if isinstance(e, CuffResult)] == [128, 130]

    def test_half_a_pressure_is_none(self) -> None:
        assert result(cuff()[0]).validity is Validity.INVALID
        assert result(*cuff(diastolic="-100")).systolic is None

    def test_two_cuffs_at_one_time_are_not_believed(self) -> None:
        assert "nibp twice" in reasons(read(*cuff(), *cuff("150")))[0]


class TestTimes:
    def test_the_value_before_its_group_before_the_message(self) -> None:
        group = "OBR|1|||x|||20260203142900+0000"
        assert one(obx(), sent=SENT).stamp.measured_at == AT
        assert one(group, obx()).stamp.measured_at == AT.replace(minute=29, second=0)
        own = one(group, obx(time="20260203152801.25+0100")).stamp.measured_at
        assert own == AT.replace(minute=28, second=1, microsecond=250_000)

    def test_the_zone_of_the_message_is_that_of_times_without_one(self) -> None:
        own = one(obx(time="20260203153001"), sent="20260203153015+0100").stamp.measured_at
        assert own == AT.replace(second=1)

    def test_without_any_zone_a_time_is_information_only(self) -> None:
        event = one(obx(time="20260203143001"), sent="20260203143015")
        assert event.stamp.measured_at is None
        assert event.device_time == datetime(2026, 2, 3, 14, 30, 1)  # noqa: DTZ001
        assert result(*cuff(time="20260203143001"), sent="").own_time is False

    def test_the_configured_zone_counts_where_the_message_has_none(self) -> None:
        (event,) = read(obx(), sent="20260203153015", zone=ZoneInfo("Europe/Vienna"))
        assert isinstance(event, Observation)
        assert event.stamp.measured_at == AT

    @pytest.mark.parametrize("time", ["yesterday", "20260231120000+0000", "20260203", "19990101120000+0000"])
    def test_what_is_no_time_costs_its_values_only(self, time: str) -> None:
        events = read(f"OBR|1|||x|||{time}", obx(), "OBR|2", obx(PULSE, "72", BPM))
        assert [e.value for e in events if isinstance(e, Observation)] == [72]
        assert any(isinstance(e, Malformed) and "expected a" in e.reason for e in events)


class TestMessages:
    def test_demonstrations_say_so(self) -> None:
        assert {one(obx(), mode=mode).stamp.origin for mode in "TD"} == {Origin.DEMO}
        assert one(obx(), mode="P").stamp.origin is None

    @pytest.mark.parametrize(
        ("lines", "header", "reason"),
        [
            ((obx(),), {"mode": ""}, "MSH-11: expected P, T or D"),
            ((obx(),), {"charset": "UNICODE UTF-16"}, "MSH-18: expected one of"),
            ((obx(),), {"charset": "ISO IR87"}, "MSH-18: expected one of"),
            (("PID|1", obx(), "PID|2", obx(PULSE, "72", BPM)), {}, "PID: expected one patient"),
        ],
    )
    def test_what_cannot_be_read_as_a_whole(
        self, lines: tuple[str, ...], header: dict[str, str], reason: str
    ) -> None:
        with pytest.raises(Refused, match=reason):
            read(*lines, **header)

    @pytest.mark.parametrize("kind", ["ADT^A01", "ORU^R40", "", "ORU"])
    def test_other_types(self, kind: str) -> None:
        with pytest.raises(WrongType, match="MSH-9: expected ORU\\^R01"):
            read(obx(), kind=kind)

    @pytest.mark.parametrize(
        "data", [b"", b"MSH", b"MSH|", b"PID|x\rMSH|^~\\&|", b"{}", b"\xff\xfeM\x00S\x00"]
    )
    def test_what_is_no_message(self, data: bytes) -> None:
        with pytest.raises(Refused, match="begins with MSH"):
            segments_of(data)

    @pytest.mark.parametrize("charset", ["", "UNICODE UTF-8", "8859/1", "GB 18030-2000"])
    def test_names_in_any_letters_do_not_move_a_field(self, charset: str) -> None:
        codec = {"8859/1": "latin-1", "GB 18030-2000": "gb18030"}.get(charset, "utf-8")
        name = "Müller" if codec == "latin-1" else "王\u4e02"
        data = message(f"PID|||1||{name}", obx(), charset=charset).decode().encode(codec)
        assert [e.value for e in read_oru(taken_apart(data)) if isinstance(e, Observation)] == [97]

    def test_no_word_of_a_patient_comes_out(self) -> None:
        patient = "PID|1|SECRET1|SECRET2^^^X||SECRET3^SECRET4||19700101|F|||SECRET5"
        lines = (patient, "NK1|1|SECRET6", "PV1||I|ICU^^BED7||||SECRET7", obx(), *cuff(), obx("1^^MDC"))
        assert "SECRET" not in repr(read(*lines))
        assert "SECRET" not in repr([name(taken_apart(message(*lines))) for name in SENDERS.values()])

    def test_what_names_the_device(self) -> None:
        oru = taken_apart(message("OBR|1||MON-7^X|x", obx(equipment="^^ACDE48234567ABCD^EUI-64")))
        assert {match: name(oru) for match, name in SENDERS.items()} == {
            "sender": "GW/ICU",
            "application": "GW",
            "facility": "ICU",
            "equipment": "ACDE48234567ABCD",
            "filler": "MON-7",
        }

    def test_values_of_two_devices_in_one_message_are_refused(self) -> None:
        with pytest.raises(Refused, match="OBX-18: expected one device in a message, got 2"):
            SENDERS["equipment"](taken_apart(message(obx(equipment="A"), obx(equipment="B"))))


class TestFrames:
    def test_glued_messages_are_two(self) -> None:
        assert MllpFrames().feed(b"\x0bA\x1c\r\x0bB\x1c\r") == [b"A", b"B"]

    def test_a_half_message_is_told_when_the_next_begins(self) -> None:
        assert MllpFrames().feed(b"\x0bhalf\x0bB\x1c") == [Malformed(4, "a frame that does not end"), b"B"]

    def test_a_huge_message_is_given_up_and_the_next_is_read(self) -> None:
        frames = MllpFrames()
        found = frames.feed(b"\x0b" + b"x" * (MAX_MESSAGE - 1)) + frames.feed(b"yz\x1c\r\x0bB\x1c\r")
        assert found == [Malformed(MAX_MESSAGE - 1, TOO_LONG), Malformed(3, "no frame"), b"B"]

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.binary(max_size=60)), st.integers(1, 9))
    def test_any_bytes_however_cut(self, pieces: list[bytes], size: int) -> None:
        data = b"".join(b"\x0b" + piece for piece in pieces)
        cut = [data[i : i + size] for i in range(0, len(data), size)]
        whole, parts = MllpFrames(), MllpFrames()
        assert [f for piece in cut for f in parts.feed(piece)] == whole.feed(data)
        assert parts.finish() == whole.finish()

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.sampled_from(["|", "^", "~", "\\", "&", "\r", "OBX", "MSH", "NM", "9", "X41"]), max_size=40
        )
    )
    def test_any_segments_raise_nothing_but_their_refusal(self, pieces: list[str]) -> None:
        for event in decode(Hl7Oru(), b"\x0b" + message("".join(pieces), obx()) + b"\x1c\r"):
            assert isinstance(event, Observation | Malformed | CuffResult)


class TestAnswers:
    def test_an_answer_names_its_message_and_carries_no_separator_of_ours(self) -> None:
        data = answer("AE", "4|2\r^", "what\nnow|", AT)
        assert data.startswith(b"\x0bMSH|^~\\&|chairside|")
        assert data.endswith(b"\r\x1c\r")
        header, acknowledgement, error = segments_of(data[1:-2])
        assert (header.part(9), header.part(9, 2)) == ("ACK", "R01")
        assert [acknowledgement.text(n) for n in (1, 2, 3)] == ["AE", "4|2\r^", "what\nnow|"]
        assert (error.name, error.text(8)) == ("ERR", "what\nnow|")

    def test_a_good_one_has_no_error(self) -> None:
        header, acknowledgement = segments_of(answer("AA", "42", "", AT)[1:-2])
        assert (acknowledgement.name, acknowledgement.text(2)) == ("MSA", "42")
        assert header.text(7) == "20260203143015.000+0000"

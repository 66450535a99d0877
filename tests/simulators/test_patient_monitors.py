"""The S/5 monitor and the SunTech module: worked examples, what they obey, and what the product reads."""

import struct
from pathlib import Path
from selectors import DefaultSelector

import pytest
import serial
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.catalogue import BUILT_IN
from devices.codecs.datex_dri import ASK, ASK_NIBP_TIME, DatexDri
from devices.codecs.suntech import CUFF_PRESSURE, RESULT
from devices.codecs.suntech import SunTech as SunTechCodec
from devices.model import (
    CuffPhase,
    CuffResult,
    CuffState,
    Malformed,
    MetricCode,
    Observation,
    RateMethod,
    Validity,
)
from simulators.cuff import Cuff
from simulators.datex import AUXILIARY, ON_DISPLAY, Datex, frame, request
from simulators.devices import SERIAL
from simulators.faults import DeviceFaults
from simulators.history import bedside_at_epoch
from simulators.stations import SerialStation
from simulators.suntech import SunTech, cuff_reply, packet, result_reply
from tests.simulators.conftest import EPOCH_MS

CHAIR = """
[chair.1]
patient = {{ label = "A. B.", seed = 5 }}
visit = {{ phase = "infusion", minute = 10 }}
devices = [{{ id = "d", kind = "{kind}" }}]
"""
FAULT = '[[faults]]\ndevice = "d"\nkind = "{kind}"\nat_min = {at}\nfor_s = {seconds}\n'
START, ABORT = bytes.fromhex("3A 20 A6"), bytes.fromhex("3A 79 01 00 4C")


def wire(text):
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (
            request(ON_DISPLAY, 10, classes=14),
            "7E 31" + 20 * " 00" + " FF" + 18 * " 00" + " 01 0A 00 0E 00 00 00 00 00 49 7E",
        ),
        (request(ON_DISPLAY, 0), "7E 31" + 20 * " 00" + " FF" + 18 * " 00" + " 01" + 8 * " 00" + " 31 7E"),
        (frame(b"\x7e\x7d"), "7E 7D 5E 7D 5D FB 7E"),
        (cuff_reply(258), "3E 05 02 01 BA"),
        (
            result_reply((115, 74, 88, 85)),
            "3E 18 73 00 4A 00 1E 01 00 00 00 00 00 00 31 07 55 00 58 00 00 00 00 E9",
        ),
    ],
)
def test_worked_examples_byte_by_byte(made, expected):
    assert made == wire(expected)


def test_a_checksum_is_stuffed_too():
    stuffed = [frame(bytes((byte,))) for byte in (0x7D, 0x7E)]
    assert stuffed == [wire("7E 7D 5D 7D 5D 7E"), wire("7E 7D 5E 7D 5E 7E")]


@pytest.fixture
def made(scenario_of):
    def build(kind, faults=""):
        scenario = scenario_of(CHAIR.format(kind=kind) + faults)
        (chair,) = scenario.chairs
        bedside = bedside_at_epoch(chair, scenario, EPOCH_MS)
        return bedside, SERIAL[kind](bedside, chair.devices[0])

    return build


def conversation(device, codec, seconds, begin_s=0):
    """What the product makes of it while it asks as it asks real ones: (second, event)."""
    events = []
    for second in range(begin_s, begin_s + seconds):
        now_ms = EPOCH_MS + second * 1000
        asked = [ASK_NIBP_TIME] if second % 5 == 0 and second else [ASK] if second == 0 else []
        for word in [CUFF_PRESSURE, RESULT] if isinstance(codec, SunTechCodec) else asked:
            events += [(second, event) for event in codec.feed(device.receive(word, now_ms))]
        events += [(second, event) for event in codec.feed(device.speak(now_ms))]
    return events


def results(events):
    return [event for _, event in events if isinstance(event, CuffResult)]


def test_a_datex_says_nothing_before_it_is_asked_and_stops_when_told(made):
    _, device = made("datex-dri")
    assert [device.speak(EPOCH_MS + second * 1000) for second in range(10)] == [b""] * 10
    device.receive(request(ON_DISPLAY, 5), EPOCH_MS + 10_000)
    said = [bool(device.speak(EPOCH_MS + second * 1000)) for second in range(10, 21)]
    assert said == [True, False, False, False, False] * 2 + [True]
    device.receive(request(ON_DISPLAY, 0), EPOCH_MS + 21_000)
    assert not any(device.speak(EPOCH_MS + second * 1000) for second in range(21, 40))


def test_of_two_requests_within_five_seconds_a_datex_obeys_the_first(made):
    _, device = made("datex-dri")
    device.receive(request(ON_DISPLAY, -1), EPOCH_MS)
    assert device.receive(request(AUXILIARY, -1), EPOCH_MS + 4_000) == b""
    assert device.speak(EPOCH_MS + 4_000)
    assert not device.speak(EPOCH_MS + 30_000), "once is once"
    assert device.receive(request(AUXILIARY, -1), EPOCH_MS + 30_000)


def test_a_datex_takes_no_request_whose_checksum_is_wrong(made):
    _, device = made("datex-dri")
    broken = bytearray(request(ON_DISPLAY, 5))
    broken[-2] ^= 1
    device.receive(bytes(broken), EPOCH_MS)
    assert device.speak(EPOCH_MS + 1000) == b""


def test_the_product_reads_all_that_a_datex_measures(made):
    bedside, device = made("datex-dri")
    events = conversation(device, DatexDri(), 60)
    assert not [event for _, event in events if isinstance(event, Malformed)]
    numbers = [(second, event) for second, event in events if isinstance(event, Observation)]
    told = {event.metric for _, event in numbers}
    assert told >= {
        MetricCode.SPO2, MetricCode.PULSE_RATE, MetricCode.HEART_RATE,
        MetricCode.RESPIRATION_RATE, MetricCode.TEMPERATURE,
    }  # fmt: skip
    for second, event in numbers:
        truth = bedside.truth(EPOCH_MS + second * 1000)
        if event.metric is MetricCode.SPO2:
            assert event.value == pytest.approx(truth.spo2, abs=1)
        if event.metric is MetricCode.HEART_RATE:
            assert event.method is RateMethod.ECG
            assert event.value == pytest.approx(truth.heart_rate, abs=1)


@pytest.mark.parametrize(("kind", "codec"), [("datex-dri", DatexDri), ("suntech", SunTechCodec)])
def test_each_determination_is_told_once_with_its_numbers(made, kind, codec):
    bedside, device = made(kind)
    before = bedside.cuff.last
    events = conversation(device, codec(), 700)
    told = [each for each in results(events) if each.validity is Validity.VALID]
    last = bedside.cuff.last.pressure
    assert (told[-1].systolic, told[-1].diastolic, told[-1].mean) == (
        last.systolic,
        last.diastolic,
        last.mean,
    )
    new = [each for each in told if each.device_time is None or (each.age_s or 0) < 60]
    assert len(new) == bedside.cuff.last.number - before.number == 3
    assert CuffState(CuffPhase.MEASURING) in [event for _, event in events]


@pytest.mark.parametrize("kind", ["datex-dri", "suntech"])
@pytest.mark.parametrize("fault", ["cuff_failure", "cuff_leak"])
def test_a_determination_that_fails_has_no_number(made, kind, fault):
    bedside, device = made(kind, FAULT.format(kind=fault, at=0, seconds=600))
    told = results(conversation(device, BUILT_IN[kind].codec(), 600))
    assert bedside.cuff.last.pressure is None
    assert (told[-1].systolic, told[-1].validity) == (None, Validity.INVALID)


def test_held_numbers_of_a_datex_are_none_for_the_product(made):
    _, device = made("datex-dri", FAULT.format(kind="probe_off", at=0.5, seconds=60))
    events = conversation(device, DatexDri(), 80)
    off = [e for s, e in events if s >= 30 and isinstance(e, Observation) and e.metric is MetricCode.SPO2]
    assert off
    assert {event.validity for event in off} == {Validity.INVALID}


def test_a_suntech_is_started_and_aborted_by_its_host(made):
    bedside, device = made("suntech")
    codec = SunTechCodec()
    conversation(device, codec, 60)
    assert device.receive(START, EPOCH_MS + 60_000) == packet()
    told = conversation(device, codec, 5, 60)
    assert [event for _, event in told] == [CuffState(CuffPhase.MEASURING)]
    assert bedside.cuff.mmhg(EPOCH_MS + 65_000) > 100
    device.receive(ABORT, EPOCH_MS + 65_000)
    (aborted,) = results(conversation(device, codec, 5, 65))
    assert (aborted.systolic, aborted.status) == (None, "error_86")


def test_a_suntech_says_nothing_unasked_and_skips_what_it_does_not_know(made):
    _, device = made("suntech")
    assert device.speak(EPOCH_MS) == b""
    assert device.receive(b"\x3a\x3a\x79\x00noise" + CUFF_PRESSURE[:3], EPOCH_MS) == b""
    assert device.receive(CUFF_PRESSURE[3:], EPOCH_MS) == cuff_reply(0)


@given(
    pieces=st.lists(
        st.one_of(st.binary(max_size=12), st.sampled_from([ASK, ASK_NIBP_TIME, RESULT, START])), max_size=8
    )
)
@settings(max_examples=40)
def test_any_bytes_do_no_harm(pieces):
    class Nobody:
        """A bedside without a patient, whose cuff never inflates."""

        occupancy = None

        def __init__(self):
            self.cuff = Cuff("nobody")

        def advance(self, _now_ms):
            pass

        def clock_error_ms(self, _now_ms):
            return 0

    for device in (Datex(Nobody(), "d"), SunTech(Nobody())):
        for second, piece in enumerate(pieces):
            said = device.receive(piece, EPOCH_MS + second * 1000)
            assert len(said) < 1000


@pytest.mark.parametrize("kind", ["datex-dri", "suntech"])
def test_over_a_pseudo_terminal_every_byte_arrives(made, tmp_path: Path, clock, kind):
    _, device = made(kind)
    codec = BUILT_IN[kind].codec()
    events = []
    with DefaultSelector() as selector:
        station = SerialStation(device, tmp_path / "d", selector, DeviceFaults((), EPOCH_MS), clock)
        with serial.Serial(str(tmp_path / "d"), 9600, timeout=5) as line:
            station.tick(clock.utc_ms())
            for second in range(4):
                line.write(RESULT if kind == "suntech" else ASK)
                for key, _ in selector.select(5):
                    key.data()
                clock.move(5)
                station.tick(clock.utc_ms())
                wanted = 24 if kind == "suntech" else struct.calcsize("40s278s3x")
                label = b"<chairside:demo>"
                events += codec.feed(line.read(len(label) + wanted).replace(label, b""))
                assert line.in_waiting < 200, second
        station.close()
    assert not [event for event in events if isinstance(event, Malformed)]
    assert codec.replies == 4 if kind == "suntech" else any(isinstance(e, Observation) for e in events)

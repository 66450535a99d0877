"""The oximeters on serial lines: the worked examples of the protocols, and each one read by the product."""

import os
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from selectors import DefaultSelector

import pytest
import serial

from devices.catalogue import BUILT_IN
from devices.model import MetricCode, Observation, Validity
from simulators.bedside import Oximetry, Probe
from simulators.contec import Contec, live
from simulators.described import DEVICES
from simulators.devices import MESSAGES, SERIAL
from simulators.faults import DeviceFaults
from simulators.five_bytes import bci, contec
from simulators.history import bedside_at_epoch
from simulators.masimo import trend_line
from simulators.nellcor import HEADER, line
from simulators.nonin import frame_2, packet_13, packet_data, print_out, record_8
from simulators.pulse import Sample, Stream
from simulators.scenario import CALLING_KINDS, KINDS, MQTT_KINDS
from simulators.stations import SerialStation
from tests.simulators.conftest import EPOCH_MS

AT = datetime(2026, 2, 3, 14, 30, 15, tzinfo=UTC)
OXIMETERS = [kind for kind, measures in KINDS.items() if kind in SERIAL and "cuff" not in measures]
CHAIR = """
[chair.1]
patient = {{ label = "A. B.", seed = 5 }}
visit = {{ phase = "infusion", minute = 10 }}
devices = [{{ id = "ox", kind = "{kind}" }}]
"""


def shown(spo2, rate, perfusion=5.31, probe=Probe.READING):
    return Oximetry(probe, spo2, rate, perfusion)


OFF, SEARCHING = Oximetry(Probe.OFF), Oximetry(Probe.SEARCHING)


def wire(text):
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (frame_2(0x81, 0x30, packet_data(shown(97, 72), 0)[0]), "01 81 30 00 B2"),
        (frame_2(0x80, 0x31, packet_data(shown(97, 72), 0)[1]), "01 80 31 48 FA"),
        (frame_2(0x80, 0x32, packet_data(shown(97, 72), 0)[2]), "01 80 32 61 14"),
        (frame_2(0x99, 0x63, packet_data(OFF, 0)[0]), "01 99 63 03 00"),
        (frame_2(0x98, 0x63, packet_data(OFF, 0)[1]), "01 98 63 7F 7B"),
        (frame_2(0x98, 0x63, packet_data(OFF, 0)[2]), "01 98 63 7F 7B"),
        (record_8(shown(97, 72)), "80 48 61 20"),
        (record_8(shown(95, 150)), "81 16 5F 20"),
        (record_8(OFF), "A3 7F 7F 08"),
        (packet_13(98, 72, AT), "00 02 00 0D 00 0E 20 26 02 03 14 30 15 00 02 00 00 48 00 62 50 03"),
        (live(OFF), "01 E1 84 C0 90 80 80 FF FF"),
        (live(shown(97, 72, 5.31), Sample(0, 0.378, beep=False))[5:], "C8 E1 93 82"),
        (live(SEARCHING), "01 EA 80 80 90 FF FF FF FF"),
        (contec(shown(95, 150, 5), Sample(0, 0.378, beep=False)), "85 30 46 16 5F"),
        (bci(OFF), "90 00 50 7F 7F"),
    ],
)
def test_worked_examples_byte_by_byte(made, expected):
    assert made == wire(expected)


def test_lines_of_print_outs():
    assert print_out(shown(97, 72)) == b"SPO2=097 HR=072\r\n"
    assert print_out(shown(97, 72, probe=Probe.HOLDING)) == b"SPO2=--- HR=---\r\n"
    assert trend_line(shown(97, 72, 3.25), AT) == (
        b"02/03/26 14:30:15 SpO2=097 PR=072 PI=03.25 EXC=800:SET\r\n"
    )
    assert b"SpO2=000 PR=000 PI=00.00 EXC=820:OffPat,SET" in trend_line(OFF, AT)


def test_a_nellcor_line_by_its_columns():
    low = line(shown(88, 58), AT).decode()
    assert (low[:18], low[21:25], low[29:33]) == ("03-Feb-26 14:30:15", " 88*", " 58*")
    assert low[44:].split() == ["SL", "PL"]
    assert len(low.rstrip("\r\n")) == 64
    held = line(shown(96, 63, probe=Probe.HOLDING), AT).decode()
    assert (held[21:24], held[29:32], held[37:40], held[44:46]) == (" 96", " 63", "---", "PS")
    assert line(SEARCHING, AT).decode()[21:46].split() == ["0", "0", "---", "PS"]
    assert line(OFF, AT).decode()[21:46].split() == ["---", "---", "---", "SO"]


def test_a_stream_keeps_its_rate_and_its_pulse():
    stream = Stream(60)
    samples = [sample for second in range(60) for sample in stream.due(EPOCH_MS + second * 1000, 72)]
    assert len(samples) == 60 * 60
    assert [s.number for s in samples] == list(range(samples[0].number, samples[0].number + 3600))
    beats = sum(late.beep and not early.beep for early, late in pairwise(samples))
    assert beats == pytest.approx(72, abs=1)
    assert max(s.level for s in samples) > 0.9
    assert min(s.level for s in samples) < 0.1
    assert len(list(stream.due(EPOCH_MS + 3_600_000, 72))) == 60, "after a pause one second, no flood"


def at_bedside(scenario_of, kind, faults=""):
    scenario = scenario_of(CHAIR.format(kind=kind) + faults)
    (chair,) = scenario.chairs
    return scenario, chair, bedside_at_epoch(chair, scenario, EPOCH_MS)


def heard(scenario_of, kind, seconds, faults=""):
    """What the product's codec makes of a simulated device: (second, event)."""
    _, chair, bedside = at_bedside(scenario_of, kind, faults)
    device, codec = SERIAL[kind](bedside, chair.devices[0]), BUILT_IN[kind].codec()
    device.receive(BUILT_IN[kind].wake, EPOCH_MS)
    events = []
    for second in range(seconds):
        now_ms = EPOCH_MS + second * 1000
        if second % 5 == 0:
            device.receive(BUILT_IN[kind].stay, now_ms)
        events += [(second, event) for event in codec.feed(device.speak(now_ms))]
    return bedside, events


@pytest.mark.parametrize("kind", OXIMETERS)
def test_the_product_reads_what_it_says(scenario_of, kind):
    bedside, events = heard(scenario_of, kind, 20)
    assert all(not hasattr(event, "reason") for _, event in events), "no byte is malformed"
    numbers = [(second, event) for second, event in events if isinstance(event, Observation)]
    assert {event.metric for _, event in numbers} >= {MetricCode.SPO2, MetricCode.PULSE_RATE}
    for second, event in numbers:
        truth = bedside.truth(EPOCH_MS + second * 1000)
        if event.metric is MetricCode.SPO2 and event.value is not None:
            assert event.value == pytest.approx(truth.spo2, abs=1)
        if event.metric is MetricCode.PULSE_RATE and event.value is not None:
            assert event.value == pytest.approx(truth.heart_rate, abs=6)
    assert any(event.value is not None for _, event in numbers)


@pytest.mark.parametrize("kind", [kind for kind in OXIMETERS if kind not in {"nonin-1", "nonin-13"}])
def test_a_probe_that_falls_off_is_no_number_whatever_is_printed(scenario_of, kind):
    fault = '[[faults]]\ndevice = "ox"\nkind = "probe_off"\nat_min = 0.5\nfor_s = 30\n'
    _, events = heard(scenario_of, kind, 90, fault)
    while_off = [e for second, e in events if 33 <= second < 60 and isinstance(e, Observation)]
    assert while_off
    assert all(event.validity is Validity.INVALID for event in while_off)
    again = [e for second, e in events if second >= 75 and isinstance(e, Observation)]
    assert any(e.validity is Validity.VALID and e.value for e in again)


def test_format_1_cannot_tell_that_the_finger_is_out(scenario_of):
    fault = '[[faults]]\ndevice = "ox"\nkind = "probe_off"\nat_min = 0.1\nfor_s = 60\n'
    _, events = heard(scenario_of, "nonin-1", 12, fault)
    assert all(e.validity is not Validity.VALID for _, e in events if isinstance(e, Observation))


def test_a_contec_sleeps_after_half_a_minute_without_a_word(scenario_of):
    _, _, bedside = at_bedside(scenario_of, "contec-v7")
    device = Contec(bedside, "ox")
    assert device.speak(EPOCH_MS) == b"", "it says nothing before it is asked"
    device.receive(wire("7D 81 A1 80 80 80 80 80 80"), EPOCH_MS)
    spoken = [bool(device.speak(EPOCH_MS + second * 1000)) for second in range(60)]
    assert spoken == [True] * 30 + [False] * 30
    device.receive(wire("7D 81 AF 80 80 80 80 80 80"), EPOCH_MS + 60_000)
    assert device.speak(EPOCH_MS + 60_000) == b"", "a word to stay does not wake it"


def test_a_contec_answers_who_it_is_and_refuses_what_it_cannot(scenario_of):
    _, _, bedside = at_bedside(scenario_of, "contec-v7")
    device = Contec(bedside, "ox-77")
    asked = device.receive(wire("7D 81 AA 80 80 80 80 80"), EPOCH_MS)
    assert asked == b"", "a command is nine bytes"
    assert device.receive(wire("80"), EPOCH_MS)[:1] == b"\x04"
    assert device.receive(wire("7D 81 AE 80 80 80 80 80 80"), EPOCH_MS) == wire("0B 81 AE 85")


def test_a_spot_check_tells_and_takes_the_time(scenario_of):
    _, chair, bedside = at_bedside(scenario_of, "nonin-13")
    device = SERIAL["nonin-13"](bedside, chair.devices[0])
    assert device.receive(wire("02 72 06 32 0C 1F 0E 1E 0F 03"), EPOCH_MS) == b""
    assert device.receive(wire("02 72 00 03"), EPOCH_MS) == wire("02 F2 06 32 0C 1F 0E 1E 0F 03")
    assert device.receive(wire("02 70 02 02 0D 03"), EPOCH_MS) == b"\x06"
    assert device.receive(wire("02 70 02 02 08 03"), EPOCH_MS) == b"\x15"


def test_a_nellcor_repeats_its_header_on_every_page(scenario_of):
    _, chair, bedside = at_bedside(scenario_of, "nellcor")
    device = SERIAL["nellcor"](bedside, chair.devices[0])
    said = b"".join(device.speak(EPOCH_MS + second * 1000) for second in range(88))
    assert said.count(HEADER) == 2
    assert said.count(b"\r\n") == 44 + 2 * 3


@pytest.mark.parametrize("kind", ["contec-v7", "nonin-2", "nonin-8", "nellcor", "bci-5byte"])
def test_over_a_pseudo_terminal_every_byte_arrives(scenario_of, tmp_path: Path, clock, kind):
    _, chair, bedside = at_bedside(scenario_of, kind)
    device, codec = SERIAL[kind](bedside, chair.devices[0]), BUILT_IN[kind].codec()
    with DefaultSelector() as selector:
        station = SerialStation(device, tmp_path / "ox", selector, DeviceFaults((), EPOCH_MS), clock)
        with serial.Serial(str(tmp_path / "ox"), 9600, timeout=0) as line:
            station.tick(clock.utc_ms())
            line.write(BUILT_IN[kind].wake or b"?")
            for key, _ in selector.select(2):
                key.data()
            events = []
            for _ in range(6):
                clock.move(1)
                station.tick(clock.utc_ms())
                os.sched_yield()
                events += codec.feed(line.read(4096).replace(b"<chairside:demo>", b""))
        station.close()
    assert any(isinstance(event, Observation) and event.value is not None for event in events)


def test_every_kind_has_a_program():
    assert SERIAL.keys() == KINDS.keys() - MQTT_KINDS - CALLING_KINDS
    assert MESSAGES.keys() == MQTT_KINDS


def test_every_kind_is_described():
    assert DEVICES.keys() == KINDS.keys()


def test_every_kind_of_the_product_can_be_simulated():
    assert KINDS.keys() == BUILT_IN.keys()

"""The Masimo's lines: the published layout, its status bits, and how it lets go of a finger."""

import re
from datetime import UTC, datetime

import pytest

from simulators.bedside import Bedside, Occupancy, Oximetry, Probe
from simulators.masimo import Masimo, line
from simulators.physiology import Patient
from tests.simulators.conftest import EPOCH_MS

AT = datetime(2026, 2, 3, 14, 30, 15, tzinfo=UTC)
LAYOUT = re.compile(
    rb"\d\d/\d\d/\d\d \d\d:\d\d:\d\d SN=\d{10} SPO2=(\d{3}|---)% BPM=(\d{3}|---) PI=(\d\d\.\d\d|--\.--)%"
    rb" SPCO=--\.-% SPMET=--\.-% DESAT=-- PIDELTA=\+-- ALARM=([0-9A-F]{4}) EXC=([0-9A-F]{6})\r\n"
)


def test_a_good_line_to_the_letter():
    assert line(Oximetry(Probe.READING, 97, 72, 2.31), AT, 93112) == (
        b"02/03/26 14:30:15 SN=0000093112 SPO2=097% BPM=072 PI=02.31% SPCO=--.-% SPMET=--.-%"
        b" DESAT=-- PIDELTA=+-- ALARM=0000 EXC=000800\r\n"
    )


def test_just_after_the_probe_fell_off_the_numbers_stand_and_the_bits_know():
    text = line(Oximetry(Probe.HOLDING, 98, 101, 2.31), AT, 1)
    assert b"SPO2=098% BPM=101 PI=--.--%" in text
    assert text.endswith(b"EXC=000824\r\n")


@pytest.mark.parametrize(("probe", "bits"), [(Probe.OFF, b"000820"), (Probe.SEARCHING, b"000808")])
def test_without_a_reading_there_are_dashes(probe, bits):
    text = line(Oximetry(probe), AT, 1)
    assert b"SPO2=---% BPM=--- PI=--.--%" in text
    assert text.endswith(b"EXC=" + bits + b"\r\n")


@pytest.mark.parametrize(
    ("spo2", "rate", "bits"), [(97, 72, b"0000"), (89, 72, b"0012"), (97, 141, b"0014"), (97, 49, b"0018")]
)
def test_alarm_bits_are_the_devices_own_limits(spo2, rate, bits):
    assert b"ALARM=" + bits in line(Oximetry(Probe.READING, spo2, rate, 1.0), AT, 1)


@pytest.fixture
def bedside(scenario_of):
    scenario = scenario_of('[chair.1]\ndevices = [{ id = "ox", kind = "masimo-ascii1" }]')
    return Bedside(scenario.chairs[0], scenario, EPOCH_MS)


def told(oximeter, second):
    match = LAYOUT.fullmatch(oximeter.speak(EPOCH_MS + second * 1000))
    assert match
    return match


def test_searches_before_it_reads_and_shows_the_patient(bedside):
    bedside.seat(Occupancy(Patient(1), "baseline"), EPOCH_MS)
    oximeter = Masimo(bedside, "ox")
    assert told(oximeter, 1)[5] == b"000808"
    reading = told(oximeter, 10)
    assert reading[5] == b"000800"
    assert int(reading[1]) == round(bedside.truth(EPOCH_MS + 10_000).spo2)
    assert int(reading[2]) == round(bedside.truth(EPOCH_MS + 10_000).heart_rate)


def test_on_an_empty_chair_it_says_sensor_off_every_second(bedside):
    oximeter = Masimo(bedside, "ox")
    assert all(told(oximeter, second)[5] == b"000820" for second in range(5))


def test_takes_no_commands(bedside):
    assert Masimo(bedside, "ox").receive(b"\x05anything", EPOCH_MS) == b""

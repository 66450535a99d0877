"""The DINAMAP's wire: every worked example, and its answers to a host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.bedside import Bedside, Occupancy
from simulators.cuff import Determination, Pressure
from simulators.dinamap import (
    TEMPERATURE_REPLY,
    Dinamap,
    checksum,
    frame,
    nibp_reply,
    oximeter_reply,
    rate_reply,
)
from simulators.physiology import Patient
from tests.simulators.conftest import EPOCH_MS

NA, OA, RA, TC = b"\r NA!2\r", b" OA!3\r", b" RA!6\r", b" TC!:\r"
DONE = Determination(1, 0, 30_000, Pressure(128, 76, 93, 71))
FAILED = Determination(1, 0, 30_000, None)


@pytest.mark.parametrize("line", [b" NA!2", b" OA!3", b" RA!6", b" TC!:", b" NC0!E", b" ND!5", b" RC!8"])
def test_the_checksum_is_that_of_the_published_requests(line):
    assert checksum(line[:-2]) == line[-2:]


def test_replies_are_the_worked_examples_byte_for_byte():
    assert nibp_reply(DONE, False, 42_000) == b" NA1100012128076093&+\r"
    assert nibp_reply(DONE, True, 42_000) == b" NA0109999000000000&'\r"
    assert nibp_reply(FAILED, False, 42_000) == b" NA3109999000000000&*\r"
    assert oximeter_reply(97) == b" OA1097608#I\r"
    assert oximeter_reply(None) == b" OA3000008#5\r"
    assert rate_reply(2, 72) == b' RA2072"E\r'
    assert rate_reply(2, None) == b' RA2-99"K\r'


def test_a_result_older_than_the_age_counter_is_none():
    assert nibp_reply(DONE, False, 30_000 + 5400 * 1000)[6:10] == b"5400"
    assert nibp_reply(DONE, False, 30_000 + 5401 * 1000)[6:19] == b"9999000000000"
    assert nibp_reply(None, False, 0) == b" NA1109999000000000&(\r"


@given(st.text("0123456789-ANOTRC ", min_size=2, max_size=40))
def test_check_characters_are_always_printable(text):
    assert all(0x20 <= character < 0x60 for character in frame(text)[-3:-1])


@pytest.fixture
def bedside(scenario_of):
    scenario = scenario_of('[chair.1]\ndevices = [{ id = "d", kind = "dinamap" }]')
    return Bedside(scenario.chairs[0], scenario, EPOCH_MS)


@pytest.fixture
def seated(bedside):
    bedside.seat(Occupancy(Patient(1), "baseline"), EPOCH_MS)
    return bedside


def test_one_answer_for_each_request_in_order(seated):
    answers = Dinamap(seated, oximeter=True).receive(NA + OA + RA + TC, EPOCH_MS + 60_000)
    na, oa, ra, tc, rest = answers.split(b"\r")
    assert [reply[1:3] for reply in (na, oa, ra, tc)] == [b"NA", b"OA", b"RA", b"TC"]
    assert [len(reply) for reply in (na, oa, ra, tc)] == [21, 12, 9, 18]
    assert tc + b"\r" == TEMPERATURE_REPLY
    assert rest == b""
    assert oa[3:4] == b"1"
    assert ra[3:4] == b"2"


def test_requests_that_arrive_byte_by_byte(seated):
    whole, dribbled = Dinamap(seated, oximeter=True), Dinamap(seated, oximeter=True)
    answers = [dribbled.receive(bytes([byte]), EPOCH_MS) for byte in NA + OA + RA]
    assert b"".join(answers) == whole.receive(NA + OA + RA, EPOCH_MS)


@pytest.mark.parametrize("line_end", [b"\r", b"\r\n", b"\r\r\n\r"])
def test_the_line_ends_of_every_known_driver(seated, line_end):
    assert Dinamap(seated, oximeter=True).receive(b" NA!2" + line_end, EPOCH_MS).startswith(b" NA")


@pytest.mark.parametrize(
    "noise", [b" NA!3\r", b" XX!9\r", b"\r\r", b"\xff\xfe\r", b" NC0!E\r", b"A" * 100_000]
)
def test_what_it_does_not_understand_gets_no_answer_and_does_no_harm(seated, noise):
    monitor = Dinamap(seated, oximeter=True)
    assert monitor.receive(noise, EPOCH_MS) == b""
    assert monitor.receive(NA, EPOCH_MS).startswith(b" NA")


@given(st.binary(max_size=200))
def test_any_bytes_get_whole_replies_or_none(noise):
    class Empty:
        """A chair on which nothing happens."""

        cuff = type("NoCuff", (), {"last": None, "busy": staticmethod(lambda _now: False)})

        def advance(self, _now_ms):
            return []

    for reply in Dinamap(Empty(), oximeter=False).receive(noise, EPOCH_MS).split(b"\r")[:-1]:
        assert checksum(reply[:-2]) == reply[-2:]


def test_the_cuff_goes_busy_and_then_gives_its_result_with_a_growing_age(seated):
    monitor = Dinamap(seated, oximeter=False)
    statuses = [monitor.receive(NA, EPOCH_MS + second * 1000)[3:4] for second in (1, 20, 50)]
    assert statuses == [b"1", b"0", b"1"]
    ages = [int(monitor.receive(NA, EPOCH_MS + second * 1000)[6:10]) for second in (60, 70)]
    assert ages[1] == ages[0] + 10


def test_a_host_starts_the_cuff_and_cancels_it(seated):
    device = Dinamap(seated, oximeter=True)
    later = EPOCH_MS + 100_000
    assert device.receive(NA, later)[3:4] == b"1"
    assert device.receive(b"\r NC0!E\r", later) == b""
    assert device.receive(NA, later + 5000)[3:4] == b"0"
    assert device.receive(b"\r ND!5\r", later + 6000) == b""
    assert device.receive(NA, later + 7000)[3:4] == b"1"


def test_without_an_oximeter_the_rate_is_the_cuffs(seated):
    monitor = Dinamap(seated, oximeter=False)
    assert monitor.receive(OA, EPOCH_MS)[3:4] == b"6"
    assert monitor.receive(RA, EPOCH_MS) == rate_reply(3, None)
    monitor.speak(EPOCH_MS + 60_000)
    assert monitor.receive(RA, EPOCH_MS + 60_000) == rate_reply(3, seated.cuff.last.pressure.pulse_rate)


def test_when_the_patient_leaves_the_last_result_only_grows_older(seated):
    monitor = Dinamap(seated, oximeter=True)
    before = monitor.receive(NA, EPOCH_MS + 60_000)
    seated.seat(None, EPOCH_MS + 60_000)
    after = monitor.receive(NA, EPOCH_MS + 1_260_000)
    assert after[10:19] == before[10:19]
    assert int(after[6:10]) == int(before[6:10]) + 1200
    assert monitor.receive(OA, EPOCH_MS + 1_260_000) == oximeter_reply(None)

"""The PM6750's wire: the worked packets, what it says unasked, and what it obeys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.catalogue import KINDS
from devices.codecs.berry_pm6750 import BerryPm6750
from devices.model import CuffCommand, CuffPhase, CuffResult, CuffState
from simulators.bedside import Bedside, Occupancy
from simulators.cuff import Cuff
from simulators.physiology import Patient
from simulators.pm6750 import HEAD, Pm6750, packet
from tests.simulators.conftest import EPOCH_MS

ON = packet(1, 1) + packet(3, 1) + packet(4, 1)


def test_packets_are_the_worked_examples():
    assert packet(3, 0, 0, 128, 93, 76) == bytes.fromhex("55AA08030000805D4CCB")
    assert packet(4, 2, 0x7F, 0xFF) == bytes.fromhex("55AA0604027FFF75")
    assert packet(2, 0xD8, 72, 16, 0, 1) == bytes.fromhex("55AA0802D848100001C4")


@pytest.fixture
def bedside(scenario_of):
    scenario = scenario_of('[chair.1]\ndevices = [{ id = "d", kind = "berry-pm6750" }]')
    bedside = Bedside(scenario.chairs[0], scenario, EPOCH_MS)
    bedside.seat(Occupancy(Patient(1), "baseline"), EPOCH_MS)
    return bedside


def kinds(said):
    found = []
    while said:
        assert said[:2] == HEAD
        found.append(said[3])
        said = said[2 + said[2] :]
    return found


def test_it_sends_its_cuff_unasked_and_the_rest_once_it_is_asked(bedside):
    module = Pm6750(bedside)
    assert kinds(module.speak(EPOCH_MS + 1000)) == [3]
    for byte in b"noise" + ON:
        assert module.receive(bytes([byte]), EPOCH_MS + 1000) == b""
    assert kinds(module.speak(EPOCH_MS + 2000)) == [3, 2, 4, 5]
    module.receive(packet(1, 0), EPOCH_MS + 2000)
    assert kinds(module.speak(EPOCH_MS + 3000)) == [3, 4, 5]


def cuffs(module, codec, seconds, begin_s=0):
    events = []
    for second in range(begin_s, begin_s + seconds):
        events += codec.feed(module.speak(EPOCH_MS + second * 1000))
    return [event for event in events if isinstance(event, CuffResult | CuffState)]


def test_the_codec_tells_each_of_its_determinations_once(bedside):
    found = cuffs(Pm6750(bedside), BerryPm6750(), 400)
    assert [type(event) for event in found[:4]] == [CuffState, CuffResult] * 2
    assert len([event for event in found if isinstance(event, CuffResult)]) == bedside.cuff.last.number


def test_the_host_starts_the_cuff_and_stops_it(bedside):
    module, codec = Pm6750(bedside), BerryPm6750()
    cuffs(module, codec, 60)
    module.receive(KINDS["berry-pm6750"].cuff[CuffCommand.START], EPOCH_MS + 60_000)
    assert cuffs(module, codec, 5, 60) == [CuffState(CuffPhase.MEASURING)]
    module.receive(KINDS["berry-pm6750"].cuff[CuffCommand.CANCEL], EPOCH_MS + 65_000)
    (stopped,) = cuffs(module, codec, 20, 65)
    assert (stopped.systolic, stopped.status) == (None, "stopped")


@given(st.lists(st.one_of(st.binary(max_size=9), st.sampled_from([ON, b"\x55\xaa\x05", packet(2, 1)]))))
def test_any_bytes_do_no_harm(pieces):
    class Nobody:
        """A bedside without a patient."""

        occupancy = None
        cuff = Cuff("nobody")

        def advance(self, _now_ms):
            pass

    module = Pm6750(Nobody())
    for piece in pieces:
        assert module.receive(piece, 0) == b""

"""Control lines: what staff did reaches the patient; what cannot be read changes nothing."""

import json
import os
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.bedside import Occupancy
from simulators.control import ControlInput, GiveOrder, command
from simulators.people import Description
from simulators.physiology import Patient
from simulators.tables import ScenarioFault
from tests.simulators.conftest import EPOCH_MS

INFUSING = {
    "chair": "4",
    "patient": {"seed": 123},
    "phase": "infusion",
    "started_ms": EPOCH_MS,
    "pauses": [[EPOCH_MS + 60_000, EPOCH_MS + 120_000], [EPOCH_MS + 600_000, None]],
    "ended_ms": None,
}


def read(**changes):
    return command(json.dumps({**INFUSING, **changes}).encode())


def test_an_infusion_with_its_pauses():
    occupancy = read().occupancy(None)
    assert (occupancy.patient.seed, occupancy.patient.preset, occupancy.phase) == (123, "yale", "infusion")
    infusion = occupancy.infusion
    began_s = EPOCH_MS / 1000
    assert (infusion.started_s, infusion.planned_s, infusion.ended_s) == (began_s, 2400, None)
    assert infusion.pauses == ((began_s + 60, began_s + 120), (began_s + 600, None))


@pytest.mark.parametrize("phase", [None, "left", "aborted"])
def test_an_empty_chair(phase):
    assert command(json.dumps({"chair": "4", "phase": phase}).encode()).occupancy(None) is None


def test_before_the_infusion_there_is_none():
    assert read(phase="baseline", started_ms=None).occupancy(None).infusion is None


def test_the_same_patient_keeps_preset_and_plan_that_are_not_named_again():
    first = read(patient={"seed": 1, "preset": "hypertensive"}, planned_min=50).occupancy(None)
    then = read(patient={"seed": 1}, phase="paused").occupancy(first)
    assert (then.patient.preset, then.infusion.planned_s, then.phase) == ("hypertensive", 3000, "paused")
    stranger = read(patient={"seed": 2}).occupancy(first)
    assert (stranger.patient.preset, stranger.infusion.planned_s) == ("yale", 2400)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"chair": 4}, "control line: chair: expected a text, got 4"),
        ({"phase": "dancing"}, "phase: expected one of seated, baseline, infusion, recovery, ready, paused"),
        ({"phase": ["x"]}, "phase: expected one of"),
        ({"patient": {}}, "patient.seed: expected a whole number"),
        ({"patient": 7}, "patient: expected a table, got 7"),
        ({"patient": {"seed": 1, "preset": "x"}}, "patient.preset: expected one of yale"),
        ({"started_ms": "now"}, "started_ms: expected a whole number"),
        ({"pauses": [[1]]}, "pauses: expected a list of [from ms, until ms or null], got [[1]]"),
        ({"pauses": 5}, "pauses: expected a list"),
        ({"pauses": [["a", None]]}, "pauses: expected a list"),
        ({"planned_min": 0}, "planned_min: expected a number from 1 to 600, got 0"),
    ],
)
def test_a_wrong_line_is_named(changes, message):
    with pytest.raises(ScenarioFault) as caught:
        read(**changes)
    assert message in str(caught.value)


@given(st.binary() | st.text().map(str.encode) | st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_any_line_is_a_command_or_a_named_fault(line):
    with suppress(ScenarioFault):
        assert command(line).chair


@pytest.fixture
def pipe():
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):
            os.close(end)


def test_a_pipe_is_cut_into_lines_and_its_end_is_told(pipe):
    read_end, write_end = pipe
    lines, ended = [], []
    control = ControlInput(read_end, lines.append, lambda: ended.append(True))
    for piece in (b'{"chair"', b': "1"}\n\n{"ch', b'air": "2"}\n'):
        os.write(write_end, piece)
        control.ready()
    assert lines == [b'{"chair": "1"}', b'{"chair": "2"}']
    os.close(write_end)
    control.ready()
    assert ended == [True]


def test_a_dose_and_an_extension_reach_the_infusion():
    first = read(dose_mg_per_kg=0.75, planned_min=40).occupancy(None)
    assert first.infusion.dose_mg_per_kg == 0.75
    assert read().occupancy(first).infusion.dose_mg_per_kg == 0.75
    extended = read(dose_mg_per_kg=0.75 * 50 / 40, planned_min=50).occupancy(first).infusion
    at_s = EPOCH_MS / 1000 + 50
    assert extended.effect(at_s) == pytest.approx(first.infusion.effect(at_s))


def test_a_described_patient_stays_who_the_scenario_said():
    described = Patient(123, said=Description(age=80))
    before = Occupancy(described, "baseline")
    assert read().occupancy(before).patient is described
    assert read(patient={"seed": 123, "preset": "emory"}).occupancy(before).patient is not described


def test_something_is_given():
    assert command(b'{"chair": "4", "give": "bolus", "amount": 0.1}') == GiveOrder("4", "bolus", 0.1)
    with pytest.raises(ScenarioFault, match="amount: expected a number from 1 to 300, got 900"):
        command(b'{"chair": "4", "give": "labetalol", "amount": 900}')
    with pytest.raises(ScenarioFault, match="give: expected one of rate, bolus, labetalol, got 'tea'"):
        command(b'{"chair": "4", "give": "tea", "amount": 1}')

"""Faults at random: the seed fixes them, they fit the device, and one comes after the other."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.faults import MQTT_ONLY, OF_THE_CUFF, OF_TWO, SERIAL_ONLY, FaultKind
from simulators.random_faults import at_random
from simulators.scenario import load
from simulators.tables import ScenarioFault

CLINIC = """
[random_faults]
seed = {seed}
every_min = 4
[chair.1]
devices = [{{ id = "din", kind = "dinamap" }}, {{ id = "ox", kind = "nonin-8" }}]
[chair.2]
devices = [{{ id = "vs", kind = "chairside-json", topic = "vs" }}]
"""


def test_the_same_seed_is_the_same_day_and_another_is_another(scenario_of):
    one, again, other = (scenario_of(CLINIC.format(seed=seed)).faults for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_each_device_has_only_what_it_can_have(scenario_of):
    found = {"din": set(), "ox": set(), "vs": set()}
    for seed in range(30):
        for fault in scenario_of(CLINIC.format(seed=seed)).faults:
            found[fault.device].add(fault.kind)
            assert (fault.other is not None) is (fault.kind in OF_TWO)
    assert found["ox"] == set(FaultKind) - OF_THE_CUFF - MQTT_ONLY
    assert found["vs"] == set(FaultKind) - SERIAL_ONLY
    assert not found["din"] & (MQTT_ONLY | OF_TWO)


def test_without_another_probe_none_is_exchanged():
    faults = at_random({"ox": (list(FaultKind), [])}, 3, 60, 5, 14_400)
    assert len(faults) > 100
    assert not {fault.kind for fault in faults} & OF_TWO


@given(st.integers(0, 999), st.floats(30, 900), st.floats(1, 120))
@settings(max_examples=50)
def test_one_comes_after_the_other_about_as_often_as_was_said(seed, every_s, for_s):
    faults = at_random({"d": (list(FaultKind), ["e"])}, seed, every_s, for_s, 200 * (every_s + for_s))
    assert 120 < len(faults) < 300
    assert all(late.at_s >= early.at_s + for_s for early, late in pairwise(faults))


def test_what_is_wrong_is_named(tmp_path):
    text = CLINIC.format(seed=-1).replace("every_min = 4", "often = true")
    (tmp_path / "c.toml").write_text('title = "C"\ndescription = "D"\n' + text, encoding="utf-8")
    with pytest.raises(ScenarioFault) as caught:
        load(tmp_path / "c.toml")
    said = str(caught.value)
    assert "random_faults.seed: expected a whole number from 0" in said
    assert "random_faults.every_min: expected a number from 0.5 to 240, got nothing" in said
    assert "random_faults.often: expected one of" in said

"""Two chairs whose numbers were exchanged, and the many pairs of which nobody may say so."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alarms.quality import swap
from monitor.alarms.quality.swap import Track
from monitor.limits import SwapRule
from monitor.terms import Vital
from simulators.pharmacology import Infusion
from simulators.physiology import Patient

RULE = SwapRule()


class Chairs:
    """Several chairs, a value a second each."""

    def __init__(self, count: int = 2) -> None:
        self.tracks = {str(n): swap.UNTOUCHED for n in range(1, count + 1)}
        self.at_s = 1000.0

    def second(self, *values: tuple[float, float] | None) -> set[str]:
        """Heart rate and saturation of each chair; return which are suspected."""
        self.at_s += 1
        for chair, given_ in zip(self.tracks, values, strict=True):
            if given_ is not None:
                track = swap.watch(self.tracks[chair], Vital.SPO2, given_[1], self.at_s, RULE)
                self.tracks[chair] = swap.watch(track, Vital.HR, given_[0], self.at_s, RULE)
        self.tracks = swap.judge(self.tracks, self.at_s, RULE)
        return {chair for chair, track in self.tracks.items() if track.partner}

    def seconds(self, count: int, *values: tuple[float, float] | None) -> set[str]:
        found: set[str] = set()
        for _ in range(count):
            found = self.second(*values)
        return found


CALM, QUICK = (62.0, 98.0), (84.0, 96.0)


def test_an_exchange_is_suspected_and_an_exchange_back_settles_it() -> None:
    chairs = Chairs()
    assert chairs.seconds(120, CALM, QUICK) == set()
    assert chairs.seconds(14, QUICK, CALM) == set()
    assert chairs.seconds(4, QUICK, CALM) == {"1", "2"}
    assert chairs.tracks["1"].partner == "2"
    assert chairs.seconds(300, QUICK, CALM) == {"1", "2"}
    assert chairs.seconds(20, CALM, QUICK) == set()


def test_an_exchange_with_the_probes_off_in_between_is_suspected() -> None:
    chairs = Chairs()
    chairs.seconds(120, CALM, QUICK)
    chairs.seconds(40, None, None)
    chairs.seconds(30, QUICK, None)
    assert chairs.seconds(20, QUICK, CALM) == {"1", "2"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (QUICK, QUICK),
        ((74.0, 98.0), (74.0, 96.0)),
        ((84.0, 92.0), CALM),
        ((92.0, 96.0), CALM),
    ],
)
def test_what_is_no_exchange(first: tuple[float, float], second: tuple[float, float]) -> None:
    """One that moved alone, two that met, another saturation, another rate."""
    chairs = Chairs()
    chairs.seconds(120, CALM, QUICK)
    assert chairs.seconds(120, first, second) == set()


def test_rates_that_drift_across_one_another_are_none() -> None:
    chairs = Chairs()
    found = [chairs.second((62 + n / 10, 97), (84 - n / 10, 97)) for n in range(400)]
    assert not any(found)


def test_a_visit_that_ends_settles_it() -> None:
    chairs = Chairs()
    chairs.seconds(120, CALM, QUICK)
    chairs.seconds(20, QUICK, CALM)
    del chairs.tracks["2"]
    assert chairs.second(QUICK) == set()


def test_the_third_chair_is_left_alone() -> None:
    chairs = Chairs(3)
    chairs.seconds(120, CALM, QUICK, (75, 97))
    assert chairs.seconds(20, QUICK, CALM, (75, 97)) == {"1", "2"}


def vitals(patient: Patient, at_s: float, infusion: Infusion) -> tuple[float, float]:
    truth = patient.true_state(at_s, infusion)
    return round(truth.heart_rate), round(truth.spo2)


def simulated(seed: int, seconds: int, *, swapped_after: int | None = None) -> set[str]:
    """Two simulated patients side by side; the probes may be exchanged after a while."""
    dice = Random(seed)
    patients = [Patient(dice.randrange(10**6)) for _ in range(2)]
    infusions = [Infusion(1000.0 + dice.uniform(-2400, 600)) for _ in range(2)]
    chairs, ever = Chairs(), set()
    for n in range(seconds):
        values = [vitals(p, chairs.at_s, i) for p, i in zip(patients, infusions, strict=True)]
        if swapped_after is not None and n >= swapped_after:
            values.reverse()
        ever |= chairs.second(*values)
    return ever


def test_a_thousand_quiet_pairs_are_never_suspected() -> None:
    assert [seed for seed in range(1000) if simulated(seed, 200)] == []


def test_simulated_patients_that_differ_are_found_when_exchanged() -> None:
    found = missed = 0
    for seed in range(60):
        dice = Random(seed)
        first, second = (Patient(dice.randrange(10**6)) for _ in range(2))
        if abs(first.heart_rate - second.heart_rate) < 25 or abs(first.spo2 - second.spo2) > 6:
            continue
        suspected = simulated(seed, 240, swapped_after=150) == {"1", "2"}
        found, missed = found + suspected, missed + (not suspected)
    assert found > 2
    assert missed <= found / 4


@given(
    said=st.lists(
        st.tuples(
            st.sampled_from("12"),
            st.sampled_from([Vital.HR, Vital.SPO2]),
            st.integers(1, 250),
            st.floats(0, 400),
        ),
        max_size=80,
    )
)
def test_suspicion_is_always_mutual_and_memory_is_bounded(said: list[tuple]) -> None:
    tracks, at_s = {"1": swap.UNTOUCHED, "2": swap.UNTOUCHED}, 0.0
    for chair, vital, value, later_s in said:
        at_s += later_s
        tracks[chair] = swap.watch(tracks[chair], vital, value, at_s, RULE)
        tracks = swap.judge(tracks, at_s, RULE)
        assert bool(tracks["1"].partner) == bool(tracks["2"].partner)
        dump = msgspec.json.encode(tracks)
        assert len(dump) < 1000
        assert msgspec.json.decode(dump, type=dict[str, Track]) == tracks

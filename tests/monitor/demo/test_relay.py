"""What the staff of the demo do reaches the simulated patients."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.demo.relay import Relay
from monitor.store.snapshot import ChairView, SessionView, Snapshot
from monitor.terms import Phase
from simulators.control import Command, command
from simulators.pharmacology import Infusion
from simulators.scenario import load
from tests.monitor.turn.clinic import BEGIN_MS


def told(**session: Any) -> Infusion:
    """The infusion of chair 1, as the simulators hear of it."""
    view = SessionView("s1", "B. N.", Phase.INFUSION, BEGIN_MS, BEGIN_MS, started_ms=BEGIN_MS, **session)
    chairs = [ChairView("1", "1", session=view)]
    snapshot = Snapshot(1, BEGIN_MS, "boot", "Demo", demo=True, speed=1, chairs=chairs)
    (line,) = Relay(load("demo_clinic"), BEGIN_MS, lambda _: []).lines(snapshot)
    order = command(line.encode())
    assert isinstance(order, Command)
    occupancy = order.occupancy(None)
    assert occupancy is not None
    assert occupancy.infusion is not None
    return occupancy.infusion


def test_the_dose_that_was_ordered_acts() -> None:
    assert told(planned_min=40, dose_mg_per_kg=0.75).dose_mg_per_kg == 0.75


def test_an_extension_goes_on_at_the_rate_that_was_ordered() -> None:
    ordered = told(planned_min=40, dose_mg_per_kg=0.5)
    extended = told(planned_min=50, extended_min=10, dose_mg_per_kg=0.5)
    at_s = BEGIN_MS / 1000 + 1800
    assert extended.effect(at_s) == pytest.approx(ordered.effect(at_s))


def test_without_a_dose_it_is_the_usual_one() -> None:
    assert told(planned_min=40).dose_mg_per_kg == 0.5

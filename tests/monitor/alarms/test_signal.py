"""The presence table is total, and the documentation shows this very table."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from monitor.alarms.signal import TABLE, SignalEvent, after
from monitor.terms import Presence

UNLATCHED = [presence for presence in Presence if presence is not Presence.LATCHED]
DOCS = Path(__file__).parents[3] / "docs" / "alarms.md"


def rendered() -> str:
    """The table as docs/alarms.md shows it."""
    lines = [["presence", *SignalEvent], ["---"] * (len(SignalEvent) + 1)]
    lines += [[presence, *(TABLE[presence][event] for event in SignalEvent)] for presence in Presence]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


@pytest.mark.parametrize(("presence", "event"), [*product(Presence, SignalEvent)])
def test_every_presence_answers_every_event(presence: Presence, event: SignalEvent) -> None:
    assert after(presence, event, latching=True) is TABLE[presence][event]


@pytest.mark.parametrize(("presence", "event"), [*product(UNLATCHED, SignalEvent)])
def test_without_latching_no_signal_ever_latches(presence: Presence, event: SignalEvent) -> None:
    assert after(presence, event, latching=False) is not Presence.LATCHED


@pytest.mark.parametrize("presence", Presence)
def test_a_condition_that_begins_is_never_without_a_signal(presence: Presence) -> None:
    assert after(presence, SignalEvent.BEGINS, latching=True) in {Presence.ON, Presence.ACKNOWLEDGED}


def test_only_an_acknowledgement_leads_to_acknowledged() -> None:
    ways = {
        (presence, event)
        for presence, event in product(Presence, SignalEvent)
        if TABLE[presence][event] is Presence.ACKNOWLEDGED and presence is not Presence.ACKNOWLEDGED
    }
    assert ways == {(Presence.ON, SignalEvent.ACKNOWLEDGED)}


def test_the_documentation_shows_this_table() -> None:
    assert rendered() in DOCS.read_text(encoding="utf-8")

"""Whatever the monitor says to a person can be said in every language: drawn from the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import get_args

import pytest

from monitor.dashboard import guard
from monitor.dashboard.views import retold, said
from monitor.dashboard.views.acts import FORMS
from monitor.sessions.actions import Act
from monitor.sessions.transitions import name_of
from tests.house.sayings import HOUSE, sentences, shape, shapes

JUDGING = ("monitor/sessions/*.py", "monitor/turn/*.py", "monitor/alarms/**/*.py")
SPEAKING = (
    *JUDGING,
    *(
        "monitor/cli/notices.py",
        "monitor/cli/port_scan.py",
        "monitor/cli/virtual.py",
        "monitor/notify/outbox.py",
    ),
    *("monitor/store/faults.py", "monitor/config/*.py", "monitor/dashboard/*.py"),
    *("devices/adapter/*.py", "devices/links/*.py"),
)
COMPOSED = {
    "{} Take it over instead.": "Already acknowledged by {} {} s ago. Take it over instead.",
    "Systolic must lie above diastolic; got {}/{}.": "Systolic must lie above diastolic; got {}.",
    "the line ended: cable or device unplugged": "{}: the line ended: cable or device unplugged",
    "refused: {}": "{}: refused: {}",
    "disconnected: {}": "{}: disconnected: {}",
    "changed": "user changed",
    "changed, with a new PIN": "user changed, with a new PIN",
    "user {}": "user made",
    "{} probe off": "SpO₂ probe off",
    "numbers of chairs {} may be swapped: check": "numbers of chairs {} and {} may be swapped: check",
    "{}: {} clock {} s {}": "{}: its clock {} s {}",
}
"""What the sources put together of two texts: the one with the words in it, and the whole."""
ASIDE = {"{}/{}", "{} {}", "{}: {}", ", ", "; ", " and ", "its gateway's", "baseline HR"}
"""What only joins names and numbers, or stands in a gap."""


def known(*tables: tuple[str, ...]) -> set[str]:
    return {shape(text) for table in tables for text in table}


def whole(texts: set[str]) -> set[str]:
    return {COMPOSED.get(text, text) for text in texts}


def test_every_sentence_of_the_monitor_is_one_that_screens_can_retell() -> None:
    told = whole(sentences(shapes(*JUDGING)))
    assert len(told) > 50
    assert told - known(said.REFUSALS, said.NOTICES) == set()


def test_everything_that_a_gate_names_can_be_retold() -> None:
    found = {text for text in shapes("monitor/sessions/gates.py") if " " in text}
    assert found - known(said.GATES, said.RECORD, said.REFUSALS) - ASIDE == set()


def test_every_alarm_about_the_equipment_can_be_retold() -> None:
    rooms = ("monitor/alarms/technical.py", "monitor/alarms/quality/chair.py", "monitor/turn/doubts.py")
    found = {text for text in shapes(*rooms) if " " in text}
    assert whole(found) - known(said.ALARMS) - ASIDE == set()


def test_every_fault_of_a_limit_can_be_retold() -> None:
    found = {text for text in shapes("monitor/config/presets.py") if " " in text}
    told = known(said.EXPECTED, said.REMEDIES)
    assert len(found & told) > 10
    assert found - told == set()


def test_the_audit_retells_whom_the_door_refused() -> None:
    assert set(said.DOOR) == set(guard.REFUSALS)


def test_nothing_is_retold_that_nobody_says() -> None:
    tables = (said.REFUSALS, said.GATES, said.NOTICES, said.LINKS, said.AUDIT, said.TROUBLE, said.FAULTS)
    assert known(*tables) - whole(shapes(*SPEAKING)) == set()


def test_what_people_choose_is_what_the_live_pages_offer() -> None:
    scripts = "".join(file.read_text("utf-8") for file in (HOUSE / "assets").glob("*.js"))
    assert [text for text in said.CHOSEN if f'w("{text}")' not in scripts] == []


@pytest.mark.parametrize("act", [name_of(act) for act in get_args(Act)])
def test_every_act_has_a_name_to_be_refused_by(act: str) -> None:
    assert act in FORMS or act in retold.ACTS


REFUSING = ("ActRefused", "FormFault", "_answer")


def refused(tree: ast.AST) -> Iterator[str]:
    """What is refused in words that are written in place."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[*_, text]) if name in REFUSING:
                first = text.values[0] if isinstance(text, ast.JoinedStr) else text
                if isinstance(first, ast.Constant):
                    yield str(first.value)


def test_the_dashboard_refuses_in_the_language_of_whoever_asks() -> None:
    """What it answers is handed to `t` or retold; only what a program sends wrongly stays English."""
    rooms = HOUSE / "monitor" / "dashboard"
    files = [
        *rooms.glob("*_routes.py"),
        *rooms.glob("ad*.py"),
        *rooms.glob("back*.py"),
        *rooms.rglob("views/*.py"),
    ]
    bare = [text for file in files for text in refused(ast.parse(file.read_text("utf-8")))]
    assert [text for text in bare if not text.startswith(("Not a", "Expected {"))] == []

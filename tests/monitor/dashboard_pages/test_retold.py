"""What the monitor said with names and numbers in it, told in another language with the same ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor import language
from monitor.dashboard.views import retold

ROOMS = ("sessions", "turn", "alarms")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Nobody sits on chair 7.", "Nadie ocupa el sillón 7."),
        ("Already acknowledged by Leo 12 s ago.", "Ya reconocida por Leo hace 12 s."),
        (
            "Already acknowledged by Leo 12 s ago. Take it over instead.",
            "Ya reconocida por Leo hace 12 s. Hágase cargo en su lugar.",
        ),
        (
            "This alarm has risen from medium to high; look at it again.",
            "Esta alarma ha subido de media a alta; mírela de nuevo.",
        ),
        ("This alarm has ended.", "Esta alarma ha terminado."),
        ("Something that no table has, 7.", "Something that no table has, 7."),
    ],
)
def test_a_refusal_keeps_its_names_and_numbers(said: str, told: str) -> None:
    with language.spoken("es"):
        assert retold.refusal(said) == told
    assert retold.refusal(said) == said


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("SYS 184 ≥ 180, unconfirmed", "PAS 184 ≥ 180, sin confirmar"),
        ("DIA 109, limit 110", "PAD 109, límite 110"),
        ("SpO₂ 96.6 > 95", "SpO₂ 96,6 > 95"),
        ("Dinamap 7 lost", "Dinamap 7 perdido"),
        ("SpO₂ probe off", "Sensor de SpO₂ suelto"),
    ],
)
def test_an_alarm_of_the_past_keeps_its_numbers(said: str, told: str) -> None:
    with language.spoken("es"):
        assert retold.alarm(said) == told
    assert retold.alarm(said) == said


@pytest.mark.parametrize("sentence", retold.SENTENCES)
def test_each_sentence_is_one_that_the_monitor_says(sentence: str) -> None:
    house = Path(__file__).parents[3] / "monitor"
    source = "".join(file.read_text("utf-8") for room in ROOMS for file in (house / room).glob("*.py"))
    longest = max(re.split(r"\{\w+\}|(?<=\.) ", sentence), key=len).strip()
    assert longest in source

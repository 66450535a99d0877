"""Every text that a screen shows is there in every language, and says the same with the same values."""

from __future__ import annotations

import re

import pytest

from monitor.language import LANGUAGES, SOURCE
from tests.house.wording import known, texts

OTHERS = sorted(LANGUAGES.keys() - {SOURCE})
GAP = re.compile(r"\{\w*\}")


@pytest.fixture(scope="module")
def wanted() -> set[str]:
    return texts()


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_and_no_translation_is_left_over(language: str, wanted: set[str]) -> None:
    translated = {message.id for message in known(language) if message.id and message.string}
    assert wanted - translated == set(), "run python -m tests.house.wording, then translate what is empty"
    assert translated - wanted == set(), "run python -m tests.house.wording"


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_gaps_of_its_text(language: str) -> None:
    for message in known(language):
        assert sorted(GAP.findall(message.string)) == sorted(GAP.findall(message.id)), message.id


def test_texts_are_found_in_pages_forms_and_scripts(wanted: set[str]) -> None:
    assert {"Sign in", "Seat a patient", "Sound on", "Too many wrong PINs. Try again in {n} s."} <= wanted

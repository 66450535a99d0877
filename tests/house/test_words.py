"""The words of the house: one for one thing, nothing claimed that is not so, no trace of a machine."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from devices.catalogue import KINDS

READ = {".md", ".py", ".js", ".css", ".toml", ".yml", ".html", ".txt", ""}
FOREIGN = re.compile(  # where a browser's, Python's or a standard's own name has to be spelled
    r"""["'`]alert(dialog)?["'`]|role=alert\w*|\w*\.Alert\b|\w*Alert\(|DeviceAlert|\balert\(|<script>alert|-alert\b"""
)
FORBIDDEN = {
    "alarm is the word, not alert": re.compile(r"\balert(s|ed|ing)?\b", re.IGNORECASE),
    "behaves after, never complies": re.compile(
        r"\b(complies|compliant|conforms|certified) (with|to|by) (the )?(IEC|ISO|FDA)", re.IGNORECASE
    ),
    "no package registry by name": re.compile(
        r"pypi\.(org|io)|pythonhosted|registry\.npmjs|/simple/", re.IGNORECASE
    ),
    "no path of somebody's machine": re.compile(
        r"(?<![\w.])/(root|work|Users|home/(?!chairside))/\w|/tmp/venv"
    ),
    "no unfinished business": re.compile(r"\b(TODO|FIXME|XXX)\b"),
}


@pytest.mark.parametrize("rule", FORBIDDEN)
def test_words(rule: str, house: Path, own_files: list[Path]) -> None:
    found = [
        f"{file.relative_to(house)}:{number}: {line.strip()}"
        for file in own_files
        if file.suffix in READ and file != Path(__file__) and file.name != "LICENSE"
        for number, line in enumerate(FOREIGN.sub("", file.read_text("utf-8")).splitlines(), start=1)
        if FORBIDDEN[rule].search(line)
    ]
    assert not found, f"{rule}:\n" + "\n".join(found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_codec_names_the_document_that_it_follows(kind: str) -> None:
    module = sys.modules[KINDS[kind].codec.__module__]
    assert module.__doc__ is not None
    assert "Source:" in module.__doc__


def test_what_is_said_of_the_product_is_said_where_people_look(house: Path) -> None:
    for name in ("README.md", "docs/safety.md"):
        text = (house / name).read_text("utf-8").lower()
        assert "secondary" in text, name
        assert "not cleared by any regulator" in text, name

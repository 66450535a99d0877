"""What is written agrees with what is there: links, commands, configuration, hazards."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import COMMANDS, main
from monitor.config import ConfigError, load
from monitor.config.faults import shown
from monitor.config.keys import REPEATED, TABLES
from monitor.config.shapes import Absent, Key

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)|<img[^>]+src=\"([^\"]+)\"")


def documents(house: Path) -> list[Path]:
    return [
        path
        for name in DOCUMENTS
        for path in (sorted((house / name).rglob("*.md")) if (house / name).is_dir() else [house / name])
    ]


def test_links_lead_somewhere(house: Path) -> None:
    dead = [
        f"{path.relative_to(house)} → {target}"
        for path in documents(house)
        for target in map("".join, LINK.findall(path.read_text("utf-8")))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert not dead


def test_every_document_can_be_found_from_the_readme(house: Path) -> None:
    found, todo = set(), [house / "README.md"]
    while todo:
        path = todo.pop()
        if path in found or not path.is_file():
            continue
        found.add(path)
        if path.suffix == ".md":
            links = map("".join, LINK.findall(path.read_text("utf-8")))
            todo += [(path.parent / target).resolve() for target in links if "://" not in target]
    lost = [str(path.relative_to(house)) for path in documents(house) if path.resolve() not in found]
    assert not lost


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_explains_itself(
    command: str, house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"`chairside {command}" in (house / "README.md").read_text("utf-8")
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"chairside {command}" in capsys.readouterr().out


def row(key: Key) -> str:
    default = key.default.value if isinstance(key.default, Absent) else f"`{shown(key.default)}`"
    return " | ".join((f"| `{key.name}`", key.shape.words.replace("|", r"\|"), default, f"{key.help} |"))


@pytest.mark.parametrize("table", TABLES)
def test_the_page_on_configuration_shows_every_key(table: str, house: Path) -> None:
    text = (house / "docs" / "configuration.md").read_text("utf-8")
    heading = f"[[{table}]]" if table in REPEATED else f"[{table}]"
    section = text.split(f"### `{heading}`\n", 1)[1].split("\n### ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert rows == [row(key) for key in TABLES[table]]


def test_the_example_clinic_needs_nothing_but_its_pins(house: Path, tmp_path: Path) -> None:
    """No hash is shipped in it: with a known PIN a clinic would start, and stay, with a known PIN."""
    example = (house / "docs" / "clinic.example.toml").read_text("utf-8")
    path = tmp_path / "clinic.toml"
    path.write_text(example)
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert {fault.key.split(".")[-1] for fault in caught.value.faults} == {"pin_hash"}
    printed = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "user", "hash"], input="1357\n1357\n", cwd=house,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    path.write_text(re.sub(r"^pin_hash = .*\n", printed.stdout, example, flags=re.MULTILINE))
    assert {user.role for user in load(path).users} == {"nurse", "anesthesia", "admin", "wall"}


def hazards(house: Path) -> list[tuple[str, list[str]]]:
    text = (house / "docs" / "safety.md").read_text("utf-8")
    rows = [
        re.split(r"\s*\|\s*", line.strip("| ")) for line in text.splitlines() if re.match(r"\| H-\d", line)
    ]
    return [(cells[0], re.findall(r"`(tests/[^`]+)`", cells[-1])) for cells in rows]


def test_every_hazard_has_its_own_name(house: Path) -> None:
    names = [name for name, _ in hazards(house)]
    assert len(names) >= 17
    assert len(set(names)) == len(names)


def test_the_test_that_a_hazard_names_exists(house: Path) -> None:
    absent = []
    for hazard, tests in hazards(house):
        for test in tests:
            path, _, name = test.partition("::")
            name, _, played = name.rstrip("]").partition("[")
            file, scenario = house / path, house / "simulators" / "scenarios" / f"{played}.toml"
            there = file.is_file() and (not name or f"def {name}(" in file.read_text("utf-8"))
            if not there or (played and not scenario.is_file()):
                absent.append(f"{hazard}: {test}")
    assert not absent

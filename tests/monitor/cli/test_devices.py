"""`chairside devices` as a technician runs it, on simulated ports."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.adapter.scanning import Heard
from devices.links.settings import LineSettings
from monitor.cli import main
from monitor.cli.device_words import device_entry

ROOT = Path(__file__).parents[3]
CHAIR = """
[chair.{0}]
patient = {{ label = "A. B.", seed = {0} }}
visit = {{ phase = "infusion", minute = 10, of = 40 }}
devices = [
  {{ id = "din-{0}", kind = "dinamap", name = "D" }},
  {{ id = "ox-{0}", kind = "masimo-ascii1", name = "O" }},
]
"""
SCENARIO = 'title = "Four ports"\ndescription = "Two chairs"\n' + CHAIR.format(1) + CHAIR.format(2)


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("simulated")
    (folder / "four.toml").write_text(SCENARIO)
    command = [sys.executable, "-m", "monitor.cli", "simulate", str(folder / "four.toml")]
    command += ["--dir", str(folder / "ports")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "ready"
        yield folder / "ports"
        process.terminate()


def test_all_four_simulated_ports_are_named_with_their_values(
    ports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["devices", "scan", str(ports)]) == 0
    said = capsys.readouterr().out
    for port, kind in (("din-1", "dinamap"), ("din-2", "dinamap"), ("ox-1", "masimo"), ("ox-2", "masimo")):
        assert f"{ports / port}: {kind}" in said
    assert said.count("SpO₂ ") == 4
    assert said.count("NIBP ") == 2


def test_what_was_found_is_appended_and_nothing_else_changes(
    ports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = tmp_path / "clinic.toml"
    before = (
        '# our clinic\n[clinic]   # by hand\nname = "Elm"\n\n[[device]]\nid = "masimo-3"\nport = "/dev/none"'
    )
    clinic.write_text(before)
    port = str(ports / "ox-1")
    assert main(["devices", "scan", port, "--write", str(clinic), "--chair", "3"]) == 0
    text = clinic.read_text()
    assert text.startswith(before + "\n")
    added = tomllib.loads(text)["device"][1]
    assert added == {"id": "masimo-3-2", "kind": "masimo-ascii1", "chair": "3", "port": port}
    assert main(["devices", "scan", port, "--write", str(clinic), "--chair", "3"]) == 1
    assert clinic.read_text() == text, "a port that stands there already is not added again"
    assert main(["devices", "--config", str(clinic)]) == 0
    assert "/dev/none  not there\n  wanted by masimo-3" in capsys.readouterr().out


def test_bytes_and_values_stand_side_by_side(ports: Path) -> None:
    command = [
        sys.executable, "-m", "monitor.cli", "devices", "watch", str(ports / "din-2"), "--kind", "dinamap"
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while b"PR " not in said:
                assert selector.select(20), said
                said += os.read(process.stdout.fileno(), 4096)
        process.terminate()
    line = next(line for line in said.decode().splitlines() if "PR " in line)
    assert line.startswith("20 52 41 ")
    assert "the line is labelled: its data are demo, no patient's" in said.decode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scan", "/dev/x", "--ask", "gatt-2a35"], "--ask: expected one of "),
        (["watch", "/dev/there-is-none", "--kind", "dinamap"], "No such file"),
        (["watch", "/dev/x", "--kind", "dinamap", "--line", "fast"], "--line: line settings: expected"),
        (["--config", __file__], "expected TOML that can be read"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["devices", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_kind_in_doubt_is_written_switched_off() -> None:
    heard = Heard("/dev/ttyUSB0", LineSettings(4800, parity="O"))
    entry = device_entry(heard, "contec-5byte", "7", ["contec-7"])
    assert tomllib.loads(entry)["device"] == [
        {"id": "contec-7-2", "kind": "contec-5byte", "chair": "7", "port": "/dev/ttyUSB0", "line": "4800 8O1"}
    ]
    assert "# accept_doubt = true" in entry

"""The example of docs/adding-a-device.md, built and used as it is written there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from devices.catalogue import BUILT_IN, GROUP, load_external
from devices.kinds import DeviceKind
from tests.devices.support import CAPTURES

ROOT = CAPTURES.parent.parent
FILE = re.compile(r"^`([\w.]+)`:\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("acme")
    for name, text in FILE.findall((ROOT / "docs" / "adding-a-device.md").read_text("utf-8")):
        (folder / name).write_text(text, "utf-8")
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    install(folder, project["name"], project["entry-points"][GROUP])
    return folder


def install(folder: Path, name: str, kinds: dict[str, str]) -> None:
    """What an installer writes beside the modules."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = "".join(f"{kind} = {where}\n" for kind, where in kinds.items())
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{lines}")


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(folder), str(ROOT)))
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=os.environ | {"PYTHONPATH": path},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_it_is_a_kind_like_others(package: Path) -> None:
    listed = run(package, "monitor.cli", "decode", "--list")
    assert (listed.stdout.split(), listed.stderr) == ([*BUILT_IN, "acme-pulse"], "")
    shown = run(package, "monitor.cli", "decode", "acme-pulse", "capture.bin")
    spo2 = [o["value"] for o in map(json.loads, shown.stdout.splitlines()) if o["metric"] == "spo2"]
    assert spo2 == [97, 97, None, 98]


def test_it_stands_the_checks(package: Path) -> None:
    done = run(
        package,
        "pytest",
        "-q",
        "-p",
        "no:dash",
        "-p",
        "no:cacheprovider",
        "-p",
        "devices.testing",
        "test_acme_pulse.py",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 passed" in done.stdout


def test_a_codec_that_raises_does_not_stand_them(package: Path, tmp_path: Path) -> None:
    good = (package / "acme_pulse.py").read_text("utf-8")
    bad = good.replace('return [Malformed(len(line), "not a line of values")]', "raise ValueError(line)")
    (tmp_path / "acme_pulse.py").write_text(bad, "utf-8")
    for name in ("test_acme_pulse.py", "capture.bin"):
        (tmp_path / name).write_bytes((package / name).read_bytes())
    done = run(
        tmp_path,
        "pytest",
        "-q",
        "-p",
        "no:dash",
        "-p",
        "no:cacheprovider",
        "-p",
        "devices.testing",
        "test_acme_pulse.py",
    )
    assert done.returncode == 1
    assert "damaged_bits_make_nothing_up" in done.stdout


def test_a_broken_package_is_reported_and_stops_nothing(tmp_path: Path) -> None:
    install(tmp_path, "broken", {"broken-one": "no_such_module:KIND"})
    listed = run(tmp_path, "monitor.cli", "decode", "--list")
    assert listed.returncode == 0
    assert listed.stdout.split() == list(BUILT_IN)
    assert "broken-one could not be loaded: no_such_module:KIND: ModuleNotFoundError" in listed.stderr
    used = run(tmp_path, "monitor.cli", "decode", "broken-one")
    assert used.returncode == 2
    assert "which could not be loaded" in used.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("dinamap", "devices.catalogue:BUILT_IN", "expected a kind of its own, got dinamap, which is taken"),
        ("mine", "devices.catalogue:BUILT_IN", "expected a DeviceKind, got dict"),
        ("mine", "devices.catalogue:NOTHING", "AttributeError"),
        ("mine", "tests.devices.test_a_strangers_package:LEAVES.x", "SystemExit"),
        ("mine", "tests.devices.test_a_strangers_package:MISNAMED", "expected the kind to be called mine"),
        (
            "mine",
            "tests.devices.test_a_strangers_package:HOLLOW",
            "expected a codec with feed and finish, got object",
        ),
    ],
)
def test_what_an_entry_point_must_not_be(name: str, value: str, words: str) -> None:
    kinds, broken = load_external([EntryPoint(name, value, GROUP)], BUILT_IN)
    assert kinds == {}
    assert words in broken[name]


class Leaves:
    @property
    def x(self) -> object:
        raise SystemExit(3)


LEAVES = Leaves()
MISNAMED = BUILT_IN["nellcor"]
HOLLOW = DeviceKind("mine", "", object, MISNAMED.line, MISNAMED.periods_s)  # type: ignore[arg-type]

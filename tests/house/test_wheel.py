"""What people install: a wheel, in an empty environment, with the versions of the lock."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.conftest import Start, free_port, healthz

pytestmark = pytest.mark.timeout(300)


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture(scope="module")
def wheel(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, house)
    (built,) = folder.glob("chairside-*.whl")
    return built


@pytest.fixture(scope="module")
def chairside(wheel: Path, house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, as installed in an environment that held nothing before."""
    folder = tmp_path_factory.mktemp("empty")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    pip("--python", python, "install", "--no-compile", "--require-hashes", "-r", house / "requirements.lock")
    pip("--python", python, "install", "--no-compile", "--no-deps", wheel)
    pip("--python", python, "check")
    return folder / "bin" / "chairside"


def answer(chairside: Path, *arguments: str | Path) -> str:
    done = subprocess.run(
        [chairside, *arguments], cwd=chairside.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_packages_and_the_assets(wheel: Path, house: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "devices",
        "monitor",
        "simulators",
    }
    for path in (house / "assets").rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            assert f"monitor/_assets/{path.relative_to(house / 'assets')}" in names
    for kind in ("page", "scenarios"):
        for path in (house / "simulators" / kind).iterdir():
            assert f"simulators/{kind}/{path.name}" in names


def test_the_command_explains_itself(chairside: Path) -> None:
    assert "decode" in answer(chairside, "--help")


def test_decode_lists_its_kinds(chairside: Path) -> None:
    listed = answer(chairside, "decode", "--list")
    assert all(kind in listed for kind in ("masimo-ascii1", "dinamap", "chairside-json"))


def test_check_reads_a_clinic(chairside: Path, house: Path) -> None:
    clinic = house / "docs" / "clinic.compose.toml"
    assert json.loads(answer(chairside, "check", "--json", clinic)) == {
        "ok": True, "chairs": 6, "devices": 6, "users": 4,
    }  # fmt: skip


def test_the_demo_runs(chairside: Path, start: Start) -> None:
    port = free_port()
    assert healthz(port, start(chairside, "run", "--port", str(port)))["status"] == "ok"

"""The house stands as drawn: directions, modules without side effects, scripts and locks in step."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = {
    "monitor", "devices", "simulators", "assets", "tests", "docs", "benchmarks",
    "pyproject.toml", "docker-compose.yml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md",
    "Makefile", "Dockerfile", "requirements.lock",
}  # fmt: skip

SCRIPTS = {"__main__.py", "env.py"}
"""Files that are run, by Python or by alembic, and never imported."""

LONGEST = 350
"""Lines of a module; what is longer has more than one idea."""
LITERAL = {"devices/catalogue.py"}
"""One table and nothing else, a few lines for each device."""

IMPORT_ALL = """
import sys, threading

STARTS = {"socket.bind", "socket.connect", "sqlite3.connect", "subprocess.Popen", "os.system", "os.fork"}

def watch(event, args):
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if event in STARTS or writes:
        raise RuntimeError(f"an import did {event} {args}")

sys.addaudithook(watch)
sys.dont_write_bytecode = True
for name in sys.argv[1:]:
    try:
        __import__(name)
    except Exception as error:
        raise SystemExit(f"{name}: {error!r}") from error
others = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
if others:
    raise SystemExit(f"imports started threads: {others}")
"""


def test_the_top_level_holds_what_it_is_meant_to(house: Path, own_files: list[Path]) -> None:
    top = {file.relative_to(house).parts[0] for file in own_files}
    assert {name for name in top if not name.startswith(".")} <= TOP


def test_no_module_is_too_long_to_read(house: Path, own_files: list[Path]) -> None:
    names = [path.relative_to(house) for path in own_files if path.suffix == ".py"]
    code = [name for name in names if name.parts[0] in ("devices", "monitor", "simulators")]
    assert len(code) > 100
    lines = {name.as_posix(): len((house / name).read_text().splitlines()) for name in code}
    too_long = {name: count for name, count in lines.items() if count > LONGEST and name not in LITERAL}
    assert not too_long, f"longer than {LONGEST} lines; part them by what they are about"
    assert all(lines[name] > LONGEST for name in LITERAL), "an exception that is no longer needed"


def test_imports_go_one_way(house: Path) -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert command is not None
    answer = subprocess.run([command, "--no-cache"], cwd=house, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("backwards", [False, True])
def test_importing_a_module_starts_nothing(house: Path, backwards: bool) -> None:
    modules = sorted(
        ".".join(path.relative_to(house).with_suffix("").parts).removesuffix(".__init__")
        for package in ("devices", "monitor", "simulators")
        for path in (house / package).rglob("*.py")
        if path.name not in SCRIPTS
    )
    ordered = list(reversed(modules)) if backwards else modules
    answer = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *ordered], cwd=house, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr


def locked(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)==([^\s;]+)", path.read_text(), re.MULTILINE))


def test_locks_hold_what_the_project_asks_for(house: Path) -> None:
    project = tomllib.loads((house / "pyproject.toml").read_text())["project"]
    runtime = locked(house / "requirements.lock")
    dev = locked(house / ".ci" / "requirements-dev.lock")
    for asked, pins in ((project["dependencies"], runtime), (project["optional-dependencies"]["dev"], dev)):
        for line in asked:
            requirement = Requirement(line)
            version = pins.get(canonicalize_name(requirement.name), "no version")
            assert requirement.specifier.contains(version), f"{line} is locked at {version}; run make lock"
    assert runtime.items() <= dev.items(), "both locks must agree; run make lock"


@pytest.mark.parametrize("lock", ["requirements.lock", ".ci/requirements-dev.lock"])
def test_locks_pin_by_hash_and_name_no_host(house: Path, lock: str) -> None:
    text = (house / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE), "no option lines: the machine's own settings hold"
    for pin in re.split(r"\n(?=\S)", text):
        assert pin.startswith("#") or re.search(r"==\S+.*--hash=sha256:[0-9a-f]{64}", pin, re.DOTALL), pin


@pytest.mark.parametrize("script", ["run", "system-parts"])
def test_scripts_are_sound_bash_that_can_be_run(house: Path, script: str) -> None:
    path = house / ".ci" / script
    assert os.access(path, os.X_OK)
    assert "set -euo pipefail" in path.read_text()
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0


def test_missing_system_parts_are_named_in_one_line_with_their_remedy(house: Path, tmp_path: Path) -> None:
    """Somebody who is not root, on a machine without a browser: nothing fails, and what to type is said."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, script in (("id", "echo 1000"), ("mosquitto", "true"), ("chromium", "exit 1")):
        (tools / name).write_text(f"#!/bin/sh\n{script}\n")
        (tools / name).chmod(0o755)
    answer = subprocess.run(
        [shutil.which("bash") or "bash", house / ".ci" / "system-parts", "test"],
        env={"PATH": str(tools), "HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (answer.returncode, answer.stdout) == (0, "")
    assert answer.stderr == (
        "Skipping the tests that need chromium. To run them:  sudo apt-get install chromium\n"
    )


def test_make_names_its_targets(house: Path) -> None:
    answer = subprocess.run(["make", "help"], cwd=house, capture_output=True, text=True, check=True)
    assert {line.split()[0] for line in answer.stdout.splitlines()} >= {
        "run",
        "test",
        "lint",
        "lock",
        "wheel",
    }

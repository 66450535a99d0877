"""`chairside dashboard`: what it refuses, how it starts, how it stops."""

from __future__ import annotations

import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from monitor.cli import main
from monitor.store.desk import Desk
from monitor.store.prepare import prepare
from tests.monitor.dashboard_server.clinic import PINS, clinic_settings

DEADLINE_S = 30.0


def written(folder: Path, *, demo: bool = False, **server: Any) -> Path:
    """Settings as `chairside run` hands them on."""
    settings = clinic_settings(folder / "store", **server)
    settings = replace(settings, demo=True, demo_pins=PINS) if demo else settings
    file = folder / "settings.json"
    file.write_bytes(msgspec.json.encode(settings, enc_hook=str))
    return file


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["dashboard", *map(str, arguments)]) == 2
    return capsys.readouterr().err


def test_beyond_loopback_it_wants_tls_or_a_proxy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, "--settings-json", written(tmp_path), "--host", "0.0.0.0")
    assert "Cannot listen at 0.0.0.0" in said
    assert "TLS or behind_proxy" in said


def test_the_demo_never_goes_beyond_loopback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, demo=True, behind_proxy=True)
    assert "demo" in refusal(capsys, "--settings-json", file, "--host", "192.168.1.5")


def test_a_port_in_use_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(capsys, "--settings-json", written(tmp_path), "--port", port)
    assert f"127.0.0.1:{port}" in said
    assert "--port" in said


def test_a_desk_in_use_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, port=0)
    prepare(tmp_path / "store")
    desk = Desk.open(tmp_path / "store")
    try:
        assert "desk.lock" in refusal(capsys, "--settings-json", file)
    finally:
        desk.close()


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "no.pem"
    said = refusal(
        capsys, "--settings-json", written(tmp_path, port=0, tls_certificate=missing, tls_key=missing)
    )
    assert str(missing) in said


@pytest.mark.parametrize(
    ("text", "expected"), [("{", "settings as JSON"), ('{"name": 1}', "settings as JSON")]
)
def test_settings_that_are_none_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, expected: str
) -> None:
    file = tmp_path / "settings.json"
    file.write_text(text, "utf-8")
    assert expected in refusal(capsys, "--settings-json", file)
    assert "cannot be read" in refusal(capsys, "--settings-json", tmp_path / "nowhere.json")


def test_a_clinic_toml_with_faults_lists_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text('[clinic]\nname = 3\n[server]\nport = "x"\n', "utf-8")
    said = refusal(capsys, "--config", file)
    assert "clinic.name" in said
    assert "server.port" in said


@contextmanager
def started(*arguments: object) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A dashboard in a process of its own, and its address."""
    command = [sys.executable, "-m", "monitor.cli", "dashboard", *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().decode()
            assert line.startswith("Dashboard at "), line
            yield process, line.split()[-1]
        finally:
            process.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def test_it_serves_and_stops_cleanly_when_told(tmp_path: Path) -> None:
    arguments = ("--settings-json", written(tmp_path), "--port", free_port(), "--die-with-parent")
    with started(*arguments) as (process, url):
        answer = httpx.get(url + "/healthz")
        assert answer.json()["status"] == "starting"
        assert "server" not in answer.headers
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0
    Desk.open(tmp_path / "store").close()
    assert not (tmp_path / "store" / "desk.db-wal").exists()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_it_speaks_tls_and_dies_with_its_parent(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    request = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    made = ["openssl", *request.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    file = written(tmp_path, tls_certificate=certificate, tls_key=key)
    with started("--settings-json", file, "--port", free_port(), "--die-with-parent") as (process, url):
        assert url.startswith("https://")
        trust = ssl.create_default_context(cafile=str(certificate))
        shown = httpx.get(url + "/login", verify=trust)
        assert "Secure" in shown.headers["set-cookie"]
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(DEADLINE_S) == 0

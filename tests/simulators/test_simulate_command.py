"""chairside simulate as its users start it: a process of its own."""

import json
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import paho.mqtt.client as mqtt
import pytest
import serial
from paho.mqtt.enums import CallbackAPIVersion

from monitor.cli import main
from monitor.clock import SystemClock
from simulators.faults import FaultKind
from simulators.physiology import PRESETS
from simulators.plans import GIVEN
from simulators.scenario import KINDS, shipped

COMMAND = [sys.executable, "-m", "monitor.cli", "simulate"]
NOWHERE = "127.0.0.1:1"


@contextmanager
def started(*arguments, stdin=subprocess.PIPE):
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        process.ready = json.loads(process.stdout.readline())
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        if process.stdin:
            process.stdin.close()


def test_list_names_everything(capsys):
    assert main(["simulate", "--list"]) == 0
    listed = capsys.readouterr().out
    for name in (*shipped(), *KINDS, *FaultKind, *PRESETS, *GIVEN):
        assert name in listed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no_such_scenario"], "expected a path ending in .toml or one of acknowledged_worse"),
        (["missing.toml"], "missing.toml: expected a readable TOML file"),
    ],
)
def test_a_scenario_that_cannot_be_used_is_exit_2(arguments, message, capsys):
    assert main(["simulate", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--speed", "61"], ["--speed", "0"], ["--mqtt", "nowhere"], ["--origin", "x"]]
)
def test_a_wrong_argument_is_exit_2(arguments):
    with pytest.raises(SystemExit) as caught:
        main(["simulate", *arguments])
    assert caught.value.code == 2


def test_a_directory_that_cannot_be_used_is_exit_2_and_leaves_no_port_behind(tmp_path):
    (tmp_path / "demo-ox-4").write_text("not a port", encoding="utf-8")
    refused = subprocess.run([*COMMAND, "--dir", tmp_path, "--mqtt", NOWHERE], capture_output=True, text=True)
    assert refused.returncode == 2
    assert "demo-ox-4: expected nothing or a link" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["demo-ox-4"]


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_ends_cleanly(tmp_path, signal_number):
    epoch_ms = SystemClock().utc_ms() - 60_000
    with started("--dir", tmp_path, "--mqtt", NOWHERE, "--epoch-ms", epoch_ms) as process:
        ports = process.ready.pop("ports")
        assert process.ready == {"event": "ready", "scenario": "demo_clinic", "epoch_ms": epoch_ms}
        assert ports["demo-din-1"] == str(tmp_path / "demo-din-1")
        assert (tmp_path / "demo-din-1").is_symlink()
        process.send_signal(signal_number)
        assert process.wait(timeout=10) == 0
    assert list(tmp_path.iterdir()) == []


def test_it_ends_with_the_pipe_that_controls_it(tmp_path):
    with started("--dir", tmp_path, "--mqtt", NOWHERE) as process:
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def test_without_a_pipe_it_runs_on(tmp_path):
    with (
        started("--dir", tmp_path, "--mqtt", NOWHERE, stdin=subprocess.DEVNULL) as process,
        serial.Serial(str(tmp_path / "demo-ox-1"), 9600, timeout=3) as ox,
    ):
        assert all(b"SPO2=" in ox.readline() for _ in range(2))
        assert process.poll() is None


def test_the_demo_clinic_costs_next_to_nothing(tmp_path):
    with started("--dir", tmp_path, "--mqtt", NOWHERE) as process:
        ports = [serial.Serial(str(path), 9600, timeout=3) for path in sorted(tmp_path.iterdir())]
        ports.pop().close()
        oximeter = next(port for port in ports if "ox" in port.name)
        oximeter.readline()
        before_s = _cpu_s(process.pid)
        for _ in range(5):
            oximeter.readline()
        used_s = _cpu_s(process.pid) - before_s
        for port in ports:
            port.close()
    assert used_s / 5 <= 0.03


def _cpu_s(pid):
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


@pytest.mark.broker
def test_killed_the_broker_says_that_the_gateway_is_offline(tmp_path, broker):
    states: Queue[str] = Queue()
    listener = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="test-will")
    listener.on_message = lambda _client, _userdata, message: states.put(json.loads(message.payload)["state"])
    listener.on_connect = lambda client, *_: client.subscribe("chairside/v1/demo/gw-demo/_gw/status", qos=1)
    listener.connect("127.0.0.1", broker.port)
    listener.loop_start()
    with started("mqtt_clinic", "--dir", tmp_path, "--mqtt", f"127.0.0.1:{broker.port}") as process:
        assert states.get(timeout=15) == "online"
        process.kill()
        assert states.get(timeout=15) == "offline"
    listener.disconnect()
    listener.loop_stop()

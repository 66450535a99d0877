"""What was recorded, played again: through a real pseudo-terminal, and a table as devices would say it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import main
from simulators import measured, tape
from simulators.bedside import Probe
from simulators.masimo import Masimo
from simulators.measured import MeasuredBedside
from simulators.native import NativeDevice
from simulators.scenario import DevicePlan
from simulators.tables import ScenarioFault
from tests.simulators.conftest import EPOCH_MS

ROOT = Path(__file__).parents[2]
RECORDING = ROOT / "tests" / "captures" / "simulated-dinamap.rec"
PLAN = DevicePlan("vs", "chairside-json", "vs", ("oximetry", "cuff"), None, "chairside/v1/a/b/vs")
TABLE = """Time_s,hr,spo2,sbp,dbp,other
100,72,97,,,x
101,73,,121,75,
102,0,96,121,75,
103,74,95,,,
140,75,94,180,110,
"""


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    return measured.load(path)


def test_a_recording_is_played_on_a_port_recorded_again_and_says_the_same(tmp_path, capfdbinary):
    command = [sys.executable, "-m", "monitor.cli", "simulate", "--from", RECORDING, "--dir", tmp_path]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        try:
            ready = json.loads(process.stdout.readline())
            assert (ready["origin"], ready["kind"]) == ("replay", "dinamap")
            again = tmp_path / "again.rec"
            recorded = ["record", ready["port"], "--kind", "dinamap", "--seconds", "2", "--out", str(again)]
            assert main(recorded) == 0
        finally:
            process.kill()
    assert main(["record", ready["port"], "--kind", "dinamap", "--out", str(again)]) == 2
    capfdbinary.readouterr()
    assert "# origin: replay" in again.read_text()
    assert main(["decode", str(again)]) == 0
    first, expected = (
        json.loads(text.splitlines()[0])
        for text in (capfdbinary.readouterr().out, RECORDING.with_suffix(".expected.jsonl").read_bytes())
    )
    assert (first["systolic"], first["diastolic"]) == (expected["systolic"], expected["diastolic"])


def test_an_asked_device_gives_the_reply_of_that_time():
    recording = tape.Recording(
        "dinamap",
        "9600 8N1",
        True,
        ((0.0, ">", b"A\r"), (0.1, "<", b"one"), (5.0, ">", b"A\r"), (5.1, "<", b"tw"), (5.2, "<", b"o")),
    )
    played = tape.Tape(recording)
    played.begin(EPOCH_MS)
    assert played.speak(EPOCH_MS + 1000) == b""
    assert played.receive(b"A", EPOCH_MS + 1000) == b""
    assert played.receive(b"\r?", EPOCH_MS + 1000) == b"one"
    assert played.receive(b"A\rA\r", EPOCH_MS + 5500) == b"twotwo"
    assert not played.ended(EPOCH_MS + 6000)
    assert played.ended(EPOCH_MS + 6300)


def test_what_came_unasked_comes_at_its_time():
    played = tape.Tape(
        tape.Recording("nellcor", "", False, ((1.0, "<", b"a"), (1.5, ">", b"?"), (2.0, "<", b"b")))
    )
    assert played.speak(EPOCH_MS) == b""
    played.begin(EPOCH_MS)
    assert [played.speak(EPOCH_MS + ms) for ms in (999, 1000, 1999, 2500)] == [b"", b"a", b"", b"b"]


def test_a_table_says_what_it_has_and_makes_nothing_up(rows):
    bedside = MeasuredBedside(rows, PLAN)
    assert bedside.oximetry(EPOCH_MS).probe is Probe.SEARCHING
    bedside.begin(EPOCH_MS)
    shown = [bedside.oximetry(EPOCH_MS + 1000 * s) for s in (0, 1, 2, 13, 14, 40)]
    assert [(each.spo2, each.pulse_rate) for each in shown] == [
        (97, 72), (None, 73), (96, None), (95, 74), (None, None), (94, 75),
    ]  # fmt: skip
    assert b"SPO2=---% BPM=073" in Masimo(bedside, "ox").speak(EPOCH_MS + 1000)
    assert not bedside.ended(EPOCH_MS + 49_000)
    assert bedside.ended(EPOCH_MS + 50_500)


def test_a_table_over_mqtt_says_replay_and_each_pressure_once(rows):
    bedside = MeasuredBedside(rows, PLAN)
    bedside.begin(EPOCH_MS)
    device = NativeDevice(bedside, "vs", "run", 0, oximeter=True, cuff=True, origin="replay")
    said = [json.loads(device.speak(EPOCH_MS + 1000 * s)) for s in range(45)]
    assert {each["origin"] for each in said} == {"replay"}
    assert (
        json.loads(device.info())["origin"]
        == json.loads(device.status("online", EPOCH_MS))["origin"]
        == "replay"
    )
    cuffs = [o for each in said for o in each["obs"] if o["code"] == "nibp"]
    assert [(o["sys"], o["dia"], o["map"]) for o in cuffs] == [(121, 75, 90), (180, 110, 133)]
    missing = next(o for o in said[1]["obs"] if o["code"] == "spo2")
    assert (missing["value"], missing["quality"]) == (None, "invalid")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: expected a header with the column time_s"),
        ("time_s,hr\n", "expected rows, got none"),
        ("time_s,hr\n1,fast\n", "line 2, column hr: expected a number or nothing, got 'fast'"),
        ("time_s,hr\n2,70\n1,70\n", "line 3, column time_s: expected a time that does not go back"),
    ],
)
def test_a_table_with_a_fault_names_it(tmp_path, text, words):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(ScenarioFault, match=words):
        measured.load(path)


def test_a_recording_with_a_fault_names_its_line(tmp_path, capsys):
    path = tmp_path / "bad.rec"
    path.write_text("# chairside recording 1\n# kind: dinamap\n0.1 < 4\n")
    assert main(["simulate", "--from", str(path), "--dir", str(tmp_path)]) == 2
    assert "bad.rec, line 3: expected seconds that never go back" in capsys.readouterr().err

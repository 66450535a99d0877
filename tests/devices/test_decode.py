"""`chairside decode` as a technician runs it: another process, bytes in, lines out."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devices.catalogue import BUILT_IN, KINDS
from tests.devices.support import CAPTURES

DECODE = [sys.executable, "-m", "monitor.cli", "decode"]
ROOT = CAPTURES.parent.parent


def decode(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*DECODE, *arguments], input=data, capture_output=True, cwd=ROOT, timeout=30, check=False
    )


def objects(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_sensor_that_came_off_exactly() -> None:
    done = decode("masimo-ascii1", str(CAPTURES / "masimo-rad8-sensor-off.bin"))
    assert done.stdout.splitlines()[0].decode() == (
        '{"event":"observation","metric":"spo2","value":null,"unit":"%","validity":"invalid",'
        '"flags":["low_perfusion","probe_off","alarm_active"],"device_time":"2021-05-20T14:06:02"}'
    )
    assert [(o["metric"], o["value"], o.get("method")) for o in objects(done)] == [
        ("spo2", None, None),
        ("pulse_rate", None, "oximeter"),
        ("perfusion_index", None, None),
    ]


def test_a_cuff_result_exactly() -> None:
    done = decode("dinamap", data=b" NA1100012128076093&+\r")
    assert done.stdout.decode() == (
        '{"event":"observation","metric":"nibp","systolic":128.0,"diastolic":76.0,"mean":93.0,"pulse_rate":null,'
        '"unit":"mm[Hg]","validity":"valid","flags":[],"device_time":null,"method":"nibp","age_s":12.0,'
        '"status":"ok"}\n'
    )


def test_the_whole_dinamap_capture() -> None:
    shown = objects(decode("dinamap", str(CAPTURES / "dinamap-replies.bin")))
    assert [(o.get("metric"), o.get("systolic"), o.get("value"), o.get("state")) for o in shown] == [
        ("nibp", 128.0, None, None),
        (None, None, None, "measuring"),
        ("nibp", None, None, None),
        ("spo2", None, 97.0, None),
        ("spo2", None, None, None),
        ("pulse_rate", None, 72.0, None),
        ("pulse_rate", None, None, None),
    ]
    assert shown[1] == {"event": "state", "state": "measuring"}
    assert (shown[2]["flags"], shown[2]["status"]) == (["nibp_failed"], "failed")


def test_the_native_schema_one_payload_a_line() -> None:
    shown = objects(
        decode("chairside-json", "-", data=(CAPTURES / "chairside-obs.jsonl").read_bytes() + b"{\n")
    )
    assert [o.get("value", o.get("systolic")) for o in shown[:4]] == [97.0, 72.0, None, 128.0]
    assert (shown[3]["age_s"], shown[3]["status"], shown[3]["pulse_rate"]) == (12.12, "ok", 71.0)
    assert shown[4]["event"] == "malformed"


def test_unfinished_bytes_are_truncated_and_the_exit_is_still_0() -> None:
    assert objects(decode("dinamap", data=b" NA11000")) == [
        {"event": "malformed", "bytes": 8, "reason": "truncated"}
    ]


def test_a_wrong_checksum() -> None:
    assert objects(decode("dinamap", data=b" OA1087608#I\r")) == [
        {"event": "malformed", "bytes": 12, "reason": "checksum_error"}
    ]


def test_list_names_every_kind() -> None:
    assert decode("--list").stdout.decode().splitlines() == list(KINDS)
    assert list(BUILT_IN) == [
        *("masimo-ascii1", "masimo-trend", "nellcor"),
        *("nonin-1", "nonin-2", "nonin-7", "nonin-8", "nonin-13", "nonin-ascii"),
        *("contec-v7", "contec-5byte", "bci-5byte", "dinamap", "berry-pm6750", "datex-dri"),
        *("suntech", "gatt-2a35", "gatt-2a5e", "gatt-2a5f"),
        *("mqtt-json", "mqtt-values", "teleicu-json", "fhir-observation", "hl7-oru", "chairside-json"),
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nelcor"], "chairside-json; got 'nelcor'"),
        ([], "chairside-json; got none"),
        (["dinamap", "/no/such/file"], "/no/such/file: expected a file that can be read; No such file"),
        (["dinamap", "/"], "/: expected a file that can be read; Is a directory"),
    ],
)
def test_bad_usage_is_2_and_says_why(arguments: list[str], words: str) -> None:
    done = decode(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr.decode()


def test_each_event_is_printed_as_its_bytes_come() -> None:
    with subprocess.Popen(
        [*DECODE, "dinamap"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for reply, metric in ((b" OA1097608#I\r", "spo2"), (b' RA2072"E\r', "pulse_rate")):
            running.stdin.write(reply)
            running.stdin.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(running.stdout, selectors.EVENT_READ)
                assert selector.select(60), "nothing was printed while the input stayed open"
            assert json.loads(running.stdout.readline())["metric"] == metric
        running.stdin.close()
        assert running.wait(10) == 0


def test_a_reader_that_has_seen_enough_is_no_fault(tmp_path: Path) -> None:
    flood = tmp_path / "flood.bin"
    flood.write_bytes(b"noise\r" * 200_000)
    with subprocess.Popen(
        [*DECODE, "dinamap", str(flood)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(20) == 0


def test_it_starts_without_the_dashboard() -> None:
    script = (
        "import sys; from monitor.cli import main; main(['decode', '--list']); "
        "sys.exit(any(m in sys.modules for m in ('dash', 'plotly', 'sqlalchemy', 'paho', 'serial')))"
    )
    assert (
        subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False).returncode
        == 0
    )

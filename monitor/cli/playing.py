"""What `chairside simulate --from` does: a recording or a table of values, through a real link."""

from __future__ import annotations

import argparse
import json
import signal
from contextlib import closing
from pathlib import Path

from monitor.clock import SystemClock
from simulators import measured, tape
from simulators.playback import TABLE_KINDS, Playback
from simulators.scenario import KINDS, MQTT_KINDS, OXIMETRY, DevicePlan
from simulators.tables import ScenarioFault
from simulators.transport import Broker
from simulators.wiring import Wiring, spelled

TOPIC = "chairside/v1/replay/gw-replay"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says which file is played, and as what."""
    playing = parser.add_argument_group("play a file instead of a scenario; its data have the origin replay")
    playing.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="a recording of chairside record, or a CSV of values",
    )
    playing.add_argument(
        "--as",
        dest="kind",
        choices=TABLE_KINDS,
        default=TABLE_KINDS[0],
        help=f"the device that a CSV is played as ({TABLE_KINDS[0]}, over MQTT)",
    )
    playing.add_argument(
        "--device",
        default="replay",
        metavar="ID",
        help=f"its port in --dir, or its topic {TOPIC}/ID (replay)",
    )


def play(arguments: argparse.Namespace, broker: Broker, clock: SystemClock) -> None:
    """Play the file to its end; raises ScenarioFault or OSError for one that cannot be used."""
    path, device = arguments.source, arguments.device
    if not device.replace("-", "").replace("_", "").isalnum():
        raise ScenarioFault(f"--device: expected letters, digits, - and _, got {device!r}")
    source: tape.Tape | measured.MeasuredBedside
    if tape.is_recording(path):
        recording = tape.load(path)
        plan = DevicePlan(device, recording.kind, device, (OXIMETRY,), port=device)
        source, line = tape.Tape(recording), recording.line
    else:
        plan, line = _table_plan(device, arguments.kind), ""
        source = measured.MeasuredBedside(measured.load(path), plan)
    wiring = Wiring(arguments.dir, dict(arguments.serial), arguments.tcp)
    with closing(Playback(plan, source, wiring, broker, clock, line)) as playback:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: playback.stop())
        port = plan.topic or spelled(playback.places[device])
        where = {"topic": port} if plan.topic else {"port": port, "line": line}
        ready = {"event": "ready", "from": str(path), "kind": plan.kind, "origin": "replay", **where}
        print(json.dumps(ready), flush=True)
        playback.run()
        print(json.dumps({"event": "ended"}), flush=True)


def _table_plan(device: str, kind: str) -> DevicePlan:
    over_mqtt = kind in MQTT_KINDS
    # A DINAMAP that plays a table has an oximeter too, or half of the table would have no voice.
    measures = ("oximetry", "cuff") if kind == "dinamap" else KINDS[kind]
    port, topic = (None, f"{TOPIC}/{device}") if over_mqtt else (device, None)
    return DevicePlan(device, kind, device, measures, port, topic)

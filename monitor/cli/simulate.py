"""chairside simulate: simulated patients and devices over pseudo-terminals and MQTT."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import signal
import socket
import stat
import sys
from pathlib import Path
from typing import Any

from monitor.cli import child, playing
from monitor.cli.checking import check
from monitor.clock import SystemClock
from monitor.language import LANGUAGES, catalogue
from simulators.calibration.report import IN_EACH_STUDY, report
from simulators.control_page import ControlPage, listen
from simulators.described import DEVICES, PATIENTS, TREATMENTS
from simulators.faults import FAULTS
from simulators.hl7 import ADDRESS
from simulators.run import Simulation
from simulators.scenario import Scenario, load, shipped
from simulators.speech import Speech
from simulators.tables import ScenarioFault
from simulators.transport import Broker
from simulators.wiring import spelled

PORTS = Path("var/ports")
BROKER = ("127.0.0.1", 1883)
FASTEST = 60.0
FEWEST = 20
"""Patients in a study: below, some group of them is empty."""
DESCRIPTION = """\
Play patients that do not exist: their devices speak the protocols of real ones, on
pseudo-terminals, real serial ports, TCP and MQTT. All that they say is marked demo.

Prints a JSON line when its ports are there; Ctrl-C or SIGTERM ends it. Signs in to the
broker with CHAIRSIDE_MQTT_USERNAME and CHAIRSIDE_MQTT_PASSWORD, if set. Through a pipe it
takes control lines, and ends with the pipe.
"""
EXAMPLES = """\
examples:
  chairside simulate --list
      what there is: scenarios, devices, faults, patients
  chairside simulate --control 127.0.0.1:8051
      the demo clinic; change patients and devices at http://127.0.0.1:8051
  chairside simulate desaturation --check
      does the product do what the scenario states? seconds, no ports
  chairside simulate desaturation --speed 60
      the same, a minute a second: each statement is told when it is decided
  chairside simulate --calibrate
      how well do the patients fit what is published? half a minute, no ports
  chairside simulate my_clinic.toml --serial /dev/ttyUSB0=my-oximeter
      this computer plays an oximeter to the one at the other end of the cable
  chairside simulate busy_day --tcp 0.0.0.0:4001 --mqtt broker:1883 --speed 10
      serial devices at socket://THIS-COMPUTER:4001 and the ports after it
  chairside simulate --from night.rec --serial /dev/ttyUSB0=replay
      say a recording again on a real line; the chair there needs replay = true

docs/simulator.md describes scenarios, faults, the control page and its API.
"""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside simulate`."""
    parser = subparsers.add_parser(
        "simulate",
        help="simulated patients and devices",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "scenario", nargs="?", default="demo_clinic", help="name or path (default: demo_clinic)"
    )
    parser.add_argument(
        "--list", action="store_true", help="name scenarios, devices, faults, patients; then stop"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="play the scenario to the product in virtual time, and hold what it does against the "
        "scenario's own statements; 0 if all hold, else 1",
    )
    parser.add_argument(
        "--calibrate",
        action="store_true",
        help="hold the simulated patients against the published figures: docs/calibration.md; then stop",
    )
    parser.add_argument(
        "--patients", type=_count, default=IN_EACH_STUDY, metavar="N", help=f"in each study ({IN_EACH_STUDY})"
    )
    parser.add_argument("--dir", type=Path, help=f"where ports appear ({PORTS})")
    parser.add_argument(
        "--serial",
        type=_wire,
        action="append",
        default=[],
        metavar="PORT=DEVICE",
        help="let a device speak on a real serial port; again for each one more",
    )
    parser.add_argument(
        "--tcp",
        type=_address,
        metavar="HOST:PORT",
        help="let serial devices speak on TCP ports, one each from PORT on; clinic.toml: socket://HOST:PORT",
    )
    parser.add_argument(
        "--control",
        type=_address,
        metavar="HOST:PORT",
        help="serve a page, and its API, to change patients and devices while it runs; 127.0.0.1:8051",
    )
    parser.add_argument("--control-fd", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--mqtt", type=_address, metavar="HOST:PORT", help="the broker (127.0.0.1:1883)")
    parser.add_argument(
        "--speed",
        type=_speed,
        help="times as fast as real time, 1 to 60; a scenario that states what the product must do, with "
        "nowhere to speak (--dir, --serial, --tcp, --mqtt, --control), is checked as it plays",
    )
    parser.add_argument(
        "--hl7",
        type=_address,
        default=ADDRESS,
        metavar="HOST:PORT",
        help="whom HL7 senders call (127.0.0.1:2575)",
    )
    parser.add_argument(
        "--origin",
        type=child.origin,
        metavar="REAL,SHOWN",
        help="show SHOWN at REAL, in seconds of UTC",
    )
    parser.add_argument("--epoch-ms", type=int, help="shown time at which the scenario begins (default: now)")
    playing.add_arguments(parser)
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the scenario until told to stop; 0, or 2 for a scenario or a port that cannot be used.

    With `--check`, or `--speed` and nowhere to speak, 0 or 1 by what the scenario states.
    """
    logging.basicConfig(level=logging.INFO, format="simulate: %(message)s")
    if arguments.list:
        _print_list()
        return 0
    if arguments.calibrate:
        for line in report(arguments.patients):
            print(line, flush=True)
        return 0
    to_nobody = _is_to_nobody(arguments)
    arguments.dir = arguments.dir or PORTS
    arguments.mqtt = arguments.mqtt or BROKER
    try:
        if arguments.source is not None:
            playing.play(arguments, _broker(arguments), _clock(arguments.speed or 1.0, arguments.origin))
            return 0
        scenario = load(arguments.scenario)
        if arguments.check or (to_nobody and (scenario.statements or scenario.acts)):
            return check(scenario, None if arguments.check else arguments.speed)
        _simulate(scenario, arguments, arguments.speed or 1.0)
    except (ScenarioFault, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _is_to_nobody(arguments: argparse.Namespace) -> bool:
    """Whether a speed is asked for and nobody to hear it: then what the scenario states is to be seen."""
    heard = (arguments.dir, arguments.mqtt, arguments.tcp, arguments.control, arguments.origin)
    return arguments.speed is not None and not arguments.serial and all(each is None for each in heard)


def _simulate(scenario: Scenario, arguments: argparse.Namespace, speed: float) -> None:
    simulation = Simulation(
        scenario,
        arguments.dir,
        _broker(arguments),
        _clock(speed, arguments.origin),
        speed=speed,
        epoch_ms=arguments.epoch_ms,
        control=_control(),
        serial=dict(arguments.serial),
        tcp=arguments.tcp,
        hl7=arguments.hl7,
    )
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: simulation.stop())
    with simulation, contextlib.ExitStack() as serving:
        ready = {"event": "ready", "scenario": scenario.name, "epoch_ms": simulation.epoch_ms}
        ports = {device: spelled(place) for device, place in simulation.places.items()}
        page = {}
        listening = _listening(arguments)
        if listening is not None:
            speech = Speech(LANGUAGES, {name: catalogue(name) for name in LANGUAGES})
            served = ControlPage(simulation, scenario.title, speed, listening, speech)
            page = {"control": serving.enter_context(served).url}
        print(json.dumps({**ready, "ports": ports, **page}), flush=True)
        simulation.run()


def _broker(arguments: argparse.Namespace) -> Broker:
    host, port = arguments.mqtt
    username, password = (os.environ.get(f"CHAIRSIDE_MQTT_{name}") for name in ("USERNAME", "PASSWORD"))
    return Broker(host, port, username, password)


def _clock(speed: float, origin: tuple[float, float] | None) -> SystemClock:
    if origin is None and speed > 1:
        now_s = SystemClock().utc_ms() / 1000
        origin = (now_s, now_s)
    return SystemClock(speed, origin)


def _listening(arguments: argparse.Namespace) -> socket.socket | None:
    """The socket of the control page: one that somebody handed on, or one of its own; None for no page."""
    if arguments.control_fd is not None:
        return socket.socket(fileno=arguments.control_fd)
    return None if arguments.control is None else listen(arguments.control)


def _control() -> int | None:
    """The descriptor of standard input if somebody may speak through it; not /dev/null, not a file."""
    mode = os.fstat(sys.stdin.fileno()).st_mode
    speaks = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or sys.stdin.isatty()
    return sys.stdin.fileno() if speaks else None


def _print_list() -> None:
    print("scenarios")
    for name in shipped():
        scenario = load(name)
        stated = len(scenario.statements) + len(scenario.acts)
        checked = f" [{stated} statements]" if stated else ""
        print(f"  {name:<20} {scenario.description}{checked}")
    print("devices")
    for kind, does in DEVICES.items():
        print(f"  {kind:<20} {does}")
    print("faults")
    for fault, meaning in FAULTS.items():
        print(f"  {fault:<20} {meaning}")
    print("patients")
    for preset, response in PATIENTS.items():
        print(f"  {preset:<20} {response}")
    print("what can be given")
    for what, meaning in TREATMENTS.items():
        print(f"  {what:<20} {meaning}")


def _count(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < FEWEST:
        raise argparse.ArgumentTypeError(f"expected a whole number from {FEWEST} on, got {text!r}")
    return number


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise argparse.ArgumentTypeError(f"expected HOST:PORT, got {text!r}")
    return host, int(port)


def _wire(text: str) -> tuple[str, str]:
    port, _, device = text.rpartition("=")
    if not port or not device:
        raise argparse.ArgumentTypeError(f"expected PORT=DEVICE, such as /dev/ttyUSB0=ox-1, got {text!r}")
    return device, port


def _speed(text: str) -> float:
    speed = float(text)
    if not 1 <= speed <= FASTEST:
        raise argparse.ArgumentTypeError(f"expected a number from 1 to {FASTEST:g}, got {text}")
    return speed

"""chairside run: the whole clinic; without a configuration, the demo clinic on simulated devices."""

from __future__ import annotations

import argparse
import logging
import signal
import socket
import sys
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.cli import address, demo_run
from monitor.cli.address import UnusableAddress
from monitor.cli.broker import BrokerMissing
from monitor.cli.processes import Child, Supervisor, chairside
from monitor.cli.settings_file import write_settings
from monitor.clock import SystemClock
from monitor.config import ConfigError, ServerSettings, Settings, load
from monitor.store.faults import StoreFault
from monitor.store.prepare import prepare

LOOK_S = 0.25

log = logging.getLogger("chairside.run")


class Refused(Exception):
    """The clinic cannot be started as asked; `str()` says what was expected and what was found."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside run`."""
    parser = subparsers.add_parser(
        "run",
        help="run the clinic (the demo clinic without --config)",
        description="Starts the monitor and the dashboard and keeps them running. Without --config: the demo "
        "clinic, its simulated devices and its own MQTT broker. Ctrl-C ends it.",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="the clinic's clinic.toml")
    address.add_arguments(parser)
    parser.add_argument("--speed", type=float, default=1.0, help="demo only: times as fast as real, 1 to 60")
    parser.add_argument("--data", type=Path, metavar="DIR", help="demo only: where it keeps its files")
    parser.add_argument("--fresh", action="store_true", help="demo only: begin a new day")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Run until told to stop; 2 when it cannot be started as asked."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    clock = SystemClock()
    try:
        if arguments.config is not None:
            return _run_clinic(arguments, clock, stop)
        return _run_demo(arguments, clock, stop)
    except (ConfigError, StoreFault, BrokerMissing, Refused, UnusableAddress, demo_run.Unusable) as error:
        print(error, file=sys.stderr)
        return 2


def _run_clinic(arguments: argparse.Namespace, clock: SystemClock, stop: threading.Event) -> int:
    if arguments.speed != 1 or arguments.data is not None or arguments.fresh:
        given = f"--config {arguments.config}"
        raise Refused(
            f"--speed, --data and --fresh are for the demo: expected them without --config, found {given}"
        )
    settings = load(arguments.config)
    settings = replace(settings, server=address.chosen(settings.server, arguments, demo=settings.demo))
    prepare(settings.store)
    return _supervise(settings, _monitor_and_dashboard(settings), clock, stop)


def _run_demo(arguments: argparse.Namespace, clock: SystemClock, stop: threading.Event) -> int:
    if not 1 <= arguments.speed <= 60:
        raise Refused(f"--speed: expected 1 to 60, found {arguments.speed:g}")
    server = address.chosen(ServerSettings(), arguments, demo=True)
    with demo_run.opened(arguments.data, server, arguments.speed, fresh=arguments.fresh, clock=clock) as demo:
        watching, dashboard = _monitor_and_dashboard(demo.settings, *demo.clock_options)
        children = [dashboard, *demo.children, watching]
        return _supervise(demo.settings, children, clock, stop, each_look=demo.look)


def _monitor_and_dashboard(settings: Settings, *options: str) -> list[Child]:
    """Return the two processes of every clinic."""
    file = settings.store / "settings.json"
    write_settings(settings, file)
    return [
        Child(name, chairside(name, "--settings-json", str(file), "--die-with-parent", *options))
        for name in ("monitor", "dashboard")
    ]


def _supervise(
    settings: Settings,
    children: list[Child],
    clock: SystemClock,
    stop: threading.Event,
    each_look: Callable[[], None] = lambda: None,
) -> int:
    """Keep the children running until told to stop; return the exit code."""
    supervisor = Supervisor(children)
    announced = False
    try:
        supervisor.start(clock.real_mono_s())
        while not stop.wait(LOOK_S):
            code = supervisor.look(clock.real_mono_s())
            if code is not None:
                return code
            each_look()
            if not announced and (announced := _serves(settings.server)):
                print(
                    f"{'Demo clinic' if settings.demo else settings.name}: {address.url(settings.server)}",
                    flush=True,
                )
    finally:
        supervisor.stop()
    return 0


def _serves(server: ServerSettings) -> bool:
    """Return whether the dashboard answers, and shows turns where it can be asked without its certificate."""
    try:
        if server.tls_certificate is not None:
            socket.create_connection((server.host, server.port), 0.5).close()
            return True
        with urllib.request.urlopen(f"{address.url(server)}/healthz", timeout=0.5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False

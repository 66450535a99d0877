"""Where a clinic's dashboard listens: as configured, as asked for on the command line, and its URL."""

from __future__ import annotations

import argparse
from dataclasses import replace

from monitor.config import ServerSettings, listening_fault


class UnusableAddress(Exception):
    """The dashboard may not or cannot listen there; `str()` says what was expected and what was found."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the address to listen at."""
    parser.add_argument("--host", help="address to listen at (as configured, else 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen at (as configured, else 8050)")


def chosen(configured: ServerSettings, arguments: argparse.Namespace, *, demo: bool) -> ServerSettings:
    """Return the configured server with what the arguments say instead.

    Raises:
        UnusableAddress: it would listen beyond this machine unprotected.
    """
    given = {name: value for name in ("host", "port") if (value := getattr(arguments, name)) is not None}
    server = replace(configured, **given)
    guarded = server.behind_proxy or server.tls_certificate is not None
    expected = listening_fault(server.host, guarded=guarded, demo=demo)
    if expected:
        raise UnusableAddress(f"Cannot listen at {server.host}: expected {expected}.")
    return server


def url(server: ServerSettings) -> str:
    """Return the address as a browser takes it."""
    scheme = "http" if server.tls_certificate is None else "https"
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"{scheme}://{host}:{server.port}"

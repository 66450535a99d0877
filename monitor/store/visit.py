"""Reads one visit out of the journal."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.store.history import SessionHistory


def read_history(connection: Connection, visit: str, samples: int | None) -> SessionHistory | None:
    """Everything about one visit; None when there is no such visit."""
    raise NotImplementedError

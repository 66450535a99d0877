"""Reads the earlier infusions of a series out of the journal."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, select

from monitor.sessions.session import Session
from monitor.store import schema
from monitor.store.history import EarlierInfusion, Series
from monitor.store.visit import read_cuffs, read_summary, summaries

EARLIER_MAX = 12
"""So many infusions are shown beside one; the newest before it."""


def read_series(connection: Connection, visit: str) -> Series | None:
    """The place of a visit in its series, and the infusions before it; None without a series."""
    table = schema.visit
    found = connection.execute(select(table.c.series, table.c.seated_ms).where(table.c.id == visit)).first()
    if found is None or not found.series:
        return None
    before = (table.c.series == found.series) & (table.c.seated_ms < found.seated_ms)
    begun = before & table.c.started_ms.is_not(None)
    query = summaries().where(begun).order_by(table.c.seated_ms.desc()).limit(EARLIER_MAX)
    rows = connection.execute(query).mappings().all()
    total = connection.execute(select(func.count()).select_from(table).where(begun)).scalar_one()
    earlier = []
    for place, row in enumerate(rows):
        session = msgspec.msgpack.decode(row["state"], type=Session)
        base = session.baseline
        earlier.append(
            EarlierInfusion(
                number=total - place,
                summary=read_summary(row),
                dose_mg_per_kg=session.dose_mg_per_kg,
                baseline=None if base is None else (base.systolic, base.diastolic, base.heart_rate),
                cuffs=read_cuffs(connection, row["id"]),
            )
        )
    return Series(found.series, total + 1, earlier)

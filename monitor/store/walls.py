"""The links that open wall displays: named, revocable; of each secret only a digest is kept."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.dialects.sqlite import insert

from monitor.store import schema
from monitor.store.desk import Desk

_LINK = schema.wall_link


class WallLink(NamedTuple):
    """One link."""

    id: int
    name: str
    labels: bool
    """Whether the display shows patient labels; else chairs only."""
    created_ms: int
    created_by: str
    used_ms: int | None
    """When it last opened a display."""
    revoked_ms: int | None


class WallLinks:
    """Reads and writes them on the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, name: str, digest: str, *, labels: bool, at_ms: int, by: str) -> int:
        """Keep a new link and return its number."""
        row = {"name": name, "digest": digest, "labels": int(labels), "created_ms": at_ms, "created_by": by}
        with self._desk.writing() as connection:
            return int(connection.execute(insert(_LINK).values(row).returning(_LINK.c.id)).scalar_one())

    def all(self) -> list[WallLink]:
        """All links, the newest first, revoked ones too."""
        with self._desk.reading() as connection:
            rows = connection.execute(select(_LINK).order_by(_LINK.c.id.desc())).all()
        return [_link(row) for row in rows]

    def opened_by(self, digest: str) -> WallLink | None:
        """The link in force whose secret has this digest."""
        query = select(_LINK).where((_LINK.c.digest == digest) & _LINK.c.revoked_ms.is_(None))
        with self._desk.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _link(row)

    def use(self, id_: int, at_ms: int) -> None:
        """Note that a link opened a display."""
        with self._desk.writing() as connection:
            connection.execute(_LINK.update().where(_LINK.c.id == id_).values(used_ms=at_ms))

    def revoke(self, id_: int, at_ms: int) -> None:
        """End a link for good."""
        standing = (_LINK.c.id == id_) & _LINK.c.revoked_ms.is_(None)
        with self._desk.writing() as connection:
            connection.execute(_LINK.update().where(standing).values(revoked_ms=at_ms))


def _link(row: Row[Any]) -> WallLink:
    return WallLink(
        row.id, row.name, bool(row.labels), row.created_ms, row.created_by, row.used_ms, row.revoked_ms
    )

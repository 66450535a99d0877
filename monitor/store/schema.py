"""The tables of both files, in SQLAlchemy Core types that PostgreSQL has too.

Times are UTC milliseconds in columns named `*_ms`. Flags are stored comma-separated, in the order given.
"""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

Whole: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
Real: TypeEngine[float] = Double().with_variant(REAL, "sqlite")

journal = MetaData()
desk = MetaData()


def _keyed(name: str, metadata: MetaData, *items: SchemaItem) -> Table:
    """A table stored in the order of its primary key."""
    return Table(name, metadata, *items, sqlite_strict=True, sqlite_with_rowid=False)


def _numbered(name: str, metadata: MetaData, *items: SchemaItem) -> Table:
    """A table whose rows get the next number, never one that was given before."""
    number = Column("id", Whole, primary_key=True, autoincrement=True)
    return Table(name, metadata, number, *items, sqlite_strict=True, sqlite_autoincrement=True)


def _only_row() -> list[SchemaItem]:
    return [Column("one", Whole, primary_key=True, autoincrement=False), CheckConstraint("one = 1")]


def _text(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional)


def _whole(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Whole, nullable=optional)


def _real(name: str, *, optional: bool = True) -> Column[float]:
    return Column(name, Real, nullable=optional)


# ---- journal.db: written by the monitor ---------------------------------------------------------------

latest_turn = _keyed(
    "latest_turn",
    journal,
    *_only_row(),
    _whole("turn"),
    _whole("at_ms"),
    _real("mono_s", optional=False),
    _text("boot"),
    _whole("desk_seq"),
    Column("snapshot", LargeBinary, nullable=False),
)

observation = _keyed(
    "observation",
    journal,
    _text("chair"),
    _text("metric"),
    _whole("at_ms"),
    _text("device"),
    _text("session"),
    _whole("seq"),
    _real("value"),
    _text("validity"),
    _text("flags", optional=True),
    _text("method", optional=True),
    _whole("received_ms"),
    _text("device_time", optional=True),
    _text("origin"),
    _text("use"),
    _text("visit", optional=True),
    PrimaryKeyConstraint("chair", "metric", "at_ms", "device", "session", "seq"),
)

cuff = _keyed(
    "cuff",
    journal,
    Column("key", Text, primary_key=True),
    _text("chair"),
    _text("visit", optional=True),
    _whole("at_ms"),
    _text("device"),
    _real("systolic"),
    _real("diastolic"),
    _real("mean"),
    _real("pulse_rate"),
    _text("validity"),
    _text("flags", optional=True),
    _text("status", optional=True),
    _whole("received_ms"),
    _text("device_time", optional=True),
    _text("origin"),
    _text("use"),
    _text("manual_by", optional=True),
    _text("struck_by", optional=True),
    _whole("struck_ms", optional=True),
    _text("struck_reason", optional=True),
    Index("cuff_of_visit", "visit", "at_ms"),
    Index("cuff_of_device", "device", "at_ms"),
)

link_change = _numbered(
    "link_change",
    journal,
    _text("device"),
    _text("chair"),
    _whole("at_ms"),
    _text("state"),
    _text("detail"),
)

visit = _keyed(
    "visit",
    journal,
    Column("id", Text, primary_key=True),
    _text("chair"),
    _text("label"),
    _text("phase"),
    _whole("seated_ms"),
    _whole("planned_min"),
    _whole("started_ms", optional=True),
    _whole("ended_ms", optional=True),
    _whole("left_ms", optional=True),
    _whole("demo"),
    Column("state", LargeBinary, nullable=False),
    Column("record", Whole, nullable=False, server_default="0"),
    Column("series", Text, nullable=False, server_default=""),
    Column("replay", Whole, nullable=False, server_default="0"),
    Index("visit_of_series", "series", "seated_ms"),
    Index("visit_of_chair", "chair", "seated_ms"),
    Index("visit_by_time", "seated_ms"),
    Index("visit_by_phase", "phase"),
)

phase_span = _numbered(
    "phase_span",
    journal,
    _text("visit"),
    _text("phase"),
    _whole("from_ms"),
    _text("by"),
    _text("reason"),
    Index("phase_of_visit", "visit", "id"),
)

alarm_transition = _numbered(
    "alarm_transition",
    journal,
    _text("chair"),
    _text("visit", optional=True),
    _text("occurrence"),
    _text("condition"),
    _text("kind"),
    _text("change"),
    _text("priority"),
    _text("presence"),
    _whole("at_ms"),
    _text("text"),
    _real("value"),
    _real("limit"),
    _whole("questionable"),
    _text("by", optional=True),
    _whole("value_ms", optional=True),
    Index("alarm_of_visit", "visit", "id"),
)

alarm_state = _keyed(
    "alarm_state",
    journal,
    Column("chair", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),
)

outcome = _keyed(
    "outcome",
    journal,
    Column("seq", Whole, primary_key=True, autoincrement=False),
    _whole("accepted"),
    _text("message"),
)

mark = _numbered(
    "mark",
    journal,
    _text("chair"),
    _text("visit", optional=True),
    _whole("at_ms"),
    _text("by"),
    _text("role"),
    _text("what"),
    _text("text"),
    _whole("severity", optional=True),
    Index("mark_of_visit", "visit", "id"),
)

limit_span = _numbered(
    "limit_span",
    journal,
    _text("visit"),
    _text("condition"),
    _text("priority"),
    _real("limit"),
    _whole("from_ms"),
    Index("limit_of_visit", "visit", "id"),
)

delivery = _keyed(
    "delivery",
    journal,
    Column("id", Text, primary_key=True),
    _text("occurrence"),
    _text("chair"),
    _text("visit", optional=True),
    _text("channel"),
    _text("what"),
    _text("priority"),
    _text("text"),
    _whole("at_ms"),
    _real("mono_s", optional=False),
    _text("outcome"),
    _whole("outcome_ms", optional=True),
    _whole("attempts"),
    _text("error"),
    Index("delivery_of_occurrence", "occurrence"),
    Index("delivery_by_outcome", "outcome"),
    Index("delivery_of_visit", "visit"),
)

# ---- desk.db: written by the dashboard ----------------------------------------------------------------

action = _numbered(
    "action",
    desk,
    _whole("at_ms"),
    _text("user"),
    _text("role"),
    _text("station"),
    _text("chair"),
    _text("session", optional=True),
    Column("act", LargeBinary, nullable=False),
)

sign_in = _keyed(
    "sign_in",
    desk,
    Column("token", Text, primary_key=True),
    _text("user"),
    _whole("created_ms"),
    _whole("seen_ms"),
    _whole("revoked_ms", optional=True),
)

failed_pin = _keyed(
    "failed_pin",
    desk,
    Column("user", Text, primary_key=True),
    _whole("failures"),
    _whole("last_ms"),
)

station = _keyed(
    "station",
    desk,
    Column("id", Text, primary_key=True),
    _text("user"),
    _text("sound"),
    _text("page"),
    _whole("seen_ms"),
)

audit = _numbered(
    "audit",
    desk,
    _whole("at_ms"),
    _text("user"),
    _text("event"),
    _text("detail"),
)

staff = _keyed(
    "staff",
    desk,
    Column("name", Text, primary_key=True),
    _text("display"),
    _text("role"),
    _text("pin_hash"),
    _whole("disabled"),
    _whole("changed_ms"),
    _text("changed_by"),
)

wall_link = _numbered(
    "wall_link",
    desk,
    _text("name"),
    _text("digest"),
    _whole("labels"),
    _whole("created_ms"),
    _text("created_by"),
    _whole("used_ms", optional=True),
    _whole("revoked_ms", optional=True),
    Index("wall_link_by_digest", "digest"),
)

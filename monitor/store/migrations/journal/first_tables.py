"""The journal's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "journal_1"
down_revision = None
branch_labels = None
depends_on = None

whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
real: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    """Make them."""

    op.create_table(
        "alarm_state",
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chair"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alarm_transition",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=True),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("at_ms", whole, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("value", real, nullable=True),
        sa.Column("limit", real, nullable=True),
        sa.Column("questionable", whole, nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("alarm_of_visit", "alarm_transition", ["visit", "id"], unique=False)
    op.create_table(
        "cuff",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=True),
        sa.Column("at_ms", whole, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("systolic", real, nullable=True),
        sa.Column("diastolic", real, nullable=True),
        sa.Column("mean", real, nullable=True),
        sa.Column("pulse_rate", real, nullable=True),
        sa.Column("validity", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("received_ms", whole, nullable=False),
        sa.Column("device_time", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("manual_by", sa.Text(), nullable=True),
        sa.Column("struck_by", sa.Text(), nullable=True),
        sa.Column("struck_ms", whole, nullable=True),
        sa.Column("struck_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("cuff_of_device", "cuff", ["device", "at_ms"], unique=False)
    op.create_index("cuff_of_visit", "cuff", ["visit", "at_ms"], unique=False)
    op.create_table(
        "latest_turn",
        sa.Column("one", whole, autoincrement=False, nullable=False),
        sa.Column("turn", whole, nullable=False),
        sa.Column("at_ms", whole, nullable=False),
        sa.Column("mono_s", real, nullable=False),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("desk_seq", whole, nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("one = 1"),
        sa.PrimaryKeyConstraint("one"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "limit_span",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("limit", real, nullable=True),
        sa.Column("from_ms", whole, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("limit_of_visit", "limit_span", ["visit", "id"], unique=False)
    op.create_table(
        "link_change",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("at_ms", whole, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "mark",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=True),
        sa.Column("at_ms", whole, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("severity", whole, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("mark_of_visit", "mark", ["visit", "id"], unique=False)
    op.create_table(
        "observation",
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("at_ms", whole, nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("seq", whole, nullable=False),
        sa.Column("value", real, nullable=True),
        sa.Column("validity", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("received_ms", whole, nullable=False),
        sa.Column("device_time", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("chair", "metric", "at_ms", "device", "session", "seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outcome",
        sa.Column("seq", whole, autoincrement=False, nullable=False),
        sa.Column("accepted", whole, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "phase_span",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("from_ms", whole, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("phase_of_visit", "phase_span", ["visit", "id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("seated_ms", whole, nullable=False),
        sa.Column("planned_min", whole, nullable=False),
        sa.Column("started_ms", whole, nullable=True),
        sa.Column("ended_ms", whole, nullable=True),
        sa.Column("left_ms", whole, nullable=True),
        sa.Column("demo", whole, nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("record", whole, server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("visit_by_phase", "visit", ["phase"], unique=False)
    op.create_index("visit_by_time", "visit", ["seated_ms"], unique=False)
    op.create_index("visit_of_chair", "visit", ["chair", "seated_ms"], unique=False)

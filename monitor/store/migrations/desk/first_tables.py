"""The desk's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "desk_1"
down_revision = None
branch_labels = None
depends_on = None

whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""

    op.create_table(
        "action",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("at_ms", whole, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("act", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("at_ms", whole, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_table(
        "failed_pin",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("failures", whole, nullable=False),
        sa.Column("last_ms", whole, nullable=False),
        sa.PrimaryKeyConstraint("user"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_in",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("created_ms", whole, nullable=False),
        sa.Column("seen_ms", whole, nullable=False),
        sa.Column("revoked_ms", whole, nullable=True),
        sa.PrimaryKeyConstraint("token"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "station",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("sound", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("seen_ms", whole, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )

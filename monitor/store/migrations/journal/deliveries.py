"""Who was told of which alarm outside the screen, and whether it arrived."""

import sqlalchemy as sa
from alembic import op

revision = "journal_2"
down_revision = "journal_1"
branch_labels = None
depends_on = None

whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
real: sa.types.TypeEngine[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    """Make the table."""

    op.create_table(
        "delivery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_ms", whole, nullable=False),
        sa.Column("mono_s", real, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("outcome_ms", whole, nullable=True),
        sa.Column("attempts", whole, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("delivery_by_outcome", "delivery", ["outcome"], unique=False)
    op.create_index("delivery_of_occurrence", "delivery", ["occurrence"], unique=False)
    op.create_index("delivery_of_visit", "delivery", ["visit"], unique=False)

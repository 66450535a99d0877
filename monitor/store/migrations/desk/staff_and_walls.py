"""Users that administrators made, and the links that open wall displays."""

import sqlalchemy as sa
from alembic import op

revision = "desk_2"
down_revision = "desk_1"
branch_labels = None
depends_on = None

whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""

    op.create_table(
        "staff",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("disabled", whole, nullable=False),
        sa.Column("changed_ms", whole, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wall_link",
        sa.Column("id", whole, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("labels", whole, nullable=False),
        sa.Column("created_ms", whole, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("used_ms", whole, nullable=True),
        sa.Column("revoked_ms", whole, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("wall_link_by_digest", "wall_link", ["digest"], unique=False)

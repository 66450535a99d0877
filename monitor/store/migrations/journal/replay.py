"""Whether the data of a visit were played from a recording."""

import sqlalchemy as sa
from alembic import op

revision = "journal_4"
down_revision = "journal_3"
branch_labels = None
depends_on = None

whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the mark; those of the visits before it were not."""
    op.add_column("visit", sa.Column("replay", whole, nullable=False, server_default="0"))

"""When the value of an alarm was measured, which is not when the alarm changed."""

import sqlalchemy as sa
from alembic import op

revision = "journal_5"
down_revision = "journal_4"
branch_labels = None
depends_on = None

whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the time; of changes before it, it is not known."""
    op.add_column("alarm_transition", sa.Column("value_ms", whole))

"""The series that a visit belongs to: the clinic's own code for a patient who comes again."""

import sqlalchemy as sa
from alembic import op

revision = "journal_3"
down_revision = "journal_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the code; the visits before it have none."""
    op.add_column("visit", sa.Column("series", sa.Text(), nullable=False, server_default=""))
    op.create_index("visit_of_series", "visit", ["series", "seated_ms"])

"""What was said to a device in each attempt is kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier attempts have none."""
    op.add_column("job_attempt", sa.Column("frames", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Take the column away."""
    op.drop_column("job_attempt", "frames")

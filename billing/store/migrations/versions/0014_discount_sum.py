"""A subscription's discount may be a sum."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "subscription", sa.Column("discount_amount", sa.BigInteger(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    """Take the column away again."""
    op.drop_column("subscription", "discount_amount")

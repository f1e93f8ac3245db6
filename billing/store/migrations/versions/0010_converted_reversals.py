"""Reversals in another currency than their original: what they come to in the original's."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the rate that a reversal was converted at, and its amounts in the original's currency."""
    op.add_column("reversal", sa.Column("rate", sa.BigInteger(), nullable=True))
    op.add_column("reversal", sa.Column("original_total", sa.BigInteger(), nullable=True))
    op.add_column("reversal_line", sa.Column("total", sa.BigInteger(), nullable=True))
    op.add_column("payment", sa.Column("original_value", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Refuse: reversals are fiscal history."""
    raise ValueError("converted reversals cannot be taken back: fiscal records are never deleted")

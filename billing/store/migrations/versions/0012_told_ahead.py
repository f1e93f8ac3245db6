"""Subscriptions know which boundary was told ahead, and whether their end was told."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the index by which the few that may have ended are found."""
    for name in ("told_segment", "told_k"):
        op.add_column("subscription", sa.Column(name, sa.BigInteger(), server_default="-1", nullable=False))
    op.add_column("subscription", sa.Column("ended", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_subscription_quiet",
        "subscription",
        ["master_id", "id"],
        sqlite_where=sa.text("next_run IS NULL AND NOT ended"),
        postgresql_where=sa.text("next_run IS NULL AND NOT ended"),
    )


def downgrade() -> None:
    """Take the columns away again; nothing fiscal is in them."""
    op.drop_index("ix_subscription_quiet", "subscription")
    for name in ("ended", "told_k", "told_segment"):
        op.drop_column("subscription", name)

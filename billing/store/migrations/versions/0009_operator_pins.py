"""Operators have PINs and sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "operator_pin",
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_id(),
        _refers("operator_pin"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_pin")),
        sa.UniqueConstraint("master_id", "operator_id", name=op.f("uq_operator_pin_master_id_operator_id")),
    )
    op.create_table(
        "operator_session",
        sa.Column("operator_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_id(),
        _refers("operator_session"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_session")),
        sa.UniqueConstraint("master_id", "digest", name=op.f("uq_operator_session_master_id_digest")),
    )


def downgrade() -> None:
    """Drop the tables; nothing fiscal is in them."""
    op.drop_table("operator_session")
    op.drop_table("operator_pin")


def _id() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
    )


def _refers(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["master_id", "operator_id"],
        ["operator.master_id", "operator.id"],
        name=op.f(f"fk_{table}_master_id_operator"),
    )

"""Reversals: bills of their own that refer to lines of a final bill."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the reason to the bill, and the tables of what is taken back."""
    op.add_column("bill", sa.Column("reversal_reason", sa.String(20), server_default="", nullable=False))
    _reversal()
    _reversal_line()


def downgrade() -> None:
    """Refuse: reversals are fiscal history."""
    raise ValueError("reversals cannot be taken back: fiscal records are never deleted")


def _id() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
    )


def _reversal() -> None:
    op.create_table(
        "reversal",
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("original_id", sa.BigInteger(), nullable=False),
        sa.Column("invoice_number", sa.String(10), server_default="", nullable=False),
        *_id(),
        sa.ForeignKeyConstraint(
            ["master_id", "bill_id"],
            ["bill.master_id", "bill.id"],
            name=op.f("fk_reversal_master_id_bill_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "original_id"],
            ["bill.master_id", "bill.id"],
            name=op.f("fk_reversal_master_id_original_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reversal")),
        sa.UniqueConstraint("master_id", "bill_id", name=op.f("uq_reversal_master_id_bill_id")),
    )
    op.create_index("ix_reversal_original", "reversal", ["master_id", "original_id"])


def _reversal_line() -> None:
    charge = ["charge.master_id", "charge.bill_id", "charge.position"]
    op.create_table(
        "reversal_line",
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("original_id", sa.BigInteger(), nullable=False),
        sa.Column("original_position", sa.BigInteger(), nullable=False),
        sa.Column("qty", sa.BigInteger(), nullable=False),
        *_id(),
        sa.ForeignKeyConstraint(["master_id", "bill_id", "position"], charge, name="fk_reversal_line_charge"),
        sa.ForeignKeyConstraint(
            ["master_id", "original_id", "original_position"], charge, name="fk_reversal_line_original"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reversal_line")),
        sa.UniqueConstraint(
            "master_id", "bill_id", "position", name=op.f("uq_reversal_line_master_id_bill_id_position")
        ),
    )
    op.create_index("ix_reversal_line_original", "reversal_line", ["master_id", "original_id"])

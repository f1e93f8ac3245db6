"""The bill in full: a host's billables, payment models, nomenclature versions, currencies, sale ranges."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BANNED = ("department", "operator", "payment_type", "profile", "tax_group")


def upgrade() -> None:
    """Add what is new; nothing that was kept changes."""
    op.add_column("payment", sa.Column("token", sa.String(200)))
    op.add_column("payment", sa.Column("room", sa.String(40)))
    op.add_column("charge", sa.Column("chargeable_type", sa.String(80)))
    op.add_column("charge", sa.Column("chargeable_id", sa.BigInteger()))
    op.add_column("charge", sa.Column("origin", sa.String(40)))
    op.add_column("bill", sa.Column("billable_type", sa.String(80)))
    op.add_column("bill", sa.Column("billable_id", sa.BigInteger()))
    op.create_index("ix_bill_billable", "bill", ["master_id", "billable_type", "billable_id"])
    for table in BANNED:
        op.add_column(table, sa.Column("banned", sa.Boolean(), server_default=sa.false(), nullable=False))
    _nomenclature_change()
    _currency_rate()
    _currency_policy()
    _sale_range()


def downgrade() -> None:
    """Refuse: versions and number ranges are records."""
    raise ValueError("versions and number ranges cannot be taken back: records are never deleted")


def _id() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
    )


def _nomenclature_change() -> None:
    op.create_table(
        "nomenclature_change",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("item", sa.String(30), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        *_id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomenclature_change")),
    )
    op.create_index("ix_nomenclature_change_item", "nomenclature_change", ["master_id", "item", "number"])


def _currency_rate() -> None:
    op.create_table(
        "currency_rate",
        sa.Column("code", sa.String(3), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        *_id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_currency_rate")),
        sa.UniqueConstraint(
            "master_id",
            "code",
            "currency",
            "valid_from",
            name=op.f("uq_currency_rate_master_id_code_currency_valid_from"),
        ),
    )


def _currency_policy() -> None:
    op.create_table(
        "currency_policy",
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("second_currency", sa.String(3), nullable=True),
        sa.Column("second_rate", sa.BigInteger(), nullable=True),
        sa.Column("second_per_unit", sa.Boolean(), nullable=False),
        *_id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_currency_policy")),
        sa.UniqueConstraint("master_id", "valid_from", name=op.f("uq_currency_policy_master_id_valid_from")),
    )


def _sale_range() -> None:
    op.create_table(
        "sale_range",
        sa.Column("device_number", sa.String(8), nullable=False),
        sa.Column("till", sa.String(40), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *_id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_range")),
        sa.UniqueConstraint(
            "master_id", "device_number", "first", name=op.f("uq_sale_range_master_id_device_number_first")
        ),
    )
    op.create_index("ix_sale_range_till", "sale_range", ["master_id", "device_number", "till"])

"""The first schema: nomenclature, bills, devices and their documents, reports, journal."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    _device()
    _journal_entry()
    _nomenclature()
    _operator()
    _outbox()
    _payment_type()
    _profile()
    _sale_counter()
    _tax_group()
    _department()
    _fiscal_document()
    _origin()
    _tax_rate()
    _job_attempt()
    _plu()
    _report()
    _bill()
    _job_note()
    _bill_tax()
    _charge()
    _payment()
    _sale_number()
    _modifier()
    _append_only()


def downgrade() -> None:
    """Refuse: fiscal records are never deleted."""
    raise ValueError("the first schema cannot be taken back: fiscal records are never deleted")


def _append_only() -> None:
    """Let the journal grow and nothing else."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER journal_entry_no_{what.lower()} BEFORE {what} ON journal_entry "
                "BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION journal_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the journal is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_refuse()"
    )


def _device() -> None:
    op.create_table(
        "device",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("number", sa.String(length=8), server_default="", nullable=False),
        sa.Column("fiscal_memory_number", sa.String(length=8), server_default="", nullable=False),
        sa.Column("z_number", sa.BigInteger(), nullable=True),
        sa.Column("capabilities", sa.JSON(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_job", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_owner", sa.String(length=120), server_default="", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_device_master_id_id")),
        sa.UniqueConstraint("master_id", "name", name=op.f("uq_device_master_id_name")),
    )


def _journal_entry() -> None:
    op.create_table(
        "journal_entry",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_type", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("operator", sa.BigInteger(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )
    op.create_index(
        "ix_journal_entry_subject", "journal_entry", ["master_id", "subject_type", "subject"], unique=False
    )


def _nomenclature() -> None:
    op.create_table(
        "nomenclature",
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("default_tax_group", sa.BigInteger(), nullable=True),
        sa.Column("default_payment_type", sa.BigInteger(), nullable=True),
        sa.Column("default_operator", sa.BigInteger(), nullable=True),
        sa.Column("default_origin", sa.String(length=40), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomenclature")),
        sa.UniqueConstraint("master_id", name=op.f("uq_nomenclature_master_id")),
    )


def _operator() -> None:
    op.create_table(
        "operator",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("role", sa.String(length=40), server_default="cashier", nullable=False),
        sa.Column("type", sa.String(length=40), server_default="plain", nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_operator_master_id_id")),
        sa.UniqueConstraint("master_id", "number", name=op.f("uq_operator_master_id_number")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_type", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_waiting", "outbox", ["master_id", "delivered_at", "id"], unique=False)


def _payment_type() -> None:
    op.create_table(
        "payment_type",
        sa.Column("cash", sa.Boolean(), nullable=False),
        sa.Column("fiscal", sa.Boolean(), nullable=False),
        sa.Column("model", sa.String(length=40), server_default="plain", nullable=False),
        sa.Column("category", sa.String(length=20), server_default="cash", nullable=False),
        sa.Column("type", sa.String(length=40), server_default="plain", nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_type")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_payment_type_master_id_id")),
        sa.UniqueConstraint("master_id", "number", name=op.f("uq_payment_type_master_id_number")),
    )


def _profile() -> None:
    op.create_table(
        "profile",
        sa.Column("identity", sa.String(length=14), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=12), server_default="company", nullable=False),
        sa.Column("vat_number", sa.String(length=14), server_default="", nullable=False),
        sa.Column("address", sa.String(length=255), server_default="", nullable=False),
        sa.Column("receiver", sa.String(length=255), server_default="", nullable=False),
        sa.Column("type", sa.String(length=40), server_default="plain", nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_profile_master_id_id")),
        sa.UniqueConstraint("master_id", "number", name=op.f("uq_profile_master_id_number")),
    )


def _sale_counter() -> None:
    op.create_table(
        "sale_counter",
        sa.Column("device_number", sa.String(length=8), nullable=False),
        sa.Column("last", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_counter")),
        sa.UniqueConstraint(
            "master_id", "device_number", name=op.f("uq_sale_counter_master_id_device_number")
        ),
    )


def _tax_group() -> None:
    op.create_table(
        "tax_group",
        sa.Column("type", sa.String(length=40), server_default="plain", nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_group")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_tax_group_master_id_id")),
        sa.UniqueConstraint("master_id", "number", name=op.f("uq_tax_group_master_id_number")),
    )


def _department() -> None:
    op.create_table(
        "department",
        sa.Column("tax_group_id", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.String(length=40), server_default="plain", nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "tax_group_id"],
            ["tax_group.master_id", "tax_group.id"],
            name=op.f("fk_department_master_id_tax_group_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_department_master_id_id")),
        sa.UniqueConstraint("master_id", "number", name=op.f("uq_department_master_id_number")),
    )


def _fiscal_document() -> None:
    op.create_table(
        "fiscal_document",
        sa.Column("subject_type", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "device_id"],
            ["device.master_id", "device.id"],
            name=op.f("fk_fiscal_document_master_id_device_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiscal_document")),
        sa.UniqueConstraint(
            "master_id", "device_id", "sequence", name=op.f("uq_fiscal_document_master_id_device_id_sequence")
        ),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_fiscal_document_master_id_id")),
        sa.UniqueConstraint(
            "master_id", "subject_type", "subject", "kind", "ordinal", name="uq_fiscal_document_subject"
        ),
    )
    op.create_index(
        "ix_fiscal_document_waiting",
        "fiscal_document",
        ["master_id", "device_id", "state", "sequence"],
        unique=False,
    )


def _origin() -> None:
    op.create_table(
        "origin",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=True),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("payment_model", sa.String(length=40), server_default="plain", nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "device_id"],
            ["device.master_id", "device.id"],
            name=op.f("fk_origin_master_id_device_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origin")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_origin_master_id_id")),
        sa.UniqueConstraint("master_id", "name", name=op.f("uq_origin_master_id_name")),
    )


def _tax_rate() -> None:
    op.create_table(
        "tax_rate",
        sa.Column("tax_group_id", sa.BigInteger(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "tax_group_id"],
            ["tax_group.master_id", "tax_group.id"],
            name=op.f("fk_tax_rate_master_id_tax_group_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rate")),
        sa.UniqueConstraint(
            "master_id",
            "tax_group_id",
            "valid_from",
            name=op.f("uq_tax_rate_master_id_tax_group_id_valid_from"),
        ),
    )


def _job_attempt() -> None:
    op.create_table(
        "job_attempt",
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=10), server_default="", nullable=False),
        sa.Column("error", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "document_id"],
            ["fiscal_document.master_id", "fiscal_document.id"],
            name=op.f("fk_job_attempt_master_id_document_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_attempt")),
        sa.UniqueConstraint(
            "master_id", "document_id", "number", name=op.f("uq_job_attempt_master_id_document_id_number")
        ),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_job_attempt_master_id_id")),
    )


def _plu() -> None:
    op.create_table(
        "plu",
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("tax_group_id", sa.BigInteger(), nullable=True),
        sa.Column("department_id", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=8), server_default="", nullable=False),
        sa.Column("barcode", sa.String(length=32), nullable=True),
        sa.Column("banned", sa.Boolean(), nullable=False),
        sa.Column("type", sa.String(length=40), server_default="plain", nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "department_id"],
            ["department.master_id", "department.id"],
            name=op.f("fk_plu_master_id_department_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "tax_group_id"],
            ["tax_group.master_id", "tax_group.id"],
            name=op.f("fk_plu_master_id_tax_group_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plu")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_plu_master_id_id")),
        sa.UniqueConstraint("master_id", "number", name=op.f("uq_plu_master_id_number")),
    )
    op.create_index("ix_plu_barcode", "plu", ["master_id", "barcode"], unique=False)


def _report() -> None:
    op.create_table(
        "report",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=True),
        sa.Column("origin_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("z_number", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("device_figures", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("differences", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "device_id"],
            ["device.master_id", "device.id"],
            name=op.f("fk_report_master_id_device_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "origin_id"],
            ["origin.master_id", "origin.id"],
            name=op.f("fk_report_master_id_origin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "parent_id"],
            ["report.master_id", "report.id"],
            name=op.f("fk_report_master_id_parent_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "master_id",
            "device_id",
            "origin_id",
            "kind",
            "ordinal",
            name=op.f("uq_report_master_id_device_id_origin_id_kind_ordinal"),
        ),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_report_master_id_id")),
    )


def _bill() -> None:
    op.create_table(
        "bill",
        sa.Column("origin_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("exponent", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.BigInteger(), nullable=True),
        sa.Column("profile", sa.BigInteger(), nullable=True),
        sa.Column("charges", sa.BigInteger(), nullable=False),
        sa.Column("discounts", sa.BigInteger(), nullable=False),
        sa.Column("surcharges", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.Column("unique_sale_number", sa.String(length=21), server_default="", nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("key_digest", sa.String(length=64), nullable=True),
        sa.Column("parked", sa.Boolean(), nullable=False),
        sa.Column("fiscal", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=255), server_default="", nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "origin_id"],
            ["origin.master_id", "origin.id"],
            name=op.f("fk_bill_master_id_origin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "report_id"],
            ["report.master_id", "report.id"],
            name=op.f("fk_bill_master_id_report_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_bill_master_id_id")),
        sa.UniqueConstraint("master_id", "key", name=op.f("uq_bill_master_id_key")),
    )
    op.create_index("ix_bill_open", "bill", ["master_id", "origin_id", "state", "report_id"], unique=False)


def _job_note() -> None:
    op.create_table(
        "job_note",
        sa.Column("attempt_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "attempt_id"],
            ["job_attempt.master_id", "job_attempt.id"],
            name=op.f("fk_job_note_master_id_attempt_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_note")),
        sa.UniqueConstraint(
            "master_id", "attempt_id", "position", name=op.f("uq_job_note_master_id_attempt_id_position")
        ),
    )


def _bill_tax() -> None:
    op.create_table(
        "bill_tax",
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("tax_group", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("vat", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "bill_id"],
            ["bill.master_id", "bill.id"],
            name=op.f("fk_bill_tax_master_id_bill_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill_tax")),
        sa.UniqueConstraint(
            "master_id", "bill_id", "tax_group", name=op.f("uq_bill_tax_master_id_bill_id_tax_group")
        ),
    )


def _charge() -> None:
    op.create_table(
        "charge",
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("qty", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("tax_group", sa.BigInteger(), nullable=True),
        sa.Column("tax_letter", sa.String(length=4), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("department", sa.BigInteger(), nullable=True),
        sa.Column("plu", sa.BigInteger(), nullable=True),
        sa.Column("plu_department", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("operator", sa.BigInteger(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "bill_id"], ["bill.master_id", "bill.id"], name=op.f("fk_charge_master_id_bill_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
        sa.UniqueConstraint(
            "master_id", "bill_id", "position", name=op.f("uq_charge_master_id_bill_id_position")
        ),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_charge_master_id_id")),
    )


def _payment() -> None:
    op.create_table(
        "payment",
        sa.Column("type", sa.String(length=40), server_default="plain", nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("payment_type", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("cash", sa.Boolean(), nullable=False),
        sa.Column("fiscal", sa.Boolean(), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("auto", sa.Boolean(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("tendered", sa.BigInteger(), nullable=True),
        sa.Column("change", sa.BigInteger(), nullable=True),
        sa.Column("profile", sa.BigInteger(), nullable=True),
        sa.Column("operator", sa.BigInteger(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "bill_id"], ["bill.master_id", "bill.id"], name=op.f("fk_payment_master_id_bill_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "master_id", "bill_id", "position", name=op.f("uq_payment_master_id_bill_id_position")
        ),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_payment_master_id_id")),
    )


def _sale_number() -> None:
    op.create_table(
        "sale_number",
        sa.Column("device_number", sa.String(length=8), nullable=False),
        sa.Column("sale", sa.BigInteger(), nullable=False),
        sa.Column("operator_code", sa.String(length=4), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=255), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "bill_id"],
            ["bill.master_id", "bill.id"],
            name=op.f("fk_sale_number_master_id_bill_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale_number")),
        sa.UniqueConstraint(
            "master_id", "device_number", "sale", name=op.f("uq_sale_number_master_id_device_number_sale")
        ),
    )


def _modifier() -> None:
    op.create_table(
        "modifier",
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("charge_position", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=255), nullable=False),
        sa.Column("operator", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["master_id", "bill_id", "charge_position"],
            ["charge.master_id", "charge.bill_id", "charge.position"],
            name="fk_modifier_charge",
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "bill_id"],
            ["bill.master_id", "bill.id"],
            name=op.f("fk_modifier_master_id_bill_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modifier")),
        sa.UniqueConstraint(
            "master_id", "bill_id", "position", name=op.f("uq_modifier_master_id_bill_id_position")
        ),
    )
    op.create_index(
        "uq_modifier_of_the_bill",
        "modifier",
        ["master_id", "bill_id"],
        unique=True,
        sqlite_where=sa.text("charge_position IS NULL AND removed_at IS NULL"),
        postgresql_where=sa.text("charge_position IS NULL AND removed_at IS NULL"),
    )

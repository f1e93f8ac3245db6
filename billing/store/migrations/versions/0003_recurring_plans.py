"""Recurring plans: plans, customers, subscriptions, their periods, the money they move, the audit feed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _attempt()
    _customer()
    _notice()
    _plan()
    _plan_version()
    _subscription()
    _audit_event()
    _period()
    _usage_event()
    _adjustment()
    _collection()
    _payout()
    _append_only()


def downgrade() -> None:
    """Refuse: what was billed is never deleted."""
    raise ValueError("recurring plans cannot be taken back: what was billed is never deleted")


def _key() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
    )


def _append_only() -> None:
    """Let the audit feed grow and nothing else."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_event_no_{what.lower()} BEFORE {what} ON audit_event "
                "BEGIN SELECT RAISE(ABORT, 'the audit feed is only added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit feed is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()"
    )


def _attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("document_type", sa.String(length=10), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("extra", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("gateway", sa.String(length=80), nullable=False),
        sa.Column("gateway_key", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=200), server_default="", nullable=False),
        sa.Column("failure", sa.String(length=12), server_default="", nullable=False),
        sa.Column("code", sa.String(length=80), server_default="", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_key(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint(
            "master_id",
            "document_type",
            "document_id",
            "number",
            name=op.f("uq_attempt_master_id_document_type_document_id_number"),
        ),
        sa.UniqueConstraint("master_id", "gateway_key", name=op.f("uq_attempt_master_id_gateway_key")),
    )
    op.create_index("ix_attempt_lease", "attempt", ["master_id", "state", "lease_until"], unique=False)
    op.create_index(
        "uq_attempt_live",
        "attempt",
        ["master_id", "document_type", "document_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('STAGED', 'SUBMITTING', 'PENDING', 'UNKNOWN')"),
        postgresql_where=sa.text("state IN ('STAGED', 'SUBMITTING', 'PENDING', 'UNKNOWN')"),
    )


def _customer() -> None:
    op.create_table(
        "customer",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("profile", sa.BigInteger(), nullable=True),
        sa.Column("credit", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *_key(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("master_id", "external_id", name=op.f("uq_customer_master_id_external_id")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_customer_master_id_id")),
    )


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("gateway", sa.String(length=80), nullable=False),
        sa.Column("notice", sa.String(length=200), nullable=False),
        sa.Column("gateway_key", sa.String(length=80), nullable=False),
        sa.Column("told", sa.String(length=12), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        *_key(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "master_id", "gateway", "notice", name=op.f("uq_notice_master_id_gateway_notice")
        ),
    )


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *_key(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_plan_master_id_id")),
        sa.UniqueConstraint("master_id", "name", name=op.f("uq_plan_master_id_name")),
    )


def _plan_version() -> None:
    op.create_table(
        "plan_version",
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("calculator", sa.String(length=80), server_default="", nullable=False),
        sa.Column("frequency", sa.String(length=10), nullable=False),
        sa.Column("interval", sa.BigInteger(), nullable=False),
        sa.Column("trial_days", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=255), nullable=False),
        sa.Column("tax_group", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_key(),
        sa.ForeignKeyConstraint(
            ["master_id", "plan_id"],
            ["plan.master_id", "plan.id"],
            name=op.f("fk_plan_version_master_id_plan_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_plan_version_master_id_id")),
        sa.UniqueConstraint(
            "master_id", "plan_id", "number", name=op.f("uq_plan_version_master_id_plan_id_number")
        ),
    )


def _place() -> tuple[sa.Column[object], ...]:
    """Return the columns that say where a subscription's schedule stands."""
    return (
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("anchor", sa.String(length=19), nullable=False),
        sa.Column("dom", sa.BigInteger(), nullable=False),
        sa.Column("segment_frequency", sa.String(length=10), nullable=False),
        sa.Column("segment_interval", sa.BigInteger(), nullable=False),
        sa.Column("segment_first", sa.DateTime(timezone=True), nullable=True),
        sa.Column("segment_until", sa.String(length=19), nullable=True),
        sa.Column("segment_align_day", sa.BigInteger(), nullable=True),
        sa.Column("next_k", sa.BigInteger(), nullable=False),
        sa.Column("next_run", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_id", sa.BigInteger(), nullable=True),
        sa.Column("billed", sa.BigInteger(), nullable=False),
        sa.Column("paid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("held_because", sa.String(length=80), server_default="", nullable=False),
        sa.Column("cancel_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
    )


def _subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("origin_id", sa.BigInteger(), nullable=False),
        sa.Column("instrument", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trial_days", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=10), server_default="second", nullable=False),
        sa.Column("align_day", sa.BigInteger(), nullable=True),
        sa.Column("bill_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("max_runs", sa.BigInteger(), nullable=True),
        sa.Column("max_catch_up", sa.BigInteger(), nullable=True),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("by_content", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("frequency", sa.String(length=10), nullable=False),
        sa.Column("interval", sa.BigInteger(), nullable=False),
        sa.Column("discount_percent", sa.BigInteger(), nullable=False),
        sa.Column("discount_runs", sa.BigInteger(), nullable=True),
        sa.Column("upcoming", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("queued", sa.JSON(none_as_null=True), nullable=True),
        *_place(),
        *_key(),
        sa.ForeignKeyConstraint(
            ["master_id", "customer_id"],
            ["customer.master_id", "customer.id"],
            name=op.f("fk_subscription_master_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "origin_id"],
            ["origin.master_id", "origin.id"],
            name=op.f("fk_subscription_master_id_origin_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "version_id"],
            ["plan_version.master_id", "plan_version.id"],
            name=op.f("fk_subscription_master_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("master_id", "external_id", name=op.f("uq_subscription_master_id_external_id")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_subscription_master_id_id")),
    )
    _subscription_indexes()


def _subscription_indexes() -> None:
    op.create_index("ix_subscription_customer", "subscription", ["master_id", "customer_id"], unique=False)
    op.create_index(
        "ix_subscription_credit",
        "subscription",
        ["master_id", "id"],
        unique=False,
        sqlite_where=sa.text("credit > 0"),
        postgresql_where=sa.text("credit > 0"),
    )
    op.create_index(
        "ix_subscription_due",
        "subscription",
        ["master_id", "next_run", "id"],
        unique=False,
        sqlite_where=sa.text("next_run IS NOT NULL"),
        postgresql_where=sa.text("next_run IS NOT NULL"),
    )


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("k", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), server_default="", nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=8), server_default="", nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=80), server_default="", nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("before", sa.String(length=64), nullable=False),
        *_key(),
        sa.ForeignKeyConstraint(
            ["master_id", "subscription_id"],
            ["subscription.master_id", "subscription.id"],
            name=op.f("fk_audit_event_master_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint(
            "master_id",
            "subscription_id",
            "segment",
            "k",
            "number",
            name=op.f("uq_audit_event_master_id_subscription_id_segment_k_number"),
        ),
    )


def _period() -> None:
    op.create_table(
        "period",
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("k", sa.BigInteger(), nullable=False),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_start", sa.String(length=19), nullable=False),
        sa.Column("wall_end", sa.String(length=19), nullable=False),
        sa.Column("whole", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("credit_used", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key(),
        sa.ForeignKeyConstraint(
            ["master_id", "subscription_id"],
            ["subscription.master_id", "subscription.id"],
            name=op.f("fk_period_master_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_period_master_id_id")),
        sa.UniqueConstraint(
            "master_id",
            "subscription_id",
            "segment",
            "period_start",
            name=op.f("uq_period_master_id_subscription_id_segment_period_start"),
        ),
        sa.UniqueConstraint(
            "master_id",
            "subscription_id",
            "segment",
            "k",
            name=op.f("uq_period_master_id_subscription_id_segment_k"),
        ),
    )


def _usage_event() -> None:
    op.create_table(
        "usage_event",
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thousandths", sa.BigInteger(), nullable=False),
        *_key(),
        sa.ForeignKeyConstraint(
            ["master_id", "subscription_id"],
            ["subscription.master_id", "subscription.id"],
            name=op.f("fk_usage_event_master_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_event")),
        sa.UniqueConstraint(
            "master_id", "subscription_id", "key", name=op.f("uq_usage_event_master_id_subscription_id_key")
        ),
    )
    op.create_index(
        "ix_usage_event_counts", "usage_event", ["master_id", "subscription_id", "counts_at"], unique=False
    )


def _adjustment() -> None:
    op.create_table(
        "adjustment",
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=True),
        sa.Column("k", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("bill_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=12), server_default="", nullable=False),
        *_key(),
        sa.ForeignKeyConstraint(
            ["master_id", "bill_id"],
            ["bill.master_id", "bill.id"],
            name=op.f("fk_adjustment_master_id_bill_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "subscription_id"],
            ["subscription.master_id", "subscription.id"],
            name=op.f("fk_adjustment_master_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
        sa.UniqueConstraint(
            "master_id",
            "subscription_id",
            "number",
            name=op.f("uq_adjustment_master_id_subscription_id_number"),
        ),
    )


def _collection() -> None:
    op.create_table(
        "collection",
        sa.Column("bill_id", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=True),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("segment", sa.BigInteger(), nullable=False),
        sa.Column("k", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("next_try", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("technical", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        *_key(),
        sa.ForeignKeyConstraint(
            ["master_id", "bill_id"],
            ["bill.master_id", "bill.id"],
            name=op.f("fk_collection_master_id_bill_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "period_id"],
            ["period.master_id", "period.id"],
            name=op.f("fk_collection_master_id_period_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "subscription_id"],
            ["subscription.master_id", "subscription.id"],
            name=op.f("fk_collection_master_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sa.UniqueConstraint("master_id", "bill_id", name=op.f("uq_collection_master_id_bill_id")),
        sa.UniqueConstraint("master_id", "period_id", name=op.f("uq_collection_master_id_period_id")),
    )
    op.create_index(
        "ix_collection_subscription",
        "collection",
        ["master_id", "subscription_id", "segment", "k"],
        unique=False,
    )
    op.create_index(
        "ix_collection_waiting",
        "collection",
        ["master_id", "next_try", "id"],
        unique=False,
        sqlite_where=sa.text("next_try IS NOT NULL"),
        postgresql_where=sa.text("next_try IS NOT NULL"),
    )


def _payout() -> None:
    op.create_table(
        "payout",
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_key(),
        sa.ForeignKeyConstraint(
            ["master_id", "period_id"],
            ["period.master_id", "period.id"],
            name=op.f("fk_payout_master_id_period_id"),
        ),
        sa.ForeignKeyConstraint(
            ["master_id", "subscription_id"],
            ["subscription.master_id", "subscription.id"],
            name=op.f("fk_payout_master_id_subscription_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("master_id", "period_id", name=op.f("uq_payout_master_id_period_id")),
    )

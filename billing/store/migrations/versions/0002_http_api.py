"""What the HTTP API keeps: tokens, answered requests, webhooks and their deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    _api_token()
    _request_key()
    _webhook()
    _delivery()


def downgrade() -> None:
    """Drop the tables; nothing fiscal is in them."""
    for table in ("delivery", "webhook", "request_key", "api_token"):
        op.drop_table(table)


def _id() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("master_id", sa.BigInteger(), server_default="0", nullable=False),
    )


def _api_token() -> None:
    op.create_table(
        "api_token",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("origins", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        *_id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_api_token_master_id_id")),
        sa.UniqueConstraint("master_id", "name", name=op.f("uq_api_token_master_id_name")),
        sa.UniqueConstraint("master_id", "digest", name=op.f("uq_api_token_master_id_digest")),
    )


def _request_key() -> None:
    op.create_table(
        "request_key",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("job", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.String(length=120), server_default="", nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_key")),
        sa.UniqueConstraint("master_id", "key", name=op.f("uq_request_key_master_id_key")),
    )


def _webhook() -> None:
    op.create_table(
        "webhook",
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("secret", sa.String(length=80), nullable=False),
        sa.Column("old_secret", sa.String(length=80), server_default="", nullable=False),
        sa.Column("old_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_event", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        *_id(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("master_id", "id", name=op.f("uq_webhook_master_id_id")),
    )


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=200), server_default="", nullable=False),
        *_id(),
        sa.ForeignKeyConstraint(
            ["master_id", "webhook_id"],
            ["webhook.master_id", "webhook.id"],
            name=op.f("fk_delivery_master_id_webhook_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "master_id", "webhook_id", "event", name=op.f("uq_delivery_master_id_webhook_id_event")
        ),
    )
    op.create_index("ix_delivery_due", "delivery", ["master_id", "next_at"], unique=False)

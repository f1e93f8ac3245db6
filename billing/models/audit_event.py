"""The audit feed: append-only lines of subscriptions and their periods; their sums are the invoice."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers


class AuditEvent(Numbered, Base):
    """One line; rows are only added (triggers refuse everything else).

    ``segment`` and ``k`` name the period, both -1 for the whole subscription's own feed. ``number`` counts
    from 1 inside the feed without gaps, ``before`` is the hash of the line before. ``side`` is "billed",
    "settled" or empty, ``amount`` signed minor units.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        refers("subscription_id", "subscription"),
        UniqueConstraint("master_id", "subscription_id", "segment", "k", "number"),
    )

    subscription_id: Mapped[int]
    segment: Mapped[int]
    k: Mapped[int]
    number: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40), default="", server_default="")
    type: Mapped[str] = mapped_column(String(40))
    side: Mapped[str] = mapped_column(String(8), default="", server_default="")
    amount: Mapped[int] = mapped_column(default=0)
    reference: Mapped[str] = mapped_column(String(80), default="", server_default="")
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    before: Mapped[str] = mapped_column(String(64))

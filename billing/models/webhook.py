"""Who is told of events over HTTP, and what became of each telling."""

from datetime import datetime

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers, target


class Webhook(Numbered, Base):
    """An address that events are posted to, signed with ``secret``.

    During a change of secrets ``old_secret`` signs as well, until ``old_until``. ``kinds`` empty: every kind
    of event. ``last_event`` is the newest outbox row it was given to deliver.
    """

    __tablename__ = "webhook"
    __table_args__ = (target(),)

    url: Mapped[str] = mapped_column(String(500))
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    secret: Mapped[str] = mapped_column(String(80))
    old_secret: Mapped[str] = mapped_column(String(80), default="", server_default="")
    old_until: Mapped[datetime | None] = mapped_column(default=None)
    last_event: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(default=None)


class Delivery(Numbered, Base):
    """One event on its way to one webhook; ``next_at`` None: delivered, or given up after the last try."""

    __tablename__ = "delivery"
    __table_args__ = (
        refers("webhook_id", "webhook"),
        UniqueConstraint("master_id", "webhook_id", "event"),
        Index("ix_delivery_due", "master_id", "next_at"),
    )

    webhook_id: Mapped[int]
    event: Mapped[int]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(String(200), default="", server_default="")

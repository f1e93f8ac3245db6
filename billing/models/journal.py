"""The journal of what happened, and the outbox of what others are to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered


class JournalEntry(Numbered, Base):
    """One thing that happened; rows are only added (triggers refuse everything else)."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_subject", "master_id", "subject_type", "subject"),)

    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    operator: Mapped[int | None] = mapped_column(default=None)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Outbox(Numbered, Base):
    """An event that waits to be delivered, written in the transaction that caused it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "master_id", "delivered_at", "id"),)

    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)

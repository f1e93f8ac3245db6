"""The journal of what happened, and the outbox of what others are to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered


class JournalEntry(Numbered, Base):
    """One thing that happened; rows are only added (triggers refuse everything else).

    ``number`` counts a master's entries without gaps; ``hash`` is a keyed hash of the entry and the one
    before, made with the key that ``key_id`` names (see ``store.sealing``). Entries from before there were
    hashes have none.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index("ix_journal_entry_subject", "master_id", "subject_type", "subject"),
        Index("uq_journal_entry_number", "master_id", "number", unique=True),
    )

    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    operator: Mapped[int | None] = mapped_column(default=None)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    number: Mapped[int] = mapped_column(default=0, server_default="0")
    hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
    key_id: Mapped[str] = mapped_column(String(8), default="", server_default="")


class JournalHead(Numbered, Base):
    """The number and hash of a master's last entry."""

    __tablename__ = "journal_head"
    __table_args__ = (UniqueConstraint("master_id"),)

    last: Mapped[int] = mapped_column(default=0, server_default="0")
    hash: Mapped[str] = mapped_column(String(64), default="", server_default="")


class JournalSeal(Numbered, Base):
    """An Ed25519 signature of the entry ``number`` and so of all before it; hex, with the public key."""

    __tablename__ = "journal_seal"
    __table_args__ = (UniqueConstraint("master_id", "number"),)

    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
    public_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


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

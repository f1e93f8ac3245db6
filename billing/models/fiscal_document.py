"""The fiscal document as it waits for its device, the attempts to print it, and the notes of each attempt.

The row is the job: a document is written once and never changed, its state and the device's answer are.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.models.base import Base, Numbered, refers, target


class FiscalDocument(Numbered, Base):
    """A document (``documents.py`` JSON, no password) in its device's queue.

    Unique per subject, kind and ordinal: a bill has one receipt. ``sequence`` is its turn on the device.
    ``answer`` is ``documents.Answer`` JSON once the device gave one, ``error`` the last failure.
    """

    __tablename__ = "fiscal_document"
    __table_args__ = (
        target(),
        refers("device_id", "device"),
        UniqueConstraint(
            "master_id", "subject_type", "subject", "kind", "ordinal", name="uq_fiscal_document_subject"
        ),
        UniqueConstraint("master_id", "device_id", "sequence"),
        Index("ix_fiscal_document_waiting", "master_id", "device_id", "state", "sequence"),
    )

    subject_type: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    ordinal: Mapped[int] = mapped_column(default=1)
    device_id: Mapped[int]
    sequence: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    document: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str | None] = mapped_column(Text, default=None)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)

    attempt_rows: Mapped[list["JobAttempt"]] = relationship(viewonly=True, order_by="JobAttempt.number")


class JobAttempt(Numbered, Base):
    """One try to print a document: who, when, how it ended ("" while it runs or after its process died)."""

    __tablename__ = "job_attempt"
    __table_args__ = (
        target(),
        refers("document_id", "fiscal_document"),
        UniqueConstraint("master_id", "document_id", "number"),
    )

    document_id: Mapped[int]
    number: Mapped[int]
    owner: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(String(10), default="", server_default="")
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    frames: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What was said on the line, a frame a line, without passwords; kept for ``keep_frames_days``."""

    note_rows: Mapped[list["JobNote"]] = relationship(viewonly=True, order_by="JobNote.position")


class JobNote(Numbered, Base):
    """What was about to happen, written before it did: a stage and the facts the device told."""

    __tablename__ = "job_note"
    __table_args__ = (
        refers("attempt_id", "job_attempt"),
        UniqueConstraint("master_id", "attempt_id", "position"),
    )

    attempt_id: Mapped[int]
    position: Mapped[int]
    stage: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]

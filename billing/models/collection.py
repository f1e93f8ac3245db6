"""The money of recurring plans: what is collected for a bill, each try, and what moves between boundaries."""

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers

_WAITS = text("next_try IS NOT NULL")
_LIVE = text("state IN ('STAGED', 'SUBMITTING', 'PENDING', 'UNKNOWN')")


class Collection(Numbered, Base):
    """The collection of one recurring bill: of a period (unique), or of a proration (``period_id`` None).

    ``value`` is what its period is worth under the terms that this bill completes, ``due`` what it asks for.
    ``failures`` uses up the retry schedule, ``technical`` counts failures since the last real answer.
    """

    __tablename__ = "collection"
    __table_args__ = (
        refers("bill_id", "bill"),
        refers("period_id", "period"),
        refers("subscription_id", "subscription"),
        UniqueConstraint("master_id", "bill_id"),
        UniqueConstraint("master_id", "period_id"),
        Index("ix_collection_subscription", "master_id", "subscription_id", "segment", "k"),
        Index(
            "ix_collection_waiting",
            "master_id",
            "next_try",
            "id",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
    )

    bill_id: Mapped[int]
    period_id: Mapped[int | None] = mapped_column(default=None)
    subscription_id: Mapped[int]
    segment: Mapped[int]
    k: Mapped[int]
    value: Mapped[int]
    due: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    next_try: Mapped[datetime | None] = mapped_column(default=None)
    failures: Mapped[int] = mapped_column(default=0)
    technical: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None] = mapped_column(default=None)


class Adjustment(Numbered, Base):
    """A proration, credit or refund between boundaries, numbered in its subscription.

    ``segment`` and ``k`` name the period of a proration, ``value`` what it is worth since. A refund has a
    ``state``: ASKED until its money went back (DONE) or could not (FAILED).
    """

    __tablename__ = "adjustment"
    __table_args__ = (
        refers("subscription_id", "subscription"),
        refers("bill_id", "bill"),
        UniqueConstraint("master_id", "subscription_id", "number"),
    )

    subscription_id: Mapped[int]
    number: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int]
    segment: Mapped[int | None] = mapped_column(default=None)
    k: Mapped[int | None] = mapped_column(default=None)
    value: Mapped[int] = mapped_column(default=0)
    bill_id: Mapped[int | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(String(12), default="", server_default="")


class Payout(Numbered, Base):
    """Money to pay out for one period; never fiscalised."""

    __tablename__ = "payout"
    __table_args__ = (
        refers("period_id", "period"),
        refers("subscription_id", "subscription"),
        UniqueConstraint("master_id", "period_id"),
    )

    period_id: Mapped[int]
    subscription_id: Mapped[int]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[datetime]


class Attempt(Numbered, Base):
    """One try to move money for a bill, payout or refund; at most one of a document is live.

    ``gateway_key`` is made of the document and the number: the same attempt always uses the same one.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("master_id", "document_type", "document_id", "number"),
        UniqueConstraint("master_id", "gateway_key"),
        Index(
            "uq_attempt_live",
            "master_id",
            "document_type",
            "document_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_attempt_lease", "master_id", "state", "lease_until"),
    )

    document_type: Mapped[str] = mapped_column(String(10))
    document_id: Mapped[int]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    extra: Mapped[bool] = mapped_column(default=False)
    amount: Mapped[int]
    gateway: Mapped[str] = mapped_column(String(80))
    gateway_key: Mapped[str] = mapped_column(String(80))
    reference: Mapped[str] = mapped_column(String(200), default="", server_default="")
    failure: Mapped[str] = mapped_column(String(12), default="", server_default="")
    code: Mapped[str] = mapped_column(String(80), default="", server_default="")
    message: Mapped[str] = mapped_column(Text, default="", server_default="")
    started_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class Notice(Numbered, Base):
    """What a gateway told unasked; the same notice twice is one row, an old one changes nothing."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("master_id", "gateway", "notice"),)

    gateway: Mapped[str] = mapped_column(String(80))
    notice: Mapped[str] = mapped_column(String(200))
    gateway_key: Mapped[str] = mapped_column(String(80))
    told: Mapped[str] = mapped_column(String(12))
    told_at: Mapped[datetime]
    received_at: Mapped[datetime]
    applied: Mapped[bool]


class UsageEvent(Numbered, Base):
    """Metered use of a subscription; it counts in the period that holds ``counts_at``.

    Use told late, after its period was billed, counts from the period in progress on.
    """

    __tablename__ = "usage_event"
    __table_args__ = (
        refers("subscription_id", "subscription"),
        UniqueConstraint("master_id", "subscription_id", "key"),
        Index("ix_usage_event_counts", "master_id", "subscription_id", "counts_at"),
    )

    subscription_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime]
    counts_at: Mapped[datetime]
    thousandths: Mapped[int]

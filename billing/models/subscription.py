"""A subscription with the place its schedule stands at, and its periods; rules: ``pricing.recurring``."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import PERCENT, Base, Numbered, refers, target


class Subscription(Numbered, Base):
    """The row of ``pricing.recurring.Subscription``; wall clocks are ISO text without offset.

    ``next_run`` is a stored result (None: the pass has nothing to do), ``current_id`` the last period
    generated, ``stamp`` counts every change so that a stale writer is noticed. ``told_segment`` and
    ``told_k`` name the last boundary that was told ahead; ``ended``: the end of its life was told.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        target(),
        refers("customer_id", "customer"),
        refers("version_id", "plan_version"),
        refers("origin_id", "origin"),
        UniqueConstraint("master_id", "external_id"),
        Index(
            "ix_subscription_due",
            "master_id",
            "next_run",
            "id",
            sqlite_where=text("next_run IS NOT NULL"),
            postgresql_where=text("next_run IS NOT NULL"),
        ),
        Index("ix_subscription_customer", "master_id", "customer_id"),
        Index(
            "ix_subscription_credit",
            "master_id",
            "id",
            sqlite_where=text("credit > 0"),
            postgresql_where=text("credit > 0"),
        ),
        Index(
            "ix_subscription_quiet",
            "master_id",
            "id",
            sqlite_where=text("next_run IS NULL AND NOT ended"),
            postgresql_where=text("next_run IS NULL AND NOT ended"),
        ),
    )

    customer_id: Mapped[int]
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)
    origin_id: Mapped[int]
    instrument: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[datetime]

    kind: Mapped[str] = mapped_column(String(10))
    zone: Mapped[str] = mapped_column(String(64))
    start: Mapped[datetime]
    trial_days: Mapped[int] = mapped_column(default=0)
    unit: Mapped[str] = mapped_column(String(10), default="second", server_default="second")
    align_day: Mapped[int | None] = mapped_column(default=None)
    bill_from: Mapped[datetime | None] = mapped_column(default=None)
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    max_runs: Mapped[int | None] = mapped_column(default=None)
    max_catch_up: Mapped[int | None] = mapped_column(default=None)

    version_id: Mapped[int]
    by_content: Mapped[bool] = mapped_column(default=False)
    amount: Mapped[int]
    quantity: Mapped[int] = mapped_column(default=1)
    frequency: Mapped[str] = mapped_column(String(10))
    interval: Mapped[int]
    discount_percent: Mapped[Decimal] = mapped_column(PERCENT)
    discount_amount: Mapped[int] = mapped_column(default=0, server_default="0")
    discount_runs: Mapped[int | None] = mapped_column(default=0)
    upcoming: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    queued: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), default=None)

    segment: Mapped[int] = mapped_column(default=0)
    anchor: Mapped[str] = mapped_column(String(19))
    dom: Mapped[int]
    segment_frequency: Mapped[str] = mapped_column(String(10))
    segment_interval: Mapped[int]
    segment_first: Mapped[datetime | None] = mapped_column(default=None)
    segment_until: Mapped[str | None] = mapped_column(String(19), default=None)
    segment_align_day: Mapped[int | None] = mapped_column(default=None)

    next_k: Mapped[int] = mapped_column(default=0)
    next_run: Mapped[datetime | None] = mapped_column(default=None)
    current_id: Mapped[int | None] = mapped_column(default=None)
    billed: Mapped[int] = mapped_column(default=0)
    paid_until: Mapped[datetime | None] = mapped_column(default=None)
    credit: Mapped[int] = mapped_column(default=0)
    paused: Mapped[bool] = mapped_column(default=False)
    held_because: Mapped[str] = mapped_column(String(80), default="", server_default="")
    cancel_at: Mapped[datetime | None] = mapped_column(default=None)
    stamp: Mapped[int] = mapped_column(default=0)
    told_segment: Mapped[int] = mapped_column(default=-1, server_default="-1")
    told_k: Mapped[int] = mapped_column(default=-1, server_default="-1")
    ended: Mapped[bool] = mapped_column(default=False, server_default=false())


class Period(Numbered, Base):
    """One period, billed or skipped; its two unique keys are what makes a second bill impossible.

    A change of rhythm at the very instant of a billed period credits that one and starts another segment
    there, so the key by start holds within a segment.

    ``period_start`` is also the scheduled instant. ``value``: what the whole of it is worth, ``amount``: what
    was due on its bill after ``credit_used``. ``whole`` is the whole period that a part takes its share of.
    """

    __tablename__ = "period"
    __table_args__ = (
        target(),
        refers("subscription_id", "subscription"),
        UniqueConstraint("master_id", "subscription_id", "segment", "k"),
        UniqueConstraint("master_id", "subscription_id", "segment", "period_start"),
    )

    subscription_id: Mapped[int]
    segment: Mapped[int]
    k: Mapped[int]
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    wall_start: Mapped[str] = mapped_column(String(19))
    wall_end: Mapped[str] = mapped_column(String(19))
    whole: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), default=None)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40), default="", server_default="")
    value: Mapped[int] = mapped_column(default=0)
    amount: Mapped[int] = mapped_column(default=0)
    credit_used: Mapped[int] = mapped_column(default=0)
    version_id: Mapped[int]
    made_at: Mapped[datetime]

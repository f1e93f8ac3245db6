"""Unique sale numbers: a counter for each device number, and a row for every number ever taken."""

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers


class SaleCounter(Numbered, Base):
    """The last sale number taken for a device number."""

    __tablename__ = "sale_counter"
    __table_args__ = (UniqueConstraint("master_id", "device_number"),)

    device_number: Mapped[str] = mapped_column(String(8))
    last: Mapped[int] = mapped_column(default=0, server_default="0")


class SaleRange(Numbered, Base):
    """Numbers ``first`` to ``last`` of a device's sequence, set apart for a till that may be off line.

    It is used up by steps of one (fiscal rules 2); ``next`` is the one to come.
    """

    __tablename__ = "sale_range"
    __table_args__ = (
        UniqueConstraint("master_id", "device_number", "first"),
        Index("ix_sale_range_till", "master_id", "device_number", "till"),
    )

    device_number: Mapped[str] = mapped_column(String(8))
    till: Mapped[str] = mapped_column(String(40))
    first: Mapped[int]
    last: Mapped[int]
    next: Mapped[int]
    taken_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class SaleNumber(Numbered, Base):
    """One number and the bill it went to; a voided one is a record, never a hole (fiscal rules 2)."""

    __tablename__ = "sale_number"
    __table_args__ = (
        refers("bill_id", "bill"),
        UniqueConstraint("master_id", "device_number", "sale"),
    )

    device_number: Mapped[str] = mapped_column(String(8))
    sale: Mapped[int]
    operator_code: Mapped[str] = mapped_column(String(4))
    bill_id: Mapped[int]
    taken_at: Mapped[datetime]
    voided_at: Mapped[datetime | None] = mapped_column(default=None)
    void_reason: Mapped[str] = mapped_column(String(255), default="", server_default="")

"""The bill: the head that charges, modifiers and payments hang on. Its rules live in ``pricing``."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.models.base import PERCENT, Base, Numbered, refers, target
from billing.models.charge import Charge
from billing.models.modifier import Modifier
from billing.models.payment import Payment


class Bill(Numbered, Base):
    """What the till rings up; amounts are whole minor units of ``currency``, discounts below zero.

    ``key`` is the caller's own name of the request, unique in its master; ``key_digest`` tells another
    request under the same key. ``last_position`` is the highest ever given to an entry. ``fiscal``: it has a
    fiscal document, so it counts in its device's totals. ``reversal_reason``: empty on a sale; a reversal is
    a bill of its own whose amounts are positive and go back (its lines stand in ``reversal_line``).
    """

    __tablename__ = "bill"
    __table_args__ = (
        target(),
        UniqueConstraint("master_id", "key"),
        refers("origin_id", "origin"),
        refers("report_id", "report"),
        Index("ix_bill_billable", "master_id", "billable_type", "billable_id"),
        Index("ix_bill_open", "master_id", "origin_id", "state", "report_id"),
    )

    origin_id: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    exponent: Mapped[int]
    operator: Mapped[int | None] = mapped_column(default=None)
    profile: Mapped[int | None] = mapped_column(default=None)
    charges: Mapped[int] = mapped_column(default=0)
    discounts: Mapped[int] = mapped_column(default=0)
    surcharges: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    paid: Mapped[int] = mapped_column(default=0)
    last_position: Mapped[int] = mapped_column(default=0)
    unique_sale_number: Mapped[str] = mapped_column(String(21), default="", server_default="")
    key: Mapped[str | None] = mapped_column(String(200), default=None)
    key_digest: Mapped[str | None] = mapped_column(String(64), default=None)
    parked: Mapped[bool] = mapped_column(default=False)
    fiscal: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    final_at: Mapped[datetime | None] = mapped_column(default=None)
    voided_at: Mapped[datetime | None] = mapped_column(default=None)
    void_reason: Mapped[str] = mapped_column(String(255), default="", server_default="")
    reversal_reason: Mapped[str] = mapped_column(String(20), default="", server_default="")
    report_id: Mapped[int | None] = mapped_column(default=None)
    billable_type: Mapped[str | None] = mapped_column(String(80), default=None)
    """Whose bill it is in the host application, by the name of its class and its key (``Billable``)."""
    billable_id: Mapped[int | None] = mapped_column(default=None)

    charge_rows: Mapped[list[Charge]] = relationship(viewonly=True, order_by=Charge.position)
    modifier_rows: Mapped[list[Modifier]] = relationship(viewonly=True)
    payment_rows: Mapped[list[Payment]] = relationship(viewonly=True, order_by=Payment.position)
    tax_rows: Mapped[list["BillTax"]] = relationship(viewonly=True)


class BillTax(Numbered, Base):
    """The tax of one group of a final bill, after spreading the bill's modifier; minor units."""

    __tablename__ = "bill_tax"
    __table_args__ = (refers("bill_id", "bill"), UniqueConstraint("master_id", "bill_id", "tax_group"))

    bill_id: Mapped[int]
    tax_group: Mapped[int]
    rate: Mapped[Decimal] = mapped_column(PERCENT)
    gross: Mapped[int]
    net: Mapped[int]
    vat: Mapped[int]

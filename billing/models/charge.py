"""A charge: a line that raises the total, with a copy of all it found in the nomenclature."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import PERCENT, PRICE, QUANTITY, Base, Numbered, refers, target


class Charge(Numbered, Base):
    """A charge or (``kind`` "comment") a text; what it found is copied, so later changes alter no bill.

    ``gross`` and ``total`` are whole minor units of the bill's currency. ``position`` is its turn among the
    bill's entries and is never used again; a removed charge stays as a record. ``tax_group``,
    ``department``, ``plu`` and ``operator`` are numbers, not keys.
    """

    __tablename__ = "charge"
    __table_args__ = (
        target(),
        refers("bill_id", "bill"),
        UniqueConstraint("master_id", "bill_id", "position"),
    )

    bill_id: Mapped[int]
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10), default="charge")
    name: Mapped[str] = mapped_column(String(255), default="")
    qty: Mapped[Decimal] = mapped_column(QUANTITY)
    price: Mapped[Decimal] = mapped_column(PRICE)
    gross: Mapped[int]
    total: Mapped[int]
    tax_group: Mapped[int | None] = mapped_column(default=None)
    tax_letter: Mapped[str] = mapped_column(String(4), default="")
    rate: Mapped[Decimal | None] = mapped_column(PERCENT, default=None)
    department: Mapped[int | None] = mapped_column(default=None)
    plu: Mapped[int | None] = mapped_column(default=None)
    plu_department: Mapped[int | None] = mapped_column(default=None)
    unit: Mapped[str] = mapped_column(String(8), default="")
    operator: Mapped[int | None] = mapped_column(default=None)
    chargeable_type: Mapped[str | None] = mapped_column(String(80), default=None)
    """The host application's object that was charged, by the name of its class and its key."""
    chargeable_id: Mapped[int | None] = mapped_column(default=None)
    origin: Mapped[str | None] = mapped_column(String(40), default=None)
    """Name of the origin that the chargeable came from; None: the bill's own."""
    entered_at: Mapped[datetime]
    removed_at: Mapped[datetime | None] = mapped_column(default=None)

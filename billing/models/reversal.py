"""What a reversal takes back: the original bill, and which of its lines, how much of each."""

from decimal import Decimal

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import QUANTITY, Base, Numbered, refers
from billing.models.currency import RATE


class Reversal(Numbered, Base):
    """The bill ``bill_id`` takes back lines of the bill ``original_id``.

    ``invoice_number`` is that of the original's invoice, empty where it was none. Where the original is in a
    currency that does not hold any more, ``original_total`` is what goes back in minor units of that one, and
    ``rate`` the one fixed by law that it was converted at; else both are empty.
    """

    __tablename__ = "reversal"
    __table_args__ = (
        refers("bill_id", "bill"),
        refers("original_id", "bill"),
        UniqueConstraint("master_id", "bill_id"),
        Index("ix_reversal_original", "master_id", "original_id"),
    )

    bill_id: Mapped[int]
    original_id: Mapped[int]
    invoice_number: Mapped[str] = mapped_column(String(10), default="", server_default="")
    rate: Mapped[Decimal | None] = mapped_column(RATE, default=None)
    original_total: Mapped[int | None] = mapped_column(default=None)


class ReversalLine(Numbered, Base):
    """The charge at ``position`` of a reversal takes back ``qty`` of the original's charge.

    ``total`` is what that comes to in the original's currency, where the reversal is in another.
    """

    __tablename__ = "reversal_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["master_id", "bill_id", "position"],
            ["charge.master_id", "charge.bill_id", "charge.position"],
            name="fk_reversal_line_charge",
        ),
        ForeignKeyConstraint(
            ["master_id", "original_id", "original_position"],
            ["charge.master_id", "charge.bill_id", "charge.position"],
            name="fk_reversal_line_original",
        ),
        UniqueConstraint("master_id", "bill_id", "position"),
        Index("ix_reversal_line_original", "master_id", "original_id"),
    )

    bill_id: Mapped[int]
    position: Mapped[int]
    original_id: Mapped[int]
    original_position: Mapped[int]
    qty: Mapped[Decimal] = mapped_column(QUANTITY)
    total: Mapped[int | None] = mapped_column(default=None)

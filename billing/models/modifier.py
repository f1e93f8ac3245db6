"""A discount (below zero) or surcharge, of one charge or of the whole bill."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import PRICE, Base, Numbered, refers


class Modifier(Numbered, Base):
    """A percent or fixed ``value`` and the ``amount`` it came to in minor units.

    ``charge_position`` is the position of its charge; None: it is the bill's, of which there is at most one
    that was not removed. ``position`` is its own turn among the bill's entries, or its charge's.
    """

    __tablename__ = "modifier"
    __table_args__ = (
        refers("bill_id", "bill"),
        ForeignKeyConstraint(
            ["master_id", "bill_id", "charge_position"],
            ["charge.master_id", "charge.bill_id", "charge.position"],
            name="fk_modifier_charge",
        ),
        UniqueConstraint("master_id", "bill_id", "position"),
        Index(
            "uq_modifier_of_the_bill",
            "master_id",
            "bill_id",
            unique=True,
            sqlite_where=text("charge_position IS NULL AND removed_at IS NULL"),
            postgresql_where=text("charge_position IS NULL AND removed_at IS NULL"),
        ),
    )

    bill_id: Mapped[int]
    position: Mapped[int]
    charge_position: Mapped[int | None] = mapped_column(default=None)
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[Decimal] = mapped_column(PRICE)
    amount: Mapped[int]
    text: Mapped[str] = mapped_column(String(255), default="")
    operator: Mapped[int | None] = mapped_column(default=None)
    removed_at: Mapped[datetime | None] = mapped_column(default=None)

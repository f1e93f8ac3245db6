"""A discount (below zero) or surcharge, of one charge or of the whole bill."""

from decimal import Decimal

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import PRICE, Base, Numbered, refers


class Modifier(Numbered, Base):
    """A percent or fixed ``value`` and the ``amount`` it came to in minor units.

    ``charge_place`` is the place of its charge; None: it is the bill's, of which there is at most one.
    """

    __tablename__ = "modifier"
    __table_args__ = (
        refers("bill_id", "bill"),
        ForeignKeyConstraint(
            ["master_id", "bill_id", "charge_place"],
            ["charge.master_id", "charge.bill_id", "charge.place"],
            name="fk_modifier_charge",
        ),
        UniqueConstraint("master_id", "bill_id", "charge_place"),
        Index(
            "uq_modifier_of_the_bill",
            "master_id",
            "bill_id",
            unique=True,
            sqlite_where=text("charge_place IS NULL"),
            postgresql_where=text("charge_place IS NULL"),
        ),
    )

    bill_id: Mapped[int]
    charge_place: Mapped[int | None] = mapped_column(default=None)
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[Decimal] = mapped_column(PRICE)
    amount: Mapped[int]
    text: Mapped[str] = mapped_column(String(255), default="")

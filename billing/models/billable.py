"""What a host application mixes into its own models, so that a hotel or a table has its bills."""

from typing import TYPE_CHECKING

from sqlalchemy import and_
from sqlalchemy.orm import Mapped, declared_attr, foreign, relationship

from billing.models.base import Mastered
from billing.models.bill import Bill
from billing.models.charge import Charge
from billing.models.payment import Payment


class Billable(Mastered):
    """Gives a host's model, whose ``id`` is a whole number, ``bills``, ``bill_charges``, ``bill_payments``.

    All three are for reading; bills are made through a register: ``register.charge(what, billable=hotel)``.
    The host's tables may lie in a metadata of their own.
    """

    if TYPE_CHECKING:
        id: Mapped[int]

    @classmethod
    def billable_type(cls) -> str:
        """Return the name under which bills refer to this class."""
        return cls.__name__

    @declared_attr
    @classmethod
    def bills(cls) -> Mapped[list[Bill]]:
        """The bills of this object, the oldest first."""
        return relationship(
            Bill,
            primaryjoin=lambda: and_(
                foreign(Bill.billable_id) == cls.id,
                Bill.billable_type == cls.billable_type(),
                Bill.master_id == cls.master_id,
            ),
            order_by=Bill.id,
            viewonly=True,
        )

    @declared_attr
    @classmethod
    def bill_charges(cls) -> Mapped[list[Charge]]:
        """The charges on the bills of this object; those removed since are records and among them."""
        return relationship(
            Charge,
            secondary=Bill.__table__,
            primaryjoin=lambda: and_(
                foreign(Bill.billable_id) == cls.id,
                Bill.billable_type == cls.billable_type(),
                Bill.master_id == cls.master_id,
            ),
            secondaryjoin=lambda: and_(
                foreign(Bill.id) == Charge.bill_id, Bill.master_id == Charge.master_id
            ),
            order_by=(Charge.bill_id, Charge.position),
            viewonly=True,
        )

    @declared_attr
    @classmethod
    def bill_payments(cls) -> Mapped[list[Payment]]:
        """The payments on the bills of this object; those withdrawn since are records and among them."""
        return relationship(
            Payment,
            secondary=Bill.__table__,
            primaryjoin=lambda: and_(
                foreign(Bill.billable_id) == cls.id,
                Bill.billable_type == cls.billable_type(),
                Bill.master_id == cls.master_id,
            ),
            secondaryjoin=lambda: and_(
                foreign(Bill.id) == Payment.bill_id, Bill.master_id == Payment.master_id
            ),
            order_by=(Payment.bill_id, Payment.position),
            viewonly=True,
        )

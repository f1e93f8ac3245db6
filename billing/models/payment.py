"""Money against a bill. A payment model is one subclass here and one row in ``pricing.payment_models``.

All are one table; a host application adds a model by subclassing ``Payment`` and registering its row.
"""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers, target


class Payment(Numbered, Base):
    """A payment in minor units, with a copy of its payment type; a withdrawn one stays as a record.

    ``tendered`` and ``change`` are set on cash only. ``original_value`` is set where a reversal is in another
    currency than its original: what goes back by this payment in that one.
    """

    __tablename__ = "payment"
    __table_args__ = (
        target(),
        refers("bill_id", "bill"),
        UniqueConstraint("master_id", "bill_id", "position"),
    )
    __mapper_args__ = {"polymorphic_on": "type", "polymorphic_identity": "plain"}  # noqa: RUF012 SQLAlchemy's

    type: Mapped[str] = mapped_column(String(40), default="plain", server_default="plain")
    bill_id: Mapped[int]
    position: Mapped[int]
    payment_type: Mapped[int]
    name: Mapped[str] = mapped_column(String(255), default="")
    category: Mapped[str] = mapped_column(String(20))
    cash: Mapped[bool]
    fiscal: Mapped[bool]
    model: Mapped[str] = mapped_column(String(40))
    auto: Mapped[bool] = mapped_column(default=False)
    value: Mapped[int]
    tendered: Mapped[int | None] = mapped_column(default=None)
    change: Mapped[int | None] = mapped_column(default=None)
    profile: Mapped[int | None] = mapped_column(default=None)
    operator: Mapped[int | None] = mapped_column(default=None)
    paid_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_by: Mapped[int | None] = mapped_column(default=None)
    original_value: Mapped[int | None] = mapped_column(default=None)
    token: Mapped[str | None] = mapped_column(String(200), default=None)
    """What the service outside calls this payment; set on external ones."""
    room: Mapped[str | None] = mapped_column(String(40), default=None)
    """The room or account that a room transfer goes to, where it was told."""


class BankPayment(Payment):
    """Money by bank transfer: no fiscal receipt is due for it (fiscal rules 4)."""

    __mapper_args__ = {"polymorphic_identity": "bank"}  # noqa: RUF012 SQLAlchemy's


class ExternalPayment(Payment):
    """Money taken by a service outside, which calls it ``token``."""

    __mapper_args__ = {"polymorphic_identity": "external"}  # noqa: RUF012 SQLAlchemy's


class PayPalExpressPayment(ExternalPayment):
    """Money taken through PayPal Express; ``token`` is PayPal's own."""

    __mapper_args__ = {"polymorphic_identity": "paypal-express"}  # noqa: RUF012 SQLAlchemy's


class RoomTransferPayment(Payment):
    """What a guest's room will pay for."""

    __mapper_args__ = {"polymorphic_identity": "room-transfer"}  # noqa: RUF012 SQLAlchemy's

"""Money against a bill. A payment model is one subclass and one row of what it is (single-table)."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers, target


class Payment(Numbered, Base):
    """A payment in minor units, with a copy of its payment type; a withdrawn one stays as a record.

    ``tendered`` and ``change`` are set on cash only.
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

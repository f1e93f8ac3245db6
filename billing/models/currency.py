"""Currencies by date: what one is worth in another, and which one a shop sells in from a day on."""

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, Scaled

RATE: Final = Scaled(9)
"""Rates of exchange: nine decimals."""


class CurrencyRate(Numbered, Base):
    """One unit of ``code`` is worth ``rate`` of ``currency`` from the day ``valid_from`` on."""

    __tablename__ = "currency_rate"
    __table_args__ = (UniqueConstraint("master_id", "code", "currency", "valid_from"),)

    code: Mapped[str] = mapped_column(String(3))
    currency: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal] = mapped_column(RATE)
    valid_from: Mapped[date]


class CurrencyPolicy(Numbered, Base):
    """New bills are in ``currency`` from the day ``valid_from`` on; older bills keep theirs.

    Their total is shown in ``second_currency`` too, one unit of ``currency`` being ``second_rate`` of it
    where ``second_per_unit``, else the other way round (fiscal rules 10: always the rate as fixed, never
    its inverse rounded).
    """

    __tablename__ = "currency_policy"
    __table_args__ = (UniqueConstraint("master_id", "valid_from"),)

    valid_from: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    second_currency: Mapped[str | None] = mapped_column(String(3), default=None)
    second_rate: Mapped[Decimal | None] = mapped_column(RATE, default=None)
    second_per_unit: Mapped[bool] = mapped_column(default=True)

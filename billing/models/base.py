"""What every table shares: the declarative base, the master's column, and exact column types.

No rule lives here. Money columns are whole minor units of the bill's currency (``BigInteger``); prices,
rates and quantities are exact decimals kept as scaled whole numbers, so no store ever sees a binary float.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from billing.errors import RuleError

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraint names both stores agree on, so that a migration can name what it changes."""

BigId: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A surrogate key: SQLite counts only an ``INTEGER PRIMARY KEY`` up by itself."""


class NotExact(RuleError):
    """A decimal has more places than its column keeps; nothing is rounded on the way to the store."""

    code = "precision"

    def __init__(self, value: Decimal, places: int) -> None:
        super().__init__(f"{value} has more than {places} decimals and would not be stored exactly")


class Scaled(TypeDecorator[Decimal]):
    """A ``Decimal`` of at most ``places`` decimals, stored as a whole number of ``10 ** -places``."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Return the scaled whole number of ``value``.

        Raises:
            NotExact: if it has more decimals than the column keeps.
        """
        del dialect
        if value is None:
            return None
        scaled = value.scaleb(self.places)
        whole = int(scaled)
        if whole != scaled:
            raise NotExact(value, self.places)
        return whole

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:  # noqa: ANN401 any driver
        """Return the decimal, without trailing zeros after the point."""
        del dialect
        if value is None:
            return None
        whole, rest = divmod(int(value), 10**self.places)
        return Decimal(int(value)).scaleb(-self.places).normalize() if rest else Decimal(whole)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, with its zone set on the way in and out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return ``value`` in UTC; SQLite keeps it without its zone."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC with its zone set."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


PRICE: Final = Scaled(4)
"""Unit prices and modifier values: four decimals (protocol semantics 5)."""
QUANTITY: Final = Scaled(3)
"""Quantities: thousandths (protocol semantics 5)."""
PERCENT: Final = Scaled(4)
"""Tax rates in percent."""


class Base(DeclarativeBase):
    """The declarative base; ``type_annotation_map`` keeps a bare ``int`` wide enough for minor units."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {int: BigInteger, datetime: Instant}  # noqa: RUF012 SQLAlchemy reads it from the class


class Mastered:
    """A row of one master: the only one of a plain shop is 0; recurring's *company* is the same thing."""

    master_id: Mapped[int] = mapped_column(default=0, server_default="0")


class Numbered(Mastered):
    """A row with a key of its own, unique together with its master."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)


def target() -> UniqueConstraint:
    """Return the constraint that lets other tables refer to a row together with its master."""
    return UniqueConstraint("master_id", "id")


def refers(column: str, table: str) -> ForeignKeyConstraint:
    """Return the foreign key of ``column`` to ``table``, both with their master."""
    return ForeignKeyConstraint(["master_id", column], [f"{table}.master_id", f"{table}.id"])

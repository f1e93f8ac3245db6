"""What a line may name by number: tax groups, departments, PLUs, payment types, operators, profiles.

Each table has a ``type`` column (single-table inheritance), so that a host application extends it by a
subclass. A deleted item stays as a row with ``deleted_at``; what a bill took from here was copied into the
bill, so no change of these rows alters an old one.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, TypeVar

from sqlalchemy import Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from billing.models.base import PERCENT, PRICE, Base, Numbered, refers, target
from billing.pricing import nomenclature as plain

AnyItem = TypeVar("AnyItem", bound=plain.Item)

LETTERS: Final = "АБВГДЕЖЗ"
"""Letters of the tax groups 1..8 in fiscal memory (fiscal rules 3); Cyrillic."""


class Item(Numbered):
    """A numbered, named row of the nomenclature; the number is unique in its table and master."""

    type: Mapped[str] = mapped_column(String(40), default="plain", server_default="plain")
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    banned: Mapped[bool] = mapped_column(default=False, server_default=false())
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)

    def looked_up(self, found: AnyItem) -> AnyItem:
        """Return what a line that names this item finds; a host's subclass may answer otherwise.

        Args:
            found: what the row says; give back a copy (``dataclasses.replace``) to say something else.
        """
        return found

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        if Item in cls.__bases__:
            return {"polymorphic_on": "type", "polymorphic_identity": "plain"}
        return {}


class TaxGroup(Item, Base):
    """A VAT rate by its number 1..8 in fiscal memory, letters А..З; the rates have their own rows."""

    __tablename__ = "tax_group"
    __table_args__ = (target(), UniqueConstraint("master_id", "number"))

    rates: Mapped[list["TaxRate"]] = relationship(viewonly=True, order_by="TaxRate.valid_from")

    @property
    def letter(self) -> str:
        """The group's Cyrillic letter, or its number where it has none."""
        return LETTERS[self.number - 1] if 1 <= self.number <= len(LETTERS) else str(self.number)


class TaxRate(Numbered, Base):
    """The percent of a tax group from the day ``valid_from`` on, until a later row takes over."""

    __tablename__ = "tax_rate"
    __table_args__ = (
        refers("tax_group_id", "tax_group"),
        UniqueConstraint("master_id", "tax_group_id", "valid_from"),
    )

    tax_group_id: Mapped[int]
    percent: Mapped[Decimal] = mapped_column(PERCENT)
    valid_from: Mapped[date]


class Department(Item, Base):
    """A group of PLUs, with the tax group they are sold in unless they name their own."""

    __tablename__ = "department"
    __table_args__ = (
        target(),
        UniqueConstraint("master_id", "number"),
        refers("tax_group_id", "tax_group"),
    )

    tax_group_id: Mapped[int | None] = mapped_column(default=None)


class Plu(Item, Base):
    """A price look-up; ``price`` None means the till gives one, zero is a price."""

    __tablename__ = "plu"
    __table_args__ = (
        target(),
        UniqueConstraint("master_id", "number"),
        refers("tax_group_id", "tax_group"),
        refers("department_id", "department"),
        Index("ix_plu_barcode", "master_id", "barcode"),
    )

    price: Mapped[Decimal | None] = mapped_column(PRICE, default=None)
    tax_group_id: Mapped[int | None] = mapped_column(default=None)
    department_id: Mapped[int | None] = mapped_column(default=None)
    unit: Mapped[str] = mapped_column(String(8), default="", server_default="")
    barcode: Mapped[str | None] = mapped_column(String(32), default=None)


class PaymentType(Item, Base):
    """A means of payment: cash or not, fiscal or not, its payment model and the authority's category."""

    __tablename__ = "payment_type"
    __table_args__ = (target(), UniqueConstraint("master_id", "number"))

    cash: Mapped[bool] = mapped_column(default=False)
    fiscal: Mapped[bool] = mapped_column(default=True)
    model: Mapped[str] = mapped_column(String(40), default="plain", server_default="plain")
    category: Mapped[str] = mapped_column(String(20), default="cash", server_default="cash")


class Operator(Item, Base):
    """Who rings; ``code`` stands in the unique sale number. Passwords belong to a device's settings."""

    __tablename__ = "operator"
    __table_args__ = (target(), UniqueConstraint("master_id", "number"))

    code: Mapped[str] = mapped_column(String(4))
    role: Mapped[str] = mapped_column(String(40), default="cashier", server_default="cashier")


class Profile(Item, Base):
    """Who an invoice is made out to (the fields of ``documents.Client``)."""

    __tablename__ = "profile"
    __table_args__ = (target(), UniqueConstraint("master_id", "number"))

    FIELDS: ClassVar[tuple[str, ...]] = ("identity", "kind", "vat_number", "address", "receiver")

    identity: Mapped[str] = mapped_column(String(14), default="", server_default="")
    kind: Mapped[str] = mapped_column(String(12), default="company", server_default="company")
    vat_number: Mapped[str] = mapped_column(String(14), default="", server_default="")
    address: Mapped[str] = mapped_column(String(255), default="", server_default="")
    receiver: Mapped[str] = mapped_column(String(255), default="", server_default="")


class Nomenclature(Numbered, Base):
    """One row a master: the defaults, and a counter that every change of the items counts up."""

    __tablename__ = "nomenclature"
    __table_args__ = (UniqueConstraint("master_id"),)

    version: Mapped[int] = mapped_column(default=1, server_default="1")
    currency: Mapped[str] = mapped_column(String(3))
    default_tax_group: Mapped[int | None] = mapped_column(default=None)
    default_payment_type: Mapped[int | None] = mapped_column(default=None)
    default_operator: Mapped[int | None] = mapped_column(default=None)
    default_origin: Mapped[str | None] = mapped_column(String(40), default=None)

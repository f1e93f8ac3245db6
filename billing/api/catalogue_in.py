"""The nomenclature as it comes in: each item's schema, and the rows that say the same to the import."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from billing.api.schemas import Body, Id, Name, Price
from billing.documents import PaymentCategory
from billing.services.catalogue_fields import DEFAULTS
from billing.services.catalogue_files import Row, Said
from billing.services.catalogue_import import CatalogueMistakes

ITEMS: Final = {
    "tax-groups": "tax_group",
    "departments": "department",
    "plus": "plu",
    "payment-types": "payment_type",
    "operators": "operator",
    "profiles": "profile",
}
"""By the word of the path."""

Line = Annotated[str, Field(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]


class ItemIn(Body):
    """An item: what is left out stays as it is, null takes a value away."""

    name: Line | None = None
    banned: bool | None = None
    deleted: Annotated[bool | None, Field(description="Taken out of use; its row stays.")] = None


class TaxGroupIn(ItemIn):
    """A tax group 1 to 8 and its rates in percent, by the first day each holds; none is dated back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rates": {"2000-01-01": "20", "2099-01-01": "21"}}]}
    )

    rates: Annotated[dict[date, Price], Field(max_length=50)] | None = None


class DepartmentIn(ItemIn):
    """A department and the tax group of what is sold in it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Bakery", "tax_group": 2}]})

    tax_group: Id | None = None


class PluIn(ItemIn):
    """A PLU; without a price the till gives it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Apples", "price": "1.60", "tax_group": 2, "unit": "kg"}]}
    )

    price: Price | None = None
    tax_group: Id | None = None
    department: Id | None = None
    unit: Annotated[str, Field(max_length=8)] | None = None
    barcode: Annotated[str, Field(max_length=32)] | None = None


class PaymentTypeIn(ItemIn):
    """A means of payment, as the device numbers it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Voucher", "category": "coupons", "fiscal": True}]}
    )

    cash: bool | None = None
    fiscal: bool | None = None
    model: Name | None = None
    category: PaymentCategory | None = None


class OperatorIn(ItemIn):
    """Who rings; a PIN is no part of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Maria", "code": "0007"}]})

    code: Annotated[str, Field(pattern=r"^[0-9A-Z]{4}$")] | None = None
    role: Name | None = None


class ProfileIn(ItemIn):
    """Who an invoice is made out to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Ivanov OOD", "identity": "121212121"}]}
    )

    identity: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{0,14}$")] | None = None
    kind: Literal["company", "personal", "foreigner", "official"] | None = None
    vat_number: Annotated[str, Field(max_length=14)] | None = None
    address: Line | None = None
    receiver: Line | None = None


class Numbered(Body):
    """The number of an item among others."""

    number: Id


class TaxGroupRow(TaxGroupIn, Numbered):
    """A tax group with its number."""


class DepartmentRow(DepartmentIn, Numbered):
    """A department with its number."""


class PluRow(PluIn, Numbered):
    """A PLU with its number."""


class PaymentTypeRow(PaymentTypeIn, Numbered):
    """A payment type with its number."""


class OperatorRow(OperatorIn, Numbered):
    """An operator with his number."""


class ProfileRow(ProfileIn, Numbered):
    """A profile with its number."""


class CatalogueIn(Body):
    """Many items at once, all or none; what it does not name stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"plus": [{"number": 901, "name": "Tea", "price": "1.20", "tax_group": 2}]}]
        }
    )

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    default_tax_group: Id | None = None
    default_payment_type: Id | None = None
    default_operator: Id | None = None
    default_origin: Name | None = None
    tax_groups: tuple[TaxGroupRow, ...] = ()
    departments: tuple[DepartmentRow, ...] = ()
    plus: tuple[PluRow, ...] = ()
    payment_types: tuple[PaymentTypeRow, ...] = ()
    operators: tuple[OperatorRow, ...] = ()
    profiles: tuple[ProfileRow, ...] = ()


Rows = tuple[Said, list[str]]
"""What the import is told, and the JSON path of each of its lines, from 1."""


def said_of_item(item: str, number: int, body: ItemIn) -> Rows:
    """Return one item as the import takes it."""
    rows = list(_rows(item, number, body, 1))
    return Said(rows), ["$"]


def said_of_many(body: CatalogueIn) -> Rows:
    """Return all items of a body as the import takes them."""
    rows: list[Row] = []
    paths: list[str] = []
    for word, item in ITEMS.items():
        table = word.replace("-", "_")
        for place, each in enumerate(getattr(body, table)):
            paths.append(f"$.{table}[{place}]")
            rows += _rows(item, each.number, each, len(paths))
    given = body.model_dump(include=set(DEFAULTS), exclude_unset=True)
    paths.append("$")
    defaults = {name: "" if value is None else value for name, value in given.items()}
    return Said(rows, defaults, dict.fromkeys(defaults, len(paths))), paths


def _rows(item: str, number: int, body: ItemIn, line: int) -> Iterator[Row]:
    given = body.model_dump(exclude_unset=True, exclude={"number"})
    rates: dict[date, Any] = given.pop("rates", None) or {}
    values = {name: "" if value is None else value for name, value in given.items()}
    if not rates:
        yield Row(item, number, values, line)
    for valid_from, rate in rates.items():
        yield Row(item, number, values | {"rate": rate, "valid_from": valid_from}, line)


@contextmanager
def placed(paths: list[str]) -> Iterator[None]:
    """Give every mistake of a catalogue the JSON path of its value."""
    try:
        yield
    except CatalogueMistakes as error:
        several = [
            {"path": _path(paths, line, name), "message": said}
            for (line, said), name in zip(error.mistakes, error.fields, strict=True)
        ]
        more = f", and {len(several) - 1} more; nothing was changed" if len(several) > 1 else ""
        error.args = (several[0]["message"] + more,)
        vars(error).update(path=several[0]["path"], several=several)
        raise


def _path(paths: list[str], line: int, name: str) -> str:
    place = paths[line - 1] if line else "$"
    member = "rates" if name in {"rate", "valid_from"} else name
    return f"{place}.{member}" if member else place

"""A nomenclature given as data (the JSON or TOML of ``billing price``), checked whole before it is used.

Tables are keyed by number; a table that is not needed may be absent, and members we do not know are left
alone. Numbers may be written as numbers or as decimal strings; they never pass through a binary float.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeVar

from billing.errors import UsageError
from billing.money import Currency
from billing.pricing.nomenclature import Department, Item, Operator, PaymentType, Plu, Profile, TaxGroup

NUMBER: Final = re.compile(r"[0-9]{1,9}")
DECIMAL: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
CURRENCY: Final = re.compile(r"[A-Za-z0-9]{1,12}")
MOST_DECIMALS: Final = 9

AnyItem = TypeVar("AnyItem", bound=Item)


class TablesMistake(UsageError):
    """The data of a nomenclature does not hold what its place needs; says the path."""

    code = "nomenclature"

    def __init__(self, path: str, found: object, expected: str) -> None:
        shown = repr(found)
        shown = shown if len(shown) <= 40 else shown[:37] + "..."
        super().__init__(f"nomenclature {path}: found {shown}, expected {expected}")
        self.path = path
        self.expected = expected


class _Row:
    """One object of the data and where it stands; each method reads one member."""

    def __init__(self, data: object, path: str) -> None:
        if not isinstance(data, Mapping):
            raise TablesMistake(path, data, "an object")
        self.data: Mapping[Any, Any] = data
        self.path = path

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}"

    def text(self, key: str) -> str | None:
        found = self.data.get(key)
        if found is None or isinstance(found, str):
            return found
        raise TablesMistake(self._at(key), found, "a text")

    def flag(self, key: str, otherwise: bool) -> bool:  # noqa: FBT001 what an absent flag says
        found = self.data.get(key)
        if found is None or isinstance(found, bool):
            return otherwise if found is None else found
        raise TablesMistake(self._at(key), found, "true or false")

    def number(self, key: str) -> int | None:
        found = self.data.get(key)
        return None if found is None else as_number(found, self._at(key))

    def decimal(self, key: str) -> Decimal | None:
        found = self.data.get(key)
        return None if found is None else as_decimal(found, self._at(key))

    def table(self, key: str, read: Callable[[int, "_Row"], AnyItem]) -> dict[int, AnyItem]:
        """Return the items of table ``key`` by number; a list of numbers is a table of nameless items."""
        found = self.data.get(key)
        path = self._at(key)
        if found is None:
            return {}
        if isinstance(found, list):
            found = {str(number): {} for number in found}
        items: dict[int, AnyItem] = {}
        for name, data in _Row(found, path).data.items():
            number = as_number(name, path)
            if number in items:
                raise TablesMistake(path, name, "each number once")
            row = {"name": data} if isinstance(data, str) or data is None else data
            items[number] = read(number, _Row(row, f"{path}.{name}"))
        return items


def as_number(found: object, path: str) -> int:
    """Return a whole number of the nomenclature (up to 9 digits), given as a number or as its digits.

    Raises:
        TablesMistake: it is something else.
    """
    if isinstance(found, (int, str)) and not isinstance(found, bool) and NUMBER.fullmatch(str(found)):
        return int(found)
    raise TablesMistake(path, found, "a number of at most 9 digits")


def as_decimal(found: object, path: str) -> Decimal:
    """Return a decimal, zero or more, given as a number read without binary floats or as its digits.

    Raises:
        TablesMistake: it is something else.
    """
    if isinstance(found, Decimal) and found.is_finite() and -MOST_DECIMALS <= found.adjusted() < 12:
        found = format(found, "f")
    if isinstance(found, (int, str)) and not isinstance(found, bool) and DECIMAL.fullmatch(str(found)):
        return Decimal(found)
    raise TablesMistake(path, found, "a decimal of zero or more, such as '1.50'")


def _tax_group(number: int, row: _Row) -> TaxGroup:
    rate = row.decimal("rate")
    if rate is None:
        raise TablesMistake(f"{row.path}.rate", None, "the rate in percent")
    return TaxGroup(number, row.text("name"), rate, **_state(row))


def _department(number: int, row: _Row) -> Department:
    return Department(number, row.text("name"), row.number("tax_group"), **_state(row))


def _plu(number: int, row: _Row) -> Plu:
    price, group, department = row.decimal("price"), row.number("tax_group"), row.number("department")
    return Plu(number, row.text("name"), price, group, department, **_state(row))


def _payment_type(number: int, row: _Row) -> PaymentType:
    cash, fiscal = row.flag("cash", otherwise=False), row.flag("fiscal", otherwise=True)
    return PaymentType(number, row.text("name"), cash, fiscal, row.text("model") or "", **_state(row))


def _operator(number: int, row: _Row) -> Operator:
    return Operator(number, row.text("name"), **_state(row))


def _profile(number: int, row: _Row) -> Profile:
    return Profile(number, row.text("name"), **_state(row))


def _state(row: _Row) -> dict[str, bool]:
    return {"banned": row.flag("banned", otherwise=False), "deleted": row.flag("deleted", otherwise=False)}


def _currency(row: _Row) -> Currency:
    code = row.text("currency")
    code = "EUR" if code is None else code
    if CURRENCY.fullmatch(code) is None:
        raise TablesMistake(f"{row.path}.currency", code, "a currency code such as EUR")
    exponent = row.number("exponent")
    if exponent is None:
        return Currency.of(code)
    if exponent > MOST_DECIMALS:
        raise TablesMistake(f"{row.path}.exponent", exponent, f"0 to {MOST_DECIMALS} decimals")
    return Currency(code, exponent)


class Tables:
    """A ``Nomenclature`` held in memory.

    Args:
        data: ``currency`` (EUR if absent), ``exponent`` (ISO 4217's if absent), ``tax_groups`` {number:
            {name, rate}}, ``default_tax_group``, ``departments`` {number: {name, tax_group}}, ``plus``
            {number: {name, price, tax_group, department}}, ``payment_types`` {number: {name, cash, fiscal,
            model}}, ``default_payment_type``, ``operators``, ``profiles`` {number: {name}}, ``rates``
            {currency: rate}; every item may be ``banned`` or ``deleted``.

    Raises:
        TablesMistake: with the path of the first mistake.
    """

    def __init__(self, data: object) -> None:
        row = _Row(data, "$")
        self.currency = _currency(row)
        self.default_tax_group = row.number("default_tax_group")
        self.default_payment_type = row.number("default_payment_type")
        rates = _Row(row.data.get("rates") or {}, "$.rates")
        self.rates: Mapping[str, Decimal | Fraction] = {
            str(code): as_decimal(rate, f"$.rates.{code}") for code, rate in rates.data.items()
        }
        self._tax_groups = row.table("tax_groups", _tax_group)
        self._departments = row.table("departments", _department)
        self._plus = row.table("plus", _plu)
        self._payment_types = row.table("payment_types", _payment_type)
        self._operators = row.table("operators", _operator)
        self._profiles = row.table("profiles", _profile)
        usable = [n for n, kind in self._payment_types.items() if not (kind.banned or kind.deleted)]
        self._only_payment_type = usable[0] if len(usable) == 1 else None

    def tax_group(self, number: int) -> TaxGroup | None:
        """Return tax group ``number``."""
        return self._tax_groups.get(number)

    def department(self, number: int) -> Department | None:
        """Return department ``number``."""
        return self._departments.get(number)

    def plu(self, number: int) -> Plu | None:
        """Return PLU ``number``."""
        return self._plus.get(number)

    def payment_type(self, number: int) -> PaymentType | None:
        """Return payment type ``number``."""
        return self._payment_types.get(number)

    def only_payment_type(self) -> int | None:
        """Return the number of the payment type if just one is neither banned nor deleted, else None."""
        return self._only_payment_type

    def operator(self, number: int) -> Operator | None:
        """Return operator ``number``."""
        return self._operators.get(number)

    def profile(self, number: int) -> Profile | None:
        """Return profile ``number``."""
        return self._profiles.get(number)


PLAIN: Final[Mapping[str, Any]] = {
    "currency": "EUR",
    "tax_groups": {1: {"rate": 0}, 2: {"rate": 20}, 3: {"rate": 20}, 4: {"rate": 9}},
    "default_tax_group": 2,
    "payment_types": {1: {"name": "Cash", "cash": True}, 2: {"name": "Card"}},
    "default_payment_type": 1,
    "operators": {1: {"name": "Operator 1"}},
}
"""What text is priced with when no nomenclature is given: the sample shop's rates and two payment types."""

"""What a catalogue file may say of each item, and how each value is read: one table, no rule beside it.

Values come as TOML or CSV gives them; an empty text takes a value away. Nothing is looked up here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from billing.documents import PaymentCategory
from billing.store.numbering import OPERATOR_CODE


class FieldWrong(ValueError):
    """A value that its field cannot hold; becomes part of a row's mistake."""


Read = Callable[[object], Any]

_DECIMAL: Final = re.compile(r"[0-9]{1,9}([.,][0-9]{1,9})?")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_FLAGS: Final[Mapping[str, bool]] = {
    "true": True,
    "yes": True,
    "1": True,
    "false": False,
    "no": False,
    "0": False,
    "": False,
}


def _said(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise FieldWrong(f"found {value!r}, expected a text or a number")
    return format(value, "f") if isinstance(value, Decimal) else str(value).strip()


def text(longest: int) -> Read:
    """Return a reader of printable text of at most ``longest`` characters."""

    def read(value: object) -> str:
        said = _said(value)
        if len(said) > longest or not said.isprintable():
            raise FieldWrong(f"found {said[:40]!r}, expected at most {longest} printable characters")
        return said

    return read


def maybe(read: Read) -> Read:
    """Return a reader that takes an empty text for nothing."""
    return lambda value: None if isinstance(value, str) and not value.strip() else read(value)


def number(value: object) -> int:
    """Return a number of the nomenclature, up to nine digits."""
    said = _said(value)
    if _WHOLE.fullmatch(said) is None:
        raise FieldWrong(f"found {said[:40]!r}, expected a number of at most 9 digits")
    return int(said)


def decimal(places: int) -> Read:
    """Return a reader of a decimal, zero or more, with at most ``places`` decimals."""

    def read(value: object) -> Decimal:
        said = _said(value)
        if _DECIMAL.fullmatch(said) is None:
            raise FieldWrong(f"found {said[:40]!r}, expected a decimal of zero or more, such as 1.50")
        found = Decimal(said.replace(",", "."))
        scaled = found.scaleb(places)
        if scaled != scaled.to_integral_value():
            raise FieldWrong(f"{said} has more than {places} decimals")
        return found

    return read


def flag(value: object) -> bool:
    """Return true or false."""
    if isinstance(value, bool):
        return value
    said = _said(value).lower()
    if said not in _FLAGS:
        raise FieldWrong(f"found {said[:40]!r}, expected true or false")
    return _FLAGS[said]


def choice(*words: str) -> Read:
    """Return a reader of one of ``words``."""

    def read(value: object) -> str:
        said = _said(value)
        if said not in words:
            raise FieldWrong(f"found {said[:40]!r}, expected one of {', '.join(words)}")
        return said

    return read


def code(value: object) -> str:
    """Return an operator's code, as it stands in the unique sale number."""
    said = _said(value)
    if OPERATOR_CODE.fullmatch(said) is None:
        raise FieldWrong(f"found {said[:40]!r}, expected four capitals or digits")
    return said


def identity(value: object) -> str:
    """Return the number that identifies a client on an invoice."""
    said = _said(value)
    if re.fullmatch(r"[0-9A-Za-z]{0,14}", said) is None:
        raise FieldWrong(f"found {said[:40]!r}, expected at most 14 letters and digits")
    return said


def day(value: object) -> date:
    """Return a day, ``2027-01-01``."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    said = _said(value)
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise FieldWrong(f"found {said[:40]!r}, expected a day such as 2027-01-01") from None


def texts(value: object) -> tuple[str, ...]:
    """Return lines of text: a list in TOML, lines of one cell in CSV."""
    said = value.split("\n") if isinstance(value, str) and value else value or ()
    if not isinstance(said, (list, tuple)) or not all(isinstance(line, str) for line in said):
        raise FieldWrong(f"found {str(value)[:40]!r}, expected a list of texts")
    return tuple(line.rstrip("\r") for line in said)


@dataclass(frozen=True, slots=True)
class Field:
    """A column: how it is read, and what a new item has without it."""

    read: Read
    new: Any = None


NAME: Final = Field(text(255), "")
COMMON: Final[Mapping[str, Field]] = {"banned": Field(flag, new=False), "deleted": Field(flag, new=False)}

FIELDS: Final[Mapping[str, Mapping[str, Field]]] = {
    "tax_group": {"name": NAME, **COMMON},
    "department": {"name": NAME, "tax_group": Field(maybe(number)), **COMMON},
    "plu": {
        "name": NAME,
        "price": Field(maybe(decimal(4))),
        "tax_group": Field(maybe(number)),
        "department": Field(maybe(number)),
        "unit": Field(text(8), ""),
        "barcode": Field(maybe(text(32))),
        **COMMON,
    },
    "payment_type": {
        "name": NAME,
        "cash": Field(flag, new=False),
        "fiscal": Field(flag, new=True),
        "model": Field(text(40), "plain"),
        "category": Field(choice(*PaymentCategory), "cash"),
        **COMMON,
    },
    "operator": {"name": NAME, "code": Field(code), "role": Field(text(40), "cashier"), **COMMON},
    "profile": {
        "name": NAME,
        "identity": Field(identity, ""),
        "kind": Field(choice("company", "personal", "foreigner", "official"), "company"),
        "vat_number": Field(text(14), ""),
        "address": Field(text(255), ""),
        "receiver": Field(text(255), ""),
        **COMMON,
    },
}
"""By item, in the order in which they are written: what an item refers to stands before it."""

ORIGIN: Final[Mapping[str, Field]] = {
    "device": Field(text(40), ""),
    "print_device": Field(text(40), ""),
    "transfer_device": Field(text(40), ""),
    "time_zone": Field(text(40), "Europe/Sofia"),
    "live": Field(flag, new=False),
    "payment_model": Field(text(40), "plain"),
    "header": Field(texts, ()),
    "footer": Field(texts, ()),
}
"""What a file may say of an origin, which has a name and no number; its devices are there by name."""

RATE: Final[Mapping[str, Field]] = {"rate": Field(maybe(decimal(4))), "valid_from": Field(maybe(day))}
"""What a row of a tax group may say of its rate; several rows of one group are several rates."""

DEFAULTS: Final[Mapping[str, Field]] = {
    "currency": Field(text(3)),
    "default_tax_group": Field(maybe(number)),
    "default_payment_type": Field(maybe(number)),
    "default_operator": Field(maybe(number)),
    "default_origin": Field(maybe(text(40))),
}
"""What stands above the tables of a TOML file."""

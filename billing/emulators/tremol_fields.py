"""The data fields of ZFP requests, read strictly: fixed lengths, marks in their order, CP1251 text.

No state lives here: a field that does not fit the description is a syntax error (``04``), whatever the
device is doing. Source: Tremol protocol description 1910211454 (sheet ``tremol-zfp``, sections 4 and 8).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

VAT_LETTERS: Final = "АБВГДЕЖЗ"
"""Cyrillic capitals, C0h..C7h on the wire; Latin look-alikes are wrong."""
NAME_BYTES: Final = 36
DEPARTMENTS: Final = 19
_DEPARTMENT_BASE: Final = 0x80

UNIQUE_SALE_NUMBER: Final = re.compile(r"[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9]{7}")
_SIGNED: Final = rb"[+\- ]?[0-9]+(?:\.[0-9]*)?"
_PLAIN: Final = rb"[0-9]+(?:\.[0-9]+)?"
_OPTIONS: Final = re.compile(
    rb"(?P<price>%(n)s)?(?:\*(?P<quantity>%(p)s|[0-9]+/[0-9]+))?(?:,(?P<percent>%(n)s)%%?)?"
    rb"(?::(?P<value>%(n)s))?(?:!(?P<mark>.))?" % {b"n": _SIGNED, b"p": _PLAIN},
    re.DOTALL,
)
_MODIFIER: Final = re.compile(
    rb"(?P<first>[0-9]);(?P<second>[01])(?::(?P<value>%(n)s))?(?:,(?P<percent>%(n)s)%%?)?" % {b"n": _SIGNED}
)


class Refused(Exception):
    """The command is answered by an ACK with these two codes (0..15 and 0..8) and changes nothing."""

    def __init__(self, device: int, command: int) -> None:
        super().__init__(f"ZFP error {0x30 + device:c}{0x30 + command:c}")
        self.device = device
        self.command = command


def syntax() -> Refused:
    """Return the refusal ``04``: the data are wrong."""
    return Refused(0, 4)


def text(data: bytes) -> str:
    """Return CP1251 ``data`` as text.

    Raises:
        Refused: 04, a byte that is no CP1251 letter.
    """
    try:
        return data.decode("cp1251")
    except UnicodeDecodeError:
        raise syntax() from None


def padded(value: str, length: int) -> bytes:
    """Return ``value`` as exactly ``length`` CP1251 bytes."""
    return value.encode("cp1251", "replace")[:length].ljust(length)


def split(data: bytes, low: int, high: int | None = None) -> list[str]:
    """Return the ``;`` fields of ``data``: ``low`` of them, or from ``low`` to ``high``.

    Raises:
        Refused: 04, another number of fields.
    """
    fields = text(data).split(";")
    if not low <= len(fields) <= (low if high is None else high):
        raise syntax()
    return fields


def number(field: str, low: int, high: int) -> int:
    """Return a whole number of ``low``..``high``.

    Raises:
        Refused: 04.
    """
    if not (field.isascii() and field.isdigit() and low <= int(field) <= high):
        raise syntax()
    return int(field)


def decimal(field: str | bytes, longest: int, places: int) -> Decimal:
    """Return a number of at most ``longest`` symbols with ``places`` decimals (more only if they are zeros).

    Raises:
        Refused: 04.
    """
    raw = field.encode("cp1251", "replace") if isinstance(field, str) else field
    if len(raw) > longest or re.fullmatch(_SIGNED, raw) is None:
        raise syntax()
    value = Decimal(raw.decode("ascii").strip())
    if value != value.quantize(Decimal(1).scaleb(-places)):
        raise syntax()
    return value


def one_of(field: str, allowed: str) -> str:
    """Return ``field`` if it is one of the ``allowed`` symbols.

    Raises:
        Refused: 04.
    """
    if len(field) != 1 or field not in allowed:
        raise syntax()
    return field


def date_time(field: str, form: str) -> datetime:
    """Return the wall-clock time that ``field`` writes in ``form``, to the symbol.

    Raises:
        Refused: 04.
    """
    try:
        found = datetime.strptime(field, form)  # noqa: DTZ007 the device's wall clock has no zone
    except ValueError:
        raise syntax() from None
    if found.strftime(form) != field:
        raise syntax()
    return found


def sale_number(field: str) -> str:
    """Return a unique sale number, or ``""`` for an empty field.

    Raises:
        Refused: 04.
    """
    if field and UNIQUE_SALE_NUMBER.fullmatch(field) is None:
        raise syntax()
    return field


def group(letter: str) -> int:
    """Return the tax group 1..8 of a Cyrillic letter.

    Raises:
        Refused: 04, any other sign; ``*`` stands for a forbidden group.
    """
    if len(letter) != 1 or letter not in VAT_LETTERS:
        raise syntax()
    return 1 + VAT_LETTERS.index(letter)


def department(mark: bytes) -> int:
    """Return the department 1..19 of one raw byte 81h..93h.

    Raises:
        Refused: 04.
    """
    if len(mark) != 1 or not 1 <= mark[0] - _DEPARTMENT_BASE <= DEPARTMENTS:
        raise syntax()
    return mark[0] - _DEPARTMENT_BASE


@dataclass(frozen=True, slots=True)
class Change:
    """A discount (below zero) or an addition, in percent or in money."""

    percent: Decimal = Decimal(0)
    value: Decimal = Decimal(0)

    def __bool__(self) -> bool:
        return bool(self.percent or self.value)


def _change(percent: bytes | None, value: bytes | None) -> Change:
    change = Change(
        decimal(percent, 6, 2) if percent is not None else Decimal(0),
        decimal(value, 8, 2) if value is not None else Decimal(0),
    )
    if (change.percent and change.value) or abs(change.percent) > 100:
        raise syntax()
    return change


@dataclass(frozen=True, slots=True)
class Selling:
    """What stands after the separator of a sale: price, quantity (as a fraction), change and raw mark."""

    price: Decimal | None
    numerator: Decimal
    denominator: Decimal
    change: Change
    mark: bytes | None


def selling(data: bytes, *, fraction: bool = False) -> Selling:
    """Return the price and the options ``*``, ``,``, ``:`` and ``!``, which stand in this order.

    Args:
        data: the rest of a sale's data, after the VAT class or department.
        fraction: whether the quantity is written ``1/3`` (3Dh) and never as a decimal.

    Raises:
        Refused: 04.
    """
    found = _OPTIONS.fullmatch(data)
    if found is None:
        raise syntax()
    numerator, denominator = Decimal(1), Decimal(1)
    if (quantity := found["quantity"]) is not None:
        if (b"/" in quantity) != fraction or len(quantity) > 10:
            raise syntax()
        above, _, below = quantity.partition(b"/")
        numerator, denominator = decimal(above, 10, 3), decimal(below or b"1", 10, 0)
        if not numerator or not denominator:
            raise Refused(0, 6)
    return Selling(
        decimal(found["price"], 10, 2) if found["price"] is not None else None,
        numerator,
        denominator,
        _change(found["percent"], found["value"]),
        found["mark"],
    )


def named(data: bytes) -> tuple[str, bytes, bytes]:
    """Return the name (padded to exactly 36 bytes on the wire), the one byte after it and the rest.

    Raises:
        Refused: 04.
    """
    if len(data) < NAME_BYTES + 4 or data[NAME_BYTES : NAME_BYTES + 1] != b";" or data[38:39] != b";":
        raise syntax()
    return text(data[:NAME_BYTES]).rstrip(), data[37:38], data[39:]


def modifier(data: bytes) -> tuple[int, bool, Change]:
    """Return the first digit, the second flag and the change of a 33h or 3Eh.

    Raises:
        Refused: 04.
    """
    found = _MODIFIER.fullmatch(data)
    if found is None:
        raise syntax()
    return int(found["first"]), found["second"] == b"1", _change(found["percent"], found["value"])

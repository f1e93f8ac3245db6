"""Lines written back: every line has one canonical form (protocol semantics 11).

``.`` as the point, no leading zeros, no trailing zeros after the point, no blanks, the quantity left out when
1, parts in grammar order. Reading the canonical form gives the same line again.
"""

from decimal import Decimal
from typing import assert_never

from billing.parser.lines import (
    ChargeLine,
    CommentLine,
    Line,
    ModifierLine,
    ModifierValue,
    OperatorLine,
    PaymentLine,
)


def write_number(value: Decimal) -> str:
    """Return the shortest plain form of ``value``: ``4.5`` for 4.500, ``100`` for 1E+2."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_modifier(modifier: ModifierValue) -> str:
    """Return ``-20%`` or ``+2``."""
    sign = "-" if modifier.value < 0 else "+"
    return sign + write_number(modifier.value.copy_abs()) + ("%" if modifier.kind == "percent" else "")


def write_line(line: Line) -> str:
    """Return the canonical form of ``line``."""
    match line:
        case OperatorLine():
            return f"*{line.operator}"
        case CommentLine():
            return f"/{line.text}"
        case ModifierLine():
            return write_modifier(line.modifier) + _after("/", line.text)
        case PaymentLine():
            value = None if line.value is None else write_number(line.value)
            return "@" + _after("", line.payment_type) + _after("/", value) + _after("#", line.profile)
        case ChargeLine():
            return _write_charge(line)
        case _:
            assert_never(line)


def _after(sign: str, part: object) -> str:
    return "" if part is None else f"{sign}{part}"


def _write_charge(line: ChargeLine) -> str:
    qty = "" if line.qty == 1 else f"{write_number(line.qty)}*"
    price = "" if line.price is None else write_number(line.price)
    return "".join(
        (
            qty,
            price,
            line.currency or "",
            _after("#", line.department),
            _after("#" if line.price is None else "##", line.plu),
            _after("@", line.tax_group),
            "" if line.modifier is None else write_modifier(line.modifier),
            _after("/", line.text),
        )
    )

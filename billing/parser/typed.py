"""Typed lines of a program, held to what a text could say: same numbers, same texts, same limits.

A line that a program builds reaches the same bills and devices as one that was typed, so a value that no text
can say is a mistake here as well. Protocol semantics 1, 3 and 5. Nothing is looked up.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from billing.parser.canonical import write_line
from billing.parser.lines import (
    NOWHERE,
    ChargeLine,
    CommentLine,
    Line,
    ModifierLine,
    ModifierValue,
    OperatorLine,
    PaymentLine,
    Source,
)
from billing.parser.mistakes import SyntaxMistake
from billing.parser.reader import read_line

LINES: Final = (ChargeLine, CommentLine, ModifierLine, OperatorLine, PaymentLine)
IDS: Final = ("department", "plu", "tax_group", "operator", "payment_type", "profile")
AMOUNTS: Final = ("qty", "price", "value")


def check_typed(line: object, number: int = 1) -> Line:
    """Return ``line`` as its text would be read: its text in NFC, without the blanks around it.

    An empty text of a charge or modifier stays: it is a value, where None is none.

    Args:
        line: what a program gave as a line.
        number: which line it is, from 1, for a line that does not say so itself.

    Raises:
        TextMistake: it is no line, or no text could say the same.
    """
    if not isinstance(line, LINES):
        raise SyntaxMistake(
            Source(number), 1, f"found {_shown(line)}, expected a text or a line such as ChargeLine"
        )
    if (why := next(_faults(line), None)) is not None:
        raise SyntaxMistake(Source(number), 1, f"{type(line).__name__}: {why}")
    said = read_line(write_line(_sayable(line)), number)
    if type(said) is not type(line):
        raise SyntaxMistake(Source(number), 1, f"{type(line).__name__}: no text says the same")
    changes: dict[str, Any] = {"source": Source(number) if line.source is NOWHERE else line.source}
    if isinstance(line, (ChargeLine, ModifierLine)) and line.text == "":
        changes["text"] = ""
    if isinstance(line, PaymentLine):
        changes["payment_type"] = line.payment_type
    return replace(said, **changes)


def _sayable(line: Line) -> Line:
    """Return ``line`` without the two things that only a program says.

    They are an empty name, and a given value for the default payment type.
    """
    if isinstance(line, (ChargeLine, ModifierLine)) and line.text == "":
        return replace(line, text=None)
    if isinstance(line, PaymentLine) and line.payment_type is None and line.value is not None:
        return replace(line, payment_type=0)
    return line


def _faults(line: Line) -> Iterator[str]:
    """Yield what a line holds that has no place in a text, the first of its fields first."""
    for name in AMOUNTS:
        value = getattr(line, name, None)
        if value is not None and not _is_number(value):
            yield f"{name} is {_shown(value)}, expected a Decimal of zero or more"
    for name in IDS:
        value = getattr(line, name, None)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            yield f"{name} is {_shown(value)}, expected a number of the nomenclature"
    modifier = getattr(line, "modifier", None)
    if modifier is not None and not _is_modifier(modifier):
        yield f"modifier is {_shown(modifier)}, expected a ModifierValue with a Decimal"
    text = getattr(line, "text", None)
    if text is not None and not isinstance(text, str):
        yield f"text is {_shown(text)}, expected a str"
    if isinstance(line, ChargeLine) and line.price is None:
        if line.plu is None:
            yield "there is neither a price nor a PLU"
        elif line.department is not None:
            yield "a PLU has its own department"


def _is_number(value: object) -> bool:
    return isinstance(value, Decimal) and value.is_finite() and not value.is_signed()


def _is_modifier(modifier: object) -> bool:
    return (
        isinstance(modifier, ModifierValue)
        and modifier.kind in {"percent", "fixed"}
        and isinstance(modifier.value, Decimal)
        and modifier.value.is_finite()
    )


def _shown(value: object) -> str:
    """Return a value in short, with its type where that is what is wrong."""
    return f"{str(value)[:40]!r} ({type(value).__name__})"

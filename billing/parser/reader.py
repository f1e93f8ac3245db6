"""From text to typed lines: blanks, line ends, and the limits of every part.

The grammar alone says which lines there are; here a recognised part becomes a field, and its number is held
to the limits of protocol semantics 5 from left to right. Nothing is looked up.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from unicodedata import is_normalized, normalize

from lark import Token

from billing.parser import mistakes
from billing.parser.grammar import Stopped, recognise
from billing.parser.lines import (
    ChargeLine,
    CommentLine,
    Line,
    ModifierLine,
    ModifierValue,
    OperatorLine,
    PaymentLine,
    Source,
)
from billing.parser.samples import explain

LINE_LIMIT: Final = 512
TEXT_LIMIT: Final = 255
ID_DIGITS: Final = 9
AMOUNT_DIGITS: Final = 9
QUANTITY_DIGITS: Final = 6
QUANTITY_DECIMALS: Final = 3
PERCENT_DIGITS: Final = 4
PERCENT_DECIMALS: Final = 2
PRICE_DECIMALS: Final = 4
"""Of a unit price, unless the currency itself has more."""

BLANKS: Final = " \t"
BYTE_ORDER_MARK: Final = "\ufeff"
LINE_END: Final = re.compile(r"\r\n|\r|\n")
ONE: Final = Decimal(1)
NO_LIMIT: Final = LINE_LIMIT

Item = tuple[Decimal | None, str | None, int | None, int | None]
"""Price, currency, department and PLU of a charge."""


def split_lines(text: str) -> Iterator[str]:
    """Yield the lines of ``text`` one by one, cut at LF, CRLF and CR and at nothing else.

    A byte order mark at the very start is dropped. What follows the last line end is a line, unless empty.
    """
    start = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
    for end in LINE_END.finditer(text, start):
        yield text[start : end.start()]
        start = end.end()
    if start < len(text):
        yield text[start:]


def read_text(text: str) -> Iterator[Line]:
    """Yield the lines that ``text`` says, in order; empty lines are skipped but counted.

    Raises:
        TextMistake: at the first line that cannot be read; the lines before it were yielded.
    """
    return read_lines(split_lines(text))


def read_lines(lines: Iterable[str], first: int = 1) -> Iterator[Line]:
    """Yield what each of ``lines`` says; a line break inside one is a mistake, never two lines.

    Raises:
        TextMistake: at the first line that cannot be read.
    """
    for number, text in enumerate(lines, first):
        line = read_line(text, number)
        if line is not None:
            yield line


def read_line(text: str, number: int = 1) -> Line | None:
    """Return what one line says, or None if there is nothing on it but blanks.

    Args:
        text: the line as given, without its line end.
        number: which line of its text it is, from 1.

    Raises:
        TextMistake: it cannot be read; the kind is the mistake's ``code``.
    """
    body = text.strip(BLANKS)
    if not body:
        return None
    lead = 0 if len(body) == len(text) else len(text) - len(text.lstrip(BLANKS))
    if len(body) > LINE_LIMIT:
        column = lead + LINE_LIMIT + 1
        raise mistakes.TooLong(Source(number, text), column, "line", len(body), LINE_LIMIT)
    try:
        kind, parts = recognise(body)
    except Stopped as stop:
        raise explain(stop, body, Source(number, text), lead) from None
    return _READERS[kind](parts, _Place(number, text, lead))


REMEMBERED: Final = 2048
"""How many short lines are known by heart."""
SHORT: Final = 80


@lru_cache(REMEMBERED)
def _remembered(text: str, number: int) -> Line | None:
    return read_line(text, number)


def known_line(text: str, number: int = 1) -> Line | None:
    """Return what ``read_line`` does, from memory where the same short line came lately.

    A shop rings the same articles all day; a line is frozen, so the same one serves every bill.

    Raises:
        TextMistake: it cannot be read; mistakes are not remembered.
    """
    return _remembered(text, number) if len(text) <= SHORT else read_line(text, number)


class _Place:
    """Collects the columns of a line's parts while they are read."""

    __slots__ = ("columns", "lead", "number", "text")

    def __init__(self, number: int, text: str, lead: int) -> None:
        self.number = number
        self.text = text
        self.lead = lead + 1
        self.columns: list[tuple[str, int]] = []

    def source(self) -> Source:
        return Source(self.number, self.text, tuple(self.columns))

    def decimal(self, field: str, token: Token, what: str, digits: int, decimals: int) -> Decimal:
        """Return a number; remember its column under ``field``."""
        column = self.lead + (token.start_pos or 0)
        self.columns.append((field, column))
        text = token.replace(",", ".")
        whole, _, fraction = text.partition(".")
        if len(whole) > digits and len(whole.lstrip("0")) > digits:
            raise mistakes.NumberRange(self.source(), column, what, len(whole.lstrip("0")), digits)
        if len(fraction) > decimals:
            raise mistakes.Precision(self.source(), column, what, len(fraction), decimals)
        return Decimal(text)

    def id(self, field: str, token: Token, what: str) -> int:
        """Return a number of the nomenclature; remember its column under ``field``."""
        column = self.lead + (token.start_pos or 0)
        self.columns.append((field, column))
        if len(token) > ID_DIGITS and len(token.lstrip("0")) > ID_DIGITS:
            found = len(token.lstrip("0"))
            raise mistakes.NumberRange(self.source(), column, f"{what} number", found, ID_DIGITS)
        return int(token)

    def name(self, token: Token) -> str:
        """Return a text in NFC without the blanks before it; remember its column."""
        stripped = token.lstrip(BLANKS)
        column = self.lead + (token.start_pos or 0) + len(token) - len(stripped)
        self.columns.append(("text", column))
        text = stripped if is_normalized("NFC", stripped) else normalize("NFC", stripped)
        if len(text) > TEXT_LIMIT:
            raise mistakes.TooLong(
                self.source(), column + min(len(stripped), TEXT_LIMIT), "text", len(text), TEXT_LIMIT
            )
        return str(text)

    def change(self, tokens: list[Token]) -> ModifierValue:
        """Return a modifier; remember the column of its number."""
        percent = len(tokens) == 3
        if percent:
            value = self.decimal("modifier", tokens[1], "percentage", PERCENT_DIGITS, PERCENT_DECIMALS)
        else:
            value = self.decimal("modifier", tokens[1], "fixed modifier", AMOUNT_DIGITS, NO_LIMIT)
        if not value:
            raise mistakes.ZeroModifier(self.source(), self.columns[-1][1])
        return ModifierValue(
            "percent" if percent else "fixed", value.copy_negate() if tokens[0] == "-" else value
        )


def _operator(parts: list[Any], place: _Place) -> OperatorLine:
    return OperatorLine(place.id("operator", parts[1], "operator"), place.source())


def _comment(parts: list[Any], place: _Place) -> CommentLine:
    return CommentLine(place.name(parts[0][1]), place.source())


def _modifier(parts: list[Any], place: _Place) -> ModifierLine:
    value = place.change(parts[0][1])
    text = place.name(parts[1][1]) if len(parts) > 1 else None
    return ModifierLine(value, text, place.source())


def _payment(parts: list[Any], place: _Place) -> PaymentLine:
    payment_type = value = profile = None
    for field, token in parts[1:]:
        if field == "type":
            payment_type = place.id("payment_type", token, "payment type")
        elif field == "value":
            value = place.decimal("value", token, "payment", AMOUNT_DIGITS, NO_LIMIT)
        else:
            profile = place.id("profile", token, "profile")
    return PaymentLine(payment_type, value, profile, place.source())


def _charge(parts: list[Any], place: _Place) -> ChargeLine:
    qty = ONE
    tax_group = modifier = text = None
    item: Item = (None, None, None, None)
    for field, value in parts:
        if field == "item":
            item = _item(value, place)
        elif field == "qty":
            qty = place.decimal("qty", value, "quantity", QUANTITY_DIGITS, QUANTITY_DECIMALS)
            if not qty:
                raise mistakes.ZeroQuantity(place.source(), place.columns[-1][1])
        elif field == "tax":
            tax_group = place.id("tax_group", value, "tax group")
        elif field == "change":
            modifier = place.change(value)
        else:
            text = place.name(value)
    price, currency, department, plu = item
    return ChargeLine(qty, price, currency, department, plu, tax_group, modifier, text, place.source())


def _item(parts: list[Any], place: _Place) -> Item:
    price = currency = department = plu = None
    for field, token in parts:
        if field == "price":
            price = place.decimal("price", token, "price", AMOUNT_DIGITS, NO_LIMIT)
        elif field == "currency":
            place.columns.append(("currency", place.lead + token.start_pos))
            currency = str(token)
        elif field == "department":
            department = place.id("department", token, "department")
        else:
            plu = place.id("plu", token, "PLU")
    return price, currency, department, plu


_READERS: Final[dict[str, Callable[[list[Any], _Place], Line]]] = {
    "operator": _operator,
    "comment": _comment,
    "modifier": _modifier,
    "payment": _payment,
    "charge": _charge,
}


def check_decimals(line: Line, exponent: int) -> None:
    """Hold the amounts of ``line`` to a currency of ``exponent`` decimals.

    Raises:
        Precision: a fixed modifier or a payment has more decimals than the currency, or a unit price more
            than 4 and than the currency.
    """
    if isinstance(line, ChargeLine):
        if line.price is not None:
            _hold(line, "price", "price", line.price, max(PRICE_DECIMALS, exponent))
        if line.modifier is not None and line.modifier.kind == "fixed":
            _hold(line, "modifier", "fixed modifier", line.modifier.value, exponent)
    elif isinstance(line, ModifierLine):
        if line.modifier.kind == "fixed":
            _hold(line, "modifier", "fixed modifier", line.modifier.value, exponent)
    elif isinstance(line, PaymentLine) and line.value is not None:
        _hold(line, "value", "payment", line.value, exponent)


def _hold(line: Line, part: str, what: str, value: Decimal, limit: int) -> None:
    places = value.as_tuple().exponent
    if isinstance(places, int) and -places > limit:
        raise mistakes.Precision(line.source, line.source.column(part) or 1, what, -places, limit)

"""What stands in Daisy's data fields (Daisy/Eltrade/Incotex page 3.1, 4, 6.1): numbers, dates, sale numbers.

A wrong value is answered by an error number, a wrong form by the syntax bit. Nothing here knows the state of
a device.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from billing.emulators.isl_words import ErrorNumber
from billing.emulators.receipt import Reason, Refused

UNIQUE_SALE_NUMBER: Final = re.compile(r"[A-Z]{2}[0-9]{6}-[A-Z0-9]{4}-[0-9]{7}")
RANGE_MISSING: Final = 9
BAD_DATE: Final = 10
TWO_POINTS: Final = 11
TWO_SIGNS: Final = 12
SIGN_INSIDE: Final = 13
BAD_CHARACTER: Final = 14
TOO_MANY_DECIMALS: Final = 15
TOO_LONG: Final = 16
ZERO_AMOUNT: Final = 5
OUT_OF_RANGE: Final = 21
SWITCHED_OFF: Final = 22
AFTER_MODIFIER: Final = 23
NOTHING_TO_CORRECT: Final = 24
NO_SALES: Final = 25
NOTHING_THERE: Final = 28
UNKNOWN_ARTICLE: Final = 44
WRONG_OPERATOR: Final = 66
DAY_TOO_LONG: Final = 82
PERIODIC_REPORT_FIRST: Final = 90
Z_REPORT_FIRST: Final = 91
OPERATOR_REPORT_FIRST: Final = 92
ARTICLE_REPORT_FIRST: Final = 93
FIXED_FIELD: Final = 97
WRONG_PASSWORD: Final = 108
FORBIDDEN: Final = 118
FIELD_MISSING: Final = 120
PERCENT_LIMIT: Final = Decimal("99.99")


@dataclass(frozen=True, slots=True)
class Model:
    """What sister models differ in: the head of their identity and their widths in characters."""

    identity: str
    columns: int
    comment: int
    name: int


MODELS: Final[Mapping[str, Model]] = {
    "compact-m": Model("CompactM ONL01-4.01BG 29-10-2018 EMULATED", 32, 28, 22),
    "fx-1300": Model("FX1300 ONL01-4.01BG 29-10-2018 EMULATED", 48, 44, 32),
}


def syntax_error() -> Refused:
    """Return the refusal of data that do not have the command's form."""
    return Refused(Reason.BAD_VALUE)


def number(text: str, *, decimals: int = 2, digits: int = 8, may_sign: bool = False) -> Decimal:
    """Return the decimal written in ``text``.

    Raises:
        Refused: when the field is empty.
        ErrorNumber: 11 to 16, for what is wrong with its characters.
    """
    if not text:
        raise syntax_error()
    body = text[1:] if may_sign and text[0] in "+-" else text
    whole, point, fraction = body.partition(".")
    bare = re.sub("[.+-]" if may_sign else "[.]", "", body)
    checks = (
        (re.fullmatch("[0-9]+", bare) is None, BAD_CHARACTER),
        ("." in fraction, TWO_POINTS),
        (body[:1] in ("+", "-") and may_sign, TWO_SIGNS),
        (may_sign and any(sign in body for sign in "+-"), SIGN_INSIDE),
        (len(fraction) > decimals, TOO_MANY_DECIMALS),
        (len((whole + fraction).lstrip("0")) > digits, TOO_LONG),
    )
    for found, error in checks:
        if found:
            raise ErrorNumber(error)
    sign = "-" if text[0] == "-" else ""
    return Decimal(f"{sign}{whole or 0}{point and '.'}{fraction}".rstrip("."))


def whole_number(text: str, *, digits: int = 8) -> int:
    """Return the whole number written in ``text``.

    Raises:
        Refused: when the field is empty.
        ErrorNumber: for other characters than digits, or too many.
    """
    return int(number(text, decimals=0, digits=digits))


def date_time(text: str) -> datetime:
    """Return the instant written as ``DD-MM-YY hh:mm[:ss]``.

    Raises:
        ErrorNumber: 10, when it is none.
    """
    if re.fullmatch(r"\d\d-\d\d-\d\d \d\d:\d\d(:\d\d)?", text, re.ASCII) is None:
        raise ErrorNumber(BAD_DATE)
    form = "%d-%m-%y %H:%M:%S" if len(text) > 14 else "%d-%m-%y %H:%M"
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 a device's wall clock has no zone
    except ValueError:
        raise ErrorNumber(BAD_DATE) from None


def short_date(text: str) -> date:
    """Return the day written as ``DDMMYY``.

    Raises:
        ErrorNumber: 10, when it is none.
    """
    try:
        if re.fullmatch("[0-9]{6}", text) is None:
            raise ErrorNumber(BAD_DATE)
        return datetime.strptime(text, "%d%m%y").date()  # noqa: DTZ007 a day of a wall clock
    except ValueError:
        raise ErrorNumber(BAD_DATE) from None


def group(letter: str) -> int:
    """Return 1..8 for a Cyrillic capital А..З.

    Raises:
        ErrorNumber: 14 for any other letter, its Latin look-alikes among them.
    """
    if len(letter) != 1 or letter not in "АБВГДЕЖЗ":
        raise ErrorNumber(BAD_CHARACTER)
    return "АБВГДЕЖЗ".index(letter) + 1

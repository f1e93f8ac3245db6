"""Fields of Datecs P and C commands: read strictly as the host sends them, written as the device answers.

A field that is not exactly of its form raises ``Refused`` with ``Reason.BAD_VALUE``, which the device turns
into status bit 0.0 (Datecs P 4: an extra space, comma or tab is a syntax error).
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.emulators.memory import LETTERS
from billing.emulators.receipt import Reason, Refused

ENCODING: Final = "cp1251"
LATIN: Final = "ABCDEFGH"
"""Tax groups by place; only P takes them."""

_NUMBER: Final = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?")
_WHOLE: Final = re.compile(r"[0-9]{1,10}")


def text_of(data: bytes) -> str:
    """Return ``data`` as text; a byte that windows-1251 leaves free becomes U+FFFD."""
    return data.decode(ENCODING, errors="replace")


def bytes_of(text: str) -> bytes:
    """Return ``text`` in windows-1251; what that cannot hold becomes a question mark."""
    return text.encode(ENCODING, errors="replace")


def check(condition: object) -> None:
    """Refuse the command as badly written unless ``condition`` holds.

    Raises:
        Refused: with ``Reason.BAD_VALUE``.
    """
    if not condition:
        raise Refused(Reason.BAD_VALUE)


def matched(pattern: str | re.Pattern[str], text: str) -> re.Match[str]:
    """Return the match of the whole ``text``.

    Raises:
        Refused: when it does not match.
    """
    match = re.fullmatch(pattern, text)
    if match is None:
        raise Refused(Reason.BAD_VALUE)
    return match


def decimal(text: str, digits: int, decimals: int) -> Decimal:
    """Return the number ``text`` of at most ``digits`` significant digits and ``decimals`` decimals.

    Raises:
        Refused: when it is none.
    """
    sign, whole, fraction = matched(_NUMBER, text).groups()
    check(len(fraction or "") <= decimals)
    check(len((whole + (fraction or "")).lstrip("0")) <= digits)
    return Decimal(f"{sign}{whole}.{fraction}" if fraction else sign + whole)


def percent(text: str) -> Decimal:
    """Return a percentage from -99.00 to 99.00.

    Raises:
        Refused: when it is none.
    """
    value = decimal(text, 4, 2)
    check(abs(value) <= 99)
    return value


def whole(text: str, low: int, high: int) -> int:
    """Return the whole number ``text`` if it lies in ``low..high``.

    Raises:
        Refused: when it does not.
    """
    matched(_WHOLE, text)
    value = int(text)
    check(low <= value <= high)
    return value


def group_of(letter: str, *, latin: bool) -> int:
    """Return the tax group 1..8 that ``letter`` names.

    Raises:
        Refused: when it names none.
    """
    place = LETTERS.find(letter)
    if place < 0 and latin:
        place = LATIN.find(letter)
    check(place >= 0 and len(letter) == 1)
    return place + 1


def moment(text: str) -> datetime:
    """Return the date and time written DDMMYYhhmm or DDMMYYhhmmss.

    Raises:
        Refused: when it is none.
    """
    check(re.fullmatch(r"[0-9]{10}([0-9]{2})?", text))
    try:
        return datetime.strptime(text.ljust(12, "0"), "%d%m%y%H%M%S")  # noqa: DTZ007 the device knows no zone
    except ValueError:
        raise Refused(Reason.BAD_VALUE) from None


def span(start: str, end: str) -> tuple[datetime, datetime]:
    """Return the two moments written DDMMYY or DDMMYYhhmmss; a date alone is its whole day.

    Raises:
        Refused: when one cannot be read.
    """
    check({len(start), len(end)} <= {6, 12})
    return (
        moment(start + "000000" if len(start) == 6 else start),
        moment(end + "235959" if len(end) == 6 else end),
    )


def hundredths(amount: Decimal, width: int = 10) -> str:
    """Return ``amount`` in hundredths without a point, zero-filled, a sign only below zero."""
    return f"{int(amount * 100):0{width}d}"


def signed(amount: Decimal, width: int = 12) -> str:
    """Return ``amount`` in hundredths with its sign: ``+00000001234`` is 12.34."""
    return f"{int(amount * 100):+0{width}d}"


def pair(count: int, amount: Decimal) -> str:
    """Return ``count;amount`` as operators' sums are written, the amount with a point."""
    return f"{count};{amount:.2f}"

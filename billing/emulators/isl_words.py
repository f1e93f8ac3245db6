"""Small words that Daisy, Eltrade and Incotex emulators share: error numbers, status bits, sums as text."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from billing.emulators.isl_device import GENERAL, Bit
from billing.emulators.memory import LETTERS
from billing.emulators.receipt import Reason, Refused
from billing.errors import UsageError

Words = Callable[[Any, str], str | bytes]
"""Takes the device and the request's text, returns the reply's text (or bytes); raises ``Refused``."""

CLOCK_UNSET: Final[Bit] = (0, 2)
NO_DISPLAY: Final[Bit] = (0, 3)
RAM_RESET: Final[Bit] = (1, 2)
FISCAL_OPEN: Final[Bit] = (2, 3)
SLIP_OPEN: Final[Bit] = (2, 5)
BLOCKING: Final[frozenset[Bit]] = frozenset({CLOCK_UNSET, (0, 4), RAM_RESET, (2, 2), (4, 0), (4, 4), (5, 0)})
"""Conditions in which no receipt is opened: clock, mechanism, journal or fiscal memory."""


class SettingMistake(UsageError):
    """A member ``settings`` of the state file holds what the family does not know."""

    code = "emulator_setting"

    def __init__(self, name: str, found: object, expected: str) -> None:
        super().__init__(f"setting {name!r} of the state file: found {found!r}, expected {expected}")
        self.name = name


class ErrorNumber(Exception):
    """A refusal that the device answers with a number in status byte 3, and perhaps more bits."""

    def __init__(self, number: int, *bits: Bit) -> None:
        super().__init__(f"error {number}")
        self.number = number
        self.bits = bits


def number_bits(number: int) -> set[Bit]:
    """Return the bits that say error ``number`` (0..127) in status byte 3, with the general error."""
    return {(3, bit) for bit in range(7) if number >> bit & 1} | {GENERAL}


def hundredths(amount: Decimal, digits: int) -> str:
    """Return ``amount`` as unsigned hundredths without a point, at least ``digits`` long."""
    return f"{int(amount * 100):0{digits}d}"


def signed(amount: Decimal, width: int) -> str:
    """Return ``amount`` as signed hundredths without a point, ``width`` characters with the sign."""
    return f"{int(amount * 100):+0{width}d}"


def comma(*fields: object) -> str:
    """Return ``fields`` joined by commas."""
    return ",".join(str(field) for field in fields)


def wrong_value() -> Refused:
    """Return the refusal of data that have not the form of the command, or a value out of range."""
    return Refused(Reason.BAD_VALUE)


def plain_number(text: str, *, decimals: int = 2, digits: int = 8, may_sign: bool = False) -> Decimal:
    """Return the decimal written in ``text``: a point, at most that many decimals and significant digits.

    Raises:
        Refused: ``BAD_VALUE`` for anything else.
    """
    found = re.fullmatch(r"([+-]?)([0-9]*)(?:\.([0-9]*))?", text, re.ASCII)
    if found is None or (found[1] and not may_sign):
        raise wrong_value()
    whole, fraction = found[2], found[3] or ""
    if not whole + fraction or len(fraction) > decimals or len((whole + fraction).lstrip("0")) > digits:
        raise wrong_value()
    return Decimal(f"{found[1]}{whole or 0}.{fraction or 0}").quantize(Decimal(1).scaleb(-len(fraction)))


def whole_number(text: str, low: int = 0, high: int = 9_999_999_999) -> int:
    """Return the whole number written in ``text``.

    Raises:
        Refused: ``BAD_VALUE`` when it is none, or not between ``low`` and ``high``.
    """
    if re.fullmatch("[0-9]{1,10}", text) is None or not low <= int(text) <= high:
        raise wrong_value()
    return int(text)


def moment(text: str, form: str) -> datetime:
    """Return the wall clock's instant written in ``text`` by the strptime ``form``, every field full.

    Raises:
        Refused: ``BAD_VALUE`` when it is none.
    """
    try:
        found = datetime.strptime(text, form)  # noqa: DTZ007 a device's wall clock has no zone
    except ValueError:
        raise wrong_value() from None
    if found.strftime(form) != text:
        raise wrong_value()
    return found


def clock_setting(text: str) -> datetime:
    """Return the instant written as ``DD-MM-YY hh:mm[:ss]`` (3Dh).

    Raises:
        Refused: ``BAD_VALUE`` when it is none.
    """
    return moment(text, "%d-%m-%y %H:%M:%S" if len(text) > 14 else "%d-%m-%y %H:%M")


def short_date(text: str) -> date:
    """Return the day written as ``DDMMYY``.

    Raises:
        Refused: ``BAD_VALUE`` when it is none.
    """
    return moment(text, "%d%m%y").date()


def group_number(letter: str) -> int:
    """Return 1..8 for a Cyrillic capital А..З.

    Raises:
        Refused: ``BAD_GROUP`` for any other letter, its Latin look-alikes among them.
    """
    if len(letter) != 1 or letter not in LETTERS:
        raise Refused(Reason.BAD_GROUP)
    return LETTERS.index(letter) + 1


def ignore(device: object, data: str) -> str:
    """Accept what has no effect on an emulated device: display, drawer, paper feed."""
    del device, data
    return ""

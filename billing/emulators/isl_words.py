"""Small words that Daisy, Eltrade and Incotex emulators share: error numbers, status bits, sums as text."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from billing.emulators.isl_device import GENERAL, Bit

Words = Callable[[Any, str], str | bytes]
"""Takes the device and the request's text, returns the reply's text (or bytes); raises ``Refused``."""

CLOCK_UNSET: Final[Bit] = (0, 2)
NO_DISPLAY: Final[Bit] = (0, 3)
RAM_RESET: Final[Bit] = (1, 2)
FISCAL_OPEN: Final[Bit] = (2, 3)
SLIP_OPEN: Final[Bit] = (2, 5)
BLOCKING: Final[frozenset[Bit]] = frozenset({CLOCK_UNSET, (0, 4), RAM_RESET, (2, 2), (4, 0), (4, 4), (5, 0)})
"""Conditions in which no receipt is opened: clock, mechanism, journal or fiscal memory."""


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


def ignore(device: object, data: str) -> str:
    """Accept what has no effect on an emulated device: display, drawer, paper feed."""
    del device, data
    return ""

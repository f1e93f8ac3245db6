"""Fields of Daisy, Eltrade and Incotex as they stand on the wire; no commands.

Source: Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md), section 4.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from billing.devices.drivers.datecs_words import GROUPS
from billing.devices.faults import DocumentRefused, Fault
from billing.devices.standing import Opened
from billing.devices.status import Bit, Weight
from billing.devices.talk import Reply
from billing.devices.wording import decimals, fit, hundredths
from billing.documents import REVERSALS, Client, PaymentCategory, PaymentLine, SaleDocument

RECEIPT_OPEN: Final = Bit(2, 3, Fault.STATE, Weight.REFUSED)
SLIP_OPEN: Final = Bit(2, 5, Fault.STATE, Weight.REFUSED)


SALE_NUMBER: Final = re.compile(r"[A-Z]{2}[0-9]{6}-[A-Z0-9]{4}-[0-9]{7}")
"""Capitals only, and seven digits at the end."""


def text_of(reply: Reply) -> str:
    """Return a reply's data as text."""
    return reply.data.decode("cp1251", "replace")


def encoded(text: str) -> bytes:
    """Return ``text`` as windows-1251, one byte a character."""
    return text.encode("cp1251", "replace")


def amount(field: str) -> Decimal:
    """Return a sum by the one rule for all firmware: sign off, a point as it stands, else hundredths (4)."""
    return abs(hundredths(field))


def whole(field: str) -> int:
    """Return a counter, whatever its width."""
    return int(field.strip())


def group_of(letter: str) -> int:
    """Return the tax group 1 to 8 of a letter, by its place: Latin B is the second group too.

    Raises:
        ValueError: it is no tax group.
    """
    for letters in (GROUPS, "ABCDEFGH"):
        if len(letter) == 1 and letter in letters:
            return letters.index(letter) + 1
    raise ValueError(f"{letter!r} is not a tax group")


def opened_by(status: bytes) -> Opened:
    """Return what is open; no bit tells a reversal or an invoice from a sale."""
    if RECEIPT_OPEN.up(status):
        return Opened.RECEIPT
    return Opened.SLIP if SLIP_OPEN.up(status) else Opened.NONE


def in_cash(document: SaleDocument) -> tuple[SaleDocument, tuple[str, ...]]:
    """Return a reversal with its payments as one in cash, and the warning where one was not (section 13)."""
    given = sum((payment.amount for payment in document.payments), Decimal(0))
    if not document.payments:
        return document, ()
    other = sorted({payment.category for payment in document.payments} - {PaymentCategory.CASH})
    said = (f"the device reverses in cash only: {', '.join(other)} is registered as cash",) if other else ()
    return document.model_copy(update={"payments": (PaymentLine(amount=given),)}), said


def fitted(client: Client, widths: Mapping[str, int]) -> tuple[Client, tuple[str, ...]]:
    """Return the client in the device's letters and widths, and a warning for each part that is cut."""
    parts = {name: fit(getattr(client, name), "cp1251")[0] for name in widths}
    cut = [name for name, width in widths.items() if len(parts[name]) > width]
    said = tuple(f"the client's {name} is cut to {widths[name]} characters" for name in cut)
    return client.model_copy(update={name: parts[name][:width] for name, width in widths.items()}), said


def refuse_wide(path: str, amount: Decimal, characters: int) -> None:
    """Refuse an amount that is longer than its field.

    Raises:
        DocumentRefused: says the JSON path.
    """
    said = decimals(amount, 2, 2)
    if len(said) > characters:
        raise DocumentRefused(path, f"{said} found, the device takes {characters} characters")


def named_sums(fields: Sequence[str], name: str = "group") -> dict[str, str]:
    """Return the sums of groups 1 to 8 by name."""
    return {f"{name}_{number}": str(amount(field)) for number, field in enumerate(fields[:8], start=1)}


def total_of(figures: Mapping[str, str]) -> str:
    """Return the sum of the groups."""
    return str(sum((Decimal(value) for value in figures.values()), Decimal(0)))


def original_number(document: SaleDocument) -> str:
    """Return the sale number that a document carries: of a reversal, the original's (section 4)."""
    original = document.original.unique_sale_number if isinstance(document, REVERSALS) else ""
    return original or document.unique_sale_number


def check_numbers(document: SaleDocument) -> None:
    """Refuse a sale number that the device would refuse.

    Raises:
        DocumentRefused: it has another form; says the JSON path.
    """
    numbers = {"$.unique_sale_number": document.unique_sale_number}
    if isinstance(document, REVERSALS):
        numbers["$.original.unique_sale_number"] = document.original.unique_sale_number
    for path, number in numbers.items():
        if number and not SALE_NUMBER.fullmatch(number):
            form = "a number such as DY123456-0001-0000017, in capitals"
            raise DocumentRefused(path, f"{number!r} found, the device takes {form}")

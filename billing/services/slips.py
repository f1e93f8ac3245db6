"""What an origin prints of a final bill beside its fiscal document: slips, each on a device of its own role.

A slip is no fiscal document and does not go to the device that prints those (N-18 A29 p.11).
"""

from collections.abc import Iterator
from typing import Final

from billing.documents import Operator, Slip
from billing.parser.canonical import write_number
from billing.pricing import Bill, Charge, Comment
from billing.store.origins import OriginFacts

PRINT: Final = "bill_slip"
"""Subject of the slip of a final bill."""
TRANSFER: Final = "bill_transfer"
"""Subject of the slip of a bill that a room pays for."""
ROOM: Final = "room-transfer"
"""The payment model of what a room pays for."""


def slips_of(bill: Bill, origin: OriginFacts) -> Iterator[tuple[str, int]]:
    """Yield the subject of each slip of a final bill, and the key of the device that prints it."""
    if origin.print_device is not None:
        yield PRINT, origin.print_device
    if origin.transfer_device is not None and any(payment.model == ROOM for payment in bill.payments):
        yield TRANSFER, origin.transfer_device


def slip_of(bill: Bill, number: int, origin: OriginFacts) -> Slip:
    """Return the slip of bill ``number``: its lines with their amounts, its total, between the texts."""
    money = bill.currency.from_minor
    lines = [*origin.header, f"{origin.name} {number}"]
    for entry in bill.entries.values():
        if isinstance(entry, Charge):
            lines.append(f"{write_number(entry.qty)} x {entry.name} {money(entry.total)}"[:255])
        elif isinstance(entry, Comment):
            lines.append(entry.name)
    if bill.modifier_amount:
        lines.append(f"{money(bill.modifier_amount):+}")
    lines += [f"{money(bill.total)} {bill.currency.code}", *origin.footer]
    return Slip(operator=Operator(code=str(bill.operator or 1)), lines=tuple(lines))

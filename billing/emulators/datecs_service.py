"""Commands outside fiscal receipts that P and C share: slips, cash, display, drawer (Datecs P/C 7)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from billing.emulators import printout
from billing.emulators.datecs_fields import bytes_of, check, decimal, hundredths, text_of, whole
from billing.emulators.datecs_isl import DatecsIsl
from billing.emulators.isl_device import Handler
from billing.emulators.receipt import Kind, Reason, Receipt, Refused

DISPLAY_LINE: Final = 20


def _needs_slip(device: DatecsIsl) -> Receipt:
    receipt = device.memory.receipt
    if receipt is None or receipt.is_fiscal:
        raise Refused(Reason.NOT_OPEN)
    return receipt


def open_slip(device: DatecsIsl, data: bytes) -> bytes:
    """26h: open a service receipt; nothing may be open."""
    check(not data)
    device.needs_nothing_open()
    device.needs_paper()
    device.memory.receipt = Receipt(kind=Kind.SLIP, opened_at=device.now)
    printout.opening(device, device.memory.receipt)
    return bytes_of(device.counter(device.memory.day.documents + 1))


def print_slip_text(device: DatecsIsl, text: str) -> bytes:
    """Print one line in an open service receipt, cut to the dialect's width without a word."""
    receipt = _needs_slip(device)
    device.needs_paper()
    shown = text[: device.dialect.slip_text]
    receipt.add_text(shown)
    device.print_line(f"#{shown}#")
    return b""


def print_free_text(device: DatecsIsl, text: str) -> bytes:
    """Print one line between ``#`` in an open fiscal receipt, cut without a word; allowed after payment."""
    receipt = device.receipt
    device.needs_paper()
    shown = text[: device.dialect.free_text]
    receipt.add_text(shown)
    device.print_line(f"#{shown}#")
    return b""


def close_slip(device: DatecsIsl, data: bytes) -> bytes:
    """27h: close the service receipt."""
    check(not data)
    receipt = _needs_slip(device)
    device.needs_paper()
    printout.closing(device, receipt)
    device.memory.close_receipt(device.now)
    return bytes_of(device.counter(device.memory.day.documents))


def cash(device: DatecsIsl, data: bytes) -> bytes:
    """46h: cash in or out; answers P or F with the cash, in and out sums. F sets no error bit."""
    amount = decimal(text_of(data), 10, 2) if data else Decimal(0)
    memory = device.memory
    code = "P"
    if amount:
        device.needs_paper()
        if memory.receipt is not None or (amount < 0 and memory.cash + amount < 0):
            code = "F"
        else:
            title = "СЛУЖЕБНО ИЗВЕДЕНИ" if amount < 0 else "СЛУЖЕБНО ВЪВЕДЕНИ"
            printout.service(device, title, [f"{abs(amount):.2f}"])
            memory.move_cash(amount, device.now)
    sums = (memory.cash, memory.day.cash_in.total, memory.day.cash_out.total)
    return bytes_of(",".join((code, *(hundredths(each) for each in sums))))


def duplicate(device: DatecsIsl, data: bytes) -> bytes:
    """6Dh: print the last fiscal receipt a second time, once."""
    check(data == b"1")
    device.needs_nothing_open()
    device.needs_paper()
    document = device.memory.last_fiscal_document
    switched_on = device.memory.setting("duplicates", default=True)
    if document is None or device.memory.duplicated or not switched_on:
        raise Refused(Reason.NOT_ALLOWED)
    printout.duplicate(device, document)
    device.memory.file("duplicate", device.now)
    device.memory.duplicated = True
    return b""


def feed(device: DatecsIsl, data: bytes) -> bytes:
    """2Ch: feed 1 to 99 lines."""
    lines = whole(text_of(data), 1, 99) if data else 1
    device.needs_paper()
    for _ in range(lines):
        device.paper.line()
    return b""


def drawer(device: DatecsIsl, data: bytes) -> bytes:
    """6Ah: open the drawer; the length of the pulse (5..100 ms) is remembered."""
    if data:
        device.memory.settings["drawer_ms"] = whole(text_of(data), 5, 100)
    return b""


def show_lower(device: DatecsIsl, data: bytes) -> bytes:
    """23h: text on the lower line of the display."""
    del device
    check(len(data) <= DISPLAY_LINE)
    return b""


def show_upper(device: DatecsIsl, data: bytes) -> bytes:
    """2Fh: text on the upper line; not in a fiscal receipt, unless (P) switch 1 is on."""
    check(len(data) <= DISPLAY_LINE)
    receipt = device.memory.receipt
    if receipt is not None and receipt.is_fiscal and device.switches[:1] != "1":
        raise Refused(Reason.NOT_ALLOWED)
    return b""


def show(device: DatecsIsl, data: bytes) -> bytes:
    """64h: text on both lines; 10h introduces a control byte."""
    del device
    check(len(data) <= 2 * DISPLAY_LINE)
    return b""


def nothing(device: DatecsIsl, data: bytes) -> bytes:
    """21h, 3Fh: clear the display, show the clock."""
    del device
    check(not data)
    return b""


def beep(device: DatecsIsl, data: bytes) -> bytes:
    """50h: a tone of 100..5000 Hz for 50..2000 ms, or (P) notes."""
    text = text_of(data)
    if match := re.fullmatch(r"([0-9]{1,4}),([0-9]{1,4})", text):
        whole(match[1], 100, 5000)
        whole(match[2], 50, 2000)
    else:
        check(not text or device.dialect.is_p)
    return b""


COMMANDS: Final[Mapping[int, Handler]] = {
    0x21: nothing,
    0x23: show_lower,
    0x26: open_slip,
    0x27: close_slip,
    0x2C: feed,
    0x2F: show_upper,
    0x3F: nothing,
    0x46: cash,
    0x50: beep,
    0x64: show,
    0x6A: drawer,
    0x6D: duplicate,
}

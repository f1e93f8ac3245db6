"""Eltrade's commands that read: state, sums, identity.

Source: Daisy/Eltrade/Incotex page, section 9. Each handler takes the device and the request's text and
returns the reply's text.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from billing.emulators.eltrade_device import PAYMENTS, EltradeDevice
from billing.emulators.isl_words import Words, comma, signed, whole_number, wrong_value
from billing.emulators.memory import LETTERS, Tally
from billing.emulators.receipt import CASH, GROUPS, ZERO, Kind, Receipt

IDENTITY: Final = "A3,ONLINE_BG,KL5301.1811.0.3 15Nov18 EMULATED"
FREE_BLOCKS: Final = 3650


def status(device: EltradeDevice, data: str) -> bytes:
    """4Ah: the six status bytes as data; ``W`` waits for the printer, ``X`` does not."""
    if data not in {"", "W", "X"}:
        raise wrong_value()
    return device.status()


def _current(device: EltradeDevice) -> Receipt | None:
    """Return the open fiscal receipt, else the last one; None when that was cancelled."""
    receipt = device.memory.receipt
    if receipt is None or not receipt.is_fiscal:
        receipt = device.memory.last_receipt
    return None if receipt is None or receipt.cancelled else receipt


def transaction(device: EltradeDevice, data: str) -> str:
    """4Ch: ``Open,Items,Amount[,Paid]``, sums with a sign and eight digits."""
    if data not in {"", "T"}:
        raise wrong_value()
    receipt = _current(device)
    amounts = [receipt.total, receipt.paid - receipt.change] if receipt else [ZERO, ZERO]
    sums = [signed(amount, 9) for amount in amounts]
    is_open = int(device.memory.receipt is not None)
    return comma(is_open, f"{receipt.sales if receipt else 0:04d}", *sums[: 2 if data else 1])


def receipt_sums(device: EltradeDevice, data: str) -> str:
    """67h: ``CanVoid,A..H,Invoice,NextInvoice``."""
    del data
    memory, receipt = device.memory, _current(device)
    groups = receipt.groups if receipt else [ZERO] * GROUPS
    is_invoice = memory.receipt is not None and memory.receipt.is_invoice
    can_void = memory.receipt is not None and bool(memory.receipt.sales) and not memory.receipt.payments
    sums = (signed(amount, 10) for amount in groups)
    following = memory.invoice_next + (memory.receipt is not None and memory.receipt.kind is Kind.INVOICE)
    return comma(int(can_void), *sums, int(is_invoice), f"{following:010d}")


def last_document(device: EltradeDevice, data: str) -> str:
    """71h: seven digits; the current receipt's number already while it is open."""
    del data
    return f"{device.memory.document_number + (device.memory.receipt is not None):07d}"


def clock(device: EltradeDevice, data: str) -> str:
    """3Eh, and 3Fh which also shows it: ``DD-MM-YY hh:mm:ss``."""
    del data
    return f"{device.now:%d-%m-%y %H:%M:%S}"


def identity(device: EltradeDevice, data: str) -> str:
    """5Ah: name, firmware, checksum, switches, serial and memory numbers; empty without data."""
    if not data:
        return ""
    memory = device.memory
    head = memory.setting("identity", IDENTITY)
    checksum = "214A" if data == "1" else "FFFF"
    return comma(head, checksum, "00", memory.device_number, memory.fiscal_memory_number)


def taxpayer(device: EltradeDevice, data: str) -> str:
    """63h: ``EIK,label``."""
    del data
    return f"{device.memory.taxpayer_number},ЕИК"


def free_records(device: EltradeDevice, data: str) -> str:
    """44h: free blocks of the fiscal memory, twice."""
    del data
    return comma(*[f"{FREE_BLOCKS - len(device.memory.z_blocks):04d}"] * 2)


def rates(device: EltradeDevice, data: str) -> str:
    """61h: the eight rates; 53h tells which groups are enabled."""
    del data
    return rate_list(device)


def rate_list(device: EltradeDevice) -> str:
    """Return the eight rates with two digits before the point."""
    return comma(*(f"{rate or 0:05.2f}" for rate in device.memory.rates))


def day_groups(device: EltradeDevice, data: str) -> str:
    """41h: the day's turnover by group (``0`` or nothing), or the tax in it (``1``)."""
    if data not in {"", "0", "1"}:
        raise wrong_value()
    groups = device.memory.day.groups
    return comma(
        *(signed(amount, 12) for amount in (device.memory.tax_in(groups) if data == "1" else groups))
    )


def day_payments(device: EltradeDevice, data: str) -> str:
    """6Eh: eight sums by payment (``11``: all eleven), last Z, next receipt; pay-ins count as cash."""
    if data not in {"", "11"}:
        raise wrong_value()
    day, memory = device.memory.day, device.memory
    sums = {key: day.payments.get(key, ZERO) for key in PAYMENTS}
    sums[CASH] += day.cash_in.total
    chosen = list(sums.values())[: 11 if data else 8]
    numbers = (f"{memory.next_z - 1:04d}", f"{memory.document_number + 1:07d}")
    return comma(*(signed(amount, 10) for amount in chosen), *numbers)


def department(device: EltradeDevice, data: str) -> str:
    """58h: ``P<tax>,n,sum,n,sum,name`` of the receipt, then of the day; 0 is what was sold without one."""
    place = whole_number(data, 0, 100)
    card = device.memory.departments.get(place)
    if card is None and place:
        return "F"
    receipt = _current(device)
    here = _tally(receipt, place) if receipt else Tally()
    today = Tally()
    for document in device.memory.journal:
        sold = document.receipt if document.z == device.memory.next_z else None
        if sold is not None and not sold.is_reversal and not sold.cancelled:
            found = _tally(sold, place)
            today.add(found.total, found.count)
    row = comma(here.count, _decimals(here.total), today.count, _decimals(today.total))
    return f"P{LETTERS[card.group - 1]},{row},{card.name}" if card else f"P{row},"


def _tally(receipt: Receipt, place: int) -> Tally:
    tally = Tally()
    for line in receipt.lines:
        if line.kind in {"sale", "correction"} and line.department == place:
            tally.add(line.amount)
    return tally


def _decimals(amount: Decimal) -> str:
    return f"{amount:.2f}"


COMMANDS: Final[Mapping[int, Words]] = {
    0x3E: clock,
    0x3F: clock,
    0x41: day_groups,
    0x44: free_records,
    0x4A: status,
    0x4C: transaction,
    0x58: department,
    0x5A: identity,
    0x61: rates,
    0x63: taxpayer,
    0x67: receipt_sums,
    0x6E: day_payments,
    0x71: last_document,
}

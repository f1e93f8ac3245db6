"""Incotex's commands that read: state, sums, identity, the fiscal memory's records.

Source: Daisy/Eltrade/Incotex page, section 9. Each handler takes the device and the request's text and
returns the reply's text.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from billing.emulators import incotex_device as incotex
from billing.emulators.incotex_device import PAYMENTS, IncotexDevice, decimals, no_data
from billing.emulators.isl_words import ErrorNumber, Words, comma, whole_number, wrong_value
from billing.emulators.memory import OperatorTally, Tally
from billing.emulators.receipt import CASH, GROUPS, ZERO, Receipt

IDENTITY: Final = "2.11 Jan 22 2019 EMULATED"
CHECKSUM: Final = "DB44EEAD"
SIM: Final = "284010000000000"
FREE_BLOCKS: Final = 3650
CONSTANTS: Final = (
    "384,144,5,8,0,0,0,9,{0.columns},{0.text},{0.name},8,8,0,15,16,3000,0,0,0,20,0,10,{0.sales},0,0,0"
)
"""P1..P27 of 80h; the widths are the model's."""
REVERSALS: Final = ("refund", "tax-base-reduction", "operator-error")
"""The order of an operator's three reversal sums."""


def status(device: IncotexDevice, data: str) -> str:
    """4Ah: no data; the status is in the frame."""
    del device
    if data not in {"", "W", "X"}:
        raise wrong_value()
    return ""


def _current(device: IncotexDevice) -> Receipt | None:
    """Return the open fiscal receipt, else the last one; None when that was cancelled."""
    receipt = device.memory.receipt
    if receipt is None or not receipt.is_fiscal:
        receipt = device.memory.last_receipt
    return None if receipt is None or receipt.cancelled else receipt


def transaction(device: IncotexDevice, data: str) -> str:
    """4Ch: always ``Open,Items,Amount,Paid``."""
    if data not in {"", "T"}:
        raise wrong_value()
    receipt = _current(device)
    sums = (receipt.total, receipt.paid) if receipt else (ZERO, ZERO)
    is_open = int(device.memory.receipt is not None)
    return comma(is_open, receipt.sales if receipt else 0, *map(decimals, sums))


def receipt_sums(device: IncotexDevice, data: str) -> str:
    """67h: ``CanVoid,A..H,Invoice,NextInvoice``; the first says nothing in Bulgaria."""
    no_data(data)
    receipt = _current(device)
    groups = receipt.groups if receipt else [ZERO] * GROUPS
    is_invoice = device.memory.receipt is not None and device.memory.receipt.is_invoice
    return comma(0, *map(decimals, groups), int(is_invoice), f"{device.next_invoice:010d}")


def last_document(device: IncotexDevice, data: str) -> str:
    """71h: the number of the last finished document, plain."""
    no_data(data)
    return str(device.memory.document_number)


def clock(device: IncotexDevice, data: str) -> str:
    """3Eh: ``DD-MM-YY hh:mm:ss``."""
    no_data(data)
    return f"{device.now:%d-%m-%y %H:%M:%S}"


def identity(device: IncotexDevice, data: str) -> str:
    """5Ah: firmware, checksum, switches, country, serial and memory numbers, SIM; empty without data."""
    if not data:
        return ""
    memory = device.memory
    checksum = CHECKSUM if data == "1" else "FFFF"
    numbers = (memory.device_number, memory.fiscal_memory_number)
    return comma(IDENTITY, checksum, "0000", "06", *numbers, SIM)


def taxpayer(device: IncotexDevice, data: str) -> str:
    """63h: ``serial,EIK``."""
    no_data(data)
    return comma(device.memory.device_number, device.memory.taxpayer_number)


def constants(device: IncotexDevice, data: str) -> str:
    """80h: P1..P27."""
    no_data(data)
    return CONSTANTS.format(device.model)


def free_records(device: IncotexDevice, data: str) -> str:
    """44h: free blocks of the fiscal memory, twice."""
    no_data(data)
    return comma(*[FREE_BLOCKS - len(device.memory.z_blocks)] * 2)


def rates(device: IncotexDevice, data: str) -> str:
    """61h: the eight rates; a disabled group reads -1.00."""
    no_data(data)
    return rate_list(device.memory.rates)


def rate_list(values: Sequence[Decimal | None]) -> str:
    """Return rates with two digits before the point."""
    return comma(*("-1.00" if rate is None else f"{rate:05.2f}" for rate in values))


def last_z(device: IncotexDevice, data: str) -> str:
    """40h: ``No,0.00,A..H,DDMMYY`` of the last Z."""
    no_data(data)
    if not device.memory.z_blocks:
        raise ErrorNumber(incotex.WRONG_RANGE)
    block = device.memory.z_blocks[-1]
    return comma(f"{block.number:04d}", "0.00", *map(decimals, block.day.groups), f"{block.at:%d%m%y}")


def day_groups(device: IncotexDevice, data: str) -> str:
    """41h: ``0.00,A..H`` of the day without tax and without reversals."""
    no_data(data)
    return comma("0.00", *map(decimals, device.net(device.memory.day.groups)))


def day_sums(device: IncotexDevice, data: str) -> str:
    """43h: ``0.00,corrections,cash,fiscal,all``."""
    no_data(data)
    day = device.memory.day
    cash = day.payments.get(CASH, ZERO)
    counts = (f"{device.fiscal_receipts:04d}", f"{device.all_receipts:04d}")
    return comma("0.00", decimals(day.corrections.total), decimals(cash), *counts)


def day_payments(device: IncotexDevice, data: str) -> str:
    """6Eh: cash, C, N, D, the last Z, the last receipt."""
    no_data(data)
    return _payments(device, list(PAYMENTS)[:4])


def all_day_payments(device: IncotexDevice, data: str) -> str:
    """ADh: cash, C, N, D, B, the last Z, the last receipt."""
    no_data(data)
    return _payments(device, list(PAYMENTS))


def _payments(device: IncotexDevice, keys: list[str]) -> str:
    memory = device.memory
    sums = (decimals(memory.day.payments.get(key, ZERO)) for key in keys)
    last = memory.last_fiscal_document
    return comma(*sums, f"{memory.next_z - 1:04d}", last.number if last else 0)


def operator_sums(device: IncotexDevice, data: str) -> str:
    """70h: an operator's receipts, seven pairs ``n:sum``, the last three reversals, and the name."""
    op = device.operator(data)
    day = device.memory.day.operators.get(op, OperatorTally())
    tallies = [day.sales, day.discounts, day.surcharges, day.corrections]
    tallies += [day.reversals[reason] for reason in REVERSALS]
    return comma(day.receipts, *map(_pair, tallies), device.memory.operators[op].name)


def _pair(tally: Tally) -> str:
    return f"{tally.count}:{decimals(tally.total)}"


def record(device: IncotexDevice, data: str) -> str:
    """72h: a Z record, or the sums of several: ``a[,0..6[,b]]``."""
    parts = data.split(",")
    if len(parts) > 3:
        raise wrong_value()
    first, option, last = (*parts, *("", "0", "")[len(parts) :])
    if option not in set("0123456") or (int(option) > 3) != bool(last):
        raise wrong_value()
    low = whole_number(first, high=9999)
    blocks = device.blocks(low, whole_number(last, high=9999) if last else low)
    if not blocks:
        return "E"
    if option == "3":
        return f"P,{rate_list(blocks[0].rates)}"
    columns = zip(*(block.day.groups for block in blocks), strict=True)
    back = zip(*(block.day.all_reversed_groups for block in blocks), strict=True)
    sales, reversals = ([sum(each, ZERO) for each in sums] for sums in (columns, back))
    sums: list[Decimal] = []
    for groups in (sales, reversals):
        sums += (groups, device.net(groups), device.memory.tax_in(groups))[int(option) % 4]
    return comma("P", *map(decimals, sums))


COMMANDS: Final[Mapping[int, Words]] = {
    0x3E: clock,
    0x40: last_z,
    0x41: day_groups,
    0x43: day_sums,
    0x44: free_records,
    0x4A: status,
    0x4C: transaction,
    0x5A: identity,
    0x61: rates,
    0x63: taxpayer,
    0x67: receipt_sums,
    0x6E: day_payments,
    0x70: operator_sums,
    0x71: last_document,
    0x72: record,
    0x80: constants,
    0xAD: all_day_payments,
}

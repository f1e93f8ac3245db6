"""What the host reads from P and C alike: transaction, identity, registers, Z records (Datecs P/C 9)."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from billing.emulators.datecs_fields import bytes_of, check, hundredths, matched, pair, signed, text_of, whole
from billing.emulators.datecs_isl import DatecsIsl
from billing.emulators.datecs_reports import rate_text
from billing.emulators.isl_device import Handler
from billing.emulators.memory import LETTERS, OperatorTally, ZBlock
from billing.emulators.receipt import GROUPS, ZERO, Receipt, cents

MEMORY_BLOCKS: Final = 1825
_RECORD: Final = re.compile(r"([0-9]{1,4}),([0-9]{1,2})(?:,([0-9]{1,4}))?")


def transaction(device: DatecsIsl, data: bytes) -> bytes:
    """4Ch: whether a document is open; sales and sum of this or the last receipt; T: what was paid."""
    check(data in {b"", b"T"})
    memory = device.memory
    receipt = (
        memory.receipt if memory.receipt is not None and memory.receipt.is_fiscal else memory.last_receipt
    )
    receipt = receipt or Receipt()
    fields = ["0" if memory.receipt is None else "1", device.counter(receipt.sales), signed(receipt.total, 9)]
    if data:
        fields.append(signed(receipt.paid, 9))
    return bytes_of(",".join(fields))


def group_sums(device: DatecsIsl) -> list[str]:
    """Return what 67h answers on both dialects: CanVoid, A..H, Invoice, NextInvoice."""
    receipt = device.memory.receipt
    if receipt is None or not receipt.is_fiscal:
        receipt = Receipt()
    can_void = any(receipt.groups) and not receipt.payments
    following = device.memory.invoice_next
    return [
        "1" if can_void else "0",
        *(hundredths(each) for each in receipt.groups),
        "1" if receipt.is_invoice else "0",
        f"{following:010d}",
    ]


def last_document(device: DatecsIsl, data: bytes) -> bytes:
    """71h: the number of the last document of any kind."""
    check(not data)
    return bytes_of(f"{device.memory.document_number:07d}")


def read_clock(device: DatecsIsl, data: bytes) -> bytes:
    """3Eh: the device's clock."""
    check(not data)
    return bytes_of(f"{device.now:%d-%m-%y %H:%M:%S}")


def identity(device: DatecsIsl, data: bytes) -> bytes:
    """5Ah: name, firmware, checksum, switches, serial and fiscal memory number (order of real devices)."""
    text = text_of(data)
    match = re.fullmatch(r"(\*?)(1?)", text)
    check(match and not (match[1] and not device.dialect.is_p))
    memory = device.memory
    fields = [
        str(memory.setting("name", device.dialect.name)),
        str(memory.setting("firmware", device.dialect.firmware)),
        "214A" if text.endswith("1") else "FFFF",
        device.switches + ("00000000" if text.startswith("*") else ""),
        memory.device_number,
        memory.fiscal_memory_number,
    ]
    return bytes_of(",".join(fields))


def eight(amounts: Sequence[Decimal]) -> str:
    """Return amounts as 12 signed digits each, joined by commas."""
    return ",".join(signed(each) for each in amounts)


def last_z(device: DatecsIsl, groups: Sequence[Decimal], block: ZBlock, *, with_time: bool = False) -> bytes:
    """Return what 40h answers for the last block."""
    at = f"{block.at:%d%m%y%H%M%S}" if with_time else f"{block.at:%d%m%y}"
    return bytes_of(f"P,{device.counter(block.number)},{eight(groups)},{at}")


def record(device: DatecsIsl, data: bytes) -> bytes:
    """72h: a Z record, or the sums of a range of them."""
    match = matched(_RECORD, text_of(data))
    first = int(match[1])
    last = int(match[3]) if match[3] else first
    check(1 <= first <= last)
    blocks = [each for each in device.memory.z_blocks if first <= each.number <= last]
    kind = int(match[2])
    if kind == 5:
        return _rate_record(device, first)
    if not blocks:
        return b"E"
    fields = record_fields(device, kind, blocks)
    check(fields is not None)
    return bytes_of(",".join(("P", *(fields or ()))))


def _rate_record(device: DatecsIsl, number: int) -> bytes:
    times = device.memory.rates_set
    if number > max(len(times), 1):
        return b"E"
    at = times[number - 1] if times else device.now
    return bytes_of(",".join(("P", "2", *_rates(device.memory.rates), f"{at:%d-%m-%y %H:%M:%S}")))


def _rates(rates: Sequence[Decimal | None]) -> list[str]:
    enabled = "".join("0" if rate is None else "1" for rate in rates)
    return [enabled, *(rate_text(rate, "00.00") for rate in rates)]


def taxes(block: ZBlock, groups: Sequence[Decimal]) -> list[Decimal]:
    """Return the tax in ``groups`` by the rates of the block."""
    return [
        cents(amount * rate / (100 + rate)) if rate else ZERO
        for amount, rate in zip(groups, block.rates, strict=True)
    ]


def _sum(blocks: Sequence[ZBlock], part: str) -> list[Decimal]:
    total = [ZERO] * GROUPS
    for block in blocks:
        groups = block.day.groups
        amounts = {"total": groups, "tax": taxes(block, groups)}
        amounts["net"] = [a - b for a, b in zip(groups, amounts["tax"], strict=True)]
        total = [a + b for a, b in zip(total, amounts[part], strict=True)]
    return total


def record_fields(device: DatecsIsl, kind: int, blocks: list[ZBlock]) -> list[str] | None:
    """Return the fields of 72h that P and C share (kinds 0 to 4), the dialect's own, or None."""
    block = blocks[0]
    at = f"{block.at:%d-%m-%y %H:%M:%S}"
    parts = {1: "total", 2: "net", 3: "tax"}
    if kind == 0:
        return ["1", "2", *_rates(block.rates), at]
    if kind in parts:
        receipts = sum(each.day.fiscal_receipts for each in blocks)
        sums = eight(_sum(blocks, parts[kind]))
        return [device.counter(block.number), device.counter(receipts), sums]
    if kind == 4:
        return [device.counter(block.number), "1", "0", "1", at]
    return device.own_record(kind, blocks)


def free_records(device: DatecsIsl, data: bytes) -> bytes:
    """44h: free records, and all (P) or the same again (C)."""
    check(not data)
    free = MEMORY_BLOCKS - len(device.memory.z_blocks)
    second = MEMORY_BLOCKS if device.dialect.is_p else free
    return bytes_of(f"{device.counter(free)},{device.counter(second)}")


def last_record_date(device: DatecsIsl, data: bytes) -> bytes:
    """56h: the date of the last record of the fiscal memory; T adds the time."""
    check(data in {b"", b"T"})
    blocks = device.memory.z_blocks
    at = blocks[-1].at if blocks else device.now.replace(month=1, day=1, hour=0, minute=0, second=0)
    return bytes_of(device.stamp(at) if data else f"{at:%d-%m-%Y}")


def department(device: DatecsIsl, data: bytes) -> bytes:
    """58h: the sums of a department, of the receipt and of the day."""
    dialect = device.dialect
    outside = 0 if dialect.is_p else 10  # the number that stands for sales without a department
    number = whole(text_of(data), outside and 1, max(dialect.departments_set, outside))
    card = device.memory.departments.get(number)
    if card is None and number != outside:
        return b"F"
    receipt = device.memory.receipt or device.memory.last_receipt or Receipt()
    wanted = 0 if number == outside else number
    lines = [
        line for line in receipt.lines if line.kind != "text" and line.group and line.department == wanted
    ]
    day = device.memory.day.departments.get(wanted)
    count = "{:.3f}".format if not dialect.is_p else str
    fields = [
        count(len(lines)),
        f"{sum((line.amount for line in lines), ZERO):.2f}",
        count(day.count if day else 0),
        f"{day.total if day else ZERO:.2f}",
        card.name if card is not None else "",
    ]
    return bytes_of(f"P{LETTERS[card.group - 1] + ',' if card is not None else ''}{','.join(fields)}")


def operator_fields(device: DatecsIsl, number: str) -> list[str]:
    """Return what 70h answers of an operator's day, without a code letter."""
    card = device.operator(number)
    tally = device.memory.day.operators.get(str(int(number)), OperatorTally())
    return [
        str(tally.receipts),
        pair(tally.sales.count, tally.sales.total),
        pair(tally.discounts.count, tally.discounts.total),
        pair(tally.surcharges.count, tally.surcharges.total),
        pair(tally.corrections.count, tally.corrections.total),
        card.name,
    ]


COMMANDS: Final[Mapping[int, Handler]] = {
    0x3E: read_clock,
    0x44: free_records,
    0x4C: transaction,
    0x56: last_record_date,
    0x58: department,
    0x5A: identity,
    0x71: last_document,
    0x72: record,
}

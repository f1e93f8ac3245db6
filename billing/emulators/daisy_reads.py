"""Daisy's commands that read: state, sums, identity, the fiscal memory's records.

Source: Daisy/Eltrade/Incotex page, section 9. Each handler takes the device and the request's text and
returns the reply's text.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from billing.emulators import daisy_fields as fields
from billing.emulators.daisy_device import OPERATORS, RIGHTS, SLOTS, DaisyDevice
from billing.emulators.daisy_fields import short_date, syntax_error, whole_number
from billing.emulators.isl_words import ErrorNumber, Words, comma, hundredths
from billing.emulators.memory import Day, OperatorTally, Tally, ZBlock
from billing.emulators.receipt import GROUPS, ZERO, Kind

FREE_BLOCKS: Final = 3650
NO_GROUPS: Final = tuple([ZERO] * GROUPS)
CONSTANTS: Final = "384,96,5,8,,,А,9,{columns},{comment},{name},8,8,0,15,50,3000,1,1,0,20,10,0,0,0,0"
"""P1..P26 of 80h; the widths are the model's."""


def status(device: DaisyDevice, data: str) -> bytes:
    """4Ah: the six status bytes as data."""
    if data:
        raise syntax_error()
    return device.status()


def transaction(device: DaisyDevice, data: str) -> str:
    """4Ch: ``Open,Items,Amount[,LastTender,Rest]`` of the open, else of the last fiscal receipt."""
    if data not in {"", "T"}:
        raise syntax_error()
    memory = device.memory
    is_open = int(memory.receipt is not None)
    open_sale = memory.receipt if memory.receipt is not None and memory.receipt.is_fiscal else None
    receipt = open_sale or memory.last_receipt
    total = receipt.total if receipt and not receipt.cancelled else ZERO
    answer = comma(is_open, f"{receipt.sales if receipt else 0:04d}", hundredths(total, 10))
    if not data:
        return answer
    last = receipt.payments[-1].amount if receipt and receipt.payments else ZERO
    rest = receipt.due if receipt and not receipt.cancelled else ZERO
    return comma(answer, hundredths(last, 10), hundredths(rest, 10))


def receipt_sums(device: DaisyDevice, data: str) -> str:
    """67h: ``CanVoid,A..H,Invoice,NextInvoice``."""
    del data
    memory = device.memory
    receipt = memory.receipt if memory.receipt is not None else memory.last_receipt
    groups = receipt.groups if receipt and not receipt.cancelled else list(NO_GROUPS)
    is_invoice = memory.receipt is not None and memory.receipt.is_invoice
    can_void = memory.receipt is not None and bool(memory.receipt.sales) and not memory.receipt.payments
    sums = (hundredths(amount, 10) for amount in groups)
    return comma(int(can_void), *sums, int(is_invoice), f"{device.next_invoice:010d}")


def last_document(device: DaisyDevice, data: str) -> str:
    """71h: the number of the last finished document, six digits."""
    del data
    return f"{device.memory.document_number:06d}"


def qr(device: DaisyDevice, data: str) -> str:
    """74h: the QR text of the last document: ``PF,<kind>,<text>``, ``PS,XXXXX`` or ``F``."""
    del data
    memory = device.memory
    if not memory.journal:
        return "F"
    last = memory.journal[-1]
    if last.receipt is None or last.kind == Kind.SLIP:
        return "PS,XXXXX"
    reasons = {"refund": 1, "operator-error": 2, "tax-base-reduction": 3}
    return comma("PF", reasons.get(last.receipt.reason, 0), device.qr(last))


def clock(device: DaisyDevice, data: str) -> str:
    """3Eh: ``DD-MM-YY hh:mm:ss``; the setting ``date_mark`` makes the dashes points."""
    del data
    mark = device.memory.setting("date_mark", "-")
    return f"{device.now:%d-%m-%y %H:%M:%S}".replace("-", mark)


def identity(device: DaisyDevice, data: str) -> str:
    """5Ah: model and firmware, checksum, switches, country, serial and memory numbers; empty without data."""
    if not data:
        return ""
    memory = device.memory
    checksum = "4C21" if data == "1" else "FFFF"
    return comma(
        device.model.identity, checksum, "00", "6", memory.device_number, memory.fiscal_memory_number
    )


def taxpayer(device: DaisyDevice, data: str) -> str:
    """63h: the taxpayer's number padded to 15, or only dashes."""
    del data
    return f"{device.memory.taxpayer_number:<15}" if device.memory.taxpayer_number else "-" * 15


def constants(device: DaisyDevice, data: str) -> str:
    """80h: P1..P26."""
    del data
    model = device.model
    return CONSTANTS.format(columns=model.columns, comment=model.comment, name=model.name)


def free_records(device: DaisyDevice, data: str) -> str:
    """44h: free blocks of the fiscal memory, twice."""
    del data
    return comma(*[FREE_BLOCKS - len(device.memory.z_blocks)] * 2)


def rates(device: DaisyDevice, data: str) -> str:
    """61h: the eight rates; a disabled group reads -1.00."""
    del data
    return rate_list(device.memory.rates)


def rate_list(values: Sequence[Decimal | None]) -> str:
    """Return rates as 61h writes them."""
    return comma(*("-1.00" if rate is None else f"{rate:.2f}" for rate in values))


def day_groups(device: DaisyDevice, data: str) -> str:
    """41h: ``A..H,revA..revH`` of the day: with tax for ``T``, without for ``N`` or nothing."""
    if data not in {"", "N", "T"}:
        raise syntax_error()
    return groups_text(device, device.memory.day, net=data != "T")


def groups_text(device: DaisyDevice, day: Day, *, net: bool) -> str:
    """Return sixteen sums of twelve digits: sales by group, then reversals by group."""
    sums = [day.groups, day.all_reversed_groups]
    if net:
        sums = [device.net(each) for each in sums]
    return comma(*(hundredths(amount, 12) for each in sums for amount in each))


def last_z(device: DaisyDevice, data: str) -> str:
    """40h: ``No,A..H,revA..revH,DDMMYY`` of the last Z; without tax by default."""
    if data not in {"", "N", "T"}:
        raise syntax_error()
    if not device.memory.z_blocks:
        raise ErrorNumber(fields.NOTHING_THERE)
    block = device.memory.z_blocks[-1]
    return comma(f"{block.number:04d}", groups_text(device, block.day, net=data != "T"), f"{block.at:%d%m%y}")


def day_payments(device: DaisyDevice, data: str) -> str:
    """6Eh: sums by payment (four, ``A``: all), the last Z, the next document, the next invoice."""
    if data not in {"", "A"}:
        raise syntax_error()
    memory = device.memory
    keys = list(SLOTS) if data else list(SLOTS)[:4]
    sums = (hundredths(memory.day.payments.get(key, ZERO), 10) for key in keys)
    return comma(
        *sums, f"{memory.next_z - 1:04d}", f"{memory.document_number + 1:06d}", f"{device.next_invoice:010d}"
    )


def operator_sums(device: DaisyDevice, data: str) -> str:
    """70h: an operator's day, his rights to reverse, and his reversals by reason."""
    op = str(whole_number(data))
    if op not in device.memory.operators or int(op) > OPERATORS:
        raise ErrorNumber(fields.WRONG_OPERATOR)
    tally = device.memory.day.operators.get(op, OperatorTally())
    rights = comma(*device.table("rights").get(op, "000"))
    head = (_pair(each) for each in (tally.sales, tally.discounts, tally.surcharges, tally.corrections))
    reversals = (_pair(tally.reversals[reason]) for reason in RIGHTS)
    name = device.memory.operators[op].name
    return f"{comma(tally.receipts, *head, name)}\t{comma(rights, *reversals)}"


def _pair(tally: Tally) -> str:
    return f"{tally.count};{tally.total}"


def record(device: DaisyDevice, data: str) -> str:
    """72h: a Z record, or the sums of several, by number: ``a,0..6[,b]``."""
    first, option, last = _record_fields(data)
    low = whole_number(first)
    return _record(device, device.blocks(low, whole_number(last) if last else low), option)


def record_by_date(device: DaisyDevice, data: str) -> str:
    """92h: the same by date: ``DDMMYY,0..6[,DDMMYY]``."""
    first, option, last = _record_fields(data)
    low = short_date(first)
    return _record(device, device.blocks_between(low, short_date(last) if last else low), option)


def _record_fields(data: str) -> tuple[str, int, str]:
    parts = data.split(",")
    if len(parts) not in {2, 3} or parts[1] not in set("0123456"):
        raise syntax_error()
    option = int(parts[1])
    if (option >= 4) != (len(parts) == 3):
        raise syntax_error()
    return parts[0], option, parts[2] if len(parts) == 3 else ""


def _record(device: DaisyDevice, blocks: list[ZBlock], option: int) -> str:
    if not blocks:
        return "E"
    if option == 3:
        return f"P,{rate_list(blocks[0].rates)}"
    sales, reversals = list(NO_GROUPS), list(NO_GROUPS)
    for block in blocks:
        sales = [a + b for a, b in zip(sales, block.day.groups, strict=True)]
        reversals = [a + b for a, b in zip(reversals, block.day.all_reversed_groups, strict=True)]
    sums: list[Decimal] = []
    for groups in (sales, reversals):
        sums += (groups, device.net(groups), device.memory.tax_in(groups))[option % 4]
    return comma("P", *(hundredths(amount, 12) for amount in sums))


def terminal(device: DaisyDevice, data: str) -> str:
    """C2h: the tax terminal: ``T`` the modem, ``W`` the authority's server, ``S`` and ``I`` the SIM card."""
    digits = device.memory.device_number[2:]
    sim = f"284010000{digits}"
    answers = {
        "T": f"0,75,1,{sim},8935901{digits}00000,35{digits}0000000",
        "W": "0,OK",
        "S": f"{sim},359880{digits},0",
        "I": f"{sim},359880{digits},0",
    }
    if data not in answers:
        raise syntax_error()
    return answers[data]


COMMANDS: Final[Mapping[int, Words]] = {
    0x3E: clock,
    0x40: last_z,
    0x41: day_groups,
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
    0x74: qr,
    0x80: constants,
    0x92: record_by_date,
    0xC2: terminal,
}

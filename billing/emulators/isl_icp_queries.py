"""Queries of the emulated ISL ICP: fields by position, amounts in cents.

They change nothing and are legal at any time (sheet isl-icp, section 4); ``B2`` clears the waiting error.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from billing.emulators.isl_icp_fields import BadField, Fields
from billing.emulators.isl_icp_machine import MEMORY_BLOCKS, Command, Machine, amount
from billing.emulators.isl_icp_payment import TYPES, in_drawer, payment_name
from billing.emulators.isl_icp_sale import DEPARTMENTS
from billing.emulators.memory import REASONS, ZBlock
from billing.emulators.receipt import GROUPS, ZERO, Line, cents

FIRMWARE: Final = "BG R1 21.01.2019"
JOURNAL_NUMBER: Final = "0001"
JOURNAL_LEFT: Final = "900000"
BLOCK_EMPTY, BLOCK_Z, BLOCK_REGISTERED = "E", "1", "8"
FIRST_Z_BLOCK: Final = 2
"""Block 1 of the fiscal memory is the registration, so a Z report's block runs one ahead of its number."""


def _bytes(*fields: str) -> bytes:
    return "".join(fields).encode("cp1251", "replace")


def _sums(values: Iterable[Decimal], width: int = 10) -> str:
    return "".join(amount(value, width) for value in values)


def identity(device: Machine, fields: Fields) -> bytes:
    """00, F0: the device's numbers, its last receipt and invoice."""
    fields.end()
    memory = device.memory
    return _bytes(
        memory.device_number,
        memory.fiscal_memory_number,
        f"{memory.taxpayer_number:<14}"[:14],
        f"{device.last_number % 10_000:04d}",
        f"{max(memory.invoice_next - 1, 0):010d}",
        "11",
    )


def head_row(device: Machine, fields: Fields) -> bytes:
    """F1: one row of head (0-5) or foot (6-8): print kind and text."""
    row = int(fields.choice("012345678"))
    fields.end()
    rows, place = (device.memory.header, row) if row < 6 else (device.memory.footer, row - 6)
    wide = device.memory.setting(f"wide.{row}", "0")
    return _bytes(wide, rows[place] if place < len(rows) else "")


def clock(device: Machine, fields: Fields) -> bytes:
    """F3: date and time, the year with two digits."""
    fields.end()
    return _bytes(f"{device.wall:%d%m%y%H%M%S}")


def rates(device: Machine, fields: Fields) -> bytes:
    """F4: the rates by group and the decimal point."""
    fields.end()
    return _bytes(_sums((rate or ZERO for rate in device.memory.rates), 4), "1")


def payment(device: Machine, fields: Fields) -> bytes:
    """F6: the name of a payment, 12 characters."""
    number = TYPES.index(fields.choice(device.model.payments))
    fields.end()
    return _bytes(f"{payment_name(device, number):<12}"[:12])


def _numbers(device: Machine) -> bytes:
    """F8 01: last issued receipt, subtotal of the open one, number of the current invoice."""
    memory, receipt = device.memory, device.memory.receipt
    is_invoice = receipt is not None and receipt.is_invoice
    invoice = memory.invoice_next if is_invoice else max(memory.invoice_next - 1, 0)
    subtotal = receipt.total if receipt is not None else ZERO
    return _bytes(f"{device.last_number % 1_000_000:06d}", amount(subtotal, 8), f"{invoice:010d}")


def _blocks(device: Machine) -> bytes:
    last = len(device.memory.z_blocks) + FIRST_Z_BLOCK - 1
    return _bytes(JOURNAL_NUMBER, f"{last:04d}", JOURNAL_LEFT)


def _turnover(device: Machine) -> bytes:
    day = device.memory.day
    return _bytes(_sums(day.groups), _sums(day.all_reversed_groups))


def _net(gross: list[Decimal], rates_: list[Decimal | None]) -> Decimal:
    pairs = zip(gross, rates_, strict=True)
    return sum((cents(value / (1 + (rate or ZERO) / 100)) for value, rate in pairs), ZERO)


def _totals(device: Machine) -> bytes:
    """F8 04: what the fiscal memory holds, sales and reversals, each gross and net."""
    sums = [ZERO] * 4
    for block in device.memory.z_blocks:
        sold, back = block.day.groups, block.day.all_reversed_groups
        figures = (sum(sold, ZERO), _net(sold, block.rates), sum(back, ZERO), _net(back, block.rates))
        sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
    return _bytes(_sums(sums, 12))


def _modifiers(device: Machine) -> bytes:
    day = device.memory.day
    return _bytes(
        *(f"{tally.count:04d}{amount(tally.total, 8)}" for tally in (day.discounts, day.surcharges))
    )


def _lines(device: Machine, number: int) -> Iterable[Line]:
    for document in device.memory.journal:
        receipt = document.receipt
        if receipt is not None and document.z == device.memory.next_z and not receipt.cancelled:
            yield from (
                line for line in receipt.lines if line.department == number and not receipt.is_reversal
            )


def _department(device: Machine, fields: Fields) -> bytes:
    number = DEPARTMENTS.index(fields.choice(DEPARTMENTS[1:]))
    fields.end()
    named = device.memory.departments.get(number)
    quantity, total = Decimal(0), ZERO
    for line in _lines(device, number):
        quantity += line.qty if line.kind == "sale" else -line.qty
        total += line.amount
    name = named.name if named else ""
    return _bytes(f"{name:<12}"[:12], f"{int(quantity * 1000):08d}", amount(total, 8))


def _version(device: Machine) -> bytes:
    return _bytes(f"{device.model.name} {FIRMWARE}", f"{device.model.columns:02d}")


def _group_sums(device: Machine) -> bytes:
    receipt = device.memory.receipt
    return _bytes(_sums(receipt.groups if receipt is not None else [ZERO] * GROUPS))


def _drawer(device: Machine) -> bytes:
    return _bytes(_sums(in_drawer(device, number) for number in range(len(TYPES))))


STATE_QUERIES: Final[dict[str, Callable[[Machine], bytes]]] = {
    "00": lambda _: b"0",
    "01": _numbers,
    "02": _blocks,
    "03": _turnover,
    "04": _totals,
    "05": _modifiers,
    "07": _version,
    "09": lambda device: f"{device.error:03d}".encode("ascii"),
    "0A": lambda _: b"EMULATED",
    "0B": _group_sums,
    "0C": lambda device: device.status(),
    "0D": _drawer,
}


def state_query(device: Machine, fields: Fields) -> bytes:
    """F8: what its next two characters name; 06 has a department behind it."""
    which = fields.take(2)
    if which == "06":
        return _department(device, fields)
    fields.end()
    if which not in STATE_QUERIES:
        raise BadField(f"one of {', '.join(STATE_QUERIES)}", which)
    return STATE_QUERIES[which](device)


def memory_block(device: Machine, fields: Fields) -> bytes:
    """FA: one block of the fiscal memory; block 1 is the registration, an unwritten one is of kind E."""
    number = fields.number(4)
    fields.end()
    blocks = device.memory.z_blocks
    if not 1 <= number <= MEMORY_BLOCKS:
        raise BadField(f"a block 0001 to {MEMORY_BLOCKS}", f"{number:04d}")
    if number < FIRST_Z_BLOCK:
        return _bytes(f"{number:04d}", BLOCK_REGISTERED, "01012026000000")
    if number - FIRST_Z_BLOCK >= len(blocks):
        return _bytes(f"{number:04d}", BLOCK_EMPTY, "0" * 14)
    return _bytes(f"{number:04d}", _z_block(blocks[number - FIRST_Z_BLOCK]))


def _z_block(block: ZBlock) -> str:
    day = block.day
    return "".join(
        (
            BLOCK_Z,
            f"{block.at:%d%m%Y%H%M%S}",
            _sums(day.groups),
            _sums(day.all_reversed_groups),
            _sums(day.reversals[reason].total for reason in REASONS),
            f"{block.last_fiscal % 1_000_000:06d}",
        )
    )


def article(device: Machine, fields: Fields) -> bytes:
    """96: a programmed article."""
    number = fields.number(8)
    fields.end()
    plu = device.memory.plus.get(number)
    if plu is None:
        raise BadField("a programmed article", f"{number}")
    return _bytes(
        f"{number:08d}",
        amount(plu.price, 8),
        f"{int(plu.sold * 1000):08d}",
        DEPARTMENTS[plu.department],
        str(plu.group),
        "00",
        f"{plu.name:<12}",
    )


def paper(device: Machine, fields: Fields) -> bytes:
    """B1: 0 there is paper, 1 it is out."""
    fields.end()
    return b"0" if device.has_paper else b"1"


def clear(device: Machine, fields: Fields) -> bytes:
    """B2: the waiting error, which is cleared; older models do not know it."""
    fields.end()
    if not device.model.has_clear:
        raise BadField("another model", device.model.name)
    return device.clear_error().encode("ascii")


COMMANDS: Final = {
    0x00: Command(identity, query=True),
    0xF0: Command(identity, query=True),
    0xF1: Command(head_row, query=True),
    0xF3: Command(clock, query=True),
    0xF4: Command(rates, query=True),
    0xF6: Command(payment, query=True),
    0xF8: Command(state_query, query=True),
    0xFA: Command(memory_block, query=True),
    0x96: Command(article, query=True),
    0xB1: Command(paper, query=True),
    0xB2: Command(clear, query=True),
}

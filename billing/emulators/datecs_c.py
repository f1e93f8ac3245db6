"""The emulated Datecs cash register of the C dialect (DP-05, DP-25, DP-35, DP-150, WP-50).

Only what differs from P: opening, reversal, client, code letters in answers, registers of C. There is no 2Dh.
Settings beside those of ``datecs_isl``: ``sums_without_code`` (67h answers without ``P,``, as a real DP-150).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, Final

from billing.documents import UNIQUE_SALE_NUMBER
from billing.emulators import (
    datecs_c_journal,
    datecs_plus,
    datecs_readings,
    datecs_reports,
    datecs_sales,
    datecs_service,
    datecs_settings,
    printout,
)
from billing.emulators.datecs_dialect import C, Dialect
from billing.emulators.datecs_fields import (
    bytes_of,
    check,
    hundredths,
    matched,
    moment,
    pair,
    signed,
    text_of,
    whole,
)
from billing.emulators.datecs_isl import DatecsIsl
from billing.emulators.datecs_readings import eight, group_sums, last_z, operator_fields, taxes
from billing.emulators.datecs_service import print_free_text, print_slip_text
from billing.emulators.isl_device import Bit
from billing.emulators.memory import REASONS, Day, OperatorTally, Tally, ZBlock
from billing.emulators.receipt import CASH, GROUPS, ZERO, Kind, Original, Reason, Receipt, Refused

KEYS: Final = (CASH, "credit", "debit", "fund", "voucher", "coupon")
OPEN_TYPES: Final = ("", "operator-error", "refund", "tax-base-reduction")
"""The reasons in the order of the last field of 67h; 2Eh numbers them from 0."""
DEPARTMENT_TYPES: Final = ("refund", "operator-error", "tax-base-reduction")
"""Reasons in the order of 58h ``n,1`` to ``n,3``, a numbering of its own."""
DAY_OPERATORS: Final = 8
NO_TERMINAL: Final = "-111557"
_UNP: Final = UNIQUE_SALE_NUMBER.pattern
_OPEN: Final = (
    r"(?P<operator>[0-9]{1,2}),(?P<password>[^,]*)"
    rf"(?:,(?P<number>{_UNP}))?,(?P<till>[0-9]{{1,5}})(?P<invoice>,I)?"
)
_REVERSE: Final = (
    rf"(?P<operator>[0-9]{{1,2}}),(?P<password>[^,]*),(?P<number>(?:{_UNP})?),(?P<till>[0-9]{{1,5}}),"
    r"(?P<reason>[012]),(?P<document>[0-9]{1,7}),(?P<at>[0-9]{10}(?:[0-9]{2})?),(?P<memory>[0-9]{8})"
    r"(?:,I,(?P<invoice>[0-9]{1,10}),(?P<note>.*))?"
)


class DatecsC(DatecsIsl):
    """A cash register of the C dialect."""

    dialect: ClassVar[Dialect] = C
    general_bits: ClassVar[frozenset[Bit]] = C.general_bits

    def own_record(self, kind: int, blocks: list[ZBlock]) -> list[str] | None:
        """Return the fields of 72h kinds 7 to 9: reversals by group, gross, net and tax."""
        if kind not in {7, 8, 9}:
            return None
        total = [ZERO] * GROUPS
        for block in blocks:
            gross = block.day.all_reversed_groups
            tax = taxes(block, gross)
            chosen = {7: gross, 8: [a - b for a, b in zip(gross, tax, strict=True)], 9: tax}[kind]
            total = [a + b for a, b in zip(total, chosen, strict=True)]
        return [self.counter(blocks[0].number), eight(total)]


def _needs_place_for(device: DatecsC, operator: str) -> None:
    """Refuse a ninth operator in a day."""
    today = device.memory.day.operators
    if operator not in today and len(today) >= DAY_OPERATORS:
        raise Refused(Reason.NOT_ALLOWED)


def _open(device: DatecsC, receipt: Receipt) -> None:
    receipt.limits.lines = device.dialect.sales
    device.memory.receipt = receipt
    printout.opening(device, receipt)


def open_receipt(device: DatecsC, data: bytes) -> bytes:
    """30h: open a receipt or invoice, with or without a unique sale number."""
    match = matched(_OPEN, text_of(data))
    till = whole(match["till"], 1, 99_999)
    operator = device.identify(match["operator"], match["password"])
    device.needs_nothing_open()
    _needs_place_for(device, operator)
    memory = device.memory
    if match["invoice"] and memory.invoice_end and memory.invoice_next > memory.invoice_end:
        raise Refused(Reason.NOT_ALLOWED)
    device.needs_paper()
    receipt = Receipt(
        kind=Kind.INVOICE if match["invoice"] else Kind.SALE,
        operator=operator,
        till=str(till),
        unique_sale_number=match["number"] or "",
        opened_at=device.now,
    )
    _open(device, receipt)
    day = memory.day
    return bytes_of(f"{device.counter(day.documents + 1)},{device.counter(day.fiscal_receipts + 1)}")


def open_reversal(device: DatecsC, data: bytes) -> bytes:
    """2Eh: open a reversal of a named document, or (I) a credit note."""
    match = matched(_REVERSE, text_of(data))
    till = whole(match["till"], 1, 99_999)
    whole(match["document"], 1, 9_999_999)
    moment(match["at"])
    check(len(match["note"] or "") <= device.dialect.reason_text)
    operator = device.identify(match["operator"], match["password"])
    device.needs_nothing_open()
    _needs_place_for(device, operator)
    device.needs_paper()
    receipt = Receipt(
        kind=Kind.REVERSAL if match["invoice"] is None else Kind.CREDIT_NOTE,
        operator=operator,
        till=str(till),
        unique_sale_number=match["number"],
        opened_at=device.now,
        reason=REASONS[int(match["reason"])],
        original=Original(
            document=match["document"].lstrip("0"),
            at=match["at"],
            fiscal_memory=match["memory"],
            unique_sale_number=match["number"],
            invoice=match["invoice"] or "",
            note=match["note"] or "",
        ),
    )
    _open(device, receipt)
    day = device.memory.day
    return bytes_of(f"{device.counter(day.documents + 1)},{device.counter(day.reversal_receipts + 1)}")


def client(device: DatecsC, data: bytes) -> bytes:
    """39h: the client of an invoice, after full payment, once."""
    fields = text_of(data).split("\t")
    check(2 <= len(fields) <= 7)
    matched(r"[0-9A-Za-z]{9,14}", fields[0])
    matched(r"[0-3]", fields[1])
    seller, receiver, name, vat, address = (*fields[2:], *[""] * (7 - len(fields)))
    check(all(len(each) <= device.dialect.client_name for each in (seller, receiver, name)))
    check((not vat or 10 <= len(vat) <= 14) and address.count("\n") <= 1)
    device.needs_paper()
    names = ("number", "kind", "seller", "receiver", "client", "vat", "address")
    values = (fields[0], fields[1], seller, receiver, name, vat, address)
    device.receipt.set_client(dict(zip(names, values, strict=True)))
    return b"P"


def slip_text(device: DatecsC, data: bytes) -> bytes:
    """2Ah: a line of a service receipt, perhaps higher."""
    text = text_of(data)
    if "\t" in text:
        text = matched(r"[1-3]\t([^\t]*)", text)[1]
    return print_slip_text(device, text)


def free_text(device: DatecsC, data: bytes) -> bytes:
    """36h: a line of free text in a fiscal receipt."""
    text = text_of(data)
    check("\t" not in text)
    return print_free_text(device, text)


def card_terminal(device: DatecsC, data: bytes) -> bytes:
    """37h: no card terminal is set up."""
    del device
    matched(r"([1-9]|1[0-4])\t.*", text_of(data))
    return bytes_of(f"F,{NO_TERMINAL}")


def status(device: DatecsC, data: bytes) -> bytes:
    """4Ah: six status bytes, or nothing (setting ``status_data``)."""
    check(data in {b"", b"W", b"X"})
    return device.status() if device.memory.setting("status_data", "six") == "six" else b""


def diagnostics(device: DatecsC, data: bytes) -> bytes:
    """47h: print diagnostics, or (6) what the tax authority's server has."""
    text = text_of(data)
    check(text in {"", "0", "1", "5", "6", "7", "8"})
    if text == "6":
        last, now = device.memory.document_number, device.stamp(device.now)
        z = device.memory.next_z - 1
        return bytes_of(f"P,1,0,{now},{last},0,0,0,0,{z},0,0,0,0,{now},0")
    if text not in {"7", "8"}:
        datecs_reports.diagnostics(device, b"")
    return b"P"


def receipt_sums(device: DatecsC, data: bytes) -> bytes:
    """67h: the sums of the open receipt by tax group, and what it is."""
    check(not data)
    receipt = device.memory.receipt or Receipt()
    fields = [*group_sums(device), str(OPEN_TYPES.index(receipt.reason))]
    if not device.memory.setting("sums_without_code", default=False):
        fields.insert(0, "P")
    return bytes_of(",".join(fields))


def _tallies(device: DatecsC, tallies: Sequence[Tally]) -> list[str]:
    return [field for each in tallies for field in (signed(each.total), device.counter(each.count))]


def _paid(amounts: Mapping[str, Decimal]) -> list[str]:
    return [signed(amounts.get(key, ZERO)) for key in KEYS]


def _counters(device: DatecsC, day: Day) -> list[str]:
    tallies = (day.surcharges, day.discounts, day.corrections, day.cancelled)
    return [device.counter(day.fiscal_receipts), signed(day.total), *_tallies(device, tallies)]


def _cash_counters(device: DatecsC, day: Day) -> list[str]:
    local = sum(day.payments.values(), ZERO)
    tallies = (day.cash_in, day.cash_out, Tally(), Tally())
    return [signed(ZERO), signed(local), *_tallies(device, tallies)]


def day_groups(device: DatecsC, data: bytes) -> bytes:
    """41h: the day's sums: sales, VAT, counters (2 to 4), reversals, their VAT and payments (5 to 7)."""
    option = text_of(data) or "0"
    matched(r"[0-7]", option)
    day, tax_in = device.memory.day, device.memory.tax_in
    back = day.all_reversed_groups
    if option in {"0", "1", "5", "6"}:
        groups = {"0": day.groups, "1": tax_in(day.groups), "5": back, "6": tax_in(back)}[option]
        return bytes_of(eight(groups))
    returned = sum(day.reversal_payments.values(), ZERO)
    fields = {
        "2": lambda: _counters(device, day),
        "3": lambda: _cash_counters(device, day),
        "4": lambda: _paid(day.payments),
        "7": lambda: [*_paid(day.reversal_payments), signed(ZERO), signed(returned)],
    }[option]()
    return bytes_of(",".join(fields))


def day_payments(device: DatecsC, data: bytes) -> bytes:
    """6Eh: the day's payments of sales (0) or reversals (1), the last Z and the next receipt of the day."""
    check(data in {b"", b"0", b"1"})
    memory = device.memory
    amounts = memory.day.reversal_payments if data == b"1" else memory.day.payments
    fields = ["P", *(hundredths(amounts.get(key, ZERO)) for key in KEYS), "0", "0"]
    fields += [device.counter(memory.next_z - 1), device.counter(memory.day.fiscal_receipts + 1)]
    return bytes_of(",".join(fields))


def last_block(device: DatecsC, data: bytes) -> bytes:
    """40h: the last Z record, its sales (0) or reversals (1)."""
    check(data in {b"", b"0", b"1"})
    blocks = device.memory.z_blocks
    if not blocks:
        return b"F"
    day = blocks[-1].day
    return last_z(device, day.all_reversed_groups if data == b"1" else day.groups, blocks[-1])


def department(device: DatecsC, data: bytes) -> bytes:
    """58h: the sums of a department; ``n,1`` to ``n,3``: reversals, counted for all departments at once."""
    number, comma, kind = text_of(data).partition(",")
    if not comma:
        return datecs_readings.department(device, data)
    whole(number, 1, 10)
    matched(r"[123]", kind)
    tally = device.memory.day.reversals[DEPARTMENT_TYPES[int(kind) - 1]]
    return bytes_of(f"P{tally.count:.3f},{tally.total:.2f}")


def operator(device: DatecsC, data: bytes) -> bytes:
    """70h: an operator's day, or (``n,1``) their reversals."""
    number, comma, kind = text_of(data).partition(",")
    if not comma:
        return bytes_of(",".join(("P", *operator_fields(device, number))))
    check(kind == "1")
    card = device.operator(number)
    back = device.memory.day.operators.get(str(int(number)), OperatorTally()).reversals
    count = sum(each.count for each in back.values())
    total = sum((each.total for each in back.values()), ZERO)
    order = ("refund", "operator-error", "tax-base-reduction")
    pairs = [pair(count, total), *(pair(back[reason].count, back[reason].total) for reason in order)]
    return bytes_of(",".join(("P", str(count), *pairs, card.name)))


DatecsC.commands = {
    **datecs_sales.COMMANDS,
    **datecs_service.COMMANDS,
    **datecs_reports.COMMANDS,
    **datecs_readings.COMMANDS,
    **datecs_settings.COMMANDS,
    **datecs_plus.COMMANDS,
    **datecs_c_journal.COMMANDS,
    0x2A: slip_text,
    0x2E: open_reversal,
    0x30: open_receipt,
    0x36: free_text,
    0x37: card_terminal,
    0x39: client,
    0x40: last_block,
    0x41: day_groups,
    0x47: diagnostics,
    0x4A: status,
    0x58: department,
    0x67: receipt_sums,
    0x6E: day_payments,
    0x70: operator,
}

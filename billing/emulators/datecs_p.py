"""The emulated Datecs fiscal printer of the P dialect (FP-550, FP-650, FP-800, FP-2000, FMP-10, SK1).

Only what differs from C: opening, reversal, client, fonts, last error, registers of P. The shared commands
stand in the other ``datecs_...`` modules.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Final

from billing.documents import UNIQUE_SALE_NUMBER
from billing.emulators import (
    datecs_p_journal,
    datecs_plus,
    datecs_readings,
    datecs_reports,
    datecs_sales,
    datecs_service,
    datecs_settings,
    printout,
)
from billing.emulators.datecs_dialect import Dialect, P
from billing.emulators.datecs_fields import (
    bytes_of,
    check,
    hundredths,
    matched,
    moment,
    text_of,
    whole,
)
from billing.emulators.datecs_isl import DatecsIsl
from billing.emulators.datecs_readings import eight, group_sums, last_z, operator_fields, taxes
from billing.emulators.datecs_service import print_free_text, print_slip_text
from billing.emulators.device import Request
from billing.emulators.isl_device import Bit
from billing.emulators.memory import ZBlock
from billing.emulators.receipt import CASH, ZERO, Kind, Line, Original, Payment, Reason, Receipt, Refused

REASON_LETTERS: Final[Mapping[str, str]] = {"E": "operator-error", "R": "refund", "T": "tax-base-reduction"}
NUMBER_KINDS: Final[Mapping[str, str]] = {"": "0", "#": "1", "*": "2", "^": "3"}
FIRST_PAYMENTS: Final = (CASH, "credit", "debit", "cheque")
MORE_PAYMENTS: Final = tuple(f"pay{number}" for number in range(1, 12))
UNSENT_DATE: Final = "01-01-2000 00:00:00"
_OPEN: Final = re.compile(
    r"(?P<operator>[0-9]{1,2}),(?P<password>[^,]*),(?P<till>[0-9]{1,5})(?P<invoice>,I)?"
    rf"(?:,(?P<number>{UNIQUE_SALE_NUMBER.pattern}))?"
)
_REVERSE: Final = re.compile(
    r"(?P<operator>[0-9]{1,2}),(?P<password>[^,]*),(?P<till>[0-9]{1,5})(?:,I(?P<invoice>[0-9]{1,10}))?"
    rf"(?:,(?P<number>{UNIQUE_SALE_NUMBER.pattern}))?,(?P<reason>[ERT])(?P<document>[0-9]{{1,10}})"
    rf"(?:,(?P<original>{UNIQUE_SALE_NUMBER.pattern}),(?P<at>[0-9]{{12}}),(?P<memory>[0-9]{{8}}))?"
    r"(?:#(?P<note>.*))?"
)
_FONT: Final = re.compile(r"(?s)\t[0-3](?P<flags>[BHI]{0,3}),(?P<text>.*)")


class DatecsP(DatecsIsl):
    """A fiscal printer of the P dialect."""

    dialect: ClassVar[Dialect] = P
    general_bits: ClassVar[frozenset[Bit]] = P.general_bits

    def standing(self) -> set[Bit]:
        """Return the status bits of its condition; P says when a reversal is open."""
        bits = super().standing()
        if self.memory.receipt is not None and self.memory.receipt.is_reversal:
            bits.add((1, 4))
        return bits

    def refused(self, request: Request, reason: Reason) -> bytes:
        """Refuse, and remember it for 20h."""
        self.memory.settings["last_error"] = [
            request.command,
            -1 - list(Reason).index(reason),
            f"{self.now:%d-%m-%y %H:%M:%S}",
        ]
        return super().refused(request, reason)

    def own_record(self, kind: int, blocks: list[ZBlock]) -> list[str] | None:
        """Return the fields of 72h kinds 6 to 10."""
        days = [block.day for block in blocks]
        if kind == 7:
            keys = (CASH, "debit", "credit", "cheque", *MORE_PAYMENTS)
            return [hundredths(sum((day.payments.get(key, ZERO) for day in days), ZERO)) for key in keys]
        if kind in {8, 9}:
            names = (
                ("discounts", "surcharges", "corrections", "cancelled")
                if kind == 8
                else ("cash_in", "cash_out")
            )
            tallies = [[getattr(day, name) for day in days] for name in names]
            sums = [(sum(t.count for t in each), sum((t.total for t in each), ZERO)) for each in tallies]
            return [field for count, total in sums for field in (self.counter(count), hundredths(total))]
        if kind == 10:
            until = [block for block in self.memory.z_blocks if block.number <= blocks[-1].number]
            tax = sum((sum(taxes(block, block.day.groups), ZERO) for block in until), ZERO)
            return [hundredths(blocks[-1].grand_total), hundredths(tax)]
        return None


def _needs_header(device: DatecsP) -> None:
    if sum(bool(line.strip()) for line in device.memory.header) < 2:
        raise Refused(Reason.NO_HEADER)


def _needs_invoice_number(device: DatecsP) -> None:
    memory = device.memory
    if memory.invoice_end and memory.invoice_next > memory.invoice_end:
        raise Refused(Reason.NOT_ALLOWED)


def _following(device: DatecsP) -> str:
    """Return the last unique sale number plus 1, which P uses when none is sent."""
    last = device.memory.last_unique_sale_number
    if not last:
        raise Refused(Reason.NOT_ALLOWED)
    return f"{last[:14]}{(int(last[14:]) + 1) % 10_000_000:07d}"


def open_receipt(device: DatecsP, data: bytes) -> bytes:
    """30h: open a receipt or invoice; without data, only the number in the last unique sale number."""
    if not data:
        return bytes_of(device.memory.last_unique_sale_number[14:] or "0000000")
    match = matched(_OPEN, text_of(data))
    till = whole(match["till"], 1, 99_999)
    operator = device.identify(match["operator"], match["password"])
    device.needs_nothing_open()
    _needs_header(device)
    if match["invoice"]:
        _needs_invoice_number(device)
    device.needs_paper()
    receipt = Receipt(
        kind=Kind.INVOICE if match["invoice"] else Kind.SALE,
        operator=operator,
        till=str(till),
        unique_sale_number=match["number"] or _following(device),
        opened_at=device.now,
    )
    _open(device, receipt)
    day = device.memory.day
    return bytes_of(f"{device.counter(day.documents + 1)},{device.counter(day.fiscal_receipts + 1)}")


def _open(device: DatecsP, receipt: Receipt) -> None:
    receipt.limits.lines = device.dialect.sales
    device.memory.receipt = receipt
    device.memory.last_unique_sale_number = receipt.unique_sale_number
    printout.opening(device, receipt)


def open_reversal(device: DatecsP, data: bytes) -> bytes:
    """2Eh: open a reversal (long form), or reverse a document of the own journal at once (short form)."""
    match = matched(_REVERSE, text_of(data))
    till = whole(match["till"], 1, 99_999)
    check(len(match["note"] or "") <= device.dialect.reason_text)
    if match["at"]:
        moment(match["at"])
    operator = device.identify(match["operator"], match["password"])
    device.needs_nothing_open()
    _needs_header(device)
    device.needs_paper()
    own = match["number"] or match["original"]
    receipt = Receipt(
        kind=Kind.REVERSAL if match["invoice"] is None else Kind.CREDIT_NOTE,
        operator=operator,
        till=str(till),
        unique_sale_number=own or "",
        opened_at=device.now,
        reason=REASON_LETTERS[match["reason"]],
        original=Original(
            document=match["document"].lstrip("0") or "0",
            at=match["at"] or "",
            fiscal_memory=match["memory"] or device.memory.fiscal_memory_number,
            unique_sale_number=match["original"] or "",
            invoice=match["invoice"] or "",
            note=match["note"] or "",
        ),
    )
    if match["original"]:
        if not match["number"]:
            receipt.unique_sale_number = _following(device)
        _open(device, receipt)
        day = device.memory.day
        return bytes_of(f"{device.counter(day.documents + 1)},{device.counter(day.reversal_receipts + 1)}")
    return _reverse_own(device, receipt)


def _reverse_own(device: DatecsP, receipt: Receipt) -> bytes:
    """Print and close a whole reversal with the content of the document in the own journal."""
    original = receipt.original or Original()
    document = device.memory.document(int(original.document))
    if document is None or document.receipt is None or document.receipt.cancelled:
        raise Refused(Reason.NO_SUCH)
    sold = document.receipt
    if not sold.is_fiscal or sold.is_reversal:
        raise Refused(Reason.NO_SUCH)
    original.at = f"{document.at:%d%m%y%H%M%S}"
    original.unique_sale_number = sold.unique_sale_number
    receipt.unique_sale_number = receipt.unique_sale_number or sold.unique_sale_number
    receipt.groups = list(sold.groups)
    receipt.lines = [line.model_copy() for line in sold.lines]
    receipt.payments = [Payment(key=key, amount=amount) for key, amount in sold.money().items()]
    receipt.client = sold.client
    if not device.memory.has_cash_for(receipt, sold.money().get(CASH, ZERO)):
        raise Refused(Reason.NO_CASH)
    _open(device, receipt)
    for line in receipt.lines:
        _print_again(device, line)
    printout.total(device, receipt)
    printout.closing(device, receipt)
    device.memory.close_receipt(device.now)
    return device.counts(reversals=True)


def _print_again(device: DatecsP, line: Line) -> None:
    if line.group:
        printout.sale(device, line)
    elif line.kind == "modifier":
        printout.modifier(device, line.modifier, line.percent)


def client(device: DatecsP, data: bytes) -> bytes:
    """39h: the client of an invoice, after full payment, once."""
    fields = text_of(data).split("\t")
    match = matched(r"([#*^]?)([0-9A-Za-z]{9,14})", fields[0])
    check(len(fields) <= 6)
    seller, receiver, name, vat, address = (*fields[1:], *[""] * (6 - len(fields)))
    check(all(len(each) <= device.dialect.client_name for each in (seller, receiver, name)))
    check(not vat or 10 <= len(vat) <= 14)
    lines = address.split("\n")
    check(len(lines) <= 2 and len(lines[0]) <= 28 and len(lines[-1]) <= 34)
    device.needs_paper()
    device.receipt.set_client(
        {
            "number": match[2],
            "kind": NUMBER_KINDS[match[1]],
            "seller": seller,
            "receiver": receiver,
            "client": name,
            "vat": vat,
            "address": address,
        }
    )
    return b""


def _without_font(data: bytes) -> str:
    text = text_of(data)
    if not text.startswith("\t"):
        return text
    match = matched(_FONT, text)
    check(len(set(match["flags"])) == len(match["flags"]))
    return match["text"]


def slip_text(device: DatecsP, data: bytes) -> bytes:
    """2Ah: a line of a service receipt, perhaps in another font."""
    return print_slip_text(device, _without_font(data))


def free_text(device: DatecsP, data: bytes) -> bytes:
    """36h: a line of free text in a fiscal receipt, perhaps in another font."""
    return print_free_text(device, _without_font(data))


def last_error(device: DatecsP, data: bytes) -> bytes:
    """20h: the last refused command, the code of the refusal and its time; CLEAR forgets it."""
    check(data in {b"", b"CLEAR"})
    if data:
        device.memory.settings.pop("last_error", None)
    command, code, at = device.memory.setting("last_error", [0, 0, "01-01-00 00:00:00"])
    return bytes_of(f"{command},{code},{at}")


def status(device: DatecsP, data: bytes) -> bytes:
    """4Ah: six status bytes (setting ``status_data``), lines pending, statistics, or what is unsent."""
    check(data in {b"", b"W", b"X", b"L", b"P", b"R"})
    last = device.memory.document_number
    answers = {
        b"L": "0",
        b"P": f"P{last * 100},{last},{last},1,0",
        b"R": f"{last},({last},{device.stamp(device.now)},0),(0,{UNSENT_DATE},0)",
    }
    if data in answers:
        return bytes_of(answers[data])
    return device.status() if device.memory.setting("status_data", "six") == "six" else b""


def receipt_sums(device: DatecsP, data: bytes) -> bytes:
    """67h: the sums of the open receipt by tax group."""
    check(not data)
    return bytes_of(",".join(group_sums(device)))


def day_groups(device: DatecsP, data: bytes) -> bytes:
    """41h: the day's turnover (0) or VAT (1) by tax group."""
    check(data in {b"", b"0", b"1"})
    groups = device.memory.day.groups
    return bytes_of(eight(device.memory.tax_in(groups) if data == b"1" else groups))


def day_payments(device: DatecsP, data: bytes) -> bytes:
    """6Eh: the day's payments, the last Z and the next receipt; ``*`` adds the other means."""
    check(data in {b"", b"*"})
    memory = device.memory
    paid = {key: hundredths(amount) for key, amount in memory.day.payments.items()}
    zero = hundredths(Decimal(0))
    fields = [paid.get(key, zero) for key in (*FIRST_PAYMENTS, *MORE_PAYMENTS[:4])]
    fields += [device.counter(memory.next_z - 1), device.counter(memory.fiscal_number + 1)]
    if data:
        fields += [paid.get(key, zero) for key in MORE_PAYMENTS[4:]]
    return bytes_of(",".join(fields))


def day_modifiers(device: DatecsP, data: bytes) -> bytes:
    """5Dh: the day's discounts and surcharges, numbers and sums."""
    check(not data)
    day = device.memory.day
    tallies = (day.discounts, day.surcharges)
    return bytes_of(",".join(f"{device.counter(each.count)},{hundredths(each.total)}" for each in tallies))


def last_block(device: DatecsP, data: bytes) -> bytes:
    """40h: the last Z record, its turnover or (1) VAT; ``*`` adds the time."""
    match = re.fullmatch(rb"(\*?)([01]?)", data)
    check(match)
    blocks = device.memory.z_blocks
    if not blocks:
        return b"F"
    groups = blocks[-1].day.groups
    chosen = taxes(blocks[-1], groups) if data.endswith(b"1") else groups
    return last_z(device, chosen, blocks[-1], with_time=data.startswith(b"*"))


def operator(device: DatecsP, data: bytes) -> bytes:
    """70h: an operator's day."""
    return bytes_of(",".join(operator_fields(device, text_of(data))))


def cut(device: DatecsP, data: bytes) -> bytes:
    """2Dh: cut the paper."""
    check(not data)
    device.needs_paper()
    return bytes_of(str(device.memory.setting("cut_data", "")))


def keep_settings(device: DatecsP, data: bytes) -> bytes:
    """29h: keep the settings for good; 8 or 16 switches may be set with it."""
    check(re.fullmatch(rb"([01]{8}){0,2}", data))
    if data:
        device.memory.settings["switches"] = text_of(data)[:8]
    return b""


DatecsP.commands = {
    **datecs_sales.COMMANDS,
    **datecs_service.COMMANDS,
    **datecs_reports.COMMANDS,
    **datecs_readings.COMMANDS,
    **datecs_settings.COMMANDS,
    **datecs_plus.COMMANDS,
    **datecs_p_journal.COMMANDS,
    0x20: last_error,
    0x29: keep_settings,
    0x2A: slip_text,
    0x2D: cut,
    0x2E: open_reversal,
    0x30: open_receipt,
    0x36: free_text,
    0x39: client,
    0x40: last_block,
    0x41: day_groups,
    0x4A: status,
    0x5D: day_modifiers,
    0x67: receipt_sums,
    0x6E: day_payments,
    0x70: operator,
}

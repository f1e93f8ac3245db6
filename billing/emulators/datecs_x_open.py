"""Commands of the emulated Datecs X that open a document: sale, invoice, storno, credit note, slip.

Follows sheet datecs-x, section 6 (commands 48, 43, 38).
"""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Final

from billing.emulators import datecs_x_codes as codes
from billing.emulators.datecs_x_fields import Fields, Refusal, bad_value
from billing.emulators.datecs_x_machine import OPERATORS, Answer, Command, Machine, When
from billing.emulators.receipt import Kind, Limits, Original, Receipt

UNIQUE_SALE_NUMBER: Final = re.compile(r"[A-Z]{2}[0-9]{6}-[0-9A-Za-z]{4}-[0-9]{7}")
REASONS: Final = ("operator-error", "refund", "tax-base-reduction")
"""The storno reasons by their digits."""
DOCUMENT_NUMBERS: Final = 9_999_999
TILLS: Final = 99_999
LIMITS: Final = Limits(line_amount=Decimal("9999999.99"), total=Decimal("21474836.47"))
LAST_DAY_FOR_ERRORS: Final = 7
"""An operator error may be reversed up to the 7th of the month after the original's."""


def _operator(device: Machine, fields: Fields) -> str:
    """Check OpCode and OpPwd, the first two fields, and return the operator's number."""
    operator = fields.number(1, 1, OPERATORS)
    device.check_operator(operator, fields.text(2, 8, 1))
    return str(operator)


def _unique_sale_number(fields: Fields, place: int, *, may_be_empty: bool = False) -> str:
    number = fields.text(place, 255)
    if not (UNIQUE_SALE_NUMBER.fullmatch(number) or (may_be_empty and not number)):
        raise bad_value(place)
    return number


def _take_invoice_number(device: Machine) -> str:
    """Take the next number of the invoice range; it is gone even if the receipt is then cancelled."""
    memory = device.memory
    if not memory.invoice_next or memory.invoice_next > memory.invoice_end:
        raise Refusal(codes.INVOICE_RANGE)
    memory.invoice_next += 1
    return str(memory.invoice_next - 1)


def _opened(device: Machine, receipt: Receipt, title: str) -> Answer:
    receipt.opened_at = device.wall
    receipt.limits = LIMITS
    device.memory.receipt = receipt
    device.put_head(title)
    if receipt.is_fiscal:
        device.put_two(f"ОПЕРАТОР {receipt.operator}", receipt.till)
    if receipt.unique_sale_number:
        device.put(f"УНП: {receipt.unique_sale_number}")
    return (device.slip_number,)


def open_receipt(device: Machine, data: bytes) -> Answer:
    """48: a sale, or with ``I`` an invoice; with or without a unique sale number."""
    fields = Fields.read(data, 4, 5)
    operator = _operator(device, fields)
    numbered = len(fields) == 5
    number = _unique_sale_number(fields, 3) if numbered else ""
    till = fields.number(4 if numbered else 3, 1, TILLS)
    invoice = fields.choice(5 if numbered else 4, "I", "")
    receipt = Receipt(operator=operator, till=str(till), unique_sale_number=number)
    if invoice:
        receipt.kind = Kind.INVOICE
        receipt.invoice_number = _take_invoice_number(device)
    return _opened(device, receipt, f"ФАКТУРА {receipt.invoice_number}" if invoice else "")


def open_storno(device: Machine, data: bytes) -> Answer:
    """43: a storno, or with ``I`` a credit note, of the document that DocNum, DateTime and FMNumber name."""
    fields = Fields.read(data, 11)
    operator = _operator(device, fields)
    till = fields.number(3, 1, TILLS)
    reason = REASONS[int(fields.choice(4, "012"))]
    original = _original(device, fields)
    invoice = fields.choice(8, "I", "")
    original.invoice = fields.text(9, 10)
    original.note = fields.text(10, 42)
    if not invoice and (original.invoice or original.note):
        raise bad_value(9 if original.invoice else 10)
    if invoice and not (original.invoice.isascii() and original.invoice.isdigit()):
        raise bad_value(9)
    _check_date(device, fields, reason)
    receipt = Receipt(
        kind=Kind.CREDIT_NOTE if invoice else Kind.REVERSAL,
        operator=operator,
        till=str(till),
        unique_sale_number=original.unique_sale_number,
        reason=reason,
        original=original,
    )
    if invoice:
        receipt.invoice_number = _take_invoice_number(device)
    title = f"КРЕДИТНО ИЗВЕСТИЕ {receipt.invoice_number}" if invoice else "СТОРНО"
    answer = _opened(device, receipt, title)
    device.put(f"ПО ДОКУМЕНТ {original.document} ОТ {original.at}")
    device.put(f"ФП {original.fiscal_memory}")
    return answer


def _original(device: Machine, fields: Fields) -> Original:
    document = fields.number(5, 1, DOCUMENT_NUMBERS)
    fields.moment(6)
    memory = fields.text(7, 8, 8)
    if not (memory.isascii() and memory.isdigit()):
        raise bad_value(7)
    ours = device.memory.document(document) if memory == device.memory.fiscal_memory_number else None
    # only an original that no program made may be reversed without its unique sale number
    numbered = ours is not None and ours.receipt is not None and bool(ours.receipt.unique_sale_number)
    return Original(
        document=str(document),
        at=fields.values[5],
        fiscal_memory=memory,
        unique_sale_number=_unique_sale_number(fields, 11, may_be_empty=not numbered),
    )


def _check_date(device: Machine, fields: Fields, reason: str) -> None:
    made, now = fields.moment(6), device.wall
    months = (now.year - made.year) * 12 + now.month - made.month
    too_late = months > 1 or (months == 1 and now.day > LAST_DAY_FOR_ERRORS)
    if (reason == REASONS[0] and too_late) or made > now + timedelta(days=1):
        raise bad_value(6)


def open_slip(device: Machine, data: bytes) -> Answer:
    """38: a non-fiscal receipt."""
    Fields.read(data, 0)
    return _opened(device, Receipt(kind=Kind.SLIP), "")


COMMANDS: Final = {
    48: Command(open_receipt, When.IDLE, prints=True),
    43: Command(open_storno, When.IDLE, prints=True),
    38: Command(open_slip, When.TO_SLIP, prints=True),
}

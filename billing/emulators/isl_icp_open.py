"""Commands of the emulated ISL ICP around the lines: reversal opened, buyer's data, texts and barcodes.

Follows sheet isl-icp, sections 5.6, 6 and 7.
"""

from datetime import timedelta
from typing import Final

from billing.emulators.isl_icp_fields import BadField, Fields, Refusal
from billing.emulators.isl_icp_machine import Command, Machine, When
from billing.emulators.isl_icp_steps import LIMITS, OTHER, set_step, take_number
from billing.emulators.receipt import Kind, Original, Receipt

REASONS: Final = ("operator-error", "refund", "tax-base-reduction")
FUTURE: Final = timedelta(hours=2, minutes=1)
LAST_DAY_FOR_ERRORS: Final = 7


def open_reversal(device: Machine, fields: Fields) -> None:
    """20: a reversal of the document named; with an invoice number a credit note."""
    reason = REASONS[int(fields.choice("012"))]
    document = fields.number(10)
    made = fields.moment()
    memory = f"{fields.number(8):08d}"
    number = take_number(device, fields) if fields.left else ""
    invoice = fields.rest(10)
    now = device.wall
    if document == 0 or made is None or (invoice and not (invoice.isascii() and invoice.isdigit())):
        raise BadField("a document, its date and time", f"{document}")
    months = (now.year - made.year) * 12 + now.month - made.month
    too_late = months > 1 or (months == 1 and now.day > LAST_DAY_FOR_ERRORS)
    if made > now + FUTURE and device.flag("41", "1") == "1":
        raise BadField("a date that has come", f"{made}")
    if reason == REASONS[0] and too_late and device.flag("42", "1") == "1":
        raise BadField("an original of this or the last month", f"{made}")
    receipt = Receipt(
        kind=Kind.CREDIT_NOTE if invoice else Kind.REVERSAL,
        operator=str(device.memory.setting("operator", "1")),
        unique_sale_number=number,
        opened_at=now,
        reason=reason,
        limits=LIMITS,
        original=Original(
            document=f"{document}",
            at=f"{made:%d%m%Y%H%M%S}",
            fiscal_memory=memory,
            unique_sale_number=number,
            invoice=invoice,
        ),
    )
    if invoice:
        _must_have_invoice_numbers(device)
        receipt.client = device.memory.settings.pop("client", None) or {}
    device.put_head("КРЕДИТНО ИЗВЕСТИЕ" if invoice else "СТОРНО")
    device.put(f"ПО ДОКУМЕНТ {document} ОТ {made:%d-%m-%Y %H:%M:%S} ФП {memory}")
    device.memory.receipt = receipt


def _must_have_invoice_numbers(device: Machine) -> None:
    if not device.memory.invoice_next or device.memory.invoice_next > device.memory.invoice_end:
        raise Refusal(64)


def client(device: Machine, fields: Fields) -> None:
    """50: the buyer's data, before the first line; ``05`` ends the goods part of an invoice."""
    which = fields.number(2)
    receipt = device.memory.receipt
    if which == 5:
        fields.end()
        if receipt is None or not receipt.is_invoice or not receipt.sales:
            raise BadField("an open invoice with lines", "05")
        receipt.extra |= {"goods_ended": "1", "step": OTHER}
        return
    if receipt is not None and (not receipt.is_invoice or receipt.sales):
        raise Refusal(54)
    _must_have_invoice_numbers(device)
    match which:
        case 1 | 2 | 4:
            sent = {{1: "name", 2: "address", 4: "person"}[which]: fields.rest(35)}
        case 3:
            sent = {"number": fields.padded(13), "vat_number": fields.padded(12)}
            fields.end()
        case _:
            raise BadField("01 to 05", f"{which:02d}")
    if receipt is not None:
        receipt.client = (receipt.client or {}) | sent
    else:
        device.memory.settings["client"] = device.memory.setting("client", {}) | sent


def text(device: Machine, fields: Fields) -> None:
    """81: text between two ``#``; what is over the width is dropped without a word."""
    number = take_number(device, fields)
    keep_number(device, number)
    width = device.model.columns - 2
    for line in fields.rest(243).split("\n"):
        device.put(f"#{line[:width]:<{width}}#")
        if device.memory.receipt is not None:
            device.memory.receipt.add_text(line[:width])
    _after_text(device)


def keep_number(device: Machine, number: str) -> None:
    """Keep the first real unique sale number of the open receipt."""
    receipt = device.memory.receipt
    if receipt is not None and number and not receipt.unique_sale_number:
        receipt.unique_sale_number = number


def _after_text(device: Machine) -> None:
    """A text ends "straight after the line", and begins the two seconds of the footer window anew."""
    set_step(device, OTHER)
    receipt = device.memory.receipt
    if receipt is not None and "footer_until" in receipt.extra:
        device.open_footer()


BARCODES: Final = frozenset(("00", "01", "02", "03", "04", "05", "07", "08", "09"))


def barcode(device: Machine, fields: Fields) -> None:
    """A1: a barcode; above the head only before a receipt and with the neutral number."""
    number = take_number(device, fields)
    fields.number(2)
    fields.number(2)
    kind, place = fields.take(2), fields.choice("01")
    data = fields.rest(213)
    if kind not in BARCODES or not data:
        raise BadField("a kind of barcode and its data", f"{kind}{data}")
    if place == "1" and (device.memory.receipt is not None or number):
        raise BadField("no receipt and the neutral number", number)
    keep_number(device, number)
    device.put(f"[{data}]")
    _after_text(device)


COMMANDS: Final = {
    0x20: Command(open_reversal, When.FREE, prints=True),
    0x50: Command(client, When.UNPAID),
    0x81: Command(text, prints=True, despite_error=True),
    0xA1: Command(barcode, prints=True),
}

"""What stands on the paper of each kind of document, the same for all families.

The lines go to the paper and into the journal; nothing here changes a register.
"""

from decimal import Decimal
from typing import Final

from billing.emulators.device import Device
from billing.emulators.memory import LETTERS, Day, Document, ZBlock
from billing.emulators.receipt import CASH, ZERO, Kind, Line, Receipt

TITLES: Final = {
    Kind.SALE: "",
    Kind.INVOICE: "ФАКТУРА",
    Kind.REVERSAL: "СТОРНО",
    Kind.CREDIT_NOTE: "СТОРНО - КРЕДИТНО ИЗВЕСТИЕ",
    Kind.SLIP: "",
}
REASON_NAMES: Final = {
    "operator-error": "ОПЕРАТОРСКА ГРЕШКА",
    "refund": "ВРЪЩАНЕ/РЕКЛАМАЦИЯ",
    "tax-base-reduction": "НАМАЛЕНИЕ НА ДАНЪЧНА ОСНОВА",
}


def opening(device: Device, receipt: Receipt) -> None:
    """Print the head of a document."""
    device.start_document()
    if not receipt.is_fiscal:
        return
    device.print_line(f"ЕИК {device.memory.taxpayer_number}")
    if title := TITLES[receipt.kind]:
        device.print_line(title.center(device.paper.columns))
    device.print_two(f"ОПЕРАТОР {receipt.operator}", f"КАСА {receipt.till}" if receipt.till else "")
    if receipt.unique_sale_number:
        device.print_line(f"УНП: {receipt.unique_sale_number}")
    if receipt.original is not None:
        device.print_line(f"КЪМ ДОКУМЕНТ {receipt.original.document} {receipt.original.at}")
        device.print_line(f"ФП {receipt.original.fiscal_memory} {REASON_NAMES.get(receipt.reason, '')}")


def sale(device: Device, line: Line) -> None:
    """Print a sale or correction with its modifier."""
    if line.kind == "correction":
        device.print_line("КОРЕКЦИЯ")
    for text in line.text.split("\n"):
        if text:
            device.print_line(text)
    if line.qty != 1:
        device.print_line(f"  {line.qty} {line.unit}x {line.price:.2f}")
    letter = LETTERS[line.group - 1]
    device.print_two("", f"{line.amount - line.modifier:.2f} {letter}")
    if line.modifier:
        device.print_two(f"  {_modifier_name(line.modifier, line.percent)}", f"{line.modifier:.2f} {letter}")


def subtotal(device: Device, receipt: Receipt) -> None:
    """Print the subtotal."""
    device.print_two("МЕЖДИННА СУМА", f"{receipt.total:.2f}  ")


def modifier(device: Device, value: Decimal, percent: Decimal | None) -> None:
    """Print a modifier of the subtotal."""
    device.print_two(_modifier_name(value, percent), f"{value:.2f}  ")


def total(device: Device, receipt: Receipt) -> None:
    """Print the total, before the first payment."""
    device.print_line("-" * device.paper.columns)
    device.print_two("ОБЩА СУМА", f"{receipt.total:.2f}  ")


def payment(device: Device, name: str, amount: Decimal, change: Decimal) -> None:
    """Print a payment under the name of its means, and the change."""
    device.print_two(name, f"{amount:.2f}  ")
    if change:
        device.print_two("РЕСТО", f"{change:.2f}  ")


def closing(device: Device, receipt: Receipt, *, cancelled: bool = False, title: str = "") -> str:
    """Print the foot of a document and return the text of its QR code (empty for a slip).

    The document number printed is the one that the memory gives out next. ``title`` replaces the last line.
    """
    memory = device.memory
    at = device.now
    number = f"{memory.document_number + 1:07d}"
    code = ""
    if cancelled:
        device.print_line("АНУЛИРАНО".center(device.paper.columns))
    if receipt.client:
        for name, value in receipt.client.items():
            device.print_line(f"{name}: {value}")
    for text in memory.footer:
        device.print_line(text.center(device.paper.columns))
    device.print_two(f"{number} {at:%d-%m-%Y}", f"{at:%H:%M:%S}")
    device.print_two(memory.device_number, memory.fiscal_memory_number)
    if receipt.is_fiscal:
        code = qr_text(device, number, receipt.total)
        device.print_line(f"QR {code}")
    title = title or ("ФИСКАЛЕН БОН" if receipt.is_fiscal else "СЛУЖЕБЕН БОН")
    device.print_line(title.center(device.paper.columns))
    return code


def qr_text(device: Device, number: str, amount: Decimal) -> str:
    """Return what a receipt's QR code says (N-18 annex 18a): memory, number, date, time, total."""
    return f"{device.memory.fiscal_memory_number}*{number}*{device.now:%Y-%m-%d*%H:%M:%S}*{amount:.2f}"


def service(device: Device, title: str, lines: list[str]) -> None:
    """Print a whole service document."""
    device.start_document()
    device.print_line(title.center(device.paper.columns))
    for text in lines:
        device.print_line(text)
    closing(device, Receipt(kind=Kind.SLIP))


def day_report(device: Device, day: Day, number: int, *, zeroed: bool) -> None:
    """Print a daily report, Z (``zeroed``) or X, whole."""
    device.start_document()
    title = f"ДНЕВЕН ФИНАНСОВ ОТЧЕТ {'С' if zeroed else 'БЕЗ'} НУЛИРАНЕ"
    device.print_line(title.center(device.paper.columns))
    device.print_two("НОМЕР НА ОТЧЕТ", f"{number:04d}")
    _groups(device, day)
    for key, amount in sorted(day.payments.items()):
        device.print_two(f"ПЛАЩАНЕ {'В БРОЙ' if key == CASH else key}", f"{amount:.2f}")
    for name, tally in (
        ("ОТСТЪПКИ", day.discounts),
        ("НАДБАВКИ", day.surcharges),
        ("КОРЕКЦИИ", day.corrections),
        ("АНУЛИРАНИ", day.cancelled),
        ("СЛУЖЕБНО ВЪВЕДЕНИ", day.cash_in),
        ("СЛУЖЕБНО ИЗВЕДЕНИ", day.cash_out),
        *((f"СТОРНО {REASON_NAMES[reason]}", tally) for reason, tally in day.reversals.items()),
    ):
        device.print_two(f"{name} {tally.count}", f"{tally.total:.2f}")
    device.print_two("КАСОВА НАЛИЧНОСТ", f"{device.memory.cash:.2f}")
    device.print_two("ФИСКАЛНИ БОНОВЕ", str(day.fiscal_receipts))
    closing(device, Receipt(kind=Kind.SLIP), title="ФИСКАЛЕН БОН" if zeroed else "")


def memory_report(device: Device, blocks: list[ZBlock], *, detailed: bool) -> None:
    """Print a report from the fiscal memory, whole."""
    device.start_document()
    title = "ПЪЛЕН" if detailed else "СЪКРАТЕН"
    device.print_line(f"{title} ОТЧЕТ НА ФП".center(device.paper.columns))
    for block in blocks if detailed else []:
        device.print_two(f"Z {block.number:04d} {block.at:%d-%m-%Y}", f"{block.day.total:.2f}")
        _groups(device, block.day)
    device.print_two(f"ОТЧЕТИ {len(blocks)}", f"{sum((block.day.total for block in blocks), ZERO):.2f}")
    closing(device, Receipt(kind=Kind.SLIP))


def duplicate(device: Device, document: Document) -> None:
    """Print the second copy of a fiscal receipt, a service document."""
    lines = [text for text in document.text[1:] if not text.strip().startswith("ФИСКАЛЕН БОН")]
    service(device, "ДУБЛИКАТ", lines)


def _groups(device: Device, day: Day) -> None:
    for letter, amount, back in zip(LETTERS, day.groups, day.all_reversed_groups, strict=True):
        if amount or back:
            device.print_two(f"ГРУПА {letter} (СТОРНО {back:.2f})", f"{amount:.2f}")
    device.print_two("ОБОРОТ", f"{day.total:.2f}")


def _modifier_name(value: Decimal, percent: Decimal | None) -> str:
    name = "ОТСТЪПКА" if value < 0 else "НАДБАВКА"
    return name if percent is None else f"{name} {percent}%"

"""Commands of an open fiscal receipt that P and C share: sale, subtotal, payment, text, close, cancel."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from billing.emulators import printout
from billing.emulators.datecs_fields import (
    bytes_of,
    check,
    decimal,
    group_of,
    hundredths,
    matched,
    percent,
    text_of,
    whole,
)
from billing.emulators.datecs_isl import DatecsIsl
from billing.emulators.isl_device import Handler
from billing.emulators.receipt import CASH, Line, Reason, Refused

_TAIL: Final = r"(?:\*(?P<qty>[^*#,;]+)(?:#(?P<unit>[^,;]+))?)?(?:,(?P<percent>[^,;]+)|;(?P<amount>[^,;]+))?"
_SALE: Final = re.compile(
    r"(?:(?P<department>[0-9]{1,4})\t|(?P<group>[^\t0-9]))(?P<sign>-?)(?P<price>[0-9.]+)" + _TAIL
)
_PLU: Final = re.compile(
    r"(?P<show>D?)(?P<sign>-?)(?P<plu>[0-9]{1,9})(?:\t(?P<department>[0-9]{1,4})\t)?" + _TAIL
)
_SUBTOTAL: Final = re.compile(r"(?P<print>[01])[01](?:,(?P<percent>[^,;]+)|;(?P<amount>[^,;]+))?")
_PAYMENT: Final = re.compile(r"(?P<letter>[A-Za-z]?)\+?(?P<amount>[0-9.]+)(?:\*(?P<pinpad>1|12))?")


def _texts(text: str, width: int, lines: int) -> str:
    """Return the descriptive text of a command; too long or too many lines are refused."""
    parts = text.split("\n")
    check(len(parts) <= lines and all(len(part) <= width for part in parts))
    return text.strip("\n")


def _modifier(match: re.Match[str], digits: int = 8) -> tuple[Decimal | None, Decimal | None]:
    """Return the percentage and the amount of a modifier; at most one is given."""
    rate = percent(match["percent"]) if match["percent"] is not None else None
    amount = decimal(match["amount"], digits, 2) if match["amount"] is not None else None
    return rate, amount


def _sold(device: DatecsIsl, match: re.Match[str], line: Line, limit: int) -> bytes:
    """Fill ``line`` with quantity and modifier, register it and print it."""
    if match["unit"]:
        check(device.dialect.units and len(match["unit"]) <= 8)
    rate, amount = _modifier(match)
    quantity = decimal(match["qty"], 8, 3) if match["qty"] is not None else Decimal(1)
    check(quantity > 0)
    receipt = device.receipt
    device.needs_group(line.group)
    device.needs_paper()
    if receipt.sales >= limit:
        raise Refused(Reason.TOO_MANY_LINES)
    if line.price == 0 and device.memory.setting("refuse_zero_price", default=False):
        raise Refused(Reason.BAD_VALUE)
    kind = "correction" if match["sign"] else "sale"
    changes = {"kind": kind, "qty": quantity, "unit": match["unit"] or "", "percent": rate}
    filled = receipt.sell(line.model_copy(update={**changes, "modifier": amount or Decimal(0)}))
    printout.sale(device, filled)
    return b""


def _department_group(device: DatecsIsl, number: int) -> int:
    check(1 <= number <= device.dialect.departments_sold)
    if number not in device.memory.departments:
        raise Refused(Reason.NO_SUCH)
    return device.memory.departments[number].group


def sell(device: DatecsIsl, data: bytes) -> bytes:
    """31h: sell by text in a tax group or department."""
    return _sell(device, data, device.dialect.sale_text, lines=2)


def sell_and_show(device: DatecsIsl, data: bytes) -> bytes:
    """34h: sell by one line of text, shown on the display too."""
    return _sell(device, data, device.dialect.show_text, lines=1)


def _sell(device: DatecsIsl, data: bytes, width: int, lines: int) -> bytes:
    text, tab, rest = text_of(data).partition("\t")
    check(tab)
    name = _texts(text, width, lines)
    match = matched(_SALE, rest)
    department = int(match["department"] or 0)
    if department or match["department"]:
        group = _department_group(device, department)
    else:
        group = group_of(match["group"], latin=device.dialect.latin_groups)
    price = decimal(match["price"], 8, 2)
    line = Line(kind="sale", text=name, price=price, group=group, department=department)
    return _sold(device, match, line, device.dialect.sales)


def sell_plu(device: DatecsIsl, data: bytes) -> bytes:
    """3Ah: sell a programmed article."""
    match = matched(_PLU, text_of(data))
    number = whole(match["plu"], 1, 999_999_999)
    plu = device.memory.plus.get(number)
    if plu is None:
        raise Refused(Reason.NO_SUCH)
    department = int(match["department"] or 0)
    if match["department"]:
        _department_group(device, department)
    line = Line(
        kind="sale", text=plu.name, price=plu.price, group=plu.group, department=department, plu=number
    )
    return _sold(device, match, line, device.dialect.plu_sales)


def subtotal(device: DatecsIsl, data: bytes) -> bytes:
    """33h: read, print or modify the subtotal; answers it with the groups' sums, after the modifier."""
    match = matched(_SUBTOTAL, text_of(data))
    rate, amount = _modifier(match)
    receipt = device.receipt
    if receipt.payments:
        raise Refused(Reason.AFTER_PAYMENT)
    if match["print"] == "1" or rate is not None or amount is not None:
        device.needs_paper()
    before = receipt.total
    value = receipt.modify(percent=rate, amount=amount) if rate is not None or amount is not None else None
    if match["print"] == "1":
        device.print_two("МЕЖДИННА СУМА", f"{before:.2f}  ")
    if value is not None:
        printout.modifier(device, value, rate)
    return bytes_of(",".join(hundredths(each) for each in (receipt.total, *receipt.groups)))


def _payment_key(device: DatecsIsl, letter: str) -> str:
    working = str(device.memory.setting("payment_letters", "".join(device.dialect.payments)))
    if letter in device.dialect.payments and letter in working:
        return device.dialect.payments[letter]
    check(device.memory.setting("unknown_payment_is_cash", default=False))
    return CASH


def pay(device: DatecsIsl, data: bytes) -> bytes:
    """35h: take a payment; answers D and what is due, R and the change, or F."""
    text, tab, rest = text_of(data).partition("\t")
    check(tab)
    name = _texts(text, device.dialect.payment_text, 2)
    receipt = device.receipt
    if not rest:
        key, amount = CASH, receipt.due
    else:
        match = matched(_PAYMENT, rest)
        check(match["pinpad"] is None)  # no card terminal is attached
        key = _payment_key(device, match["letter"] or "P")
        amount = decimal(match["amount"], 10, 2)
    device.needs_paper()
    if (
        receipt.is_reversal
        and key == CASH
        and not device.memory.has_cash_for(receipt, min(amount, receipt.due))
    ):
        raise Refused(Reason.NO_CASH)
    first = not receipt.payments
    overpay = key == CASH or device.memory.setting("overpay", device.dialect.overpay)
    change = receipt.pay(key, amount, text=name, may_exceed=overpay)
    if first:
        printout.total(device, receipt)
    for line in name.split("\n"):
        if line:
            device.print_line(line)
    printout.payment(device, "В БРОЙ" if key == CASH else key, amount, change)
    return bytes_of(f"R{hundredths(change, 9)}" if change else f"D{hundredths(receipt.due, 9)}")


def close(device: DatecsIsl, data: bytes) -> bytes:
    """38h: close the receipt; it must be paid, an invoice must have its client."""
    check(not data)
    receipt = device.receipt
    device.needs_paper()
    device.memory.may_close()
    printout.closing(device, receipt)
    device.memory.close_receipt(device.now)
    return device.counts()


def cancel(device: DatecsIsl, data: bytes) -> bytes:
    """3Ch: cancel the receipt, before any payment; it takes a document number."""
    check(not data)
    receipt = device.receipt
    device.needs_paper()
    receipt.may_cancel()
    printout.closing(device, receipt, cancelled=True)
    device.memory.cancel_receipt(device.now)
    return b""


def barcode(device: DatecsIsl, data: bytes) -> bytes:
    """54h: print a barcode in an open document."""
    dialect = device.dialect
    text = text_of(data)
    match = matched(r"(?s)(.)([LRC]?)(\*?)([,;])(.*)", text)
    kind, align, _, _, content = match.groups()
    check(kind in dialect.barcodes and re.fullmatch(dialect.barcodes[kind], content))
    check(not align or kind in dialect.aligned_codes)
    if device.memory.receipt is None:
        raise Refused(Reason.NOT_OPEN)
    device.needs_paper()
    device.print_line(f"БАРКОД [{content}]")
    return b"P" if 0x54 in dialect.refused else b""


def divider(device: DatecsIsl, data: bytes) -> bytes:
    """5Ch: print a dividing line in an open document."""
    kind = text_of(data)
    receipt = device.memory.receipt
    if re.fullmatch(r"W[0-3]", kind) and device.dialect.is_p:
        if receipt is None or receipt.is_fiscal:
            raise Refused(Reason.NOT_ALLOWED)
        device.needs_paper()
        device.print_line("не се дължи плащане!".center(device.paper.columns))
        return b""
    check(len(kind) == 1 and kind in device.dialect.dividers)
    if receipt is None:
        raise Refused(Reason.NOT_OPEN)
    device.needs_paper()
    pattern = {"1": "-", "2": "- ", "3": "=", "4": "*"}[kind]
    device.print_line((pattern * device.paper.columns)[: device.paper.columns])
    return b""


COMMANDS: Final[Mapping[int, Handler]] = {
    0x31: sell,
    0x34: sell_and_show,
    0x3A: sell_plu,
    0x33: subtotal,
    0x35: pay,
    0x38: close,
    0x3C: cancel,
    0x54: barcode,
    0x5C: divider,
}

"""Eltrade's commands of a receipt: open, sell, subtotal, pay, text, client, close, cancel.

Source: Daisy/Eltrade/Incotex page, section 6. Each handler takes the device and the request's text and
returns the reply's text.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from billing.emulators.eltrade_device import PAYMENTS, EltradeDevice
from billing.emulators.isl_words import (
    Words,
    comma,
    group_number,
    hundredths,
    moment,
    plain_number,
    signed,
    whole_number,
    wrong_value,
)
from billing.emulators.receipt import CASH, Kind, Line, Original, Reason, Receipt, Refused

REASONS: Final[Mapping[str, str]] = {"O": "operator-error", "R": "refund", "T": "tax-base-reduction"}
UNIQUE_SALE_NUMBER: Final = re.compile("[A-Z]{2}[0-9]{6}-[0-9A-Z]{4}-[0-9]{7}")
OPERATOR_CODE: Final = re.compile("[0-9A-Z]{4}")
TEXT: Final = 46
NAME: Final = 30
SHOWN_NAME: Final = 20
PAYMENT_TEXT: Final = 36
DEPARTMENTS: Final = 60
"""Of a sale by text; a sale by article knows 100."""
HEADER_LINES: Final = 2
PERCENT_LIMIT: Final = Decimal("99.00")
_TAIL: Final = r"(\*(?P<qty>[0-9.]+))?(,(?P<percent>[+-]?[0-9.]+)|;(?P<amount>[+-]?[0-9.]+))?"
_SALE: Final = re.compile(
    rf"((?P<department>[0-9]+)\t|(?P<group>[^\t0-9]))(?P<sign>-?)(?P<price>[0-9.]+){_TAIL}"
)
_ARTICLE: Final = re.compile(rf"D?(?P<sign>-?)(?P<plu>[0-9]{{1,9}})(\t(?P<department>[0-9]+)\t)?{_TAIL}")
_SUBTOTAL: Final = re.compile(r"[01][01](,(?P<percent>[+-]?[0-9.]+)|;(?P<amount>[+-]?[0-9.]+))?")
_PAYMENT: Final = re.compile(r"(?P<type>[A-Z]?)\+?(?P<amount>[0-9.]+)")


def counters(device: EltradeDevice) -> str:
    """Return the two counters of the day, four digits each."""
    return f"{device.all_receipts:04d},{device.fiscal_receipts:04d}"


def open_receipt(device: EltradeDevice, data: str) -> str:
    """90h: ``name,UNP[,I]`` or ``name,UNP,S,<FM>,<reason>,<doc>[,<time>[,<invoice>]]``."""
    device.may_open()
    if len([line for line in device.memory.header if line]) < HEADER_LINES:
        raise Refused(Reason.NO_HEADER)
    if not device.memory.taxpayer_number:
        raise Refused(Reason.NOT_ALLOWED)
    name, _, rest = data.partition(",")
    number, *more = rest.split(",")
    form = OPERATOR_CODE if device.memory.setting("managed", default=False) else UNIQUE_SALE_NUMBER
    if not name or form.fullmatch(number) is None:
        raise wrong_value()
    receipt = Receipt(operator=name, unique_sale_number=number)
    if more == ["I"]:
        receipt.kind = Kind.INVOICE
    elif more:
        _reverse(device, receipt, more)
    with device.numbers_of(receipt.kind):
        if receipt.is_invoice and not device.has_invoice_number():
            raise Refused(Reason.NOT_ALLOWED)
        device.open_receipt(receipt)
    return counters(device)


def _reverse(device: EltradeDevice, receipt: Receipt, more: list[str]) -> None:
    """Make ``receipt`` the reversal or credit note that the rest of 90h describes."""
    if more[0] != "S" or not 4 <= len(more) <= 6:
        raise wrong_value()
    memory_number, reason, document, at, invoice = [*more[1:], "", ""][:5]
    if re.fullmatch("[0-9]{8}", memory_number) is None or reason not in REASONS:
        raise wrong_value()
    if reason == "O" and memory_number != device.memory.fiscal_memory_number:
        raise wrong_value()
    whole_number(document, 1)
    if len(more) > 4:
        moment(at, "%Y-%m-%dT%H:%M:%S")
    if len(more) > 5:
        whole_number(invoice, 1)
        receipt.kind = Kind.CREDIT_NOTE
    else:
        receipt.kind = Kind.REVERSAL
    receipt.reason = REASONS[reason]
    receipt.original = Original(
        document=document,
        at=at,
        fiscal_memory=memory_number,
        unique_sale_number=receipt.unique_sale_number,
        invoice=invoice,
    )


def sell(device: EltradeDevice, data: str) -> str:
    """31h: ``[L1][↵L2]⇥<tax>[-]<price>[*<qty>][,<percent>|;<amount>]``, or ``⇥<dept>⇥`` for the group."""
    return _sell(device, data, NAME)


def sell_and_show(device: EltradeDevice, data: str) -> str:
    """34h: the same with one line of text, which is shown as well."""
    if "\n" in data:
        raise wrong_value()
    return _sell(device, data, SHOWN_NAME)


def _sell(device: EltradeDevice, data: str, width: int) -> str:
    text, tab, rest = data.partition("\t")
    found = _SALE.fullmatch(rest)
    _may_sell(device)
    if not tab or found is None or text.count("\n") > 1:
        raise wrong_value()
    line = Line(kind="sale", text="\n".join(part[:width] for part in text.split("\n")).strip("\n"))
    if found["department"]:
        line.department = whole_number(found["department"], 1, DEPARTMENTS)
        line.group = _department_group(device, line.department)
    else:
        line.group = group_number(found["group"])
    line.price = plain_number(found["price"])
    _register(device, line, found.groupdict())
    return ""


def sell_article(device: EltradeDevice, data: str) -> str:
    """3Ah: ``[D][-]<plu>[⇥<dept>⇥][*<qty>][,<percent>|;<amount>]``."""
    found = _ARTICLE.fullmatch(data)
    _may_sell(device)
    if found is None:
        raise wrong_value()
    plu = whole_number(found["plu"], 1, 29999)
    article = device.memory.plus.get(plu)
    if article is None:
        raise Refused(Reason.NO_SUCH)
    line = Line(kind="sale", text=article.name, price=article.price, group=article.group, plu=plu)
    if found["department"]:
        line.department = whole_number(found["department"], 1, 100)
        _department_group(device, line.department)
    _register(device, line, found.groupdict())
    return ""


def _may_sell(device: EltradeDevice) -> None:
    """Check the moment, which is told before a wrong value."""
    if device.sale.payments:
        raise Refused(Reason.AFTER_PAYMENT)


def _department_group(device: EltradeDevice, place: int) -> int:
    department = device.memory.departments.get(place)
    if department is None:
        raise Refused(Reason.NO_SUCH)
    return department.group


def _modifier(found: Mapping[str, str | None]) -> tuple[Decimal | None, Decimal | None]:
    """Return the percent or the amount of a sale or subtotal."""
    percent, amount = found["percent"], found["amount"]
    rate = None if percent is None else plain_number(percent, may_sign=True)
    if rate is not None and abs(rate) > PERCENT_LIMIT:
        raise wrong_value()
    return rate, None if amount is None else plain_number(amount, may_sign=True)


def _register(device: EltradeDevice, line: Line, found: Mapping[str, str | None]) -> None:
    percent, amount = _modifier(found)
    line.percent, line.modifier = percent, amount or Decimal(0)
    line.qty = plain_number(found["qty"], decimals=3) if found["qty"] is not None else Decimal(1)
    if not device.memory.group_enabled(line.group):
        raise Refused(Reason.GROUP_DISABLED)
    if not found["sign"]:
        device.register(line)
        return
    # a minus is a sale below zero: no sum of the receipt may follow it there
    line.kind = "correction"
    try:
        device.register(line)
    except Refused as refusal:
        below = refusal.reason is Reason.BELOW_ZERO
        raise Refused(Reason.NOT_ALLOWED if below else refusal.reason) from None


def subtotal(device: EltradeDevice, data: str) -> str:
    """33h: ``<print><display>[,<percent>|;<amount>]``; answers the subtotal and the eight group sums."""
    receipt = device.sale
    _may_sell(device)
    found = _SUBTOTAL.fullmatch(data)
    if found is None:
        raise wrong_value()
    percent, amount = _modifier(found.groupdict())
    if percent is not None or amount is not None or data[0] == "1":
        device.needs_paper()
    if percent is not None or amount is not None:
        device.modify_subtotal(percent, amount)
    if data[0] == "1":
        device.print_subtotal()
    return comma(*(hundredths(amount, 10) for amount in (receipt.total, *receipt.groups)))


def pay(device: EltradeDevice, data: str) -> str:
    """35h: ``[T1][↵T2]⇥[[<type>][+]<amount>]``; a bare ⇥ pays the rest in cash."""
    receipt = device.sale
    text, tab, rest = data.partition("\t")
    found = _PAYMENT.fullmatch(rest)
    if not tab or (rest and found is None) or text.count("\n") > 1:
        raise wrong_value()
    bare_fails = device.memory.setting("bare_payment_fails", default=False)
    if not rest and bare_fails and receipt.is_reversal and receipt.sales > 1:
        return ""
    letter = (found["type"] if found else "") or "P"
    amount = plain_number(found["amount"], digits=10) if found else receipt.due
    key = CASH if letter == "P" else letter
    if key not in PAYMENTS:
        raise wrong_value()
    if (amount == 0 and receipt.due) or not receipt.sales:
        raise Refused(Reason.NOT_ALLOWED)
    device.check_cash(receipt.total if key == CASH else Decimal(0))
    change = device.take_payment(key, amount)
    for comment in text.split("\n") if text else ():
        device.print_line(comment[:PAYMENT_TEXT])
    return f"R{signed(change, 10)}" if change else f"D{signed(receipt.due, 10)}"


def free_text(device: EltradeDevice, data: str) -> str:
    """36h: text between two ``#``, cut silently."""
    device.sale.add_text(data[:TEXT])
    device.comment(data, TEXT)
    return ""


def client(device: EltradeDevice, data: str) -> str:
    """39h: ``[#]EIK[⇥seller[⇥receiver[⇥client[⇥VAT[⇥address]]]]]``, after full payment of an invoice."""
    receipt = device.sale
    values = data.split("\t")
    number, seller, receiver, buyer, vat, address = [*values, *[""] * 5][:6]
    if len(values) > 6 or re.fullmatch("#?[0-9A-Za-z]{9,10}", number) is None:
        raise wrong_value()
    if vat and not 10 <= len(vat) <= 14:
        raise wrong_value()
    receipt.set_client(
        {
            "ЕГН" if number.startswith("#") else "ЕИК": number.lstrip("#"),
            "ПРОДАВАЧ": seller[:26],
            "ПОЛУЧАТЕЛ": receiver[:26],
            "КУПУВАЧ": buyer[:26],
            "ЗДДС": vat,
            "АДРЕС": " ".join(line[:36] for line in address.split("\n")[:2]),
        }
    )
    return ""


def close(device: EltradeDevice, data: str) -> str:
    """38h: close the paid receipt; answers the counters. A credit note may do without its client."""
    _no_data(data)
    receipt = device.sale
    if receipt.kind is Kind.CREDIT_NOTE and receipt.client is None and receipt.is_paid:
        receipt.client = {}
    with device.numbers_of(receipt.kind):
        device.close_receipt()
    return counters(device)


def cancel(device: EltradeDevice, data: str) -> str:
    """3Ch: cancel the open receipt before anything is paid."""
    _no_data(data)
    device.cancel_receipt()
    return ""


def _no_data(data: str) -> None:
    if data:
        raise wrong_value()


COMMANDS: Final[Mapping[int, Words]] = {
    0x31: sell,
    0x33: subtotal,
    0x34: sell_and_show,
    0x35: pay,
    0x36: free_text,
    0x38: close,
    0x39: client,
    0x3A: sell_article,
    0x3C: cancel,
    0x90: open_receipt,
}

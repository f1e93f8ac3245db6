"""Daisy's commands of a receipt: open, sell, subtotal, pay, text, client, close, cancel.

Source: Daisy/Eltrade/Incotex page, section 6. Each handler takes the device and the request's text and
returns the reply's text.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from billing.emulators import daisy_fields as fields
from billing.emulators.daisy_device import RIGHTS, DaisyDevice
from billing.emulators.daisy_fields import number, syntax_error, whole_number
from billing.emulators.isl_device import NOT_ALLOWED
from billing.emulators.isl_words import ErrorNumber, Words, comma, hundredths
from billing.emulators.receipt import CASH, Kind, Line, Original, Reason, Receipt, Refused, cents

REASONS: Final[Mapping[str, str]] = {"0": "refund", "1": "operator-error", "2": "tax-base-reduction"}
"""0 and 1 stand the other way round than with most makers."""
PAYMENTS: Final[Mapping[str, str]] = {"P": CASH, "N": "N", "C": "C", "D": "D", "U": "D", "B": "B", "E": "B"}
_SALE: Final = re.compile(
    r"(?P<group>.)(?P<sign>[+-]?)(?P<price>[^*,$]*)"
    r"(\*(?P<qty>[^*,$]*))?(,(?P<percent>[^*,$]*))?(\$(?P<amount>[^*,$]*))?"
)
_ARTICLE: Final = re.compile(
    r"(?P<sign>[+-]?)(?P<plu>[^*,@$]+)"
    r"(\*(?P<qty>[^*,@$]*))?(,(?P<percent>[^*,@$]*))?(@(?P<price>[^*,@$]*))?(\$(?P<amount>[^*,@$]*))?"
)
_DEPARTMENT: Final = re.compile(
    r"(?P<sign>[+-]?)(?P<department>[0-9]{1,2})@(?P<price>[^*,@$]*)"
    r"(\*(?P<qty>[^*,@$]*))?(,(?P<percent>[^*,@$]*))?(\$(?P<amount>[^*,@$]*))?"
)
_SUBTOTAL: Final = re.compile(r"[01][01](,(?P<percent>[^,$]*))?(\$(?P<amount>[^,$]*))?")
_PAYMENT: Final = re.compile(r"(?P<type>[A-Z]?)(?P<amount>[^A-Z]+)")


def counters(device: DaisyDevice) -> str:
    """Return the two counters of the day, six digits each as real devices send them."""
    return f"{device.all_receipts:06d},{device.fiscal_receipts:06d}"


def open_receipt(device: DaisyDevice, data: str) -> str:
    """30h: ``op,pwd,UNP[⇥I | ⇥R... ⇥FM | ⇥C... ⇥FM]``."""
    head, *rest = data.split("\t")
    parts = head.split(",")
    device.may_open()
    if len(parts) != 3:
        raise ErrorNumber(fields.FIELD_MISSING) if len(parts) < 3 else syntax_error()
    operator = device.operator(parts[0], parts[1])
    if int(device.memory.operators[operator].password) == 0:
        raise ErrorNumber(fields.FORBIDDEN)
    if not parts[2]:
        raise ErrorNumber(fields.FIELD_MISSING)
    if fields.UNIQUE_SALE_NUMBER.fullmatch(parts[2]) is None:
        raise ErrorNumber(fields.BAD_CHARACTER)
    receipt = Receipt(operator=operator, unique_sale_number=parts[2])
    if rest == ["I"]:
        receipt.kind = Kind.INVOICE
    elif rest:
        _reverse(device, receipt, rest)
    if receipt.is_invoice and not device.has_invoice_number():
        raise ErrorNumber(fields.RANGE_MISSING)
    device.open_receipt(receipt)
    return counters(device)


def _reverse(device: DaisyDevice, receipt: Receipt, rest: list[str]) -> None:
    """Make ``receipt`` the reversal or credit note that the rest of 30h describes."""
    kind = rest[0][:1]
    values = rest[0][1:].split(",")
    if len(rest) != 2 or kind not in {"R", "C"} or len(values) != (3 if kind == "R" else 4):
        raise syntax_error()
    invoice = str(whole_number(values.pop(0), digits=10)) if kind == "C" else ""
    code, document, at = values
    if code not in REASONS:
        raise ErrorNumber(fields.OUT_OF_RANGE)
    whole_number(document, digits=10)
    fields.date_time(at)
    if re.fullmatch("[0-9]{8}", rest[1]) is None:
        raise ErrorNumber(fields.BAD_CHARACTER)
    receipt.kind = Kind.CREDIT_NOTE if kind == "C" else Kind.REVERSAL
    receipt.reason = REASONS[code]
    rights = device.table("rights").get(receipt.operator, "000")
    if rights[RIGHTS.index(receipt.reason)] != "1":
        raise ErrorNumber(fields.FORBIDDEN, NOT_ALLOWED)
    receipt.original = Original(
        document=document,
        at=at,
        fiscal_memory=rest[1],
        unique_sale_number=receipt.unique_sale_number,
        invoice=invoice,
    )


def sell(device: DaisyDevice, data: str) -> str:
    """31h and 34h: ``[T1][↵T2]⇥<tax>[+|-]<price>[*<qty>][,<percent>][$<amount>]``."""
    text, tab, rest = data.partition("\t")
    found = _SALE.fullmatch(rest)
    if not tab or found is None:
        raise syntax_error()
    first, two, second = text.partition("\n")
    name = (second if two else first)[: device.model.comment]
    group = fields.group(found["group"])
    line = Line(kind="sale", text=name, price=_price(found), qty=_quantity(found["qty"]), group=group)
    comments = [first[: device.model.comment]] if two and first else []
    _register(device, line, found.groupdict(), comments)
    return ""


def sell_article(device: DaisyDevice, data: str) -> str:
    """3Ah: ``[+|-]<plu>[*<qty>][,<percent>][@<price>][$<amount>]``; a bar code works as a number."""
    found = _ARTICLE.fullmatch(data)
    if found is None:
        raise syntax_error()
    plu = whole_number(found["plu"], digits=13)
    codes = device.table("barcodes")
    plu = codes.get(str(plu), plu)
    article = device.memory.plus.get(plu)
    if article is None:
        raise Refused(Reason.NO_SUCH)
    if found["price"] is not None and plu <= 100:
        raise Refused(Reason.NOT_ALLOWED)
    price = article.price if found["price"] is None else _price(found)
    line = Line(
        kind="sale",
        text=article.name,
        price=price,
        qty=_quantity(found["qty"]),
        group=device.article_group(article),
        plu=plu,
        department=article.department,
    )
    _register(device, line, found.groupdict(), [])
    return ""


def sell_by_department(device: DaisyDevice, data: str) -> str:
    """8Ah: ``[+|-]<dept>@<price>[*<qty>][,<percent>][$<amount>]``; the price is compulsory."""
    found = _DEPARTMENT.fullmatch(data)
    if found is None:
        raise syntax_error()
    place = int(found["department"])
    department = device.memory.departments.get(place)
    digits = device.table("digits").get(str(place), 0)
    if department is None or not digits:
        raise ErrorNumber(fields.SWITCHED_OFF)
    line = Line(
        kind="sale",
        text=department.name,
        price=number(found["price"], digits=digits),
        qty=_quantity(found["qty"]),
        group=department.group,
        department=place,
    )
    _register(device, line, found.groupdict(), [])
    return ""


def _price(found: re.Match[str]) -> Decimal:
    """Return the price without its sign; the sign and the price are one number to the device."""
    return abs(number(found["sign"] + found["price"], may_sign=True))


def _quantity(text: str | None) -> Decimal:
    return Decimal(1) if text is None else number(text, decimals=3)


def _modifier(found: Mapping[str, str | None]) -> tuple[Decimal | None, Decimal | None]:
    """Return the percent or the amount of a sale or subtotal; not both may be given."""
    percent, amount = found["percent"], found["amount"]
    if percent is not None and amount is not None:
        raise syntax_error()
    rate = None if percent is None else number(percent, may_sign=True)
    if rate is not None and abs(rate) > fields.PERCENT_LIMIT:
        raise ErrorNumber(fields.OUT_OF_RANGE)
    return rate, None if amount is None else number(amount, may_sign=True)


def _register(device: DaisyDevice, line: Line, found: Mapping[str, str | None], comments: list[str]) -> None:
    receipt = device.sale
    percent, amount = _modifier(found)
    if receipt.payments:
        raise Refused(Reason.AFTER_PAYMENT)
    if line.price == 0 or line.qty == 0:
        raise ErrorNumber(fields.ZERO_AMOUNT)
    if not device.memory.group_enabled(line.group):
        raise Refused(Reason.GROUP_DISABLED)
    if found["sign"] == "-":
        _correct(device, line)
        return
    line.percent, line.modifier = percent, amount or Decimal(0)
    added = cents(line.price * line.qty)
    device.check_cash(receipt.total + added)
    device.register(line, *comments)


def _correct(device: DaisyDevice, line: Line) -> None:
    """Take back the last sale that equals ``line``, its modifier included; ``line`` has none of its own."""
    receipt = device.sale
    if any(each.kind == "modifier" for each in receipt.lines):
        raise ErrorNumber(fields.AFTER_MODIFIER)
    gone = receipt.extra.get("corrected", "").split()
    wanted = (line.price, line.qty, line.group, line.plu, line.department)
    for place in reversed(range(len(receipt.lines))):
        sale = receipt.lines[place]
        same = (sale.price, sale.qty, sale.group, sale.plu, sale.department) == wanted
        if sale.kind == "sale" and same and str(place) not in gone:
            taken = sale.model_copy(update={"kind": "correction", "percent": None})
            device.register(taken)
            receipt.extra["corrected"] = " ".join([*gone, str(place)])
            return
    raise ErrorNumber(fields.NOTHING_TO_CORRECT)


def subtotal(device: DaisyDevice, data: str) -> str:
    """33h: ``<print><display>[,<percent>][$<amount>]``; answers the subtotal and the eight group sums."""
    found = _SUBTOTAL.fullmatch(data)
    old_firmware = not device.memory.setting("subtotal_amount", default=True)
    if found is None or (old_firmware and found["amount"] is not None):
        raise syntax_error()
    receipt = device.sale
    percent, amount = _modifier(found.groupdict())
    if receipt.payments:
        raise Refused(Reason.AFTER_PAYMENT)
    if percent is not None or amount is not None or data[0] == "1":
        device.needs_paper()
    if percent is not None or amount is not None:
        device.modify_subtotal(percent, amount)
    if data[0] == "1":
        device.print_subtotal()
    return comma(*(hundredths(amount, 10) for amount in (receipt.total, *receipt.groups)))


def pay(device: DaisyDevice, data: str) -> str:
    """35h: ``[T1][↵T2]⇥[<type><amount>]``; a bare ⇥ pays the rest in cash."""
    text, tab, rest = data.partition("\t")
    found = _PAYMENT.fullmatch(rest)
    if not tab or (rest and found is None):
        raise syntax_error()
    receipt = device.sale
    if not receipt.sales:
        raise ErrorNumber(fields.NO_SALES)
    letter, value = (found["type"] or "P", number(found["amount"])) if found else ("P", receipt.due)
    if letter not in PAYMENTS:
        raise syntax_error()
    key = PAYMENTS[letter]
    _, rate, _, _ = device.slot(key)
    if rate == 0:
        raise ErrorNumber(fields.SWITCHED_OFF)
    if receipt.is_reversal and key != CASH:
        raise Refused(Reason.NOT_ALLOWED)
    if value == 0 and receipt.due:
        raise ErrorNumber(fields.ZERO_AMOUNT)
    device.check_cash(receipt.total)
    change = device.take_payment(key, cents(value * rate))
    for comment in text.split("\n") if text else ():
        device.comment(comment, device.model.comment)
    return f"R{change}" if change else f"D{receipt.due}"


def free_text(device: DaisyDevice, data: str) -> str:
    """36h: text between two ``#``, cut silently."""
    device.sale.add_text(data[: device.model.comment])
    device.comment(data, device.model.comment)
    return ""


def client(device: DaisyDevice, data: str) -> str:
    """39h: ``EIK[⇥VAT[⇥seller[⇥receiver[⇥client[⇥address...]]]]]``, after full payment of an invoice."""
    receipt = device.sale
    values = data.split("\t")
    if not values[0]:
        raise ErrorNumber(fields.FIELD_MISSING)
    widths = [15, 15] + [device.model.columns] * len(values)
    cut = [value[:width] for value, width in zip(values, widths, strict=False)]
    names = ("ЕИК", "ЗДДС", "ПРОДАВАЧ", "ПОЛУЧАТЕЛ", "КУПУВАЧ")
    given = dict(zip(names, cut, strict=False))
    if len(cut) > len(names):
        given["АДРЕС"] = " ".join(cut[len(names) :])
    receipt.set_client(given)
    return ""


def close(device: DaisyDevice, data: str) -> str:
    """38h: close the paid receipt; answers the counters."""
    _no_data(data)
    device.close_receipt()
    return counters(device)


def cancel(device: DaisyDevice, data: str) -> str:
    """82h: cancel the open receipt before anything is paid; answers the counters."""
    _no_data(data)
    device.cancel_receipt()
    return counters(device)


def _no_data(data: str) -> None:
    if data:
        raise syntax_error()


COMMANDS: Final[Mapping[int, Words]] = {
    0x30: open_receipt,
    0x31: sell,
    0x33: subtotal,
    0x34: sell,
    0x35: pay,
    0x36: free_text,
    0x38: close,
    0x39: client,
    0x3A: sell_article,
    0x82: cancel,
    0x8A: sell_by_department,
}

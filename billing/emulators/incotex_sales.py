"""Incotex's commands of a receipt: open, sell, subtotal, pay, text, client, close, cancel.

Source: Daisy/Eltrade/Incotex page, section 6. Each handler takes the device and the request's text and
returns the reply's text.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from billing.emulators import incotex_device as incotex
from billing.emulators.incotex_device import PAYMENTS, IncotexDevice, decimals, no_data
from billing.emulators.isl_words import (
    ErrorNumber,
    Words,
    comma,
    group_number,
    moment,
    plain_number,
    whole_number,
    wrong_value,
)
from billing.emulators.receipt import CASH, Kind, Limits, Line, Original, Reason, Receipt, Refused

REASONS: Final[Mapping[str, str]] = {"R": "operator-error", "S": "refund", "V": "tax-base-reduction"}
UNIQUE_SALE_NUMBER: Final = re.compile("[A-Z]{2}[0-9]{6}-[0-9A-Z]{4}-[0-9]{7}")
NO_NUMBER: Final = "0"
"""Stands for the unique sale number of an original that had none."""
PERCENT_LIMIT: Final = Decimal("99.99")
_MODIFIER: Final = r"(,(?P<percent>[+-]?[0-9.]+)|;(?P<amount>[+-]?[0-9.]+))?"
_SALE: Final = re.compile(
    rf"(?P<group>.)(?P<sign>[+-]?)(?P<price>[0-9.]+)(\*(?P<qty>[0-9.]+))?{_MODIFIER}(@(?P<unit>.{{0,4}}))?"
)
_ARTICLE: Final = re.compile(
    rf"(?P<sign>[+-]?)(?P<number>[0-9]{{1,4}})(\*(?P<qty>[0-9.]+))?{_MODIFIER}(@(?P<price>[0-9.]+))?"
)
_SUBTOTAL: Final = re.compile(rf"[01][01]{_MODIFIER}")
_PAYMENT: Final = re.compile(r"(?P<type>[A-Z]?)\+?(?P<amount>[0-9.]+)")
Same = Callable[[Line], object]
"""What must be equal in a sale and in the correction that takes it back."""
SAME_SALE: Final[Same] = lambda line: (line.text, line.price, line.qty, line.group)  # noqa: E731 rows of data
SAME_ARTICLE: Final[Same] = lambda line: (line.plu, line.price, line.qty)  # noqa: E731
SAME_PRICE: Final[Same] = lambda line: (line.price, line.qty)  # noqa: E731


def counters(device: IncotexDevice) -> str:
    """Return the two counters of the day, four digits each."""
    return f"{device.all_receipts:04d},{device.fiscal_receipts:04d}"


def open_receipt(device: IncotexDevice, data: str) -> str:
    """30h: ``op,UNP,0[,I]``, or a reversal ``op,UNP,<doc>,<r><r>0,<date>,<FM>``, or a credit note."""
    device.may_open()
    parts = data.split(",")
    if len(parts) not in {3, 4, 6}:
        raise wrong_value()
    operator, number, document, *more = parts
    is_reversal = len(parts) == 6
    if UNIQUE_SALE_NUMBER.fullmatch(number) is None and not (is_reversal and number == NO_NUMBER):
        raise wrong_value()
    receipt = Receipt(
        operator=device.operator(operator),
        unique_sale_number=number,
        limits=Limits(lines=device.model.sales, line_amount=Decimal("9999999.99")),
    )
    if is_reversal:
        _reverse(receipt, document, more)
    elif document != "0" or more not in ([], ["I"]):
        raise wrong_value()
    elif more:
        receipt.kind = Kind.INVOICE
    if receipt.is_invoice:
        device.check_invoice_number()
        _take_client(device, receipt)
    device.open_receipt(receipt)
    return counters(device)


def _reverse(receipt: Receipt, document: str, more: list[str]) -> None:
    """Make ``receipt`` the reversal or credit note that the long form of 30h describes."""
    what, at, memory_number = more
    plain = re.fullmatch("([RSV])(?:\\1)0", what)
    noted = re.fullmatch("I([RSV])([0-9]{1,10})", what)
    reason = plain or noted
    if reason is None or re.fullmatch("[0-9]{8}", memory_number) is None:
        raise wrong_value()
    whole_number(document, 1)
    moment(at, "%d-%m-%y %H:%M:%S")
    receipt.kind = Kind.REVERSAL if plain else Kind.CREDIT_NOTE
    receipt.reason = REASONS[reason[1]]
    receipt.original = Original(
        document=document,
        at=at,
        fiscal_memory=memory_number,
        unique_sale_number=receipt.unique_sale_number,
        invoice=noted[2] if noted else "",
    )


def _take_client(device: IncotexDevice, receipt: Receipt) -> None:
    """Give an invoice the client that 39h named before; a credit note may do without."""
    waiting = device.memory.settings.pop("client", None)
    later = device.memory.setting("client_after_payment", default=False)
    if waiting is None and receipt.kind is Kind.INVOICE and not later:
        raise Refused(Reason.CLIENT_MISSING)
    receipt.client = waiting if waiting is not None or receipt.kind is Kind.INVOICE else {}


def sell(device: IncotexDevice, data: str) -> str:
    """31h: ``[T1][↵T2]⇥<tax>[+|-]<price>[*<qty>][,<percent>|;<amount>][@<unit>]``."""
    return _sell(device, data, "31")


def sell_and_show(device: IncotexDevice, data: str) -> str:
    """34h: the same with one text, shown as well; only the same command corrects it."""
    if "\n" in data:
        raise wrong_value()
    return _sell(device, data, "34")


def _sell(device: IncotexDevice, data: str, command: str) -> str:
    _may_go_on(device)
    text, tab, rest = data.partition("\t")
    found = _SALE.fullmatch(rest)
    if not tab or found is None or text.count("\n") > 1:
        raise wrong_value()
    first, two, second = text.partition("\n")
    line = Line(
        kind="sale",
        text=(second if two else first)[: device.model.text],
        price=plain_number(found["price"], digits=9),
        qty=_quantity(found["qty"], 9),
        group=group_number(found["group"]),
        unit=found["unit"] or "",
    )
    comments = [first[: device.model.text]] if two and first else []
    _register(device, line, found.groupdict(), (command, SAME_SALE), comments)
    return ""


def sell_article(device: IncotexDevice, data: str) -> str:
    """3Ah: ``[+|-]<plu>[*<qty>][,<percent>|;<amount>][@<price>]``."""
    _may_go_on(device)
    found = _ARTICLE.fullmatch(data)
    if found is None:
        raise wrong_value()
    plu = int(found["number"])
    article = device.memory.plus.get(plu)
    if article is None:
        raise Refused(Reason.NO_SUCH)
    free = device.table("free_articles").get(str(plu), False)
    line = Line(
        kind="sale",
        text=article.name,
        price=_free_price(found["price"], article.price, free=free),
        qty=_quantity(found["qty"], 8),
        group=device.article_group(article),
        plu=plu,
        department=article.department,
    )
    _register(device, line, found.groupdict(), ("3a", SAME_ARTICLE), [])
    return ""


def sell_by_department(device: IncotexDevice, data: str) -> str:
    """8Ah: ``[+|-]<dept>[*<qty>][,<percent>][@<price>]``; a peer's ``;<amount>`` is taken as well."""
    _may_go_on(device)
    found = _ARTICLE.fullmatch(data)
    if found is None:
        raise wrong_value()
    place = int(found["number"])
    department = device.memory.departments.get(place)
    if department is None:
        raise wrong_value()
    fixed = device.table("fixed_departments").get(str(place), False)
    line = Line(
        kind="sale",
        text=department.name,
        price=_free_price(found["price"], department.price, free=not fixed),
        qty=_quantity(found["qty"], 8),
        group=department.group,
        department=place,
    )
    _register(device, line, found.groupdict(), ("8a", SAME_PRICE), [])
    return ""


def _may_go_on(device: IncotexDevice) -> None:
    """Check that a receipt is open and nothing is paid: after a payment only 35h and 38h are left."""
    if device.sale.payments:
        raise Refused(Reason.AFTER_PAYMENT)


def _quantity(text: str | None, digits: int) -> Decimal:
    if text is None:
        return Decimal(1)
    if len(text.partition(".")[0].lstrip("0")) > 6:
        raise ErrorNumber(7)
    return plain_number(text, decimals=3, digits=digits)


def _free_price(text: str | None, programmed: Decimal, *, free: bool) -> Decimal:
    if text is None:
        return programmed
    if not free:
        raise ErrorNumber(incotex.NO_FREE_PRICE)
    return plain_number(text, digits=9)


def _modifier(found: Mapping[str, str | None]) -> tuple[Decimal | None, Decimal | None]:
    """Return the percent or the amount of a sale or subtotal."""
    percent, amount = found["percent"], found["amount"]
    rate = None if percent is None else plain_number(percent, may_sign=True)
    if rate is not None and abs(rate) > PERCENT_LIMIT:
        raise ErrorNumber(incotex.PERCENT_OUT_OF_RANGE)
    return rate, None if amount is None else plain_number(amount, digits=9, may_sign=True)


def _register(
    device: IncotexDevice,
    line: Line,
    found: Mapping[str, str | None],
    kind: tuple[str, Same],
    comments: list[str],
) -> None:
    """Register a sale, or correct one; ``kind`` is the command and what a correction compares."""
    percent, amount = _modifier(found)
    if line.price == 0 or line.qty == 0:
        raise ErrorNumber(incotex.ZERO_VALUE)
    if not device.memory.group_enabled(line.group):
        raise Refused(Reason.GROUP_DISABLED)
    receipt = device.sale
    if found["sign"] == "-":
        _correct(device, line, kind)
        return
    line.percent, line.modifier = percent, amount or Decimal(0)
    device.register(line, *comments)
    place = len(receipt.lines) - 1
    receipt.extra["commands"] = f"{receipt.extra.get('commands', '')} {place}:{kind[0]}"


def _correct(device: IncotexDevice, line: Line, kind: tuple[str, Same]) -> None:
    """Take back the first sale by the same command that equals ``line``, its modifier included."""
    command, same = kind
    receipt = device.sale
    sold = receipt.extra.get("commands", "").split()
    for entry in sold:
        place, _, by = entry.partition(":")
        sale = receipt.lines[int(place)]
        if by == command and same(sale) == same(line):
            try:
                device.register(sale.model_copy(update={"kind": "correction", "percent": None}))
            except Refused as refusal:
                if refusal.reason is Reason.BELOW_ZERO:
                    raise ErrorNumber(incotex.WOULD_BE_NEGATIVE) from None
                raise
            receipt.extra["commands"] = " ".join(each for each in sold if each != entry)
            return
    raise ErrorNumber(incotex.WOULD_BE_NEGATIVE)


def subtotal(device: IncotexDevice, data: str) -> str:
    """33h: ``<print><display>[,<percent>|;<amount>]``; answers the subtotal and the eight group sums."""
    _may_go_on(device)
    found = _SUBTOTAL.fullmatch(data)
    if found is None:
        raise wrong_value()
    receipt = device.sale
    percent, amount = _modifier(found.groupdict())
    if percent is not None or amount is not None or data[0] == "1":
        device.needs_paper()
    if percent is not None or amount is not None:
        device.modify_subtotal(percent, amount)
    if data[0] == "1":
        device.print_subtotal()
    return comma(*map(decimals, (receipt.total, *receipt.groups)))


def pay(device: IncotexDevice, data: str) -> str:
    """35h: ``[T1][↵T2]⇥[[<type>][+]<amount>]``; a bare ⇥ pays the rest in cash."""
    receipt = device.sale
    text, tab, rest = data.partition("\t")
    found = _PAYMENT.fullmatch(rest)
    if not tab or (rest and found is None) or text.count("\n") > 1:
        raise wrong_value()
    letter = (found["type"] if found else "") or "P"
    amount = plain_number(found["amount"], digits=9) if found else receipt.due
    key = CASH if letter == "P" else letter
    if key not in PAYMENTS:
        raise wrong_value()
    if not receipt.sales:
        raise ErrorNumber(incotex.NOTHING_SOLD)
    if amount == 0 and receipt.due:
        raise ErrorNumber(5)
    if key == CASH:
        device.check_cash(min(amount, receipt.due))
    may_exceed = key == CASH or device.memory.setting("overpay", default=False)
    change = device.take_payment(key, amount, may_exceed=may_exceed)
    for line in text.split("\n") if text else ():
        device.comment(line, device.model.text)
    return f"R{decimals(change)}" if change else f"D{decimals(receipt.due)}"


def free_text(device: IncotexDevice, data: str) -> str:
    """36h: text between two ``#``, cut silently, before the first payment only."""
    _may_go_on(device)
    device.sale.add_text(data[: device.model.text])
    device.comment(data, device.model.text)
    return ""


def client(device: IncotexDevice, data: str) -> str:
    """39h: ``VAT⇥seller⇥receiver⇥client⇥EIK⇥address``, all five ⇥, before the invoice is opened."""
    receipt = device.memory.receipt
    later = device.memory.setting("client_after_payment", default=False)
    if receipt is not None and not later:
        raise Refused(Reason.NOT_ALLOWED)
    values = data.split("\t")
    if len(values) != 6:
        raise wrong_value()
    vat, seller, receiver, buyer, number, address = values
    if not 1 <= len(number) <= 15 or len(vat) > 15:
        raise wrong_value()
    width = device.model.text
    given = {"ЗДДС": vat} if vat else {}
    given |= {
        "ПРОДАВАЧ": seller[:width],
        "ПОЛУЧАТЕЛ": receiver[:width],
        "КУПУВАЧ": buyer[:width],
        "ЕИК": number,
        "АДРЕС": address,
    }
    if receipt is None:
        device.memory.settings["client"] = given
    else:
        device.sale.set_client(given)
    return ""


def close(device: IncotexDevice, data: str) -> str:
    """38h: close the paid receipt; answers the counters and the unique sale number."""
    no_data(data)
    number = device.sale.unique_sale_number
    device.close_receipt()
    return f"{counters(device)},{number}"


def cancel(device: IncotexDevice, data: str) -> str:
    """82h: cancel the open receipt before anything is paid; answers the unique sale number."""
    no_data(data)
    number = device.sale.unique_sale_number
    device.cancel_receipt()
    return number


COMMANDS: Final[Mapping[int, Words]] = {
    0x30: open_receipt,
    0x31: sell,
    0x33: subtotal,
    0x34: sell_and_show,
    0x35: pay,
    0x36: free_text,
    0x38: close,
    0x39: client,
    0x3A: sell_article,
    0x82: cancel,
    0x8A: sell_by_department,
}

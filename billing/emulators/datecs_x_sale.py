"""Commands of the emulated Datecs X inside a document: sales, subtotal, payment, text, client, close, cancel.

Follows sheet datecs-x, section 6.
"""

from decimal import Decimal
from typing import Final

from billing.emulators import datecs_x_codes as codes
from billing.emulators.datecs_x_fields import Fields, Refusal, bad_value
from billing.emulators.datecs_x_machine import Answer, Command, Machine, When, money
from billing.emulators.memory import LETTERS
from billing.emulators.receipt import CASH, Line, Receipt, cents

PRICE_LIMIT: Final = Decimal("9999999.99")
MODIFIER_LIMIT: Final = Decimal("21474836.47")
QUANTITY_LIMIT: Final = Decimal("999999.999")
PERCENT_LIMIT: Final = Decimal("99.99")
NAME_LENGTH: Final = 72
DEPARTMENTS: Final = 99
MODES: Final = "0123456"
FOREIGN: Final = "6"
PAD_MODE: Final = "2"
PAYMENT_NAMES: Final = ("В БРОЙ", "КРЕДИТ", "ДЕБ. КАРТА", "ЧЕК", "ВАУЧЕР", "КУПОН")
FIXED, FREE, MAXIMUM = "0", "1", "2"
"""The price types of a programmed item."""


def payment_name(device: Machine, mode: int) -> str:
    """Return the name of payment mode 0..5 as programmed."""
    return device.memory.payment_names.get(str(mode), PAYMENT_NAMES[mode])


def _modifier(
    fields: Fields, place: int, base: Decimal, limits: tuple[Decimal, Decimal]
) -> dict[str, Decimal]:
    """Return the ``percent`` or signed ``modifier`` that DiscountType and DiscountValue at ``place`` name.

    ``base`` is what a discount may not exceed, ``limits`` the highest percentage and sum.
    """
    kind = fields.choice(place, "01234", "0")
    if kind == "0":
        if fields.text(place + 1, 255):
            raise bad_value(place + 1)
        return {}
    is_percent, sign = kind in "12", 1 if kind in "13" else -1
    value = fields.decimal(place + 1, limits[0] if is_percent else limits[1])
    if value == 0 or (not is_percent and sign < 0 and value > base):
        raise bad_value(place + 1)
    return {"percent" if is_percent else "modifier": sign * value}


def _sell(device: Machine, line: Line) -> Answer:
    """Register ``line`` and print it."""
    if not device.memory.group_enabled(line.group):
        raise Refusal(codes.GROUP_FORBIDDEN)
    product = cents(line.price * line.qty)
    if product > PRICE_LIMIT:
        raise Refusal(codes.PRODUCT_TOO_BIG)
    if product == 0:
        raise Refusal(codes.PRODUCT_ZERO)
    sold = device.receipt.sell(line)
    sign = -1 if sold.kind == "correction" else 1
    device.put(f"{'КОРЕКЦИЯ ' if sign < 0 else ''}{sold.text}")
    device.put_two(f"{sold.qty} x {sold.price}", f"{money(sign * product)} {LETTERS[sold.group - 1]}")
    if sold.modifier:
        device.put_two("НАДБАВКА" if sold.modifier * sign > 0 else "ОТСТЪПКА", money(sold.modifier))
    return (device.slip_number,)


def sell_free(device: Machine, data: bytes) -> Answer:
    """49: an item with its own name and price; a minus before the price voids what was sold."""
    fields = Fields.read(data, 7, 8)
    name = fields.text(1, NAME_LENGTH, 1)
    group = fields.text(2, 255)
    if group not in set("12345678"):
        raise Refusal(codes.GROUP_FORBIDDEN)
    price = fields.decimal(3, PRICE_LIMIT, signed=True)
    quantity = fields.decimal(4, QUANTITY_LIMIT, places=3, empty=Decimal(1))
    line = Line(
        kind="correction" if fields.values[2].startswith("-") else "sale",
        text=name,
        price=abs(price),
        qty=quantity,
        group=int(group),
        department=fields.number(7, 0, DEPARTMENTS, empty=0),
        unit=fields.text(8, 6, 1) if len(fields) == 8 else "",
    )
    change = _modifier(fields, 5, cents(line.price * line.qty), (PERCENT_LIMIT, PRICE_LIMIT))
    return _sell(device, line.model_copy(update=change))


def sell_item(device: Machine, data: bytes) -> Answer:
    """58: a programmed item; a minus before its code voids it at the price it was sold at."""
    fields = Fields.read(data, 5)
    code, is_void = fields.text(1, 7), fields.values[0].startswith("-")
    item = Fields((code.removeprefix("-"),)).number(1, 1, device.model.plus)
    plu = device.memory.plus.get(item)
    if plu is None:
        raise Refusal(codes.ITEM_NOT_FOUND)
    quantity = fields.decimal(2, QUANTITY_LIMIT, places=3, empty=Decimal(1))
    price = fields.decimal(3, PRICE_LIMIT, empty=plu.price)
    if is_void:
        _must_have_sold(device.receipt, item, price)
    else:
        _check_price(plu.extra.get("price_type", FREE), price, plu.price)
    if price == 0:
        raise Refusal(codes.NO_PRICE)
    change = _modifier(fields, 4, cents(price * quantity), (Decimal(100), PRICE_LIMIT))
    line = Line(
        kind="correction" if is_void else "sale",
        text=plu.name,
        price=price,
        qty=quantity,
        group=plu.group,
        department=plu.department,
        plu=item,
    )
    return _sell(device, line.model_copy(update=change))


def _must_have_sold(receipt: Receipt, item: int, price: Decimal) -> None:
    if not any(each.plu == item and each.price == price and each.kind == "sale" for each in receipt.lines):
        raise Refusal(codes.NO_SUCH_SALE)


def _check_price(price_type: str, price: Decimal, programmed: Decimal) -> None:
    if price_type == FIXED and price != programmed:
        raise Refusal(codes.PRICE_FIXED)
    if price_type == MAXIMUM and price > programmed:
        raise Refusal(codes.PRICE_ABOVE)


def subtotal(device: Machine, data: bytes) -> Answer:
    """51: the subtotal, printed or not, with a modifier of the whole receipt or without."""
    fields = Fields.read(data, 4)
    printed = fields.choice(1, "01", "0") == "1"
    fields.choice(2, "01", "0")
    receipt = device.receipt
    change = _modifier(fields, 3, receipt.total, (PERCENT_LIMIT, MODIFIER_LIMIT))
    if change and not receipt.sales:
        raise Refusal(codes.NOTHING_SOLD)
    if printed or change:
        device.needs_paper()
        device.put_two("МЕЖДИННА СУМА", money(receipt.total))
    if change:
        value = receipt.modify(percent=change.get("percent"), amount=change.get("modifier"))
        device.put_two("НАДБАВКА" if value > 0 else "ОТСТЪПКА", money(value))
    return (device.slip_number, money(receipt.total), *map(money, receipt.groups))


def pay(device: Machine, data: bytes) -> Answer:
    """53: a payment; ``D`` and what is due, or ``R`` and the change."""
    fields = Fields.read(data, 3)
    mode = fields.choice(1, MODES)
    amount = fields.decimal(2, PRICE_LIMIT)
    receipt = device.receipt
    if not receipt.sales:
        raise Refusal(codes.NOTHING_SOLD)
    if receipt.total == 0:
        raise Refusal(codes.TOTAL_ZERO)
    if mode == FOREIGN:
        fields.choice(3, "01")
        raise Refusal(codes.CURRENCY_OFF)
    if fields.text(3, 255) not in {"", "1", "12"} or (fields.values[2] == "12" and mode != PAD_MODE):
        raise bad_value(3)
    if device.memory.setting(f"Payment_forbidden.{mode}", "0") == "1":
        raise Refusal(codes.PAYMENT_FORBIDDEN)
    given = amount or receipt.due
    if receipt.is_reversal:
        _check_refund(device, mode, given)
    elif mode != "0" and given > receipt.due:
        raise Refusal(codes.MORE_THAN_DUE)
    name = payment_name(device, int(mode))
    if not receipt.payments:
        device.put_two("ОБЩА СУМА", money(receipt.total))
    change = receipt.pay(CASH if mode == "0" else mode, given, text=name)
    device.put_two(name, money(given))
    if change:
        device.put_two("РЕСТО", money(change))
        return "R", money(change)
    return "D", money(receipt.due)


def _check_refund(device: Machine, mode: str, given: Decimal) -> None:
    """Check the payment of a storno: the exact sum, in cash, and no more than the drawer holds."""
    receipt = device.receipt
    if mode != "0":
        raise Refusal(codes.PAYMENT_FORBIDDEN)
    if given != receipt.due:
        raise Refusal(codes.NO_CHANGE_IN_STORNO if given > receipt.due else codes.PARTLY_PAID)
    if receipt.reason != "operator-error" and given > device.memory.cash:
        raise Refusal(codes.NOT_ENOUGH_CASH)


def _text(device: Machine, data: bytes, third: str) -> str:
    """Return the text of commands 42 and 54; fields left off at the end, tabs included, count as empty."""
    fields = Fields.read(data, 1, 2, 3, 4, 5, 6)
    text = fields.text(1, device.columns - 2)
    for place, allowed in ((2, "01"), (3, "01"), (4, third), (5, "01"), (6, "012")):
        fields.choice(place, allowed, "0")
    return text


def print_text(device: Machine, data: bytes) -> Answer:
    """54: a line of free text, between two ``#``."""
    text = _text(device, data, "01")
    device.receipt.add_text(text)
    device.put(f"#{text:<{device.columns - 2}}#")
    return ()


def print_slip_text(device: Machine, data: bytes) -> Answer:
    """42: a line of a non-fiscal receipt."""
    text = _text(device, data, "012")
    device.receipt.add_text(text)
    device.put(f"#{text:<{device.columns - 2}}#")
    return ()


def set_client(device: Machine, data: bytes) -> Answer:
    """57: whom the invoice is made out to, once, after full payment."""
    fields = Fields.read(data, 8)
    names = ("seller", "receiver", "buyer", "address1", "address2")
    client = {name: fields.text(place, 36) for place, name in enumerate(names, start=1)}
    client["kind"] = fields.choice(6, "0123")
    client["number"], client["vat_number"] = fields.text(7, 255), fields.text(8, 255)
    number = client["number"]
    if not (8 <= len(number) <= 13 and number.isascii() and number.isdigit()):
        raise Refusal(codes.CLIENT_WRONG)
    if client["vat_number"] and not 10 <= len(client["vat_number"]) <= 14:
        raise Refusal(codes.CLIENT_WRONG)
    device.receipt.set_client(client)
    device.put_two(f"КУПУВАЧ {client['buyer']}", number)
    return ()


def close(device: Machine, data: bytes) -> Answer:
    """56: close a paid receipt. Paper that is out does not stop it: the answer is 0, the status says it."""
    Fields.read(data, 0)
    receipt = device.receipt
    receipt.may_close()
    number = device.slip_number
    device.put_foot("СТОРНО" if receipt.is_reversal else "ФИСКАЛЕН БОН")
    device.memory.close_receipt(device.wall)
    return (number,)


def cancel(device: Machine, data: bytes) -> Answer:
    """60: cancel the receipt; its document number is used up."""
    Fields.read(data, 0)
    device.put("АНУЛИРАНО".center(device.columns))
    device.put_foot("СЛУЖЕБЕН БОН")
    device.memory.cancel_receipt(device.wall)
    return ()


def close_slip(device: Machine, data: bytes) -> Answer:
    """39: close the non-fiscal receipt."""
    Fields.read(data, 0)
    number = device.slip_number
    device.put_foot("СЛУЖЕБЕН БОН")
    device.memory.close_receipt(device.wall)
    return (number,)


COMMANDS: Final = {
    49: Command(sell_free, When.SELLING, prints=True),
    58: Command(sell_item, When.SELLING, prints=True),
    51: Command(subtotal, When.SELLING),
    53: Command(pay, When.UNPAID, prints=True),
    54: Command(print_text, When.FISCAL, prints=True),
    57: Command(set_client, When.PAID, prints=True),
    56: Command(close, When.PAID),
    60: Command(cancel, When.SELLING, prints=True),
    42: Command(print_slip_text, When.SLIP, prints=True),
    39: Command(close_slip, When.SLIP, prints=True),
}

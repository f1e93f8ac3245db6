"""Sale and reversal lines of the emulated ISL ICP, and what changes or voids them.

Follows sheet isl-icp, sections 5.1 to 5.5 and 6. The tax group is ``1``-``8`` in the article commands and
``0``-``7`` in the department commands.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from billing.emulators.isl_icp_fields import BadField, Fields, Refusal
from billing.emulators.isl_icp_machine import Command, Machine, When
from billing.emulators.isl_icp_steps import LIMITS, LINE, OTHER, SUBTOTAL, set_step, take_number
from billing.emulators.memory import LETTERS, Department, Plu
from billing.emulators.receipt import CASH, ZERO, Kind, Line, Reason, Receipt, Refused, cents

DEPARTMENTS: Final = "0123456789A"


def _department(fields: Fields) -> int:
    letter = fields.take(1)
    if letter not in DEPARTMENTS:
        raise Refusal(1)
    return DEPARTMENTS.index(letter)


def _group(device: Machine, letter: str, first: int) -> int:
    """Return the group 1..8 of a digit that counts from ``first``.

    Raises:
        Refusal: 7, it is none or not active.
    """
    digits = "".join(str(first + place) for place in range(8))
    if letter not in digits:
        raise Refusal(7)
    group = digits.index(letter) + 1
    if not device.memory.group_enabled(group):
        raise Refusal(7)
    return group


def _opened(device: Machine) -> Receipt:
    """Return the open receipt; without one a sale opens, an invoice if client data came before it."""
    memory = device.memory
    if memory.receipt is not None:
        return memory.receipt
    operator = str(memory.setting("operator", "1"))
    receipt = Receipt(operator=operator, opened_at=device.wall, limits=LIMITS)
    client = memory.settings.pop("client", None)
    if client is not None:
        receipt.kind, receipt.client = Kind.INVOICE, client
    device.put_head(f"ФАКТУРА {memory.invoice_next}" if client is not None else "")
    device.put(f"ОПЕРАТОР {operator}")
    memory.receipt = receipt
    return receipt


def _register(device: Machine, number: str, line: Line, *, closes: bool = False) -> None:
    """Register a line, and with ``closes`` end the receipt after it; a refused first line opens nothing."""
    if line.qty == 0:
        raise Refusal(2)
    if line.price == 0:
        raise Refusal(5)
    gross = cents(line.price * line.qty)
    if not 0 < gross <= LIMITS.line_amount:
        raise Refusal(6)
    present = device.memory.receipt
    if present is not None and present.extra.get("goods_ended"):
        raise BadField("payment or text after the goods part", line.text)
    if present is not None and present.total + gross > LIMITS.total:
        raise Refusal(11)
    receipt = _opened(device)
    if number and not receipt.unique_sale_number:
        receipt.unique_sale_number = number
        device.put(f"УНП: {number}")
    sold = receipt.sell(line)
    receipt.extra |= {"step": LINE, "line_at": device.wall.isoformat()}
    device.put(sold.text)
    device.put_two(f"{sold.qty} x {sold.price}", f"{sold.amount} {LETTERS[sold.group - 1]}")
    if closes and receipt.sales == 1:
        receipt.pay(CASH, receipt.due)
        device.close()


def article(name_width: int, *, reversal: bool = False) -> Callable[[Machine, Fields], None]:
    """Return the article line with a name of ``name_width`` before the price, or of 0-40 at the end (0)."""

    def run(device: Machine, fields: Fields) -> None:
        number = take_number(device, fields)
        quantity = Decimal(fields.number(8)).scaleb(-3)
        code = fields.number(8)
        if code == 0:
            raise Refusal(13)
        name = fields.padded(name_width) if name_width else ""
        internal = code <= int(device.flag("13", "00100"))
        price = Decimal(fields.number(8, empty=0 if internal else None)).scaleb(-2)
        department = _department(fields) if fields.left or not internal else 0
        letter = fields.take(1) if fields.left or not internal else ""
        single = fields.choice("0123" if internal else "01", "0" if internal else None)
        flag = fields.choice("01", "0" if internal else None)
        if not name_width:
            name = fields.rest(40)
        fields.end()
        if flag == "1" and not name_width and not reversal:
            _program(
                device,
                code,
                Plu(name=name, price=price, group=_group(device, letter, 1), department=department),
            )
            return
        if internal:
            line = _internal(device, code, price)
        elif not name:
            raise Refusal(70)
        else:
            group = _group(device, letter, 1)
            line = Line(kind="sale", text=name, price=price, group=group, department=department, plu=code)
        closes = single == "1" and not reversal
        _register(device, number, line.model_copy(update={"qty": quantity}), closes=closes)

    return run


def _internal(device: Machine, code: int, price: Decimal) -> Line:
    """Return a line of a programmed article: its own name, group and department, the price sent if any."""
    plu = device.memory.plus.get(code)
    if plu is None:
        raise Refusal(70)
    _group(device, str(plu.group), 1)
    department = plu.department
    return Line(
        kind="sale", text=plu.name, price=price or plu.price, group=plu.group, department=department, plu=code
    )


def _program(device: Machine, code: int, plu: Plu) -> None:
    """Program an internal article; one that has turnover is not changed."""
    if code > int(device.flag("13", "00100")):
        raise Refusal(67)
    if not plu.name:
        raise Refusal(70)
    if code in device.memory.day.plus:
        raise Refusal(36)
    if device.memory.receipt is not None:
        raise Refusal(54)
    device.memory.plus[code] = plu


def department(*, reversal: bool) -> Callable[[Machine, Fields], None]:
    """Return the department line; with flag 1 the sale programs the department instead."""

    def run(device: Machine, fields: Fields) -> None:
        number = take_number(device, fields)
        which = _department(fields)
        if which == 0 and not reversal:
            raise Refusal(1)
        programmed = device.memory.departments.get(which)
        line = Line(kind="sale", department=which, qty=Decimal(1))
        flag = "0"
        if fields.left:
            line, flag = _all_fields(device, fields, line, programmed)
        elif programmed is not None:
            line.text, line.price, line.group = programmed.name, programmed.price, programmed.group
        if flag == "1" and not reversal:
            if device.memory.receipt is not None:
                raise Refusal(54)
            named = Department(name=line.text, group=line.group, price=line.price)
            device.memory.departments[which] = named
            return
        if line.price == 0:
            raise Refusal(5)
        if not line.text:
            raise Refusal(70)
        if reversal and which:
            _must_hold(device, which, cents(line.price * line.qty))
        _register(device, number, line)

    return run


def _all_fields(
    device: Machine, fields: Fields, line: Line, programmed: Department | None
) -> tuple[Line, str]:
    """Return the line with group, quantity, price and name as sent, and the flag.

    Fields left out at the end are the programmed ones; then those sent must be the programmed ones too.
    """
    group = _group(device, fields.take(1), 0)
    quantity = Decimal(fields.number(8, empty=1000)).scaleb(-3)
    known = programmed or Department(name="", group=group)
    price = Decimal(fields.number(8)).scaleb(-2) if fields.left else known.price
    is_whole = fields.left > 0
    name = fields.padded(24) if is_whole else known.name
    flag = fields.choice("01", "0")
    fields.end()
    if not is_whole and (group, price) != (known.group, known.price):
        raise BadField("all fields up to the name", "fewer")
    if price == 0:
        price = known.price
    return line.model_copy(update={"group": group, "qty": quantity, "price": price, "text": name}), flag


def _must_hold(device: Machine, number: int, wanted: Decimal) -> None:
    """Check that a department sold today what a reversal wants to take back from it."""
    held = device.memory.day.departments[number].total if number in device.memory.day.departments else ZERO
    documents = [each.receipt for each in device.memory.journal if each.z == device.memory.next_z]
    for receipt in (*documents, device.memory.receipt):
        if receipt is not None and receipt.is_reversal and not receipt.cancelled:
            held -= sum((line.amount for line in receipt.lines if line.department == number), ZERO)
    if wanted > held:
        raise Refusal(12)


def _change(device: Machine, value: Decimal, *, percent: bool) -> None:
    """Change the last line, or after a subtotal the whole receipt."""
    receipt = device.receipt
    step = receipt.extra.get("step", "")
    if step == SUBTOTAL and not percent:
        raise Refusal(31)
    if step not in {LINE, SUBTOTAL}:
        raise Refusal(18)
    given = {"percent" if percent else "amount": value}
    try:
        changed = receipt.modify(**given) if step == SUBTOTAL else receipt.modify_last(**given).modifier
    except Refused as refused:
        raise Refusal(21 if refused.reason is Reason.OVERFLOW else 23) from refused
    set_step(device, OTHER)
    device.put_two("НАДБАВКА" if changed > 0 else "ОТСТЪПКА", f"{changed}")


def change_percent(device: Machine, fields: Fields) -> None:
    """47: a discount or surcharge in percent."""
    sign = 1 if fields.choice("01") == "1" else -1
    percent = Decimal(fields.number(4)).scaleb(-2)
    fields.take(min(fields.left, 20))
    fields.end()
    if percent == 0:
        raise Refusal(3)
    _change(device, sign * percent, percent=True)


def change_amount(device: Machine, fields: Fields) -> None:
    """46: a discount or surcharge by amount, of the last line only."""
    sign = 1 if fields.choice("01") == "1" else -1
    value = Decimal(fields.number(8)).scaleb(-2)
    fields.take(min(fields.left, 20))
    fields.end()
    if value == 0:
        raise BadField("an amount above zero", "0")
    _change(device, sign * value, percent=False)


def subtotal(device: Machine, fields: Fields) -> None:
    """48: prints the subtotal; needs a line."""
    fields.end()
    if not device.receipt.sales:
        raise Refusal(18)
    device.put_two("МЕЖДИННА СУМА", f"{device.receipt.total}")
    set_step(device, SUBTOTAL)


def void(device: Machine, fields: Fields) -> None:
    """45: ``1`` takes the last line back, whole or in part; ``0`` or nothing cancels the receipt."""
    receipt = device.receipt
    if fields.choice("01", "0") == "0":
        fields.end()
        device.put("АНУЛИРАНО".center(device.model.columns))
        device.put_foot("СЛУЖЕБЕН БОН")
        device.memory.cancel_receipt(device.wall)
        return
    if not receipt.sales:
        raise Refusal(19)
    if receipt.extra.get("step") != LINE:
        raise Refusal(24)
    last = receipt.lines[-1]
    quantity = Decimal(fields.number(8, empty=int(last.qty * 1000))).scaleb(-3)
    fields.end()
    if quantity == 0:
        raise Refusal(2)
    if quantity > last.qty:
        raise Refusal(24)
    receipt.sell(last.model_copy(update={"kind": "correction", "qty": quantity}))
    set_step(device, OTHER)
    device.put_two("КОРЕКЦИЯ", f"{cents(last.price * quantity)}")


COMMANDS: Final = {
    0x41: Command(department(reversal=False), When.SALE, prints=True),
    0x42: Command(article(12), When.SALE, prints=True),
    0x43: Command(article(20), When.SALE, prints=True),
    0x44: Command(article(0), When.SALE, prints=True),
    0x21: Command(department(reversal=True), When.REVERSAL, prints=True),
    0x22: Command(article(12, reversal=True), When.REVERSAL, prints=True),
    0x23: Command(article(20, reversal=True), When.REVERSAL, prints=True),
    0x24: Command(article(0, reversal=True), When.REVERSAL, prints=True),
    0x45: Command(void, When.VOID, prints=True),
    0x46: Command(change_amount, When.CHANGE, prints=True),
    0x47: Command(change_percent, When.CHANGE, prints=True),
    0x48: Command(subtotal, When.CHANGE, prints=True),
}

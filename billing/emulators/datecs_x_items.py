"""Command 107 of the emulated Datecs X: programmed items are written, read, walked through and deleted.

Follows sheet datecs-x, section 9. In this command the tax group is a letter, everywhere else a digit.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from billing.emulators import datecs_x_codes as codes
from billing.emulators.datecs_x_fields import Fields, Refusal, bad_value
from billing.emulators.datecs_x_machine import Answer, Command, Machine, When, money
from billing.emulators.memory import LETTERS, Plu
from billing.emulators.receipt import ZERO

PRICE_LIMIT: Final = Decimal("9999999.99")
QUANTITY_LIMIT: Final = Decimal("999999.999")
LATIN: Final = "ABCDEFGH"
BARCODES: Final = ("barcode1", "barcode2", "barcode3", "barcode4")


def _numbers(device: Machine, *, sold: bool) -> list[int]:
    plus = device.memory.plus
    return sorted(number for number in plus if not sold or plus[number].sold)


def _record(device: Machine, number: int) -> Answer:
    plu = device.memory.plus[number]
    return (
        str(number),
        LATIN[plu.group - 1],
        str(plu.department),
        str(plu.plu_group),
        plu.extra.get("price_type", "1"),
        money(plu.price),
        money(plu.turnover),
        f"{plu.sold:.3f}",
        f"{plu.stock:.3f}",
        *(plu.extra.get(name, "") for name in BARCODES),
        plu.name,
        plu.extra.get("unit", "0"),
    )


def _number(device: Machine, fields: Fields, place: int = 2) -> int:
    return fields.number(place, 1, device.model.plus)


def _information(device: Machine, fields: Fields) -> Answer:
    del fields
    return (str(device.model.plus), str(len(device.memory.plus)), "72")


def _program(device: Machine, fields: Fields) -> Answer:
    device.require_idle()
    number = _number(device, fields)
    letter = fields.choice(3, LATIN + LETTERS)
    fields.choice(8, "A", "")
    changes: dict[str, object] = {
        "group": (LATIN if letter in LATIN else LETTERS).index(letter) + 1,
        "department": fields.number(4, 0, 99),
        "plu_group": fields.number(5, 1, 99),
        "price": fields.decimal(7, PRICE_LIMIT),
        "name": fields.text(14, 72, 1),
    }
    quantity = fields.decimal(9, QUANTITY_LIMIT, places=3, empty=Decimal("0.000"))
    extra = {name: fields.text(place, 13) for place, name in enumerate(BARCODES, start=10)}
    extra["price_type"] = fields.choice(6, "012")
    extra["unit"] = str(fields.number(15, 0, 19, empty=0)) if len(fields) == 15 else "0"
    present = device.memory.plus.get(number, Plu(name="", price=ZERO, group=1))
    if present.sold and present.group != changes["group"]:
        raise Refusal(codes.ITEM_HAS_TURNOVER)
    stock = present.stock + quantity if fields.values[7] else quantity
    device.memory.plus[number] = present.model_copy(update={**changes, "extra": extra, "stock": stock})
    return ()


def _read(device: Machine, fields: Fields) -> Answer:
    number = _number(device, fields)
    if number not in device.memory.plus:
        raise Refusal(codes.NO_ITEM)
    return _record(device, number)


def _walk(*, sold: bool, last: bool = False) -> Callable[[Machine, Fields], Answer]:
    """Return the reader of the first item from PLU up, or of the last one down; ``n`` then goes on."""

    def run(device: Machine, fields: Fields) -> Answer:
        start = fields.number(2, 1, device.model.plus, empty=device.model.plus if last else 1)
        found = [each for each in _numbers(device, sold=sold) if (each <= start if last else each >= start)]
        if last:
            found.reverse()
        device.cursor["items"] = [(str(number),) for number in found]
        return _next(device, fields)

    return run


def _next(device: Machine, fields: Fields) -> Answer:
    del fields
    left = device.cursor.get("items", [])
    while left:
        number = int(left.pop(0)[0])
        if number in device.memory.plus:
            return _record(device, number)
    raise Refusal(codes.NO_MORE_DATA)


def _add_stock(device: Machine, fields: Fields) -> Answer:
    device.require_idle()
    number = _number(device, fields)
    quantity = fields.decimal(3, QUANTITY_LIMIT, places=3, signed=True)
    if number not in device.memory.plus:
        raise Refusal(codes.NO_ITEM)
    device.memory.plus[number].stock += quantity
    return ()


def _delete(device: Machine, fields: Fields) -> Answer:
    device.require_idle()
    plus = device.memory.plus
    if fields.values[1] == "A":
        first, last = 1, device.model.plus
    else:
        first = _number(device, fields)
        last = fields.number(3, 1, device.model.plus, empty=first)
    if first > last:
        raise bad_value(3)
    found = [number for number in plus if first <= number <= last]
    if any(plus[number].sold for number in found):
        raise Refusal(codes.ITEM_HAS_TURNOVER)
    for number in found:
        del plus[number]
    return ()


def _free(*, last: bool) -> Callable[[Machine, Fields], Answer]:
    """Return the search for the first free number from PLU up, or the last one down."""

    def run(device: Machine, fields: Fields) -> Answer:
        highest = device.model.plus
        start = fields.number(2, 1, highest, empty=highest if last else 1)
        candidates = range(start, 0, -1) if last else range(start, highest + 1)
        found = next((number for number in candidates if number not in device.memory.plus), None)
        if found is None:
            raise Refusal(codes.NOT_FOUND)
        return (str(found),)

    return run


OPTIONS: Final[dict[str, tuple[Callable[[Machine, Fields], Answer], tuple[int, ...]]]] = {
    "I": (_information, (1,)),
    "P": (_program, (14, 15)),
    "R": (_read, (2,)),
    "F": (_walk(sold=False), (1, 2)),
    "L": (_walk(sold=False, last=True), (1, 2)),
    "N": (_next, (1,)),
    "f": (_walk(sold=True), (1, 2)),
    "l": (_walk(sold=True, last=True), (1, 2)),
    "n": (_next, (1,)),
    "A": (_add_stock, (3,)),
    "D": (_delete, (2, 3)),
    "X": (_free(last=False), (1, 2)),
    "x": (_free(last=True), (1, 2)),
}
"""Each option with how many fields it may have, its own letter counted."""


def items(device: Machine, data: bytes) -> Answer:
    """107: what the letter in the first field says."""
    option = OPTIONS.get(data[:2].decode("cp1251", "replace").removesuffix("\t"))
    if option is None:
        raise bad_value(1)
    run, counts = option
    return run(device, Fields.read(data, *counts))


def items_report(device: Machine, data: bytes) -> Answer:
    """111: the report by items: turnover, with zeroing, parameters or stock."""
    fields = Fields.read(data, 3)
    kind = fields.choice(1, "0123")
    first = fields.number(2, 1, device.model.plus, empty=1)
    last = fields.number(3, 1, device.model.plus, empty=device.model.plus)
    found = [each for each in _numbers(device, sold=kind in "01") if first <= each <= last]
    if not found:
        raise Refusal(codes.NO_ITEM)
    device.put_head("ОТЧЕТ ПО АРТИКУЛИ")
    for number in found:
        plu = device.memory.plus[number]
        device.put_two(f"{number} {plu.name}", f"{plu.stock:.3f}" if kind == "3" else money(plu.turnover))
        if kind == "1":
            plu.sold, plu.turnover = Decimal("0.000"), ZERO
    device.put_foot("СЛУЖЕБЕН БОН")
    device.memory.file("items-report", device.wall)
    return ()


COMMANDS: Final = {107: Command(items), 111: Command(items_report, When.IDLE, prints=True)}

"""Command 6Bh of P and C: programming and reading articles (Datecs P/C 9.3)."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from billing.emulators.datecs_fields import bytes_of, check, decimal, group_of, matched, text_of, whole
from billing.emulators.datecs_isl import DatecsIsl
from billing.emulators.datecs_settings import price
from billing.emulators.isl_device import Handler
from billing.emulators.memory import LETTERS, Plu
from billing.emulators.receipt import Reason, Refused

MOST: Final = 3000
HIGHEST: Final = 999_999_999
_PROGRAM: Final = re.compile(r"(.)([0-9]{1,9}),([0-9]{1,2}),([0-9.]+),(A?)(-?[0-9.]+),(.*)")


def _number(text: str) -> int:
    return whole(text, 1, HIGHEST)


def _existing(device: DatecsIsl, text: str) -> tuple[int, Plu]:
    number = _number(text)
    if number not in device.memory.plus:
        raise Refused(Reason.NO_SUCH)
    return number, device.memory.plus[number]


def _row(device: DatecsIsl, number: int) -> str:
    plu = device.memory.plus[number]
    stock = plu.stock if device.dialect.is_p else Decimal(0)
    return (
        f"P{number},{LETTERS[plu.group - 1]},{plu.plu_group},{plu.price:.2f},{plu.turnover:.2f},"
        f"{plu.sold:.3f},{stock:.3f},{plu.name}"
    )


def _info(device: DatecsIsl, rest: str) -> str:
    check(not rest)
    return f"P{MOST},{len(device.memory.plus)},{device.dialect.plu_name}"


def _program(device: DatecsIsl, rest: str) -> str:
    match = matched(_PROGRAM, rest)
    letter, code, plu_group, unit_price, replace, quantity, name = match.groups()
    number = _number(code)
    known = device.memory.plus.get(number)
    check(len(name) <= device.dialect.plu_name)
    stock = decimal(quantity, 9, 3)
    plu = Plu(
        name=name,
        price=price(unit_price),
        group=group_of(letter, latin=device.dialect.latin_groups),
        plu_group=whole(plu_group, 1, device.dialect.plu_groups),
        stock=stock if replace or known is None else known.stock + stock,
    )
    if (known is not None and known.turnover) or (known is None and len(device.memory.plus) >= MOST):
        raise Refused(Reason.NOT_ALLOWED)
    device.memory.plus[number] = plu
    return "P"


def _read(device: DatecsIsl, rest: str) -> str:
    return _row(device, _existing(device, rest)[0])


def _walk(device: DatecsIsl, rest: str, *, down: bool, sold: bool) -> str:
    """Select the articles from ``rest`` upwards or downwards and return the first."""
    start = _number(rest) if rest else (HIGHEST if down else 1)
    device.plu_walk = [
        number
        for number, plu in sorted(device.memory.plus.items(), reverse=down)
        if (number <= start if down else number >= start) and (plu.sold or not sold)
    ]
    return _next(device, "")


def _next(device: DatecsIsl, rest: str) -> str:
    check(not rest)
    return _row(device, device.plu_walk.pop(0)) if device.plu_walk else "F"


def _delete(device: DatecsIsl, rest: str) -> str:
    plus = device.memory.plus
    if rest == "A":
        wanted = list(plus)
    elif "," in rest:
        first, last = (_number(part) for part in rest.split(",", 1))
        wanted = [number for number in plus if first <= number <= last]
    else:
        number, plu = _existing(device, rest)
        if plu.turnover:
            raise Refused(Reason.NOT_ALLOWED)
        wanted = [number]
    for number in wanted:
        if not plus[number].turnover:
            del plus[number]
    return "P"


def _add_stock(device: DatecsIsl, rest: str) -> str:
    code, comma, quantity = rest.partition(",")
    check(comma)
    _, plu = _existing(device, code)
    plu.stock += decimal(quantity, 9, 3)
    return "P"


def _set_price(device: DatecsIsl, rest: str) -> str:
    check(device.dialect.is_p)
    code, comma, value = rest.partition(",")
    check(comma)
    _, plu = _existing(device, code)
    plu.price = price(value)
    return "P"


def _free(device: DatecsIsl, rest: str, *, down: bool) -> str:
    number = _number(rest) if rest else (HIGHEST if down else 1)
    while number in device.memory.plus:
        number += -1 if down else 1
    return f"P{number}" if 1 <= number <= HIGHEST else "F"


OPERATIONS: Final[Mapping[str, Callable[[DatecsIsl, str], str]]] = {
    "I": _info,
    "P": _program,
    "R": _read,
    "F": lambda device, rest: _walk(device, rest, down=False, sold=False),
    "L": lambda device, rest: _walk(device, rest, down=True, sold=False),
    "N": _next,
    "f": lambda device, rest: _walk(device, rest, down=False, sold=True),
    "l": lambda device, rest: _walk(device, rest, down=True, sold=True),
    "n": _next,
    "D": _delete,
    "A": _add_stock,
    "C": _set_price,
    "X": lambda device, rest: _free(device, rest, down=False),
    "x": lambda device, rest: _free(device, rest, down=True),
}


def articles(device: DatecsIsl, data: bytes) -> bytes:
    """6Bh: one operation on the articles; answers P and data, or F."""
    text = text_of(data)
    operation = OPERATIONS.get(text[:1])
    if operation is None:
        raise Refused(Reason.BAD_VALUE)
    return bytes_of(operation(device, text[1:]))


COMMANDS: Final[Mapping[int, Handler]] = {0x6B: articles}

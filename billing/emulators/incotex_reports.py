"""Incotex's service receipts, reports and printer commands.

Source: Daisy/Eltrade/Incotex page, sections 7 and 8. Each handler takes the device and the request's text
and returns the reply's text.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final

from billing.emulators import incotex_device as incotex
from billing.emulators.incotex_device import IncotexDevice, decimals, no_data
from billing.emulators.incotex_reads import rate_list
from billing.emulators.isl_words import (
    ErrorNumber,
    Words,
    comma,
    ignore,
    plain_number,
    short_date,
    whole_number,
    wrong_value,
)
from billing.emulators.memory import Day, OperatorTally, ZBlock
from billing.emulators.receipt import ZERO, Reason, Refused

BAR_CODES: Final[Mapping[str, int]] = {"1": 7, "2": 11, "3": 12}
"""How many digits EAN-8, UPC-A and EAN-13 take; the device adds the last one."""


def open_slip(device: IncotexDevice, data: str) -> str:
    """26h: open a service receipt."""
    no_data(data)
    device.open_slip()
    return f"{device.all_receipts:04d}"


def slip_text(device: IncotexDevice, data: str) -> str:
    """2Ah: text between two ``#``, cut silently."""
    device.print_slip(data, device.model.text)
    return ""


def close_slip(device: IncotexDevice, data: str) -> str:
    """27h: close the service receipt."""
    no_data(data)
    device.close_slip()
    return f"{device.all_receipts:04d}"


def cash(device: IncotexDevice, data: str) -> str:
    """46h: ``<amount>[,op]``: cash in, or out with a minus; 0 only reads."""
    amount_text, mark, operator = data.partition(",")
    if len(amount_text) > 9:
        raise wrong_value()
    amount = plain_number(amount_text, digits=9, may_sign=True)
    if mark and operator:
        device.operator(operator)
    if amount:
        device.nothing_open()
        if not device.move_cash(amount):
            raise Refused(Reason.NO_CASH)
    return cash_sums(device, "P")


def cash_sums(device: IncotexDevice, letter: str) -> str:
    """Return the reply of 46h under ``letter``."""
    day = device.memory.day
    return comma(letter, *map(decimals, (device.memory.cash, day.cash_in.total, day.cash_out.total)))


def duplicate(device: IncotexDevice, data: str) -> str:
    """6Dh: one duplicate of the last fiscal receipt."""
    if data != "1":
        raise wrong_value()
    device.nothing_open()
    if device.memory.duplicated:
        raise ErrorNumber(incotex.NO_DUPLICATE)
    device.duplicate()
    return ""


def feed(device: IncotexDevice, data: str) -> str:
    """2Ch: feed 1..20 lines."""
    for _ in range(whole_number(data, 1, 20) if data else 1):
        device.paper.line()
    return ""


def cut(device: IncotexDevice, data: str) -> str:
    """2Dh: cut the paper."""
    del device
    no_data(data)
    return "P"


def drawer(device: IncotexDevice, data: str) -> str:
    """6Ah: open the drawer with a pulse of 5..150 ms."""
    if data:
        device.memory.settings["drawer_ms"] = whole_number(data, 5, 150)
    return ""


def bar_code(device: IncotexDevice, data: str) -> str:
    """54h: ``type,data,print``."""
    found = re.fullmatch("([123]),([0-9]+),([01])", data)
    if found is None or len(found[2]) != BAR_CODES[found[1]]:
        raise wrong_value()
    device.print_line(f"[{found[2]}]")
    return ""


def diagnostics(device: IncotexDevice, data: str) -> str:
    """47h: print the diagnostics: ``[checksum 0|1[,memory test 0|1]]``."""
    if re.fullmatch("([01](,[01])?)?", data) is None:
        raise wrong_value()
    device.print_service("ДИАГНОСТИКА", [device.memory.device_number])
    return ""


def daily(device: IncotexDevice, data: str) -> str:
    """45h: ``0`` ``1`` or nothing Z, ``2`` ``3`` X, ``8`` ``9`` the period; ``N`` keeps the operators."""
    item, keeps = _daily_fields(data, "[012389]")
    if item in "89":
        return _period(device, zero=item == "8")
    number = f"{device.memory.next_z:04d}"
    day = device.x_report() if item in "23" else device.z_report(keep_operators=keeps)
    return _day_text(device, number, [day])


def daily_with_articles(device: IncotexDevice, data: str) -> str:
    """6Ch: the same with articles, which a Z zeroes as well; answers ``No,0.00,A..H`` only."""
    item, keeps = _daily_fields(data, "[0123]")
    number = f"{device.memory.next_z:04d}"
    if item in "23":
        day = device.x_report()
    else:
        day = device.z_report(keep_operators=keeps)
        for card in device.memory.plus.values():
            card.sold, card.turnover = Decimal("0.000"), ZERO
    return comma(number, "0.00", *map(decimals, day.groups))


def _daily_fields(data: str, items: str) -> tuple[str, bool]:
    found = re.fullmatch(f"({items})?(N)?", data)
    if found is None:
        raise wrong_value()
    return found[1] or "0", found[2] is not None


def _day_text(device: IncotexDevice, number: str, days: list[Day]) -> str:
    sales = [sum(each, ZERO) for each in zip(*(day.groups for day in days), strict=True)]
    back = [sum(each, ZERO) for each in zip(*(day.all_reversed_groups for day in days), strict=True)]
    net = sum(device.net(back), ZERO)
    return comma(number, "0.00", *map(decimals, (*sales, net, *back)))


def _period(device: IncotexDevice, *, zero: bool) -> str:
    """Print the sums since the last periodic report with zeroing."""
    settings = device.memory.settings
    days = [block.day for block in device.blocks(settings.get("period_from", 1), 9999)]
    answer = _day_text(device, f"{device.memory.next_z:04d}", [*days, device.memory.day])
    device.print_service("ПЕРИОДИЧЕН ОТЧЕТ", answer.split(","))
    if zero:
        settings["period_from"] = device.memory.next_z
    return answer


def _print(device: IncotexDevice, blocks: list[ZBlock], *, detailed: bool) -> str:
    if not blocks:
        raise ErrorNumber(incotex.WRONG_RANGE)
    device.print_blocks(blocks, detailed=detailed)
    return ""


def _by_number(device: IncotexDevice, data: str) -> list[ZBlock]:
    first, mark, last = data.partition(",")
    if not mark:
        raise wrong_value()
    return device.blocks(whole_number(first, high=9999), whole_number(last, high=9999))


def _by_date(device: IncotexDevice, data: str) -> list[ZBlock]:
    first, mark, last = data.partition(",")
    if not mark:
        raise wrong_value()
    return device.blocks_between(short_date(first), short_date(last))


def report_by_number(device: IncotexDevice, data: str) -> str:
    """49h: the fiscal memory in full, by Z number ``a,b``."""
    return _print(device, _by_number(device, data), detailed=True)


def short_report_by_number(device: IncotexDevice, data: str) -> str:
    """5Fh: the same in short."""
    return _print(device, _by_number(device, data), detailed=False)


def report_by_date(device: IncotexDevice, data: str) -> str:
    """5Eh: the fiscal memory in full, by date ``DDMMYY,DDMMYY``."""
    return _print(device, _by_date(device, data), detailed=True)


def short_report_by_date(device: IncotexDevice, data: str) -> str:
    """4Fh: the same in short."""
    return _print(device, _by_date(device, data), detailed=False)


def operators(device: IncotexDevice, data: str) -> str:
    """69h: the operators' day."""
    no_data(data)
    day, cards = device.memory.day.operators, device.memory.operators
    sums = {op: day.get(op, OperatorTally()).sales.total for op in cards}
    device.print_service("ОТЧЕТ ПО КАСИЕРИ", [f"{op} {card.name} {sums[op]}" for op, card in cards.items()])
    return ""


def articles(device: IncotexDevice, data: str) -> str:
    """6Fh: ``0`` sold articles, ``1`` programmed ones."""
    if data not in {"0", "1"}:
        return "F"
    chosen = [(plu, card) for plu, card in device.memory.plus.items() if data == "1" or card.sold]
    rows = [f"{plu} {card.name} {card.sold} {card.turnover}" for plu, card in chosen]
    device.print_service("ОТЧЕТ ПО АРТИКУЛИ", rows)
    return "P"


def rate_changes(device: IncotexDevice, data: str) -> str:
    """32h: ``[a,b]``; ``P`` and the rates without a comma between, then their date; or ``F``."""
    days = device.memory.rates_set or [device.now - timedelta(days=1)]
    if data:
        first, mark, last = data.partition(",")
        if not mark:
            raise wrong_value()
        low, high = short_date(first), short_date(last)
        days = [at for at in days if low <= at.date() <= high]
    if not days:
        return "F"
    return f"P{rate_list(device.memory.rates)},{days[-1]:%d%m%y}"


def zero_operator(device: IncotexDevice, data: str) -> str:
    """68h: ``op,pwd`` zeroes an operator's day."""
    op, _, password = data.partition(",")
    device.nothing_open()
    device.memory.day.operators.pop(device.check_password(op, password), None)
    return ""


COMMANDS: Final[Mapping[int, Words]] = {
    0x21: ignore,
    0x23: ignore,
    0x26: open_slip,
    0x27: close_slip,
    0x2A: slip_text,
    0x2C: feed,
    0x2D: cut,
    0x2F: ignore,
    0x32: rate_changes,
    0x3F: ignore,
    0x45: daily,
    0x46: cash,
    0x47: diagnostics,
    0x49: report_by_number,
    0x4F: short_report_by_date,
    0x54: bar_code,
    0x5E: report_by_date,
    0x5F: short_report_by_number,
    0x68: zero_operator,
    0x69: operators,
    0x6A: drawer,
    0x6C: daily_with_articles,
    0x6D: duplicate,
    0x6F: articles,
}

"""Eltrade's service receipts, reports and printer commands.

Source: Daisy/Eltrade/Incotex page, sections 7 and 8. Each handler takes the device and the request's text
and returns the reply's text.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from billing.emulators.eltrade_device import EltradeDevice
from billing.emulators.eltrade_sales import TEXT
from billing.emulators.isl_device import NOT_ALLOWED
from billing.emulators.isl_words import (
    Words,
    comma,
    moment,
    plain_number,
    short_date,
    signed,
    whole_number,
    wrong_value,
)
from billing.emulators.memory import ZBlock
from billing.emulators.receipt import ZERO, Reason, Refused

BAR_CODES: Final[Mapping[str, str]] = {
    "1": "[0-9]{7}",
    "2": "[0-9]{12}",
    "3": "[\x20-\x7f]{1,42}",
    "4": "([0-9]{2})+",
    "5": "[0-9]([0-9]{2})*",
    "6": ".{1,200}",
}
"""The data of each type of bar code; 6 is a QR code."""


def open_slip(device: EltradeDevice, data: str) -> str:
    """26h: open a service receipt; a refusal adds 2 (a fiscal receipt is open) or 3 (a service one is)."""
    _no_data(data)
    receipt = device.memory.receipt
    if receipt is not None:
        device.flags.add(NOT_ALLOWED)
        return f"{device.all_receipts:04d},{2 if receipt.is_fiscal else 3}"
    device.open_slip()
    return f"{device.all_receipts:04d}"


def slip_text(device: EltradeDevice, data: str) -> str:
    """2Ah: text between two ``#``, cut silently."""
    device.print_slip(data, TEXT)
    return ""


def close_slip(device: EltradeDevice, data: str) -> str:
    """27h: close the service receipt."""
    _no_data(data)
    device.close_slip()
    return f"{device.all_receipts:04d}"


def cash(device: EltradeDevice, data: str) -> str:
    """46h: cash in, or out with a minus; nothing or 0 only reads. ``F`` comes without a status bit."""
    amount = plain_number(data, digits=10, may_sign=True) if data else Decimal(0)
    done = amount == 0 or device.move_cash(amount)
    day = device.memory.day
    out = -day.cash_out.total if day.cash_out.total else ZERO
    return comma("P" if done else "F", device.memory.cash, day.cash_in.total, out)


def duplicate(device: EltradeDevice, data: str) -> str:
    """6Dh: one duplicate of the last fiscal receipt."""
    if data != "1":
        raise wrong_value()
    device.duplicate()
    return ""


def feed(device: EltradeDevice, data: str) -> str:
    """2Ch: feed 1..99 lines."""
    for _ in range(whole_number(data, 1, 99) if data else 1):
        device.paper.line()
    return ""


def drawer(device: EltradeDevice, data: str) -> str:
    """6Ah: open the drawer with a pulse of 5..100 ms."""
    if data:
        device.memory.settings["drawer_ms"] = whole_number(data, 5, 100)
    return ""


def display_line(device: EltradeDevice, data: str) -> str:
    """23h and 2Fh: up to 20 characters on the display."""
    del device
    if len(data) > 20:
        raise wrong_value()
    return ""


def display(device: EltradeDevice, data: str) -> str:
    """64h: up to 40 characters, control bytes as 10h and the byte + 40h."""
    del device
    if len(re.sub("\x10.", "x", data)) > 40:
        raise wrong_value()
    return ""


def bar_code(device: EltradeDevice, data: str) -> str:
    """54h: ``type,data``, or ``type;data`` without the text; only inside a receipt."""
    if device.memory.receipt is None:
        raise Refused(Reason.NOT_OPEN)
    found = re.fullmatch("([1-6])[,;](.*)", data)
    if found is None or re.fullmatch(BAR_CODES[found[1]], found[2]) is None:
        raise wrong_value()
    device.print_line(f"[{found[2]}]")
    return ""


def diagnostics(device: EltradeDevice, data: str) -> str:
    """47h: print the diagnostics."""
    _no_data(data)
    device.print_service("ДИАГНОСТИКА", [device.memory.device_number])
    return ""


def daily(device: EltradeDevice, data: str) -> str:
    """45h, 75h and 76h: ``0`` or nothing Z, ``2`` X, ``N`` keeps the operators' sums."""
    found = re.fullmatch("([02])?(N)?", data)
    if found is None:
        raise wrong_value()
    number = f"{device.memory.next_z:04d}"
    day = device.x_report() if found[1] == "2" else device.z_report(keep_operators=found[2] is not None)
    net = sum(device.net(day.groups), ZERO)
    return comma(number, *(signed(amount, 12) for amount in (net, *day.groups)))


def _numbers(data: str) -> tuple[int, int]:
    first, mark, last = data.partition(",")
    if not mark:
        raise wrong_value()
    return whole_number(first, high=9999), whole_number(last, high=9999)


def _days(data: str) -> tuple[date, date]:
    """Return the first and last day of ``DDMMYY,DDMMYY``, of a month ``MMYY`` or of a year ``YY``."""
    first, mark, last = data.partition(",")
    if mark:
        return short_date(first), short_date(last)
    if len(first) == 2:
        year = moment(first, "%y").year
        return date(year, 1, 1), date(year, 12, 31)
    month = moment(first, "%m%y").date()
    return month, month.replace(day=monthrange(month.year, month.month)[1])


def _print(device: EltradeDevice, blocks: list[ZBlock], *, detailed: bool) -> str:
    device.print_blocks(blocks, detailed=detailed)
    return ""


def _prefixed(data: str) -> str:
    """Return the data without ``#`` (print SHA-1 sums) and ``*`` (hide zero rates)."""
    return data.removeprefix("#").removeprefix("*")


def report_by_number(device: EltradeDevice, data: str) -> str:
    """49h: the fiscal memory in full, by Z number ``[[#][*]a,b]``; nothing is all of it."""
    ends = _numbers(_prefixed(data)) if _prefixed(data) else (1, 9999)
    return _print(device, device.blocks(*ends), detailed=True)


def short_report_by_number(device: EltradeDevice, data: str) -> str:
    """5Fh: the same in short: ``a,b``."""
    return _print(device, device.blocks(*_numbers(data)), detailed=False)


def report_by_date(device: EltradeDevice, data: str) -> str:
    """5Eh: the fiscal memory in full, by date ``[#][*]DDMMYY[,DDMMYY]``."""
    return _print(device, device.blocks_between(*_days(_prefixed(data))), detailed=True)


def short_report_by_date(device: EltradeDevice, data: str) -> str:
    """4Fh: the same in short, without prefixes."""
    return _print(device, device.blocks_between(*_days(data)), detailed=False)


def _no_data(data: str) -> None:
    if data:
        raise wrong_value()


def clear_display(device: EltradeDevice, data: str) -> str:
    """21h: clear the display."""
    del device
    _no_data(data)
    return ""


COMMANDS: Final[Mapping[int, Words]] = {
    0x21: clear_display,
    0x23: display_line,
    0x26: open_slip,
    0x27: close_slip,
    0x2A: slip_text,
    0x2C: feed,
    0x2F: display_line,
    0x45: daily,
    0x46: cash,
    0x47: diagnostics,
    0x49: report_by_number,
    0x4F: short_report_by_date,
    0x54: bar_code,
    0x5E: report_by_date,
    0x5F: short_report_by_number,
    0x64: display,
    0x6A: drawer,
    0x6D: duplicate,
    0x75: daily,
    0x76: daily,
}

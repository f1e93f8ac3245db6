"""Reports that P and C share: X and Z, periods from the fiscal memory, operators, articles (Datecs P/C 8)."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.emulators import printout
from billing.emulators.datecs_fields import bytes_of, check, matched, signed, span, text_of, whole
from billing.emulators.datecs_isl import DatecsIsl
from billing.emulators.isl_device import Handler
from billing.emulators.memory import Day, ZBlock
from billing.emulators.receipt import ZERO, Reason, Refused

_NUMBERS: Final = re.compile(r"([0-9]{1,4}),([0-9]{1,4})")
_DATES: Final = re.compile(r"([0-9]{6})(?:,([0-9]{6}))?|([0-9]{4})|([0-9]{2})")
_PLUS: Final = re.compile(r"([SP])(?:([0-9]{1,9}),([0-9]{1,9})(?:,([0-9]{1,2}))?)?")


def daily(device: DatecsIsl, data: bytes) -> bytes:
    """45h, 6Ch, 75h, 76h: X (2) or Z (0, or nothing); N keeps the operators' sums (P)."""
    match = matched(r"([02]?)(N?)", text_of(data))
    check(not (match[2] and not device.dialect.is_p))
    device.needs_nothing_open()
    device.needs_paper()
    memory = device.memory
    day, number = memory.day, memory.next_z
    if match[1] == "2":
        printout.day_report(device, day, number, zeroed=False)
        memory.file("x-report", device.now, amount=day.total)
        day.x_reports += 1
    else:
        printout.day_report(device, day, number, zeroed=True)
        memory.close_day(device.now)
        if match[2]:
            memory.day.operators = day.operators
    return _totals(device, day, number)


def _totals(device: DatecsIsl, day: Day, number: int) -> bytes:
    total = day.total
    if device.dialect.fiscal_sum_net:
        total -= sum(device.memory.tax_in(day.groups), ZERO)
    sums = ",".join(signed(each) for each in (total, *day.groups))
    return bytes_of(f"{device.counter(number)},{sums}")


def _by_number(device: DatecsIsl, data: bytes, *, detailed: bool, compulsory: bool = False) -> bytes:
    text = text_of(data)
    if detailed and device.dialect.is_p:
        text = re.sub(r"^#?\*?", "", text)
    if text or compulsory:
        match = matched(_NUMBERS, text)
        first, last = int(match[1]), int(match[2])
        check(1 <= first <= last)
    else:
        first, last = 1, 9999
    return _report(
        device, [b for b in device.memory.z_blocks if first <= b.number <= last], detailed=detailed
    )


def full_by_number(device: DatecsIsl, data: bytes) -> bytes:
    """49h: full report of the blocks a to b, or of all."""
    return _by_number(device, data, detailed=True)


def short_by_number(device: DatecsIsl, data: bytes) -> bytes:
    """5Fh: short report of the blocks a to b, or (P) of all."""
    return _by_number(device, data, detailed=False, compulsory=not device.dialect.is_p)


def _period(text: str) -> tuple[datetime, datetime]:
    """Return the ends of DDMMYY,DDMMYY or of a month MMYY or a year YY."""
    start, end, month, year = matched(_DATES, text).groups()
    if month:
        first, _ = span(f"01{month}", f"01{month}")
        following = (first.replace(day=28) + (datetime(2000, 1, 5) - datetime(2000, 1, 1))).replace(day=1)  # noqa: DTZ001 a difference of four days
        return first, following
    if year:
        return span(f"0101{year}", f"3112{year}")
    check(end is not None)
    first, last = span(start, end)
    check(first <= last)
    return first, last


def _by_date(device: DatecsIsl, data: bytes, *, detailed: bool) -> bytes:
    text = text_of(data)
    if detailed and device.dialect.is_p:
        text = re.sub(r"^#?\*?", "", text)
    first, last = _period(text)
    return _report(device, [b for b in device.memory.z_blocks if first <= b.at <= last], detailed=detailed)


def full_by_date(device: DatecsIsl, data: bytes) -> bytes:
    """5Eh: full report between two dates, of a month or of a year."""
    return _by_date(device, data, detailed=True)


def short_by_date(device: DatecsIsl, data: bytes) -> bytes:
    """4Fh: short report between two dates, of a month or of a year."""
    return _by_date(device, data, detailed=False)


def _report(device: DatecsIsl, blocks: list[ZBlock], *, detailed: bool) -> bytes:
    device.needs_nothing_open()
    device.needs_paper()
    printout.memory_report(device, blocks, detailed=detailed)
    device.memory.file("period-report", device.now)
    return b""


def rate_text(rate: Decimal | None, disabled: str = "DT") -> str:
    """Return a rate as ``20.00``, or ``disabled``."""
    return disabled if rate is None else f"{rate:05.2f}"


def rate_changes(device: DatecsIsl, data: bytes) -> bytes:
    """32h: print the rates set in a period; answers the last ones and their date."""
    if data:
        match = matched(r"([0-9]{6}),([0-9]{6})", text_of(data))
        first, last = span(match[1], match[2])
    else:
        check(device.dialect.is_p)
        first, last = datetime.min, datetime.max  # noqa: DTZ901 the device's wall clock has no zone
    memory = device.memory
    times = [at for at in memory.rates_set if first <= at <= last]
    if not times:
        return b"F"
    device.needs_nothing_open()
    device.needs_paper()
    rates = ",".join(rate_text(rate) for rate in memory.rates)
    printout.service(device, "ДАНЪЧНИ СТАВКИ", [rates])
    memory.file("service", device.now)
    return bytes_of(f"P{rates},{times[-1]:%d%m%y}")


def operators(device: DatecsIsl, data: bytes) -> bytes:
    """69h: report of the operators."""
    check(not data)
    device.needs_nothing_open()
    device.needs_paper()
    lines = [
        f"{number}: {t.receipts} / {t.sales.total:.2f}" for number, t in device.memory.day.operators.items()
    ]
    printout.service(device, "ОПЕРАТОРИ", lines)
    device.memory.file("service", device.now)
    return b""


def articles(device: DatecsIsl, data: bytes) -> bytes:
    """6Fh: report of the sold (S) or programmed (P) articles."""
    match = matched(_PLUS, text_of(data))
    first, last = int(match[2] or 1), int(match[3] or 999_999_999)
    group = whole(match[4], 1, device.dialect.plu_groups) if match[4] else None
    device.needs_nothing_open()
    device.needs_paper()
    lines = [
        f"{number} {plu.name} {plu.sold} {plu.turnover:.2f}"
        for number, plu in sorted(device.memory.plus.items())
        if first <= number <= last and group in {None, plu.plu_group} and (match[1] == "P" or plu.sold)
    ]
    printout.service(device, "АРТИКУЛИ", lines)
    device.memory.file("service", device.now)
    return b"P"


def diagnostics(device: DatecsIsl, data: bytes) -> bytes:
    """47h without data: print the diagnostics."""
    check(not data)
    if device.memory.receipt is not None:
        raise Refused(Reason.ALREADY_OPEN)
    device.needs_paper()
    printout.service(device, "ДИАГНОСТИКА", [device.memory.device_number, device.dialect.firmware])
    device.memory.file("service", device.now)
    return b""


COMMANDS: Final[Mapping[int, Handler]] = {
    0x32: rate_changes,
    0x45: daily,
    0x47: diagnostics,
    0x49: full_by_number,
    0x4F: short_by_date,
    0x5E: full_by_date,
    0x5F: short_by_number,
    0x69: operators,
    0x6C: daily,
    0x6F: articles,
    0x75: daily,
    0x76: daily,
}

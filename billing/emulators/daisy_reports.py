"""Daisy's service receipts, reports and printer commands, and the reports that come over the line.

Source: Daisy/Eltrade/Incotex page, sections 7 and 8. Each handler takes the device and the request's text
and returns the reply's text.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final

from billing.emulators import daisy_fields as fields
from billing.emulators.daisy_device import DaisyDevice
from billing.emulators.daisy_fields import number, short_date, syntax_error, whole_number
from billing.emulators.daisy_reads import groups_text, rate_list
from billing.emulators.isl_device import NOT_ALLOWED
from billing.emulators.isl_words import ErrorNumber, Words, comma, ignore
from billing.emulators.memory import LETTERS, Document, OperatorTally, Tally, ZBlock
from billing.emulators.receipt import ZERO

TEXT_REQUEST_S: Final = 5
"""How long 99h waits for the report that it turns into text."""
BAR_CODES: Final[Mapping[str, str]] = {
    "1": "[0-9]{7}",
    "2": "[0-9]{12}",
    "3": "[\x20-\x7f]{1,18}",
    "4": "0[0-9]{7}",
    "5": "[0-9]{11}",
    "6": "[0-9]{1,9}",
    "7": "[0-9]{1,18}",
    "8": "[0-9]{1,18}",
    "9": "[\x20-\x7f]{1,9}",
    "10": "[\x20-\x7f]{1,8}",
    "11": "[0-9A-Z]{1,11}",
    "12": "[0-9A-D]{1,14}",
    "13": "[0-9]{1,13}",
}
"""The data of each type of bar code."""
DATES: Final = frozenset({3, 13, 23})
BY_Z: Final = frozenset({2, 12, 22})


def open_slip(device: DaisyDevice, data: str) -> str:
    """26h: open a service receipt."""
    _no_data(data)
    device.open_slip()
    return f"{device.all_receipts:06d}"


def slip_text(device: DaisyDevice, data: str) -> str:
    """2Ah: text between two ``#``, cut silently."""
    device.print_slip(data, device.model.comment)
    return ""


def close_slip(device: DaisyDevice, data: str) -> str:
    """27h: close the service receipt."""
    _no_data(data)
    device.close_slip()
    return f"{device.all_receipts:06d}"


def cash(device: DaisyDevice, data: str) -> str:
    """46h: cash in, or out with a minus; nothing or 0 only reads. ``F`` comes without a status bit."""
    amount_text, _, text = data.partition(",")
    if len(amount_text) > 9:
        raise ErrorNumber(fields.TOO_LONG)
    amount = number(amount_text, digits=9, may_sign=True) if amount_text else Decimal(0)
    if text and re.fullmatch("[^\n\t]*(\n[^\n\t]*\t)?", text) is None:
        raise syntax_error()
    done = amount == 0 or device.move_cash(amount, text.rstrip("\t").split("\n") if text else ())
    day = device.memory.day
    return comma("P" if done else "F", device.memory.cash, day.cash_in.total, day.cash_out.total)


def duplicate(device: DaisyDevice, data: str) -> str:
    """6Dh: one duplicate of the last fiscal receipt."""
    if data != "1":
        raise syntax_error()
    device.duplicate()
    return ""


def cut(device: DaisyDevice, data: str) -> str:
    """2Dh: cut the paper, whole or in part."""
    del device
    return "P" if data in {"", "1", "2"} else "F"


def feed(device: DaisyDevice, data: str) -> str:
    """2Ch: feed the paper."""
    for _ in range(min(whole_number(data), 99) if data else 1):
        device.paper.line()
    return ""


def drawer(device: DaisyDevice, data: str) -> str:
    """6Ah: open the drawer; a pulse is 50 ms or longer."""
    del device
    if data and whole_number(data) < 50:
        raise ErrorNumber(fields.OUT_OF_RANGE)
    return ""


def display_line(device: DaisyDevice, data: str) -> str:
    """2Eh: ``line,text`` on a display of two lines."""
    del device
    line, mark, _ = data.partition(",")
    if not mark:
        raise syntax_error()
    if whole_number(line) not in {1, 2}:
        raise ErrorNumber(fields.OUT_OF_RANGE)
    return ""


def bar_code(device: DaisyDevice, data: str) -> str:
    """54h: ``type,data[⇥C|L|R[,scale[,height[,print]]]]``; a wrong length loses the bar code only."""
    head, tab, tail = data.partition("\t")
    kind, mark, code = head.partition(",")
    if not mark or (tab and re.fullmatch("[CLR](,[0-9]+){0,2}|[CLR],[0-9]+,[0-9]+,[01]", tail) is None):
        raise syntax_error()
    if kind not in BAR_CODES:
        raise ErrorNumber(fields.OUT_OF_RANGE)
    if re.fullmatch(BAR_CODES[kind], code) is None:
        raise ErrorNumber(fields.TOO_LONG)
    device.print_line(f"[{code}]")
    return ""


def diagnostics(device: DaisyDevice, data: str) -> str:
    """47h: print the diagnostics."""
    _no_data(data)
    device.print_service("ДИАГНОСТИКА", [device.model.identity, device.memory.device_number])
    return ""


def daily(device: DaisyDevice, data: str) -> str:
    """45h and 6Ch: ``0`` ``1`` ``6`` or nothing Z, ``2`` ``3`` X, ``8`` ``9`` departments.

    ``N`` behind it keeps the operators' sums.
    """
    found = re.fullmatch("([01235689])?(N)?", data)
    if found is None:
        raise syntax_error()
    item = found[1] or "0"
    if item == "5":
        raise ErrorNumber(7, NOT_ALLOWED)
    if item in "89":
        _departments(device, zero=item == "8")
        return ""
    number_text = f"{device.memory.next_z:04d}"
    if item in "23":
        return comma(number_text, groups_text(device, device.x_report(), net=False))
    day = device.z_report(keep_operators=found[2] is not None)
    for place, tally in day.departments.items():
        _add(device, "period", str(place), tally)
    return comma(number_text, groups_text(device, day, net=False))


def _add(device: DaisyDevice, table: str, key: str, tally: Tally) -> None:
    """Add ``tally`` to the periodic register ``key``."""
    old = Tally.model_validate(device.table(table).get(key, {}))
    old.add(tally.total, tally.count)
    device.table(table)[key] = old.model_dump(mode="json")


def _departments(device: DaisyDevice, *, zero: bool) -> None:
    rows = [
        f"{place} {card.name} {device.memory.day.departments.get(place, Tally()).total}"
        for place, card in device.memory.departments.items()
    ]
    device.print_service("ОТЧЕТ ПО ДЕПАРТАМЕНТИ", rows)
    if zero:
        device.table("period").clear()


def _period(device: DaisyDevice, blocks: list[ZBlock], *, detailed: bool) -> None:
    if not blocks:
        raise ErrorNumber(fields.NOTHING_THERE)
    if device.text_wanted:
        rows = [f"Z {block.number:04d} {block.at:%d-%m-%Y} {block.day.total}" for block in blocks]
        device.print_report("ОТЧЕТ НА ФП", rows)
    else:
        device.print_blocks(blocks, detailed=detailed)


def _numbers(data: str) -> tuple[int, int]:
    first, mark, last = data.partition(",")
    if not mark:
        raise syntax_error()
    return whole_number(first, digits=4), whole_number(last, digits=4)


def report_by_number(device: DaisyDevice, data: str) -> str:
    """49h: the fiscal memory in full, by Z number ``a,b``."""
    _period(device, device.blocks(*_numbers(data)), detailed=True)
    return ""


def short_report_by_number(device: DaisyDevice, data: str) -> str:
    """5Fh: the same in short."""
    _period(device, device.blocks(*_numbers(data)), detailed=False)
    return ""


def _between(device: DaisyDevice, data: str) -> list[ZBlock]:
    first, mark, last = data.partition(",")
    if not mark:
        raise syntax_error()
    return device.blocks_between(short_date(first), short_date(last))


def report_by_date(device: DaisyDevice, data: str) -> str:
    """5Eh: the fiscal memory in full, by date ``DDMMYY,DDMMYY``."""
    _period(device, _between(device, data), detailed=True)
    return ""


def short_report_by_date(device: DaisyDevice, data: str) -> str:
    """4Fh: the same in short."""
    _period(device, _between(device, data), detailed=False)
    return ""


def operators(device: DaisyDevice, data: str) -> str:
    """69h: the operators' day."""
    _no_data(data)
    day = device.memory.day.operators
    rows = [
        f"{op} {card.name} {day.get(op, OperatorTally()).sales.total}"
        for op, card in device.memory.operators.items()
    ]
    device.print_report("ОТЧЕТ ПО ОПЕРАТОРИ", rows)
    return ""


def articles(device: DaisyDevice, data: str) -> str:
    """6Fh: ``0`` sold articles, ``1`` programmed ones, ``Z`` sold ones with zeroing."""
    if data not in {"", "0", "1", "Z"} or (data == "Z" and device.text_wanted):
        return "F"
    chosen = {plu: card for plu, card in device.memory.plus.items() if data == "1" or card.sold}
    device.print_report(
        "ОТЧЕТ ПО АРТИКУЛИ",
        [f"{plu} {card.name} {card.sold} {card.turnover}" for plu, card in chosen.items()],
    )
    for card in chosen.values() if data == "Z" else ():
        card.stock -= card.sold
        card.sold, card.turnover = Decimal("0.000"), ZERO
    return "P"


def departments(device: DaisyDevice, data: str) -> str:
    """A5h: ``0`` the day, ``1`` the programmed data, ``X`` and ``Z`` the period without and with zeroing."""
    if data not in {"", "0", "1", "X", "Z"} or (data == "Z" and device.text_wanted):
        return "F"
    rows = [
        f"{place} {card.name} {LETTERS[card.group - 1]}" for place, card in device.memory.departments.items()
    ]
    device.print_report("ОТЧЕТ ПО ДЕПАРТАМЕНТИ", rows)
    if data == "Z":
        device.table("period").clear()
    return "P"


def parameters(device: DaisyDevice, data: str) -> str:
    """A6h: the system parameters."""
    _no_data(data)
    rows = [f"{key} {value}" for key, value in device.table("parameters").items()]
    device.print_report(
        "СИСТЕМНИ ПАРАМЕТРИ", [f"18 {device.memory.invoice_start}", f"19 {device.memory.invoice_end}", *rows]
    )
    return "P"


def rate_changes(device: DaisyDevice, data: str) -> str:
    """32h: ``[DDMMYY[,DDMMYY]]``; answers the last rates set in that time and their date, or ``F``."""
    ends = [short_date(text) for text in data.split(",")] if data else []
    if len(ends) > 2:
        raise syntax_error()
    days = device.memory.rates_set or [device.now - timedelta(days=1)]
    found = [
        at
        for at in days
        if not ends or ends[0] <= at.date() <= ends[-1] or (len(ends) == 1 and at.date() >= ends[0])
    ]
    if not found:
        return "F"
    device.print_report("ПРОМЕНИ НА СТАВКИ", [rate_list(device.memory.rates)])
    return comma("P", rate_list(device.memory.rates), f"{found[-1]:%d%m%y}")


def zero_operator(device: DaisyDevice, data: str) -> str:
    """68h: ``op,pwd`` zeroes an operator's day; operator 0 with the supervisor's password zeroes all."""
    op, mark, password = data.partition(",")
    if not mark:
        raise syntax_error()
    device.nothing_open()
    if whole_number(op) == 0:
        device.operator("20", password)
        device.memory.day.operators.clear()
    else:
        device.memory.day.operators.pop(device.operator(op, password), None)
    return ""


def as_text(device: DaisyDevice, data: str) -> str:
    """99h: the report that is asked for within five seconds comes over the line."""
    _no_data(data)
    device.text_until_s = device.clock.monotonic() + TEXT_REQUEST_S
    return ""


def journal(device: DaisyDevice, data: str) -> str:
    """C3h: ``R<type>,<from>,<to>[,<send>]`` prints the journal or sends it line by line; ``S``, ``I[1]``."""
    device.nothing_open()
    if data == "S":
        device.print_service("КЛЕН", [f"ДОКУМЕНТИ {len(device.memory.journal)}"])
        return ""
    if data in {"I", "I1"}:
        return ""
    found = re.fullmatch(r"R(?P<type>[12]?[123]),(?P<first>[^,]*),(?P<last>[^,]*)(?P<send>,.+)?", data)
    if found is None:
        raise syntax_error()
    chosen = _chosen(device, int(found["type"]), found["first"], found["last"])
    if not chosen:
        raise ErrorNumber(fields.NOTHING_THERE)
    lines = [text for document in chosen for text in document.text]
    if found["send"]:
        device.send_lines((text.encode("cp1251", "replace") + b"\r\n" for text in lines), b"\x11")
    else:
        device.print_service("КОПИЕ ОТ КЛЕН", lines)
    return ""


def _chosen(device: DaisyDevice, kind: int, first: str, last: str) -> list[Document]:
    wanted: Iterable[Document] = device.memory.journal
    if kind in DATES:
        low, high = short_date(first), short_date(last)
        wanted = [each for each in wanted if low <= each.at.date() <= high]
    else:
        start, end = whole_number(first), whole_number(last)
        wanted = [each for each in wanted if start <= (each.z if kind in BY_Z else each.number) <= end]
    if kind > 20:
        return [each for each in wanted if each.receipt_number]
    return [each for each in wanted if kind < 10 or each.kind == "z-report"]


def _no_data(data: str) -> None:
    if data:
        raise syntax_error()


COMMANDS: Final[Mapping[int, Words]] = {
    0x21: ignore,
    0x23: ignore,
    0x26: open_slip,
    0x27: close_slip,
    0x2A: slip_text,
    0x2C: feed,
    0x2D: cut,
    0x2E: display_line,
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
    0x64: ignore,
    0x68: zero_operator,
    0x69: operators,
    0x6A: drawer,
    0x6C: daily,
    0x6D: duplicate,
    0x6F: articles,
    0x99: as_text,
    0xA5: departments,
    0xA6: parameters,
    0xC3: journal,
}
REPORTS: Final = frozenset({0x32, 0x49, 0x4F, 0x5E, 0x5F, 0x69, 0x6F, 0xA5, 0xA6})
"""What 99h turns into text."""

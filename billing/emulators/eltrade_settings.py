"""Eltrade's commands that set: clock, header and options, rates, operators, payments, articles, departments.

Source: Daisy/Eltrade/Incotex page, sections 6.6 and 9.3. Each handler takes the device and the request's
text and returns the reply's text.
"""

import re
from collections.abc import Mapping
from typing import Final

from billing.emulators.eltrade_device import PAYMENTS, EltradeDevice
from billing.emulators.eltrade_reads import rate_list
from billing.emulators.isl_words import (
    Words,
    clock_setting,
    comma,
    group_number,
    plain_number,
    whole_number,
    wrong_value,
)
from billing.emulators.memory import LETTERS, Department, OperatorCard, Plu
from billing.emulators.receipt import CASH, Reason, Refused

LINE: Final = 36
ARTICLES: Final = 20000
LAST_ARTICLE: Final = 29999
OPTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "A": ("[01]", "0"),
    "B": ("2[4-9]|[3-9][0-9]|1[0-9]{2}|2[0-3][0-9]|240", "24"),
    "C": ("[01]", "0"),
    "D": ("[1-5]", "3"),
    "E": (r"[01](,[0-9]{1,3}(\.[0-9]{1,5})?)?", "0,0.00000"),
    "L": ("[01]", "0"),
    "N": ("[01]", "0"),
    "R": ("[0-4]", "0"),
    "T": ("[01]", "0"),
    "X": ("[01]", "0"),
}
"""The options of 2Bh: what they take and their factory value; ``X1`` forbids the drawer's pulse."""


def set_clock(device: EltradeDevice, data: str) -> str:
    """3Dh: ``DD-MM-YY hh:mm[:ss]``, not before the last document or fiscal memory record."""
    device.set_clock(clock_setting(data))
    return ""


def header(device: EltradeDevice, data: str) -> str:
    """2Bh: header ``0``-``5``, footer ``6`` ``7``, options; ``I`` and one of them reads."""
    item, text = data[:1], data[1:]
    if item == "I":
        return _read_header(device, text)
    if item in OPTIONS:
        if re.fullmatch(OPTIONS[item][0], text) is None:
            raise wrong_value()
        options = device.table("options")
        if item == "E" and "," not in text:
            text = comma(text, options.get("E", OPTIONS["E"][1]).partition(",")[2])
        options[item] = text
        return ""
    lines, place = _place(device, item)
    lines.extend([""] * (place + 1 - len(lines)))
    lines[place] = text[:LINE]
    return ""


def _place(device: EltradeDevice, item: str) -> tuple[list[str], int]:
    if re.fullmatch("[0-7]", item) is None:
        raise wrong_value()
    place = int(item)
    return (device.memory.header, place) if place < 6 else (device.memory.footer, place - 6)


def _read_header(device: EltradeDevice, item: str) -> str:
    if item in OPTIONS:
        value = str(device.table("options").get(item, OPTIONS[item][1]))
        return f"{value},96" if item == "L" else value
    lines, place = _place(device, item)
    return lines[place] if place < len(lines) else ""


def tax_rates(device: EltradeDevice, data: str) -> str:
    """53h: reads, or sets before the day's first receipt: ``mult,dec,currency,11111111,A,...,H``."""
    memory = device.memory
    if data:
        if memory.day.fiscal_receipts or memory.day.reversal_receipts or memory.receipt is not None:
            raise Refused(Reason.NOT_ALLOWED)
        parts = data.split(",")
        if (
            len(parts) != 4 + len(LETTERS)
            or re.fullmatch("[0-3],[0-2],[^,]{0,6},[01]{8}", ",".join(parts[:4])) is None
        ):
            raise wrong_value()
        rates = [plain_number(text, digits=4) for text in parts[4:]]
        enabled = (mark == "1" for mark in parts[3])
        memory.rates = [rate if on else None for rate, on in zip(rates, enabled, strict=True)]
        memory.rates_set.append(device.now)
        device.memory.settings["currency"] = parts[2]
    mask = "".join("0" if rate is None else "1" for rate in memory.rates)
    return comma(0, 2, memory.setting("currency", "EUR"), mask, rate_list(device))


def payment_name(device: EltradeDevice, data: str) -> str:
    """55h: ``<letter>[,name]``: reads a name, or sets it before the day's first receipt (``P`` or ``F``)."""
    letter, mark, name = data.partition(",")
    key = CASH if letter == "P" else letter
    if key not in PAYMENTS:
        raise wrong_value()
    if not mark:
        return device.memory.payment_names[key]
    if device.memory.day.fiscal_receipts or device.memory.receipt is not None:
        raise Refused(Reason.NOT_ALLOWED)
    if len(name) > 20:
        return "F"
    device.memory.payment_names[key] = name
    return "P"


def department(device: EltradeDevice, data: str) -> str:
    """57h: ``<n>,<tax>,<line>[↵<line>]``, n 1..100, lines of 20."""
    found = re.fullmatch("([0-9]{1,3}),(.),([^\n]{0,20}(\n[^\n]{0,20})?)", data)
    if found is None:
        raise wrong_value()
    place = whole_number(found[1], 1, 100)
    device.memory.departments[place] = Department(name=found[3], group=group_number(found[2]))
    return ""


def operator(device: EltradeDevice, data: str) -> str:
    """66h: ``1..16,pwd,name``: the first sets the password of 4..8 digits; three wrong ones lock."""
    found = re.fullmatch("([0-9]{1,2}),([0-9]{4,8}),(.{0,24})", data)
    if found is None:
        raise wrong_value()
    op = str(whole_number(found[1], 1, 16))
    card = device.memory.operators.setdefault(op, OperatorCard(password=found[2]))
    if card.password != found[2]:
        device.wrong_passwords += 1
        raise Refused(Reason.BAD_PASSWORD)
    device.wrong_passwords = 0
    card.name = found[3]
    return ""


def invoice_range(device: EltradeDevice, data: str) -> str:
    """42h: ``[S][start,end]``, ``S`` for credit notes; once, and again when used up; empty reads."""
    kind, rest = (True, data[1:]) if data.startswith("S") else (False, data)
    table, memory = device.table("credit_notes"), device.memory
    invoices = [memory.invoice_start, memory.invoice_end, memory.invoice_next]
    start, end, following = table.get("range", [0, 0, 0]) if kind else invoices
    if not rest:
        return comma(start, end, f"{following:010d}")
    first, mark, last = rest.partition(",")
    low, high = whole_number(first, 1), whole_number(last, 1)
    if not mark or low > high:
        raise wrong_value()
    if 0 < start <= following <= end:
        raise Refused(Reason.NOT_ALLOWED)
    if kind:
        table["range"] = [low, high, low]
    else:
        memory.invoice_start, memory.invoice_end, memory.invoice_next = low, high, low
    return comma(low, high, f"{low:010d}")


def article(device: EltradeDevice, data: str) -> str:
    """6Bh: articles: ``P`` programs, ``R`` ``F`` ``L`` ``N`` read, ``I`` counts; answers ``P`` or ``F``."""
    item, text = data[:1], data[1:]
    plus = device.memory.plus
    match item:
        case "P":
            return _program(device, text)
        case "I" if not text:
            return f"P{comma(ARTICLES, len(plus), LINE)}"
        case "R":
            plu = whole_number(text)
        case "F":
            plu = _search(device, (whole_number(text) if text else 1) - 1, 1)
        case "L":
            plu = _search(device, (whole_number(text) if text else LAST_ARTICLE) + 1, -1)
        case "N" if not text:
            plu = _search(device, *device.search)
        case _:
            raise wrong_value()
    return _row(device, plu) if plu in plus else "F"


def _search(device: EltradeDevice, after: int, step: int) -> int:
    """Return the next article beyond ``after`` in the direction ``step``, 0 when there is none."""
    found = [plu for plu in device.memory.plus if (plu - after) * step > 0]
    plu = min(found, key=lambda each: each * step) if found else 0
    device.search = (plu or (LAST_ARTICLE + 1 if step > 0 else 0), step)
    return plu


def _row(device: EltradeDevice, plu: int) -> str:
    card = device.memory.plus[plu]
    stock = card.stock - card.sold
    head = comma(plu, LETTERS[card.group - 1], card.plu_group, f"{card.price:.2f}")
    return f"P{comma(head, f'{card.turnover:.2f}', f'{card.sold:.3f}', f'{stock:.3f}', card.name)}"


def _program(device: EltradeDevice, text: str) -> str:
    found = re.fullmatch(r"(.)([0-9]{1,5}),([0-9]{1,2}),([0-9.]+),(A?)([0-9.]+),(.{1,36})", text)
    if found is None:
        raise wrong_value()
    plu, plus = whole_number(found[2], 1, LAST_ARTICLE), device.memory.plus
    old = plus.get(plu)
    if (old is not None and old.sold) or (old is None and len(plus) >= ARTICLES):
        return "F"
    stock = plain_number(found[6], decimals=3)
    plus[plu] = Plu(
        name=found[7],
        price=plain_number(found[4]),
        group=group_number(found[1]),
        plu_group=whole_number(found[3], 1, 50),
        stock=stock if found[5] or old is None else stock + old.stock,
    )
    return "P"


COMMANDS: Final[Mapping[int, Words]] = {
    0x2B: header,
    0x3D: set_clock,
    0x42: invoice_range,
    0x53: tax_rates,
    0x55: payment_name,
    0x57: department,
    0x66: operator,
    0x6B: article,
}

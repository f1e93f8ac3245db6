"""Incotex's commands that set: clock, header, rates, operators, text fields, invoices, articles, departments.

Source: Daisy/Eltrade/Incotex page, sections 1, 6.6 and 9.3. Each handler takes the device and the request's
text and returns the reply's text.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from billing.emulators import incotex_device as incotex
from billing.emulators.incotex_device import PAYMENTS, IncotexDevice, decimals
from billing.emulators.isl_words import (
    ErrorNumber,
    Words,
    clock_setting,
    comma,
    group_number,
    plain_number,
    whole_number,
    wrong_value,
)
from billing.emulators.memory import LETTERS, Department, Plu, Tally
from billing.emulators.receipt import Reason, Refused

OPTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "P": ("[01]{4}", "0000"),
    "L": ("[01]", "0"),
    "C": ("[01]", "0"),
    "A": ("[01]", "0"),
    "R": ("[01]", "0"),
    "E": ("[0-9]{1,3}", "10"),
    "W": ("[01]", "0"),
    "T": ("[0-8]", "4"),
    "B": ("[1-9][0-9]?", "70"),
}
"""The options of 2Bh: what they take and their factory value; ``W1`` prints the receipt only at its close."""
ARTICLES: Final = 3000
DEPARTMENTS: Final = 100
HEADER_LINES: Final = 8


def set_clock(device: IncotexDevice, data: str) -> str:
    """3Dh: ``DD-MM-YY hh:mm[:ss]``, not before the last record."""
    device.set_clock(clock_setting(data))
    return ""


def header(device: IncotexDevice, data: str) -> str:
    """2Bh: header ``0``-``7`` (only with a zero day), footer ``8`` ``9``, options; ``I`` and one reads."""
    item, text = data[:1], data[1:]
    if item == "I":
        return _read_header(device, text)
    if item in OPTIONS:
        if re.fullmatch(OPTIONS[item][0], text) is None:
            raise wrong_value()
        device.table("options")[item] = text
        return ""
    lines, place = _place(device, item)
    if lines is device.memory.header:
        _zero_day(device)
    lines.extend([""] * (place + 1 - len(lines)))
    lines[place] = text[: device.model.columns]
    return ""


def _place(device: IncotexDevice, item: str) -> tuple[list[str], int]:
    if re.fullmatch("[0-9]", item) is None:
        raise wrong_value()
    place = int(item)
    if place < HEADER_LINES:
        return device.memory.header, place
    return device.memory.footer, place - HEADER_LINES


def _read_header(device: IncotexDevice, item: str) -> str:
    if item in OPTIONS:
        return str(device.table("options").get(item, OPTIONS[item][1]))
    lines, place = _place(device, item)
    return lines[place] if place < len(lines) else ""


def _zero_day(device: IncotexDevice) -> None:
    """Check that the daily report is zero.

    Raises:
        ErrorNumber: 33, when a Z report is needed first.
    """
    day = device.memory.day
    if day.total or any(day.all_reversed_groups) or device.memory.receipt is not None:
        raise ErrorNumber(incotex.REPORT_FIRST)


def set_rates(device: IncotexDevice, data: str) -> str:
    """60h: eight rates, -1.00 disables a group; only after a Z with articles (33)."""
    _zero_day(device)
    if any(card.sold for card in device.memory.plus.values()):
        raise ErrorNumber(incotex.REPORT_FIRST)
    parts = data.split(",")
    form = re.compile(r"-1\.00|[0-9]{1,2}\.[0-9]{2}")
    if len(parts) != len(LETTERS) or any(form.fullmatch(text) is None for text in parts):
        return "F"
    device.memory.rates = [None if text.startswith("-") else Decimal(text) for text in parts]
    device.memory.rates_set.append(device.now)
    return "P"


def set_password(device: IncotexDevice, data: str) -> str:
    """65h: ``op,old,new``, up to six digits."""
    found = re.fullmatch("([0-9]{1,2}),([0-9]{1,6}),([0-9]{1,6})", data)
    if found is None:
        raise wrong_value()
    device.memory.operators[device.check_password(found[1], found[2])].password = found[3]
    return ""


def set_operator(device: IncotexDevice, data: str) -> str:
    """66h: ``op,pwd,name``."""
    found = re.fullmatch("([0-9]{1,2}),([0-9]{1,6}),(.+)", data)
    if found is None:
        raise wrong_value()
    op = device.check_password(found[1], found[2])
    device.memory.operators[op].name = found[3][: device.model.name]
    return ""


def text_field(device: IncotexDevice, data: str) -> str:
    """95h: ``P<n>,text`` and ``R<n>``: 0-9 units, 10-13 payments C N D B, 14 the taxpayer's label."""
    found = re.fullmatch(r"(?P<item>[PR])(?P<n>[0-9]{1,2})(,(?P<text>.*))?", data)
    if found is None or (found["item"] == "P") != (found["text"] is not None):
        raise wrong_value()
    place = whole_number(found["n"], 0, 14)
    if place < 10:
        table, key, width = device.table("units"), str(place), 4
    elif place < 14:
        table, key, width = device.memory.payment_names, list(PAYMENTS)[place - 9], device.model.name
    else:
        table, key, width = device.table("labels"), "taxpayer", device.model.name
    if found["item"] == "P":
        table[key] = found["text"][:width]
        return ""
    return comma(place, table.get(key, "ЕИК"))


def invoice_range(device: IncotexDevice, data: str) -> str:
    """B4h: ``first↵last``, while no range is set or the old one is used up."""
    first, mark, last = data.partition("\n")
    low, high = whole_number(first, 1), whole_number(last, 1)
    if not mark or low > high:
        raise wrong_value()
    if device.has_invoice_number():
        raise Refused(Reason.NOT_ALLOWED)
    memory = device.memory
    memory.invoice_start, memory.invoice_end, memory.invoice_next = low, high, low
    return ""


def set_speed(device: IncotexDevice, data: str) -> str:
    """ACh: ``<PC 0-9>,<display 0-9>``, the speeds of the two lines."""
    if re.fullmatch("[0-9],[0-9]", data) is None:
        raise wrong_value()
    device.memory.settings["speeds"] = data
    return ""


def article(device: IncotexDevice, data: str) -> str:
    """6Bh: articles: ``P`` programs, ``D`` deletes, ``R`` ``F`` ``N`` read; answers ``P`` or ``F``."""
    item, text = data[:1], data[1:].removeprefix(",")
    plus = device.memory.plus
    match item:
        case "P":
            return _program_article(device, text)
        case "D":
            return _delete_articles(device, text)
        case "R":
            plu = whole_number(text)
        case "F" | "N" if not text:
            after = 0 if item == "F" else device.search
            plu = min((each for each in plus if each > after), default=0)
            device.search = plu or 9999
        case _:
            raise wrong_value()
    return _row(device, plu) if plu in plus else "F"


def _row(device: IncotexDevice, plu: int) -> str:
    card = device.memory.plus[plu]
    at, unit = device.table("article_details").get(str(plu), ["", 1])
    free = int(device.table("free_articles").get(str(plu), False))
    letter = LETTERS[device.article_group(card) - 1]
    sums = (decimals(card.price), f"{card.sold:.3f}", decimals(card.turnover))
    return f"{comma('P', plu, at, letter, *sums, card.name)}\n,{comma(card.department, free, unit)}"


def _program_article(device: IncotexDevice, text: str) -> str:
    found = re.fullmatch("(.)([0-9]{1,4}),([0-9.]+),([^,]+),([0-9]{1,2}),([01]),([0-9]{1,2})", text)
    if found is None:
        raise wrong_value()
    letter, number, price, name, department, free, unit = found.groups()
    plu, plus = whole_number(number, 1, 9999), device.memory.plus
    if plu in plus and plus[plu].sold:
        raise ErrorNumber(incotex.REPORT_FIRST)
    if plu not in plus and len(plus) >= ARTICLES:
        return "F"
    plus[plu] = Plu(
        name=name[: device.model.name],
        price=plain_number(price, digits=9),
        group=group_number(letter),
        department=whole_number(department, 0, 16),
    )
    at = f"{device.now:%d-%m-%Y %H:%M:%S}"
    device.table("article_details")[str(plu)] = [at, whole_number(unit, 1, 10)]
    device.table("free_articles")[str(plu)] = free == "1"
    return comma("P", ARTICLES - len(plus))


def _delete_articles(device: IncotexDevice, text: str) -> str:
    first, mark, last = ("1", ",", "9999") if text == "A" else text.partition(",")
    low = whole_number(first, 1, 9999)
    high = whole_number(last, 1, 9999) if mark else low
    for plu in [key for key, card in device.memory.plus.items() if low <= key <= high and not card.sold]:
        del device.memory.plus[plu]
    return comma("P", ARTICLES - len(device.memory.plus))


def department(device: IncotexDevice, data: str) -> str:
    """83h: ``P<n>,<name>↵<tax><price>,<nofree>,<unit>`` and ``R<n>``; answers ``P`` or ``F``."""
    if data[:1] == "R":
        return _read_department(device, whole_number(data[1:]))
    found = re.fullmatch("P([0-9]{1,3}),([^\n]+)\n(.)([0-9.]+),([01]),([0-9]{1,2})", data)
    if found is None:
        raise wrong_value()
    place = whole_number(found[1], 1, DEPARTMENTS)
    if device.memory.day.departments.get(place, Tally()).count:
        raise ErrorNumber(incotex.REPORT_FIRST)
    device.memory.departments[place] = Department(
        name=found[2][: device.model.name],
        group=group_number(found[3]),
        price=plain_number(found[4], digits=9),
    )
    device.table("fixed_departments")[str(place)] = found[5] == "1"
    device.table("department_units")[str(place)] = whole_number(found[6], 1, 10)
    return comma("P", DEPARTMENTS - len(device.memory.departments))


def _read_department(device: IncotexDevice, place: int) -> str:
    card = device.memory.departments.get(place)
    if card is None:
        return "F"
    sums = device.memory.day.departments.get(place, Tally())
    fixed = int(device.table("fixed_departments").get(str(place), False))
    unit = device.table("department_units").get(str(place), 1)
    tail = (decimals(card.price), f"{sums.count}.000", decimals(sums.total), fixed, unit)
    return f"{comma('P', place, card.name)}\n{comma(LETTERS[card.group - 1], *tail)}"


COMMANDS: Final[Mapping[int, Words]] = {
    0x2B: header,
    0x3D: set_clock,
    0x60: set_rates,
    0x65: set_password,
    0x66: set_operator,
    0x6B: article,
    0x83: department,
    0x95: text_field,
    0xAC: set_speed,
    0xB4: invoice_range,
}

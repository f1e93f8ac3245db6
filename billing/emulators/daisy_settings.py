"""Daisy's commands that set: clock, header, rates, operators, text fields, payments, articles, departments.

Source: Daisy/Eltrade/Incotex page, sections 6.6, 9.3 and 11. Each handler takes the device and the request's
text and returns the reply's text.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from billing.emulators import daisy_fields as fields
from billing.emulators.daisy_device import SLOTS, WRONG_PASSWORD, DaisyDevice
from billing.emulators.daisy_fields import date_time, group, number, syntax_error, whole_number
from billing.emulators.isl_words import ErrorNumber, Words, comma
from billing.emulators.memory import LETTERS, Department, OperatorTally, Plu, Tally
from billing.emulators.receipt import CASH, ZERO, Refused

OPTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "P": ("[01]{4}", "0000"),
    "L": ("[01]", "0"),
    "C": ("[012]", "0"),
    "A": ("[01]", "0"),
}
"""The options of 2Bh: what they take and their factory value."""
ARTICLES: Final = 3000
DEPARTMENTS: Final = 50


def set_clock(device: DaisyDevice, data: str) -> str:
    """3Dh: ``DD-MM-YY hh:mm[:ss]``; real devices drop the seconds, and so does this one."""
    try:
        device.set_clock(date_time(data).replace(second=0))
    except Refused:
        raise ErrorNumber(fields.BAD_DATE) from None
    return ""


def header(device: DaisyDevice, data: str) -> str:
    """2Bh: header ``0``-``5``, footer ``6`` ``7``, options; ``I`` and one of them reads."""
    item, text = data[:1], data[1:]
    if item == "I":
        return _read_header(device, text)
    if item in OPTIONS:
        if re.fullmatch(OPTIONS[item][0], text) is None:
            raise ErrorNumber(fields.OUT_OF_RANGE)
        device.table("options")[item] = text
    elif item and item in "01234567":
        _set_line(device, int(item), text)
    else:
        raise syntax_error()
    return ""


def _set_line(device: DaisyDevice, place: int, text: str) -> None:
    lines, place = (device.memory.header, place) if place < 6 else (device.memory.footer, place - 6)
    lines.extend([""] * (place + 1 - len(lines)))
    lines[place] = text[: device.model.columns]


def _read_header(device: DaisyDevice, item: str) -> str:
    if item in OPTIONS:
        return str(device.table("options").get(item, OPTIONS[item][1]))
    if len(item) != 1 or item not in "01234567":
        raise syntax_error()
    return _line(device, int(item))


def _line(device: DaisyDevice, place: int) -> str:
    lines, place = (device.memory.header, place) if place < 6 else (device.memory.footer, place - 6)
    return lines[place] if place < len(lines) else ""


def set_rates(device: DaisyDevice, data: str) -> str:
    """60h: ``A[,...H]``; -1 disables a group; a day with turnover wants its Z first (91)."""
    device.nothing_open()
    if device.memory.day.total or any(device.memory.day.all_reversed_groups):
        raise ErrorNumber(fields.Z_REPORT_FIRST)
    parts = data.split(",")
    if len(parts) > len(LETTERS) or any(
        re.fullmatch(r"-1(\.00?)?|[0-9]{1,2}(\.[0-9]{1,2})?", p) is None for p in parts
    ):
        return "F"
    for place, text in enumerate(parts):
        device.memory.rates[place] = None if text.startswith("-") else Decimal(text)
    device.memory.rates_set.append(device.now)
    return "P"


def set_password(device: DaisyDevice, data: str) -> str:
    """65h: ``op,old,new[,r,r,r]``; no two operators may have the same one, except 0."""
    op, old, new, *rights = [*data.split(","), "", ""] if data.count(",") < 2 else data.split(",")
    op = device.operator(op, old)
    whole_number(new, digits=6)
    if int(new) and any(
        int(card.password) == int(new) for key, card in device.memory.operators.items() if key != op
    ):
        raise ErrorNumber(fields.WRONG_PASSWORD, WRONG_PASSWORD)
    _grant(device, op, rights)
    device.memory.operators[op].password = new
    return ""


def set_operator(device: DaisyDevice, data: str) -> str:
    """66h: ``op,pwd,name[⇥r,r,r]``; the name changes only while his sums are zero (92)."""
    head, tab, rights = data.partition("\t")
    parts = head.split(",", 2)
    if len(parts) != 3:
        raise syntax_error()
    op = device.operator(parts[0], parts[1])
    name = parts[2][: device.model.name]
    tally = device.memory.day.operators.get(op, OperatorTally())
    if tally.receipts and name != device.memory.operators[op].name:
        raise ErrorNumber(fields.OPERATOR_REPORT_FIRST)
    _grant(device, op, rights.split(",") if tab else [])
    device.memory.operators[op].name = name
    return ""


def _grant(device: DaisyDevice, op: str, rights: list[str]) -> None:
    """Set the first of the operator's three rights to reverse: return, error, tax base."""
    if len(rights) > 3 or not set(rights) <= {"0", "1"}:
        raise syntax_error()
    old = device.table("rights").get(op, "000")
    device.table("rights")[op] = "".join(rights) + old[len(rights) :]


def text_field(device: DaisyDevice, data: str) -> str:
    """95h: ``P<n>,text`` and ``R<n>``: 40-47 header and footer, 60-64 payment names, 600-609 comments."""
    found = re.fullmatch(r"(?P<item>[PR])(?P<n>[0-9]{1,3})(?P<text>,.*)?", data)
    if found is None or (found["item"] == "P") != (found["text"] is not None):
        raise syntax_error()
    place, text = int(found["n"]), (found["text"] or "")[1:]
    writes = found["item"] == "P"
    if 40 <= place <= 47:
        if writes:
            _set_line(device, place - 40, text)
        return "" if writes else _line(device, place - 40)
    if 60 <= place <= 64:
        slot = device.memory.settings["payments"][list(SLOTS)[place - 60]]
        if writes:
            slot[0] = text[: device.model.name]
        return "" if writes else str(slot[0])
    if not 600 <= place <= 609:
        raise ErrorNumber(fields.OUT_OF_RANGE)
    if writes:
        device.table("comments")[str(place)] = text[: device.model.comment]
    return "" if writes else str(device.table("comments").get(str(place), ""))


def parameter(device: DaisyDevice, data: str) -> str:
    """96h: ``P<n>,v`` and ``R<n>``; 18 and 19 are the ends of the invoice range."""
    found = re.fullmatch(r"(?P<item>[PR])(?P<n>[0-9]{1,3})(,(?P<value>.*))?", data)
    if found is None or (found["item"] == "P") != (found["value"] is not None):
        raise syntax_error()
    place, memory = int(found["n"]), device.memory
    if found["item"] == "P":
        if place == 18:
            memory.invoice_start = memory.invoice_next = whole_number(found["value"], digits=10)
        elif place == 19:
            memory.invoice_end = whole_number(found["value"], digits=10)
        else:
            device.table("parameters")[str(place)] = found["value"]
        return ""
    kept = {18: memory.invoice_start, 19: memory.invoice_end}
    return comma(place, kept.get(place, device.table("parameters").get(str(place), 0)))


def payment(device: DaisyDevice, data: str) -> str:
    """97h: ``P<n>,name[⇥rate,tag]`` and ``R<n>``; 0 is cash and cannot be changed."""
    found = re.fullmatch(
        r"(?P<item>[PR])(?P<n>[0-9]{1,2})(,(?P<name>[^\t]*)(\t(?P<rate>[^,]*),(?P<tag>.*))?)?", data
    )
    if found is None or (found["item"] == "P") != (found["name"] is not None):
        raise syntax_error()
    place = int(found["n"])
    index = place - device.memory.setting("first_payment", 0)
    if not 0 <= index < len(SLOTS):
        raise ErrorNumber(fields.OUT_OF_RANGE)
    key = list(SLOTS)[index]
    if found["item"] == "R":
        name, _, rate, tag = device.slot(key)
        return f"{place},{name}\t{rate},{tag}"
    if key == CASH:
        raise ErrorNumber(fields.FIXED_FIELD)
    slot = device.memory.settings["payments"][key]
    if found["rate"] is not None:
        number(found["rate"], decimals=5)
        tag = whole_number(found["tag"])
        if tag > 10:
            raise ErrorNumber(fields.OUT_OF_RANGE)
        slot[1:] = [found["rate"], tag]
    slot[0] = found["name"][: device.model.name]
    return ""


def article(device: DaisyDevice, data: str) -> str:
    """6Bh: articles: ``P`` programs, ``D`` deletes, ``R`` ``F`` ``N`` read; answers ``P`` or ``F``."""
    item, text = data[:1], data[1:]
    if item == "P":
        return _program_article(device, text)
    if item == "D":
        return _delete_articles(device, text)
    if item not in {"R", "F", "N"}:
        raise syntax_error()
    plus = device.memory.plus
    if item == "R":
        plu = whole_number(text)
    else:
        if item == "F":
            device.search = (0, text == "1")
        after, sold = device.search
        plu = min((key for key, card in plus.items() if key > after and (card.sold or not sold)), default=0)
        device.search = (plu or ARTICLES, sold)
    return _row(device, plu) if plu in plus else "F"


def _row(device: DaisyDevice, plu: int) -> str:
    card = device.memory.plus[plu]
    kept = device.table("article_times").get(str(plu), "")
    codes = [code for code, owner in device.table("barcodes").items() if owner == plu]
    letter = LETTERS[device.article_group(card) - 1]
    head = comma("P", plu, kept, letter, card.price, card.sold, card.turnover, card.name)
    return f"{head}\n{comma(codes[0] if codes else '', card.department, 1, card.stock - card.sold)}"


def _program_article(device: DaisyDevice, text: str) -> str:
    found = re.fullmatch(
        r"(?P<group>.)(?P<plu>[0-9]+),(?P<price>[^,\n]*),(?P<name>[^\n]*)"
        r"(\n(?P<code>[0-9]{0,13})(,(?P<department>[0-9]+)(,1(,(?P<stock>[0-9.]+))?)?)?)?",
        text,
    )
    if found is None:
        raise syntax_error()
    plu, old = int(found["plu"]), device.memory.plus.get(int(found["plu"]))
    department = int(found["department"] or 0)
    if not 1 <= plu <= ARTICLES or (department and department not in device.memory.departments):
        return "F"
    if old is not None and old.sold:
        raise ErrorNumber(fields.ARTICLE_REPORT_FIRST)
    codes = device.table("barcodes")
    if found["code"] and codes.get(found["code"], plu) != plu:
        raise ErrorNumber(45)
    device.memory.plus[plu] = Plu(
        name=found["name"][: device.model.name],
        price=number(found["price"]),
        group=group(found["group"]),
        department=department,
        stock=Decimal(found["stock"] or "0.000"),
    )
    for code in [each for each, owner in codes.items() if owner == plu]:
        del codes[code]
    if found["code"]:
        codes[found["code"]] = plu
    device.table("article_times")[str(plu)] = f"{device.now:%d-%m-%Y %H:%M:%S}"
    return comma("P", ARTICLES - len(device.memory.plus))


def _delete_articles(device: DaisyDevice, text: str) -> str:
    if text == "A":
        low, high = 1, ARTICLES
    else:
        first, mark, last = text.partition(",")
        low = whole_number(first)
        high = whole_number(last) if mark else low
    for plu in [key for key, card in device.memory.plus.items() if low <= key <= high and not card.sold]:
        del device.memory.plus[plu]
    return comma("P", ARTICLES - len(device.memory.plus))


def department(device: DaisyDevice, data: str) -> str:
    """83h: ``P<n>,<name>↵<tax>,<price>[,<digits>]`` and ``R<n>``; answers ``P`` or ``F``."""
    if data[:1] == "R":
        return _read_department(device, str(whole_number(data[1:])))
    found = re.fullmatch(
        r"P(?P<n>[0-9]+),(?P<name>[^\n]*)\n(?P<group>.),(?P<price>[0-9.]+)(,(?P<digits>[0-8]))?", data
    )
    if found is None:
        raise syntax_error()
    place, day = int(found["n"]), device.memory.day
    if not 1 <= place <= DEPARTMENTS:
        return "F"
    if day.departments.get(place, Tally()).count:
        raise ErrorNumber(fields.Z_REPORT_FIRST)
    if str(place) in device.table("period"):
        raise ErrorNumber(fields.PERIODIC_REPORT_FIRST)
    device.memory.departments[place] = Department(
        name=found["name"][: device.model.name], group=group(found["group"]), price=number(found["price"])
    )
    device.table("digits")[str(place)] = int(found["digits"] or 0)
    return comma("P", DEPARTMENTS - len(device.memory.departments))


def _read_department(device: DaisyDevice, place: str) -> str:
    card = device.memory.departments.get(int(place))
    if card is None:
        return "F"
    day = device.memory.day.departments.get(int(place), Tally())
    period = Tally.model_validate(device.table("period").get(place, {}))
    period.add(day.total, day.count)
    head = comma("P", place, card.name)
    sums = (f"{day.count}.000", day.total or ZERO, f"{period.count}.000", period.total)
    return (
        f"{head}\n{comma(LETTERS[card.group - 1], card.price, *sums, device.table('digits').get(place, 0))}"
    )


COMMANDS: Final[Mapping[int, Words]] = {
    0x2B: header,
    0x3D: set_clock,
    0x60: set_rates,
    0x65: set_password,
    0x66: set_operator,
    0x6B: article,
    0x83: department,
    0x95: text_field,
    0x96: parameter,
    0x97: payment,
}

"""What the host sets on P and C alike: clock, rates, header, names, passwords (Datecs P/C 9.3)."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.emulators.datecs_fields import bytes_of, check, decimal, group_of, matched, text_of, whole
from billing.emulators.datecs_isl import DatecsIsl
from billing.emulators.datecs_reports import rate_text
from billing.emulators.isl_device import Handler
from billing.emulators.memory import Department, OperatorCard
from billing.emulators.receipt import GROUPS, Reason, Refused

HEADER_LINES: Final = 6
FOOTER_LINES: Final = 2
OPTIONS: Final = "ABCDEFLNQRTXWcd"
"""The letters of 2Bh; ``E`` (a second currency), ``X`` (no drawer) and the rest change nothing here."""
LOGO_ROWS: Final = 96
_CLOCK: Final = re.compile(r"([0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2})(:[0-9]{2})?")


def set_clock(device: DatecsIsl, data: bytes) -> bytes:
    """3Dh: set the clock, not before the last document or record."""
    match = matched(_CLOCK, text_of(data))
    try:
        at = datetime.strptime(match[1] + (match[2] or ":00"), "%d-%m-%y %H:%M:%S")  # noqa: DTZ007 a wall clock
    except ValueError:
        raise Refused(Reason.BAD_VALUE) from None
    memory = device.memory
    if memory.receipt is not None or (memory.journal and at < memory.journal[-1].at):
        raise Refused(Reason.NOT_ALLOWED)
    memory.set_wall(device.clock, at)
    return b""


def read_rates(device: DatecsIsl, data: bytes) -> bytes:
    """61h: the eight rates."""
    check(not data)
    return bytes_of(",".join(rate_text(rate, "00.00") for rate in device.memory.rates))


def rates(device: DatecsIsl, data: bytes) -> bytes:
    """53h: read or set decimals, currency and rates; set only before the day's first fiscal receipt."""
    memory = device.memory
    if data:
        fields = text_of(data).split(",")
        check(len(fields) == 4 + GROUPS)
        whole(fields[0], 0, 3)
        check(fields[1] == "2")  # this device counts in hundredths only
        check(len(fields[2]) <= (6 if device.dialect.is_p else 3))
        check(re.fullmatch(r"[01]{8}", fields[3]))
        values = [decimal(field, 4, 2) for field in fields[4:]]
        check(all(0 <= value <= 99 for value in values))
        if memory.day.fiscal_receipts or memory.day.reversal_receipts or memory.receipt is not None:
            raise Refused(Reason.NOT_ALLOWED)
        pairs = zip(fields[3], values, strict=True)
        memory.rates = [value if on == "1" else None for on, value in pairs]
        memory.rates_set.append(device.now)
        memory.settings["currency"] = fields[2]
    enabled = "".join("0" if rate is None else "1" for rate in memory.rates)
    each = ",".join(rate_text(rate, "00.00") for rate in memory.rates)
    return bytes_of(f"0,2,{memory.setting('currency', 'EUR')},{enabled},{each}")


def header(device: DatecsIsl, data: bytes) -> bytes:
    """2Bh: set (or with I read) a header or footer line or an option."""
    text = text_of(data)
    check(text)
    item, value = text[0], text[1:]
    memory = device.memory
    if item == "I":
        check(len(value) == 1)
        return bytes_of(_read_item(device, value))
    if item.isdigit():
        number = whole(item, 0, HEADER_LINES + FOOTER_LINES - 1)
        check(len(value) <= device.dialect.header_text)
        lines, place = (
            (memory.header, number) if number < HEADER_LINES else (memory.footer, number - HEADER_LINES)
        )
        lines.extend([""] * (place + 1 - len(lines)))
        lines[place] = value
    else:
        check(item in OPTIONS)
        memory.settings.setdefault("options", {})[item] = value
    return b""


def _read_item(device: DatecsIsl, item: str) -> str:
    memory = device.memory
    if item.isdigit():
        number = whole(item, 0, HEADER_LINES + FOOTER_LINES - 1)
        lines, place = (
            (memory.header, number) if number < HEADER_LINES else (memory.footer, number - HEADER_LINES)
        )
        return lines[place] if place < len(lines) else ""
    check(item in OPTIONS)
    return str(memory.setting("options", {}).get(item, "0"))


def payment_name(device: DatecsIsl, data: bytes) -> bytes:
    """55h: read or set the name of a payment; set only before the day's first fiscal receipt."""
    letter, comma, name = text_of(data).partition(",")
    dialect, memory = device.dialect, device.memory
    if letter not in dialect.payment_names:
        raise Refused(Reason.BAD_VALUE)
    key = dialect.payments[letter]
    if not comma:
        return bytes_of(memory.payment_names.get(key, dialect.payment_names[letter]))
    if len(name) > dialect.payment_name:
        return b"F"
    if memory.day.fiscal_receipts:
        raise Refused(Reason.NOT_ALLOWED)
    memory.payment_names[key] = name
    return b"P"


def department(device: DatecsIsl, data: bytes) -> bytes:
    """57h: program a department; only without sales in it since the Z."""
    match = matched(r"([0-9]{1,4}),(.),(.*?)(?:\n(.*))?", text_of(data))
    number = whole(match[1], 1, device.dialect.departments_set)
    group = group_of(match[2], latin=device.dialect.latin_groups)
    check(len(match[3]) <= 28 and len(match[4] or "") <= 34)
    if number in device.memory.day.departments:
        raise Refused(Reason.NOT_ALLOWED)
    name = match[3] + (f"\n{match[4]}" if match[4] is not None else "")
    device.memory.departments[number] = Department(name=name, group=group)
    return b""


def password(device: DatecsIsl, data: bytes) -> bytes:
    """65h: change an operator's password."""
    fields = text_of(data).split(",")
    check(len(fields) == 3 and re.fullmatch(device.dialect.password, fields[2]))
    code = device.identify(fields[0], fields[1])
    card = device.operator(code)
    device.memory.operators[code] = OperatorCard(name=card.name, password=fields[2])
    return b""


def operator_name(device: DatecsIsl, data: bytes) -> bytes:
    """66h: set an operator's name."""
    fields = text_of(data).split(",", 2)
    check(len(fields) == 3 and len(fields[2]) <= device.dialect.operator_name)
    code = device.identify(fields[0], fields[1])
    device.memory.operators[code] = OperatorCard(name=fields[2], password=fields[1])
    return b""


def invoice_range(device: DatecsIsl, data: bytes) -> bytes:
    """42h: read or set the range of invoice numbers; set once, and again when it is used up."""
    memory = device.memory
    if data:
        match = matched(r"([0-9]{1,10}),([0-9]{1,10})", text_of(data))
        start, end = int(match[1]), int(match[2])
        check(1 <= start <= end)
        if memory.invoice_end and memory.invoice_next <= memory.invoice_end:
            raise Refused(Reason.NOT_ALLOWED)
        memory.invoice_start, memory.invoice_end, memory.invoice_next = start, end, start
    return bytes_of(f"{memory.invoice_start:010d},{memory.invoice_end:010d},{memory.invoice_next:010d}")


def taxpayer(device: DatecsIsl, data: bytes) -> bytes:
    """63h: the taxpayer's number and its label."""
    check(not data)
    return bytes_of(f"{device.memory.taxpayer_number},ЕИК")


def logo(device: DatecsIsl, data: bytes) -> bytes:
    """73h: set or read a row of the logo, in hexadecimal."""
    rows = device.memory.settings.setdefault("logo", {})
    text = text_of(data)
    if text.startswith("R"):
        row = whole(text[1:], 0, LOGO_ROWS - 1)
        return bytes_of(str(rows.get(str(row), "")))
    number, comma, content = text.partition(",")
    row = whole(number, 0, LOGO_ROWS - 1)
    limit = 72 if device.dialect.is_p else 48
    check(comma and re.fullmatch(r"([0-9A-Fa-f]{2})*", content) and len(content) <= 2 * limit)
    rows[str(row)] = content
    return b""


def price(text: str) -> Decimal:
    """Return a unit price of an article or department.

    Raises:
        Refused: when it is none.
    """
    value = decimal(text, 8, 2)
    check(value >= 0)
    return value


COMMANDS: Final[Mapping[int, Handler]] = {
    0x2B: header,
    0x3D: set_clock,
    0x42: invoice_range,
    0x53: rates,
    0x55: payment_name,
    0x57: department,
    0x61: read_rates,
    0x63: taxpayer,
    0x65: password,
    0x66: operator_name,
    0x73: logo,
}

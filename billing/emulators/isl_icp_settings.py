"""Programming of the emulated ISL ICP: operator, head, clock, payments, departments, logo and the flags.

Follows sheet isl-icp, section 9. What a flag may hold is a table.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from billing.emulators.isl_icp_fields import BadField, Fields, Refusal
from billing.emulators.isl_icp_frames import ACK
from billing.emulators.isl_icp_machine import MEMORY_BLOCKS, Command, Machine, When
from billing.emulators.isl_icp_payment import TYPES
from billing.emulators.memory import Department, OperatorCard
from billing.emulators.receipt import GROUPS

STORED_OPERATORS: Final = 10
ARTICLE_LIMIT: Final = 20_000
FLAGS: Final[dict[str, re.Pattern[str]]] = {
    "01": re.compile(r"[0-9]"),
    "02": re.compile(r"[0-2]"),
    "03": re.compile(r"[0-2]"),
    "07": re.compile(r"[01]"),
    "08": re.compile(r"[01]"),
    "16": re.compile(r"[01]"),
    "17": re.compile(r"[0-5]"),
    "18": re.compile(r"[0-4][0-9]{5}"),
    "19": re.compile(r"[01]"),
    "1A": re.compile(r"[1-9AB]"),
    "3B": re.compile(r"[01]"),
    "3C": re.compile(r"[0-9]"),
    "3D": re.compile(r"[0-9]{2}"),
    "3E": re.compile(r"[0-9]{2}"),
    "41": re.compile(r"[01]"),
    "42": re.compile(r"[01]"),
    "44": re.compile(r"[01]"),
    "45": re.compile(r"[01]"),
    "48": re.compile(r"[01]"),
}
"""The values of each flag that may be set."""
READABLE: Final = {"16": "0", "17": "0", "18": "000000", "19": "0", "1A": "1"}
"""The flags that may be read, with their factory values; 11, 12, 13, 1B and 1D have readers of their own."""


def operator(device: Machine, fields: Fields) -> None:
    """75: who works; 01-10 are stored, 11-99 give their name each time."""
    if fields.left not in {2, 14, 26}:
        raise BadField("2, 14 or 26 characters", f"{fields.left}")
    name = fields.padded(fields.left - 2)
    number = fields.number(2)
    if number == 0 or (number > STORED_OPERATORS and not name):
        raise BadField("an operator 01-99, above 10 with a name", f"{number:02d}")
    if name and number <= STORED_OPERATORS:
        device.memory.operators[str(number)] = OperatorCard(name=name, password="")
    device.memory.settings["operator"] = str(number)


def head_row(device: Machine, fields: Fields) -> None:
    """71: one row of head (0-5) or foot (6-8)."""
    row = int(fields.choice("012345678"))
    wide = fields.choice("01")
    text = fields.rest(device.model.columns)
    if device.has_turnover:
        raise Refusal(37)
    rows, place = (device.memory.header, row) if row < 6 else (device.memory.footer, row - 6)
    rows += [""] * (place + 1 - len(rows))
    rows[place] = text
    device.memory.settings[f"wide.{row}"] = wide


def set_clock(device: Machine, fields: Fields) -> None:
    """73: date and time, only straight after a Z report."""
    at = fields.moment()
    fields.end()
    if device.has_turnover:
        raise Refusal(39)
    if at is None:
        raise BadField("a date and time", "another")
    device.memory.set_wall(device.clock, at)


def set_rates(device: Machine, fields: Fields) -> None:
    """74: the eight rates; only in service mode and straight after a Z report."""
    rates = [Decimal(fields.number(4)).scaleb(-2) for _ in range(GROUPS)]
    fields.choice("01")
    fields.end()
    if device.has_turnover:
        raise Refusal(48)
    if not device.memory.setting("service_mode", default=False):
        raise BadField("service mode", "fiscal mode")
    device.memory.rates = list(rates)
    device.memory.rates_set.append(device.wall)


def payment_name(device: Machine, fields: Fields) -> None:
    """76: the name of a payment other than cash, and its rate."""
    letter = fields.choice(TYPES[1:])
    if letter not in device.model.payments or fields.left not in {12, 20, 24, 32}:
        raise BadField("a payment and its name", letter)
    width = 24 if fields.left in {24, 32} else 12
    device.memory.payment_names[str(TYPES.index(letter))] = fields.padded(width)
    if fields.left and fields.number(8) == 0:
        raise Refusal(9)


def department(device: Machine, fields: Fields) -> None:
    """AB: a department's group (0-7, as in the department lines), price and name."""
    if fields.take(2) != "00":
        raise BadField("00", "another")
    number = fields.number(2)
    group = int(fields.choice("01234567")) + 1
    fields.choice("1")
    price = Decimal(fields.number(8)).scaleb(-2)
    name = fields.rest(24).rstrip(" ")
    if not 1 <= number <= 10:
        raise Refusal(1)
    if not device.memory.group_enabled(group):
        raise Refusal(7)
    device.memory.departments[number] = Department(name=name, group=group, price=price)


def logo(device: Machine, fields: Fields) -> None:
    """78: half a row of the logo, four dots a character."""
    del device
    fields.number(3)
    fields.choice("01")
    if fields.left not in {48, 96}:
        raise BadField("48 or 96 characters", f"{fields.left}")


def logo_on(device: Machine, fields: Fields) -> None:
    """79: the logo on or off."""
    device.memory.settings["logo"] = fields.choice("01")
    fields.end()


def knife(device: Machine, fields: Fields) -> None:
    """88: how far the paper goes to the knife."""
    device.memory.settings["knife"] = fields.number(5)
    fields.end()


def _range(device: Machine, fields: Fields) -> bytes | None:
    memory = device.memory
    if not fields.left:
        return f"{memory.invoice_start:010d}{memory.invoice_end:010d}".encode("ascii")
    first, last = fields.number(10), fields.number(10)
    fields.end()
    if memory.invoice_next and memory.invoice_next <= memory.invoice_end:
        raise Refusal(65)
    if not 1 <= first <= last or first < memory.invoice_next:
        raise Refusal(64)
    memory.invoice_start, memory.invoice_end, memory.invoice_next = first, last, first
    return None


def _groups(device: Machine, fields: Fields) -> bytes | None:
    if not fields.left:
        return "".join(f"{group}{device.memory.group_enabled(group):d}" for group in range(5, 9)).encode(
            "ascii"
        )
    group, is_on = int(fields.choice("5678")), fields.choice("01") == "1"
    fields.end()
    if device.has_turnover:
        raise Refusal(38)
    if not is_on and device.memory.group_enabled(group):
        raise BadField("groups can only be switched on", f"{group}0")
    if is_on:
        device.memory.rates[group - 1] = device.memory.rates[group - 1] or Decimal("0.00")
    return None


def _articles(device: Machine, fields: Fields) -> bytes | None:
    if not fields.left:
        return device.flag("13", "00100").encode("ascii")
    highest = fields.number(5)
    fields.end()
    if not 1 <= highest <= ARTICLE_LIMIT:
        raise Refusal(67)
    if device.has_turnover:
        raise Refusal(38)
    device.memory.settings["flag.13"] = f"{highest:05d}"
    return None


def _records(device: Machine, fields: Fields) -> bytes:
    if fields.take(4) != "0035":
        raise BadField("0035", "another")
    fields.end()
    return f"{len(device.memory.z_blocks) + 1:04d}(curr) of {MEMORY_BLOCKS:04d}(max)".encode("ascii")


def _meaning(device: Machine, fields: Fields) -> bytes | None:
    number = fields.number(2)
    if not 1 <= number <= 10:
        raise BadField("a payment 01 to 10", f"{number:02d}")
    name = f"meaning.{number}"
    if not fields.left:
        return f"{int(device.memory.setting(name, number)):02d}".encode("ascii")
    code = fields.number(2)
    fields.end()
    if not 1 <= code <= 10:
        raise BadField("a meaning 01 to 10", f"{code:02d}")
    device.memory.settings[name] = code
    return None


OWN: Final[dict[str, Callable[[Machine, Fields], bytes | None]]] = {
    "11": _range,
    "12": _groups,
    "13": _articles,
    "1B": _records,
    "1D": _meaning,
}
"""Flags with forms of their own: no value reads, a value sets."""


def is_read(data: bytes) -> bool:
    """Tell whether the data of 92 read a flag: its name alone, with a number behind 1B and 1D."""
    return data[:2] == b"1B" or len(data) == (4 if data[:2] == b"1D" else 2)


def flags(device: Machine, fields: Fields) -> bytes | None:
    """92: reads a flag, or sets it with no receipt open; ``03 2`` opens the drawer."""
    name = fields.take(2)
    if name in OWN:
        return OWN[name](device, fields)
    if not fields.left:
        if name not in READABLE:
            raise BadField("a flag that can be read", name)
        return device.flag(name, READABLE[name]).encode("ascii")
    value = fields.rest(243)
    if name not in FLAGS or not FLAGS[name].fullmatch(value):
        raise BadField("a flag and its value", name + value)
    if (name, value) != ("03", "2"):
        device.memory.settings[f"flag.{name}"] = value
    return None


def journal_text(device: Machine) -> bytes:
    """Return the journal as ``92 10`` sends it: bare rows without frames, then an ACK."""
    rows = [line for document in device.memory.journal for line in document.text]
    return "".join(f"{row}\n" for row in rows).encode("cp1251", "replace") + ACK


COMMANDS: Final = {
    0x75: Command(operator, When.FREE),
    0x71: Command(head_row, When.FREE),
    0x73: Command(set_clock, When.FREE),
    0x74: Command(set_rates, When.FREE),
    0x76: Command(payment_name, When.FREE),
    0xAB: Command(department, When.FREE),
    0x78: Command(logo, When.FREE),
    0x79: Command(logo_on, When.FREE),
    0x88: Command(knife, When.FREE),
    0x92: Command(flags, When.FREE, reads=is_read),
}

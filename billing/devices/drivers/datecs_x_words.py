"""How Datecs X writes: fields each followed by TAB, result codes, amounts, times. No state and no talk.

Source: Datecs X (protocols/datecs-x.md), sections 2, 4 and 8.
"""

import re
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.devices.drivers.datecs_clients import ClientLimits, address_lines
from billing.devices.standing import Figures
from billing.devices.talk import Command, Repeat, Reply
from billing.devices.wording import decimals
from billing.documents import Client, Modifier

SUMMER: Final = "DST"
"""Behind a time of the device while its summer time is on."""

TIMES: Final = ("%d-%m-%y %H:%M:%S", "%d-%m-%Y %H:%M:%S")
CLIENT_KINDS: Final = {"company": "0", "personal": "1", "foreigner": "2", "official": "3"}
CLIENT_LIMITS: Final = ClientLimits(number=range(8, 14), name=36, address=(36, 36))
"""Section 6, 57."""


def say(
    code: int,
    name: str,
    *fields: str,
    repeat: Repeat = Repeat.UNSAFE,
    limit_s: float = 10.0,
    secrets: tuple[bytes, ...] = (),
) -> Command:
    """Return a command with every field followed by TAB, empty ones too (section 4)."""
    data = "".join(f"{field}\t" for field in fields).encode("cp1251", "replace")
    return Command(code, data, name, repeat, limit_s, secrets)


def query(code: int, name: str, *fields: str) -> Command:
    """Return a command that only reads."""
    return say(code, name, *fields, repeat=Repeat.SAFE, limit_s=3.0)


def values(reply: Reply) -> list[str]:
    """Return the fields behind the result code, which is 0.

    Raises:
        ValueError: the answer has no result code; what became of the command is not known.
    """
    code, *fields = reply.data.decode("cp1251").split("\t")
    if code != "0":
        raise ValueError("an answer begins with its result code")
    return fields[:-1] if fields and not fields[-1] else fields


def amount(field: str) -> Decimal:
    """Return an amount with a decimal point.

    Raises:
        ValueError: it is none.
    """
    if re.fullmatch(r"[+-]?[0-9]{1,12}(\.[0-9]+)?", field.strip()) is None:
        raise ValueError(f"{field!r} is not an amount")
    return Decimal(field.strip())


def percent(field: str) -> Decimal | None:
    """Return a tax rate, or None for a group that is off (100.00, or nothing)."""
    rate = amount(field) if field.strip() else Decimal(100)
    return None if rate >= Decimal(100) else rate


def moment(text: str) -> datetime:
    """Return a time of the device, which has no zone; the mark of summer time is left out.

    Raises:
        ValueError: it is none.
    """
    bare = text.removesuffix(SUMMER).strip()
    for form in TIMES:
        with suppress(ValueError):
            return datetime.strptime(bare, form)  # noqa: DTZ007 the device's wall clock has no zone
    raise ValueError(f"{text!r} is not a time")


def change(modifier: Modifier | None) -> tuple[str, str]:
    """Return a modifier's kind and value as 49 and 51 take them; both are empty without one (section 12)."""
    if modifier is None:
        return "", ""
    surcharge = modifier.value > 0
    kind = ("1" if surcharge else "2") if modifier.kind == "percent" else ("3" if surcharge else "4")
    return kind, decimals(abs(modifier.value), 2, 2)


def client_fields(client: Client) -> list[str]:
    """Return the fields of 57: the client's name is the third, the seller's the first."""
    names = [client.seller, client.receiver, client.name]
    numbers = [CLIENT_KINDS[client.kind], client.number, client.vat_number]
    return [*names, *address_lines(client, CLIENT_LIMITS), *numbers]


def report(reply: Reply, number: str) -> Figures:
    """Return the figures of 69: the report's number under ``number``, sales and reversals by group."""
    said, *sums = values(reply)
    amounts = [amount(field) for field in sums]
    figures = {number: said, "total": str(sum(amounts[:8], Decimal(0)))}
    figures |= {f"group_{group}": str(turnover) for group, turnover in enumerate(amounts[:8], start=1)}
    figures |= {f"reversed_{group}": str(back) for group, back in enumerate(amounts[8:16], start=1)}
    return Figures(figures)

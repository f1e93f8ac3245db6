"""Fields of the Datecs P and C dialects as they stand on the wire; no commands.

Source: Datecs P and C (protocols/datecs-p-c.md), section 4.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.devices.standing import Figures
from billing.devices.talk import Reply
from billing.devices.wording import decimals, hundredths
from billing.documents import Modifier

GROUPS: Final = "АБВГДЕЖЗ"
"""The tax groups 1..8; Cyrillic, for C takes no Latin letters."""

INVOICE_DIGITS: Final = 10
"""Digits of an invoice's number on paper; a device may tell it without its zeros."""


def is_sale(row: Sequence[str], unique_sale_number: str) -> bool:
    """Return whether a journal row says that its document is the sale, and was not cancelled (kind 4)."""
    return row[0] == "U" and row[1] == unique_sale_number and row[-1] != "4"


def text_of(reply: Reply) -> str:
    """Return a reply's data as text, without the reason that option ``d`` appends to it (section 10)."""
    return reply.data.decode("cp1251").partition("@")[0]


def change(modifier: Modifier | None) -> str:
    """Return a modifier as 31h and 33h take it: ``,percent`` or ``;amount``, below zero for a discount."""
    if modifier is None:
        return ""
    return ("," if modifier.kind == "percent" else ";") + decimals(modifier.value, 2, 2)


def moment(text: str) -> datetime:
    """Return a device's ``DD-MM-YY hh:mm:ss``; it has no zone."""
    return datetime.strptime(text.strip(), "%d-%m-%y %H:%M:%S")  # noqa: DTZ007 the device's wall clock has no zone


def percent(field: str) -> Decimal | None:
    """Return a tax rate, or None for a group that is off."""
    bare = field.strip()
    rate = Decimal(bare) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", bare) else None
    return None if rate is None or rate >= Decimal(100) else rate


def report(text: str) -> Figures:
    """Return ``Closure,Total,A,...,H`` by name (section 8, 45h); the total is said to be without VAT."""
    fields = text.split(",")
    named = {f"group_{number}": str(hundredths(field)) for number, field in enumerate(fields[2:10], start=1)}
    return Figures({"z_number": str(int(fields[0])), "net_total": str(hundredths(fields[1])), **named})

"""How a Tremol's answers are read: the power cut it tells once, fields, sums, rates; no tables of errors.

Source: Tremol ZFP (protocols/tremol-zfp.md), sections 6, 7 and 10.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, TypeVar

from billing.devices.faults import Fault, Refused
from billing.devices.standing import Opened
from billing.devices.talk import Command, Reply, Talk, ask

T = TypeVar("T")

AMOUNT: Final = re.compile(r"[+-]?[0-9]{1,14}(\.[0-9]{1,3})?")

OPENED: Final[Mapping[str, Opened]] = {
    "1": Opened.INVOICE,
    "3": Opened.INVOICE,
    "4": Opened.REVERSAL,
    "5": Opened.REVERSAL,
    "6": Opened.REVERSAL,
    "7": Opened.REVERSAL,
}
"""Field 12 of 72h (section 10); anything else is an open sale."""

QR: Final = re.compile(
    r"(?:[0-9]*\*)?(?P<number>[0-9]+)\*(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\*(?P<time>[0-9:]{8})"
    r"(?:\*(?P<total>[0-9]+(?:\.[0-9]+)?))?\*?"
)
"""Section 10, 72h ``B``; a device that is not fiscalised leaves out the memory number and the amount."""

SUBTOTAL_FIELDS: Final = (2, 3, 4, 14, 15, 16, 17, 18)
"""Places of the sums by tax group in 72h."""


def say(command: Command) -> Talk[Reply]:
    """Say ``command`` and return the reply.

    A power cut in an open receipt is told once, in place of the next answer, until the status is read; what
    was refused so (``=2``) was not carried out, and is said again (sections 4 and 7).
    """
    try:
        return (yield command)
    except Refused as refused:
        if refused.fault is not Fault.POWER_CUT or refused.maker_code.endswith("0"):
            raise
    yield ask(0x20, "status")
    return (yield command)


def text_of(reply: Reply) -> str:
    """Return a reply's data as text.

    Raises:
        ValueError: it is an acknowledgement, where data were asked for.
    """
    if reply.code is None:
        raise ValueError("an acknowledgement in place of data")
    return reply.data.decode("cp1251", "replace").strip()


def fields_of(command: Command) -> Talk[list[str]]:
    """Return the fields of a query's reply, without blanks; an empty last one is no field (section 6)."""
    fields = [field.strip() for field in text_of((yield from say(command))).split(";")]
    return fields[:-1] if len(fields) > 1 and not fields[-1] else fields


def told(question: Talk[T]) -> Talk[T | None]:
    """Return what ``question`` comes to, or None where the device does not tell (readably)."""
    try:
        return (yield from question)
    except (Refused, ValueError, IndexError):
        return None


def amount(field: str) -> Decimal:
    """Return an amount field.

    Raises:
        ValueError: it is no number.
    """
    if AMOUNT.fullmatch(field.strip()) is None:
        raise ValueError(f"{field!r} is not an amount")
    return Decimal(field.strip())


def subtotal_in(fields: Sequence[str]) -> Decimal:
    """Return the sum of the tax groups in the fields of 72h."""
    return sum((amount(fields[place]) for place in SUBTOTAL_FIELDS if place < len(fields)), Decimal(0))


def percent(field: str) -> Decimal | None:
    """Return a tax rate of 62h (``20.00%``), or None for a group that is off."""
    bare = field.strip().removesuffix("%").strip()
    rate = Decimal(bare) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", bare) else None
    return None if rate is None or rate >= Decimal(100) else rate

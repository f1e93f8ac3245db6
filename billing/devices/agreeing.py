"""Holds the PLUs and departments a document names against the device's own tables, before it is opened.

A sale by PLU prints the name, price and tax group that the *device* has for that number, and some families
sell by department in the department's group. So a line keeps its number only where the device says the same
as the line; else it is sold by its text and tax group, with a warning. Reads only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from billing.devices.dialect import Dialect
from billing.devices.faults import NotSupported, Refused
from billing.devices.shaping import ANY_TEXT
from billing.devices.tables import DeviceDepartment, DevicePlu
from billing.devices.talk import Talk
from billing.documents import DocumentLine, SaleDocument, SaleLine

GROUPS: Final = "АБВГДЕЖЗ"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Agreed:
    """A document whose lines name only what the device has as well, and what was left out of them."""

    document: SaleDocument
    warnings: tuple[str, ...] = ()


def agree(document: SaleDocument, dialect: Dialect) -> Talk[Agreed]:
    """Return ``document`` in agreement with the device; each number is asked for once.

    A family that sells by number but cannot read its table is believed: the totals are compared anyway.
    """
    warnings: dict[str, None] = {}
    plus: dict[int, DevicePlu | None] = {}
    departments: dict[int, DeviceDepartment | None] = {}
    lines: list[DocumentLine] = []
    for line in document.lines:
        said = line
        if isinstance(said, SaleLine) and said.plu is not None:
            why = yield from _plu(said, said.plu, dialect, plus)
            if why:
                warnings[f"PLU {said.plu} {why}: sold by its text"] = None
                said = said.model_copy(update={"plu": None})
        if isinstance(said, SaleLine) and said.department is not None:
            why = yield from _department(said, said.department, dialect, departments)
            if why:
                warnings[f"department {said.department} {why}: sold in its tax group alone"] = None
                said = said.model_copy(update={"department": None})
        lines.append(said)
    return Agreed(document.model_copy(update={"lines": tuple(lines)}), tuple(warnings))


def _plu(line: SaleLine, number: int, dialect: Dialect, known: dict[int, DevicePlu | None]) -> Talk[str]:
    """Return why the device's article is not what the line says, ``""`` when it is."""
    try:
        found = yield from _read(dialect.plu, number, known)
    except NotSupported:
        return ""
    except Refused as refused:
        return f"cannot be read on the device ({refused.fault.meaning})"
    if found is None:
        return "is not programmed on the device"
    if found.tax_group != line.tax_group:
        return f"is in tax group {GROUPS[found.tax_group - 1]} on the device"
    if found.price is not None and found.price != line.price:
        return f"costs {found.price:f} on the device"
    said, theirs = _letters(line.text), _letters(found.name)
    cut = len(found.name) >= dialect.capabilities().plu_name - 1 and said.startswith(theirs)
    nameless = said in {"", _letters(ANY_TEXT)}
    return "" if nameless or said == theirs or cut else f"is {found.name!r} on the device"


def _department(
    line: SaleLine, number: int, dialect: Dialect, known: dict[int, DeviceDepartment | None]
) -> Talk[str]:
    """Return why a sale in the device's department is not what the line says, ``""`` when it is."""
    try:
        found = yield from _read(dialect.department, number, known)
    except NotSupported:
        return ""
    except Refused as refused:
        return f"cannot be read on the device ({refused.fault.meaning})"
    if found is None:
        return "is not programmed on the device"
    other = found.tax_group not in {line.tax_group, None}
    if other and dialect.capabilities().department_sets_group:
        return f"is in tax group {GROUPS[(found.tax_group or 1) - 1]} on the device"
    return ""


def _read(ask: Callable[[int], Talk[T | None]], number: int, known: dict[int, T | None]) -> Talk[T | None]:
    """Return the device's row of ``number``, asked for once."""
    if number not in known:
        known[number] = yield from ask(number)
    return known[number]


def _letters(name: str) -> str:
    """Return ``name`` as it is compared: without blanks and case, for devices wrap and shout."""
    return "".join(name.split()).casefold()

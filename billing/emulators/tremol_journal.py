"""7Ch with J or j: the electronic journal, printed, stored or read back line by line.

Read back, it is an ACK and then a data frame for each line; the last one's data are ``@``. Source: sheet
``tremol-zfp``, section 9.
"""

from datetime import date
from typing import Final

from billing.emulators.memory import Document
from billing.emulators.receipt import Kind
from billing.emulators.tremol_fields import date_time, number, split, syntax
from billing.emulators.tremol_machine import FISCAL_KINDS, Machine, Result

PLAIN: Final = {"J0": True, "J8": True, "J1": False, "J2": False, "J4": False}
"""Whether the journal is read back; else it is printed or stored on a medium."""
CHOSEN: Final = {"j0": True, "j1": False, "j2": False, "j4": False}
RECEIPT_FLAGS: Final = (
    Kind.SALE.value,
    Kind.INVOICE.value,
    Kind.REVERSAL.value,
    Kind.CREDIT_NOTE.value,
    "cash-in",
    "cash-out",
)
REPORT_FLAGS: Final = ("duplicate", "z-report", "x-report", "other", "period-report")
END: Final = b"@"


def journal(machine: Machine, data: bytes) -> Result:
    """Print, store or read back the journal's documents that are asked for (7Ch J or j)."""
    action, *rest = split(data, 2, 7)
    if action in PLAIN:
        read, wanted, form = PLAIN[action], None, "X"
    elif action in CHOSEN and len(rest) >= 4:
        form, receipts, reports, *rest = rest
        if form not in ({"X"} if action == "j1" else {"C", "X"}):
            raise syntax()
        read, wanted = CHOSEN[action], _wanted(receipts, reports)
    else:
        raise syntax()
    found = [each for each in _between(machine, rest) if wanted is None or _kind(each) in wanted]
    machine.need_idle()
    if form == "C":
        lines = [_csv(each) for each in found if each.kind in FISCAL_KINDS]
    elif action == "J8":
        lines = [f"{each.number:06} {each.kind} {each.at:%d-%m-%Y %H:%M} {each.amount:.2f}" for each in found]
    else:
        lines = [line for each in found for line in each.text]
    if not read:
        if action in {"J1", "j1"}:
            machine.need_paper()
            machine.paper.heading()
            for line in lines:
                machine.paper.line(line)
        return None
    return [*(line.encode("cp1251", "replace") for line in lines), END]


def _wanted(receipts: str, reports: str) -> frozenset[str]:
    chosen: set[str] = set()
    for flags, kinds in ((receipts, RECEIPT_FLAGS), (reports, REPORT_FLAGS)):
        if len(flags) != 1 or not flags.isascii() or not ord(flags) & 0x40:
            raise syntax()
        chosen |= {kind for place, kind in enumerate(kinds) if ord(flags) >> place & 1}
    return frozenset(chosen)


def _kind(document: Document) -> str:
    known = {*RECEIPT_FLAGS, *REPORT_FLAGS}
    return document.kind if document.kind in known else "other"


def _between(machine: Machine, fields: list[str]) -> list[Document]:
    everything = machine.memory.journal
    if fields == ["*"]:
        return list(everything)
    if len(fields) != 3:
        raise syntax()
    by, first, last = fields
    if by == "D":
        low, high = _day(first), _day(last)
        return [each for each in everything if low <= each.at.date() <= high]
    if by == "N" and len(first) == len(last) == 6:
        numbers = range(number(first, 0, 999999), number(last, 0, 999999) + 1)
        return [each for each in everything if each.number in numbers]
    if by == "Z" and len(first) == len(last) == 4:
        zs = range(number(first, 0, 9999), number(last, 0, 9999) + 1)
        return [each for each in everything if each.z in zs]
    raise syntax()


def _day(field: str) -> date:
    return date_time(field, "%d%m%y").date()


def _csv(document: Document) -> str:
    return f"{document.number:06},{document.at:%d-%m-%Y %H:%M:%S},{document.kind},{document.amount:.2f}"

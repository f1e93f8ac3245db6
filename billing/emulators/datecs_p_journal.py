"""Command 77h of P: the journal as text, as structured rows, and as copies on paper (Datecs P/C 9.2)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.emulators import printout
from billing.emulators.datecs_fields import bytes_of, matched, moment, span, text_of
from billing.emulators.datecs_isl import DatecsIsl
from billing.emulators.isl_device import Handler
from billing.emulators.memory import REASONS, Document
from billing.emulators.receipt import CASH, ZERO, Kind, Line, Receipt

JOURNAL_BYTES: Final = 1 << 30
FISCAL: Final = frozenset({Kind.SALE.value, Kind.INVOICE.value})
REVERSALS: Final = frozenset({Kind.REVERSAL.value, Kind.CREDIT_NOTE.value})
FLAGS: Final[Mapping[str, frozenset[str]]] = {
    "F": FISCAL,
    "V": REVERSALS,
    "N": frozenset({Kind.SLIP.value, "duplicate", "service"}),
    "I": frozenset({"cash-in"}),
    "O": frozenset({"cash-out"}),
    "P": frozenset({"period-report"}),
    "X": frozenset({"x-report"}),
    "Z": frozenset({"z-report"}),
}
"""Kinds of documents by the letter that selects them; A is all, C the cancelled ones."""
KINDS: Final[Mapping[Kind, str]] = {
    Kind.SALE: "0",
    Kind.INVOICE: "1",
    Kind.REVERSAL: "2",
    Kind.CREDIT_NOTE: "3",
}
_CANCELLED: Final = "4"
_PAYMENTS: Final = (CASH, "cheque", "debit", "credit", *(f"pay{number}" for number in range(1, 12)))
_FLAG: Final = r"(?:#(?P<flag>[AFVCNIORSPXZ]),)?"
_BY_NUMBER: Final = re.compile(_FLAG + r"(?P<first>[0-9]{1,10})(?:,(?P<last>[0-9]{1,10}))?")
_BY_Z: Final = re.compile(
    _FLAG + r"\*(?P<z>[0-9]{1,4})(?:,(?P<first>[0-9]{1,10})(?:,(?P<last>[0-9]{1,10}))?)?"
)
_BY_DATE: Final = re.compile(r"(?P<flag>[AFVCNIORSPXZ]),(?P<start>[0-9]{6,12}),(?P<end>[0-9]{6,12})")


def is_chosen(document: Document, flag: str) -> bool:
    """Tell whether the letter ``flag`` selects the document."""
    cancelled = document.receipt is not None and document.receipt.cancelled
    if flag in {"A", ""}:
        return True
    if flag == "C":
        return cancelled
    return not cancelled and document.kind in FLAGS.get(flag, frozenset())


def chosen(device: DatecsIsl, selection: str) -> list[Document]:
    """Return the documents that the selection of 77h R or P names.

    Raises:
        Refused: when the selection cannot be read.
    """
    journal = device.memory.journal
    if match := _BY_NUMBER.fullmatch(selection):
        first = int(match["first"])
        last = int(match["last"] or first)
        found = [each for each in journal if first <= each.number <= last]
    elif match := _BY_Z.fullmatch(selection):
        day = [each for each in journal if each.z == int(match["z"])]
        first = int(match["first"] or 1)
        last = int(match["last"] or (first if match["first"] else len(day)))
        found = day[first - 1 : last]
    else:
        match = matched(_BY_DATE, selection)
        start, end = span(match["start"], match["end"])
        found = [each for each in journal if start <= each.at <= end]
    return [each for each in found if is_chosen(each, match["flag"] or "A")]


def text_rows(documents: Iterable[Document]) -> Iterator[str]:
    """Yield the rows of 77h R: the printed lines, and ``*,`` after each document."""
    for document in documents:
        yield from (f"P,{line}" for line in document.text)
        yield "*,"


def data_rows(device: DatecsIsl, documents: Iterable[Document]) -> Iterator[str]:
    """Yield the structured rows of 77h W; documents that are neither receipts nor Z have none."""
    for document in documents:
        if document.receipt is not None and document.receipt.is_fiscal:
            yield from _receipt_rows(device, document, document.receipt)
            yield "*,"
        elif document.kind == "z-report":
            yield _z_row(device, document)
            yield "*,"


def _receipt_rows(device: DatecsIsl, document: Document, receipt: Receipt) -> Iterator[str]:
    kind = _CANCELLED if receipt.cancelled else KINDS[receipt.kind]
    rates = [rate or ZERO for rate in device.memory.rates]
    yield (f"U,{receipt.unique_sale_number},{receipt.operator},{receipt.till},{kind},{document.number}")
    yield f"V,{max(len(device.memory.rates_set), 1)},2,{_amounts(rates)}"
    subtotal = ZERO
    for line in receipt.lines:
        subtotal += line.amount
        if line.group:
            yield _sale_row(line, rates[line.group - 1])
        elif line.kind == "modifier":
            percent = "" if line.percent is None else f"{line.percent:.2f}"
            yield f"M,{line.modifier:.2f},{percent},{subtotal:.2f}"
    tallies = (receipt.discounts, receipt.surcharges, receipt.corrections)
    counts = ",".join(f"{len(each)},{sum(each, ZERO):.2f}" for each in tallies)
    yield f"T,{counts},{receipt.sales},{receipt.total:.2f},{_amounts(receipt.groups)}"
    money = receipt.money()
    yield f"P,{_amounts([money.get(key, ZERO) for key in _PAYMENTS])}"
    yield from _origin_rows(device, receipt)
    opened = receipt.opened_at or document.at
    yield f"D,{device.stamp(opened)},{device.stamp(document.at)}"


def _sale_row(line: Line, rate: Decimal) -> str:
    sign = -1 if line.kind == "correction" else 1
    name = line.text.replace("\n", "\t")
    return (
        f"R,{line.group},{rate:.2f},{sign * line.price:.2f},{sign * line.qty:.3f},{line.modifier:.2f},"
        f"{line.amount - line.modifier:.2f},{name}"
    )


def _origin_rows(device: DatecsIsl, receipt: Receipt) -> Iterator[str]:
    original = receipt.original
    if original is not None:
        at = device.stamp(moment(original.at)) if original.at else ""
        yield (
            f"S,{REASONS.index(receipt.reason)},{original.document},{at},{original.fiscal_memory},"
            f"{original.unique_sale_number},{original.invoice or 0}"
        )
    if receipt.is_invoice and receipt.client:
        number = receipt.invoice_number or "0"
        yield f"I,{number},{receipt.client['number']},{receipt.client['kind']}"


def _z_row(device: DatecsIsl, document: Document) -> str:
    block = next(each for each in device.memory.z_blocks if each.document == document.number)
    reversed_sum = sum(block.day.all_reversed_groups, ZERO)
    return (
        f"Z,{block.number},{document.number},{block.last_fiscal},{device.stamp(block.at)},"
        f"{block.day.total:.2f},{reversed_sum:.2f},{block.cash:.2f}"
    )


def _amounts(values: Iterable[Decimal]) -> str:
    return ",".join(f"{value:.2f}" for value in values)


def _read_text(device: DatecsIsl, rest: str) -> bytes:
    device.select_rows(list(text_rows(chosen(device, rest))))
    return device.next_row()


def _read_data(device: DatecsIsl, rest: str) -> bytes:
    if rest.startswith("D"):
        match = matched(r"D([0-9]{6,12}),([0-9]{6,12})", rest)
        start, end = span(match[1], match[2])
    else:
        match = matched(r"([0-9]{1,10})(?:,([0-9]{1,10}))?", rest)
        start, end = datetime.min, datetime.max  # noqa: DTZ901 the device's wall clock has no zone
    documents = [each for each in device.memory.journal if start <= each.at <= end]
    if not rest.startswith("D"):
        first = int(match[1])
        last = int(match[2] or first)
        documents = [each for each in documents if first <= each.number <= last]
    device.select_rows(list(data_rows(device, documents)))
    return device.next_row()


def _copies(device: DatecsIsl, rest: str) -> bytes:
    device.needs_nothing_open()
    device.needs_paper()
    documents = chosen(device, re.sub(r"^[<>]", "", rest))
    for document in documents:
        printout.service(device, "КОПИЕ", document.text)
    if documents:
        device.memory.file("service", device.now)
    return bytes_of(str(len(documents)))


def _info(device: DatecsIsl) -> bytes:
    memory = device.memory
    used = sum(len(line) + 2 for document in memory.journal for line in document.text)
    first = memory.journal[0].number if memory.journal else 0
    z = memory.z_blocks
    numbers = (z[0].number if z else 0, z[-1].number if z else 0, first, memory.document_number)
    return bytes_of(",".join(("P", str(JOURNAL_BYTES), str(used), *(str(number) for number in numbers))))


def journal(device: DatecsIsl, data: bytes) -> bytes:
    """77h: R and N text rows, W and w structured rows, P copies on paper, I the journal's state."""
    text = text_of(data)
    if text in {"N", "w"}:
        return device.next_row()
    if text in {"I", "IX"}:
        return _info(device)
    match = matched(r"([RWP]),(.*)", text)
    operations = {"R": _read_text, "W": _read_data, "P": _copies}
    return operations[match[1]](device, match[2])


COMMANDS: Final[Mapping[int, Handler]] = {0x77: journal}

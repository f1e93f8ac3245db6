"""Commands 7Dh, 7Ch and 77h of C: one document's rows, search, and text by date (Datecs P/C 9.2)."""

from collections.abc import Iterator, Mapping
from typing import Final

from billing.emulators import printout
from billing.emulators.datecs_fields import bytes_of, check, matched, span, text_of, whole
from billing.emulators.datecs_isl import DatecsIsl
from billing.emulators.isl_device import Handler
from billing.emulators.memory import REASONS, Document
from billing.emulators.receipt import Kind, Line

SALES: Final = frozenset({Kind.SALE.value, Kind.INVOICE.value})
REVERSALS: Final = frozenset({Kind.REVERSAL.value, Kind.CREDIT_NOTE.value})
CASH: Final = frozenset({"cash-in", "cash-out"})
ASKED: Final[Mapping[str, frozenset[str]]] = {
    "1": SALES | REVERSALS,
    "2": frozenset({"z-report"}),
    "3": CASH,
    "4": frozenset({"x-report"}),
    "6": frozenset({Kind.INVOICE.value}),
    "7": frozenset({Kind.REVERSAL.value}),
    "8": frozenset({Kind.CREDIT_NOTE.value}),
}
"""Kinds of documents by the type that is asked for; 0 is all, 5 what is no fiscal document."""
ANSWERED: Final[Mapping[str, str]] = {
    Kind.SALE.value: "1",
    "z-report": "2",
    "cash-in": "3",
    "cash-out": "4",
    "x-report": "5",
    Kind.INVOICE.value: "7",
    Kind.REVERSAL.value: "8",
    Kind.CREDIT_NOTE.value: "9",
}
"""Types as they are answered, numbered otherwise than those asked for; 6 is any other service document."""
SD_CARD: Final = "AC536E00"
SIZE_MB: Final = "3800"


def is_asked(document: Document, kind: str) -> bool:
    """Tell whether the document is of the type asked for (0..8)."""
    if kind == "0":
        return True
    if kind == "5":
        return document.kind not in SALES | REVERSALS | ASKED["2"]
    return document.kind in ASKED[kind]


def data_rows(document: Document) -> Iterator[str]:
    """Yield the rows of 7Dh 5 of a fiscal document, without the ``P,`` in front."""
    receipt = document.receipt
    if receipt is None or not receipt.is_fiscal:
        return
    yield f"3,{ANSWERED[document.kind]},{document.number},{receipt.unique_sale_number},2"
    for line in receipt.lines:
        yield from _line_rows(line)
    yield f"6,{int(receipt.total * 100)}"
    if receipt.original is not None:
        reason = REASONS.index(receipt.reason)
        yield f"7,{receipt.original.document},{reason},{receipt.original.invoice}"
    if receipt.is_invoice and receipt.client:
        yield f"8,{receipt.invoice_number or 0},{receipt.client['number']},{receipt.client['kind']}"


def _line_rows(line: Line) -> Iterator[str]:
    if line.group:
        gross = line.amount - line.modifier
        name = line.text.replace("\n", " ")
        price, quantity = int(line.price * 100), int(line.qty * 1000)
        yield f"4,{price},{quantity},{int(gross * 100)},{line.group},{name}"
    if line.modifier:
        name = "ОТСТЪПКА" if line.modifier < 0 else "НАДБАВКА"
        yield f"5,{int(line.modifier * 100)},{name}"


def _found(device: DatecsIsl, text: str) -> Document | None:
    match = matched(r"[03],([0-9]{1,7}),([0-8])(?:,([0-9]{1,7}))?", text)
    first = whole(match[1], 1, 9_999_999)
    last = int(match[3] or first)
    journal = device.memory.journal
    return next((each for each in journal if first <= each.number <= last and is_asked(each, match[2])), None)


def _described(device: DatecsIsl, document: Document) -> bytes:
    kind = ANSWERED.get(document.kind, "6")
    return bytes_of(f"P,{document.number},{device.stamp(document.at)},{kind},{document.z}")


def document(device: DatecsIsl, data: bytes) -> bytes:
    """7Dh: select (0) or copy (3) a document, then read its text (1) or data (5) row by row."""
    text = text_of(data)
    if text in {"1", "5"}:
        rows = device.memory.document(device.selected)
        if rows is None:
            return b"F"
        if device.rows_kind != text:
            found = rows.text if text == "1" else list(data_rows(rows))
            device.rows_kind = text
            device.select_rows([f"P,{row}" for row in found])
        return device.next_row()
    found_document = _found(device, text)
    if found_document is None:
        return b"F"
    if text.startswith("3"):
        device.needs_nothing_open()
        device.needs_paper()
        printout.service(device, "КОПИЕ", found_document.text)
        device.memory.file("service", device.now)
    else:
        device.selected, device.rows_kind = found_document.number, ""
    return _described(device, found_document)


def search(device: DatecsIsl, data: bytes) -> bytes:
    """7Ch: the first and last document of a type by dates (D) or Z numbers (Z), or the journal (I)."""
    text = text_of(data)
    journal = device.memory.journal
    if text == "I":
        return _info(device)
    match = matched(r"([DZ]),([0-8]),([0-9]{1,12}),([0-9]{1,12})", text)
    if match[1] == "D":
        start, end = span(match[3], match[4])
        found = [each for each in journal if start <= each.at <= end]
    else:
        first, last = whole(match[3], 1, 1825), whole(match[4], 1, 1825)
        found = [each for each in journal if first <= each.z <= last]
    numbers = [each.number for each in found if is_asked(each, match[2])]
    return bytes_of(f"P,{numbers[0]},{numbers[-1]}") if numbers else b"F"


def _info(device: DatecsIsl) -> bytes:
    memory = device.memory
    z, journal = memory.z_blocks, memory.journal
    at = journal[0].at if journal else device.now
    ends = [str(each.number) for each in (z[0], z[-1])] if z else ["0", "0"]
    ends += [str(each.number) for each in (journal[0], journal[-1])] if journal else ["0", "0"]
    fields = [
        "P",
        "1",
        "1",
        memory.device_number,
        "1",
        f"{at:%d.%m.%Y %H:%M:%S}",
        SD_CARD,
        *ends,
        SIZE_MB,
        "1",
    ]
    return bytes_of(",".join(fields))


def text_by_date(device: DatecsIsl, data: bytes) -> bytes:
    """77h: R selects the documents between two dates and reads the first row of text, N the next."""
    text = text_of(data)
    if text == "N":
        return device.next_row()
    match = matched(r"R,A([0-9]{6,12}),([0-9]{6,12})", text)
    start, end = span(match[1], match[2])
    check(start <= end)
    found = [each for each in device.memory.journal if start <= each.at <= end]
    device.select_rows([f"P,{line}" for each in found for line in each.text])
    return device.next_row()


COMMANDS: Final[Mapping[int, Handler]] = {0x77: text_by_date, 0x7C: search, 0x7D: document}

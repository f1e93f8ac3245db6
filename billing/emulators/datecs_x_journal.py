"""Commands 124 and 125 of the emulated Datecs X: documents are found in the electronic journal and read back.

Follows sheet datecs-x, section 8.
"""

import base64
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from billing.emulators import datecs_x_codes as codes
from billing.emulators.datecs_x_fields import Fields, Refusal, bad_value
from billing.emulators.datecs_x_info import stamp
from billing.emulators.datecs_x_machine import Answer, Command, Machine, money
from billing.emulators.memory import Document
from billing.emulators.receipt import Kind, Line, Receipt

TEXT_LENGTH: Final = 64
DOCUMENTS: Final = 9_999_999
ALL, CANCELLED, SALES_AND_STORNOS = 0, 8, 10
TYPES: Final[dict[str, int]] = {
    Kind.SALE: 1,
    "z-report": 2,
    Kind.INVOICE: 3,
    Kind.SLIP: 4,
    "cash-in": 5,
    "cash-out": 5,
    Kind.REVERSAL: 6,
    Kind.CREDIT_NOTE: 7,
    "x-report": 9,
}
"""The types of 124 and 125 by the kind of a document; what is not listed is non-fiscal, 4."""


def _type_of(document: Document) -> int:
    if document.receipt is not None and document.receipt.cancelled:
        return CANCELLED
    return TYPES.get(document.kind, 4)


def _of_type(documents: Iterable[Document], kind: int) -> list[Document]:
    wanted = {SALES_AND_STORNOS: {1, 3, 6, 7}}.get(kind, {kind})
    return [each for each in documents if kind == ALL or _type_of(each) in wanted]


def _number(document: Document, kind: int) -> int:
    """Return the number a document is known by: a Z report, when Z reports are asked for, by its Z."""
    return document.z if kind == 2 else document.number


def search(device: Machine, data: bytes) -> Answer:
    """124: the first and last document of a type between two times."""
    fields = Fields.read(data, 3)
    first = fields.moment(1) if fields.values[0] else datetime.min  # noqa: DTZ901 the device knows no zone
    last = fields.moment(2) if fields.values[1] else device.wall
    kind = fields.number(3, 0, 10, empty=ALL)
    found = _of_type((each for each in device.memory.journal if first <= each.at <= last), kind)
    if not found:
        raise Refusal(codes.NO_RECORDS)
    ends = (found[0], found[-1])
    return (*(stamp(device, each.at) for each in ends), *(str(_number(each, kind)) for each in ends))


def _choose(device: Machine, fields: Fields) -> Answer:
    number = fields.number(2, 1, DOCUMENTS)
    kind = fields.number(3, 0, 10, empty=ALL)
    found = [each for each in _of_type(device.memory.journal, kind) if _number(each, kind) == number]
    if not found:
        raise Refusal(codes.NOT_FOUND)
    chosen = found[-1]
    device.cursor["document"] = [(str(chosen.number),)]
    device.cursor["text"] = [(line[:TEXT_LENGTH],) for line in chosen.text]
    record = "\n".join(chosen.text).encode("cp1251", "replace")
    device.cursor["record"] = [
        (base64.b64encode(record[place : place + 120]).decode("ascii"),)
        for place in range(0, len(record), 120)
    ]
    return _about(device, chosen)


def _about(device: Machine, document: Document) -> Answer:
    return (
        str(document.number),
        str(device.memory.journal.index(document) + 1),
        stamp(device, document.at),
        str(_type_of(document)),
        str(document.z),
    )


def _step(name: str) -> Callable[[Machine, Fields], Answer]:
    """Return the reader of the next piece; the end is an error."""

    def run(device: Machine, fields: Fields) -> Answer:
        del fields
        left = device.cursor.get(name, [])
        if not left:
            raise Refusal(codes.NO_MORE_DATA)
        return left.pop(0)

    return run


def _print(device: Machine, fields: Fields) -> Answer:
    del fields
    device.require_idle()
    device.needs_paper()
    chosen = device.cursor.get("document", [])
    document = device.memory.document(int(chosen[0][0])) if chosen else None
    if document is None:
        raise Refusal(codes.NOT_FOUND)
    device.put_head("КОПИЕ ОТ КЛЕН")
    for line in document.text:
        device.put(line)
    device.put_foot("СЛУЖЕБЕН БОН")
    device.memory.file("journal-copy", device.wall)
    return ()


def _choose_range(device: Machine, fields: Fields) -> Answer:
    first, last = fields.number(2, 1, DOCUMENTS), fields.number(3, 1, DOCUMENTS)
    if first > last:
        raise bad_value(3)
    found = [each for each in device.memory.journal if first <= each.number <= last]
    if not found:
        raise Refusal(codes.NOT_FOUND)
    device.cursor["csv"] = [row for each in found for row in _rows(device, each)]
    return _about(device, found[0])


def _rows(device: Machine, document: Document) -> Iterable[tuple[str, ...]]:
    """Yield the 14 fields of each sold line of a fiscal document that was closed."""
    receipt = document.receipt
    if receipt is None or not receipt.is_fiscal or receipt.cancelled:
        return
    for line in receipt.lines:
        if line.kind in {"sale", "correction"}:
            yield _row(device, document, receipt, line)


def _row(device: Machine, document: Document, receipt: Receipt, line: Line) -> tuple[str, ...]:
    original, client = receipt.original, receipt.client or {}
    return (
        device.memory.device_number,
        str(_type_of(document)),
        str(document.number),
        receipt.unique_sale_number,
        line.text,
        money(line.price),
        f"{line.qty:.3f}",
        money(line.amount),
        money(receipt.total),
        receipt.invoice_number,
        client.get("number", ""),
        original.document if original else "",
        original.invoice if original else "",
        receipt.reason,
    )


OPTIONS: Final[dict[str, tuple[Callable[[Machine, Fields], Answer], tuple[int, ...]]]] = {
    "0": (_choose, (3,)),
    "1": (_step("text"), (1, 3)),
    "2": (_step("record"), (1, 3)),
    "3": (_print, (1, 3)),
    "9": (_choose_range, (3,)),
    "8": (_step("csv"), (1, 3)),
}


def journal(device: Machine, data: bytes) -> Answer:
    """125: what the digit in the first field says."""
    option = OPTIONS.get(data[:2].decode("cp1251", "replace").removesuffix("\t"))
    if option is None:
        raise bad_value(1)
    run, counts = option
    return run(device, Fields.read(data, *counts))


COMMANDS: Final = {124: Command(search), 125: Command(journal)}

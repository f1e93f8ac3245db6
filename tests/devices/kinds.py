"""Documents of every kind, and what a driver must survive while it prints one of them.

``conformance.py`` does the same for the plain receipt.
"""

import copy
from typing import Any, Final

from billing.documents import Answer, Printed, read_document
from billing.jobs.notebook import MemoryNotebook
from billing.jobs.printing import run
from tests.devices.wired import Bench, Killed

CASH_IN: Final[dict[str, Any]] = {"kind": "cash", "key": "c", "amount": "50.00"}
SINGLES: Final[list[dict[str, Any]]] = [
    {"kind": "z-report", "key": "z"},
    CASH_IN,
    {"kind": "x-report", "key": "x"},
    {"kind": "slip", "key": "s", "lines": ["Добър ден", "Довиждане"]},
]
CLIENT: Final[dict[str, Any]] = {
    "number": "123456789",
    "name": "Купувач ООД",
    "receiver": "Получател",
    "seller": "Продавач",
    "vat_number": "BG123456789",
    "address": "София, бул. Витоша 1",
}


def changed(receipt: dict[str, Any], **members: object) -> dict[str, Any]:
    """Return a copy of ``receipt`` with other members."""
    return copy.deepcopy(receipt) | members


def invoice(receipt: dict[str, Any]) -> dict[str, Any]:
    """Return the receipt as an invoice."""
    return changed(receipt, kind="invoice", client=dict(CLIENT))


def reversal(receipt: dict[str, Any], sold: Answer, reason: str = "operator-error") -> dict[str, Any]:
    """Return the reversal of the whole ``receipt``, paid back in cash."""
    assert sold.date_time is not None
    return changed(
        receipt,
        kind="reversal",
        key=f"reversal {reason}",
        reason=reason,
        payments=[{"category": "cash", "amount": receipt["total"]}],
        original={
            "document_number": sold.document_number,
            "date_time": sold.date_time.isoformat(),
            "fiscal_memory_number": sold.fiscal_memory_number,
            "unique_sale_number": receipt["unique_sale_number"],
        },
    )


def credit_note(receipt: dict[str, Any], sold: Answer, number: str = "1") -> dict[str, Any]:
    """Return the credit note of the invoice ``number``."""
    note = reversal(receipt, sold) | {"kind": "credit-note", "key": "credit note"}
    return note | {"invoice_number": number, "client": dict(CLIENT)}


def done(bench: Bench, kind: str) -> int:
    """How often the device carried a document out whole, by its own books."""
    memory = bench.device.memory
    counts = {
        "z-report": len(memory.z_blocks),
        "cash": memory.day.cash_in.count,
        "x-report": memory.day.x_reports,
        "slip": sum("Довиждане" in "".join(each.text) for each in memory.journal),
    }
    return counts[kind]


def single_survives_a_fault(bench: Bench, document: dict[str, Any]) -> None:
    """Ask for a document of one command until there is an answer: it was done once."""
    notebook = MemoryNotebook()
    for _ in range(3):
        if isinstance(bench.ask(document, notebook), Answer):
            break
    assert notebook.notes.answer is not None
    assert done(bench, document["kind"]) == 1


def single_survives_a_kill(bench: Bench, document: dict[str, Any], frame: int, *, kill_after: bool) -> None:
    """Kill the program at one frame of a document of one command, run it again: it was done once."""
    notebook = MemoryNotebook()
    try:
        run(read_document(document), bench.printer(frame, kill_after=kill_after), notebook)
    except Killed:
        bench.wire.reopen()
    answer = bench.print(document, notebook)
    assert answer.printed is Printed.YES
    assert done(bench, document["kind"]) == 1

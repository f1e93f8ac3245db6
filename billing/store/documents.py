"""The rows of fiscal documents as they enter their device's queue."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from billing.documents import Answer, Document, document_json, read_document
from billing.models import Device, FiscalDocument
from billing.store.compiled import Insert
from billing.store.numbering import next_job
from billing.store.work import Work

_DOCUMENTS: Final = Insert(FiscalDocument)


def queue_document(
    work: Work, document: Document, subject: tuple[str, object], device_id: int, ordinal: int = 1
) -> int:
    """Write a document at the end of its device's queue and return its number (that of its job).

    Args:
        work: the transaction of what the document is about.
        document: the paper; its operator's password is not stored.
        subject: type and key of what it is about: ``("bill", 42)``; with kind and ordinal it is unique.
        device_id: whose queue.
        ordinal: which one of its kind for that subject, from 1.
    """
    return _DOCUMENTS.new(
        work,
        {
            "master_id": work.master_id,
            "subject_type": subject[0],
            "subject": str(subject[1]),
            "kind": document.kind,
            "ordinal": ordinal,
            "device_id": device_id,
            "sequence": next_job(work, device_id),
            "state": "queued",
            "document": document_json(document),
            "created_at": work.now,
        },
    )


@dataclass(frozen=True, slots=True)
class PrintedDocument:
    """A document in the queue, and what its device said of it; ``answer`` is None before it is printed.

    ``fiscal_memory_number`` is the device's as last seen.
    """

    number: int
    state: str
    document: Document
    answer: Answer | None
    device: str
    fiscal_memory_number: str


def read_printed(work: Work, number: int) -> PrintedDocument:
    """Return the document ``number``, which is there, with its device's answer."""
    row = work.connection.execute(
        select(
            FiscalDocument.state,
            FiscalDocument.document,
            FiscalDocument.answer,
            Device.name,
            Device.fiscal_memory_number,
        )
        .join(
            Device,
            (Device.master_id == FiscalDocument.master_id) & (Device.id == FiscalDocument.device_id),
        )
        .where(FiscalDocument.master_id == work.master_id, FiscalDocument.id == number)
    ).one()
    return PrintedDocument(
        number,
        row.state,
        read_document(row.document),
        Answer.model_validate_json(row.answer) if row.answer and row.state == "done" else None,
        row.name,
        row.fiscal_memory_number,
    )


def find_document(
    work: Work, subject: tuple[str, object], kind: str | None = None, ordinal: int = 1
) -> int | None:
    """Return the number of the document about ``subject`` (of ``kind``, else the first), or None."""
    statement = (
        select(FiscalDocument.id)
        .where(
            FiscalDocument.master_id == work.master_id,
            FiscalDocument.subject_type == subject[0],
            FiscalDocument.subject == str(subject[1]),
            FiscalDocument.ordinal == ordinal,
        )
        .order_by(FiscalDocument.id)
        .limit(1)
    )
    if kind is not None:
        statement = statement.where(FiscalDocument.kind == kind)
    number: int | None = work.connection.execute(statement).scalar()
    return number

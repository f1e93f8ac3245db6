"""What a print job writes down so that any later attempt, by anyone, knows what the last one did.

``Notes`` are one small value, written whole; ``Notebook`` is where they lie: a file (``file_notebook``), a
row of the store, or memory. What they mean is decided in ``recovery``.
"""

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from billing.documents import Answer, Document, Value, document_json
from billing.errors import BillingError


class Stage(StrEnum):
    """How far the last attempt may have come. Each is written before what it names is done."""

    FRESH = "fresh"
    """Nothing of the document is on the device."""
    OPENING = "opening"
    """The document may be open, with some of its lines; nothing is paid."""
    PAYING = "paying"
    """All lines are in, the totals agree, some payments may be taken: from here on it is finished."""
    CLOSING = "closing"
    """Everything is paid; the close may have been carried out."""
    ACTING = "acting"
    """A document of one command (cash, X, Z, slip ...) may have been carried out."""
    DONE = "done"
    """The answer stands in the notes."""


class Notes(Value):
    """What is known of one document's printing.

    ``last_document``, ``z_number``, ``cash_in`` and ``cash_out`` are the device's registers as read just
    before the attempt; ``sales`` and ``subtotal`` are the device's own figures before the first payment.
    """

    stage: Stage = Stage.FRESH
    digest: str = ""
    """Of the document that the stage speaks of."""
    attempts: int = 0
    device_number: str = ""
    last_document: int | None = None
    z_number: int | None = None
    cash_in: Decimal | None = None
    cash_out: Decimal | None = None
    duplicated: bool | None = None
    sales: int | None = None
    subtotal: Decimal | None = None
    turnover: Decimal | None = None
    said: int = 0
    """Lines of a service receipt that were sent, but for the last of them perhaps."""
    warnings: tuple[str, ...] = ()
    answer: Answer | None = None

    def noting(self, **changes: object) -> "Notes":
        """Return the notes with ``changes`` applied."""
        return self.model_copy(update=changes)


class Notebook(Protocol):
    """Where a document's notes are kept; one notebook for each document and device."""

    def held(self) -> AbstractContextManager[None]:
        """Hold the device's lease and this document: nobody else prints either until the block ends.

        Raises:
            DeviceTaken: another program held it for too long.
        """
        ...

    def read(self) -> Notes:
        """Return what was written last; fresh notes when nothing was."""
        ...

    def write(self, notes: Notes) -> None:
        """Keep ``notes``; they survive a power cut once this returns."""
        ...


class MemoryNotebook:
    """Notes that live as long as the object: for tests, and for a caller that keeps them elsewhere."""

    def __init__(self, notes: Notes | None = None) -> None:
        self.notes = notes or Notes()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold nothing: one object has one owner."""
        yield

    def read(self) -> Notes:
        """Return the notes."""
        return self.notes

    def write(self, notes: Notes) -> None:
        """Keep the notes."""
        self.notes = notes


class KeyConflict(BillingError):
    """Another document was printed, or begun, under the same key."""

    code = "key_conflict"
    exit_code = 3

    def __init__(self, key: str, stage: Stage) -> None:
        super().__init__(
            f"the key {key!r} belongs to another document, whose printing is {stage}: "
            "give this one its own key or sale number"
        )


def digest_of(document: Document) -> str:
    """Return what tells two documents apart: a SHA-256 of the JSON form, without the operator's password."""
    return hashlib.sha256(document_json(document).encode()).hexdigest()


def key_of(document: Document) -> str:
    """Return what makes the document one: its key, else its sale number with its kind; ``""``: it has none.

    A reversal carries the sale number of what it reverses, so the original's document number and the content
    are part of its key: two partial reversals of one sale are two documents.
    """
    if document.key:
        return document.key
    number = getattr(document, "unique_sale_number", "")
    if not number:
        return ""
    original = getattr(document, "original", None)
    return f"{document.kind} {number}" + (f" {digest_of(document)}" if original else "")

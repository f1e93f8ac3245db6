"""Rows that say what happened: the journal, and the outbox of what others are to be told."""

from collections.abc import Mapping
from typing import Any, Final

from billing.models import Outbox
from billing.store.compiled import Insert
from billing.store.work import Work

_OUTBOX: Final = Insert(Outbox)


def journal(
    work: Work, kind: str, subject: tuple[str, object], facts: Mapping[str, Any], operator: int | None = None
) -> None:
    """Add an entry to the journal; it is numbered and hashed just before the commit (``sealing``).

    Args:
        work: the transaction that it happened in.
        kind: what happened: ``bill_final``, ``bill_voided``, ``job_resolved`` ...
        subject: type and key of what it happened to: ``("bill", 42)``.
        facts: plain JSON; the name of the API token it was done with is added.
        operator: number of who did it, None for the program itself.
    """
    work.entries.append(
        {
            "master_id": work.master_id,
            "at": work.now,
            "kind": kind,
            "subject_type": subject[0],
            "subject": str(subject[1]),
            "operator": operator,
            "facts": {**facts, "token": work.token} if work.token else dict(facts),
        },
    )


def tell(work: Work, kind: str, subject: tuple[str, object], payload: Mapping[str, Any]) -> None:
    """Add an event to the outbox; it is delivered after the commit, by the worker."""
    _OUTBOX.row(
        work,
        {
            "master_id": work.master_id,
            "at": work.now,
            "kind": kind,
            "subject_type": subject[0],
            "subject": str(subject[1]),
            "payload": dict(payload),
            "delivered_at": None,
        },
    )

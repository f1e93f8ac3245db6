"""Rows of requests answered under their caller's key: found, written with the effect, and made final.

Core statements that name the master; what a key means is the business of ``services.idempotency``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update

from billing.models import RequestKey
from billing.store.compiled import Insert, Statement
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key and what was answered under it; ``answer`` is JSON text."""

    digest: str
    status: int
    answer: str
    job: int | None
    owner: str
    busy_until: datetime | None


_FIND: Final = select(*(getattr(RequestKey, name) for name in KeyRow.__dataclass_fields__)).where(
    RequestKey.master_id == bindparam("master"), RequestKey.key == bindparam("key")
)
_THERE: Final = Statement(
    select(RequestKey.id).where(
        RequestKey.master_id == bindparam("master"), RequestKey.key == bindparam("key")
    )
)
_KEYS: Final = Insert(RequestKey)


def find_key(work: Work, key: str) -> KeyRow | None:
    """Return what was answered under ``key``, or None."""
    if _THERE.first(work, {"master": work.master_id, "key": key}) is None:
        return None  # nearly always, and quicker told
    row = work.connection.execute(_FIND, {"master": work.master_id, "key": key}).one_or_none()
    return None if row is None else KeyRow(*row)


def insert_key(work: Work, key: str, row: KeyRow) -> None:
    """Write the answer of a request under its key.

    Raises:
        IntegrityError: another transaction was first.
    """
    columns = {name: getattr(row, name) for name in KeyRow.__dataclass_fields__}
    _KEYS.row(work, columns | {"master_id": work.master_id, "key": key, "created_at": work.now})


def update_key(work: Work, key: str, columns: Mapping[str, Any]) -> None:
    """Write changed columns of a key's row."""
    work.connection.execute(
        update(RequestKey)
        .where(RequestKey.master_id == work.master_id, RequestKey.key == key)
        .values(**columns)
    )


FOR_GOOD: Final = "netfp:"
"""How the keys begin whose answers are never forgotten."""


def delete_keys(work: Work, before: datetime) -> int:
    """Forget the answers given before a moment, but for those kept for good; return how many."""
    done = work.connection.execute(
        delete(RequestKey).where(
            RequestKey.master_id == work.master_id,
            RequestKey.created_at < before,
            RequestKey.key.not_like(f"{FOR_GOOD}%"),
        )
    )
    return done.rowcount

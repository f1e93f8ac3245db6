"""One transaction's work: its connection, its master and its moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.orm import Session

from billing.store.session import session_of


@dataclass(frozen=True, slots=True)
class Work:
    """Handed out by ``Store.write`` and ``Store.read``; whoever opened it commits, nobody else."""

    connection: Connection
    master_id: int
    now: datetime

    def session(self) -> Session:
        """Return an ORM session inside this transaction that sees only this master's rows."""
        return session_of(self.connection, self.master_id)


def new_key(result: CursorResult[Any]) -> int:
    """Return the key that the database gave the one row of an INSERT."""
    keys = result.inserted_primary_key
    assert keys is not None, "an INSERT of one row"  # noqa: S101 a bug of ours, not a mishap
    key: int = keys[0]
    return key

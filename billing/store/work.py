"""One transaction's work: its connection, its master and its moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlalchemy.orm import Session

from billing.store.session import session_of

Judge = Callable[[str, Any], None]


@dataclass(frozen=True, slots=True)
class Told:
    """What the listeners of a store are told after the commit: what happened to which bill."""

    kind: str
    bill: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """Handed out by ``Store.write`` and ``Store.read``; whoever opened it commits, nobody else.

    ``entries`` are the journal's, written just before the commit.
    """

    connection: Connection
    master_id: int
    now: datetime
    entries: list[dict[str, Any]] = field(default_factory=list, compare=False)
    told: list[Told] = field(default_factory=list, compare=False)
    """For the store's listeners, once this transaction is committed."""
    judge: Judge | None = field(default=None, compare=False)
    """Asked, with a device and a document, before a bill becomes final; raises what speaks against it."""
    token: str = ""
    """Name of the API token that all of this is done with; the journal says it. Empty: none."""

    def session(self) -> Session:
        """Return an ORM session inside this transaction that sees only this master's rows."""
        return session_of(self.connection, self.master_id)


def new_key(result: CursorResult[Any]) -> int:
    """Return the key that the database gave the one row of an INSERT."""
    keys = result.inserted_primary_key
    assert keys is not None, "an INSERT of one row"  # noqa: S101 a bug of ours, not a mishap
    key: int = keys[0]
    return key

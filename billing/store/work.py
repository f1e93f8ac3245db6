"""One transaction's work: its connection, its master and its moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, CursorResult
from sqlalchemy.orm import Session

from billing.store.session import session_of

Judge = Callable[[str, Any], None]


PROGRAM: Final = "program"
"""Who changed the nomenclature, where the program that did it does not say."""


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

    watch: Callable[[Session, "Work", str], None] | None = field(default=None, compare=False)
    """Told of every session, and who works in it: keeps versions of what changes in the nomenclature."""

    def session(self, made_by: str = "") -> Session:
        """Return an ORM session inside this transaction that sees only this master's rows.

        Args:
            made_by: who changes the nomenclature in it, for its versions; empty: the API token, or a program.
        """
        session = session_of(self.connection, self.master_id)
        if self.watch is not None:
            self.watch(session, self, made_by or self.token or PROGRAM)
        return session


def new_key(result: CursorResult[Any]) -> int:
    """Return the key that the database gave the one row of an INSERT."""
    keys = result.inserted_primary_key
    assert keys is not None, "an INSERT of one row"  # noqa: S101 a bug of ours, not a mishap
    key: int = keys[0]
    return key

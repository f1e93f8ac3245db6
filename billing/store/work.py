"""One transaction's work: its connection, its master and its moment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
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

"""ORM sessions that see only one master's rows and write only for it."""

from typing import Any, Final

from sqlalchemy import Connection, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from billing.errors import StoreError
from billing.models.base import Mastered

MASTER: Final = "master_id"
"""Where a session keeps its master, in ``Session.info``."""


class ForeignMaster(StoreError):
    """A row of another master was about to be written."""

    code = "foreign_master"

    def __init__(self, row: str, theirs: int, ours: int) -> None:
        super().__init__(f"a {row} of master {theirs} cannot be written by a session of master {ours}")


def session_of(connection: Connection, master_id: int) -> Session:
    """Return a session on ``connection`` scoped to ``master_id``; it flushes, its opener commits."""
    session = Session(
        connection, info={MASTER: master_id}, join_transaction_mode="rollback_only", expire_on_commit=False
    )
    event.listen(session, "do_orm_execute", _only_ours)
    event.listen(session, "before_flush", _write_only_ours)
    return session


def _only_ours(state: ORMExecuteState) -> None:
    """Add the master to every statement about rows that have one, loads of related rows included."""
    if state.is_column_load or state.is_relationship_load:
        return
    master_id = state.session.info[MASTER]
    state.statement = state.statement.options(
        with_loader_criteria(Mastered, lambda cls: cls.master_id == master_id, include_aliases=True)
    )


def _write_only_ours(session: Session, context: Any, instances: Any) -> None:  # noqa: ANN401 SQLAlchemy's own
    del context, instances
    ours = session.info[MASTER]
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, Mastered):
            continue
        if row in session.new and row.master_id is None:
            row.master_id = ours
        if row.master_id != ours:
            raise ForeignMaster(type(row).__name__, row.master_id, ours)

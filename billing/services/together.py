"""Several service calls in one transaction: each is done or refused by itself, and all are committed at once.

A commit to SQLite waits for the disk, and there is one writer at a time; so callers that queue up are better
off with one commit. A call that is refused is undone to its savepoint and leaves the others alone.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from billing.errors import BillingError
from billing.services.idempotency import JoinedStore
from billing.store.engine import Store
from billing.store.work import Work

T = TypeVar("T")


class Apart(Exception):
    """One of the calls failed in a way that leaves nothing sure: nothing was changed, do each by itself."""


class _Savepoints(JoinedStore):
    """The open transaction; each call in it has a savepoint, told to the driver itself."""

    @contextmanager
    def write(self) -> Iterator[Work]:
        """Hand out the open transaction, at a savepoint."""
        work = self._open
        entries, told = len(work.entries), len(work.told)
        cursor = work.connection.connection.cursor()
        cursor.execute("SAVEPOINT call")
        try:
            yield work
        except BaseException:
            cursor.execute("ROLLBACK TO call")
            cursor.execute("RELEASE call")
            del work.entries[entries:], work.told[told:]
            raise
        cursor.execute("RELEASE call")


def together(store: Store, acts: Sequence[Callable[[Store], T]]) -> list[T | BillingError]:
    """Do ``acts`` in order, in one transaction; return what each gives, or what refused it.

    Raises:
        Apart: one failed otherwise than by being refused; nothing was changed.
        StoreTrouble: the database itself fails; nothing was changed.
    """
    done: list[T | BillingError] = []
    with store.write() as work:
        joined = _Savepoints(store, work)
        for act in acts:
            try:
                done.append(act(joined))
            except BillingError as refused:
                done.append(refused)
            except Exception as error:
                raise Apart from error
    return done

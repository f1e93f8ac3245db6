"""The pass on the database: batch after batch, each its own commit (recurring semantics 6).

Safe to run at any time, by any number of workers, and after a crash at any point. An unexpected error of the
database halves the batch until the one subscription that causes it is found and held.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy.exc import DBAPIError

from billing.services.recurring.desk import Known
from billing.services.recurring.pass_ import MANY, PassResult, held, run_due
from billing.services.recurring.sql_store import SqlStore
from billing.store import recurring
from billing.store.engine import Store

DATABASE_ERROR: Final = "database_error"
"""Why a subscription is held that the database refused to bill."""


class Worker:
    """One worker of the pass; keeps what it looked up between its batches.

    Args:
        store: where the subscriptions are.
        lock: take the rows' locks; a test leaves them out.
    """

    def __init__(self, store: Store, *, lock: bool = True) -> None:
        self._store = store
        self._known = Known()
        self._lock = lock

    def run(
        self,
        now: datetime | None = None,
        max_subscriptions: int = MANY,
        max_periods_per_subscription: int | None = None,
    ) -> PassResult:
        """Generate what is due at ``now`` (default: the clock's) as one batch and commit it.

        Returns:
            What was made; ``more`` is true when a limit was hit.
        """
        at = self._store.clock.now() if now is None else now
        with self._store.read() as work:
            if not recurring.is_any_due(work, at):
                return PassResult(0, 0, more=False, taken=0)
        try:
            with _no_garbage(), self._store.write() as work:
                desk = SqlStore(self._store, work, self._known, lock=self._lock)
                return run_due(desk, at, max_subscriptions, max_periods_per_subscription)
        except DBAPIError:
            if max_subscriptions == 1:
                return self._hold(at)
            result = self.run(at, max_subscriptions // 2, max_periods_per_subscription)
            return PassResult(result.generated, result.held, more=True, taken=result.taken)

    def run_all(self, now: datetime | None = None, max_subscriptions: int = MANY) -> Iterator[PassResult]:
        """Run batches until nothing is left, and yield what each of them did."""
        at = self._store.clock.now() if now is None else now
        while True:
            result = self.run(at, max_subscriptions)
            yield result
            if not result.more:
                return

    def _hold(self, at: datetime) -> PassResult:
        """Hold the one subscription whose batch the database refuses."""
        with self._store.write() as work:
            desk = SqlStore(self._store, work, self._known, lock=self._lock)
            courses = [held(subscription, DATABASE_ERROR) for subscription in desk.due(at, 1)]
            desk.write(courses, at)
        return PassResult(0, len(courses), more=True, taken=len(courses))


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Hold the garbage collector back: a batch makes many values and no rings, all gone at its end."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def count_due(store: Store, now: datetime) -> int:
    """Return how many subscriptions are due at ``now``."""
    with store.read() as work:
        return recurring.count_due(work, now)

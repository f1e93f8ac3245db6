"""Which worker a store has: Procrastinate's on PostgreSQL, the embedded one on SQLite."""

from collections.abc import Callable

from billing.devices.registry import printer_at
from billing.jobs.queue import Opener
from billing.jobs.working import Worker
from billing.store.engine import Store


def worker_of(
    store: Store, changed: Callable[[], None] = lambda: None, *, opener: Opener = printer_at
) -> Worker:
    """Return a worker for ``store``, not started yet; the arguments are ``Worker``'s."""
    if store.engine.dialect.name == "sqlite":
        from billing.jobs.embedded import Worker as Embedded  # noqa: PLC0415 one of the two is imported

        return Embedded(store, changed, opener=opener)
    from billing.jobs.procrastinate import Worker as Called  # noqa: PLC0415 SQLite does without

    return Called(store, changed, opener=opener)

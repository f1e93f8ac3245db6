"""The pass over due subscriptions, against the bulk insert of the very rows it makes (semantics 17).

Two copies of one database: on one the pass runs month after month, on the other the rows of the same month
are inserted ready made, by the same bulk insert. Half of the subscriptions have an amount, half two lines
of bill text; three zones. ``BILLING_BENCH_DUE`` sets how many are due (the aim is stated for 100000), and
``BILLING_BENCH_IDLE`` how many stand idle in the row about a pass with nothing due.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any, Final

from sqlalchemy import JSON, event, func, insert, select

from bench.store import postgres_stores, sqlite_stores
from bench.table import Row
from billing import models
from billing.clock import SetClock
from billing.models import Base
from billing.services.recurring import plans, subscriptions
from billing.services.recurring.running import Worker
from billing.store.engine import Store, open_store
from billing.store.recurring_bulk import Bulk

DUE: Final = int(os.environ.get("BILLING_BENCH_DUE", "5000"))
IDLE: Final = int(os.environ.get("BILLING_BENCH_IDLE", "100000"))
ROUNDS: Final = 5
BATCH: Final = 5_000
START: Final = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)
ZONES: Final = ("Europe/Sofia", "America/New_York", "UTC")
TABLES: Final[tuple[type[Base], ...]] = (
    models.Period,
    models.Bill,
    models.Charge,
    models.Modifier,
    models.SaleNumber,
    models.Collection,
    models.AuditEvent,
    models.Outbox,
)
"""What a pass inserts, in an order that foreign keys allow."""


def rows() -> Iterable[Row]:
    """Yield the rows of each database."""
    for name, stores in (("SQLite", sqlite_stores), ("PostgreSQL", postgres_stores)):
        with stores() as (work, where):
            url = f"sqlite:///{where}" if name == "SQLite" else where
            clock = SetClock(START)
            engine, floor = Store(work.engine, 0, clock), open_store(url, clock=clock)
            for store in (engine, floor):
                fill(store, DUE)
            yield due_row(name, engine, floor, clock)
            fill_idle(engine, IDLE)
            yield idle_row(name, engine)
            floor.close()


def due_row(name: str, engine: Store, floor: Store, clock: SetClock) -> Row:
    """Time engine and floor in turns, a month each."""
    worker = Worker(engine)
    works, floors = [], []
    for month in range(ROUNDS + 1):
        clock.instant = datetime(2026, 2 + month, 15, 20, 0, tzinfo=UTC)
        before = last_keys(engine)
        taken = seconds(lambda: sum(result.generated for result in worker.run_all(None, BATCH)))
        ready = list(ready_made(engine, before))
        inserted = seconds(partial(insert_all, floor, ready))
        if month:  # the first round warms up
            works.append(taken)
            floors.append(inserted)
    ratio = median(w / f for w, f in zip(works, floors, strict=True))
    each = f"{DUE / median(works):.0f} against {DUE / median(floors):.0f} subscriptions a second"
    return Row(
        f"recurring pass, {DUE} due, {name}",
        median(works) * 1e3,
        median(floors) * 1e3,
        "ms",
        2.0,
        ratio,
        each,
    )


def seconds(work: Callable[[], object]) -> float:
    """Return how many seconds ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def fill(store: Store, count: int) -> None:
    """Make two plans and ``count`` subscriptions whose first period is due in a month."""
    plans.create_plan(store, "amount", plans.PlanTerms(amount=Decimal("12.50")))
    plans.create_plan(store, "lines", plans.PlanTerms(content=("2*#1", "9.90/Monthly@2")))
    customer = plans.create_customer(store, "one of many")
    samples = []
    for plan in ("amount", "lines"):
        for zone in ZONES:
            new = subscriptions.NewSubscription(
                plan=plan, customer=str(customer.id), zone=zone, start=START + timedelta(days=31)
            )
            samples.append(subscriptions.create(store, new).id)
    copy_rows(store, samples, count - len(samples), {})


def fill_idle(store: Store, count: int) -> None:
    """Add subscriptions that are due in a far year."""
    copy_rows(store, [1], count, {"next_run": datetime(2099, 1, 1, tzinfo=UTC)})


def copy_rows(store: Store, samples: list[int], count: int, changes: dict[str, Any]) -> None:
    """Insert ``count`` copies of sample subscriptions."""
    table = models.Subscription.__table__
    with store.write() as work:
        found = work.connection.execute(
            select(table).where(models.Subscription.id.in_(samples)).order_by(models.Subscription.id)
        )
        kept = [{k: v for k, v in row.items() if k != "id"} | changes for row in found.mappings()]
        for first in range(0, count, 10_000):
            batch = [kept[n % len(kept)] for n in range(first, min(first + 10_000, count))]
            work.connection.execute(insert(models.Subscription), batch)


def last_keys(store: Store) -> dict[str, int]:
    """Return the last key of every table that a pass fills."""
    with store.read() as work:
        return {
            model.__tablename__: work.connection.execute(select(func.max(model.__table__.c.id))).scalar() or 0
            for model in TABLES
        }


Ready = tuple[Bulk, list[tuple[Any, ...]]]


def ready_made(store: Store, before: dict[str, int]) -> Iterator[Ready]:
    """Yield the rows that were added since, as the bulk insert takes them."""
    with store.read() as work:
        for model in TABLES:
            table = model.__table__
            found = work.connection.execute(
                select(table).where(table.c.id > before[model.__tablename__]).order_by(table.c.id)
            ).mappings()
            names = [column.name for column in table.columns]
            texts = {column.name for column in table.columns if isinstance(column.type, JSON)}
            values = [tuple(_plain(row[name], name in texts) for name in names) for row in found]
            bulk = Bulk(model, *names)
            yield bulk, bulk.prepare(store.engine.dialect, values) if values else []


def _plain(value: object, is_json: bool) -> object:  # noqa: FBT001 which of two columns it is
    return json.dumps(value) if is_json and value is not None else value


def insert_all(store: Store, ready: list[Ready]) -> None:
    """Insert the rows of a month in one transaction."""
    with store.write() as work:
        for bulk, values in ready:
            bulk.write(work, values, ready=True)


def idle_row(name: str, store: Store) -> Row:
    """Time a pass with nothing due; the floor is the least statement there is."""
    worker = Worker(store)
    worker.run()
    with counted(store) as statements:
        worker.run()
    took = median(seconds(worker.run) for _ in range(15))

    def least() -> None:
        with store.read() as work:
            work.connection.execute(select(models.Nomenclature.version)).all()

    floor = median(seconds(least) for _ in range(15))
    about = f"{IDLE + DUE} subscriptions, {len(statements)} statements by SQLAlchemy; the aim is 5 ms"
    return Row(f"recurring pass, nothing due, {name}", took * 1e3, floor * 1e3, "ms", None, 0.0, about)


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Collect the statements that SQLAlchemy runs meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield statements
    event.remove(store.engine, "before_cursor_execute", note)

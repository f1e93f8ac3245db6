"""Which worker a store has, and that nobody else pays for it."""

import subprocess
import sys

from billing.jobs.dispatching import worker_of
from billing.store.engine import Store

HEAVY = {"alembic", "escpos", "procrastinate"}


def test_procrastinate_calls_on_postgresql_and_sqlite_is_watched(store: Store) -> None:
    module = {"sqlite": "billing.jobs.embedded", "postgresql": "billing.jobs.procrastinate"}
    assert type(worker_of(store)).__module__ == module[store.engine.dialect.name]


def test_a_till_starts_without_what_only_workers_need() -> None:
    program = "import sys, billing.cli.ring; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(done.stdout.split())

"""A worker on SQLite is woken by a document that another connection has queued, and by nothing else."""

import threading
import time
from pathlib import Path

import pytest

from billing.documents import Slip
from billing.jobs.watching import SqliteWatch
from billing.services.jobs import put_document
from billing.store.engine import Store

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)

LONG_S = 30.0


def watch_of(store: Store) -> SqliteWatch:
    file = store.engine.url.database
    assert file is not None
    assert Path(file).exists()
    return SqliteWatch(file)


def test_a_queued_document_ends_the_wait(shop: Store) -> None:
    watch, stopping = watch_of(shop), threading.Event()
    watch.wait(0.0, stopping)  # connects, and has seen what there is
    watch.wait(0.05, stopping)
    started = time.monotonic()
    waiting = threading.Thread(target=watch.wait, args=(LONG_S, stopping))
    waiting.start()
    put_document(shop, Slip(lines=("x",)), ("test", "1"), "printer")
    waiting.join()
    watch.close()
    assert time.monotonic() - started < LONG_S / 2


def test_a_worker_that_is_to_stop_does_not_wait(shop: Store) -> None:
    watch, stopping = watch_of(shop), threading.Event()
    stopping.set()
    started = time.monotonic()
    watch.wait(LONG_S, stopping)
    watch.close()
    assert time.monotonic() - started < LONG_S / 2

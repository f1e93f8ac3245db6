"""On PostgreSQL a worker is called by the document's own transaction, at once, and once for each device."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from billing.documents import Slip
from billing.jobs.procrastinate import Worker
from billing.services import jobs
from billing.services.devices import add_device
from billing.services.job_states import State
from billing.services.jobs import put_document
from billing.store.dispatch import waiting
from billing.store.documents import queue_document
from billing.store.engine import Store
from tests.jobs.queued import Shop

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

HOUR_S = 3600.0
"""A look so rare that only a notice can be what woke the worker."""


def put(store: Store, name: str, device: str = "printer") -> int:
    return put_document(store, Slip(lines=("x",)), ("test", name), device)


def rows(url: str, statement: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def calls(url: str) -> list[Any]:
    return rows(url, "SELECT args->>'device', status::text FROM procrastinate_jobs ORDER BY id")


def until(told: Callable[[], bool]) -> None:
    """Wait until it is so; the bound is only there so that a mistake ends."""
    tick = threading.Event()
    for _ in range(3_000):
        if told():
            return
        tick.wait(0.02)
    raise AssertionError("it did not come to be")


def test_a_document_calls_in_its_own_transaction(shop: Store, store_url: str) -> None:
    with shop.write() as work:
        queue_document(work, Slip(lines=("x",)), ("test", 1), 1)
        work.connection.get_transaction().rollback()  # type: ignore[union-attr]  # it is in one
    assert calls(store_url) == []
    put(shop, "1")
    assert calls(store_url) == [("printer", "todo")]


def test_a_device_has_one_call_however_much_waits(shop: Store, store_url: str) -> None:
    add_device(shop, "other", "datecs-p:socket://127.0.0.1:9", seen={"number": "DT000601"})
    for number in range(3):
        put(shop, str(number))
        put(shop, str(number + 10), "other")
    assert sorted(calls(store_url)) == [("other", "todo"), ("printer", "todo")]


def test_a_document_behind_a_call_that_is_carried_out_calls_again(shop: Store, store_url: str) -> None:
    put(shop, "1")
    rows(store_url, "SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL)")
    put(shop, "2")
    assert calls(store_url) == [("printer", "doing"), ("printer", "todo")]


def test_no_worker_takes_a_call_before_it_could_see_the_document(shop: Store, store_url: str) -> None:
    fetched = "SELECT id FROM procrastinate_fetch_job_v2(NULL, NULL) WHERE id IS NOT NULL"
    put(shop, "1")
    with shop.write() as work:
        queue_document(work, Slip(lines=("x",)), ("test", 2), 1)
        assert rows(store_url, fetched) == []
    assert len(rows(store_url, fetched)) == 1


def test_a_retry_is_called_at_once_though_the_device_is_left_alone_a_while(
    shop: Store, store_url: str
) -> None:
    number = put(shop, "1")
    rows(store_url, "UPDATE fiscal_document SET state = 'failed'")
    rows(store_url, "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'")
    jobs.retry(shop, number)
    assert rows(store_url, "SELECT scheduled_at FROM procrastinate_jobs") == [(None,)]


@pytest.fixture
def till(shop: Store) -> Shop:
    return Shop(shop)


@pytest.fixture
def hire(till: Shop) -> Iterator[Callable[..., Worker]]:
    """Start workers that are stopped at the end."""
    hired: list[Worker] = []

    def start(**options: Any) -> Worker:  # noqa: ANN401 the worker's own
        worker = Worker(till.store, opener=till.opener, **options)
        worker.start()
        hired.append(worker)
        return worker

    yield start
    ended = [worker.stop() for worker in hired]
    assert all(ended)


def done(store: Store, number: int | None) -> bool:
    return number is not None and jobs.show_job(store, number).state is State.DONE


def test_a_notice_alone_starts_a_waiting_document(
    till: Shop, hire: Callable[..., Worker], store_url: str
) -> None:
    """So what a document waits is the way of a notice, not a look now and then."""
    hire(look_s=HOUR_S)
    until(lambda: listeners(store_url) == 1)
    for _ in range(3):
        number = till.ring("1.20", "@").job
        until(lambda number=number: done(till.store, number))  # type: ignore[misc]  # bound for this turn
    until(lambda: calls(store_url) == [])


def listeners(url: str) -> int:
    found = rows(
        url,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND query LIKE '%LISTEN%procrastinate%'",
    )
    count: int = found[0][0]
    return count


def test_a_device_that_nobody_was_called_to_is_seen(
    till: Shop, hire: Callable[..., Worker], store_url: str
) -> None:
    number = till.ring("1.20", "@").job
    rows(store_url, "DELETE FROM procrastinate_jobs")
    hire(look_s=0.05)
    until(lambda: done(till.store, number))


def test_the_call_of_a_worker_without_a_sign_of_life_is_taken_away(
    till: Shop, hire: Callable[..., Worker], store_url: str
) -> None:
    number = till.ring("1.20", "@").job
    rows(store_url, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    rows(store_url, "SELECT procrastinate_fetch_job_v2(NULL, (SELECT id FROM procrastinate_workers))")
    hire(look_s=0.05)
    until(lambda: done(till.store, number))


def test_a_device_that_does_not_print_is_called_again_later(
    shop: Store, hire: Callable[..., Worker], store_url: str, tmp_path: Path
) -> None:
    assert tmp_path
    add_device(shop, "away", "tremol:away", seen={"number": "ZK000601"})
    put(shop, "1", "away")
    hire()
    later = "SELECT args->>'device' FROM procrastinate_jobs WHERE scheduled_at IS NOT NULL"
    until(lambda: rows(store_url, later) == [("away",)])
    with shop.read() as work:
        assert [(each.device, each.called) for each in waiting(work)] == [("away", True)]


def test_a_worker_goes_on_when_its_connections_were_cut(
    till: Shop, hire: Callable[..., Worker], store_url: str
) -> None:
    hire(look_s=0.2)
    first = till.ring("1.20", "@").job
    until(lambda: done(till.store, first))
    rows(
        store_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    number = till.ring("2.40", "@").job
    until(lambda: done(till.store, number))


def test_a_worker_that_stops_leaves_nothing_behind(
    till: Shop, hire: Callable[..., Worker], store_url: str
) -> None:
    worker = hire()
    first = till.ring("1.20", "@").job
    until(lambda: done(till.store, first))
    assert worker.stop()
    assert rows(store_url, "SELECT id FROM procrastinate_workers") == []
    assert calls(store_url) == []

"""A full disk, a lost database and a clock that jumps: every bill once on paper, and clear errors."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from billing.clock import SetClock
from billing.devices.faults import DeviceError
from billing.errors import BillingError
from billing.jobs.acquaintance import introduce
from billing.jobs.mishaps import PrintMishap
from billing.jobs.queue import drain, print_job
from billing.services.job_states import State
from billing.services.jobs import list_jobs
from billing.services.register import open_register
from billing.services.schedules import set_schedule
from billing.store.engine import Store, open_store
from billing.store.mistakes import StoreTrouble
from tests.jobs.devices_on import OnSocket
from tests.jobs.queued import Shop

on_sqlite = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

ROOM = 40_960
"""Bytes that the disk has left for SQLite's log: its index of 32 KiB fits, a bill does not."""
FULL_PROGRAM = """
import resource, sys
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from billing.cli.app import main
main()
"""


# A full disk


def limit_pages(store: Store, more: int) -> None:
    """Let SQLite's file grow by ``more`` pages and not further, on every connection from now on."""
    store.engine.dispose()
    file = store.engine.url.database
    assert file is not None

    def limit(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # the driver's own
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + more}")

    if more >= 0:
        event.listen(store.engine, "connect", limit)
        store.limit = limit  # type: ignore[attr-defined]  # for lifting it
    else:
        event.remove(store.engine, "connect", store.limit)  # type: ignore[attr-defined]  # as above


def repeat(work: Callable[[], None], times: int) -> None:
    for _ in range(times):
        work()


@on_sqlite
@pytest.mark.parametrize("pages", range(5))
def test_a_disk_that_fills_up_while_bills_are_rung_and_printed_loses_none(shop: Store, pages: int) -> None:
    till = Shop(shop)
    limit_pages(shop, pages)
    rung: list[str] = []

    def sell() -> None:
        bill = till.ring("1.20", "@")
        rung.append(bill.unique_sale_number or "")
        till.print(bill.job)

    with pytest.raises(StoreTrouble, match="nothing was changed: database or disk is full"):
        repeat(sell, 200)
    limit_pages(shop, -1)
    drain(shop, "printer", opener=till.opener)
    assert [number for number, _ in till.sales] == rung
    assert {job.state for job in list_jobs(shop, limit=500)} == {State.DONE}


@on_sqlite
def test_a_full_disk_is_one_sentence_and_no_traceback(shop: Store, store_url: str) -> None:
    file = Path(store_url.removeprefix("sqlite:///"))
    shop.close()
    command = [sys.executable, "-c", FULL_PROGRAM, str(ROOM), "ring", "--db", str(file), "--park", "1.20"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode
    assert done.stderr.startswith("billing: the store at ")
    assert len(done.stderr.splitlines()) == 1


# A lost database


def cut(url: str) -> None:
    """End every connection to the database, as its administrator may at any moment."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def crash(url: str) -> None:
    """Kill a process of the server: it ends all the others, recovers and starts again."""
    with psycopg.connect(url, autocommit=True) as connection:
        pid = connection.info.backend_pid
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def live(shop: Store, store_url: str) -> Iterator[Store]:
    """The sample shop under the real clock."""
    assert shop.where
    with open_store(store_url) as store:
        yield store


@on_postgresql
@pytest.mark.parametrize("frame", [1, 3, 5, 7, 9])
def test_a_connection_lost_at_a_frame_leaves_the_bill_once_on_paper(
    live: Store, store_url: str, frame: int
) -> None:
    heard = 0

    def hear() -> None:
        nonlocal heard
        heard += 1
        if heard == frame:
            cut(store_url)

    device = OnSocket(0, lambda: None).on()
    introduce(live, "cut", device.address, origin="till-1")
    device.off()
    device.hear = hear
    device.on()
    bill = open_register(live, "till-1").ring(["1.20", "@"])
    assert bill.job is not None
    for _ in range(5):
        try:
            print_job(live, bill.job)
        except (StoreTrouble, DeviceError, PrintMishap):
            continue
        break
    device.off()
    assert heard > frame
    assert device.sales == [bill.unique_sale_number]


@on_postgresql
def test_a_worker_outlives_a_crash_of_the_database_server(
    live: Store, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    device = OnSocket(0).on()
    introduce(live, "kept", device.address, origin="till-1")
    set_schedule(live, "till-1", None)
    worker = [sys.executable, "-c", "from billing.cli.app import main; main()", "worker", "--db", store_url]
    said = tmp_path / "said"
    with said.open("w") as file, subprocess.Popen(worker, stderr=file) as process:
        try:
            rung = []
            for number in range(12):
                if number == 6:
                    crash(store_url)
                rung.append(ring(live))
            until(lambda: device.sales == rung)
            assert process.poll() is None
        finally:
            process.terminate()
            process.wait(600)
    device.off()
    assert process.returncode == 0
    assert "Traceback" not in said.read_text()


def ring(store: Store) -> str:
    """Ring a bill as soon as the database is there again."""
    tick = threading.Event()
    while True:
        try:
            number = open_register(store, "till-1").ring(["1.20", "@"]).unique_sale_number
        except StoreTrouble:
            tick.wait(0.1)
            continue
        assert number is not None
        return number


def until(told: Callable[[], bool]) -> None:
    """Wait until it is so; the bound is only there so that a mistake ends."""
    tick = threading.Event()
    for _ in range(6_000):
        if told():
            return
        tick.wait(0.1)
    raise AssertionError("it did not come to be")


# A clock that jumps


@pytest.mark.parametrize("hours", [-48, 48])
def test_a_clock_that_jumps_stops_paper_with_a_clear_error_and_loses_nothing(
    shop: Store, clock: SetClock, hours: int
) -> None:
    till = Shop(shop)
    rung = [till.ring("1.20", "@").unique_sale_number]
    clock.move(hours * 3600)
    second = till.ring("2.40", "@")
    rung.append(second.unique_sale_number)
    with pytest.raises(BillingError, match="clock"):
        till.print(second.job)
    clock.move(-hours * 3600)
    till.print(second.job)
    assert [number for number, _ in till.sales] == rung


@pytest.mark.parametrize("hours", [-48, -1, 1, 48])
def test_a_clock_that_jumps_at_any_moment_of_a_receipt_prints_it_once(
    shop: Store, clock: SetClock, hours: int
) -> None:
    """The lease is kept by its number and moved on by every note; the time alone takes it from nobody."""
    heard = 0

    def hear() -> None:
        nonlocal heard
        heard += 1
        if heard % 5 == 0:
            clock.move(hours * 3600)

    till = Shop(shop)
    feed = till.bench.device.feed

    def told(data: bytes) -> object:
        hear()
        return feed(data)

    till.bench.device.feed = told  # type: ignore[assignment, method-assign]  # a hand at every frame
    bill = till.ring("1.20", "@")
    till.print(bill.job)
    assert heard > 5
    assert [number for number, _ in till.sales] == [bill.unique_sale_number]

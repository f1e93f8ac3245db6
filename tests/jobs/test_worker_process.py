"""Real workers and a till on one store, killed at any frame: every bill once on paper, in order."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from billing import models
from billing.jobs.acquaintance import introduce
from billing.services.job_states import State
from billing.services.jobs import list_jobs
from billing.services.schedules import set_schedule
from billing.store.engine import Store, open_store
from tests.jobs.devices_on import OnSocket

BILLS = 400
"""How many bills the till rings; one in four it prints by itself."""
KILLS = 6
DEVICES = 4
STILL_S = 600.0
"""The test gives up only after nothing has moved for so long: how fast a machine is proves nothing."""

WORKER = [sys.executable, "-c", "from billing.cli.app import main; main()", "worker", "--db"]

TILL = """
import sys
from billing.devices.faults import DeviceError
from billing.jobs.mishaps import PrintMishap
from billing.jobs.queue import print_job
from billing.services.register import open_register
from billing.store.engine import open_store

url, bills, devices = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
store = open_store(url)
tills = [open_register(store, f"till-{place}") for place in range(devices)]
for number in range(bills):
    bill = tills[number % devices].ring(["1.2", "2*#23", "@"], key=f"bill-{number}")
    if number // devices % 4 == 3 and number % devices != devices - 1:
        try:
            print_job(store, bill.job)
        except (DeviceError, PrintMishap) as error:
            print(error)
"""


class Crew:
    """Two workers that are started again whenever one was killed; ``frame`` counts what all devices heard."""

    def __init__(self, url: str, seed: int) -> None:
        self.url = url
        self.random = random.Random(seed)
        self.workers: list[subprocess.Popen[bytes]] = []
        self.killed = 0
        self.heard = 0
        self.next_kill = 10**9
        self.lock = threading.Lock()

    def start(self) -> None:
        self.workers = [subprocess.Popen([*WORKER, self.url], stderr=subprocess.DEVNULL) for _ in range(2)]
        self.next_kill = self.random.randrange(50, 200)

    def hear(self) -> None:
        """Kill a worker when its frame has come: the device goes on to answer whoever is left."""
        with self.lock:
            self.heard += 1
            if self.heard < self.next_kill or self.killed >= KILLS or not self.workers:
                return
            self.killed += 1
            self.next_kill = self.heard + self.random.randrange(200, 600)
            self.workers[self.random.randrange(2)].kill()

    def revive(self) -> None:
        """Start again whoever was killed."""
        with self.lock:
            for place, worker in enumerate(self.workers):
                if worker.poll() is not None:
                    self.workers[place] = subprocess.Popen([*WORKER, self.url], stderr=subprocess.DEVNULL)

    def end(self) -> list[int]:
        """Ask every worker to end; return the exit codes."""
        for worker in self.workers:
            worker.send_signal(signal.SIGTERM)
        return [worker.wait(STILL_S) for worker in self.workers]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folders of the user are the test's own, for the workers too."""
    for name in ("STATE", "DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    return tmp_path


@pytest.fixture
def crew(shop: Store, store_url: str, folder: Path) -> Iterator[Crew]:
    """A crew of the sample shop, not started yet."""
    assert shop.where
    assert folder
    hired = Crew(store_url, seed=20261124)
    yield hired
    for worker in hired.workers:
        worker.kill()
        worker.wait()


def until(told: Callable[[], bool], crew: Crew) -> None:
    """Wait until it is so, starting killed workers again, for as long as any device hears anything."""
    tick = threading.Event()
    heard, still_s = -1, 0.0
    while not told():
        heard, still_s = (crew.heard, 0.0) if crew.heard != heard else (heard, still_s + 0.1)
        assert still_s < STILL_S, "nothing moves any more"
        crew.revive()
        tick.wait(0.1)


def test_killed_workers_and_a_till_print_every_bill_once_and_in_order(crew: Crew, store_url: str) -> None:
    devices = [OnSocket(place, crew.hear).on() for place in range(DEVICES)]
    with open_store(store_url) as store:
        for place, device in enumerate(devices):
            introduce(store, f"printer-{place}", device.address, origin=f"till-{place}")
            set_schedule(store, f"till-{place}", None)  # whatever the time is, no day ends here
        devices[-1].off()
        crew.start()
        till = subprocess.Popen([sys.executable, "-c", TILL, store_url, str(BILLS), str(DEVICES)])
        each = BILLS // DEVICES
        until(lambda: all(len(device.sales) == each for device in devices[:-1]), crew)
        assert devices[-1].sales == []  # it is off, and nobody waited for it
        devices[-1].on()
        until(lambda: not [j for j in list_jobs(store, limit=BILLS) if j.state is not State.DONE], crew)
        assert till.wait(STILL_S) == 0
        assert crew.killed == KILLS
        assert set(crew.end()) <= {0, -signal.SIGKILL}
        assert [device.sales for device in devices] == [rung(store, place) for place in range(DEVICES)]
    for device in devices:
        device.off()


def rung(store: Store, place: int) -> list[str]:
    """Return the sale numbers of a till's bills in the order of its device's queue."""
    with store.read() as work:
        return list(
            work.session().scalars(
                select(models.Bill.unique_sale_number)
                .join(models.Origin, models.Origin.id == models.Bill.origin_id)
                .where(models.Origin.name == f"till-{place}")
                .order_by(models.Bill.id)
            )
        )


def test_a_worker_ends_at_sigterm_and_says_when_it_is_ready(crew: Crew) -> None:
    with subprocess.Popen([*WORKER, crew.url], stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        assert "ready" in worker.stderr.readline()
        os.kill(worker.pid, signal.SIGTERM)
        assert worker.wait(STILL_S) == 0

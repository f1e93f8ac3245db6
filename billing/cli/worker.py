"""``billing worker``: prints what waits and bills what is due, without the HTTP API."""

import signal
import sys
import threading
from types import FrameType
from typing import Final

import typer

from billing.cli.store_option import Db, opened
from billing.errors import BillingError
from billing.jobs.dispatching import worker_of
from billing.jobs.recurring import Recurring

app = typer.Typer(add_completion=False, rich_markup_mode=None)


WAKE_S: Final = 0.5
"""A signal that comes just before a wait begins is seen only when the wait ends, seconds."""


class WorkerStuck(BillingError):
    """A device kept the worker from ending in time."""

    code = "worker_stuck"
    exit_code = 4

    def __init__(self) -> None:
        super().__init__("a device still prints; its document is gone on with at the next start")


@app.command()
def worker(db: Db = "") -> None:
    """Print what waits for the store's devices, a thread for each, and close each day; until SIGTERM.

    Once a minute it also bills what is due of recurring plans, and collects.

    Any number of workers may run on one store: a device is held by one of them at a time. On SIGTERM the
    documents being printed are ended first.

    Example: billing worker --db postgresql://till@server/shop
    """
    told = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        told.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    with opened(db) as store:
        printing = worker_of(store)
        printing.start()
        plans = Recurring(store)
        plans.start()
        sys.stderr.write(f"billing: ready, printing for {store.where}\n")
        sys.stderr.flush()
        while not told.wait(WAKE_S):
            continue
        plans.stop()
        if not printing.stop():
            raise WorkerStuck

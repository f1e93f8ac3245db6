"""What every worker is: a thread for each device that prints what waits for it, and a thread for the nights.

A device that does not print is tried again after a growing pause; it never holds up another. What a process
does with a device by other means (a check, a raw command) it does while it holds the device here, because
two threads of a process must not speak to it at once either. How a worker learns that something waits is
its dispatcher's: ``embedded`` on SQLite, ``procrastinate`` on PostgreSQL.
"""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import Final

from billing.devices.registry import printer_at
from billing.errors import BillingError
from billing.jobs.nightly import Nightly
from billing.jobs.queue import ENDED, Opener, drain
from billing.jobs.turns import Turns
from billing.services.jobs import forget_frames, this_thread, waits_for
from billing.settings import read_settings
from billing.store.engine import Store
from billing.store.queue import DeviceHeld
from billing.store.work import Work

logger = logging.getLogger(__name__)

LOOK_S: Final = 1.0
"""How often a worker looks for waiting documents where nothing told it to, seconds."""
NIGHT_S: Final = 5.0
"""How often a worker looks whether an origin's day is due to be closed, seconds."""
FORGET_S: Final = 3600.0
"""How often frames that were kept long enough are looked for, seconds."""
HELD_S: Final = 0.25
"""How soon a device is tried again that another process holds, seconds."""
HOLD_S: Final = 25.0
"""How long a check waits for a device that is printing, seconds: longer than one document takes."""
PAUSES_S: Final = (0.5, 1.0, 2.0, 5.0)
"""Between tries of a device that does not print, seconds; the last one stays."""


class WatchedStore(Store):
    """A store that says when something was committed through it."""

    def __init__(self, store: Store, changed: Callable[[], None]) -> None:
        super().__init__(store.engine, store.master_id, store.clock)
        self._changed = changed
        sqlite = store.engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = threading.Lock() if sqlite else nullcontext()

    @contextmanager
    def write(self) -> Iterator[Work]:
        """Hand out one transaction, and tell after its commit.

        Threads queue up here for SQLite's one writer: its own lock makes them sleep longer than they need.
        """
        with self._turn, super().write() as work:
            yield work
        self._changed()


class Line:
    """One device's thread; ``failures`` counts the tries since it last printed, ``held``: another prints."""

    def __init__(self, worker: "Worker", device: str) -> None:
        self.device = device
        self.failures = 0
        self.held = False
        self.lock = Turns()
        self.bell = threading.Event()
        self._worker = worker
        self._ended = False
        self._turns: list[Future[int]] = []
        self._turns_lock = threading.Lock()
        self.thread = threading.Thread(target=self._run, name=f"device {device}", daemon=True)
        self.thread.start()

    def take_turn(self) -> Future[int]:
        """Ring, and return what ends when all was printed that can be: with the count of failures, 0 none."""
        turn: Future[int] = Future()
        with self._turns_lock:
            if self._ended:
                turn.set_result(self.failures)
                return turn
            self._turns.append(turn)
        self.bell.set()
        return turn

    def _run(self) -> None:
        while not self._worker.stopping.is_set():
            self.bell.wait(self._pause())
            self.bell.clear()
            if self._worker.stopping.is_set():
                break
            with self._turns_lock:
                turns = list(self._turns)
            try:
                self.failures = 0 if self._print() else self.failures + 1
                self.held = False
            except DeviceHeld:
                self.held = True
                continue
            self._end_turns(turns)
        with self._turns_lock:
            self._ended = True
        self._end_turns(list(self._turns))

    def _end_turns(self, turns: list[Future[int]]) -> None:
        with self._turns_lock:
            self._turns = [turn for turn in self._turns if turn not in turns]
        for turn in turns:
            turn.set_result(self.failures)

    def _pause(self) -> float | None:
        """Return how long to wait for the bell, seconds; None: until it rings."""
        if self.held:
            return HELD_S
        return self._worker.pause_s(self.failures) if self.failures and self._worker.line_retries else None

    def _gives_way(self) -> bool:
        return self._worker.stopping.is_set() or self.lock.wanted

    def _print(self) -> bool:
        """Print what waits; return whether the device did all of it.

        Raises:
            DeviceHeld: another process prints on it.
        """
        worker = self._worker
        try:
            outcomes = []
            while waits_for(worker.store, self.device):
                with self.lock:
                    outcomes = drain(
                        worker.store, self.device, opener=worker.opener, stopping=self._gives_way
                    )
                if worker.stopping.is_set() or not outcomes or outcomes[-1].state not in ENDED:
                    break
        except DeviceHeld:
            raise
        except BillingError as error:
            logger.warning("device %s: %s", self.device, error)
            return False
        except Exception:
            logger.exception("device %s: its worker failed", self.device)
            return False
        return not outcomes or outcomes[-1].state in ENDED


class Worker(ABC):
    """Prints what waits in ``store``; ``changed`` is called after every step that was written down.

    Args:
        store: whose queues.
        changed: told from the worker's threads.
        opener: gives the printer at an address.
    """

    line_retries = True
    """Whether a line tries a device again by itself after ``pause_s``; else its dispatcher calls it again."""

    def __init__(
        self, store: Store, changed: Callable[[], None] = lambda: None, *, opener: Opener = printer_at
    ) -> None:
        self.store: Store = WatchedStore(store, changed)
        self.opener = opener
        self.stopping = threading.Event()
        self._lines: dict[str, Line] = {}
        self._lock = threading.Lock()
        self._caller = threading.Thread(target=self._call, name="worker", daemon=True)
        self._nightly = Nightly(self.store, opener, self.hold)
        self._forget_at_s = 0.0
        self._nights = threading.Thread(target=self._close_days, name="nights", daemon=True)

    def start(self) -> None:
        """Begin to look for waiting documents."""
        self._caller.start()
        self._nights.start()

    def wake(self, device: str) -> None:
        """Print what waits for a device, now."""
        if not self.stopping.is_set():
            self._line(device).bell.set()

    @contextmanager
    def hold(self, device: str) -> Iterator[None]:
        """Keep this process from printing on a device meanwhile.

        Raises:
            DeviceHeld: it is printing, and goes on to.
        """
        lock = self._line(device).lock
        if not lock.acquire(timeout=HOLD_S):
            raise DeviceHeld(device, this_thread(), self.store.clock.now() + timedelta(seconds=HOLD_S))
        try:
            yield
        finally:
            lock.release()

    def stop(self, limit_s: float = 30.0) -> bool:
        """End after the document that is being printed; return whether everything ended in time."""
        self.stopping.set()
        with self._lock:
            lines = list(self._lines.values())
        for line in lines:
            line.bell.set()
        self._end_calls()
        for thread in (self._caller, self._nights):
            if thread.is_alive():
                thread.join(limit_s)
        for line in self._lines.values():  # one may have begun meanwhile
            line.bell.set()
            line.thread.join(limit_s)
        return not any(line.thread.is_alive() for line in self._lines.values())

    @staticmethod
    def pause_s(failures: int) -> float:
        """Return how long to leave a device alone that has not printed so often, seconds."""
        return PAUSES_S[min(failures, len(PAUSES_S)) - 1]

    @abstractmethod
    def _call(self) -> None:
        """Ring the lines of devices that a document waits for, until the worker stops."""

    @abstractmethod
    def _end_calls(self) -> None:
        """Wake ``_call`` where it would sleep over the end."""

    def _line(self, device: str) -> Line:
        with self._lock:
            if device not in self._lines:
                self._lines[device] = Line(self, device)
            return self._lines[device]

    def _close_days(self) -> None:
        """Close the days that are due, until the worker stops; a closing that runs is ended first."""
        begun = False
        while not self.stopping.is_set():
            self._forget()
            try:
                if not begun:
                    self._nightly.start()
                    begun = True
                self._nightly.tick()
            except BillingError as error:
                logger.warning("the worker cannot close days: %s", error)
            except Exception:
                logger.exception("the worker cannot close days")
            self.stopping.wait(NIGHT_S)
        self._nightly.wait()

    def _forget(self) -> None:
        """Forget the frames that were kept long enough, once an hour."""
        now = self.store.clock.monotonic()
        if now < self._forget_at_s:
            return
        self._forget_at_s = now + FORGET_S
        try:
            forget_frames(self.store, read_settings().keep_frames_days)
        except BillingError as error:
            logger.warning("the worker cannot forget old frames: %s", error)

"""What all routes of one server share: its store, registers, worker, and the bell that wakes waiters."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread

from billing.api.limits import Buckets
from billing.api.settings import ApiSettings
from billing.api.shared import Shared
from billing.api.writing import Writer
from billing.devices.registry import printer_at
from billing.jobs.dispatching import worker_of
from billing.jobs.queue import Opener
from billing.jobs.telling import Teller
from billing.jobs.working import Worker
from billing.services import jobs
from billing.services.idempotency import forget
from billing.services.job_states import Job, State
from billing.services.register import Register
from billing.services.tokens import any_token
from billing.store.engine import Store
from billing.store.tokens import TokenLook

T = TypeVar("T")

THREADS: Final = 12
"""How many requests work on the store at once; fewer than the engine has connections."""

ASIDE: Final = 500
"""How many devices are asked at once, each by one thread."""

HOUR_S: Final = 3_600
MOST_REGISTERS: Final = 50
"""How many registers a thread keeps."""

STOPPED: Final = frozenset({State.DONE, State.FAILED, State.CANCELLED, State.UNKNOWN})
"""Where a job does not move by itself any more."""


@dataclass(slots=True)
class Master:
    """One master of the store: seen through its own store, with its own worker."""

    store: Store
    worker: Worker
    teller: Teller


class Service:
    """Made once for each app."""

    def __init__(self, store: Store, settings: ApiSettings, opener: Opener = printer_at) -> None:
        self.store = store
        self.settings = settings
        self.requests = Buckets(settings.requests_a_minute, store.clock)
        self.wrong_tokens = Buckets(settings.wrong_tokens_a_minute, store.clock)
        self.stopping = asyncio.Event()
        self.devices: dict[tuple[int, str], str] = {}
        """Which device an origin's bills went to last, by master and origin: whom to wake first."""
        self._opener = opener
        self._masters: dict[int, Master] = {}
        self._lock = threading.Lock()
        self._registers = threading.local()
        self._limiter: CapacityLimiter | None = None
        self._aside: CapacityLimiter | None = None
        self.shared = Shared()
        """Whoever asks devices, or how all queues stand."""
        self._one_file = store.engine.dialect.name == "sqlite"
        self._writer: Writer | None = None
        self._look: TokenLook | None = None
        self._token_made = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._thread = 0
        """Where the loop runs."""
        self.writing: AbstractContextManager[object] = threading.Lock() if self._one_file else nullcontext()
        """Writers of SQLite queue up here, where waiting costs less than in the file's own lock."""

    # Life

    def start(self) -> None:
        """Begin to serve: the loop is there, the worker begins to print."""
        self._loop = asyncio.get_running_loop()
        self._limiter = CapacityLimiter(THREADS)
        self._aside = CapacityLimiter(ASIDE)
        self._thread = threading.get_ident()
        if self._one_file:
            self._writer = Writer(self.writing, self._forget_registers)
        self.master(self.store.master_id)

    def _forget_registers(self) -> None:
        """Drop the registers of the thread that calls this."""
        self._registers.__dict__.clear()

    def stop_soon(self) -> None:
        """Let streams and waiting requests end; may be called from a signal's handler."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.stopping.set)
            self.ring_bell()

    def stop(self) -> None:
        """End every worker after the document it prints."""
        for master in self._masters.values():
            master.teller.stop()
            master.worker.stop()
        if self._writer is not None:
            self._writer.stop()
        if self._look is not None:
            self._look.close()

    def master(self, master_id: int) -> Master:
        """Return a master of the store; its worker runs from now on."""
        with self._lock:
            if master_id not in self._masters:
                store = Store(self.store.engine, master_id, self.store.clock)
                master = Master(store, worker_of(store, self.ring_bell, opener=self._opener), Teller(store))
                self._masters[master_id] = master
                master.teller.start()
                if self.settings.prints:
                    master.worker.start()
            return self._masters[master_id]

    async def forget_answers(self) -> None:
        """Forget answers that were kept long enough, now and once an hour; by default none ever is."""
        while days := self.settings.keep_answers_days:
            for master in list(self._masters.values()):
                await self.run(partial(forget, master.store, days))
            await asyncio.sleep(HOUR_S)

    # Threads

    async def run(self, work: Callable[[], T]) -> T:
        """Return what ``work`` gives, done in a thread that may wait for the store."""
        return await to_thread.run_sync(work, limiter=self._limiter)

    async def run_aside(self, work: Callable[[], T]) -> T:
        """Return what ``work`` gives, done in a thread that may wait for a device."""
        return await to_thread.run_sync(work, limiter=self._aside)

    async def write(self, work: Callable[[], T]) -> T:
        """Return what ``work`` gives, done in a thread while no other one writes to SQLite."""

        def in_turn() -> T:
            with self.writing:
                return work()

        return await self.run(in_turn)

    async def commit(self, store: Store, act: Callable[[Store], T]) -> T:
        """Return what ``act`` gives in ``store``; on SQLite it may be committed together with others."""
        if self._writer is None:
            return await self.run(partial(act, store))
        return await self._writer.do(store, act)

    async def token_made(self) -> bool:
        """Return whether a token was ever made; from then on nobody is served without one."""
        if not self._token_made:
            if self._one_file:
                if self._look is None:
                    self._look = TokenLook(self.store.engine, self.store.master_id)
                self._token_made = self._look.there()
            else:
                self._token_made = await self.run(partial(any_token, self.store))
        return self._token_made

    def register(self, store: Store, origin: str | None, operator: int | None) -> Register:
        """Return this thread's register at an origin; it works in ``store`` from now on."""
        kept: dict[Any, Register] = self._registers.__dict__
        key = (store.master_id, origin, operator)
        if key not in kept:
            if len(kept) >= MOST_REGISTERS:
                kept.clear()
            kept[key] = Register(store, origin, operator)
        kept[key].store = store
        return kept[key]

    # Waiting

    def ring_bell(self) -> None:
        """Wake whoever waits for a job or an event; may be called from any thread."""
        for master in list(self._masters.values()):
            master.teller.wake()
        if threading.get_ident() == self._thread:
            self._ring()
        elif self._loop is not None and not self._loop.is_closed():
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        before, self._changed = self._changed, asyncio.Event()
        before.set()

    def bell(self) -> asyncio.Event:
        """Return the bell of the next change; taken before a look, it rings for all that the look missed."""
        return self._changed

    async def wait_for_change(self, limit_s: float | None = None, bell: asyncio.Event | None = None) -> None:
        """Return when something was written, or after ``limit_s`` seconds (by default the settings' look)."""
        bell = bell or self._changed
        with suppress(TimeoutError):
            async with asyncio.timeout(self.settings.look_s if limit_s is None else limit_s):
                await bell.wait()

    async def job_after(self, store: Store, number: int, wait_s: int) -> Job:
        """Return a job as it stands when it stopped, or when ``wait_s`` is over."""
        deadline = asyncio.get_running_loop().time() + wait_s
        while True:
            bell = self._changed
            job = await self.run(lambda: jobs.show_job(store, number))
            left = deadline - asyncio.get_running_loop().time()
            if job.state in STOPPED or left <= 0 or self.stopping.is_set():
                return job
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, self.settings.look_s)):
                    await bell.wait()

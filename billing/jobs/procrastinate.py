"""The worker of a PostgreSQL store: Procrastinate calls it to a device; what is printed is our rows' matter.

Documents call as they are queued (``store.dispatch``). Procrastinate hands each call to one worker of any
host, never two for a device at once, and tells of it at once by NOTIFY. A call never fails and is never tried
again by Procrastinate: a device that did not print is called again by us, later. A sweeper calls a worker to
devices that nobody was called to, and takes away the calls of workers that give no sign of life.
"""

import asyncio
import logging
import threading
from typing import Any, Final

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from billing.errors import BillingError
from billing.jobs import working
from billing.jobs.working import LOOK_S
from billing.services.jobs import is_dead
from billing.store.dispatch import TASK, Waiting, call_worker, queue_of, waiting

logger = logging.getLogger(__name__)
logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # tracebacks; what matters is said here

DEVICES: Final = 200
"""How many devices one worker prints on at a time; further ones are left to other workers."""
BEAT_S: Final = 2.0
"""Between two signs of life of a worker, seconds."""
STALLED_S: Final = 15.0
"""A worker that gave no sign of life for so long has its calls taken away, seconds."""
CONNECTIONS: Final = 3
"""For fetching and ending calls and for signs of life; one more listens."""


class Worker(working.Worker):
    """Prints where Procrastinate calls it."""

    line_retries = False

    def __init__(self, *args: Any, look_s: float = LOOK_S, **options: Any) -> None:  # noqa: ANN401 as above
        super().__init__(*args, **options)
        self._look_s = look_s
        self._serving: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None
        self._serving_lock = threading.Lock()

    def _call(self) -> None:
        while not self.stopping.is_set():
            try:
                with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                    runner.get_loop().set_exception_handler(_tell)
                    runner.run(self._serve())
            except asyncio.CancelledError:
                return
            except (ConnectorException, psycopg.Error, OSError) as error:
                logger.warning("the worker cannot reach its store: %s", _words(error))
            except Exception:
                logger.exception("the worker cannot be called")
            self.stopping.wait(LOOK_S)

    def _end_calls(self) -> None:
        with self._serving_lock:
            if self._serving is not None:
                loop, task = self._serving
                loop.call_soon_threadsafe(task.cancel)

    async def _serve(self) -> None:
        """Follow calls until the connection is lost, or the worker stops: then what runs is ended first."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 a coroutine runs in a task
        with self._serving_lock:
            if self.stopping.is_set():
                return
            self._serving = asyncio.get_running_loop(), task
        try:
            await self._follow()
        finally:
            with self._serving_lock:
                self._serving = None

    async def _follow(self) -> None:
        url = self.store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=CONNECTIONS)
        app = procrastinate.App(connector=connector)
        queue = queue_of(self.store.master_id)
        app.task(name=TASK, queue=queue)(self._drain)
        async with app.open_async():
            sweeper = asyncio.create_task(self._sweep(app, queue))
            try:
                await app.run_worker_async(
                    queues=[queue],
                    concurrency=DEVICES,
                    fetch_job_polling_interval=self._look_s,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    update_heartbeat_interval=BEAT_S,
                    stalled_worker_timeout=STALLED_S,
                )
            finally:
                sweeper.cancel()
                await asyncio.gather(sweeper, return_exceptions=True)

    async def _drain(self, device: str) -> None:
        """Carry out one call."""
        failures = await asyncio.wrap_future(self._line(device).take_turn())
        if failures and not self.stopping.is_set():
            await asyncio.to_thread(self._call_again, device, self.pause_s(failures))

    def _call_again(self, device: str, after_s: float) -> None:
        try:
            with self.store.write() as work:
                call_worker(work, device, after_s)
        except BillingError as error:  # the sweeper will call
            logger.warning("device %s: %s", device, error)

    async def _sweep(self, app: procrastinate.App, queue: str) -> None:
        while True:
            try:
                await asyncio.to_thread(self._look)
                for call in await app.job_manager.get_stalled_jobs(
                    queue=queue, seconds_since_heartbeat=STALLED_S
                ):
                    logger.warning("a worker gives no sign of life: %s", call.task_kwargs.get("device"))
                    assert call.id is not None  # noqa: S101 it was read from its row
                    await app.job_manager.finish_job_by_id_async(call.id, Status.FAILED, delete_job=True)
            except (BillingError, ConnectorException) as error:
                logger.warning("the worker cannot look for waiting documents: %s", _words(error))
            await asyncio.sleep(self._look_s)

    def _look(self) -> None:
        """Call to devices that nobody was called to; go at once where a worker of this machine has died."""
        with self.store.read() as work:
            found = waiting(work)
        for each in found:
            self._see_to(each)

    def _see_to(self, each: Waiting) -> None:
        if not each.called:
            self._call_again(each.device, 0)
        elif each.holder and is_dead(each.holder):
            self.wake(each.device)


def _words(error: Exception) -> str:
    """Return what the database said, on one line."""
    cause = error.__cause__ or error
    return " ".join(str(cause).split()) or type(cause).__name__


def _tell(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say in one line what went wrong beside the worker's own work, as a call that was taken away from it."""
    logger.warning("the worker: %s: %s", context.get("message"), context.get("exception"))

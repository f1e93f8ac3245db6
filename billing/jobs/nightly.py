"""Closes each origin's day in its night, without anyone there: drain the queue, close, retry, tell.

A try is repeated only because it is safe: the device's Z number decides whether a Z was made, and one that
was not printed some minutes before midnight is taken back, so that it never slips into the next day. What
blocks a closing is told; the Z that the device then makes by itself is found the next time it is looked at.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from billing.devices.faults import DeviceError
from billing.devices.registry import printer_at
from billing.errors import BillingError
from billing.jobs.autonomous import look_for
from billing.jobs.closing import close_day
from billing.jobs.queue import Opener, drain
from billing.services import closings, jobs, reports
from billing.services.devices import list_devices
from billing.services.job_states import State
from billing.services.reports import ZRefused, ZResult
from billing.services.schedules import (
    Due,
    Outcome,
    claim,
    end_night,
    list_schedules,
    miss_night,
    missed_day,
)
from billing.store.engine import Store
from billing.store.queue import DeviceHeld
from billing.store.schedules import NightRow

logger = logging.getLogger(__name__)

MADE_BY: Final = "the nightly closing"
CLAIM_S: Final = 300
"""How long a worker has a night for itself; one that dies is followed by another after that, seconds."""
AGAIN_S: Final = 60
"""Between two tries of a night, seconds."""
LAST_S: Final = 240
"""No Z is begun later than this before midnight, seconds: it may wait 120 for a till and take 90."""


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a try came out."""

    outcome: Outcome
    said: str
    report: ZResult | None = None

    @property
    def final(self) -> bool:
        """Whether another try would change nothing."""
        return self.outcome in {Outcome.CLOSED, Outcome.NOTHING}


class Nightly:
    """Closes days that are due each time it is asked; a thread for each origin.

    Args:
        store: whose origins.
        opener: gives the printer at an address.
        hold: keeps this process from printing on a device by other means.
    """

    def __init__(
        self,
        store: Store,
        opener: Opener = printer_at,
        hold: Callable[[str], AbstractContextManager[None]] = lambda _: nullcontext(),
    ) -> None:
        self.store = store
        self.opener = opener
        self.hold = hold
        self._running: dict[str, threading.Thread] = {}

    def start(self) -> None:
        """Look at every device once: what it closed by itself while nobody was there is filed."""
        for device in list_devices(self.store):
            if device.origins and device.z_number is not None:
                self._run(f"device {device.name}", self._look_for, device.name)

    def tick(self) -> None:
        """Begin whatever is due now; return at once."""
        for due in list_schedules(self.store):
            if (day := missed_day(due)) is not None:
                self._run(due.plan.origin, self._catch_up, due, day)
            elif self._is_due(due):
                self._run(due.plan.origin, self._try, due)

    def wait(self) -> None:
        """Return when everything that was begun has ended."""
        for thread in list(self._running.values()):
            thread.join()

    # How

    def _is_due(self, due: Due) -> bool:
        now = self.store.clock.now()
        if due.plan.off or not due.moment <= now < due.midnight:
            return False
        if due.night is None or due.night.day != due.day:
            return True
        return due.night.next_at is not None and due.night.next_at <= now

    def _run(self, name: str, work: Callable[..., object], *given: object) -> None:
        before = self._running.get(name)
        if before is not None and before.is_alive():
            return

        def run() -> None:
            try:
                work(*given)
            except BillingError as error:
                logger.warning("the night of %s: %s", name, error)
            except Exception:
                logger.exception("the night of %s failed", name)

        thread = threading.Thread(target=run, name=f"night of {name}", daemon=True)
        self._running[name] = thread
        thread.start()

    def _look_for(self, device: str) -> list[ZResult]:
        with self.hold(device):
            return look_for(self.store, device, self.opener)

    def _try(self, due: Due) -> None:
        night = claim(self.store, due, CLAIM_S)
        if night is None:
            return
        origin = due.plan.origin
        if self._too_late(due):
            self._give_up(due, night, night.said or "no worker ran in time before midnight")
            return
        ended = self._close(due)
        again = self.store.clock.now() + timedelta(seconds=AGAIN_S)
        if not ended.final and again >= due.midnight - timedelta(seconds=LAST_S):
            self._give_up(due, night, ended.said, ended.outcome)
            return
        end_night(
            self.store,
            night,
            origin,
            ended.outcome,
            ended.said,
            report_id=ended.report.report_id if ended.report else None,
            again_at=None if ended.final else again,
        )

    def _too_late(self, due: Due) -> bool:
        """Whether a Z that is begun now might slip over midnight."""
        return self.store.clock.now() >= due.midnight - timedelta(seconds=LAST_S)

    def _close(self, due: Due) -> _Ended:
        """Drain the queue and close the day; return how it came out."""
        origin = due.plan.origin
        device = reports.device_name(self.store, origin)
        try:
            with self.hold(device) if device is not None else nullcontext():
                if device is not None:
                    drain(self.store, device, opener=self.opener, stopping=lambda: self._too_late(due))
                return self._closed(due, device)
        except ZRefused as refused:
            return _Ended(Outcome.BLOCKED, str(refused))
        except DeviceHeld as held:
            return _Ended(Outcome.WAITING, str(held))
        except BillingError as error:
            return _Ended(Outcome.FAILED, str(error))

    def _closed(self, due: Due, device: str | None) -> _Ended:
        """Close the day of a queue that was drained."""
        origin = due.plan.origin
        if self._too_late(due):
            return _Ended(Outcome.FAILED, "the queue was printed too late for a Z before midnight")
        if not reports.begun(self.store, origin):
            if (last := self._closed_tonight(due)) is not None:
                return _Ended(Outcome.CLOSED, sentence_of(last), last)
            if not reports.z_blockers(self.store, origin) and closings.nothing_since(self.store, origin):
                return self._nothing(origin, device)
        result = close_day(self.store, origin, MADE_BY, opener=self.opener, once_after=due.moment)
        return _Ended(Outcome.CLOSED, sentence_of(result), result)

    def _closed_tonight(self, due: Due) -> ZResult | None:
        """Return the Z of this night, if another origin of the device, or a person, has made it already."""
        last = next(iter(closings.list_z(self.store, due.plan.origin, limit=1)), None)
        if last is None or last.closed_at is None or last.closed_at < due.moment or last.state == "cancelled":
            return None
        return last if closings.nothing_since(self.store, due.plan.origin) else None

    def _nothing(self, origin: str, device: str | None) -> _Ended:
        filed = look_for(self.store, device, self.opener) if device is not None else []
        if filed:
            return _Ended(
                Outcome.CLOSED, f"the device has closed by itself: {sentence_of(filed[-1])}", filed[-1]
            )
        return _Ended(Outcome.NOTHING, f"nothing was registered at {origin} since the last Z")

    def _give_up(self, due: Due, night: NightRow, said: str, outcome: Outcome = Outcome.FAILED) -> None:
        """End a night that comes to nothing before midnight; a Z that waits is taken back."""
        self._take_back(due.plan.origin)
        outcome = Outcome.FAILED if outcome is Outcome.WAITING else outcome
        end_night(self.store, night, due.plan.origin, outcome, said)

    def _take_back(self, origin: str) -> None:
        """Take back a Z that waits for its device and of which nothing was sent."""
        begun = reports.pending_z(self.store, origin)
        if begun is None or begun.job is None:
            return
        if jobs.show_job(self.store, begun.job).state is State.QUEUED:
            reason = "not printed before midnight"
            jobs.cancel(self.store, begun.job, reason)
            reports.cancel_z(self.store, begun.report_id, reason)

    def _catch_up(self, due: Due, day: str) -> None:
        """Write down what became of a day that nobody closed, as what the device has done."""
        origin = due.plan.origin
        self._take_back(origin)
        device = reports.device_name(self.store, origin)
        said, outcome = "no worker ran before midnight", Outcome.MISSED
        if device is None:
            result = reports.begin_z(self.store, origin, MADE_BY)
            said, outcome = f"closed late: {sentence_of(result)}", Outcome.CLOSED
        else:
            try:
                if filed := self._look_for(device):
                    said = f"the device has closed by itself: {sentence_of(filed[-1])}"
                    outcome = Outcome.CLOSED
            except DeviceError as error:  # what it has done is filed when it is back, before its next Z
                said = f"{said}, and the device does not say what it has done: {error}"
        miss_night(self.store, due, day, said, outcome)


def sentence_of(result: ZResult) -> str:
    """Return a Z in one sentence."""
    number = "" if result.z_number is None else f" (number {result.z_number} on {result.device})"
    total = f"{result.figures['total']} {result.figures['currency']}"
    why = f": {result.explanation}" if result.explanation else ""
    return f"Z {result.ordinal}{number}, {total}, {result.state}{why}"

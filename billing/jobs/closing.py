"""The day's reports of an origin: figures from the store, paper from the device, and the two compared."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.devices.faults import DeviceError
from billing.devices.registry import printer_at
from billing.documents import Answer, CashMovement, Document, PeriodReport, XReport
from billing.errors import BillingError, RuleError
from billing.jobs.autonomous import look_for
from billing.jobs.ending import SLIP
from billing.jobs.notebook import KeyConflict, Stage
from billing.jobs.queue import ENDED, Opener, print_job
from billing.jobs.store_notebook import registers_of
from billing.services import jobs, reports
from billing.services.job_states import State
from billing.services.reports import Day, Difference, ZResult
from billing.services.trail import sign
from billing.store.engine import Store
from billing.store.queue import DeviceHeld

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class XResult:
    """The day as it stands: our figures, the device's answer, and the lines that do not agree."""

    day: Day
    answer: Answer | None
    differences: tuple[Difference, ...]


def read_day(store: Store, origin: str | None = None, *, opener: Opener = printer_at) -> XResult:
    """Print an X report on the origin's device, after what waits for it, and compare.

    An origin without a device answers with our figures alone.

    Raises:
        Missing: there is no such origin.
        DeviceError, PrintMishap: the device did not print it; it waits.
    """
    day = reports.x_figures(store, origin, detailed=True)
    if day.device is None:
        return XResult(day, None, ())
    moment = store.clock.now().isoformat()
    job = jobs.put_document(store, XReport(), ("x", moment), day.device)
    try:
        answer = print_job(store, job, opener=opener)
    except BillingError:
        _give_up(store, job)
        raise
    day = reports.x_figures(store, origin, detailed=True)  # what was waiting has been printed by now
    return XResult(day, answer, tuple(reports.compare(day.figures.lines(), answer.registers)))


def _give_up(store: Store, job: int) -> None:
    """Take an X report that did not print off the queue: it is old news when the device comes back."""
    if jobs.show_job(store, job).state is State.QUEUED:
        jobs.cancel(store, job, "the X report did not print; ask for a new one")


def close_day(
    store: Store,
    origin: str | None = None,
    made_by: str = "",
    *,
    opener: Opener = printer_at,
    once_after: datetime | None = None,
) -> ZResult:
    """Make the Z of the origin's device: print it, freeze its bills, hold our figures against the device's.

    May be called again after any failure: a Z that was begun is finished, never begun a second time, and the
    device's Z number decides whether it was printed. With ``once_after``, a Z closed since then, with nothing
    after it, is the answer.

    Raises:
        ZRefused: something blocks it; says what clears each.
        Missing: there is no such origin.
        DeviceError, PrintMishap: the device did not print it, or nobody knows.
    """
    _look_first(store, origin, opener)
    begun = reports.begin_z(store, origin, made_by, once_after=once_after)
    if begun.job is not None and begun.state == "closing":
        answer = print_job(store, begun.job, opener=opener)
        before = registers_of(jobs.show_job(store, begun.job))
        begun = reports.finish_z(store, begun.report_id, answer, before)
        print_slip(store, begun, opener)
    sign(store)
    return begun


def print_slip(store: Store, made: ZResult, opener: Opener) -> None:
    """Print the journal's end after its Z; a slip that cannot be printed holds up no receipt.

    Does nothing where there is no slip, or it has ended.
    """
    number = jobs.find_job(store, (SLIP, made.report_id), "slip")
    if number is None or jobs.show_job(store, number).state in ENDED:
        return
    try:
        print_job(store, number, opener=opener)
    except BillingError as error:
        logger.warning("the slip after Z %d was not printed: %s", made.ordinal, error)
        if jobs.show_job(store, number).state is State.QUEUED:
            jobs.cancel(store, number, f"it did not print after its Z: {error}"[:255])


def print_period(
    store: Store, origin: str | None, document: PeriodReport, *, opener: Opener = printer_at
) -> Answer | None:
    """Print a report from the fiscal memory of the origin's device; None: it has no device.

    Raises:
        Missing: there is no such origin.
        DeviceError, PrintMishap: it is not on paper; it waits.
    """
    return _print(store, origin, document, opener)


def move_cash(
    store: Store, origin: str | None, amount: Decimal, key: str = "", *, opener: Opener = printer_at
) -> Answer:
    """Put cash into the drawer of the origin's device (above zero) or take it out, once for each ``key``.

    Raises:
        NoDevice: the origin has none, so nothing counts its drawer.
        KeyConflict: the key was used for another amount.
        Missing: there is no such origin.
        DeviceError, PrintMishap: it is not registered; it waits.
    """
    answer = _print(store, origin, CashMovement(amount=amount), opener, key)
    if answer is None:
        raise NoDevice(origin)
    return answer


class NoDevice(RuleError):
    """What was asked for needs a device."""

    code = "no_device"

    def __init__(self, origin: str | None) -> None:
        super().__init__(
            f"origin {origin or '(the default one)'} has no device, so nothing counts its drawer"
        )


def _print(
    store: Store, origin: str | None, document: Document, opener: Opener, key: str = ""
) -> Answer | None:
    device = reports.device_name(store, origin)
    if device is None:
        return None
    number = jobs.put_document(store, document, (document.kind, key or secrets.token_hex(8)), device)
    if jobs.show_job(store, number).document != document:
        raise KeyConflict(key, Stage.DONE)
    return print_job(store, number, opener=opener)


def _look_first(store: Store, origin: str | None, opener: Opener) -> None:
    """File what the device closed by itself before its next Z; one that is away is found out by printing."""
    device = reports.device_name(store, origin)
    if device is not None and not reports.begun(store, origin):
        try:
            look_for(store, device, opener)
        except (DeviceError, DeviceHeld) as error:
            logger.info("device %s was not looked at before its Z: %s", device, error)

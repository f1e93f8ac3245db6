"""The day's reports of an origin: figures from the store, paper from the device, and the two compared."""

from dataclasses import dataclass

from billing.devices.registry import printer_at
from billing.documents import Answer, XReport
from billing.jobs.queue import Opener, print_job
from billing.services import jobs, reports
from billing.services.reports import Day, Difference, ZResult
from billing.store.engine import Store


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
    day = reports.x_figures(store, origin)
    if day.device is None:
        return XResult(day, None, ())
    moment = store.clock.now().isoformat()
    job = jobs.put_document(store, XReport(), ("x", moment), day.device)
    answer = print_job(store, job, opener=opener)
    day = reports.x_figures(store, origin)  # what was waiting has been printed by now
    return XResult(day, answer, tuple(reports.compare(day.figures.lines(), answer.registers)))


def close_day(
    store: Store, origin: str | None = None, made_by: str = "", *, opener: Opener = printer_at
) -> ZResult:
    """Make the Z of the origin's device: print it, freeze its bills, hold our figures against the device's.

    May be called again after any failure: a Z that was begun is finished, never begun a second time, and the
    device's Z number decides whether it was printed.

    Raises:
        ZRefused: something blocks it; says what clears each.
        Missing: there is no such origin.
        DeviceError, PrintMishap: the device did not print it, or nobody knows.
    """
    begun = reports.begin_z(store, origin, made_by)
    if begun.job is None:
        return begun
    answer = print_job(store, begun.job, opener=opener)
    return reports.finish_z(store, begun.report_id, answer)

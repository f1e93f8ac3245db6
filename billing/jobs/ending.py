"""What follows a Z on its device: its figures are read, and the journal's end goes on paper."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from billing.devices.faults import DeviceError, NotSupported, Refused
from billing.devices.printer import Printer
from billing.documents import Answer, Slip
from billing.jobs.autonomous import block_of
from billing.jobs.store_notebook import registers_of
from billing.services import jobs, reports
from billing.services.job_states import Job
from billing.services.reports import ZResult
from billing.store.engine import Store

logger = logging.getLogger(__name__)

SLIP: Final = "closing"
"""The subject of the slip that follows a Z, with the report's number."""
NO_SLIP: Final = "the journal's end is not on this device's paper: it prints no free text"
PIECE: Final = 32
"""How much of a hash stands on one line; no device's paper is narrower."""


def end_z(store: Store, printer: Printer, job: Job, answer: Answer) -> ZResult:
    """Freeze and compare the Z that ``job`` has printed, and queue the slip with the journal's end.

    The device's lease is held by the caller.
    """
    slips = printer.dialect.capabilities().slips
    if not slips:
        answer = answer.model_copy(update={"warnings": (*answer.warnings, NO_SLIP)})
    after = dict(_after(printer))
    result = reports.finish_z(store, int(job.subject[1]), answer, registers_of(job), after)
    if slips:
        jobs.put_document(store, Slip(lines=slip_lines(result)), (SLIP, result.report_id), job.device)
    return result


def _after(printer: Printer) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the device's registers after a Z, and what fiscal memory says of it, as far as it tells."""
    try:
        with suppress(NotSupported, Refused):
            yield "registers", dict(printer.do(printer.dialect.registers()))
        yield "block", dict(block_of(printer))
    except DeviceError as error:
        logger.warning("the figures after a Z were not read: %s", error)


def slip_lines(result: ZResult) -> tuple[str, ...]:
    """Return number and hash of the journal's last entry before a Z, as lines of paper."""
    head = result.details.get("journal", {})
    found = str(head.get("hash", ""))
    number = result.ordinal if result.z_number is None else result.z_number
    return (
        f"Z {number}  {result.business_date}",
        f"Журнал, запис {head.get('number', 0)}:",
        *(found[place : place + PIECE] for place in range(0, len(found), PIECE)),
    )

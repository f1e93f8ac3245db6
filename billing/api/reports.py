"""The day's reports of an origin's device: X, Z, periods, and cash put in or taken out."""

import secrets
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field, model_validator
from starlette.responses import Response

from billing.api import schemas, shapes
from billing.api.access import Caller, Reporter
from billing.api.effects import Asked, Key, Wait, answer
from billing.api.json_text import Json
from billing.api.lines import naming
from billing.api.routes import ERRORS, ON_PAPER, WAITING, Before, Limit, Responses, next_of
from billing.api.schemas import Body, Name, Number
from billing.api.shapes import ReportOut
from billing.documents import CashMovement, Document, PeriodReport, XReport
from billing.errors import RuleError
from billing.jobs.store_notebook import registers_of
from billing.services import jobs, listings, reports
from billing.services.answers import job_json, z_json
from billing.services.idempotency import Answered
from billing.services.job_states import Job
from billing.store.engine import Store

router = APIRouter(prefix="/v1", tags=["reports"], responses=ERRORS)

WAITS: Responses = {200: {"description": ON_PAPER}, 202: {"model": ReportOut, "description": WAITING}}
JOB_WAITS: Responses = {
    200: {"description": ON_PAPER},
    202: {"model": shapes.JobOut, "description": WAITING},
}


class NoDevice(RuleError):
    """What only a device can print was asked of an origin without one."""

    code = "no_device"

    def __init__(self, origin: str | None) -> None:
        super().__init__(f"origin {origin or 'by default'} has no device; 'billing device add' gives it one")


class Period(schemas.ReportOf):
    """A report from fiscal memory between two dates or two Z numbers, both ends included."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"from_date": "2026-11-01", "to_date": "2026-11-30"}]}
    )

    from_date: date | None = None
    to_date: date | None = None
    from_number: Annotated[int, Field(ge=1, le=9999)] | None = None
    to_number: Annotated[int, Field(ge=1, le=9999)] | None = None
    detailed: bool = False

    @model_validator(mode="after")
    def _document(self) -> "Period":
        self.document()
        return self

    def document(self) -> PeriodReport:
        """Return what the device prints."""
        return PeriodReport(**self.model_dump(exclude={"origin"}))


class Cash(Body):
    """Cash put into the drawer (above zero) or taken out (below zero) other than by a sale."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"origin": "shop", "amount": "100.00"}]})

    origin: Name | None = None
    amount: Number

    @model_validator(mode="after")
    def _moves(self) -> "Cash":
        if self.amount == 0:
            raise ValueError("a cash movement is not zero")
        return self


def _device(store: Store, origin: str | None) -> str:
    """Return the name of an origin's device.

    Raises:
        NoDevice: it has none.
    """
    device = reports.x_figures(store, origin).device
    if device is None:
        raise NoDevice(origin)
    return device


def _x(store: Store, origin: str | None, job: Job | None) -> dict[str, Any]:
    day = reports.x_figures(store, origin)
    device = dict(job.answer.registers) if job and job.answer else None
    found = reports.compare(day.figures.lines(), device) if device else []
    return {
        "kind": "x",
        "device": day.device,
        "figures": day.figures.json(),
        "origins": {name: figures.json() for name, figures in day.origins.items()},
        "open_bills": day.open_bills,
        "device_figures": device,
        "differences": [difference.json() for difference in found],
    }


@router.post("/reports/x", response_model=ReportOut, summary="X report", responses=WAITS)
async def x(body: schemas.ReportOf, caller: Reporter, key: Key = None, wait: Wait = 0) -> Response:
    """Read the day so far: our figures at once, the device's when its report is printed."""
    origin = caller.origin(body.origin)

    def effect(store: Store) -> Answered:
        with naming("origin"):
            figures = _x(store, origin, None)
        if figures["device"] is None:
            return Answered(200, figures)
        job = jobs.put_document(store, XReport(), ("x", secrets.token_hex(8)), figures["device"])
        return Answered(202, figures | {"job": job, "job_state": "queued", "error": None}, job)

    def then(store: Store, job: Job) -> dict[str, Any]:
        return _x(store, origin, job)

    return await answer(caller, Asked(key, body, wait, then=then), effect)


@router.post("/reports/z", response_model=ReportOut, summary="Z report", responses=WAITS)
async def z(body: schemas.ReportOf, caller: Reporter, key: Key = None, wait: Wait = 0) -> Response:
    """Close the day of the origin's device; may be asked again after any failure, and is made once."""
    origin = caller.origin(body.origin)

    def effect(store: Store) -> Answered:
        made_by = caller.token.name if caller.token else ""
        with naming("origin"):
            result = reports.begin_z(store, origin, made_by)
        said = z_json(result)
        if result.job is None:
            return Answered(200, said)
        return Answered(202, said | {"job": result.job, "job_state": "queued", "error": None}, result.job)

    def then(store: Store, job: Job) -> dict[str, Any]:
        if job.answer is None:
            return {}
        return z_json(reports.finish_z(store, int(job.subject[1]), job.answer, registers_of(job)))

    return await answer(caller, Asked(key, body, wait, then=then), effect)


@router.get("/reports", response_model=shapes.ReportList, summary="List Z reports")
async def list_(caller: Reporter, cursor: Before = None, limit: Limit = 50) -> Response:
    """List Z reports with our figures, the device's, and what did not agree; the newest first."""
    caller.judge_everywhere()
    rows = await caller.run(lambda: listings.list_reports(caller.store, before=cursor, limit=limit))
    return Json({"reports": rows, "next": next_of(rows, "report", limit)})


async def _plain(caller: Caller, asked: Asked, origin: str | None, document: Document) -> Response:
    """Put a document that is about nothing else into the queue of an origin's device."""

    def effect(store: Store) -> Answered:
        with naming("origin"):
            device = _device(store, origin)
        job = jobs.put_document(store, document, (document.kind, secrets.token_hex(8)), device)
        return Answered(202, job_json(jobs.show_job(store, job)), job)

    return await answer(caller, asked, effect)


@router.post("/reports/period", response_model=shapes.JobOut, summary="Period report", responses=JOB_WAITS)
async def period(body: Period, caller: Reporter, key: Key = None, wait: Wait = 0) -> Response:
    """Print a report from fiscal memory; the job's answer has its figures."""
    asked = Asked(key, body, wait, then=lambda _, job: job_json(job))
    return await _plain(caller, asked, caller.origin(body.origin), body.document())


@router.post("/cash", response_model=shapes.JobOut, summary="Cash in or out", responses=JOB_WAITS)
async def cash(body: Cash, caller: Reporter, key: Key = None, wait: Wait = 0) -> Response:
    """Put cash into the drawer, or take it out, with the device's own slip."""
    asked = Asked(key, body, wait, then=lambda _, job: job_json(job))
    return await _plain(caller, asked, caller.origin(body.origin), CashMovement(amount=body.amount))

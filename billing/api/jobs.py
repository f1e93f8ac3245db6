"""Jobs: documents on their way to paper. Listed, waited for, tried again, cleared up."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import PlainTextResponse, Response

from billing.api import schemas, shapes
from billing.api.access import BillReader, Caller, Reporter, Seller
from billing.api.effects import Asked, Key, Wait, answer
from billing.api.json_text import Json
from billing.api.paper import paper
from billing.api.problems import Forbidden
from billing.api.routes import ERRORS, ON_PAPER, WAITING, Limit, Number
from billing.services import jobs
from billing.services.answers import document_data, job_json
from billing.services.devices import list_devices
from billing.services.idempotency import Answered
from billing.services.job_states import Job, State
from billing.store.engine import Store

router = APIRouter(prefix="/v1", tags=["jobs"], responses=ERRORS)


def judge_job(caller: Caller, store: Store, number: int) -> Job:
    """Return a job of a device whose origins the caller sees.

    Raises:
        Missing: there is no such job.
        Forbidden: it is not for the caller.
    """
    job = jobs.show_job(store, number)
    if caller.token is not None and job.device not in _devices(caller, store):
        raise Forbidden(caller.token.name, f"is not for the origins of device {job.device!r}")
    return job


def _devices(caller: Caller, store: Store) -> set[str]:
    """Return the names of the devices of the caller's origins."""
    return {
        row.name
        for row in list_devices(store)
        if caller.origins() is None or any(map(caller.sees, row.origins))
    }


@router.get("/jobs", response_model=shapes.JobList, summary="List jobs")
async def list_(
    caller: BillReader,
    device: Annotated[
        str | None,
        Query(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$", description="Only those of this device."),
    ] = None,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
    limit: Limit = 50,
) -> Response:
    """List the newest jobs, the oldest of them first."""

    def look() -> Response:
        seen = _devices(caller, caller.store)
        found = jobs.list_jobs(caller.store, device=device, state=state, limit=limit)
        return Json({"jobs": [job_json(job) for job in found if job.device in seen]})

    return await caller.run(look)


@router.get("/jobs/{job}", response_model=shapes.JobOut, summary="Read a job, or wait for it")
async def read(job: Number, caller: BillReader, wait: Wait = 0) -> Response:
    """Return a job with its attempts; with ``wait``, when it has stopped moving or the time is over."""
    await caller.run(lambda: judge_job(caller, caller.store, job))
    caller.note(job=job)
    wait_s = min(wait, caller.service.settings.wait_most_s)
    return Json(job_json(await caller.service.job_after(caller.store, job, wait_s)))


@router.post(
    "/jobs/{job}/retry",
    response_model=shapes.JobOut,
    summary="Try a job again",
    responses={200: {"description": ON_PAPER}, 202: {"model": shapes.JobOut, "description": WAITING}},
)
async def retry(job: Number, caller: Seller, key: Key = None, wait: Wait = 0) -> Response:
    """Try a job again; the device is asked where it stands before anything is sent."""

    def effect(store: Store) -> Answered:
        judge_job(caller, store, job)
        return Answered(202, job_json(jobs.retry(store, job)), job)

    return await answer(caller, Asked(key, None, wait, then=lambda _, found: job_json(found)), effect)


@router.post("/jobs/{job}/resolve", response_model=shapes.JobOut, summary="Clear up a job")
async def resolve(job: Number, body: schemas.Resolution, caller: Reporter, key: Key = None) -> Response:
    """Say what a person found on the paper of a job whose end is unknown."""

    def effect(store: Store) -> Answered:
        judge_job(caller, store, job)
        operator = caller.acting(store, body.operator)
        if body.document_number is not None:
            found = jobs.resolve_printed(store, job, body.document_number, operator)
        else:
            found = jobs.resolve_not_printed(store, job, operator)
        return Answered(200, job_json(found))

    done = await answer(caller, Asked(key, body), effect)
    await caller.run(lambda: caller.worker.wake(jobs.show_job(caller.store, job).device))
    return done


@router.post("/jobs/{job}/cancel", response_model=shapes.JobOut, summary="Give up a job")
async def cancel(job: Number, body: schemas.Reason, caller: Reporter, key: Key = None) -> Response:
    """Give up a job that was not printed, with a reason that is kept."""

    def effect(store: Store) -> Answered:
        judge_job(caller, store, job)
        operator = caller.acting(store, body.operator)
        return Answered(200, job_json(jobs.cancel(store, job, body.reason, operator)))

    return await answer(caller, Asked(key, body), effect)


documents = APIRouter(prefix="/v1", tags=["documents"], responses=ERRORS)


@documents.get("/documents/{job}", response_model=shapes.DocumentOut, summary="Read a document")
async def document(job: Number, caller: BillReader) -> Response:
    """Return the document of a job as data, and what its device answered."""
    found = await caller.run(lambda: judge_job(caller, caller.store, job))
    return Json(
        {
            "job": found.number,
            "state": found.state.value,
            "document": document_data(found.document),
            "answer": found.answer.model_dump(mode="json") if found.answer else None,
        }
    )


@documents.get(
    "/documents/{job}/text",
    response_class=PlainTextResponse,
    summary="Read a document as text",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def document_text(job: Number, caller: BillReader) -> Response:
    """Return the document of a job as a person reads it; it is a copy and says so."""
    found = await caller.run(lambda: judge_job(caller, caller.store, job))
    return PlainTextResponse(paper(found))

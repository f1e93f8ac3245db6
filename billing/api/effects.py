"""How every POST has its effect: once under its key, in one transaction; then it may wait for paper."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Header, Query
from pydantic import BaseModel
from starlette.responses import Response

from billing.api.access import Caller
from billing.api.json_text import Json
from billing.services import idempotency, jobs
from billing.services.answers import error_json, receipt_json
from billing.services.idempotency import Answered, digest_of
from billing.services.job_states import Job, State
from billing.store.engine import Store

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~](?:[ -~]*[!-~])?$",
        description="Your name of this request: the same again gets the first answer, for ever.",
        examples=["order-1017"],
    ),
]
Wait = Annotated[
    int,
    Query(
        ge=0,
        le=3600,
        description="Seconds to wait for paper. The time is that of the waiting, never of the job; "
        "the server has its own most (60 by default).",
        examples=[10],
    ),
]

Effect = Callable[[Store], Answered]


@dataclass(frozen=True, slots=True)
class Asked:
    """How a request wants its effect: its key, its body as read, how long it waits, and what success is."""

    key: str | None
    body: BaseModel | None = None
    wait: int = 0
    done: int = 200
    """HTTP status of an answer that has everything."""
    then: Callable[[Store, Job], dict[str, Any]] | None = None
    """What the answer says of the job when the waiting is over; by default the receipt."""


async def answer(caller: Caller, asked: Asked, effect: Effect) -> Response:
    """Have the effect once and answer: with what is on paper by then, or with the job to ask for.

    Args:
        caller: who asks.
        asked: how; route and body tell another request under the same key.
        effect: does it in the store it is given.

    Raises:
        KeyReused, KeyInUse: the key was used for another request, or the first still runs.
        BillingError: what the effect raises; nothing was changed.
    """
    service = caller.service
    wait_s = min(asked.wait, service.settings.wait_most_s)
    request, body = caller.request, asked.body
    digest = digest_of(request.method, request.url.path, body.model_dump(mode="json") if body else None)

    answered = await service.commit(
        caller.store, lambda store: idempotency.once(store, asked.key, digest, effect, wait_s=wait_s)
    )
    if answered.job is not None:
        caller.note(job=answered.job)
    if not answered.repeated:
        service.ring_bell()
    if answered.job is not None and answered.status == 202:
        answered = await _on_paper(caller, answered, asked, wait_s)
    headers = {"Idempotency-Replayed": "true"} if answered.repeated else {}
    if "bill" in answered.answer:
        caller.note(bill=answered.answer["bill"])
        headers["Location"] = f"/v1/bills/{answered.answer['bill']}"
    return Json(answered.said or answered.answer, status_code=answered.status, headers=headers)


async def _on_paper(caller: Caller, answered: Answered, asked: Asked, wait_s: int) -> Answered:
    """Wait for the job of an answer; keep the answer that has the device's numbers."""
    assert answered.job is not None  # noqa: S101 the caller looked
    number, store, service, key = answered.job, caller.store, caller.service, asked.key
    if not answered.repeated and service.settings.prints:
        await _wake(caller, number, answered.answer.get("origin"))
    if not wait_s:
        return answered
    try:
        job = await service.job_after(store, number, wait_s)
    except BaseException:
        if key is not None:
            with service.writing:
                idempotency.let_go(store, key)
        raise

    def keep() -> Answered:
        said = _of_bill(job) if asked.then is None else asked.then(store, job)
        state = {"job": job.number, "job_state": job.state.value, "error": error_json(job.error)}
        status = asked.done if job.state is State.DONE else 202
        grown = replace(answered, status=status, answer={**answered.answer, **state, **said}, said="")
        if key is not None:
            with service.writing:
                if status == 202:
                    idempotency.let_go(store, key)
                else:
                    idempotency.settle(store, key, grown)
        return grown

    return await caller.run(keep)


async def _wake(caller: Caller, number: int, origin: str | None) -> None:
    """Let the worker print at once; what it is not told of it finds by itself a little later."""
    device = None if origin is None else caller.service.devices.get((caller.store.master_id, origin))
    if device is None:
        device = (await caller.run(lambda: jobs.show_job(caller.store, number))).device
        if origin is not None:
            caller.service.devices[caller.store.master_id, origin] = device
    caller.worker.wake(device)


def _of_bill(job: Job) -> dict[str, Any]:
    return {"receipt": receipt_json(job.answer) if job.answer else None}

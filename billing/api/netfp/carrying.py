"""How a request is carried out: once under its task's id, waited for, and followed to its end."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from billing.api.access import Caller
from billing.api.netfp import asking, requests, tasks
from billing.api.netfp.asked import JSON_TYPE, Job, asked_of, body_of, missing, printer_for, query_of
from billing.api.netfp.beginning import Begin
from billing.api.netfp.door import Handler
from billing.api.netfp.reading import NotBound, Shape, parse, read
from billing.api.netfp.results import Json, Result, error, error_of, shown, status
from billing.api.netfp.tasks import Asked, Begun, Standing
from billing.errors import BillingError
from billing.services import idempotency
from billing.services.devices import set_password
from billing.services.idempotency import Answered, KeyReused, digest_of
from billing.services.jobs import this_thread
from billing.services.waiting import undisturbed
from billing.store.engine import Store

FOLLOW_S: Final = 600.0
"""How long a task is followed after its request, so that a failure is settled soon, seconds."""


def printing(action: str, begin: Begin, shape: Shape | None) -> Handler:
    """Return the handler of something that goes through the queue."""

    async def handler(caller: Caller, request: Request) -> Response:
        body = await body_of(request, shape)
        if shape is None:
            body = credentials_of(await request.body(), request.headers.get("content-type", ""))
        asked = asked_of(query_of(request))
        printer = await printer_for(caller, request.path_params["id"])
        if printer is None:
            return missing()
        if (refused := _wrong_id(asked)) is not None:
            return Json(refused)
        job = Job(caller, printer, action, body, replace(asked, task=asked.task or tasks.new_id()))
        return Json(shown(await _printed(job, begin)))

    return handler


def credentials_of(body: bytes, kind: str) -> Any:  # noqa: ANN401 one of the shapes
    """Return who asks by a body that nobody needs; anything else in it is ignored."""
    if body.strip() and JSON_TYPE.fullmatch(kind.strip()):
        try:
            return read(requests.CREDENTIALS, parse(body))
        except NotBound:
            return requests.Credentials()
    return requests.Credentials()


def _keep_password(store: Store, job: Job) -> str:
    """Keep a password that the device's operator has none of yet; return the operator's code, or nothing.

    No document holds it. One that came with a request that was not printed is forgotten again; one that the
    device is not asked for with this document may be any word, and is not kept.
    """
    row, dialect = job.printer.row, job.printer.dialect
    settings = dialect.settings
    if job.action not in tasks.WITH_RECEIPT and not (
        dialect.cash_asks_password and job.action in {"deposit", "withdraw"}
    ):
        return ""
    password: str = getattr(job.body, "operator_password", "")
    code: str = getattr(job.body, "operator", "") or "1"
    if not password or len(password) > 16 or settings.password or row.password(code):
        return ""
    set_password(store, row.name, code, password)
    return code


def _wrong_id(asked: Asked) -> Result | None:
    if asked.task and not tasks.TASK_ID.fullmatch(asked.task):
        return status([error("E110", "a taskId is 1 to 60 characters and no control characters")])
    return None


def _used_before(task: str) -> Result:
    return status([error("E109", f"taskId {task!r} was used for another request; use a new one")])


async def _printed(job: Job, begin: Begin) -> Result:
    """Return what a request is answered: its result, or its task where that takes longer."""
    caller, asked = job.caller, job.asked
    digest = digest_of(job.action, job.printer.row.name, repr(job.body))

    def act(store: Store) -> Begun:
        try:
            begun = begin(store, job)
            return begun if begun.job is None else replace(begun, password_of=_keep_password(store, job))
        except BillingError as refused:
            return Begun(job.action, result=status([error_of(refused)]))

    def effect() -> Answered:
        with caller.service.writing:
            return tasks.begin(caller.master, asked, digest, act)

    try:
        answered = await caller.run(effect)
    except KeyReused:
        return _used_before(asked.task)
    if answered.job is not None:
        caller.note(job=answered.job)
        caller.service.ring_bell()
        if caller.service.settings.prints:
            caller.worker.wake(job.printer.row.name)
    following = _follow(caller, asked.task, answered)
    standing = await _waited(caller, following, asked.wait_ms) or Standing("running")
    if standing.result is not None:
        return standing.result
    if asked.wait_ms:
        standing = await caller.run(partial(_stand, caller, asked.task, answered))
    if standing.unsure:
        return tasks.unsure(answered.answer, asked.task, standing.unsure)
    return standing.result or {"taskId": asked.task}


async def _waited(caller: Caller, work: Coroutine[Any, Any, Standing], wait_ms: int) -> Standing | None:
    """Return what ``work`` comes to within the time; it goes on whether or not its caller still waits."""
    followed: set[asyncio.Task[Standing]] = caller.request.app.state.netfp.followed
    following = asyncio.create_task(work)
    followed.add(following)
    following.add_done_callback(followed.discard)
    done, _ = await asyncio.wait({following}, timeout=wait_ms / 1000)
    return following.result() if done else None


def _stand(caller: Caller, task: str, answered: Answered) -> Standing:
    with caller.service.writing:
        return tasks.stand(caller.master, task, answered)


async def _undisturbed(caller: Caller, answered: Answered) -> bool:
    """Return whether a task's document is on its way, by a look at the queues that all who follow share."""
    if answered.job is None or tasks.over(caller.store, answered):
        return False
    store = caller.master.store
    return answered.job in await caller.service.shared.ask(
        ("queues", store.master_id), "", lambda: caller.run(partial(undisturbed, store))
    )


async def _follow(caller: Caller, task: str, answered: Answered) -> Standing:
    """Return where a task stands at its end, or when it was followed long enough."""
    service, loop = caller.service, asyncio.get_running_loop()
    until = loop.time() + FOLLOW_S
    while True:
        bell = service.bell()
        standing = Standing("running")
        if not await _undisturbed(caller, answered):
            standing = await caller.run(partial(_stand, caller, task, answered))
        if standing.word == "finished" or loop.time() > until or service.stopping.is_set():
            return standing
        await service.wait_for_change(bell=bell)


def at_once(
    what: Callable[[Job], asking.Ask], shape: Shape | None, action: str, unread: dict[str, str]
) -> Handler:
    """Return the handler of something that a device is asked at once."""

    async def handler(caller: Caller, request: Request) -> Response:
        body = await body_of(request, shape)
        asked = asked_of(query_of(request))
        printer = await printer_for(caller, request.path_params["id"])
        if printer is None:
            return missing()
        if (refused := _wrong_id(asked)) is not None:
            return Json(refused)
        keyed = bool(asked.task) or not asked.wait_ms
        job = Job(caller, printer, action, body, replace(asked, task=asked.task or tasks.new_id()))

        def ask() -> Result:
            return asking.ask(caller.master, printer, what(job), **unread)

        return Json(shown(await _kept(job, ask) if keyed else await caller.ask(printer.row.name, ask)))

    return handler


async def _kept(job: Job, ask: Callable[[], Result]) -> Result:
    """Ask once under the task's id and keep what came of it."""
    caller, asked = job.caller, job.asked
    digest = digest_of(job.action, job.printer.row.name, repr(job.body))
    first = Answered(
        200,
        {
            "action": job.action,
            "result": None,
            "notes": [],
            "number": "",
            "until": None,
            "owner": this_thread(),
            "token": caller.token.name if caller.token else None,
        },
    )

    def begin() -> Answered:
        with caller.service.writing:
            return idempotency.once(caller.store, tasks.key_of(asked.task), digest, lambda _: first)

    try:
        answered = await caller.run(begin)
    except KeyReused:
        return _used_before(asked.task)

    def act() -> Standing:
        found = ask()
        with caller.service.writing:
            return tasks.finish(caller.store, asked.task, first, found)

    async def once() -> Standing:
        if answered.repeated:
            return await _follow(caller, asked.task, answered)
        standing = await caller.ask(job.printer.row.name, act)
        caller.service.ring_bell()
        return standing

    standing = await _waited(caller, once(), asked.wait_ms)
    result = standing.result if standing else None
    return {"taskId": asked.task} if result is None else result

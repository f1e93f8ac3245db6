"""The routes of printers: what each takes, who may go it, and what it begins (protocol page, section 2.1)."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from billing import documents
from billing.api.access import SELLING, Caller
from billing.api.netfp import asking, requests, tasks
from billing.api.netfp.caller import judge_printer, origin_for
from billing.api.netfp.door import Handler, Way
from billing.api.netfp.papers import period_of, receipt_of
from billing.api.netfp.printers import Printer, find_printer, info_of, list_printers
from billing.api.netfp.reading import UNSET, NotBound, Shape, parse, read
from billing.api.netfp.results import Json, Result, error, error_of, problem, shown, status
from billing.api.netfp.rules import Judge, cents, judge_transfer
from billing.api.netfp.sales import sell
from billing.api.netfp.tasks import Asked, Begun, Standing
from billing.errors import BillingError
from billing.services import idempotency, jobs, reports
from billing.services.devices import set_password
from billing.services.idempotency import Answered, KeyReused, digest_of
from billing.services.jobs import this_process
from billing.services.tokens import Right
from billing.store.engine import Store

JSON_TYPE: Final = re.compile(r"(?:application/(?:[^;\s]+\+)?json|text/json)\s*(?:;.*)?", re.IGNORECASE)
WHOLE: Final = re.compile(r"[+-]?[0-9]{1,9}")
FOLLOW_S: Final = 600.0
"""How long a task is followed after its request, so that a failure is settled soon, seconds."""


@dataclass(frozen=True, slots=True)
class Job:
    """One request to one printer, on its way into the queue."""

    caller: Caller
    printer: Printer
    action: str
    body: Any
    asked: Asked


# -- what a request brings -------------------------------------------------------------------------------


def query_of(request: Request) -> dict[str, str]:
    """Return the query's parameters, their names in small letters."""
    return {name.lower(): value for name, value in request.query_params.items()}


def asked_of(query: dict[str, str]) -> Asked:
    """Return how a request wants its effect.

    Raises:
        NotBound: ``asyncTimeout`` is no whole number.
    """
    wait = query.get("asynctimeout", "").strip()
    if wait and not WHOLE.fullmatch(wait):
        raise NotBound({"asyncTimeout": [f"{wait[:40]!r} is not a whole number of milliseconds"]})
    wait_ms = int(wait) if wait else tasks.DEFAULT_MS
    return Asked(
        query.get("taskid", ""),
        tasks.DEFAULT_MS if wait_ms < 0 else wait_ms,
        tasks.deadline_of(query.get("timeout")),
    )


async def body_of(request: Request, shape: Shape | None) -> Any:  # noqa: ANN401 one of the shapes
    """Return the body as ``shape`` understands it; None where the route needs none.

    Raises:
        WrongType: it is not JSON by its content type.
        NotBound: it does not hold what the route needs.
    """
    if shape is None:
        return None
    if not JSON_TYPE.fullmatch(request.headers.get("content-type", "").strip()):
        raise WrongType
    return read(shape, parse(await request.body()))


class WrongType(BillingError):
    """Unsupported Media Type."""

    code = "not_json_type"
    status = 415

    def __init__(self) -> None:
        super().__init__("the body is to be application/json")


async def printer_for(caller: Caller, wanted: str) -> Printer | None:
    """Return the printer of an id that the caller may know of."""
    printers = await caller.run(lambda: list_printers(caller.store))
    printer = find_printer(printers, wanted)
    return printer if printer is not None and judge_printer(caller, printer) else None


def missing() -> Response:
    """Return that there is no such printer."""
    return problem(404, "Not Found")


# -- reading ---------------------------------------------------------------------------------------------


async def list_(caller: Caller, request: Request) -> Response:
    """Answer every printer by its id."""
    del request
    printers = await caller.run(lambda: list_printers(caller.store))
    return Json({key: info_of(each) for key, each in printers.items() if judge_printer(caller, each)})


async def read_info(caller: Caller, request: Request) -> Response:
    """Answer what is known of a printer; one that was never asked who it is is asked now."""
    printer = await printer_for(caller, request.path_params["id"])
    if printer is None:
        return missing()
    if "model" not in printer.row.capabilities and await _asks(caller, printer):
        printer = await printer_for(caller, request.path_params["id"]) or printer
    return Json(info_of(printer))


async def _asks(caller: Caller, printer: Printer) -> bool:
    """Ask a device who it is, and return whether it said so."""
    found = await caller.run(lambda: asking.ask(caller.master, printer, _nothing))
    return bool(found["ok"])


def _nothing(_: object) -> Result:
    return status()


async def read_status(caller: Caller, request: Request) -> Response:
    """Answer how a printer is, asked now and beside its queue."""
    printer = await printer_for(caller, request.path_params["id"])
    if printer is None:
        return missing()
    found = await caller.run(
        lambda: asking.ask(caller.master, printer, asking.read_status, **asking.UNREAD["status"])
    )
    return Json(shown(found))


async def task_info(caller: Caller, request: Request) -> Response:
    """Answer where a task stands."""
    task = query_of(request).get("id", "")
    if not task:
        raise NotBound({"id": ["it is missing"]})

    def look() -> Standing:
        answered = tasks.look_up(caller.store, task) if tasks.TASK_ID.fullmatch(task) else None
        if answered is None or not _may_know(caller, answered):
            return Standing("unknown")
        with caller.service.writing:
            return tasks.stand(caller.master, task, answered)

    standing = await caller.run(look)
    return Json({"taskStatus": standing.word, "result": shown(standing.result or {})})


def _may_know(caller: Caller, answered: Answered) -> bool:
    if caller.origins() is None:
        return True
    if answered.job is None:
        return answered.answer.get("token") == (caller.token.name if caller.token else None)
    device = jobs.show_job(caller.store, answered.job).device
    printer = next((each for each in list_printers(caller.store).values() if each.row.name == device), None)
    return printer is not None and judge_printer(caller, printer)


# -- what is printed -------------------------------------------------------------------------------------

Begin = Callable[[Store, Job], Begun]


def judge_of(printer: Printer) -> Judge:
    """Return who judges what is asked of a printer."""
    can = printer.can
    return Judge(
        {category.value: word for category, word in can.payments.items()},
        printer.has_group,
        subtotal_amounts=can.bill_fixed_modifiers,
    )


def begin_receipt(store: Store, job: Job) -> Begun:
    """Judge a receipt and queue it."""
    if found := judge_of(job.printer).receipt(job.body):
        return Begun(job.action, result=status(found))
    sold = sell(store, job.printer, job.body, job.asked.task, origin_for(job.caller, job.printer))
    return Begun(job.action, sold.job, number=sold.number)


def begin_reversal(store: Store, job: Job) -> Begun:
    """Judge a reversal and queue it."""
    if found := judge_of(job.printer).reversal(job.body):
        return Begun(job.action, result=status(found))
    return _put(store, job, receipt_of(job.body))


def begin_invoice(store: Store, job: Job) -> Begun:
    """Judge an invoice or a credit note and queue it; a device without them refuses whatever was asked."""
    can = job.printer.can
    if not (can.invoices if job.action == "invoice" else can.credit_notes):
        what = "invoices" if job.action == "invoice" else "credit notes"
        return Begun(job.action, result=status([error("E413", f"the device prints no {what}")]))
    if found := judge_of(job.printer).invoice(job.body):
        return Begun(job.action, result=status(found))
    return _put(store, job, receipt_of(job.body))


def begin_transfer(store: Store, job: Job) -> Begun:
    """Judge a cash movement and queue it."""
    if found := judge_transfer(job.body):
        return Begun(job.action, result=status(found))
    amount = cents(job.body.amount) * (1 if job.action == "deposit" else -1)
    return _put(store, job, _signed(documents.CashMovement(amount=amount), job))


def begin_x(store: Store, job: Job) -> Begun:
    """Queue an X report."""
    return _put(store, job, _signed(documents.XReport(), job))


def begin_z(store: Store, job: Job) -> Begun:
    """Close the day of the printer's origin; a printer without one makes its Z alone."""
    origin = origin_for(job.caller, job.printer)
    if origin is None:
        return _put(store, job, _signed(documents.ZReport(), job))
    made_by = job.caller.token.name if job.caller.token else "netfp"
    return Begun(job.action, reports.begin_z(store, origin, made_by).job)


def begin_duplicate(store: Store, job: Job) -> Begun:
    """Queue a second print of the last receipt."""
    return _put(store, job, _signed(documents.Duplicate(), job))


def begin_period(store: Store, job: Job) -> Begun:
    """Queue a report from fiscal memory."""
    found = [
        error("E405", f"{name} is missing")
        for name, value in (("startDate", job.body.start), ("endDate", job.body.end))
        if value == UNSET
    ]
    if not found and job.body.start.date() > job.body.end.date():
        found = [error("E403", "startDate lies after endDate")]
    if found:
        return Begun(job.action, result=status(found))
    return _put(store, job, period_of(job.body))


def _signed(document: documents.Document, job: Job) -> documents.Document:
    """Return the document with the operator that the request names."""
    operator = getattr(job.body, "operator", "")
    return (
        document.model_copy(update={"operator": documents.Operator(code=operator)}) if operator else document
    )


def _put(store: Store, job: Job, document: documents.Document) -> Begun:
    job.printer.dialect.check(document)
    number = jobs.put_document(store, document, ("netfp", job.asked.task), job.printer.row.name)
    return Begun(job.action, number)


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

    No document holds it. One that came with a request that was not printed is forgotten again.
    """
    row, settings = job.printer.row, job.printer.dialect.settings
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


async def _follow(caller: Caller, task: str, answered: Answered) -> Standing:
    """Return where a task stands at its end, or when it was followed long enough."""
    service, loop = caller.service, asyncio.get_running_loop()
    until = loop.time() + FOLLOW_S
    while True:
        bell = service.bell()
        standing = await caller.run(partial(_stand, caller, task, answered))
        if standing.word == "finished" or loop.time() > until or service.stopping.is_set():
            return standing
        await service.wait_for_change(bell=bell)


# -- what is asked at once -------------------------------------------------------------------------------


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

        return Json(shown(await _kept(job, ask) if keyed else await caller.run(ask)))

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
            "owner": this_process(),
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
        standing = await caller.run(act)
        caller.service.ring_bell()
        return standing

    standing = await _waited(caller, once(), asked.wait_ms)
    result = standing.result if standing else None
    return {"taskId": asked.task} if result is None else result


def _clock(job: Job) -> asking.Ask:
    wanted: datetime | None = job.body.to
    return asking.setting_clock(wanted or job.caller.store.clock.now())


def _raw(job: Job) -> asking.Ask:
    return asking.raw(job.body.request, job.printer.dialect.name, job.printer.can.encoding)


PRINTER: Final = "/printers/{id}"
REPORT: Final = (Right.REPORT,)

WAYS: Final = (
    Way("GET", "/printers", SELLING, list_),
    Way("GET", "/printers/taskinfo", SELLING, task_info),
    Way("GET", PRINTER, SELLING, read_info),
    Way("GET", f"{PRINTER}/status", SELLING, read_status),
    Way(
        "GET",
        f"{PRINTER}/cash",
        SELLING,
        at_once(lambda _: asking.read_cash, None, "cash", asking.UNREAD["cash"]),
    ),
    Way("POST", f"{PRINTER}/receipt", (Right.SELL,), printing("receipt", begin_receipt, requests.RECEIPT)),
    Way(
        "POST",
        f"{PRINTER}/reversalreceipt",
        (Right.REVERSE,),
        printing("reversalreceipt", begin_reversal, requests.REVERSAL),
    ),
    Way("POST", f"{PRINTER}/invoice", (Right.SELL,), printing("invoice", begin_invoice, requests.INVOICE)),
    Way(
        "POST",
        f"{PRINTER}/creditnote",
        (Right.REVERSE,),
        printing("creditnote", begin_invoice, requests.CREDIT_NOTE),
    ),
    Way("POST", f"{PRINTER}/deposit", REPORT, printing("deposit", begin_transfer, requests.TRANSFER)),
    Way("POST", f"{PRINTER}/withdraw", REPORT, printing("withdraw", begin_transfer, requests.TRANSFER)),
    Way("POST", f"{PRINTER}/xreport", REPORT, printing("xreport", begin_x, None)),
    Way("POST", f"{PRINTER}/zreport", REPORT, printing("zreport", begin_z, None)),
    Way("POST", f"{PRINTER}/periodreport", REPORT, printing("periodreport", begin_period, requests.PERIOD)),
    Way("POST", f"{PRINTER}/duplicate", (Right.SELL,), printing("duplicate", begin_duplicate, None)),
    Way("POST", f"{PRINTER}/datetime", REPORT, at_once(_clock, requests.CLOCK, "datetime", {})),
    Way(
        "POST",
        f"{PRINTER}/reset",
        (Right.SELL,),
        at_once(
            lambda job: asking.resetting(job.caller.master, job.printer),
            None,
            "reset",
            asking.UNREAD["status"],
        ),
    ),
    Way(
        "POST",
        f"{PRINTER}/rawrequest",
        (Right.ADMIN,),
        at_once(_raw, requests.RAW, "rawrequest", asking.UNREAD["raw"]),
    ),
)
"""Every route of 2.1."""

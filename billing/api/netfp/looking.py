"""What is answered without printing: the printers, one printer, its status, where a task stands."""

from fastapi import Request
from starlette.responses import Response

from billing.api.access import Caller
from billing.api.netfp import asking, tasks
from billing.api.netfp.asked import missing, printer_for, query_of
from billing.api.netfp.caller import judge_printer
from billing.api.netfp.printers import Printer, info_of, list_printers
from billing.api.netfp.reading import NotBound
from billing.api.netfp.results import Json, Result, shown, status
from billing.api.netfp.tasks import Standing
from billing.services import jobs
from billing.services.idempotency import Answered


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
    found = await caller.ask(
        printer.row.name, lambda: asking.ask(caller.master, printer, _nothing), "Net.FP who"
    )
    return bool(found["ok"])


def _nothing(_: object) -> Result:
    return status()


async def read_status(caller: Caller, request: Request) -> Response:
    """Answer how a printer is, asked now and beside its queue."""
    printer = await printer_for(caller, request.path_params["id"])
    if printer is None:
        return missing()
    found = await caller.ask(
        printer.row.name,
        lambda: asking.ask(caller.master, printer, asking.read_status, **asking.UNREAD["status"]),
        "Net.FP status",
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

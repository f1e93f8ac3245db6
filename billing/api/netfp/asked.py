"""What a request brings beside its shape: printer, parameters of the query, the body by its content type."""

import re
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from billing.api.access import Caller
from billing.api.netfp import tasks
from billing.api.netfp.caller import judge_printer
from billing.api.netfp.printers import Printer, find_printer, list_printers
from billing.api.netfp.reading import NotBound, Shape, parse, read
from billing.api.netfp.results import problem
from billing.api.netfp.tasks import Asked
from billing.errors import BillingError

JSON_TYPE: Final = re.compile(r"(?:application/(?:[^;\s]+\+)?json|text/json)\s*(?:;.*)?", re.IGNORECASE)
WHOLE: Final = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Job:
    """One request to one printer, on its way into the queue."""

    caller: Caller
    printer: Printer
    action: str
    body: Any
    asked: Asked


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

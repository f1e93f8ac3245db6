"""Every refusal as a problem (RFC 9457): our code, the place of the mistake, and what is known of the paper.

Which HTTP status a mishap has stands in one table; a class that is not in it has its family's.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from billing.api.json_text import dump
from billing.documents import json_path
from billing.errors import BillingError, StoreError, UsageError
from billing.parser.mistakes import TextMistake
from billing.pricing.refusals import Refusal
from billing.services.operators import PinLocked
from billing.services.reports import ZRefused
from billing.store.mistakes import Missing, StoreTrouble

PROBLEM: Final = "application/problem+json"


class Mistake(BaseModel):
    """One of several mistakes in a request."""

    path: Annotated[
        str,
        Field(
            examples=["$.lines[2].price"], description="JSON path, or the route of what stands in the way."
        ),
    ]
    message: str


class Problem(BaseModel):
    """Why a request was refused."""

    type: Annotated[str, Field(examples=["urn:billing:problem:still_due"])]
    title: str
    status: int
    detail: Annotated[str, Field(description="One sentence: what was found, what was expected, what to do.")]
    code: Annotated[str, Field(examples=["still_due"], description="Stable, for programs.")]
    printed: Annotated[
        str,
        Field(pattern="^(yes|no|unknown)$", description="Whether paper came out because of this request."),
    ]
    path: Annotated[str | None, Field(description="JSON path of the mistake.")] = None
    line: Annotated[int | None, Field(description="Line of the bill text, from 1.")] = None
    column: Annotated[int | None, Field(description="Column of that line, from 1.")] = None
    maker_code: Annotated[str | None, Field(description="The device's own word.")] = None
    errors: Annotated[list[Mistake] | None, Field(description="All mistakes, where there are more.")] = None
    request: Annotated[str, Field(description="The request's id, as in the header X-Request-Id.")] = ""


class ApiMishap(UsageError):
    """A request that is refused before it reaches a service."""

    status = 400
    headers: Mapping[str, str] = {}


class NoToken(ApiMishap):
    """No token, or one that opens nothing."""

    code = "unauthorized"
    status = 401
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="billing"'}

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; send 'Authorization: Bearer TOKEN', 'billing token create' makes one")


class NoSession(ApiMishap):
    """The operator's session opens nothing."""

    code = "session_over"
    status = 401
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="billing"'}

    def __init__(self) -> None:
        super().__init__("the operator's session is unknown or over; POST /v1/operators/login makes one")


class Forbidden(ApiMishap):
    """The token is good, but not for this."""

    code = "forbidden"
    status = 403

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"token {name!r} {why}")


class TooMany(ApiMishap):
    """More requests than one caller may make."""

    code = "too_many_requests"
    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many requests; try again in {seconds} s")
        self.headers = {"Retry-After": str(seconds)}


class BadRequest(ApiMishap):
    """The request itself cannot be read: ``status`` says in which way."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code


class NotReady(ApiMishap):
    """The server cannot serve now."""

    code = "not_ready"
    status = 503

    def __init__(self, why: str) -> None:
        super().__init__(why)


STATUSES: Final[Mapping[str, int]] = {
    "missing": 404,
    "nomenclature_missing": 409,
    "key_clash": 409,
    "key_reused": 409,
    "key_in_use": 409,
    "name_taken": 409,
    "finalized": 409,
    "state": 409,
    "job_state": 409,
    "state_changed": 409,
    "z_refused": 409,
    "version_changed": 409,
    "external_id_taken": 409,
    "plan_closed": 409,
    "customer_closed": 409,
    "not_collected": 409,
    "already_canceled": 409,
    "not_ending": 409,
    "not_paused": 409,
    "not_pausable": 409,
    "not_held": 409,
    "notice_wrong": 401,
    "pin_wrong": 403,
    "not_logged_in": 403,
    "pin_locked": 429,
    "no_pin": 409,
    "device_held": 409,
    "lease_lost": 409,
    "store_trouble": 503,
}
"""HTTP status by the mishap's code; any other of a rule or a text is 422, of the store or a device 409."""

UNSURE: Final = frozenset({"key_in_use", "bug"})
"""Mishaps after which an earlier request may still print."""

RETRY: Final = frozenset({"key_in_use", "device_held", "store_trouble"})
"""Mishaps that pass by themselves."""


def status_of(error: BillingError) -> int:
    """Return the HTTP status of a mishap."""
    own: int | None = getattr(error, "status", None)
    if own is not None:
        return own
    if error.code in STATUSES:
        return STATUSES[error.code]
    if isinstance(error, StoreTrouble):
        return 503
    if isinstance(error, Missing):
        return 404
    if isinstance(error, StoreError) or error.exit_code in {4, 5}:
        return 409
    return 422


def problem_of(error: BillingError, request_id: str = "") -> dict[str, Any]:
    """Return a mishap as a problem."""
    printed = getattr(error, "printed", None)
    facts: dict[str, Any] = {
        "type": f"urn:billing:problem:{error.code}",
        "title": (type(error).__doc__ or "").partition(".")[0].replace("`", ""),
        "status": status_of(error),
        "detail": str(error),
        "code": error.code,
        "printed": "unknown" if error.code in UNSURE else getattr(printed, "value", "no"),
        "request": request_id,
    }
    path = getattr(error, "path", None)
    if isinstance(error, (TextMistake, Refusal)):
        facts |= {"line": error.line, "column": error.column}
    if path is not None:
        facts["path"] = str(path)
    if getattr(error, "maker_code", ""):
        facts["maker_code"] = getattr(error, "maker_code", "")
    if (several := getattr(error, "several", None)) is not None:
        facts["errors"] = several
    if isinstance(error, ZRefused):
        facts["errors"] = [
            {"path": f"/v1/{blocker.what}s/{blocker.number}", "message": str(blocker)}
            for blocker in error.blockers
        ]
    return {name: value for name, value in facts.items() if value is not None}


def problem_response(problem: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as an answer."""
    return Response(
        dump(problem), status_code=problem["status"], media_type=PROBLEM, headers=dict(headers or {})
    )


def request_id_of(request: Request) -> str:
    """Return the id that the guard gave the request."""
    found: str = request.scope.get("state", {}).get("request_id", "")
    return found


TAGS: Final = frozenset({"text line", "charge", "comment", "modifier", "payment", "operator"})
"""How the forms of a line are told apart; they are no part of a JSON path."""


def path_of(place: Sequence[int | str]) -> str:
    """Return where a value of the request stands: ``$.lines[2].price``, or ``query.wait``."""
    source, *parts = place or ("body",)
    if source != "body":
        return ".".join(str(part) for part in place)
    kept = [
        part
        for before, part in zip([None, *parts], parts, strict=False)
        if not (isinstance(before, int) and part in TAGS)
    ]
    return json_path(tuple(kept))


def bug(request_id: str) -> dict[str, Any]:
    """Return the problem of a mistake of ours; it says nothing of the inside."""
    return {
        "type": "urn:billing:problem:bug",
        "title": "A mistake in the program",
        "status": 500,
        "detail": f"the program made a mistake; its log tells more of request {request_id}",
        "code": "bug",
        "printed": "unknown",
        "request": request_id,
    }


CODES: Final[Mapping[int, str]] = {404: "no_such_route", 405: "method_not_allowed", 400: "malformed"}


def install(app: FastAPI) -> None:
    """Let the app answer every mishap with a problem."""

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, BillingError)  # noqa: S101 the handler is registered for these
        headers = dict(getattr(error, "headers", {}))
        if error.code in RETRY:
            headers["Retry-After"] = "1"
        if isinstance(error, PinLocked):
            headers["Retry-After"] = str(error.seconds)
        return problem_response(problem_of(error, request_id_of(request)), headers)

    async def malformed(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 as above
        mistakes = [
            {"path": path_of(each["loc"]), "message": each["msg"].removeprefix("Value error, ")}
            for each in error.errors()[:20]
        ]
        problem = {
            "type": "urn:billing:problem:invalid",
            "title": "The request does not hold what its route needs",
            "status": 422,
            "detail": f"{mistakes[0]['path']}: {mistakes[0]['message']}",
            "code": "invalid",
            "printed": "no",
            "path": mistakes[0]["path"],
            "errors": mistakes,
            "request": request_id_of(request),
        }
        return problem_response(problem)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 as above
        code = CODES.get(error.status_code, "malformed")
        problem = {
            "type": f"urn:billing:problem:{code}",
            "title": "No such thing here" if error.status_code == 404 else "The request cannot be served",
            "status": error.status_code,
            "detail": f"{request.method} {request.url.path}: {error.detail}",
            "code": code,
            "printed": "no",
            "request": request_id_of(request),
        }
        return problem_response(problem, error.headers)

    app.add_exception_handler(BillingError, ours)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(HTTPException, http)

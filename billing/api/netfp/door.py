"""The door itself: the protocol's paths in any letter case, its statuses, and what browsers need.

A path that begins with ``/printers`` or ``/service`` is the protocol's; everything else is not answered here.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Message, Receive, Scope, Send

from billing.api.access import Caller
from billing.api.netfp.caller import caller_of
from billing.api.netfp.reading import NotBound
from billing.api.netfp.results import problem
from billing.api.problems import ApiMishap, status_of
from billing.api.settings import ApiSettings
from billing.errors import BillingError
from billing.services.tokens import Right

Handler = Callable[[Caller, Request], Awaitable[Response]]

PREFIXES: Final = ("printers", "service")
BODY_LIMIT: Final = 500 * 1024
"""The most bytes of a body."""


@dataclass(frozen=True, slots=True)
class Way:
    """One route: its method, the pattern of its path, who may go it, and what it does."""

    method: str
    path: str
    rights: Collection[Right]
    handler: Handler

    def match(self, path: str) -> dict[str, str] | None:
        """Return the values in ``path`` when it is this route's; literal parts in any letter case."""
        parts = [
            f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else f"(?i:{re.escape(part)})"
            for part in self.path.strip("/").split("/")
        ]
        found = re.fullmatch("/" + "/".join(parts) + "/?", path)
        return None if found is None else found.groupdict()


class Door(BaseRoute):
    """All of the protocol's routes as one route of the app."""

    path = "/printers"
    """How the figures call it."""

    def __init__(self, ways: Collection[Way]) -> None:
        self.ways = tuple(ways)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether the path is the protocol's."""
        if scope["type"] != "http":
            return Match.NONE, {}
        first = scope["path"].lower().lstrip("/").partition("/")[0]
        return (Match.FULL, {"route": self}) if first in PREFIXES else (Match.NONE, {})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)

        async def with_origin(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_cross_origin(request)]
            await send(message)

        response = _preflight(request) if _is_preflight(request) else await self._answer(request)
        await response(scope, receive, with_origin)

    async def _answer(self, request: Request) -> Response:
        found = [(way, values) for way in self.ways if (values := way.match(request.url.path)) is not None]
        literal = min((len(values) for _, values in found), default=0)
        found = [(way, values) for way, values in found if len(values) == literal]
        if not found:
            return Response(status_code=404)
        for way, values in found:
            if way.method == request.method:
                request.scope["path_params"] = values
                return await self._go(way, request)
        methods = ", ".join(sorted({way.method for way, _ in found}))
        return Response(status_code=405, headers={"Allow": methods})

    async def _go(self, way: Way, request: Request) -> Response:
        try:
            if len(await request.body()) > BODY_LIMIT:
                return problem(413, "Payload Too Large")
            caller = await caller_of(request, way.rights)
            return await way.handler(caller, request)
        except NotBound as mistake:
            return problem(400, "One or more validation errors occurred.", errors=mistake.errors)
        except BillingError as mishap:
            headers = dict(mishap.headers) if isinstance(mishap, ApiMishap) else {}
            answer = problem(status_of(mishap), _title(mishap), detail=str(mishap), code=mishap.code)
            answer.headers.update(headers)
            return answer


def _title(mishap: BillingError) -> str:
    return (type(mishap).__doc__ or "").partition(".")[0].replace("`", "")


def _is_preflight(request: Request) -> bool:
    return request.method == "OPTIONS" and "access-control-request-method" in request.headers


def _preflight(request: Request) -> Response:
    """Tell a browser that it may ask; whether its page may is judged when it does."""
    asked = request.headers
    headers = {
        "Access-Control-Allow-Methods": asked["access-control-request-method"],
        "Access-Control-Max-Age": "600",
    }
    if wanted := asked.get("access-control-request-headers"):
        headers["Access-Control-Allow-Headers"] = wanted
    return Response(status_code=204, headers=headers)


def _cross_origin(request: Request) -> list[tuple[bytes, bytes]]:
    """Return the headers that let a page of another origin read the answer."""
    headers = [(b"cache-control", b"no-store"), (b"vary", b"Origin")]
    if origin := request.headers.get("origin"):
        headers += [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
        ]
    if request.app.state.netfp.private_network:
        headers.append((b"access-control-allow-private-network", b"true"))
    return headers


async def ended(app: FastAPI) -> None:
    """Return when no request goes on any more; called when the server stops."""
    await asyncio.gather(*app.state.netfp.followed, return_exceptions=True)


def install(app: FastAPI, settings: ApiSettings) -> None:
    """Open the door in ``app``; it is no part of the app's own description."""
    from billing.api.netfp.routes import WAYS  # noqa: PLC0415 the routes need this module
    from billing.api.netfp.service_routes import SERVICE_WAYS, Vars  # noqa: PLC0415 as above

    app.state.netfp = Vars(allowed_origins=settings.netfp_origins)
    app.router.routes.insert(0, Door((*WAYS, *SERVICE_WAYS)))

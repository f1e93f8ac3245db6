"""What stands before every route: an id for each request, limits of its body and time, and one log line.

Plain ASGI, so that a body is judged before anybody reads it. Nothing of a body or a header but the route
and the ids is logged.
"""

import asyncio
import logging
import re
import secrets
from collections.abc import Callable
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from billing.api.json_text import NotJson, check_body
from billing.api.problems import BadRequest, bug, problem_of, problem_response
from billing.api.settings import ApiSettings
from billing.clock import Clock
from billing.errors import BillingError

logger = logging.getLogger("billing.api")

REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9_.:-]{1,64}")
JSON_TYPE: Final = re.compile(
    rb"application/(?:[a-z.-]+\+)?json(?:\s*;\s*charset=\"?utf-?8\"?)?\s*", re.IGNORECASE
)
OURS: Final = "/v1/"
"""Where bodies are JSON; the second door has its own habits."""


Saw = Callable[[str, str, int, float], None]
"""Told of every answer: route, method, status, seconds."""


class Guard:
    """The outermost of our layers."""

    def __init__(self, app: ASGIApp, settings: ApiSettings, clock: Clock, saw: Saw) -> None:
        self.app = app
        self.saw = saw
        self.settings = settings
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; whatever happens, it is answered and logged."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        request_id = given.decode() if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        began = self.clock.monotonic()
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            body = await self._body(scope, headers, receive)
            await self.app(scope, _Replay(body, receive), answer)
        except BillingError as error:
            await problem_response(problem_of(error, request_id))(scope, receive, answer)
        except Exception:
            logger.exception("request %s failed", request_id)
            if not status:
                await problem_response(bug(request_id))(scope, receive, answer)
        finally:
            self._log(scope, state, status, self.clock.monotonic() - began)

    async def _body(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> bytes:
        """Return the whole body, after it was judged.

        Raises:
            BadRequest, NotJson: it is too large, too slow, of another type, or not the JSON we take.
        """
        if b"%00" in scope.get("raw_path", b"") or b"%00" in scope.get("query_string", b""):
            raise BadRequest(400, "malformed", "the address holds a NUL character")
        limit = self.settings.body_limit
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length[:20]) > limit:
            raise BadRequest(
                413, "too_large", f"a body of {length.decode()} bytes; at most {limit} are taken"
            )
        try:
            async with asyncio.timeout(self.settings.body_s):
                body = await _collect(receive, limit)
        except TimeoutError:
            raise BadRequest(
                408, "too_slow", f"the body did not arrive within {self.settings.body_s:g} s"
            ) from None
        if body and scope["path"].startswith(OURS):
            if not JSON_TYPE.fullmatch(headers.get(b"content-type", b"")):
                raise BadRequest(415, "not_json_type", "the body is to be application/json in UTF-8")
            check_body(body, self.settings.depth_limit)
        return body

    def _log(self, scope: Scope, state: dict[str, Any], status: int, seconds: float) -> None:
        facts = {
            "request": state["request_id"],
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": round(seconds * 1000, 1),
            "token": state.get("token"),
            "operator": state.get("operator"),
            "bill": state.get("bill"),
            "job": state.get("job"),
        }
        route = getattr(scope.get("route"), "path", "none")
        self.saw(route, scope["method"] if route != "none" else "any", status, seconds)
        logger.info({name: value for name, value in facts.items() if value is not None})


async def _collect(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest(400, "malformed", "the caller went away before the body was whole")
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise BadRequest(413, "too_large", f"a body of more than {limit} bytes")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


class _Replay:
    """Gives a body that was read before, then whatever comes (a caller that leaves)."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        return await self._receive()


__all__ = ["Guard", "NotJson"]

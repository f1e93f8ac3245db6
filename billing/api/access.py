"""Who asks, and may they: the one dependency of every route, made for the rights that the route needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from billing.api.problems import Forbidden, NoToken, TooMany
from billing.api.service import Master, Service
from billing.jobs.embedded import Worker
from billing.services import tokens
from billing.services.tokens import Right, Token
from billing.store.engine import Store

T = TypeVar("T")

BEARER: Final = HTTPBearer(auto_error=False, description="A token of 'billing token create'.")
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""Names by which a browser may reach a server that serves without tokens."""

SELLING: Final = (Right.SELL, Right.REVERSE, Right.REPORT)
"""Who may read bills, jobs and documents."""
READING: Final = (Right.SELL, Right.REVERSE, Right.REPORT, Right.CATALOGUE)
"""Who may read the nomenclature and the origins."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a token's holder, or (``token`` None) whoever sits at this machine."""

    service: Service
    token: Token | None
    master: Master
    request: Request

    @property
    def store(self) -> Store:
        """The store as the caller's master sees it."""
        return self.master.store

    @property
    def worker(self) -> Worker:
        """The worker of the caller's master."""
        return self.master.worker

    async def run(self, work: Callable[[], T]) -> T:
        """Return what ``work`` gives, done in a thread."""
        return await self.service.run(work)

    def sees(self, origin: str) -> bool:
        """Return whether the caller may know of what happens at an origin."""
        return self.token is None or self.token.origins is None or origin in self.token.origins

    def judge_origin(self, origin: str) -> None:
        """Let the caller work at an origin.

        Raises:
            Forbidden: the token is for other origins.
        """
        if self.token is not None and not self.sees(origin):
            known = ", ".join(self.token.origins or ())
            raise Forbidden(self.token.name, f"is for origin {known} and not for {origin}")

    def origin(self, wanted: str | None) -> str | None:
        """Return the origin to work at: the one named, else the token's only one, else the store's default.

        Raises:
            Forbidden: the token is for other origins, or for several and none is named.
        """
        if wanted is not None:
            self.judge_origin(wanted)
            return wanted
        if self.token is None or self.token.origins is None:
            return None
        if len(self.token.origins) == 1:
            return self.token.origins[0]
        raise Forbidden(self.token.name, "is for several origins; name one")

    def judge_everywhere(self) -> None:
        """Let the caller see what is not of one origin.

        Raises:
            Forbidden: the token is for some origins only.
        """
        if self.token is not None and self.token.origins is not None:
            raise Forbidden(self.token.name, "is for some origins only, and this is of all")

    def origins(self) -> tuple[str, ...] | None:
        """Return the origins that the caller sees; None: all."""
        return None if self.token is None else self.token.origins

    def note(self, **facts: object) -> None:
        """Add ids to the request's log line."""
        self.request.scope["state"].update(facts)


def service_of(request: Request) -> Service:
    """Return what the app's routes share."""
    service: Service = request.app.state.service
    return service


async def recognise(request: Request, credentials: HTTPAuthorizationCredentials | None) -> Caller:
    """Return who asks.

    Raises:
        NoToken: no token, or one that is wrong, expired or revoked.
        TooMany: too many requests, or too many wrong tokens.
    """
    service = service_of(request)
    address = request.client.host if request.client else "?"
    if credentials is None:
        return await _anonymous(request, service, address)
    if pause := service.wrong_tokens.take(address, 0):
        raise TooMany(pause)
    found = tokens.read_secret(credentials.credentials)
    token = None
    if found is not None:
        store = Store(service.store.engine, found[0], service.store.clock)
        token = await service.run(partial(tokens.recognise, store, found[1]))
    if token is None or found is None:
        service.wrong_tokens.take(address)
        raise NoToken("the token is unknown, expired or revoked")
    if pause := service.requests.take(f"{found[0]}/{token.id}"):
        raise TooMany(pause)
    request.scope["state"]["token"] = token.name
    return Caller(service, token, service.master(found[0]), request)


async def _anonymous(request: Request, service: Service, address: str) -> Caller:
    """Return the caller without a token, where one is served: on this machine, until a token is made."""
    open_door = service.settings.anonymous and not await service.run(lambda: tokens.any_token(service.store))
    if not open_door:
        raise NoToken("a token is needed")
    page = request.headers.get("origin", "").rpartition("//")[2]
    if _name(request.headers.get("host", "")) not in LOOPBACK or _name(page) not in {"", *LOOPBACK}:
        raise NoToken("a page of another site asks; a token is needed")
    if pause := service.requests.take(address):
        raise TooMany(pause)
    return Caller(service, None, service.master(service.store.master_id), request)


def _name(host: str) -> str:
    """Return a host without its port."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def needs(*rights: Right) -> Callable[..., Awaitable[Caller]]:
    """Return the dependency of a route that wants one of ``rights``."""

    async def caller(
        request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
    ) -> Caller:
        found = await recognise(request, credentials)
        if found.token is not None and not found.token.may(rights):
            wanted = " or ".join(rights)
            raise Forbidden(found.token.name, f"has not the right to {wanted}")
        return found

    caller.rights = rights  # type: ignore[attr-defined]  # the access matrix reads it from the route
    return caller


Seller = Annotated[Caller, Depends(needs(Right.SELL))]
Reverser = Annotated[Caller, Depends(needs(Right.REVERSE))]
Reporter = Annotated[Caller, Depends(needs(Right.REPORT))]
Admin = Annotated[Caller, Depends(needs(Right.ADMIN))]
BillReader = Annotated[Caller, Depends(needs(*SELLING))]
Reader = Annotated[Caller, Depends(needs(*READING))]

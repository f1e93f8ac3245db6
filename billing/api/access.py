"""Who asks, and may they: the one dependency of every route, made for the rights that the route needs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Annotated, Final, TypeVar

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from billing.api.problems import Forbidden, NoSession, NoToken, TooMany
from billing.api.service import Master, Service
from billing.jobs.working import Worker
from billing.services import operators, tokens
from billing.services.operators import LoggedIn
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


Session = Annotated[
    str | None,
    Header(
        alias="Operator",
        pattern=r"^[0-9A-Za-z_-]{43}$",
        description="The session of POST /v1/operators/login: who does this, proven by his PIN.",
    ),
]


@dataclass(frozen=True)
class Caller:
    """Who asks: a token's holder, or (``token`` None) whoever sits at this machine."""

    service: Service
    token: Token | None
    master: Master
    request: Request
    session: LoggedIn | None = None
    """The operator who is logged in; None: nobody proved who he is."""

    @cached_property
    def store(self) -> Store:
        """The store as the caller's master sees it; the journal says whose token was used."""
        return self.master.store if self.token is None else self.master.store.with_token(self.token.name)

    @property
    def worker(self) -> Worker:
        """The worker of the caller's master."""
        return self.master.worker

    async def run(self, work: Callable[[], T]) -> T:
        """Return what ``work`` gives, done in a thread."""
        return await self.service.run(work)

    async def ask(self, device: str, work: Callable[[], T], question: str = "") -> T:
        """Return what ``work`` hears from a device, in a thread that keeps nobody from the store.

        One request is with a device at a time; callers who wait with the same ``question`` share an answer.
        """
        shared, whom = self.service.shared, (self.master.store.master_id, device)
        if question:
            return await shared.ask(whom, question, partial(self.service.run_aside, work))
        return await shared.alone(whom, partial(self.service.run_aside, work))

    @property
    def name(self) -> str:
        """What the record of a change calls the caller."""
        return "HTTP API" if self.token is None else f"token {self.token.name}"

    @property
    def operator(self) -> int | None:
        """Number of the operator who is logged in, if any."""
        return None if self.session is None else self.session.number

    def acting(self, store: Store, named: int | None, more: set[int] | None = None) -> int | None:
        """Return who does it: the operator named, else the one logged in, else None.

        Args:
            store: where the operators are.
            named: the operator that the request names for all of it.
            more: others that its lines name.

        Raises:
            NotLoggedIn: one of them has a PIN and is not the one who is logged in.
        """
        others = (more or set()) | (set() if named is None else {named})
        if others:
            operators.judge_logged_in(store, others, self.operator)
        return self.operator if named is None else named

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
    found = tokens.read_secret(credentials.credentials)
    token = None
    if found is not None:
        store = Store(service.store.engine, found[0], service.store.clock)
        token = await service.run(partial(tokens.recognise, store, found[1]))
    if token is None or found is None:  # a right one is served: its neighbours' mistakes are not its own
        if pause := service.wrong_tokens.take(address):
            raise TooMany(pause)
        raise NoToken("the token is unknown, expired or revoked")
    if pause := service.requests.take(f"{found[0]}/{token.id}"):
        raise TooMany(pause)
    request.scope["state"]["token"] = token.name
    return Caller(service, token, service.master(found[0]), request)


async def _anonymous(request: Request, service: Service, address: str) -> Caller:
    """Return the caller without a token, where one is served: on this machine, until a token is made.

    A server told to be insecure is reached by other names too; a browser's page must then be its own.
    """
    open_door = service.settings.anonymous and not await service.token_made()
    if not open_door:
        raise NoToken("a token is needed")
    host, page = request.headers.get("host", ""), request.headers.get("origin", "").rpartition("//")[2]
    named = service.settings.insecure or _name(host) in LOOPBACK
    own = _name(page) in {"", *LOOPBACK} or (service.settings.insecure and page == host)
    if not named or not own:
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
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
        operator: Session = None,
    ) -> Caller:
        found = await recognise(request, credentials)
        if found.token is not None and not found.token.may(rights):
            wanted = " or ".join(rights)
            raise Forbidden(found.token.name, f"has not the right to {wanted}")
        if operator is None:
            return found
        session = await found.run(partial(operators.logged_in, found.store, operator))
        if session is None:
            raise NoSession
        found.note(operator=session.number)
        return replace(found, session=session)

    caller.rights = rights  # type: ignore[attr-defined]  # the access matrix reads it from the route
    return caller


Seller = Annotated[Caller, Depends(needs(Right.SELL))]
Reverser = Annotated[Caller, Depends(needs(Right.REVERSE))]
Reporter = Annotated[Caller, Depends(needs(Right.REPORT))]
Editor = Annotated[Caller, Depends(needs(Right.CATALOGUE))]
Admin = Annotated[Caller, Depends(needs(Right.ADMIN))]
BillReader = Annotated[Caller, Depends(needs(*SELLING))]
Reader = Annotated[Caller, Depends(needs(*READING))]

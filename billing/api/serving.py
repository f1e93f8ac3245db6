"""One server process: the app on uvicorn, bound where it is safe to, with a limit on slow callers."""

import asyncio
import ipaddress
import json
import logging
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import FrameType
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from billing.api.app import create_app
from billing.api.settings import ApiSettings
from billing.devices.registry import printer_at
from billing.errors import UsageError
from billing.jobs.queue import Opener
from billing.services.tokens import any_token
from billing.store.engine import Store

KEEP_ALIVE_S: Final = 20
HEAD_LIMIT: Final = 32_768
"""The most bytes of a request's head."""
CONNECTIONS: Final = 1_000
"""How many connections are served at once; one more is told to come back."""
SWITCH_S: Final = 0.0005
"""How long a thread works before another one may, seconds."""
GRACE_S: Final = 30
"""How long running requests may take to end when the server is told to stop, seconds."""


class NotSafe(UsageError):
    """The server was asked to be reachable from other machines without what makes that safe."""

    code = "not_safe"

    def __init__(self, host: str, lacks: str) -> None:
        super().__init__(f"{host} can be reached from other machines, and {lacks}")


class TlsWrong(UsageError):
    """Certificate and key are not both there, cannot be read, or do not belong together."""

    code = "tls"

    def __init__(self, why: str) -> None:
        super().__init__(f"TLS cannot be switched on: {why}")


class PortTaken(UsageError):
    """The address cannot be listened on."""

    code = "port_taken"
    exit_code = 3

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"cannot listen on {host} port {port}: another program does, or it is not ours")


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen, and how: ``insecure`` lets it be reached without TLS and without a token.

    ``netfp_port`` is one more port for clients of the Net.FP protocol, 0: they use the same one;
    ``netfp_origins`` and ``netfp_open`` as in ``ApiSettings``.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    tls_cert: str = ""
    tls_key: str = ""
    behind_proxy: bool = False
    insecure: bool = False
    keep_answers_days: int = 0
    netfp_port: int = 0
    netfp_origins: tuple[str, ...] = ()
    netfp_open: bool = False

    @property
    def loopback(self) -> bool:
        """Whether only this machine reaches it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def judge_place(place: Place, store: Store) -> None:
    """Let a server listen there.

    Raises:
        NotSafe: other machines reach it without TLS, or while no token was made.
    """
    if place.loopback or place.insecure:
        return
    if not (place.tls_cert and place.tls_key) and not place.behind_proxy:
        raise NotSafe(
            place.host, "TLS is off: give --tls-cert and --tls-key, or --behind-proxy, or --insecure"
        )
    if not any_token(store):
        raise NotSafe(
            place.host, "no token was made: 'billing token create NAME --right sell', or --insecure"
        )


class Impatient(H11Protocol):
    """Closes a connection whose request does not get its head said in time, or says nothing at all."""

    head_s = 10.0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base
        """Begin to count."""
        super().connection_made(transport)
        self._count()

    def data_received(self, data: bytes) -> None:
        """Take bytes; count anew where they begin a request and do not end its head."""
        super().data_received(data)
        if self._serving():
            self._stop()
        elif self._timer is None:
            self._count()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        self._stop()
        super().connection_lost(exc)

    def _serving(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _count(self) -> None:
        self._timer = self.loop.call_later(self.head_s, self._give_up)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self._serving() and not self.transport.is_closing():
            self.transport.close()


class _Server(uvicorn.Server):
    """Says when it serves, and tells the app at once that it is to stop: streams and waiting callers end."""

    serving: Callable[[], object] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self.serving()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End cleanly at the first signal, at once at a second one; the signal itself is spent by that."""
        del sig, frame
        app: Any = self.config.app
        app.state.service.stop_soon()
        self.force_exit = self.should_exit
        self.should_exit = True


def make_server(
    store: Store, place: Place, settings: ApiSettings | None = None, *, opener: Opener = printer_at
) -> uvicorn.Server:
    """Return a server of ``store``, ready to run; ``opener`` gives the printer at an address.

    Raises:
        NotSafe: it may not listen there.
        TlsWrong: certificate and key cannot be used.
    """
    judge_place(place, store)
    if bool(place.tls_cert) != bool(place.tls_key):
        raise TlsWrong("give both --tls-cert and --tls-key")
    chosen = replace(
        settings or ApiSettings(),
        anonymous=place.loopback or place.insecure,
        insecure=place.insecure,
        netfp_origins=place.netfp_origins,
        netfp_open=place.netfp_open,
        keep_answers_days=place.keep_answers_days,
    )
    app = create_app(store, chosen, opener=opener)
    app.openapi()  # routes are made when they are first needed: better now than in a customer's time
    config = uvicorn.Config(
        app,
        host=place.host,
        port=place.port,
        http=type("Patience", (Impatient,), {"head_s": chosen.head_s}),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        proxy_headers=place.behind_proxy,
        ssl_certfile=place.tls_cert or None,
        ssl_keyfile=place.tls_key or None,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=HEAD_LIMIT,
        server_header=False,
    )
    try:
        config.load()
    except OSError as error:  # what ssl says is one as well
        raise TlsWrong(f"{place.tls_cert} and {place.tls_key}: {error}") from None
    return _Server(config)


def _sockets(server: uvicorn.Server, place: Place) -> list[socket.socket] | None:
    """Return what to listen on where that is more than one port, else None.

    Raises:
        PortTaken: the further port cannot be listened on.
    """
    if place.netfp_port in {0, place.port}:
        return None
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        further = socket.create_server((place.host, place.netfp_port), family=family)
    except OSError:
        raise PortTaken(place.host, place.netfp_port) from None
    return [server.config.bind_socket(), further]


def be_prompt() -> None:
    """Let this process's threads take turns sooner: who talks never waits long for who works."""
    sys.setswitchinterval(SWITCH_S)


def serve(store: Store, place: Place, serving: Callable[[], object] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT; then end the document that is being printed, and return.

    Args:
        store: what is served.
        place: where.
        serving: called once it listens.

    Raises:
        NotSafe, TlsWrong, PortTaken: it may not or cannot listen there.
    """
    be_prompt()
    server = make_server(store, place, ApiSettings(bills=True))
    vars(server)["serving"] = serving
    try:
        server.run(_sockets(server, place))
    except SystemExit:
        raise PortTaken(place.host, place.port) from None
    if not server.started:
        raise PortTaken(place.host, place.port)


class JsonLines(logging.Formatter):
    """Writes each record as one line of JSON; a message that is a dictionary gives its own members."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        facts: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        facts |= record.msg if isinstance(record.msg, dict) else {"message": record.getMessage()}
        if record.exc_info:
            facts["trace"] = self.formatException(record.exc_info)
        return json.dumps(facts, ensure_ascii=False)


def log_to(stream: Any = sys.stderr) -> None:  # noqa: ANN401 any text stream
    """Write one line of JSON for each request, and what goes wrong, to ``stream``."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("billing").setLevel(logging.INFO)

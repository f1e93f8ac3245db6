"""A payment gateway of paper over HTTP: honest about keys, and it misbehaves on request.

It moves no money. The card's token says how it behaves: ``ok``; ``no-funds`` (declined, may be tried again);
``gone`` (declined for good); ``late`` (pending, told later by a notice, twice); ``silent`` (it charges, then
hangs up without an answer); ``slow`` (it charges, then answers after ``slow_s``); ``down`` (503, nothing was
done). The same key never charges twice and always gets the first answer.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import unquote

from billing.clock import SYSTEM_CLOCK, Clock

ANSWERS: Final[dict[str, dict[str, str]]] = {
    "no-funds": {"state": "DECLINED", "failure": "soft", "code": "no_funds", "message": "not enough money"},
    "gone": {"state": "DECLINED", "failure": "hard", "code": "card_gone", "message": "the card is gone"},
    "late": {"state": "PENDING", "code": "pending"},
}
"""What each card is answered; every other one succeeds."""


class PaperGateway:
    """The gateway's books: orders by key, notices in order.

    Attributes:
        orders: what every key was answered.
        moved: how much was really charged (and refunded, below zero) by key.
        calls: the keys of all orders as they came, repeats included.
    """

    def __init__(self, slow_s: float = 1.0, clock: Clock = SYSTEM_CLOCK) -> None:
        self.slow_s = slow_s
        self._clock = clock
        self.orders: dict[str, dict[str, str]] = {}
        self.moved: dict[str, int] = {}
        self.calls: list[str] = []
        self.notices: list[dict[str, str]] = []
        self._lock = threading.Lock()

    def take(self, path: str, order: dict[str, Any]) -> dict[str, str]:
        """Carry out an order once and return its answer."""
        key = str(order["key"])
        with self._lock:
            self.calls.append(key)
            if key not in self.orders:
                answer = dict(ANSWERS.get(str(order["token"]), {"state": "SUCCEEDED"}))
                answer["reference"] = f"paper-{len(self.orders) + 1}"
                self.orders[key] = answer
                if answer["state"] == "SUCCEEDED":
                    sign = -1 if path == "/refunds" else 1
                    self.moved[key] = sign * int(order["amount"])
            return self.orders[key]

    def finish(self, key: str, *, paid: bool, amount: int = 0) -> None:
        """End a pending order, and tell it in a notice that comes twice."""
        with self._lock:
            answer = {"state": "SUCCEEDED"} if paid else dict(ANSWERS["no-funds"])
            self.orders[key] = self.orders[key] | answer
            if paid:
                self.moved[key] = amount
            at = self._clock.now().isoformat()
            notice = self.orders[key] | {"notice": f"n{len(self.notices) + 1}", "key": key, "at": at}
            self.notices += [notice, notice]


class _Handler(BaseHTTPRequestHandler):
    server: "GatewayServer"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take an order."""
        length = int(self.headers.get("Content-Length") or 0)
        try:
            order = json.loads(self.rfile.read(length))
            token = str(order["token"])
            int(order["amount"])
            str(order["key"])
        except (ValueError, KeyError, TypeError) as error:
            self._answer(400, {"message": f"no order: {error}"})
            return
        if token == "down":  # noqa: S105 a card, not a secret
            self._answer(503, {"message": "the gateway is down"})
            return
        answer = self.server.gateway.take(self.path, order)
        if token == "silent":  # noqa: S105 a card, not a secret
            self.close_connection = True
            self.connection.close()
            return
        if token == "slow":  # noqa: S105 a card, not a secret
            time.sleep(self.server.gateway.slow_s)
        self._answer(200, answer)

    def do_GET(self) -> None:
        """Say what became of an order, or what is told unasked."""
        gateway = self.server.gateway
        if self.path == "/notices":
            self._answer(200, {"state": "SUCCEEDED", "notices": gateway.notices})
            return
        found = gateway.orders.get(unquote(self.path.removeprefix("/orders/")))
        self._answer(404 if found is None else 200, found or {"message": "never heard of it"})

    def _answer(self, status: int, answer: dict[str, Any]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data)
        except OSError:
            self.close_connection = True  # the client has gone; what was done stays done

    def log_message(self, *_: object) -> None:
        """Say nothing; the books are the record."""


class GatewayServer(ThreadingHTTPServer):
    """Serves a paper gateway on ``port`` (0: any free one) of this machine."""

    daemon_threads = True

    def __init__(self, gateway: PaperGateway, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.gateway = gateway

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

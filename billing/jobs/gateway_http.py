"""A payment gateway spoken to over HTTP: JSON, one idempotency key an order.

``POST /charges`` and ``/refunds`` take ``{"key", "amount", "currency", "token", "reference"}``; ``GET
/orders/KEY`` says what became of one (404: never heard of it), ``GET /notices`` what it tells unasked. An
answer is ``{"state", "failure", "code", "message", "reference"}`` with the words of ``AttemptState`` and
``Outcome``. What is lost on the way is ``GatewaySilent``, never a failure: money may have moved.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from billing.pricing.recurring.collection import AttemptState
from billing.pricing.recurring.retries import Outcome
from billing.services.recurring.gateways import GatewaySilent, Notice, Order, Said
from billing.settings import GatewaySettings

TIMEOUT_S: Final = 20.0
"""How long an answer is waited for, seconds."""

NOT_FOUND: Final = 404


class HttpGateway:
    """Speaks to the gateway of ``settings``."""

    def __init__(self, name: str, settings: GatewaySettings, timeout_s: float = TIMEOUT_S) -> None:
        self.payment_type = settings.payment_type
        self._name = name
        self._settings = settings
        self._timeout_s = timeout_s

    def charge(self, order: Order) -> Said:
        """Take money; raises ``GatewaySilent`` where no answer came."""
        return self._order("/charges", order)

    def refund(self, order: Order) -> Said:
        """Send money back; raises ``GatewaySilent`` where no answer came."""
        return self._order("/refunds", order)

    def ask(self, key: str) -> Said | None:
        """Return what became of the order with ``key``, None if the gateway never heard of it."""
        status, answer = self._call("GET", f"/orders/{quote(key, safe='')}", None)
        return None if status == NOT_FOUND else self._said(status, answer)

    def notices(self) -> Sequence[Notice]:
        """Return what it tells unasked, oldest first."""
        status, answer = self._call("GET", "/notices", None)
        told = answer.get("notices") if status < NOT_FOUND else ()
        try:
            return [
                Notice(
                    str(each["notice"]),
                    str(each["key"]),
                    self._said(status, each),
                    datetime.fromisoformat(each["at"]),
                )
                for each in told or ()
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise GatewaySilent(self._name, f"a notice cannot be read: {error}") from error

    def _order(self, path: str, order: Order) -> Said:
        body = {
            "key": order.key,
            "amount": order.amount,
            "currency": order.currency,
            "token": order.token,
            "reference": order.reference,
        }
        status, answer = self._call("POST", path, body)
        return self._said(status, answer)

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        """Make one request; return its status and its JSON, empty where it has none."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._settings.secret}"}
        if body is not None:
            headers["Idempotency-Key"] = str(body["key"])
        request = Request(  # noqa: S310 the scheme is checked below
            self._settings.url.rstrip("/") + path,
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
            method=method,
        )
        if request.type not in {"http", "https"}:
            raise GatewaySilent(self._name, f"{self._settings.url!r} is no http address")
        try:
            with urlopen(request, timeout=self._timeout_s) as response:  # noqa: S310 checked above
                return response.status, _json(response.read())
        except HTTPError as error:
            return error.code, _json(error.read())
        except (OSError, HTTPException) as error:
            raise GatewaySilent(self._name, str(error) or type(error).__name__) from error

    def _said(self, status: int, answer: dict[str, Any]) -> Said:
        """Return what an answer says; a server's own trouble leaves it open what became of the money."""
        if status >= 500:
            raise GatewaySilent(self._name, f"it answered {status}")
        try:
            return Said(
                AttemptState(answer["state"]),
                Outcome(answer.get("failure") or "ok"),
                str(answer.get("code", "")),
                str(answer.get("message", "")),
                str(answer.get("reference", "")),
            )
        except (KeyError, ValueError) as error:
            if status >= 400:
                message = str(answer.get("message", ""))
                return Said(AttemptState.REJECTED, Outcome.HARD, str(status), message)
            raise GatewaySilent(self._name, f"its answer cannot be read: {error}") from error


def _json(data: bytes) -> dict[str, Any]:
    try:
        read = json.loads(data or b"{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}

"""The adapter ``stripe``: PaymentIntents and Refunds of Stripe's HTTP API, or of a server that speaks it.

Settings: ``url`` (https://api.stripe.com), ``secret`` (the key sk_...), ``webhook_secret`` (whsec_...). The
token of an instrument is a payment method, with its customer before it where it is attached: ``cus_1/pm_1``.
Each order carries our key twice: as ``Idempotency-Key``, so that a repeat of the request moves nothing, and
in the metadata, so that it is found when its answer was lost.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from billing.pricing.recurring.collection import AttemptState
from billing.pricing.recurring.retries import Outcome
from billing.services.recurring.gateways import GatewaySilent, Notice, NoticeWrong, Order, Said
from billing.settings import GatewaySettings

TIMEOUT_S: Final = 30.0
PAGE: Final = 100
VERSION: Final = "2022-11-15"
"""The version of the API that is spoken, whatever the account's own is: an intent is for cards."""
TOLERANCE_S: Final = 300
"""How old a notice may be, seconds; an older one may be a replay."""
KEY: Final = "billing_key"
"""The name of our key in an object's metadata."""

_HARD: Final = frozenset(
    {
        "account_closed",
        "authentication_required",
        "card_not_supported",
        "debit_not_authorized",
        "expired_card",
        "incorrect_number",
        "invalid_account",
        "invalid_number",
        "lost_card",
        "mandate_invalid",
        "payment_intent_authentication_failure",
        "pickup_card",
        "resource_missing",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
    }
)
"""Decline codes after which the same card is not tried again by itself; every other decline is soft."""

_ENDED: Final = {
    "succeeded": AttemptState.SUCCEEDED,
    "processing": AttemptState.PENDING,
    "pending": AttemptState.PENDING,
}
"""States of an intent or refund in which money moved or will."""


class StripeGateway:
    """Speaks to the account whose key the settings have."""

    def __init__(self, name: str, settings: GatewaySettings, timeout_s: float = TIMEOUT_S) -> None:
        self.payment_type = settings.payment_type
        self._name = name
        self._settings = settings
        self._timeout_s = timeout_s

    def charge(self, order: Order) -> Said:
        """Create and confirm a PaymentIntent; raises ``GatewaySilent`` where no answer came."""
        customer, _, method = order.token.rpartition("/")
        form = {
            "amount": order.amount,
            "currency": order.currency.lower(),
            "payment_method": method,
            "confirm": "true",
            "off_session": "true",
            f"metadata[{KEY}]": order.key,
        }
        if customer:
            form["customer"] = customer
        return self._order("/v1/payment_intents", order.key, form)

    def refund(self, order: Order) -> Said:
        """Refund the intent ``order.reference``; raises ``GatewaySilent`` where no answer came."""
        form = {"payment_intent": order.reference, "amount": order.amount, f"metadata[{KEY}]": order.key}
        return self._order("/v1/refunds", order.key, form)

    def ask(self, key: str) -> Said | None:
        """Return what became of the order with ``key``, None if it never arrived.

        The lists are read, for the search of such an account lags behind: a charge that it does not show yet
        would be made twice.

        Raises:
            GatewaySilent: no answer came.
        """
        for path in ("/v1/payment_intents", "/v1/refunds"):
            for found in self._listed(path):
                if (found.get("metadata") or {}).get(KEY) == key:
                    return _said_of(found)
        return None

    def notices(self) -> Sequence[Notice]:
        """Return nothing: what it tells unasked comes to ``POST /gateways/NAME/notices``."""
        return ()

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice | None:
        """Return the notice in a webhook's request; None for one that is of no order of ours.

        Args:
            headers: by their lower-case names.
            body: as it came; the signature is over these bytes.
            now: a signature more than five minutes away from it is not taken.

        Raises:
            NoticeWrong: it is not signed with the webhook's secret, is too old, or is no event.
        """
        _judge_signature(headers.get("stripe-signature", ""), body, self._settings.webhook_secret, now)
        try:
            event = json.loads(body)
            found = event["data"]["object"]
            key = (found.get("metadata") or {}).get(KEY)
            at = datetime.fromtimestamp(int(event["created"]), UTC)
            number = str(event["id"])
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise NoticeWrong(f"it is no event: {error}") from error
        if key is None or found.get("object") not in {"payment_intent", "refund"}:
            return None
        return Notice(number, str(key), _said_of(found), at)

    def _order(self, path: str, key: str, form: Mapping[str, object]) -> Said:
        status, answer = self._call("POST", path, form, key)
        if status < 400:
            return _said_of(answer)
        error = answer.get("error") or {}
        code = str(error.get("decline_code") or error.get("code") or status)
        message = str(error.get("message") or "")
        intent = error.get("payment_intent") or {}
        if status == 402:
            return _declined(code, message, str(intent.get("id") or ""))
        if status in {409, 429}:  # nothing was done: the key is in use, or too many requests
            return Said(AttemptState.ERROR, Outcome.TECHNICAL, code, message)
        failure = Outcome.HARD if code in _HARD else Outcome.TECHNICAL
        return Said(AttemptState.REJECTED, failure, code, message)

    def _listed(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield every object of a list, page by page; raises ``GatewaySilent``."""
        after: dict[str, object] = {}
        while True:
            status, answer = self._call("GET", f"{path}?{urlencode({'limit': PAGE} | after)}")
            rows = answer.get("data")
            if status >= 400 or not isinstance(rows, list):
                raise GatewaySilent(self._name, f"it answered {status} to a question")
            yield from rows
            if not answer.get("has_more") or not rows:
                return
            after = {"starting_after": rows[-1]["id"]}

    def _call(
        self, method: str, path: str, form: Mapping[str, object] | None = None, key: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """Make one request; return its status and JSON.

        Raises:
            GatewaySilent: no answer, an unreadable one, or a fault of the server: nobody knows what was done.
        """
        headers = {"Authorization": f"Bearer {self._settings.secret}", "Stripe-Version": VERSION}
        if key:
            headers["Idempotency-Key"] = key
        data = None if form is None else urlencode(form).encode()
        url = self._settings.url.rstrip("/") + path
        request = Request(url, data=data, headers=headers, method=method)  # noqa: S310 checked below
        if request.type not in {"http", "https"}:
            raise GatewaySilent(self._name, f"{self._settings.url!r} is no http address")
        try:
            with urlopen(request, timeout=self._timeout_s) as response:  # noqa: S310 checked above
                status, said = response.status, response.read()
        except HTTPError as error:
            with error:
                status, said = error.code, error.read()
        except (OSError, HTTPException) as error:
            raise GatewaySilent(self._name, str(error) or type(error).__name__) from error
        if status >= 500:
            raise GatewaySilent(self._name, f"it answered {status}")
        try:
            return status, dict(json.loads(said))
        except (ValueError, TypeError) as error:
            raise GatewaySilent(self._name, f"its answer cannot be read: {error}") from error


def _said_of(found: Mapping[str, Any]) -> Said:
    """Return what an intent or a refund says of its money."""
    reference = str(found.get("id") or "")
    ended = _ENDED.get(str(found.get("status")))
    if ended is not None:
        return Said(ended, reference=reference)
    error = found.get("last_payment_error") or {}
    code = str(error.get("decline_code") or error.get("code") or found.get("failure_reason") or "")
    if found.get("status") == "requires_action":
        return _declined("authentication_required", "the card's holder must confirm it", reference)
    if not code:
        return Said(AttemptState.REJECTED, Outcome.TECHNICAL, str(found.get("status")), "", reference)
    return _declined(code, str(error.get("message") or ""), reference)


def _declined(code: str, message: str, reference: str) -> Said:
    failure = Outcome.HARD if code in _HARD else Outcome.SOFT
    return Said(AttemptState.DECLINED, failure, code, message, reference)


def _judge_signature(header: str, body: bytes, secret: str, now: datetime) -> None:
    """Let a notice through that the gateway signed within the last minutes.

    Raises:
        NoticeWrong: it did not.
    """
    parts = [part.strip().partition("=") for part in header.split(",")]
    stamp = next((value for name, _, value in parts if name == "t"), "")
    marks = [value for name, _, value in parts if name == "v1"]
    if not secret or not stamp.isascii() or not stamp.isdecimal() or not marks:
        raise NoticeWrong("it is not signed, or no webhook_secret is set")
    ours = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(ours.encode(), mark.encode()) for mark in marks):
        raise NoticeWrong("its signature is not the webhook's")
    if abs(int(stamp) - now.timestamp()) > TOLERANCE_S:
        raise NoticeWrong("it was signed too long ago")

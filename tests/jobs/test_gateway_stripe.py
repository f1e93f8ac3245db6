"""The adapter ``stripe`` against localstripe, and against a server that loses its answers (semantics 9)."""

import hashlib
import hmac
import json
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from billing.jobs.gateway_stripe import StripeGateway
from billing.pricing.recurring.collection import AttemptState
from billing.pricing.recurring.retries import Outcome
from billing.services.recurring.gateways import GatewaySilent, NoticeWrong, Order
from billing.settings import GatewaySettings
from tests.api.running import free_port

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
KEY = "sk_test_12345"
SIGNER = "whsec_1"


@pytest.fixture(scope="module")
def stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Stripe of paper in a process of its own."""
    port = free_port()
    folder: Path = tmp_path_factory.mktemp("stripe")
    command = [sys.executable, "-u", "-m", "localstripe", "--port", str(port), "--from-scratch"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=log) as process,
    ):
        assert process.stdout is not None
        assert b"Running" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def _post(url: str, path: str, form: dict[str, object]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 our own server
        url + path, urlencode(form).encode(), {"Authorization": f"Bearer {KEY}"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 our own server
        found: dict[str, Any] = json.load(answer)
    return found


@pytest.fixture
def gateway(stripe: str) -> StripeGateway:
    """The adapter, speaking to it."""
    return StripeGateway("stripe", GatewaySettings(url=stripe, secret=KEY))


def _card(stripe: str, number: str) -> str:
    """Make a customer with a card and return the token of the instrument."""
    customer = _post(stripe, "/v1/customers", {"description": "Anna"})["id"]
    card = {"number": number, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    form = {"type": "card"} | {f"card[{name}]": value for name, value in card.items()}
    method = _post(stripe, "/v1/payment_methods", form)["id"]
    _post(stripe, f"/v1/payment_methods/{method}/attach", {"customer": customer})
    return f"{customer}/{method}"


def test_a_charge_is_an_intent_that_is_made_and_confirmed(stripe: str, gateway: StripeGateway) -> None:
    said = gateway.charge(Order("bill-1-1", 2500, "EUR", _card(stripe, "4242424242424242")))
    assert (said.state, said.failure, said.reference[:3]) == (AttemptState.SUCCEEDED, Outcome.OK, "pi_")


def test_rule_9_a_declined_card_is_a_soft_failure(stripe: str, gateway: StripeGateway) -> None:
    said = gateway.charge(Order("bill-2-1", 2500, "EUR", _card(stripe, "4000000000000341")))
    assert (said.state, said.failure, said.code) == (AttemptState.DECLINED, Outcome.SOFT, "card_declined")


def test_a_card_that_is_not_there_is_a_failure_that_moved_nothing(gateway: StripeGateway) -> None:
    said = gateway.charge(Order("bill-3-1", 2500, "EUR", "pm_gone"))
    assert (said.state, said.code) == (AttemptState.REJECTED, "404")


def test_rule_9_an_order_is_asked_about_by_its_key(stripe: str, gateway: StripeGateway) -> None:
    paid = gateway.charge(Order("bill-4-1", 2500, "EUR", _card(stripe, "4242424242424242")))
    gateway.charge(Order("bill-4-2", 2500, "EUR", _card(stripe, "4000000000000341")))
    states = [found and found.state for found in map(gateway.ask, ("bill-4-1", "bill-4-2", "bill-4-3"))]
    assert states == [AttemptState.SUCCEEDED, AttemptState.DECLINED, None]
    assert gateway.ask("bill-4-1") == paid


def test_a_refund_sends_a_part_back(stripe: str, gateway: StripeGateway) -> None:
    paid = gateway.charge(Order("bill-5-1", 2500, "EUR", _card(stripe, "4242424242424242")))
    said = gateway.refund(Order("refund-5-1", 1000, "EUR", "", paid.reference))
    assert (said.state, said.reference[:3]) == (AttemptState.SUCCEEDED, "re_")
    assert gateway.ask("refund-5-1") == said


class _Books(ThreadingHTTPServer):
    """Notes each request and answers with what a test wants."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []
        self.answer: tuple[int, object] = (
            200,
            {"id": "pi_1", "object": "payment_intent", "status": "succeeded"},
        )


class _Handler(BaseHTTPRequestHandler):
    server: _Books

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append((self.path, self.headers["Idempotency-Key"], form))
        status, said = self.server.answer
        if not status:
            self.close_connection = True
            return
        data = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def books() -> Iterator[_Books]:
    """A server that answers as it is told."""
    with _Books() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _at(books: _Books) -> StripeGateway:
    return StripeGateway("stripe", GatewaySettings(url=f"http://127.0.0.1:{books.server_port}", secret=KEY))


ORDER = Order("bill-7-1", 2500, "EUR", "cus_1/pm_1")


def test_rule_9_the_key_goes_along_as_idempotency_key_and_in_the_metadata(books: _Books) -> None:
    _at(books).charge(ORDER)
    ((path, key, form),) = books.asked
    assert (path, key, form["metadata[billing_key]"]) == ("/v1/payment_intents", "bill-7-1", ["bill-7-1"])
    assert (form["amount"], form["currency"], form["customer"]) == (["2500"], ["eur"], ["cus_1"])


@pytest.mark.parametrize("answer", [(0, None), (500, {}), (503, {})])
def test_rule_9_no_answer_leaves_it_open_what_became_of_the_money(
    books: _Books, answer: tuple[int, object]
) -> None:
    books.answer = answer
    with pytest.raises(GatewaySilent):
        _at(books).charge(ORDER)


@pytest.mark.parametrize(
    ("status", "error", "state", "failure"),
    [
        (402, {"code": "card_declined", "decline_code": "insufficient_funds"}, "DECLINED", Outcome.SOFT),
        (402, {"code": "card_declined", "decline_code": "lost_card"}, "DECLINED", Outcome.HARD),
        (402, {"code": "expired_card"}, "DECLINED", Outcome.HARD),
        (402, {"code": "authentication_required"}, "DECLINED", Outcome.HARD),
        (429, {"code": "rate_limit"}, "ERROR", Outcome.TECHNICAL),
        (409, {"code": "idempotency_key_in_use"}, "ERROR", Outcome.TECHNICAL),
        (400, {"code": "parameter_missing"}, "REJECTED", Outcome.TECHNICAL),
    ],
)
def test_rule_9_the_class_of_a_failure_follows_its_code(
    books: _Books, status: int, error: dict[str, str], state: str, failure: Outcome
) -> None:
    books.answer = (status, {"error": error})
    said = _at(books).charge(ORDER)
    assert (said.state.value, said.failure) == (state, failure)


def test_rule_9_money_that_takes_days_is_pending(books: _Books) -> None:
    books.answer = (200, {"id": "pi_1", "object": "payment_intent", "status": "processing"})
    said = _at(books).charge(ORDER)
    assert (said.state, said.reference) == (AttemptState.PENDING, "pi_1")


WEBHOOK = StripeGateway("stripe", GatewaySettings(secret=KEY, webhook_secret=SIGNER))
EVENT = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "created": int(NOW.timestamp()),
        "type": "payment_intent.succeeded",
        "data": {
            "object": {
                "id": "pi_1",
                "object": "payment_intent",
                "status": "succeeded",
                "metadata": {"billing_key": "bill-7-1"},
            }
        },
    }
).encode()


def _signed(body: bytes, secret: str = SIGNER, at: datetime = NOW) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    mark = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={stamp},v1=00,v1={mark}"}


def test_a_signed_notice_names_its_order_and_what_became_of_it() -> None:
    notice = WEBHOOK.read_notice(_signed(EVENT), EVENT, NOW)
    assert notice is not None
    assert (notice.number, notice.key, notice.said.state) == ("evt_1", "bill-7-1", AttemptState.SUCCEEDED)
    assert notice.at == NOW


def test_a_notice_of_somebody_elses_order_is_passed_over() -> None:
    body = EVENT.replace(b"billing_key", b"other_key")
    assert WEBHOOK.read_notice(_signed(body), body, NOW) is None


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, EVENT),
        ({"stripe-signature": "t=,v1="}, EVENT),
        (_signed(EVENT, "whsec_2"), EVENT),
        (_signed(EVENT), EVENT + b" "),
        (_signed(EVENT, at=NOW - timedelta(minutes=6)), EVENT),
        (_signed(b"{}"), b"{}"),
        (_signed(b"nothing"), b"nothing"),
    ],
)
def test_a_notice_that_is_not_signed_just_now_is_not_taken(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(NoticeWrong):
        WEBHOOK.read_notice(headers, body, NOW)


def test_without_a_secret_no_notice_is_taken() -> None:
    with pytest.raises(NoticeWrong):
        StripeGateway("stripe", GatewaySettings()).read_notice(_signed(EVENT, ""), EVENT, NOW)

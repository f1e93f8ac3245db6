"""Webhooks: each event posted, signed, tried again, and told anew on request."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fastapi.testclient import TestClient

from billing.clock import SetClock
from billing.jobs.telling import Teller
from billing.services.register import open_register
from billing.services.webhooks import PAUSES_S, create_webhook, list_webhooks, replay, rotate_secret
from billing.store.engine import Store


@dataclass
class Ear:
    """An address that hears events; it answers with ``statuses`` in turn, then with 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        """The kinds of the events heard."""
        return [json.loads(body)["kind"] for _, body in self.heard]


@pytest.fixture
def ear() -> Iterator[Ear]:
    """A server that hears."""
    found = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append((dict(self.headers), body))
            self.send_response(found.statuses.pop(0) if found.statuses else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def _sell(store: Store, times: int = 1) -> None:
    for _ in range(times):
        open_register(store).ring(["#3", "@"])


def _signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Whether one of the signatures is made with ``secret``, as a receiver checks it."""
    stamp, *marks = headers["Billing-Signature"].split(",")
    signed = stamp.removeprefix("t=").encode() + b"." + body
    ours = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(mark, f"v1={ours}") for mark in marks)


def test_events_after_the_webhook_are_told_in_order_and_signed(shop: Store, ear: Ear) -> None:
    _sell(shop)
    secret, _ = create_webhook(shop, ear.url)
    _sell(shop, 3)
    assert Teller(shop).tell() == 3
    assert [headers["Billing-Event"] for headers, _ in ear.heard] == ["2", "3", "4"]
    assert all(_signed(secret, headers, body) for headers, body in ear.heard)
    assert Teller(shop).tell() == 0


def test_only_the_kinds_that_were_asked_for_are_told(shop: Store, ear: Ear) -> None:
    create_webhook(shop, ear.url, ["bill_voided"])
    _sell(shop)
    register = open_register(shop)
    register.void(register.ring(["#3"], park=True).id, "gone")
    Teller(shop).tell()
    assert ear.kinds == ["bill_voided"]


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_not_taken_is_tried_again_after_growing_pauses_then_given_up(
    shop: Store, ear: Ear, clock: SetClock, status: int
) -> None:
    create_webhook(shop, ear.url)
    _sell(shop)
    ear.statuses = [status] * 100
    teller = Teller(shop)
    for pause in PAUSES_S:
        assert teller.tell() == 1
        clock.move(pause - 1)
        assert teller.tell() == 0
        clock.move(1)
    assert teller.tell() == 1
    clock.move(1_000_000)
    assert teller.tell() == 0
    (hook,) = list_webhooks(shop)
    assert (hook.given_up, hook.waiting, hook.last_outcome) == (1, 0, f"answered {status}")


def test_one_address_that_is_down_does_not_stop_another(shop: Store, ear: Ear) -> None:
    create_webhook(shop, "http://127.0.0.1:9/nobody")
    create_webhook(shop, ear.url)
    _sell(shop)
    Teller(shop).tell()
    assert ear.kinds == ["bill_final"]
    assert [hook.waiting for hook in list_webhooks(shop)] == [1, 0]


def test_for_a_day_both_secrets_sign(shop: Store, ear: Ear, clock: SetClock) -> None:
    old, hook = create_webhook(shop, ear.url)
    new, _ = rotate_secret(shop, hook.id)
    teller = Teller(shop)
    _sell(shop)
    teller.tell()
    clock.move(86_401)
    _sell(shop)
    teller.tell()
    assert [[_signed(secret, *heard) for secret in (old, new)] for heard in ear.heard] == [
        [True, True],
        [False, True],
    ]


def test_events_are_told_again_on_request(shop: Store, ear: Ear) -> None:
    _, hook = create_webhook(shop, ear.url)
    _sell(shop, 3)
    Teller(shop).tell()
    assert replay(shop, hook.id, after=1) == 2
    Teller(shop).tell()
    assert [headers["Billing-Event"] for headers, _ in ear.heard] == ["1", "2", "3", "2", "3"]


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_webhooks_are_made_listed_and_removed_over_http(idle: TestClient, ear: Ear) -> None:
    made = idle.post("/v1/webhooks", json={"url": ear.url}, headers={"Idempotency-Key": "hook"})
    number, secret = made.json()["webhook"], made.json()["secret"]
    assert idle.get("/v1/webhooks").json()["webhooks"][0]["url"] == ear.url
    assert secret not in idle.get("/v1/webhooks").text + idle.get("/v1/journal").text
    assert idle.delete(f"/v1/webhooks/{number}").status_code == 204
    assert idle.get("/v1/webhooks").json() == {"webhooks": []}
    assert idle.delete(f"/v1/webhooks/{number}").status_code == 404


@pytest.mark.parametrize(
    "url", ["ftp://shop.example/", "https://", "https://me:secret@shop.example/", "shop"]
)
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_an_address_that_nothing_can_be_posted_to_is_refused(idle: TestClient, url: str) -> None:
    assert idle.post("/v1/webhooks", json={"url": url}).status_code == 422


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_running_server_tells_by_itself(client: TestClient, ear: Ear) -> None:
    client.post("/v1/webhooks", json={"url": ear.url, "kinds": ["document_printed"]})
    client.post("/v1/bills?wait=20", json={"lines": ["#3", "@"]})
    client.get("/v1/jobs/1?wait=20")
    while not ear.heard:
        client.get("/v1/events?after=9&wait=1")
    assert ear.kinds == ["document_printed"]

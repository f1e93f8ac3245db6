"""One effect for one key: the first answer for ever, a conflict for anything else, whatever breaks."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest
from fastapi.testclient import TestClient

from billing.api import ApiSettings
from billing.services.register import open_register
from billing.store.engine import Store, open_store
from tests.api.conftest import LOCAL, client_of
from tests.jobs.queued import Shop

BILL = {"lines": ["#3", "@"]}
KEY = {"Idempotency-Key": "order-17"}
IDLE = ApiSettings(anonymous=True, look_s=0.02, prints=False)


def test_the_same_request_gets_the_first_answer(client: TestClient) -> None:
    first = client.post("/v1/bills?wait=20", json=BILL, headers=KEY)
    again = client.post("/v1/bills?wait=20", json=BILL, headers=KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )


def test_the_first_answer_stays_though_paper_came_since(client: TestClient) -> None:
    first = client.post("/v1/bills", json=BILL, headers=KEY)
    client.get(f"/v1/jobs/{first.json()['job']}?wait=20")
    assert client.post("/v1/bills", json=BILL, headers=KEY).content == first.content


def test_a_repeat_that_waits_gets_the_receipt_and_keeps_it(client: TestClient) -> None:
    """Who lost the first answer asks again with ``wait``."""
    client.post("/v1/bills", json=BILL, headers=KEY)
    grown = client.post("/v1/bills?wait=20", json=BILL, headers=KEY)
    assert (grown.status_code, grown.json()["receipt"]["document_number"]) == (201, "0000001")
    assert client.post("/v1/bills", json=BILL, headers=KEY).content == grown.content


def test_another_body_or_route_under_the_key_is_a_conflict(idle: TestClient) -> None:
    idle.post("/v1/bills", json=BILL, headers=KEY)
    for path, body in (("/v1/bills", {"lines": ["#4", "@"]}), ("/v1/price", {"lines": ["#3"]})):
        refused = idle.post(path, json=body, headers=KEY)
        assert (refused.status_code, refused.json()["code"]) == (409, "key_reused")


def test_the_order_of_members_makes_no_other_body(idle: TestClient) -> None:
    first = idle.post("/v1/bills", content=b'{"lines":["#3"],"park":true}', headers=_json(KEY))
    again = idle.post("/v1/bills", content=b'{ "park" : true, "lines" : ["#3"] }', headers=_json(KEY))
    assert again.json() == first.json()


def _json(headers: dict[str, str]) -> dict[str, str]:
    return headers | {"Content-Type": "application/json"}


def test_a_refusal_leaves_its_key_free(idle: TestClient) -> None:
    """A refused request changed nothing; when its cause is mended the same key goes through."""
    refused = idle.post("/v1/bills", json={"lines": ["#999", "@"]}, headers=KEY)
    assert refused.status_code == 422
    assert idle.post("/v1/bills", json=BILL, headers=KEY).status_code == 202


def test_while_the_first_waits_for_paper_its_key_is_in_use(idle: TestClient) -> None:
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(idle.post, "/v1/bills?wait=2", json=BILL, headers=KEY)
        while not idle.get("/v1/bills").json()["bills"]:
            pass
        second = idle.post("/v1/bills?wait=2", json=BILL, headers=KEY)
        assert (second.status_code, second.json()["code"], second.json()["printed"]) == (
            409,
            "key_in_use",
            "unknown",
        )
        assert first.result().status_code == 202
    assert idle.post("/v1/bills", json=BILL, headers=KEY).content == first.result().content


def test_many_callers_with_repeated_keys_make_one_bill_a_key(shop: Store) -> None:
    """Two servers on one store, 60 posts in a random order, six to a key."""
    with (
        _second(shop) as other,
        client_of(shop, IDLE) as one,
        client_of(other, IDLE) as two,
        ThreadPoolExecutor(8) as pool,
    ):
        for server in (one, two):
            server.get("/healthz")

        def post(number: int) -> tuple[str, httpx2.Response]:
            server = one if number % 2 else two
            key = f"order-{number % 10}"
            return key, server.post("/v1/bills", json=BILL, headers={"Idempotency-Key": key})

        answers = list(pool.map(post, range(60)))
        bills = one.get("/v1/bills?limit=100").json()["bills"]
    assert {answer.status_code for _, answer in answers} == {202}
    assert len(bills) == 10
    assert len({(key, answer.content) for key, answer in answers}) == 10


@contextmanager
def _second(store: Store) -> Iterator[Store]:
    second = open_store(store.engine.url.render_as_string(hide_password=False), clock=store.clock)
    yield second
    second.close()


def test_answers_survive_a_restart(shop: Store) -> None:
    with client_of(shop, IDLE) as client:
        first = client.post("/v1/bills", json=BILL, headers=KEY)
    with client_of(shop, IDLE) as client:
        assert client.post("/v1/bills", json=BILL, headers=KEY).content == first.content


def test_a_bill_of_a_till_and_one_of_the_api_share_their_keys(shop: Store) -> None:
    rung = open_register(shop).ring(["#3", "@"], key="order-1")
    with client_of(shop, IDLE) as client:
        posted = client.post("/v1/bills", json=BILL | {"key": "order-1"})
        other = client.post("/v1/bills", json={"lines": ["#4", "@"], "key": "order-1"})
    assert (posted.json()["bill"], other.json()["code"]) == (rung.id, "key_clash")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/price", {"lines": ["#3"]}),
        ("/v1/parse", {"lines": ["#3"]}),
        ("/v1/bills/1/lines", {"lines": ["#3"]}),
        ("/v1/bills/1/payments", {"type": 2, "value": "1"}),
        ("/v1/bills/1/park", None),
        ("/v1/bills/1/void", {"reason": "gone"}),
        ("/v1/reports/x", {}),
        ("/v1/cash", {"amount": "5.00"}),
    ],
)
@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_every_post_is_done_once_under_its_key(
    idle: TestClient, path: str, body: dict[str, str] | None
) -> None:
    idle.post("/v1/bills", json={"lines": ["10/Tea"], "park": True})
    first = idle.post(path, json=body, headers=KEY)
    assert first.status_code in {200, 202}, first.text
    before = idle.get("/v1/bills/1").json(), idle.get("/v1/jobs").json()
    again = idle.post(path, json=body, headers=KEY)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    assert (idle.get("/v1/bills/1").json(), idle.get("/v1/jobs").json()) == before


def test_one_receipt_a_key_comes_out_of_the_device(shop: Store) -> None:
    till = Shop(shop)
    with client_of(shop, LOCAL, till) as client, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: client.post("/v1/bills", json=BILL, headers=KEY), range(8)))
        client.get("/v1/jobs/1?wait=20")
    assert len(till.sales) == 1

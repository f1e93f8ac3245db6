"""Who may go which way: rights, tokens in two forms, pages of other sites, and what browsers are told."""

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from billing.api.netfp.door import Way
from billing.api.netfp.routes import WAYS
from billing.api.netfp.service_routes import SERVICE_WAYS
from billing.services.origins import set_origin
from billing.services.tokens import Right, create_token
from tests.api.conftest import LOCAL, bearer, client_of
from tests.api.netfp.conftest import PRINTER, receipt
from tests.jobs.queued import Shop

SITE = "https://till.example"
ALL = (*WAYS, *SERVICE_WAYS)


@pytest.fixture
def strict(till: Shop) -> Iterator[TestClient]:
    """A client of a server that serves nobody without a token and prints nothing."""
    with client_of(till.store, replace(LOCAL, anonymous=False, prints=False), till) as opened:
        yield opened


def ask(client: TestClient, way: Way, headers: dict[str, str]) -> int:
    """Ask a route with something that is refused behind the door at the latest."""
    path = way.path.format(id="nobody")
    body: dict[str, str] | None = {} if way.method == "POST" else None
    return client.request(way.method, path, json=body, headers=headers).status_code


def test_every_way_opens_to_its_rights_and_to_no_others(strict: TestClient, till: Shop) -> None:
    holders = {right: bearer(till.store, right.value, right) for right in Right}
    wrong = [
        (way.method, way.path, right)
        for way in ALL
        for right, headers in holders.items()
        if (ask(strict, way, headers) not in {401, 403}) != (right in {*way.rights, Right.ADMIN})
    ]
    assert wrong == []


def test_every_way_is_shut_without_a_token(strict: TestClient) -> None:
    assert [way.path for way in ALL if ask(strict, way, {}) != 401] == []


def test_raw_requests_are_for_the_admin_alone() -> None:
    assert {way.path: set(way.rights) for way in ALL if "rawrequest" in way.path} == {
        "/printers/{id}/rawrequest": {Right.ADMIN}
    }


def test_a_token_may_come_as_the_password_of_the_address(strict: TestClient, till: Shop) -> None:
    secret, _ = create_token(till.store, "till", [Right.SELL])
    word = base64.b64encode(f"anything:{secret}".encode()).decode()
    assert strict.get("/printers", headers={"Authorization": f"Basic {word}"}).status_code == 200
    assert strict.get("/printers", headers={"Authorization": "Basic !"}).status_code == 401


def test_a_token_of_another_origin_sees_no_printer_and_no_task(strict: TestClient, till: Shop) -> None:
    set_origin(till.store, "web")
    one = bearer(till.store, "one", Right.SELL)
    strict.post(f"{PRINTER}/receipt?taskId=a&asyncTimeout=0", json=receipt(), headers=one)
    web = bearer(till.store, "two", Right.SELL, origins=["web"])
    assert strict.get("/printers", headers=web).json() == {}
    assert strict.post(f"{PRINTER}/receipt", json=receipt(), headers=web).status_code == 404
    assert strict.get("/printers/taskinfo?id=a", headers=web).json()["taskStatus"] == "unknown"
    assert strict.get("/printers/taskinfo?id=a", headers=one).json()["taskStatus"] == "enqueued"


def test_a_door_left_open_lets_clients_sell_but_not_administer(till: Shop) -> None:
    bearer(till.store, "somebody", Right.SELL)
    with client_of(till.store, replace(LOCAL, netfp_open=True), till) as client:
        assert client.post(f"{PRINTER}/receipt", json=receipt()).json()["ok"]
        assert client.post(f"{PRINTER}/rawrequest", json={"rawRequest": ">"}).status_code == 401
        assert client.get("/v1/bills").status_code == 401


def test_a_page_of_another_site_needs_a_token(door: TestClient) -> None:
    for headers in [
        {"Origin": SITE},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ]:
        assert door.get("/printers", headers=headers).status_code == 401
        answer = door.post(
            f"{PRINTER}/zreport", content=b"", headers={**headers, "content-type": "text/plain"}
        )
        assert answer.status_code == 401


def test_a_server_is_known_by_its_address(door: TestClient) -> None:
    for headers in [{"Host": "192.168.1.5:8001"}, {"Host": "till:8001"}, {"Host": "[::1]:8001"}]:
        assert door.get("/printers", headers=headers).status_code == 200


@pytest.mark.parametrize("allowed", [SITE, "*"])
def test_a_site_that_is_allowed_reads_the_answer(till: Shop, allowed: str) -> None:
    with client_of(till.store, replace(LOCAL, netfp_origins=(allowed,)), till) as client:
        answer = client.post(f"{PRINTER}/receipt", json=receipt(), headers={"Origin": SITE})
    assert (answer.json()["ok"], answer.headers["access-control-allow-origin"]) == (True, SITE)
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "access-control-allow-private-network" not in answer.headers


def test_a_browser_is_told_beforehand_what_it_may_send(strict: TestClient) -> None:
    for path in [f"{PRINTER}/receipt", "/service/vars", "/printers"]:
        headers = {
            "Origin": SITE,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,authorization",
        }
        answer = strict.options(path, headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == SITE
        assert answer.headers["access-control-allow-methods"] == "POST"
        assert answer.headers["access-control-allow-headers"] == "content-type,authorization"


def test_refusals_are_readable_for_a_page_too(door: TestClient) -> None:
    for path in (f"{PRINTER}/nothing", "/printers/nobody", "/printers/taskinfo"):
        assert door.get(path, headers={"Origin": SITE}).headers["access-control-allow-origin"] == SITE


def test_the_private_network_is_opened_by_a_setting(door: TestClient) -> None:
    body = {"allowedOrigins": [SITE], "enablePrivateNetwork": True}
    assert door.post("/service/webaccess", json=body).json()["webAccess"] == body
    answer = door.get("/printers", headers={"Origin": SITE})
    assert (answer.status_code, answer.headers["access-control-allow-private-network"]) == (200, "true")

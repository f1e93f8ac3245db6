"""Operators over HTTP: logged in with a PIN, named by a session, and nobody else in their name."""

import pytest
from fastapi.testclient import TestClient

from billing.services.operators import set_pin
from billing.services.tokens import Right
from billing.store.engine import Store
from tests.api.conftest import bearer

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)

LOGIN = {"operator": 1, "pin": "4711"}
BILL = {"lines": ["#3", "@"]}


@pytest.fixture
def guarded(idle: TestClient, shop: Store) -> TestClient:
    """A client of a shop whose operator 1 has a PIN."""
    set_pin(shop, 1, "4711")
    return idle


def _session(client: TestClient) -> dict[str, str]:
    return {"Operator": client.post("/v1/operators/login", json=LOGIN).json()["session"]}


def test_who_logs_in_gets_a_session_that_no_cache_keeps(guarded: TestClient) -> None:
    answer = guarded.post("/v1/operators/login", json=LOGIN)
    assert (answer.status_code, answer.json()["name"]) == (201, "Мария")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_bill_is_rung_up_by_who_is_logged_in(guarded: TestClient) -> None:
    assert guarded.post("/v1/bills", json=BILL, headers=_session(guarded)).json()["operator"] == 1


@pytest.mark.parametrize("body", [{**BILL, "operator": 1}, {"lines": ["*1", "#3", "@"]}])
def test_an_operator_with_a_pin_who_is_not_logged_in_rings_nothing(
    guarded: TestClient, body: dict[str, object]
) -> None:
    refused = guarded.post("/v1/bills", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_logged_in")
    assert guarded.post("/v1/bills", json=body, headers=_session(guarded)).status_code == 202


def test_a_bill_is_not_voided_in_the_name_of_somebody_else(guarded: TestClient) -> None:
    guarded.post("/v1/bills", json={"lines": ["#3"], "park": True})
    body = {"reason": "gone", "operator": 1}
    assert guarded.post("/v1/bills/1/void", json=body).json()["code"] == "not_logged_in"
    assert guarded.post("/v1/bills/1/void", json=body, headers=_session(guarded)).status_code == 200


def test_after_logging_out_the_session_opens_nothing(guarded: TestClient) -> None:
    headers = _session(guarded)
    assert guarded.post("/v1/operators/logout", headers=headers).status_code == 204
    refused = guarded.post("/v1/bills", json=BILL, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (401, "session_over")


def test_wrong_pins_lead_to_a_pause(guarded: TestClient) -> None:
    found = [guarded.post("/v1/operators/login", json={**LOGIN, "pin": "0000"}) for _ in range(4)]
    assert [answer.status_code for answer in found] == [403, 403, 403, 429]
    assert found[-1].headers["Retry-After"] == "31"


def test_the_journal_says_whose_token_and_which_operator(guarded: TestClient, shop: Store) -> None:
    headers = bearer(shop, "web-shop", Right.SELL, Right.REPORT)
    session = guarded.post("/v1/operators/login", json=LOGIN, headers=headers).json()["session"]
    guarded.post("/v1/bills", json=BILL, headers={**headers, "Operator": session})
    entries = guarded.get("/v1/journal", headers=headers).json()["entries"]
    assert [(each["kind"], each["operator"], each["facts"]["token"]) for each in entries[-2:]] == [
        ("operator_logged_in", 1, "web-shop"),
        ("bill_final", 1, "web-shop"),
    ]


def test_neither_answer_nor_log_holds_pin_or_session(
    guarded: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    session = _session(guarded)["Operator"]
    guarded.post("/v1/operators/login", json={**LOGIN, "pin": "98769876"})
    told = caplog.text + guarded.get("/v1/journal").text + guarded.get("/v1/nomenclature").text
    assert session not in told
    assert "98769876" not in told

"""Who may: every route with every right, origins, expiry, revocation, and callers without a token."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest
from fastapi.testclient import TestClient

from billing.api import ApiSettings
from billing.api.catalogue_in import ITEMS
from billing.clock import SetClock
from billing.services.tokens import Right, create_token, list_tokens, revoke_token
from billing.store.engine import Store
from tests.api.conftest import bearer, client_of

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)

S, R, P, C, A = Right.SELL, Right.REVERSE, Right.REPORT, Right.CATALOGUE, Right.ADMIN
PLANS = Right.RECURRING
MATRIX: Final[dict[tuple[str, str], set[Right]]] = {
    ("POST", "/v1/bills"): {S},
    ("GET", "/v1/bills"): {S, R, P},
    ("GET", "/v1/bills/{bill}"): {S, R, P},
    ("POST", "/v1/bills/{bill}/lines"): {S},
    ("POST", "/v1/bills/{bill}/payments"): {S},
    ("POST", "/v1/bills/{bill}/finalise"): {S},
    ("POST", "/v1/bills/{bill}/park"): {S},
    ("POST", "/v1/bills/{bill}/void"): {S},
    ("DELETE", "/v1/bills/{bill}/lines/{position}"): {S},
    ("DELETE", "/v1/bills/{bill}/payments/{position}"): {S},
    ("POST", "/v1/bills/{bill}/reversals"): {R},
    ("POST", "/v1/price"): {S},
    ("POST", "/v1/parse"): {S},
    ("GET", "/v1/nomenclature"): {S, R, P, C},
    ("GET", "/v1/nomenclature/plus"): {S, R, P, C},
    ("POST", "/v1/nomenclature"): {C},
    **{
        (method, f"/v1/nomenclature/{word}{rest}"): rights
        for word in ITEMS
        for method, rest, rights in (
            ("GET", "", {S, R, P, C}),
            ("GET", "/{number}", {S, R, P, C}),
            ("GET", "/{number}/versions", {S, R, P, C}),
            ("PUT", "/{number}", {C}),
            ("DELETE", "/{number}", {C}),
        )
    },
    ("GET", "/v1/origins"): {S, R, P, C},
    ("PUT", "/v1/origins/{origin}"): {C},
    ("GET", "/v1/devices"): {S, R, P},
    ("GET", "/v1/devices/{device}"): {S, R, P},
    ("GET", "/v1/devices/{device}/status"): {S, R, P},
    ("POST", "/v1/devices/{device}/check"): {P},
    ("GET", "/v1/jobs"): {S, R, P},
    ("GET", "/v1/jobs/{job}"): {S, R, P},
    ("POST", "/v1/jobs/{job}/retry"): {S},
    ("POST", "/v1/jobs/{job}/resolve"): {P},
    ("POST", "/v1/jobs/{job}/cancel"): {P},
    ("GET", "/v1/documents/{job}"): {S, R, P},
    ("GET", "/v1/documents/{job}/text"): {S, R, P},
    ("POST", "/v1/reports/x"): {P},
    ("POST", "/v1/reports/z"): {P},
    ("POST", "/v1/reports/period"): {P},
    ("GET", "/v1/reports"): {P},
    ("POST", "/v1/cash"): {P},
    ("GET", "/v1/journal"): {P},
    ("GET", "/v1/events"): {P},
    ("GET", "/v1/events/stream"): {P},
    ("POST", "/v1/operators/login"): {S, R, P},
    ("POST", "/v1/operators/logout"): {S, R, P},
    ("POST", "/v1/plans"): {PLANS},
    ("GET", "/v1/plans"): {S, PLANS},
    ("POST", "/v1/plans/{plan}/close"): {PLANS},
    ("POST", "/v1/customers"): {PLANS},
    ("GET", "/v1/customers"): {S, PLANS},
    ("GET", "/v1/customers/{customer}"): {S, PLANS},
    ("POST", "/v1/subscriptions"): {PLANS},
    ("GET", "/v1/subscriptions"): {PLANS},
    ("GET", "/v1/subscriptions/{subscription}"): {S, PLANS},
    ("GET", "/v1/subscriptions/{subscription}/feed"): {S, PLANS},
    **{
        ("POST", f"/v1/subscriptions/{{subscription}}/{word}"): {PLANS}
        for word in (
            "change",
            "pause",
            "resume",
            "cancel",
            "uncancel",
            "release",
            "rezone",
            "usage",
            "instrument",
            "preview",
        )
    },
    ("POST", "/v1/previews"): {PLANS},
    ("POST", "/v1/recurring/run"): {PLANS},
    ("GET", "/v1/recurring/owed"): {S, PLANS},
    ("POST", "/v1/recurring/owed/{bill}/retry"): {PLANS},
    ("GET", "/v1/recurring/forecast"): {PLANS},
    ("POST", "/v1/webhooks"): {A},
    ("GET", "/v1/webhooks"): {A},
    ("DELETE", "/v1/webhooks/{webhook}"): {A},
    ("POST", "/v1/webhooks/{webhook}/rotate"): {A},
    ("POST", "/v1/webhooks/{webhook}/replay"): {A},
}
"""The rights that open each route; ``admin`` opens all."""


@pytest.fixture
def strict(shop: Store) -> Iterator[TestClient]:
    """A client of a server that serves nobody without a token, where nothing is printed."""
    with client_of(shop, ApiSettings(prints=False, look_s=0.02)) as opened:
        yield opened


def _ask(client: TestClient, method: str, path: str, headers: dict[str, str]) -> int:
    """Ask a route with something that is refused behind the door at the latest."""
    numbers = dict.fromkeys(("bill", "position", "job", "webhook", "number", "subscription"), 999)
    names = dict.fromkeys(("device", "origin", "plan", "customer"), "none")
    at = path.format(**numbers, **names)
    if path.endswith("/stream"):
        at += "?after=x"
    return client.request(
        method, at, json={} if method in {"POST", "PUT"} else None, headers=headers
    ).status_code


def test_every_route_stands_in_the_matrix(strict: TestClient) -> None:
    described = strict.get("/openapi.json").json()["paths"]
    routes = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert {(method, path) for method, path in routes if path.startswith("/v1/")} == set(MATRIX)


def test_every_route_opens_to_its_rights_and_to_no_others(strict: TestClient, shop: Store) -> None:
    holders = {right: bearer(shop, right.value, right) for right in Right}
    wrong = [
        (method, path, right, status)
        for (method, path), rights in MATRIX.items()
        for right, headers in holders.items()
        if ((status := _ask(strict, method, path, headers)) not in {401, 403}) != (right in rights | {A})
    ]
    assert wrong == []


def test_every_route_is_shut_without_a_token(strict: TestClient) -> None:
    opened = [route for route in MATRIX if _ask(strict, *route, {}) != 401]
    assert opened == []


@pytest.mark.parametrize("secret", ["", "x", "billing_0_" + "A" * 43, "billing_9999999999_" + "A" * 43])
def test_a_wrong_token_opens_nothing(strict: TestClient, secret: str) -> None:
    answer = strict.get("/v1/bills", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="billing"')


def test_a_revoked_token_opens_nothing_from_the_next_request_on(strict: TestClient, shop: Store) -> None:
    headers = bearer(shop, "till", S)
    assert strict.get("/v1/bills", headers=headers).status_code == 200
    revoke_token(shop, "till")
    assert strict.get("/v1/bills", headers=headers).status_code == 401


def test_an_expired_token_opens_nothing(strict: TestClient, shop: Store, clock: SetClock) -> None:
    secret, _ = create_token(shop, "till", [S], lives=timedelta(days=1))
    headers = {"Authorization": f"Bearer {secret}"}
    assert strict.get("/v1/bills", headers=headers).status_code == 200
    clock.move(86_400)
    assert strict.get("/v1/bills", headers=headers).status_code == 401


def test_a_tokens_last_use_is_kept(strict: TestClient, shop: Store, clock: SetClock) -> None:
    strict.get("/v1/bills", headers=bearer(shop, "till", S))
    assert [token.used_at for token in list_tokens(shop)] == [clock.now()]


def test_a_token_of_one_origin_sells_there_and_nowhere_else(strict: TestClient, shop: Store) -> None:
    headers = bearer(shop, "till", S, origins=["shop"])
    there = strict.post("/v1/bills", json={"lines": ["#3", "@"]}, headers=headers)
    elsewhere = strict.post("/v1/bills", json={"lines": ["#3", "@"], "origin": "web"}, headers=headers)
    assert (there.status_code, there.json()["origin"]) == (202, "shop")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "forbidden")


def test_a_token_of_another_origin_sees_neither_bill_nor_job(strict: TestClient, shop: Store) -> None:
    from billing.services.origins import set_origin  # noqa: PLC0415 one test makes a second origin

    set_origin(shop, "web")
    strict.post("/v1/bills", json={"lines": ["#3", "@"], "key": "a"}, headers=bearer(shop, "one", S))
    headers = bearer(shop, "two", S, origins=["web"])
    paths = ("/v1/bills/1", "/v1/jobs/1", "/v1/documents/1", "/v1/devices/printer", "/v1/bills?origin=shop")
    assert {strict.get(path, headers=headers).status_code for path in paths} == {403}
    assert strict.get("/v1/bills", headers=headers).json()["bills"] == []
    assert strict.get("/v1/jobs", headers=headers).json()["jobs"] == []
    again = strict.post("/v1/bills", json={"lines": ["#3", "@"], "key": "a"}, headers=headers)
    assert again.status_code == 403


def test_on_this_machine_everybody_is_served_until_a_token_is_made(idle: TestClient, shop: Store) -> None:
    assert idle.get("/v1/bills").status_code == 200
    bearer(shop, "till", S)
    assert idle.get("/v1/bills").status_code == 401


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_a_page_of_another_site_is_not_this_machine(idle: TestClient, headers: dict[str, str]) -> None:
    assert idle.get("/v1/bills", headers=headers).status_code == 401


def test_a_server_told_to_be_insecure_serves_other_machines_until_a_token_is_made(shop: Store) -> None:
    settings = ApiSettings(anonymous=True, insecure=True, prints=False)
    there = {"Host": "pos.example:8000"}
    with client_of(shop, settings) as client:
        assert client.get("/v1/bills", headers=there).status_code == 200
        assert (
            client.get("/v1/bills", headers={**there, "Origin": "http://pos.example:8000"}).status_code == 200
        )
        assert client.get("/v1/bills", headers={**there, "Origin": "https://evil.example"}).status_code == 401
        bearer(shop, "till", S)
        assert client.get("/v1/bills", headers=there).status_code == 401


def test_a_right_token_is_served_where_wrong_ones_ran_out(shop: Store) -> None:
    right = bearer(shop, "till", Right.SELL)
    with client_of(shop, ApiSettings(prints=False, wrong_tokens_a_minute=3)) as client:
        found = [client.get("/v1/bills", headers={"Authorization": "Bearer x"}).status_code for _ in range(4)]
        assert found == [401, 401, 401, 429]
        assert client.get("/v1/bills", headers=right).status_code == 200


def test_wrong_tokens_run_out(shop: Store) -> None:
    headers = {"Authorization": "Bearer wrong"}
    with client_of(shop, ApiSettings(prints=False, wrong_tokens_a_minute=3)) as client:
        found = [client.get("/v1/bills", headers=headers).status_code for _ in range(5)]
    assert found == [401, 401, 401, 429, 429]


def test_one_callers_requests_run_out_and_come_back(shop: Store, clock: SetClock) -> None:
    with client_of(shop, ApiSettings(prints=False, requests_a_minute=2)) as client:
        headers, others = bearer(shop, "one", S), bearer(shop, "two", S)
        found = [client.get("/v1/bills", headers=headers).status_code for _ in range(3)]
        assert client.get("/v1/bills", headers=others).status_code == 200
        refused = client.get("/v1/bills", headers=headers)
        clock.move(30)
        found.append(client.get("/v1/bills", headers=headers).status_code)
    assert (found, refused.headers["Retry-After"]) == ([200, 200, 429, 200], "31")


def test_no_answer_and_no_log_line_holds_a_secret(
    strict: TestClient, shop: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    headers = bearer(shop, "till", A)
    secret = headers["Authorization"].removeprefix("Bearer ")
    answers = [strict.get(path, headers=headers).text for path in ("/v1/devices", "/v1/journal", "/metrics")]
    assert secret not in caplog.text + "".join(answers)
    assert "till" in caplog.text

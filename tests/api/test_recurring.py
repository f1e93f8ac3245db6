"""Plans, customers and subscriptions over HTTP (recurring semantics 2, 6, 10, 15 and 16)."""

import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from billing.api import ApiSettings
from billing.clock import SetClock
from billing.jobs.recurring import Recurring, Round
from billing.services.origins import set_origin
from billing.services.tokens import Right
from billing.store.engine import Store
from tests.api.conftest import bearer, client_of

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)

Words = dict[str, Any]


def _made(client: TestClient, path: str, body: Words, status: int = 201) -> Words:
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.text
    found: Words = answer.json()
    return found


@pytest.fixture
def gym(idle: TestClient) -> TestClient:
    """A shop with a plan at 25.00 a month and one customer."""
    _made(idle, "/v1/plans", {"plan": "gym", "amount": "25.00"})
    _made(idle, "/v1/customers", {"name": "Anna", "external_id": "anna"})
    return idle


def _subscribe(client: TestClient, **words: object) -> Words:
    return _made(client, "/v1/subscriptions", {"plan": "gym", "customer": "anna", **words})


def test_one_that_starts_now_is_billed_and_owed(gym: TestClient) -> None:
    made = _subscribe(gym, quantity=2)
    assert (made["state"], made["billed"]) == ("ACTIVE", 1)
    owes = gym.get("/v1/customers/anna").json()["owes"]
    assert [(row["bill"], row["due"], row["state"]) for row in owes] == [(1, "50.00", "OPEN")]
    assert gym.get("/v1/recurring/owed").json()["owed"] == owes


def test_what_is_owed_is_paid_as_any_bill(gym: TestClient) -> None:
    _subscribe(gym)
    assert gym.post("/v1/bills/1/payments", json={}).json()["state"] == "handed_over"
    assert gym.get("/v1/recurring/owed").json()["owed"] == []


def test_every_operation_answers_with_what_the_subscription_is_now(gym: TestClient) -> None:
    number = _subscribe(gym)["subscription"]
    steps: list[tuple[str, Words | None, str]] = [
        ("change", {"quantity": 3, "when": "period_end"}, "ACTIVE"),
        ("pause", None, "PAUSED"),
        ("resume", {"mode": "keep"}, "ACTIVE"),
        ("rezone", {"zone": "Europe/Athens"}, "ACTIVE"),
        ("cancel", {"when": "period_end"}, "ENDING"),
        ("uncancel", None, "ACTIVE"),
        ("cancel", {"when": "now"}, "CANCELED"),
    ]
    states = [
        gym.post(f"/v1/subscriptions/{number}/{name}", json=body).json()["state"] for name, body, _ in steps
    ]
    assert states == [state for _, _, state in steps]
    assert gym.get(f"/v1/subscriptions/{number}").json()["state"] == "CANCELED"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("uncancel", None, "not_ending"),
        ("resume", {}, "not_paused"),
        ("release", {}, "not_held"),
        ("rezone", {"zone": "Europe/Nowhere"}, "unknown_zone"),
        ("cancel", {"when": "now", "refund": "1000.00"}, "refund_exceeds_paid"),
        ("change", {"plan": "none"}, "missing"),
    ],
)
def test_a_refused_operation_is_a_problem_with_the_rules_code_and_writes_nothing(
    gym: TestClient, name: str, body: Words | None, code: str
) -> None:
    number = _subscribe(gym)["subscription"]
    before = gym.get(f"/v1/subscriptions/{number}/feed").json()
    answer = gym.post(f"/v1/subscriptions/{number}/{name}", json=body)
    assert (answer.headers["Content-Type"], answer.json()["code"]) == ("application/problem+json", code)
    assert gym.get(f"/v1/subscriptions/{number}/feed").json() == before


def test_a_start_in_the_past_without_a_policy_is_refused(gym: TestClient) -> None:
    words = {"plan": "gym", "customer": "anna", "start": "2001-01-01T00:00:00Z"}
    assert gym.post("/v1/subscriptions", json=words).json()["code"] == "start_in_past"


def test_a_time_without_an_offset_is_refused(gym: TestClient) -> None:
    words = {"plan": "gym", "customer": "anna", "start": "2031-01-01T00:00:00"}
    answer = gym.post("/v1/subscriptions", json=words)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_rule_15_the_same_key_makes_one_subscription_and_other_content_is_refused(gym: TestClient) -> None:
    words = {"plan": "gym", "customer": "anna"}
    headers = {"Idempotency-Key": "order-1"}
    first, again = (gym.post("/v1/subscriptions", json=words, headers=headers) for _ in range(2))
    other = gym.post("/v1/subscriptions", json=words | {"quantity": 2}, headers=headers)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert len(gym.get("/v1/subscriptions").json()["subscriptions"]) == 1


def test_rule_15_an_external_id_catches_a_double_click_without_a_key(gym: TestClient) -> None:
    _subscribe(gym, external_id="order-1")
    again = gym.post("/v1/subscriptions", json={"plan": "gym", "customer": "anna", "external_id": "order-1"})
    assert again.json()["code"] == "external_id_taken"


def test_a_pass_bills_what_is_due_batch_by_batch(gym: TestClient, clock: SetClock) -> None:
    for _ in range(3):
        _subscribe(gym)
    clock.move(32 * 86_400)
    first = _made(gym, "/v1/recurring/run", {"max_subscriptions": 2}, 200)
    rest = _made(gym, "/v1/recurring/run", {}, 200)
    assert (first["generated"], first["more"]) == (2, True)
    assert (rest["generated"], rest["more"]) == (1, False)


def test_rule_16_the_preview_is_what_the_pass_then_makes(gym: TestClient, clock: SetClock) -> None:
    number = _subscribe(gym)["subscription"]
    coming = _made(gym, f"/v1/subscriptions/{number}/preview", {"count": 2}, 200)["coming"]
    clock.move(62 * 86_400)
    assert _made(gym, "/v1/recurring/run", {}, 200)["generated"] == 2
    owed = gym.get("/v1/recurring/owed").json()["owed"]
    assert [each["amount"] for each in coming] == [row["due"] for row in owed[1:]]
    assert _made(gym, f"/v1/subscriptions/{number}/preview", {"count": 2}, 200)["coming"] != coming


def test_rule_16_a_preview_plays_what_would_be_asked_and_writes_nothing(
    gym: TestClient, clock: SetClock
) -> None:
    number = _subscribe(gym)["subscription"]
    before = gym.get(f"/v1/subscriptions/{number}").json()
    at = clock.now().isoformat()
    body = {"count": 3, "operations": [{"do": "change", "at": at, "amount": "30.00", "when": "period_end"}]}
    coming = _made(gym, f"/v1/subscriptions/{number}/preview", body, 200)["coming"]
    assert [each["amount"] for each in coming] == ["30.00"] * 3
    assert gym.get(f"/v1/subscriptions/{number}").json() == before


def test_rule_16_terms_are_previewed_before_anything_is_made(gym: TestClient) -> None:
    body = {"subscription": {"plan": "gym", "customer": "anna", "quantity": 2, "max_runs": 2}}
    coming = _made(gym, "/v1/previews", body, 200)["coming"]
    assert [each["amount"] for each in coming] == ["50.00", "50.00"]
    assert gym.get("/v1/subscriptions").json()["subscriptions"] == []


def test_the_forecast_sums_by_month_and_plan(gym: TestClient) -> None:
    _subscribe(gym)
    rows = gym.get("/v1/recurring/forecast?months=2").json()["forecast"]
    assert [(row["plan"], row["periods"], row["amount"]) for row in rows] == [("gym", 1, "25.00")] * 2


def test_metered_use_is_kept_once(gym: TestClient) -> None:
    number = _subscribe(gym)["subscription"]
    body = {"event": "meter-1", "used": "12.5"}
    kept = [_made(gym, f"/v1/subscriptions/{number}/usage", body, 200)["kept"] for _ in range(2)]
    assert kept == [True, False]


def test_a_plan_that_is_closed_takes_nobody_new(gym: TestClient) -> None:
    assert gym.post("/v1/plans/gym/close").json() == {"plan": "gym", "closed": True}
    answer = gym.post("/v1/subscriptions", json={"plan": "gym", "customer": "anna"})
    assert answer.json()["code"] == "plan_closed"
    assert gym.get("/v1/plans").json()["plans"][0]["closed_at"] is not None


def test_a_bill_without_an_instrument_is_not_tried_at_a_gateway(gym: TestClient) -> None:
    _subscribe(gym)
    assert gym.post("/v1/recurring/owed/1/retry").json()["code"] == "not_collected"


def test_another_instrument_stands_in_the_subscription(gym: TestClient) -> None:
    number = _subscribe(gym)["subscription"]
    body = {"instrument": "paper:ok"}
    assert _made(gym, f"/v1/subscriptions/{number}/instrument", body, 200)["instrument"] == "paper:ok"


def test_the_feed_names_the_token_that_asked(gym: TestClient, shop: Store) -> None:
    number = _subscribe(gym)["subscription"]
    headers = bearer(shop, "web", Right.RECURRING)
    gym.post(f"/v1/subscriptions/{number}/pause", headers=headers)
    lines = gym.get(f"/v1/subscriptions/{number}/feed", headers=headers).json()["lines"]
    assert [line["actor"] for line in lines if line["type"] == "paused"] == ["token web"]


def test_a_token_of_another_origin_neither_sees_nor_moves_a_subscription(
    gym: TestClient, shop: Store
) -> None:
    set_origin(shop, "web")
    number = _subscribe(gym)["subscription"]
    headers = bearer(shop, "web", Right.RECURRING, origins=["web"])
    assert gym.get(f"/v1/subscriptions/{number}", headers=headers).status_code == 403
    assert gym.post(f"/v1/subscriptions/{number}/pause", headers=headers).status_code == 403
    assert gym.get("/v1/customers/anna", headers=headers).json()["owes"] == []
    assert gym.get("/v1/subscriptions", headers=headers).status_code == 403


def test_pages_of_customers_and_subscriptions_follow_their_cursor(gym: TestClient) -> None:
    for _ in range(3):
        _subscribe(gym)
    first = gym.get("/v1/subscriptions?limit=2").json()
    rest = gym.get(f"/v1/subscriptions?limit=2&cursor={first['next']}").json()
    numbers = [row["subscription"] for row in first["subscriptions"] + rest["subscriptions"]]
    assert (len(set(numbers)), rest["next"]) == (3, None)


def test_rule_14_events_of_plans_are_told_to_webhooks_by_their_names(gym: TestClient) -> None:
    body = {"url": "https://shop.example/hook", "kinds": ["period.billed", "subscription.created"]}
    _made(gym, "/v1/webhooks", body)
    _subscribe(gym)
    kinds = [event["kind"] for event in gym.get("/v1/events").json()["events"]]
    assert {"period.billed", "subscription.created"} <= set(kinds)


def test_rule_9_a_notice_that_no_gateway_signed_is_refused(
    gym: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "billing").mkdir()
    (tmp_path / "billing" / "billing.toml").write_text(
        '[gateways.stripe]\nadapter = "stripe"\nwebhook_secret = "whsec_1"\n'
    )
    known = gym.post("/gateways/stripe/notices", json={}, headers={"Stripe-Signature": "t=1,v1=00"})
    unknown = gym.post("/gateways/other/notices", json={})
    assert (known.status_code, known.json()["code"]) == (401, "notice_wrong")
    assert unknown.status_code == 404


def test_a_server_bills_what_is_due_by_itself(
    gym: TestClient, shop: Store, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _subscribe(gym)
    clock.move(32 * 86_400)
    billed = threading.Event()

    class Told(Recurring):
        def round(self) -> Round:
            try:
                return super().round()
            finally:
                billed.set()

    monkeypatch.setattr("billing.api.app.Recurring", Told)
    with client_of(shop, ApiSettings(anonymous=True, prints=False, bills=True)):
        assert billed.wait(300)
    assert gym.get("/v1/subscriptions/1").json()["billed"] == 2

"""The day over HTTP: read, closed once, refused while something is open; cash, periods, documents to read."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from billing.clock import SetClock
from billing.services.idempotency import Answered, forget, once
from billing.store.engine import Store

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def test_a_day_is_closed_once_and_agrees_with_its_device(client: TestClient) -> None:
    client.post("/v1/bills?wait=20", json={"lines": ["2*#3", "@"]})
    first = client.post("/v1/reports/z?wait=20", json={}, headers={"Idempotency-Key": "day-1"})
    again = client.post("/v1/reports/z?wait=20", json={}, headers={"Idempotency-Key": "day-1"})
    assert (first.status_code, first.json()["state"], first.json()["z_number"]) == (200, "balanced", 1)
    assert again.content == first.content
    assert [row["z_number"] for row in client.get("/v1/reports").json()["reports"]] == [1]


def test_a_z_that_is_refused_names_what_stands_in_the_way(idle: TestClient) -> None:
    idle.post("/v1/bills", json={"lines": ["#3", "@2/1"], "park": True})
    idle.post("/v1/bills", json={"lines": ["#3", "@"]})
    refused = idle.post("/v1/reports/z", json={"origin": "shop"})
    assert (refused.status_code, refused.json()["code"]) == (409, "z_refused")
    assert [each["path"] for each in refused.json()["errors"]] == ["/v1/bills/1", "/v1/jobs/1"]


def test_an_x_compares_our_figures_with_the_devices(client: TestClient) -> None:
    client.post("/v1/bills?wait=20", json={"lines": ["2*#3", "@"]})
    x = client.post("/v1/reports/x?wait=20", json={}).json()
    assert (x["figures"]["total"], x["device_figures"]["group_2"], x["differences"]) == ("3.10", "3.10", [])


def test_cash_and_period_reports_are_jobs(client: TestClient) -> None:
    cash = client.post("/v1/cash?wait=20", json={"amount": "50.00"}).json()
    assert (cash["kind"], cash["state"], cash["document"]["amount"]) == ("cash", "done", "50.00")
    body = {"from_date": "2026-11-01", "to_date": "2026-11-24"}
    assert client.post("/v1/reports/period?wait=20", json=body).json()["kind"] == "period-report"


@pytest.mark.parametrize(
    "body",
    [{"from_date": "2026-11-24"}, {"from_date": "2026-11-24", "to_date": "2026-11-01"}, {}],
)
def test_a_period_has_both_ends_in_order(idle: TestClient, body: dict[str, str]) -> None:
    assert idle.post("/v1/reports/period", json=body).status_code == 422


def test_a_document_is_read_as_data_and_as_text(client: TestClient) -> None:
    client.post("/v1/bills?wait=20", json={"lines": ["2*#3-10%", "/Table 4", "-1%/Regular", "@1/10"]})
    data, text = client.get("/v1/documents/1").json(), client.get("/v1/documents/1/text").text
    assert data["document"]["lines"][0]["text"] == "Кроасан с масло"
    assert text.startswith("COPY - RECEIPT")
    assert "# Table 4" in text
    assert "document 0000001, device DT000600" in text


def test_an_unknown_job_is_cleared_up_by_a_persons_word(idle: TestClient) -> None:
    idle.post("/v1/bills", json={"lines": ["#3", "@"]})
    refused = idle.post("/v1/jobs/1/resolve", json={"printed": True, "document_number": "7"})
    assert (refused.status_code, refused.json()["code"]) == (409, "job_state")
    given_up = idle.post("/v1/jobs/1/cancel", json={"reason": "the device was sold"})
    assert given_up.json()["state"] == "cancelled"


def test_answers_are_forgotten_only_where_that_was_asked_for(store: Store, clock: SetClock) -> None:
    once(store, "old", "a", lambda _: Answered(200, {"n": 1}))
    clock.move(timedelta(days=31).total_seconds())
    once(store, "new", "a", lambda _: Answered(200, {"n": 2}))
    assert forget(store, 30) == 1
    assert once(store, "new", "a", lambda _: Answered(200, {"n": 3})).answer == {"n": 2}
    assert once(store, "old", "a", lambda _: Answered(200, {"n": 4})).answer == {"n": 4}

"""Reversals over HTTP."""

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def test_part_of_a_line_is_taken_back_once_under_its_key(client: TestClient) -> None:
    sold = client.post("/v1/bills?wait=20", json={"lines": ["2*#3", "@"]}).json()
    body = {"reason": "refund", "lines": [{"position": 1, "qty": "1"}]}
    path, key = f"/v1/bills/{sold['bill']}/reversals?wait=20", {"Idempotency-Key": "back-1"}
    first, again = (client.post(path, json=body, headers=key) for _ in range(2))
    assert (first.status_code, first.json()["total"]) == (201, "1.55")
    assert first.json()["receipt"]["document_number"] == "0000002"
    assert again.content == first.content


def test_no_more_than_was_sold_is_taken_back(client: TestClient) -> None:
    client.post("/v1/bills?wait=20", json={"lines": ["2*#3", "@"]})
    body = {"reason": "operator-error", "lines": [{"position": 1, "qty": "3"}]}
    refused = client.post("/v1/bills/1/reversals", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "more_than_sold")


def test_the_laws_three_reasons_are_the_only_ones(idle: TestClient) -> None:
    refused = idle.post("/v1/bills/1/reversals", json={"reason": "whim"})
    assert (refused.status_code, refused.json()["path"]) == (422, "$.reason")


def test_a_bill_whose_receipt_is_not_printed_is_not_reversed(idle: TestClient) -> None:
    idle.post("/v1/bills", json={"lines": ["#3", "@"]})
    refused = idle.post("/v1/bills/1/reversals", json={"reason": "refund"})
    assert refused.json()["code"] == "original_not_printed"

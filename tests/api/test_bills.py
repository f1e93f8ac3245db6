"""Bills over HTTP: made in one call, changed, paid, voided, read, listed; and what a refusal says."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)

OBJECTS = [
    {"kind": "charge", "plu": 3, "qty": "2"},
    {"kind": "charge", "price": "1.20", "text": "Tea", "modifier": {"kind": "percent", "value": "-10"}},
    {"kind": "comment", "text": "Table 4"},
    {"kind": "modifier", "modifier": {"kind": "fixed", "value": "-0.10"}, "text": "Regular"},
    {"kind": "payment", "type": 1, "value": "10.00"},
]
TEXTS = ["2*#3", "1.20-10%/Tea", "/Table 4", "-0.10/Regular", "@1/10"]


def _post(client: TestClient, path: str, body: object, status: int) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


def _same(bill: dict[str, Any]) -> dict[str, Any]:
    unlike = ("bill", "unique_sale_number", "job", "opened_at", "final_at")
    return {name: value for name, value in bill.items() if name not in unlike}


def test_a_waiting_caller_gets_the_receipts_numbers(client: TestClient) -> None:
    bill = _post(client, "/v1/bills?wait=20", {"lines": TEXTS}, 201)
    assert (bill["state"], bill["total"], bill["change"]) == ("handed_over", "4.08", "5.92")
    assert bill["receipt"]["document_number"] == "0000001"
    assert bill["receipt"]["printed"] == "yes"


def test_a_caller_that_does_not_wait_gets_the_job(idle: TestClient) -> None:
    bill = _post(idle, "/v1/bills", {"lines": ["#3", "@"]}, 202)
    assert (bill["job"], bill["job_state"], bill["receipt"]) == (1, "queued", None)


def test_waiting_in_vain_is_no_failure_of_the_job(idle: TestClient) -> None:
    bill = _post(idle, "/v1/bills?wait=0", {"lines": ["#3", "@"]}, 202)
    assert idle.get(f"/v1/jobs/{bill['job']}").json()["state"] == "queued"


def test_objects_say_the_same_as_text(idle: TestClient) -> None:
    text = _post(idle, "/v1/bills", {"text": "\n".join(TEXTS)}, 202)
    lines = _post(idle, "/v1/bills", {"lines": TEXTS}, 202)
    objects = _post(idle, "/v1/bills", {"lines": OBJECTS}, 202)
    assert _same(text) == _same(lines) == _same(objects)


def test_a_refused_text_line_has_its_path_line_and_column(idle: TestClient) -> None:
    problem = _post(idle, "/v1/bills", {"lines": ["#3", "1.2@@"]}, 422)
    assert (problem["code"], problem["path"], problem["line"], problem["column"], problem["printed"]) == (
        "syntax",
        "$.lines[1]",
        2,
        5,
        "no",
    )


def test_a_mistake_in_an_object_has_its_json_path(idle: TestClient) -> None:
    problem = _post(idle, "/v1/bills", {"lines": ["#3", {"kind": "charge", "price": 1.5}]}, 422)
    assert (problem["code"], problem["path"]) == ("invalid", "$.lines[1].price")


def test_a_negative_price_is_no_discount(idle: TestClient) -> None:
    _post(idle, "/v1/bills", {"lines": ["#3", {"kind": "charge", "price": "-5"}, "@"]}, 422)


@pytest.mark.parametrize("said", [{}, {"department": 3}, {"plu": 3, "department": 3}])
def test_a_charge_without_a_price_is_a_plu_and_never_a_department(
    idle: TestClient, said: dict[str, int]
) -> None:
    """Protocol semantics 4, rows 5 and 37: department 3 without a price is not PLU 3."""
    problem = _post(idle, "/v1/bills", {"lines": ["1", {"kind": "charge"} | said, "@"]}, 422)
    assert problem["path"].startswith("$.lines[1]")


def test_a_rule_that_refuses_an_object_names_its_path(idle: TestClient) -> None:
    problem = _post(idle, "/v1/bills", {"lines": [{"kind": "charge", "plu": 999}, "@"]}, 422)
    assert (problem["code"], problem["path"], "column" in problem) == ("unknown_plu", "$.lines[0]", False)


def test_an_origin_that_is_not_there_is_a_mistake_of_the_body(idle: TestClient) -> None:
    problem = _post(idle, "/v1/bills", {"lines": ["#3", "@"], "origin": "moon"}, 422)
    assert (problem["code"], problem["path"]) == ("missing", "$.origin")


def test_a_refused_bill_leaves_nothing(idle: TestClient) -> None:
    _post(idle, "/v1/bills", {"lines": ["#3"]}, 422)
    assert idle.get("/v1/bills").json()["bills"] == []


def test_a_parked_bill_is_gone_on_with_and_paid(client: TestClient) -> None:
    bill = _post(client, "/v1/bills", {"lines": ["#3"], "park": True}, 201)
    _post(client, f"/v1/bills/{bill['bill']}/lines", {"lines": ["1.20/Tea", "0.30"]}, 200)
    paid = _post(client, f"/v1/bills/{bill['bill']}/payments?wait=20", {"type": 2}, 200)
    assert (paid["total"], paid["receipt"]["total"]) == ("3.05", "3.05")


def test_lines_are_added_all_or_none(idle: TestClient) -> None:
    bill = _post(idle, "/v1/bills", {"lines": ["#3"], "park": True}, 201)
    problem = _post(idle, f"/v1/bills/{bill['bill']}/lines", {"lines": ["#4", "#999"]}, 422)
    assert problem["path"] == "$.lines[1]"
    assert idle.get(f"/v1/bills/{bill['bill']}").json()["total"] == "1.55"


def test_a_line_is_taken_off_by_its_position(idle: TestClient) -> None:
    bill = _post(idle, "/v1/bills", {"lines": ["#3", "#4"], "park": True}, 201)
    position = bill["lines"][0]["position"]
    assert idle.delete(f"/v1/bills/{bill['bill']}/lines/{position}").json()["total"] == "2.40"


def test_a_partly_paid_bill_is_voided_after_its_payment_is_withdrawn(idle: TestClient) -> None:
    bill = _post(idle, "/v1/bills", {"lines": ["#3", "@2/1"], "park": True}, 201)
    position = bill["payments"][0]["position"]
    withdrawn = idle.delete(f"/v1/bills/{bill['bill']}/payments/{position}").json()
    voided = _post(idle, f"/v1/bills/{bill['bill']}/void", {"reason": "the guest left"}, 200)
    assert (withdrawn["state"], voided["state"], voided["void_reason"]) == (
        "open",
        "voided",
        "the guest left",
    )
    kinds = [entry["kind"] for entry in idle.get("/v1/journal").json()["entries"]]
    assert kinds == ["payment_withdrawn", "bill_voided"]


def test_a_final_bill_does_not_change(idle: TestClient) -> None:
    bill = _post(idle, "/v1/bills", {"lines": ["#3", "@"]}, 202)
    assert _post(idle, f"/v1/bills/{bill['bill']}/lines", {"lines": ["#3"]}, 409)["code"] == "finalized"


def test_the_same_external_key_is_the_same_bill(idle: TestClient) -> None:
    first = _post(idle, "/v1/bills", {"lines": ["#3", "@"], "key": "order-1"}, 202)
    again = _post(idle, "/v1/bills", {"lines": ["#3", "@"], "key": "order-1"}, 202)
    other = _post(idle, "/v1/bills", {"lines": ["#4", "@"], "key": "order-1"}, 409)
    assert (again["bill"], other["code"]) == (first["bill"], "key_clash")


def test_bills_are_listed_newest_first_page_by_page(idle: TestClient) -> None:
    for _ in range(5):
        _post(idle, "/v1/bills", {"lines": ["#3"], "park": True}, 201)
    found, cursor = [], ""
    while True:
        page = idle.get(f"/v1/bills?limit=2{cursor}").json()
        found += [row["bill"] for row in page["bills"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == [5, 4, 3, 2, 1]


def test_a_bill_is_found_by_its_key(idle: TestClient) -> None:
    _post(idle, "/v1/bills", {"lines": ["#3"], "park": True, "key": "a"}, 201)
    _post(idle, "/v1/bills", {"lines": ["#3"], "park": True, "key": "b"}, 201)
    assert [row["bill"] for row in idle.get("/v1/bills?key=b").json()["bills"]] == [2]


def test_pricing_keeps_nothing_and_takes_its_own_nomenclature(idle: TestClient) -> None:
    own = {"tax_groups": {"1": {"rate": 20.5}}, "default_tax_group": 1}
    priced = _post(idle, "/v1/price", {"lines": ["2*1.20/Tea", "-10%"], "nomenclature": own}, 200)
    assert (priced["total"], priced["tax"]["1"]["rate"]) == ("2.16", "20.5")
    assert idle.get("/v1/bills").json()["bills"] == []


def test_parsing_says_each_line_or_its_mistake(idle: TestClient) -> None:
    parsed = _post(idle, "/v1/parse", {"text": "2,50*#23\n\n1.2@@"}, 200)["lines"]
    assert [(line["line"], line.get("canonical"), line.get("error", {}).get("kind")) for line in parsed] == [
        (1, "2.5*#23", None),
        (3, None, "syntax"),
    ]

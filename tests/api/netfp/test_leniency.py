"""How leniently a body is read, and what is a 400 all the same (protocol page, section 1)."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.netfp.conftest import PRINTER, item, receipt

JSON = {"content-type": "application/json"}


def test_names_in_any_letter_case_numbers_in_strings_and_strangers_are_taken(door: TestClient) -> None:
    body = {
        "UniqueSaleNumber": "DT000600-0001-0000042",
        "OPERATOR": 1,
        "stranger": {"a": [1]},
        "Items": [{"Text": 7, "TaxGroup": "2", "UnitPrice": "4.60", "quantity": "2", "x": None}],
        "payments": [{"PaymentType": "Cash", "Amount": "9.2"}],
    }
    answer = door.post(f"{PRINTER}/receipt", json=body).json()
    assert (answer["ok"], answer["receiptAmount"]) == (True, 9.2)


def test_an_enumeration_is_taken_by_word_name_and_number(door: TestClient) -> None:
    for kind in ["sale", "SALE", "Sale", 0, "0"]:
        body = receipt(item(type=kind, priceModifierType="DiscountPercent", priceModifierValue=50))
        assert door.post(f"{PRINTER}/receipt", json=body).json()["receiptAmount"] == 0.6


def test_a_payment_type_is_taken_by_word_and_number(door: TestClient) -> None:
    for kind in ["card", "CARD", "Card", 8, "8"]:
        body = receipt(payments=[{"paymentType": kind, "amount": 1.2}])
        assert door.post(f"{PRINTER}/receipt", json=body).json()["ok"]


def test_json_has_several_content_types(door: TestClient) -> None:
    for kind in ["application/json; charset=utf-8", "text/json", "application/vnd.till+json"]:
        answer = door.post(
            f"{PRINTER}/receipt", content=json.dumps(receipt()), headers={"content-type": kind}
        )
        assert answer.json()["ok"]


def test_another_content_type_is_a_415(door: TestClient) -> None:
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""]:
        answer = door.post(
            f"{PRINTER}/receipt", content=json.dumps(receipt()), headers={"content-type": kind}
        )
        assert answer.status_code == 415


@pytest.mark.parametrize("path", ["xreport", "duplicate", "reset"])
def test_a_body_that_nobody_needs_is_ignored_whatever_it_is(door: TestClient, path: str) -> None:
    door.post(f"{PRINTER}/receipt", json=receipt())
    answer = door.post(f"{PRINTER}/{path}", content=b"\xff{", headers={"content-type": "image/png"})
    assert (answer.status_code, answer.json()["ok"]) == (200, True)


BAD: list[Any] = [
    receipt() | {"items": None},
    {"uniqueSaleNumber": ""},
    receipt(operator=None),
    receipt(uniqueSaleNumber=None),
    receipt(item(text=None)),
    receipt(item(type="gift")),
    receipt(item(type=None)),
    receipt(item(taxGroup=None)),
    receipt(item(taxGroup="two")),
    receipt(item(taxGroup=1.5)),
    receipt(item(quantity="a lot")),
    receipt(item(quantity=None)),
    receipt(item(unitPrice=True)),
    receipt(item(unitPrice=1e300)),
    receipt(payments=[{"amount": 1.2}]),
    receipt(payments=[{"paymentType": "cash"}]),
    receipt(payments=[{"paymentType": "gold", "amount": 1.2}]),
    receipt(payments=[{"paymentType": None, "amount": 1.2}]),
    receipt(payments={"cash": 1}),
    receipt(items=[7]),
    [receipt()],
    "receipt",
    None,
]


def test_what_does_not_bind_is_a_400_with_its_paths(door: TestClient) -> None:
    for body in BAD:
        answer = door.post(f"{PRINTER}/receipt", content=json.dumps(body), headers=JSON)
        assert (body, answer.status_code, answer.json()["status"]) == (body, 400, 400)
        assert answer.json()["title"] == "One or more validation errors occurred."
        assert all(isinstance(said, list) for said in answer.json()["errors"].values())
    assert door.get("/v1/jobs").json()["jobs"] == []


def test_what_is_no_json_is_a_400(door: TestClient) -> None:
    bodies = [b"", b"{", b"\xff", b'{"items":[NaN]}', b"[" * 100_000, b'{"items":"\\ud800"}']
    found = [door.post(f"{PRINTER}/receipt", content=body, headers=JSON).status_code for body in bodies]
    assert found == [400] * len(bodies)


def test_a_400_comes_before_a_404(door: TestClient) -> None:
    assert door.post("/printers/nobody/receipt", json={}).status_code == 400
    assert door.post("/printers/nobody/receipt", json=receipt()).status_code == 404


def test_the_path_of_each_mistake_is_named(door: TestClient) -> None:
    answer = door.post(f"{PRINTER}/receipt", json=receipt(item(), item(quantity="x", taxGroup=None)))
    assert set(answer.json()["errors"]) == {"$.items[1].quantity", "$.items[1].taxGroup"}


def test_a_body_above_500_kib_is_refused(door: TestClient) -> None:
    answer = door.post(f"{PRINTER}/receipt", json=receipt(item(text="x" * 600_000)))
    assert answer.status_code == 413


def test_an_async_timeout_is_a_whole_number(door: TestClient) -> None:
    for wait in ["soon", "1.5", "1e3"]:
        assert door.post(f"{PRINTER}/xreport?asyncTimeout={wait}").status_code == 400

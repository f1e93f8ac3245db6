"""Clients of the protocol as they are met in the field, each by its habits (protocol page, section 12)."""

from typing import Any

from fastapi.testclient import TestClient

from tests.api.netfp.conftest import PRINTER
from tests.jobs.queued import Shop


def test_a_till_module_posts_with_a_slash_and_without_types(door: TestClient, till: Shop) -> None:
    order: dict[str, Any] = {
        "uniqueSaleNumber": "DT000600-0001-0000001",
        "operator": "1",
        "operatorPassword": "0000",
        "items": [
            {"text": "Кафе", "quantity": 2, "unitPrice": 1.5, "taxGroup": 2},
            {
                "text": "Торта",
                "quantity": 1,
                "unitPrice": 4,
                "taxGroup": 2,
                "priceModifierType": "discount-percent",
                "priceModifierValue": 25,
            },
        ],
        "payments": [{"paymentType": "cash", "amount": 6.0}],
    }
    answer = door.post(f"{PRINTER}/receipt/", json=order).json()
    assert answer["ok"] is True
    assert till.sales == [("DT000600-0001-0000001", "6.00")]


def test_a_hotel_posts_without_waiting_and_compares_words(door: TestClient) -> None:
    body = {
        "items": [{"type": "sale", "text": "Нощувка", "taxGroup": 4, "unitPrice": "90.00", "quantity": 3}]
    }
    posted = door.post(f"{PRINTER}/receipt?asyncTimeout=0&taskId=folio-77", json=body).json()
    assert posted.get("taskId", "folio-77") == "folio-77"
    while (found := door.get("/printers/taskinfo?id=folio-77").json())["taskStatus"] != "finished":
        assert found["taskStatus"] in {"enqueued", "running"}
    assert str(found["result"]["ok"]).lower() == "true"
    assert found["result"]["receiptAmount"] == 270


def test_a_web_shop_lists_asks_sells_and_closes_the_day(door: TestClient) -> None:
    first = next(iter(door.get("/printers").json()))
    assert door.get(f"/printers/{first}/status").json()["ok"]
    body = {
        "items": [{"text": "Книга", "taxGroup": 4, "unitPrice": 11.2}],
        "payments": [{"paymentType": "card", "amount": 11.2}],
    }
    assert door.post(f"/printers/{first}/receipt", json=body).json()["ok"]
    assert door.post(f"/printers/{first}/zreport", json={}).json()["ok"]


def test_a_till_that_repeats_with_its_id_after_a_lost_answer_sells_once(door: TestClient, till: Shop) -> None:
    body = {"items": [{"text": "Хляб", "taxGroup": 2, "unitPrice": 1.6}]}
    answers = [door.post(f"{PRINTER}/receipt?taskId=sale-5", json=body).json() for _ in range(2)]
    assert (answers[0], len(till.sales)) == (answers[1], 1)


def test_a_typed_client_finds_every_type_as_it_was_on_success_and_failure(door: TestClient) -> None:
    good = door.post(
        f"{PRINTER}/receipt", json={"items": [{"text": "x", "taxGroup": 2, "unitPrice": 1}]}
    ).json()
    bad = door.post(f"{PRINTER}/receipt", json={"items": []}).json()
    types: dict[str, Any] = {
        "ok": bool,
        "messages": list,
        "receiptNumber": str,
        "receiptDateTime": str,
        "receiptAmount": float,
        "fiscalMemorySerialNumber": str,
    }
    assert {name: type(good[name]) for name in types} == types
    assert (type(bad["ok"]), type(bad["messages"])) == (bool, list)


def test_a_script_with_wrong_routes_is_told_so(door: TestClient) -> None:
    assert door.get(f"{PRINTER}/zreport").status_code == 405
    assert door.post(f"{PRINTER}/receipt/reversal", json={}).status_code == 404

"""What is refused before anything is queued: each row of the protocol's table, with its code."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.netfp.conftest import PRINTER, codes, item, receipt
from tests.jobs.queued import Shop

CASH = [{"paymentType": "cash", "amount": 1.20}]

REFUSED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("no items", receipt() | {"items": []}, ["E410"]),
    ("the sale number's form", receipt(uniqueSaleNumber="DT279013-0001-1"), ["E405"]),
    ("small letters in it", receipt(uniqueSaleNumber="dt000600-0001-0000001"), ["E405"]),
    ("a sale without a text", receipt(item(text="")), ["E407"]),
    ("a modifier of nothing", receipt(item(priceModifierType="discount-percent")), ["E403"]),
    (
        "a modifier below zero",
        receipt(item(priceModifierType="discount-amount", priceModifierValue=-1)),
        ["E403"],
    ),
    ("a modifier without a type", receipt(item(priceModifierValue=5)), ["E403"]),
    ("a quantity below zero", receipt(item(quantity=-1)), ["E403"]),
    ("a department below zero", receipt(item(department=-1)), ["E403"]),
    ("a price below zero", receipt(item(unitPrice=-1)), ["E403"]),
    ("no tax group", receipt({"text": "x", "unitPrice": 1}), ["E403", "E411"]),
    ("tax group 9", receipt(item(taxGroup=9)), ["E411"]),
    ("a group that is off on the device", receipt(item(taxGroup=7)), ["E411"]),
    ("several mistakes of one item", receipt(item(text="", quantity=-1)), ["E407", "E403"]),
    ("only the first item with mistakes", receipt(item(text=""), item(quantity=-1)), ["E407"]),
    ("an empty comment", receipt(item(), {"type": "comment", "text": ""}), ["E407"]),
    ("an empty footer", receipt(item(), {"type": "footer-comment"}), ["E407"]),
    ("a discount of nothing", receipt(item(), {"type": "discount-amount"}), ["E403"]),
    ("a surcharge below zero", receipt(item(), {"type": "surcharge-amount", "amount": -1}), ["E403"]),
    ("a payment below zero", receipt(payments=[{"paymentType": "cash", "amount": -1.2}]), ["E403"]),
    ("change above zero", receipt(payments=[*CASH, {"paymentType": "change", "amount": 1}]), ["E403"]),
    ("change of nothing", receipt(payments=[*CASH, {"paymentType": "change", "amount": 0}]), ["E403"]),
    ("an unspecified payment", receipt(payments=[{"paymentType": "", "amount": 1.2}]), ["E406"]),
    ("less than the sum", receipt(payments=[{"paymentType": "cash", "amount": 1.19}]), ["E403"]),
    ("more than the sum", receipt(payments=[{"paymentType": "cash", "amount": 5}]), ["E403"]),
    ("a payment of a receipt of nothing", receipt(item(unitPrice=0), payments=CASH), ["E403"]),
    ("nothing to pay", receipt(item(unitPrice=0)), ["E403"]),
    (
        "a discount above the line",
        receipt(item(priceModifierType="discount-amount", priceModifierValue=2)),
        ["E403"],
    ),
    ("an operator that no device has", receipt(operator="x"), ["E408"]),
]


def test_a_refused_receipt_is_answered_with_its_code_and_nothing_else(door: TestClient, till: Shop) -> None:
    """Each row of the table: HTTP 200, ``ok`` false, no receipt data, nothing queued."""
    wrong = []
    for name, body, expected in REFUSED:
        answer = door.post(f"{PRINTER}/receipt", json=body)
        said = answer.json()
        if (answer.status_code, set(said), said["ok"], codes(said)) != (
            200,
            {"ok", "messages"},
            False,
            expected,
        ):
            wrong.append((name, said))
    assert wrong == []
    assert (till.sales, door.get("/v1/bills").json()["bills"]) == ([], [])
    assert door.get("/v1/jobs").json()["jobs"] == []


def test_a_payment_that_the_device_lacks_is_refused_and_named(door: TestClient, till: Shop) -> None:
    from billing.services.devices import add_device  # noqa: PLC0415 one test has another device

    add_device(till.store, "x", "datecs-x:/dev/none", seen={"number": "DT000777"})
    body = receipt(payments=[{"paymentType": "reserved2", "amount": 1.2}])
    answer = door.post("/printers/dt000777/receipt", json=body).json()
    assert [(m["type"], m.get("code")) for m in answer["messages"]] == [("error", "E406"), ("info", None)]
    assert "payment 1" in answer["messages"][1]["text"]


@pytest.mark.parametrize("lacking", ["receiptNumber", "fiscalMemorySerialNumber", "receiptDateTime"])
def test_a_reversal_names_its_original(door: TestClient, lacking: str) -> None:
    body = receipt(
        receiptNumber="0000001", receiptDateTime="2026-11-24T12:00:00", fiscalMemorySerialNumber="02000600"
    )
    del body[lacking]
    assert codes(door.post(f"{PRINTER}/reversalreceipt", json=body).json()) == ["E405"]


def test_cash_moves_by_more_than_nothing(door: TestClient) -> None:
    for amount in [0, -1, "0.001"]:
        assert codes(door.post(f"{PRINTER}/deposit", json={"amount": amount}).json()) == ["E403"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"startDate": "2026-11-01"}, "E405"),
        ({"startDate": "2026-11-02", "endDate": "2026-11-01"}, "E403"),
    ],
)
def test_a_period_has_two_ends_in_order(door: TestClient, body: dict[str, str], code: str) -> None:
    assert codes(door.post(f"{PRINTER}/periodreport", json=body).json()) == [code]


def test_a_raw_request_has_a_command(door: TestClient) -> None:
    answer = door.post(f"{PRINTER}/rawrequest", json={"rawRequest": ""}).json()
    assert (codes(answer), answer["rawResponse"]) == (["E401"], "")

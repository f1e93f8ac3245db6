"""Receipts: what comes back, what is on paper, and that they are bills like any other."""

from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from billing.api.netfp import sales
from billing.services.devices import add_device
from tests.api.netfp.conftest import PRINTER, codes, item, receipt
from tests.jobs.queued import Shop


def bill_of(door: TestClient, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = door.get(f"/v1/bills/{number}").json()
    return found


def test_a_receipt_is_answered_with_the_device_s_own_figures(door: TestClient, till: Shop) -> None:
    answer = door.post(f"{PRINTER}/receipt", json=receipt(item(quantity=2))).json()
    assert answer == {
        "ok": True,
        "messages": [],
        "receiptNumber": "0000001",
        "receiptDateTime": "2026-11-24T12:00:00",
        "receiptAmount": 2.4,
        "fiscalMemorySerialNumber": "02000600",
        "uniqueSaleNumber": "DT000600-0001-0000042",
    }
    assert till.sales == [("DT000600-0001-0000042", "2.40")]


def test_a_receipt_is_a_bill_with_its_own_sale_number(door: TestClient) -> None:
    door.post(f"{PRINTER}/receipt?taskId=order-17", json=receipt())
    bill = bill_of(door)
    assert (bill["state"], bill["key"], bill["job_state"]) == ("handed_over", "netfp:order-17", "done")
    assert (bill["unique_sale_number"], bill["origin"]) == ("DT000600-0001-0000042", "shop")


def test_a_receipt_without_a_sale_number_gets_ours_and_hears_it(door: TestClient) -> None:
    answer = door.post(f"{PRINTER}/receipt", json={"items": [item()]}).json()
    assert answer["uniqueSaleNumber"] == "DT000600-0001-0000001"


def test_our_own_numbers_go_on_after_those_of_a_client(door: TestClient) -> None:
    door.post(f"{PRINTER}/receipt", json=receipt())
    answer = door.post(f"{PRINTER}/receipt", json={"items": [item()]}).json()
    assert answer["uniqueSaleNumber"] == "DT000600-0001-0000043"


def test_lines_discounts_and_payments_stand_on_the_bill(door: TestClient) -> None:
    items = [
        item(
            text="Домати",
            quantity=2.5,
            unitPrice=2,
            priceModifierType="discount-percent",
            priceModifierValue=10,
        ),
        {"type": "comment", "text": "благодарим"},
        item(
            text="Мусака",
            taxGroup=4,
            unitPrice="4.60",
            priceModifierType="surcharge-amount",
            priceModifierValue=1,
        ),
        {"type": "discount-amount", "amount": 0.10},
        {"type": "footer-comment", "text": "елате пак"},
    ]
    payments = [{"paymentType": "card", "amount": 5}, {"paymentType": "cash", "amount": 5}]
    answer = door.post(f"{PRINTER}/receipt", json=receipt(*items, payments=payments)).json()
    assert (answer["ok"], answer["receiptAmount"]) == (True, 10.0)
    bill = bill_of(door)
    assert [line["total"] for line in bill["lines"] if line["kind"] == "charge"] == ["4.50", "5.60"]
    assert [line["name"] for line in bill["lines"] if line["kind"] == "comment"] == [
        "благодарим",
        "елате пак",
    ]
    assert (bill["global_modifier"]["amount"], [p["value"] for p in bill["payments"]]) == (
        "-0.10",
        ["5.00", "5.00"],
    )


def test_change_is_given_by_the_device_and_never_told_to_it(door: TestClient) -> None:
    payments = [{"paymentType": "cash", "amount": 5}, {"paymentType": "change", "amount": -3.80}]
    assert door.post(f"{PRINTER}/receipt", json=receipt(payments=payments)).json()["ok"]
    paid = bill_of(door)["payments"]
    assert [(p["value"], p["tendered"], p["change"]) for p in paid] == [("1.20", "5.00", "3.80")]


@pytest.mark.parametrize("payments", [None, [], "left out"])
def test_no_payments_are_all_in_cash(door: TestClient, payments: object) -> None:
    body = receipt() if payments == "left out" else receipt(payments=payments)
    assert door.post(f"{PRINTER}/receipt", json=body).json()["ok"]
    assert bill_of(door)["payments"][0]["value"] == "1.20"


def test_a_receipt_above_1000_may_be_off_by_a_cent(door: TestClient) -> None:
    body = receipt(item(unitPrice=1500), payments=[{"paymentType": "card", "amount": 1499.99}])
    answer = door.post(f"{PRINTER}/receipt", json=body).json()
    assert (answer["ok"], answer["receiptAmount"]) == (True, 1500.0)


def test_the_protocol_s_sum_is_ours(door: TestClient) -> None:
    """0.333 x 3.35 = 1.11555 is 1.12; ten percent of it is 0.11."""
    odd = item(quantity=0.333, unitPrice=3.35, priceModifierType="discount-percent", priceModifierValue=10)
    body = receipt(odd, payments=[{"paymentType": "card", "amount": 1.01}])
    assert door.post(f"{PRINTER}/receipt", json=body).json()["receiptAmount"] == 1.01


def test_what_our_nomenclature_does_not_know_is_printed_without_a_bill(door: TestClient, till: Shop) -> None:
    answer = door.post(f"{PRINTER}/receipt", json=receipt(item(department=99))).json()
    assert answer["ok"]
    assert (len(till.sales), door.get("/v1/bills").json()["bills"]) == (1, [])
    assert door.get("/v1/jobs").json()["jobs"][0]["subject"][0] == "netfp"


def test_a_device_of_no_origin_prints_without_a_bill(door: TestClient, till: Shop) -> None:
    add_device(till.store, "bare", "datecs-p:/dev/none")
    assert door.post("/printers/bare/receipt", json=receipt()).json()["ok"]
    assert door.get("/v1/bills").json()["bills"] == []


def test_a_bill_of_this_door_is_in_the_z_of_its_origin(door: TestClient) -> None:
    door.post(f"{PRINTER}/receipt", json=receipt())
    answer = door.post(f"{PRINTER}/zreport").json()
    assert (answer["ok"], answer["zNumber"]) == (True, "1")
    report = door.get("/v1/reports").json()["reports"][0]
    assert (report["state"], bill_of(door)["state"]) == ("balanced", "reported")


def test_a_text_longer_than_the_paper_is_cut_with_a_message(door: TestClient, till: Shop) -> None:
    answer = door.post(f"{PRINTER}/receipt", json=receipt(item(text="ю" * 300))).json()
    assert answer["ok"]
    assert [each["type"] for each in answer["messages"]] == ["info"]
    assert len(till.sales) == 1


def test_a_reversal_names_the_receipt_by_the_answer_s_own_figures(door: TestClient) -> None:
    sold = door.post(f"{PRINTER}/receipt", json=receipt()).json()
    back = {
        "receiptNumber": sold["receiptNumber"],
        "receiptDateTime": sold["receiptDateTime"],
        "fiscalMemorySerialNumber": sold["fiscalMemorySerialNumber"],
        "reason": "refund",
    }
    answer = door.post(f"{PRINTER}/reversalreceipt", json=receipt(**back)).json()
    assert (answer["ok"], answer["receiptNumber"], answer["receiptAmount"]) == (True, "0000002", 1.2)
    assert Decimal(door.get(f"{PRINTER}/cash").json()["amount"]) == 0


def _back(sold: dict[str, Any], *items: dict[str, Any]) -> dict[str, Any]:
    """Return the reversal of ``items`` of a receipt that was answered so."""
    names = ("receiptNumber", "receiptDateTime", "fiscalMemorySerialNumber")
    return receipt(*items, reason="refund", **{name: sold[name] for name in names})


def test_a_reversal_of_our_bill_is_a_bill_in_list_and_journal(door: TestClient) -> None:
    sold = door.post(f"{PRINTER}/receipt", json=receipt(item(quantity=3))).json()
    assert door.post(f"{PRINTER}/reversalreceipt", json=_back(sold, item(quantity=2))).json()["ok"]
    found = door.get("/v1/bills/2").json()
    assert (found["reverses"], found["reversal_reason"], found["total"]) == (1, "refund", "2.40")
    assert "bill_reversed" in {each["kind"] for each in door.get("/v1/journal").json()["entries"]}


def test_more_than_is_left_of_our_bill_is_printed_without_one(door: TestClient) -> None:
    door.post(f"{PRINTER}/deposit", json={"amount": 50})
    sold = door.post(f"{PRINTER}/receipt", json=receipt(item(quantity=3))).json()
    for quantity in (2, 2):
        assert door.post(f"{PRINTER}/reversalreceipt", json=_back(sold, item(quantity=quantity))).json()["ok"]
    assert len(door.get("/v1/bills").json()["bills"]) == 2


def test_a_reversal_of_an_unknown_original_is_printed_without_a_bill(door: TestClient) -> None:
    sold = door.post(f"{PRINTER}/receipt", json=receipt()).json()
    unknown = _back(sold | {"receiptNumber": "0000077"})
    assert door.post(f"{PRINTER}/reversalreceipt", json=unknown).json()["ok"]
    assert len(door.get("/v1/bills").json()["bills"]) == 1


def test_an_invoice_is_printed_by_a_device_that_can(door: TestClient) -> None:
    to = {
        "name": "Бяла роза ООД",
        "identifier": "200436136",
        "identifierType": "legal-registration",
        "address": "ул. Шипка 36",
        "city": "София",
    }
    answer = door.post(f"{PRINTER}/invoice", json=receipt(recipient=to)).json()
    assert (answer["ok"], answer["invoiceNumber"]) == (True, "")
    assert door.get("/v1/bills/1").json()["profile"] is not None
    credit = _back(answer) | {"recipient": to, "originalInvoiceNumber": "1"}
    assert door.post(f"{PRINTER}/creditnote", json=credit).json()["ok"]
    assert door.get("/v1/bills/2").json()["reverses"] == 1


def test_a_client_who_comes_again_has_one_profile(door: TestClient) -> None:
    to = {"name": "ООД", "identifier": "200436136", "identifierType": "legal-registration", "address": "x"}
    before = len(door.get("/v1/nomenclature/profiles").json()["items"])
    for _ in range(2):
        door.post(f"{PRINTER}/invoice", json=receipt(recipient=to, uniqueSaleNumber=""))
    assert len(door.get("/v1/nomenclature/profiles").json()["items"]) == before + 1


def test_an_invoice_lacks_nothing_of_its_recipient(door: TestClient) -> None:
    answer = door.post(f"{PRINTER}/invoice", json=receipt(recipient={"city": "София"}, number="7")).json()
    assert codes(answer) == ["E405", "E405", "E405", "E405", "E412"]
    assert codes(door.post(f"{PRINTER}/invoice", json=receipt()).json()) == ["E405"]


def test_a_reversal_asked_of_another_printer_is_one_document_and_no_bill(
    door: TestClient, till: Shop
) -> None:
    door.post(f"{PRINTER}/deposit", json={"amount": 50})
    sold = door.post(f"{PRINTER}/receipt", json=receipt()).json()
    add_device(till.store, "second", "datecs-p:/dev/ttyS9")
    names = ("receiptNumber", "receiptDateTime", "fiscalMemorySerialNumber")
    back = receipt(reason="refund", **{name: sold[name] for name in names})
    assert door.post("/printers/second/reversalreceipt", json=back).json()["ok"]
    assert len(door.get("/v1/bills").json()["bills"]) == 1
    kinds = [(job["kind"], job["device"]) for job in door.get("/v1/jobs").json()["jobs"]]
    assert sorted(kinds) == [("cash", "printer"), ("receipt", "printer"), ("reversal", "second")]


def test_a_sale_that_our_bill_would_say_otherwise_is_one_document(
    door: TestClient, till: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(*_: object) -> None:
        raise sales.NoBill("it says anything otherwise")

    monkeypatch.setattr(sales, "judge_same", other)
    assert door.post(f"{PRINTER}/receipt", json=receipt()).json()["ok"]
    assert till.sales == [("DT000600-0001-0000042", "1.20")]
    assert door.get("/v1/bills").json()["bills"] == []
    assert [each["kind"] for each in door.get("/v1/journal").json()["entries"]].count("bill_opened") == 0

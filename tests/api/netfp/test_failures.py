"""What a client hears when the printer or its line fails: printed once, or not and never later."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from billing.store.engine import Store
from tests.api.conftest import client_of
from tests.api.netfp.conftest import PRINTER, codes, failing, paper, receipt
from tests.jobs.queued import Shop


def post(door: TestClient, path: str, body: object = None, task: str = "a") -> dict[str, Any]:
    found: dict[str, Any] = door.post(f"{PRINTER}/{path}?taskId={task}", json=body).json()
    return found


def test_without_paper_nothing_is_printed_then_or_later(door: TestClient, till: Shop) -> None:
    paper(till, there=False)
    first = post(door, "receipt", receipt())
    assert (first["ok"], codes(first), first["receiptNumber"]) == (False, ["E301"], "")
    paper(till, there=True)
    assert post(door, "receipt", receipt()) == first
    assert post(door, "receipt", receipt(), "b")["ok"]
    assert len(till.sales) == 1


def test_a_sale_that_was_not_printed_is_void_and_holds_up_no_z(door: TestClient, till: Shop) -> None:
    paper(till, there=False)
    post(door, "receipt", receipt())
    paper(till, there=True)
    assert door.get("/v1/bills/1").json()["state"] == "voided"
    assert door.get("/v1/jobs/1").json()["state"] == "cancelled"
    assert post(door, "receipt", receipt(), "b")["ok"]
    assert post(door, "zreport", {}, "z")["ok"]
    assert door.get("/v1/reports").json()["reports"][0]["state"] == "balanced"


def test_a_z_that_was_not_printed_gives_its_bills_back(door: TestClient, till: Shop) -> None:
    post(door, "receipt", receipt())
    paper(till, there=False)
    assert codes(post(door, "zreport", {}, "z")) == ["E301"]
    paper(till, there=True)
    assert door.get("/v1/bills/1").json()["state"] == "handed_over"
    assert post(door, "zreport", {}, "y")["zNumber"] == "1"


@pytest.mark.parametrize(
    "faults",
    ["drop@cmd=38", "hangup@cmd=38", "hangup@cmd=35", "busy@cmd=38:20", "corrupt@cmd=38", "stale@cmd=38"],
)
def test_a_lost_answer_to_the_payment_or_the_close_is_one_receipt(shop: Store, faults: str) -> None:
    till = failing(shop, faults)
    with client_of(shop, shop=till) as door:
        answer = post(door, "receipt", receipt())
        assert (answer["ok"], answer["receiptNumber"]) == (True, "0000001")
        assert post(door, "receipt", receipt()) == answer
    assert len(till.sales) == 1


def test_a_receipt_that_somebody_left_open_is_cleared_and_told(door: TestClient, till: Shop) -> None:
    printer = till.bench.printer()
    printer.connect()
    from billing.documents import Receipt, SaleLine  # noqa: PLC0415 one test opens a receipt by hand

    printer.do(
        printer.dialect.open(
            Receipt(lines=(SaleLine(price="1"),), unique_sale_number="DT000600-0001-0000001")
        )
    )
    answer = post(door, "receipt", receipt())
    assert answer["ok"]
    assert [each["type"] for each in answer["messages"]] == ["info"]


def test_a_reset_cancels_what_stands_open_unpaid(door: TestClient, till: Shop) -> None:
    printer = till.bench.printer()
    printer.connect()
    from billing.documents import Receipt, SaleLine  # noqa: PLC0415 one test opens a receipt by hand

    printer.do(
        printer.dialect.open(
            Receipt(lines=(SaleLine(price="1"),), unique_sale_number="DT000600-0001-0000001")
        )
    )
    answer = post(door, "reset")
    assert (answer["ok"], answer["messages"][0]["text"]) == (True, "an unpaid receipt was cancelled")
    assert door.get(f"{PRINTER}/status").json()["messages"] == []


def test_a_silent_printer_is_e101_and_stays_in_the_list(shop: Store) -> None:
    till = failing(shop, "deaf@*")
    with client_of(shop, shop=till) as door:
        assert codes(post(door, "receipt", receipt())) == ["E101"]
        assert codes(door.get(f"{PRINTER}/status").json()) == ["E101"]
        assert list(door.get("/printers").json()) == ["dt000600"]
        assert codes(door.get(f"{PRINTER}/cash").json()) == ["E101"]


def test_another_device_on_the_line_prints_nothing(shop: Store) -> None:
    till = Shop(shop)
    till.bench.device.memory.device_number = "DT999999"
    with client_of(shop, shop=till) as door:
        assert codes(post(door, "receipt", receipt())) == ["E199"]
        assert codes(door.get(f"{PRINTER}/status").json()) == ["E199"]
    assert till.sales == []

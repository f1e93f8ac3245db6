"""Printers: their ids, what is said of them, their status, and HTTP statuses of paths."""

import pytest
from fastapi.testclient import TestClient

from billing.services.devices import add_device
from tests.api.netfp.conftest import PRINTER, paper
from tests.jobs.queued import Shop

MEMBERS = {
    "uri": str,
    "serialNumber": str,
    "fiscalMemorySerialNumber": str,
    "manufacturer": str,
    "model": str,
    "firmwareVersion": str,
    "itemTextMaxLength": int,
    "commentTextMaxLength": int,
    "operatorPasswordMaxLength": int,
    "taxIdentificationNumber": str,
    "supportedPaymentTypes": list,
    "supportsSubTotalAmountModifiers": bool,
    "subTotalAmountModifiersRequireTaxGroup": bool,
    "supportsInvoice": bool,
    "supportsCreditNote": bool,
    "invoiceNumberAssignment": str,
    "creditNoteNumberAssignment": str,
    "supportPaymentTerminal": bool,
    "usePaymentTerminal": bool,
    "supportsPeriodReport": bool,
}


def test_a_printer_is_listed_by_its_number_in_small_letters(door: TestClient) -> None:
    listed = door.get("/printers")
    assert list(listed.json()) == ["dt000600"]
    assert listed.headers["content-type"] == "application/json; charset=utf-8"


def test_every_member_of_a_printer_is_there_with_its_type(door: TestClient) -> None:
    info = door.get(PRINTER).json()
    assert {name: type(value) for name, value in info.items()} == MEMBERS
    assert info["uri"].startswith("bg.dt.p.isl.com://")
    assert "change" not in info["supportedPaymentTypes"]


def test_a_printer_that_was_never_asked_is_asked_for_its_model(door: TestClient) -> None:
    assert door.get(PRINTER).json()["model"] == "FP-2000"
    assert door.get("/printers").json()["dt000600"]["model"] == "FP-2000"


def test_a_second_port_of_one_device_has_its_own_id(door: TestClient, till: Shop) -> None:
    add_device(till.store, "second", "datecs-p:socket://10.0.0.7:4999", seen={"number": "DT000600"})
    listed = door.get("/printers").json()
    assert list(listed) == ["dt000600", "dt000600_1"]
    assert listed["dt000600_1"]["uri"] == "bg.dt.p.isl.tcp://10.0.0.7:4999"


def test_a_printer_is_also_found_by_the_name_of_its_device(door: TestClient) -> None:
    assert door.get("/printers/printer").json()["serialNumber"] == "DT000600"


def test_literal_parts_take_any_letter_case_and_a_slash_at_the_end(door: TestClient) -> None:
    for path in ["/printers/", "/Printers/dt000600", "/PRINTERS/dt000600/STATUS/"]:
        assert door.get(path).status_code == 200


def test_an_id_counts_letter_by_letter(door: TestClient) -> None:
    for wanted in ["DT000600", "dt000601", "Dt000600"]:
        answer = door.get(f"/printers/{wanted}/status")
        assert (answer.status_code, answer.json()) == (404, {"title": "Not Found", "status": 404})


def test_a_route_that_does_not_exist_is_an_empty_404(door: TestClient) -> None:
    for path in ["drawer", "cashbox", "zeroing", "journal", "raw", "receipt/reversal"]:
        answer = door.post(f"{PRINTER}/{path}", json={})
        assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "zreport"), ("GET", "receipt"), ("POST", "status"), ("DELETE", "")]
)
def test_a_wrong_method_is_a_405(door: TestClient, method: str, path: str) -> None:
    answer = door.request(method, f"{PRINTER}/{path}")
    assert answer.status_code == 405
    assert answer.headers["allow"] in {"GET", "POST"}


def test_the_status_has_the_clock_of_the_device(door: TestClient) -> None:
    assert door.get(f"{PRINTER}/status").json() == {
        "ok": True,
        "messages": [],
        "deviceDateTime": "2026-11-24T12:00:00",
    }


def test_a_device_without_paper_says_so_in_its_status(door: TestClient, till: Shop) -> None:
    paper(till, there=False)
    answer = door.get(f"{PRINTER}/status").json()
    assert (answer["ok"], answer["messages"][0]["code"]) == (False, "E301")


def test_the_first_door_is_as_it_was(door: TestClient) -> None:
    assert door.get("/v1/bills").json() == {"bills": [], "next": None}
    assert not [path for path in door.get("/openapi.json").json()["paths"] if "printers" in path]

"""The second door on PostgreSQL, where writers do not queue up: once all the same."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from tests.api.netfp.conftest import PRINTER, item, receipt
from tests.jobs.queued import Shop

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


def test_many_clients_with_one_id_get_one_receipt(door: TestClient, till: Shop) -> None:
    body = receipt(uniqueSaleNumber="")
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda _: door.post(f"{PRINTER}/receipt?taskId=a", json=body).json(), range(16))
        )
    assert {each["receiptNumber"] for each in found} == {"0000001"}
    assert len(till.sales) == 1


def test_many_clients_with_their_own_ids_get_a_receipt_each(door: TestClient, till: Shop) -> None:
    body = receipt(uniqueSaleNumber="")
    with ThreadPoolExecutor(8) as pool:
        found = list(
            pool.map(lambda n: door.post(f"{PRINTER}/receipt?taskId=t{n}", json=body).json(), range(16))
        )
    assert all(each["ok"] for each in found), found
    assert len({each["receiptNumber"] for each in found}) == len(till.sales) == 16
    assert len(door.get("/v1/bills").json()["bills"]) == 16


def test_a_reversal_that_is_no_bill_is_undone_whole_and_printed(door: TestClient) -> None:
    door.post(f"{PRINTER}/deposit", json={"amount": 50})
    sold = door.post(f"{PRINTER}/receipt", json=receipt(item(quantity=3))).json()
    names = ("receiptNumber", "receiptDateTime", "fiscalMemorySerialNumber")
    back = receipt(item(quantity=2), reason="refund", **{name: sold[name] for name in names})
    assert [door.post(f"{PRINTER}/reversalreceipt", json=back).json()["ok"] for _ in range(2)] == [True, True]
    assert [each["total"] for each in door.get("/v1/bills").json()["bills"]] == ["2.40", "3.60"]

"""Every family of devices behind the second door: what a client needs of a day works on each."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from billing.services.devices import add_device
from billing.store.engine import Store
from tests.api.conftest import client_of
from tests.api.netfp.conftest import item, receipt
from tests.devices.wired import Bench
from tests.jobs.queued import Shop

FAMILIES = [
    "datecs-p",
    "datecs-c",
    "datecs-x",
    "daisy",
    "eltrade",
    "incotex",
    "tremol",
    "tremol-v2",
    "isl-icp",
]


def serial(door: TestClient) -> str:
    """Return the number of the device, as it says it itself."""
    number: str = door.get("/printers/other").json()["serialNumber"]
    return number


@pytest.mark.parametrize("driver", FAMILIES)
def test_a_day_goes_on_every_family(shop: Store, driver: str) -> None:
    add_device(shop, "other", f"{driver}:wire")
    till = Shop(shop, Bench(driver))
    if driver == "daisy":
        device: Any = till.bench.device
        device.table("rights")["1"] = "111"  # its technician lets operator 1 reverse
    with client_of(shop, shop=till) as door:
        number = serial(door)
        way = f"/printers/{number.lower()}"
        assert door.get(f"{way}/status").json()["ok"]
        body = receipt(
            item(quantity=2),
            item(unitPrice=3, priceModifierType="discount-percent", priceModifierValue=10),
            uniqueSaleNumber=f"{number}-0001-0000001",
            payments=[{"paymentType": "cash", "amount": 10}, {"paymentType": "change", "amount": -4.9}],
        )
        sold = door.post(f"{way}/receipt", json=body).json()
        assert (sold["ok"], sold["receiptAmount"]) == (True, 5.1), sold
        assert (sold["receiptNumber"].isdecimal(), len(sold["fiscalMemorySerialNumber"])) == (True, 8)
        for path in ("deposit", "withdraw"):
            assert door.post(f"{way}/{path}", json={"amount": 1}).json()["ok"]
        back = body | {
            "receiptNumber": sold["receiptNumber"],
            "receiptDateTime": sold["receiptDateTime"],
            "fiscalMemorySerialNumber": sold["fiscalMemorySerialNumber"],
        }
        taken = door.post(f"{way}/reversalreceipt", json=back).json()
        assert (taken["ok"], taken["receiptAmount"]) == (True, 5.1), taken
        for path in ("xreport", "zreport"):
            answer = door.post(f"{way}/{path}").json()
            assert answer["ok"], answer
    assert till.sales[0] == (f"{number}-0001-0000001", "5.10")

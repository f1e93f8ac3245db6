"""A device that is slow or busy: it keeps nobody from anything else, and answers when it has printed."""

import threading
from concurrent.futures import ThreadPoolExecutor

from billing.devices.address import Address
from billing.devices.printer import Printer
from billing.store.engine import Store
from tests.api.conftest import client_of
from tests.api.netfp.conftest import PRINTER, item, receipt
from tests.jobs.queued import Shop

LONG_S = 120.0


class Slow(Shop):
    """A shop whose printer cannot be reached until ``go_on`` is set."""

    go_on: threading.Event
    asked: threading.Event
    times = 0

    def opener(self, address: Address) -> Printer:
        self.times += 1
        self.asked.set()
        assert self.go_on.wait(LONG_S)
        return super().opener(address)


def slow(shop: Store) -> Slow:
    till = Slow(shop)
    till.go_on, till.asked = threading.Event(), threading.Event()
    return till


def test_many_who_ask_a_slow_device_keep_nobody_from_the_bills(shop: Store) -> None:
    till = slow(shop)
    with client_of(shop, shop=till) as door, ThreadPoolExecutor(30) as pool:
        asking = [pool.submit(door.get, f"{PRINTER}/status") for _ in range(30)]
        assert till.asked.wait(LONG_S)
        try:
            assert door.get("/v1/bills").json()["bills"] == []
            assert not any(each.done() for each in asking)
        finally:
            till.go_on.set()
        assert {each.result(LONG_S).json()["ok"] for each in asking} == {True}
        assert till.times < 30


def test_a_status_is_answered_between_two_receipts_of_a_long_queue(shop: Store) -> None:
    till = slow(shop)
    with client_of(shop, shop=till) as door, ThreadPoolExecutor(4) as pool:
        tasks = [
            door.post(f"{PRINTER}/receipt?asyncTimeout=0", json=receipt(item(), uniqueSaleNumber="")).json()[
                "taskId"
            ]
            for _ in range(5)
        ]
        assert till.asked.wait(LONG_S)
        asked = [pool.submit(door.get, f"{PRINTER}/{what}") for what in ("status", "cash")]
        till.go_on.set()
        assert [each.result(LONG_S).json()["ok"] for each in asked] == [True, True]
        for task in tasks:
            while (stand := door.get(f"/printers/taskinfo?id={task}").json())["taskStatus"] != "finished":
                threading.Event().wait(0.01)
            assert stand["result"]["ok"]
        assert len(till.sales) == 5

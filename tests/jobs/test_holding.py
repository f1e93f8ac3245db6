"""Holding a device: one process at a time, and another may wait for it."""

import threading

import pytest

from billing.jobs.holding import holding
from billing.store.engine import Store
from billing.store.queue import DeviceHeld

LONG_S = 120.0


def test_one_that_waits_gets_the_device_when_the_other_lets_go(shop: Store) -> None:
    tried, got = threading.Event(), threading.Event()

    def wait() -> None:
        tried.set()
        with holding(shop, "printer", owner="second", wait_s=LONG_S):
            got.set()

    with holding(shop, "printer", owner="first"):
        waiter = threading.Thread(target=wait)
        waiter.start()
        assert tried.wait(LONG_S)
        assert not got.is_set()
    waiter.join(LONG_S)
    assert got.is_set()


def test_one_that_does_not_wait_is_told_who_holds_it(shop: Store) -> None:
    with (
        holding(shop, "printer", owner="first"),
        pytest.raises(DeviceHeld, match="first"),
        holding(shop, "printer", owner="second"),
    ):
        pass

"""Ranges of sale numbers for off-line tills, and sales that need a device seen of late."""

import pytest

from billing.clock import SetClock
from billing.services.devices import remember, set_unseen_limit
from billing.services.keeping import DeviceUnseen
from billing.services.register import open_register
from billing.services.sale_numbers import account_for
from billing.services.sale_ranges import RangeWrong, adopt_range, close_range, lease_range, ranges
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.numbering import OTHERS
from billing.store.sale_ranges import SaleRangeSpent
from tests.jobs.queued import Shop


def test_a_till_with_a_range_numbers_from_it_by_steps_of_one(shop: Store) -> None:
    given = lease_range(shop, "van", 2)
    assert (given.device_number, given.first, given.last) == ("DT000600", 1, 2)
    van, bar = open_register(shop), open_register(shop)
    van.till = "van"
    numbers = [register.ring(["1", "@"]).unique_sale_number[-2:] for register in (van, bar, van, bar)]
    assert numbers == ["01", "03", "02", "04"]
    with pytest.raises(SaleRangeSpent, match="'van' has no sale numbers of device DT000600 left"):
        van.ring(["1", "@"])
    lease_range(shop, "van", 1)
    assert van.ring(["1", "@"]).unique_sale_number.endswith("-0000005")


def test_a_store_of_the_tills_own_adopts_its_range(shop: Store) -> None:
    given = lease_range(shop, "van", 10)
    with pytest.raises(RangeWrong, match="1 to 10 overlaps 1 to 10"):
        adopt_range(shop, given)
    with shop.write() as work:
        work.connection.exec_driver_sql("DELETE FROM sale_range")
    adopt_range(shop, given)
    assert ranges(shop) == [given]


def test_numbers_set_apart_are_not_missing_and_a_closed_range_gives_none(shop: Store) -> None:
    lease_range(shop, "van", 5)
    van = open_register(shop)
    van.till = "van"
    van.ring(["1", "@"])
    assert account_for(shop)[0].missing == ()
    assert close_range(shop, "printer", "van") == 4
    with pytest.raises(SaleRangeSpent):
        van.ring(["1", "@"])
    assert account_for(shop)[0].missing == ()


@pytest.mark.parametrize(("till", "count"), [("", 1), ("a\nb", 1), ("van", 0), ("van", 100_001)])
def test_a_range_that_cannot_be_is_refused(shop: Store, till: str, count: int) -> None:
    with pytest.raises(RangeWrong):
        lease_range(shop, till, count)
    assert ranges(shop) == []


def test_no_sale_is_opened_when_the_device_was_not_seen_for_the_configured_time(
    shop: Store, clock: SetClock
) -> None:
    register = open_register(shop)
    set_unseen_limit(shop, "printer", 2)
    with pytest.raises(DeviceUnseen, match="was never seen"):
        register.ring(["1", "@"])
    remember(shop, "printer", {})
    parked = register.ring(["1"], park=True)
    clock.move(2 * 3600 + 1)
    with pytest.raises(DeviceUnseen, match="2026-11-24 10:00 UTC, sales are opened for 2 hours"):
        register.ring(["1", "@"])
    assert register.enter("@", parked.id).final
    set_unseen_limit(shop, "printer", None)
    assert register.ring(["1", "@"]).final
    with pytest.raises(Missing):
        set_unseen_limit(shop, "no", 2)


def test_printing_is_seeing(shop: Store, clock: SetClock) -> None:
    till = Shop(shop)
    set_unseen_limit(shop, "printer", 2)
    remember(shop, "printer", {})
    first = till.ring("1", "@")
    clock.move(2 * 3600 - 60)
    till.print(first.job)
    clock.move(3600)
    assert till.ring("1", "@").final


def test_numbers_that_another_program_took_are_accounted_for(shop: Store) -> None:
    register = open_register(shop)
    register.ring(["1", "@"])
    for sale in (4, 5, 9):
        register.ring(["1", "@"], unique_sale_number=f"DT000600-0001-{sale:07d}")
    register.ring(["1", "@"])
    (account,) = account_for(shop)
    assert (account.last, account.missing) == (10, ())
    assert [(each.till, each.first, each.last) for each in account.ranges] == [(OTHERS, 2, 9)]

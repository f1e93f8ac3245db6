"""Two masters in one database: neither reads, changes, joins or reverses what is the other's."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing.documents import ReversalReason
from billing.services.catalogue_export import export_catalogue, history
from billing.services.catalogue_import import change_item
from billing.services.currencies import euro_changeover, policies, set_rate
from billing.services.jobs import list_jobs, show_job
from billing.services.moving import Part
from billing.services.register import Register, open_register
from billing.services.reports import x_figures
from billing.services.reversals import Asked, reverse
from billing.services.sale_ranges import lease_range, ranges
from billing.services.sample import sample_shop
from billing.store.engine import Store
from billing.store.mistakes import Missing

TRIES: dict[str, Callable[[Register, int, int], object]] = {
    "read": lambda register, theirs, _: register.read(theirs),
    "enter": lambda register, theirs, _: register.enter("1", theirs),
    "pay": lambda register, theirs, _: register.enter("@", theirs),
    "park": lambda register, theirs, _: register.park(theirs),
    "remove": lambda register, theirs, _: register.remove(theirs, 1),
    "withdraw": lambda register, theirs, _: register.withdraw(theirs, 1),
    "void": lambda register, theirs, _: register.void(theirs, "чужда"),
    "finalise": lambda register, theirs, _: register.finalise(theirs),
    "split": lambda register, theirs, _: register.split(theirs, [Part(1)]),
    "join theirs": lambda register, theirs, ours: register.join(ours, theirs),
    "join ours": lambda register, theirs, ours: register.join(theirs, ours),
    "reverse": lambda register, theirs, _: reverse(register.store, theirs, Asked(ReversalReason.REFUND)),
    "show its job": lambda register, _, __: show_job(register.store, 1),
}


@pytest.fixture
def theirs(shop: Store) -> Register:
    """Master 0, with a bill that is open and one that is final."""
    register = open_register(shop)
    register.ring(["5", "3"], park=True, key="order-1")
    register.ring(["1", "@"])
    return register


@pytest.fixture
def ours(shop: Store, tmp_path: Path) -> Register:
    """Master 7, with a shop of its own in the same database."""
    store = Store(shop.engine, 7, shop.clock)
    sample_shop(store, tmp_path)
    return open_register(store)


@pytest.mark.parametrize("name", TRIES)
def test_a_bill_of_another_master_is_not_there(theirs: Register, ours: Register, name: str) -> None:
    own = ours.ring(["2"], park=True)
    before = theirs.read(1).bill.total
    with pytest.raises(Missing):
        TRIES[name](ours, 1, own.id)
    assert theirs.read(1).bill.total == before
    assert ours.read(own.id).bill.total == 200


def test_keys_numbers_and_figures_are_the_masters_own(theirs: Register, ours: Register) -> None:
    rung = ours.ring(["2", "@"], key="order-1")
    assert (rung.repeated, rung.unique_sale_number) == (False, "DT000600-0001-0000001")
    assert x_figures(ours.store).figures.json()["total"] == "2.00"
    assert x_figures(theirs.store).figures.json()["total"] == "1.00"
    assert len(list_jobs(ours.store)) == 1


def test_the_nomenclature_its_versions_rates_and_ranges_are_the_masters_own(
    theirs: Register, ours: Register
) -> None:
    change_item(ours.store, "plu", 23, {"price": "9"}, "ours")
    set_rate(ours.store, ("USD", "EUR"), Decimal("0.9"), date(2026, 11, 24), "ours")
    euro_changeover(ours.store, "ours")
    lease_range(ours.store, "van", 5)
    assert history(theirs.store, "plu", 23) == []
    assert {n: v["price"] for i, n, v in export_catalogue(theirs.store)[1] if i == "plu"}[23] == Decimal(
        "1.6"
    )
    assert (policies(theirs.store), ranges(theirs.store)) == ([], [])
    assert theirs.ring(["#23", "@"]).bill.total == 160
    assert ours.ring(["#23", "@"]).bill.total == 900

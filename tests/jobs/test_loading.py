"""The catalogue's PLUs in a device's own table, and the bills that name them from then on."""

import pytest

from billing.jobs.loading import PluWrong, line_of, load_plus
from billing.store.engine import Store
from tests.jobs.queued import Shop


@pytest.fixture
def till(shop: Store) -> Shop:
    """A sample shop with its device on a wire."""
    return Shop(shop)


def test_bills_name_a_plu_only_to_a_device_that_was_loaded(till: Shop) -> None:
    device = till.bench.device.memory.plus
    before = till.ring("#1", "@")
    till.print(before.job)
    assert device == {}
    loaded = load_plus(till.store, "printer", [1, 999], opener=till.opener)
    assert (loaded.stored, list(loaded.refused)) == ([1], [999])
    till.print(till.ring("#1", "@").job)
    assert device[1].sold == 1
    assert len(till.sales) == 2


def test_an_article_without_a_price_cannot_be_kept_by_a_device() -> None:
    with pytest.raises(PluWrong):
        line_of(5, {"name": "Домати", "price": None, "tax_group": 2, "department": None})

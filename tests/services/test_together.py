"""Calls done together: each is done or refused by itself, all are committed at once."""

import pytest
from sqlalchemy import func, select

from billing.errors import BillingError
from billing.models import Bill, JournalEntry
from billing.services.idempotency import Answered, once
from billing.services.register import open_register
from billing.services.together import Apart, together
from billing.store.engine import Store

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def _count(store: Store, model: type) -> int:
    with store.read() as work:
        return work.session().scalar(select(func.count()).select_from(model)) or 0


def _ring(store: Store, *lines: str) -> int:
    return open_register(store).ring(lines).id


def test_what_is_refused_leaves_the_others_alone(shop: Store) -> None:
    before = _count(shop, JournalEntry)
    found = together(
        shop,
        [lambda s: _ring(s, "#3", "@"), lambda s: _ring(s, "#3", "#999", "@"), lambda s: _ring(s, "#3", "@")],
    )
    assert [isinstance(each, BillingError) for each in found] == [False, True, False]
    assert (_count(shop, Bill), _count(shop, JournalEntry) - before) == (2, 2)


def test_a_call_refused_after_it_wrote_leaves_nothing(shop: Store) -> None:
    before = _count(shop, JournalEntry)

    def half(store: Store) -> int:
        with store.write():
            _ring(store, "#3", "@")
            return _ring(store, "#999", "@")

    found = together(shop, [half, lambda s: _ring(s, "#3", "@")])
    assert isinstance(found[0], BillingError)
    assert (_count(shop, Bill), _count(shop, JournalEntry) - before) == (1, 1)


def test_one_that_breaks_undoes_all(shop: Store) -> None:
    def broken(store: Store) -> int:
        del store
        raise ZeroDivisionError

    with pytest.raises(Apart):
        together(shop, [lambda s: _ring(s, "#3", "@"), broken])
    assert _count(shop, Bill) == 0


def test_the_same_key_twice_is_done_once(shop: Store) -> None:
    def act(store: Store) -> Answered:
        return once(store, "k", "d", lambda s: Answered(202, {"bill": _ring(s, "#3", "@")}))

    first, second = together(shop, [act, act])
    assert isinstance(first, Answered)
    assert isinstance(second, Answered)
    assert (first.answer, second.answer, second.repeated) == (second.answer, first.answer, True)
    assert _count(shop, Bill) == 1


def test_numbers_go_on_without_a_gap_over_a_refused_call(shop: Store) -> None:
    together(shop, [lambda s: _ring(s, "#3", "@"), lambda s: _ring(s, "#3"), lambda s: _ring(s, "#4", "@")])
    with shop.read() as work:
        numbers = work.session().scalars(select(Bill.unique_sale_number).order_by(Bill.id)).all()
    assert [int(number[-7:]) for number in numbers] == [1, 2]

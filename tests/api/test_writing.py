"""The writer's thread: who queues up is answered, each with his own result."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from billing.api.writing import Writer
from billing.errors import BillingError
from billing.pricing.refusals import UnknownPlu
from billing.services.register import open_register
from billing.store.engine import Store

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


def _ringing(text: str) -> Callable[[Store], int]:
    return lambda store: open_register(store).ring([text, "@"]).id


def _ask(store: Store, *texts: str) -> list[object]:
    """Ring up a bill of each text, all at once, while another thread writes."""
    turn = threading.Lock()

    async def ask() -> list[object]:
        writer = Writer(turn, lambda: None)
        try:
            with turn:
                waiting = [asyncio.ensure_future(writer.do(store, _ringing(text))) for text in texts]
                await asyncio.sleep(0)
            return list(await asyncio.gather(*waiting, return_exceptions=True))
        finally:
            await asyncio.to_thread(writer.stop)

    return asyncio.run(ask())


def test_each_caller_gets_its_own_answer(shop: Store) -> None:
    assert _ask(shop, *["#3"] * 20) == list(range(1, 21))


def test_a_refusal_reaches_its_caller_and_no_other(shop: Store) -> None:
    found = _ask(shop, "#3", "#3", "#999", "#3")
    assert [isinstance(each, BillingError) for each in found] == [False, False, True, False]
    assert isinstance(found[2], UnknownPlu)


def test_a_mistake_of_ours_reaches_its_caller_and_no_other(shop: Store) -> None:
    async def ask() -> list[object]:
        turn, forgotten = threading.Lock(), threading.Event()
        writer = Writer(turn, forgotten.set)
        acts = [lambda s: open_register(s).ring(["#3", "@"]).id, lambda _: 1 // 0, lambda _: 3]
        with turn:
            waiting = [asyncio.ensure_future(writer.do(shop, act)) for act in acts]
            await asyncio.sleep(0)
        found: list[object] = list(await asyncio.gather(*waiting, return_exceptions=True))
        await asyncio.to_thread(writer.stop)
        return found

    first, second, third = asyncio.run(ask())
    assert (first, third) == (1, 3)
    assert isinstance(second, ZeroDivisionError)


def test_calls_of_two_tokens_are_two_transactions_in_their_order(shop: Store) -> None:
    assert _ask(shop.with_token("a"), "#3") == [1]
    assert _ask(shop.with_token("b"), "#3") == [2]

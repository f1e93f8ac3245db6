"""How the queues stand: whose turn it is, and what is simply on its way."""

from billing.documents import Printed
from billing.services import jobs
from billing.services.waiting import first_waiting, undisturbed
from billing.store.engine import Store
from tests.jobs.queued import Shop

TROUBLE = {"code": "no-answer", "maker_code": "", "message": "it does not answer"}


def test_documents_that_were_not_tried_are_on_their_way(shop: Store) -> None:
    till = Shop(shop)
    numbers = [till.ring("1.20/Tea", "@").job for _ in range(3)]
    assert undisturbed(shop) == set(numbers)
    assert first_waiting(shop, "printer") == numbers[0]


def test_nothing_is_on_its_way_behind_one_that_did_not_print(shop: Store) -> None:
    till = Shop(shop)
    numbers = [till.ring("1.20/Tea", "@").job for _ in range(2)]
    assert numbers[0] is not None
    lease = jobs.take_lease(shop, "printer")
    attempt = jobs.begin_attempt(shop, lease, numbers[0])
    assert undisturbed(shop) == set(numbers)
    jobs.fail(shop, attempt, TROUBLE, Printed.NO)
    assert undisturbed(shop) == frozenset()
    assert first_waiting(shop, "printer") == numbers[0]


def test_a_device_without_a_queue_has_no_first(shop: Store) -> None:
    assert first_waiting(shop, "printer") is None
    assert first_waiting(shop, "nothing") is None

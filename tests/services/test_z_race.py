"""A bill that becomes final while a Z begins is in the Z whose document comes after its receipt."""

import threading

from sqlalchemy import event

from billing.services.register import open_register
from billing.services.reports import ZRefused, begin_z
from billing.store.engine import Store


def test_a_z_waits_for_a_receipt_that_is_being_queued(shop: Store) -> None:
    """The ring has taken its turn on the device and not committed when the Z begins."""
    register = open_register(shop)
    outcome: list[BaseException] = []
    started = threading.Event()

    def close_the_day() -> None:
        started.set()
        try:
            begin_z(shop)
        except ZRefused as refused:
            outcome.append(refused)

    other = threading.Thread(target=close_the_day)

    def before_commit(_: object) -> None:
        if not started.is_set():
            other.start()
            started.wait()
            other.join(0.3)  # it is stuck on the device's row now, or it was wrong to go on
            assert other.is_alive()

    event.listen(shop.engine, "commit", before_commit)
    bill = register.ring(["1", "@"])
    other.join(30)
    assert [blocker.number for blocker in outcome[0].blockers] == [bill.job]  # type: ignore[attr-defined]  # ZRefused

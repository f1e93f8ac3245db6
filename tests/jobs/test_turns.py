"""The lock of a device's thread: first come first served, and it tells whether anybody waits."""

import threading

from billing.jobs.turns import Turns

LONG_S = 120.0


def test_those_who_wait_come_in_order() -> None:
    turns, order = Turns(), []

    def come(number: int) -> None:
        with turns:
            order.append(number)

    threads = []
    with turns:
        for number in range(5):
            threads.append(threading.Thread(target=come, args=(number,)))
            threads[-1].start()
            while len(turns._queue) <= number:  # until it has queued up
                threading.Event().wait(0.001)
        assert turns.wanted
    for thread in threads:
        thread.join(LONG_S)
    assert order == list(range(5))
    assert not turns.wanted


def test_one_that_waits_too_long_leaves_the_queue() -> None:
    turns = Turns()
    with turns:
        assert not turns.acquire(timeout=0.001)
        assert not turns.wanted
    assert turns.acquire(timeout=0.001)

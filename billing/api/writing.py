"""The one thread that writes to SQLite for callers of the API; those that queue up are committed together."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from queue import SimpleQueue
from typing import Any, Final, TypeVar

from billing.services.together import Apart, together
from billing.store.engine import Store

T = TypeVar("T")

MOST: Final = 8
"""How many calls are committed at once: so many keep other writers of the file waiting."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be done in a store, and who waits for it."""

    store: Store
    act: Callable[[Store], Any]
    future: asyncio.Future[Any]

    @property
    def whose(self) -> tuple[int, str]:
        """The master and token: only calls of the same are one transaction, for it is theirs by name."""
        return self.store.master_id, self.store.token


class Writer:
    """Takes calls from the event loop and answers there.

    Args:
        turn: held while it writes; other threads of the process hold it to write.
        forget: called in its thread when a transaction failed: what was looked up in it may not be true.
    """

    def __init__(self, turn: AbstractContextManager[object], forget: Callable[[], object]) -> None:
        self._turn = turn
        self._forget = forget
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    async def do(self, store: Store, act: Callable[[Store], T]) -> T:
        """Return what ``act`` gives in ``store``, once it is committed.

        Raises:
            BillingError: what refused it; nothing was changed.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._calls.put(Call(store, act, future))
        return await future

    def stop(self) -> None:
        """End after the calls that wait."""
        self._calls.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._calls.get()) is not None:
            calls, last = [first], False
            while len(calls) < MOST and not self._calls.empty():
                following = self._calls.get()
                if following is None:
                    last = True
                    break
                calls.append(following)
            for _, group in groupby(calls, key=lambda call: call.whose):
                self._do(list(group))
            if last:
                return

    def _do(self, calls: list[Call]) -> None:
        """Do calls in one transaction, or each in its own where that cannot be, and answer them."""
        with self._turn:
            results = [_alone(calls[0])] if len(calls) == 1 else self._together(calls)
        calls[0].future.get_loop().call_soon_threadsafe(_answer, calls, results)

    def _together(self, calls: list[Call]) -> list[object]:
        try:
            return list(together(calls[0].store, [call.act for call in calls]))
        except Apart:
            self._forget()
            return [_alone(call) for call in calls]
        except Exception as error:  # noqa: BLE001 whoever waits is told
            self._forget()
            return [error] * len(calls)


def _alone(call: Call) -> object:
    try:
        return call.act(call.store)
    except Exception as error:  # noqa: BLE001 whoever waits is told
        return error


def _answer(calls: list[Call], results: list[object]) -> None:
    for call, result in zip(calls, results, strict=True):
        if call.future.cancelled():
            continue
        if isinstance(result, BaseException):
            call.future.set_exception(result)
        else:
            call.future.set_result(result)

"""Questions that many ask at once: one is asked at a time; those who come meanwhile share the next answer.

So a device that is slow or gone takes one thread however many ask for it, and every answer is of a look that
began after its caller asked. What must not live here: what is asked.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")


class Shared:
    """The turns of one server; used in its loop only."""

    def __init__(self) -> None:
        self._turns: dict[Hashable, tuple[asyncio.Lock, int]] = {}
        self._next: dict[Hashable, asyncio.Task[Any]] = {}

    async def alone(self, whom: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """Return what ``work`` gives, done when all that asked ``whom`` before have been answered."""
        async with self._turn(whom):
            return await work()

    async def ask(self, whom: Hashable, question: Hashable, work: Callable[[], Awaitable[T]]) -> T:
        """Return the answer to ``question``, shared with all who ask it before ``whom`` is free for it."""
        key = (whom, question)

        async def once() -> T:
            async with self._turn(whom):
                del self._next[key]
                return await work()

        if key not in self._next:
            self._next[key] = asyncio.create_task(once())
        task: asyncio.Task[T] = self._next[key]
        return await asyncio.shield(task)

    @asynccontextmanager
    async def _turn(self, whom: Hashable) -> AsyncIterator[None]:
        """Wait for one's turn; a lock is forgotten with its last user."""
        lock, users = self._turns.get(whom, (asyncio.Lock(), 0))
        self._turns[whom] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            users = self._turns[whom][1] - 1
            self._turns[whom] = (lock, users)
            if not users:
                del self._turns[whom]

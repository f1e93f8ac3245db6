"""A lock that is given in the order in which it was asked for, and tells whether anybody waits.

``threading.Lock`` goes to whoever is quickest: a worker that prints one document after another would never
let a check in.
"""

import threading
from collections import deque
from typing import Self


class Turns:
    """One holder at a time, first come first served."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()
        self._held = False

    @property
    def wanted(self) -> bool:
        """Whether anybody waits."""
        return bool(self._queue)

    def acquire(self, timeout: float | None = None) -> bool:
        """Wait for one's turn, at most ``timeout`` seconds; return whether it came."""
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            mine = self._changed.wait_for(lambda: not self._held and self._queue[0] is ticket, timeout)
            self._queue.remove(ticket)
            self._held = self._held or mine
            if not mine:
                self._changed.notify_all()  # whoever came after may be the first now
        return mine

    def release(self) -> None:
        """Let the next one in."""
        with self._changed:
            self._held = False
            self._changed.notify_all()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

"""How often one caller may ask: a bucket for each that fills with time. Kept in memory, for one process."""

import threading
from typing import Final

from billing.clock import Clock

MOST: Final = 10_000
"""How many callers are remembered; beyond that the full buckets are forgotten."""


class Buckets:
    """Each caller has ``a_minute`` tries, which come back evenly; 0 lets everything through."""

    def __init__(self, a_minute: int, clock: Clock) -> None:
        self.a_minute = a_minute
        self.clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, caller: str, cost: int = 1) -> int:
        """Take ``cost`` tries (0: only look); return 0, or the seconds after which there is one again."""
        if not self.a_minute:
            return 0
        now = self.clock.monotonic()
        with self._lock:
            if len(self._buckets) > MOST:
                self._buckets = {c: b for c, b in self._buckets.items() if self._left(b, now) < self.a_minute}
            left = self._left(self._buckets.get(caller, (float(self.a_minute), now)), now)
            if left < 1:
                return 1 + int((1 - left) * 60 / self.a_minute)
            if cost:
                self._buckets[caller] = (left - cost, now)
            return 0

    def _left(self, bucket: tuple[float, float], now: float) -> float:
        left, since = bucket
        return min(self.a_minute, left + (now - since) * self.a_minute / 60)

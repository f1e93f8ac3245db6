"""How a worker on SQLite learns at once that another process has queued a document.

SQLite keeps a number that changes with every commit of another connection; reading it costs a look into
shared memory, so it is read often. It is only a hint: the worker also looks by itself.
"""

import logging
import sqlite3
import threading
from typing import Final

from billing.clock import SYSTEM_CLOCK

logger = logging.getLogger(__name__)

STEP_S: Final = 0.03
"""How often the number is read, seconds."""


class SqliteWatch:
    """Reads ``PRAGMA data_version`` on a connection of its own."""

    def __init__(self, file: str) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._seen = self._version()

    def _version(self) -> int:
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def wait(self, limit_s: float, stopping: threading.Event) -> None:
        """Return when another connection has committed."""
        end = SYSTEM_CLOCK.monotonic() + limit_s
        while SYSTEM_CLOCK.monotonic() < end:
            try:
                now = self._version()
            except sqlite3.OperationalError as error:
                logger.warning("the worker cannot watch its store: %s", error)
                stopping.wait(max(0.0, end - SYSTEM_CLOCK.monotonic()))
                return
            if now != self._seen:
                self._seen = now
                return
            if stopping.wait(STEP_S):
                return

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

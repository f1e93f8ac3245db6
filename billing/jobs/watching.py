"""How a worker learns at once that another process has queued a document.

SQLite keeps a number that changes with every commit of another connection; reading it costs a look into
shared memory, so it is read often. PostgreSQL tells: the store's trigger on new documents notifies, and the
worker listens on a connection of its own. Either is only a hint: the worker also looks by itself.
"""

import logging
import sqlite3
import threading
from typing import Final, Protocol

import psycopg
from sqlalchemy.engine import URL

from billing.clock import SYSTEM_CLOCK
from billing.store.engine import Store

logger = logging.getLogger(__name__)

STEP_S: Final = 0.03
"""How often SQLite's number is read, and a worker that listens asks whether to stop, seconds."""
CHANNEL: Final = "billing_document"
"""What the trigger on new documents notifies."""


class Watch(Protocol):
    """Waits for a sign that there may be new documents."""

    def wait(self, limit_s: float, stopping: threading.Event) -> None:
        """Return at a sign, after ``limit_s`` seconds, or when the worker is to stop."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


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


class PostgresWatch:
    """Listens on a connection of its own; while the server is away it only lets time pass."""

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection | None = None

    def wait(self, limit_s: float, stopping: threading.Event) -> None:
        """Return when the server has notified."""
        end = SYSTEM_CLOCK.monotonic() + limit_s
        try:
            connection = self._listening()
            while not stopping.is_set() and (left := end - SYSTEM_CLOCK.monotonic()) > 0:
                if any(True for _ in connection.notifies(timeout=min(left, 0.2), stop_after=1)):
                    return
        except psycopg.OperationalError as error:
            logger.warning("the worker cannot listen: %s", error)
            self.close()
            stopping.wait(max(0.0, end - SYSTEM_CLOCK.monotonic()))

    def _listening(self) -> psycopg.Connection:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True)
            self._connection.execute(f"LISTEN {CHANNEL}".encode())
        return self._connection

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def watch_of(store: Store) -> Watch:
    """Return what watches ``store``."""
    url = store.engine.url
    if store.engine.dialect.name == "sqlite":
        return SqliteWatch(url.database or ":memory:")
    return PostgresWatch(url)

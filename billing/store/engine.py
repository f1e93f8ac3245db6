"""The store: one engine, and the two transactions it hands out. Nothing below ``services`` commits.

SQLite is the embedded default (WAL, ``synchronous=FULL``, foreign keys on, writers take the write lock at
BEGIN so that two processes wait for each other instead of failing half-way); PostgreSQL (psycopg 3) is the
shared store. Opening never creates or migrates: ``upgrade`` does, and only ``billing init`` calls it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.sql import column, table

from billing.clock import SYSTEM_CLOCK, Clock
from billing.settings import database_url, read_settings
from billing.store.mistakes import StoreMissing, StoreOld, StoreTrouble, StoreUrlWrong
from billing.store.sealing import Key, read_keys, seal
from billing.store.versions import watch
from billing.store.work import Judge, Told, Work

SCHEMA_VERSION: Final = "0015"
"""The newest migration under ``migrations/versions``; a test keeps the two together."""

BUSY_TIMEOUT_MS: Final = 30_000
"""How long a writer of SQLite waits for another process's transaction, milliseconds."""


class Store:
    """An open store, seen by one master."""

    def __init__(self, engine: Engine, master_id: int = 0, clock: Clock = SYSTEM_CLOCK) -> None:
        self.engine = engine
        self.master_id = master_id
        self.clock = clock
        self.listeners: list[Callable[[Told], None]] = []
        """Who in this process is told of bills; called in order, after the commit."""
        self._writer = engine.execution_options(writes=True)
        self._key: Key | None = None
        self.judge: Judge | None = None
        """What a face asks of the drivers before a bill becomes final; None asks nothing."""
        self.token = ""
        """Name of the API token that this store is used with, for the journal; empty: none."""

    @property
    def where(self) -> str:
        """The address to show a person, without a password."""
        return shown(self.engine.url)

    def with_token(self, name: str) -> "Store":
        """Return this store as the holder of an API token uses it: the journal names the token."""
        self._journal_key()  # read once here, not once for each request
        store = copy(self)
        store.token = name
        return store

    def _journal_key(self) -> Key:
        if self._key is None:
            self._key = read_keys()[0]
        return self._key

    def _work(self, connection: Connection) -> Work:
        return Work(
            connection, self.master_id, self.clock.now(), judge=self.judge, token=self.token, watch=watch
        )

    @contextmanager
    def write(self) -> Iterator[Work]:
        """Hand out one transaction that commits at the end, or changes nothing if an error leaves it.

        Raises:
            StoreTrouble: if the database itself fails.
        """
        try:
            with self._writer.connect() as connection, connection.begin():
                work = self._work(connection)
                yield work
                if work.entries:
                    seal(work, self._journal_key())
        except OperationalError as error:
            raise StoreTrouble(self.where, error) from error

        for told in work.told:
            for listener in self.listeners:
                listener(told)

    @contextmanager
    def read(self) -> Iterator[Work]:
        """Hand out a transaction for reading: one consistent view on SQLite, committed rows on PostgreSQL.

        Raises:
            StoreTrouble: if the database itself fails.
        """
        try:
            with self.engine.connect() as connection, connection.begin():
                yield self._work(connection)
        except OperationalError as error:
            raise StoreTrouble(self.where, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give all connections back to the database."""
        self.engine.dispose()


def shown(url: URL) -> str:
    """Return the address as a person knows it: the file of SQLite, else the URL without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return url.render_as_string(hide_password=True)


def make_engine(url: str) -> Engine:
    """Return an engine for ``url``, set up for SQLite or PostgreSQL; does not connect.

    Raises:
        StoreUrlWrong: if the URL cannot be read or names another database.
    """
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError):
        raise StoreUrlWrong(url) from None
    if backend == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS // 1000})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend in {"postgresql", "postgres"}:
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    raise StoreUrlWrong(shown(parsed))


def _prepare_sqlite(connection: Any, record: Any) -> None:  # noqa: ANN401 the driver's own objects
    del record
    connection.isolation_level = None  # the driver's own BEGIN is switched off; ours says IMMEDIATE
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    try:
        connection.connection.cursor().execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance("BEGIN", None, error, connection.dialect.loaded_dbapi.Error) from error


def schema_version(engine: Engine) -> str | None:
    """Return the migration the database stands at, or None if it was never initialised."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.execute(
            select(column("version_num")).select_from(table("alembic_version"))
        ).scalar()
        return version


def open_store(url: str | None = None, *, master_id: int | None = None, clock: Clock = SYSTEM_CLOCK) -> Store:
    """Return the store at ``url`` for ``master_id`` (defaults: the user's settings), ready for work.

    Raises:
        StoreMissing: if nothing was initialised there.
        StoreOld: if its schema is another than this program's.
        StoreUrlWrong, StoreTrouble: if it cannot be reached.
    """
    engine = make_engine(database_url(url))
    name = engine.url.database
    if engine.dialect.name == "sqlite" and not (name and Path(name).exists()):
        raise StoreMissing(shown(engine.url))
    try:
        found = schema_version(engine)
    except DBAPIError as error:
        engine.dispose()
        raise StoreTrouble(shown(engine.url), error) from error
    if found is None:
        engine.dispose()
        raise StoreMissing(shown(engine.url))
    if found != SCHEMA_VERSION:
        engine.dispose()
        raise StoreOld(shown(engine.url), found, SCHEMA_VERSION)
    return Store(engine, read_settings().master_id if master_id is None else master_id, clock)

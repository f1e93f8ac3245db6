"""Statements compiled once: what the driver says is said as SQLAlchemy would."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import IntegrityError

from billing.models import Outbox, Plu, SaleCounter
from billing.store.compiled import Insert, Statement
from billing.store.engine import Store, open_store
from billing.store.mistakes import StoreTrouble

COUNTER = {"master_id": 0, "device_number": "DT000001", "last": 1}


def test_a_key_clash_is_an_integrity_error(store: Store) -> None:
    insert = Insert(SaleCounter)
    with store.write() as work:
        insert.row(work, COUNTER)
    with store.read() as work, pytest.raises(IntegrityError):
        insert.row(work, COUNTER)


def test_what_the_database_cannot_do_is_one_sentence_and_changes_nothing(sqlite_template: Path) -> None:
    store = open_store(str(sqlite_template))
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")

    def write() -> None:
        with store.write() as work:
            Insert(SaleCounter).row(work, COUNTER)

    with pytest.raises(StoreTrouble, match="nothing was changed: attempt to write a readonly database"):
        write()
    store.close()


def test_values_go_through_their_types_and_come_back(store: Store) -> None:
    row = {"master_id": 0, "number": 1, "name": "x", "price": Decimal("1.2345")}
    with store.write() as work:
        key = Insert(Plu).new(work, row)
    with store.read() as work:
        plu = work.session().get(Plu, key)
        assert plu is not None
        assert (plu.price, plu.type, plu.banned, plu.deleted_at) == (Decimal("1.2345"), "plain", False, None)


def test_many_rows_are_one_statement(store: Store) -> None:
    rows = [
        {
            "master_id": 0,
            "at": datetime(2026, 1, 1, tzinfo=UTC),
            "kind": "x",
            "subject_type": "x",
            "subject": str(number),
            "payload": {"n": number},
        }
        for number in range(3)
    ]
    with store.write() as work:
        Insert(Outbox).rows(work, rows)
        Insert(Outbox).rows(work, [])
    with store.read() as work:
        found = work.session().scalars(select(Outbox).order_by(Outbox.id)).all()
        assert [event.payload for event in found] == [{"n": 0}, {"n": 1}, {"n": 2}]


def test_a_statement_without_rows_gives_none(store: Store) -> None:
    statement = Statement(select(SaleCounter.last).where(SaleCounter.device_number == bindparam("device")))
    with store.read() as work:
        assert statement.first(work, {"device": "none"}) is None


def test_a_connection_that_was_lost_is_made_anew(store: Store, store_url: str) -> None:
    with store.read() as work:
        work.connection.execute(select(1))
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect() as connection:
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with psycopg.connect(store_url) as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", [pid])
    with store.write() as work:
        Insert(SaleCounter).row(work, COUNTER)
    with store.read() as work:
        assert work.session().scalars(select(SaleCounter.last)).all() == [1]

"""The engine: what opening a store promises, and what it refuses."""

from pathlib import Path

import pytest
from sqlalchemy import text

from billing.store.engine import SCHEMA_VERSION, Store, make_engine, open_store
from billing.store.mistakes import StoreMissing, StoreOld, StoreTrouble, StoreUrlWrong
from billing.store.upgrade import upgrade


def test_opening_a_store_that_is_not_there_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="run 'billing init'"):
        open_store(str(tmp_path / "no.db"))
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreMissing):
        open_store(str(tmp_path / "empty.db"))


def test_a_store_of_an_older_schema_says_to_migrate(store_url: str) -> None:
    engine = make_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()
    with pytest.raises(StoreOld, match="run 'billing init' to migrate") as caught:
        open_store(store_url)
    assert caught.value.exit_code == 3


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("this is a letter, not a database " * 10)
    with pytest.raises(StoreTrouble, match=r"x\.db"):
        open_store(str(tmp_path / "x.db"))


@pytest.mark.parametrize("url", ["mysql://host/name", "://", "oracle://x"])
def test_an_address_of_no_known_store_is_wrong_usage(url: str) -> None:
    with pytest.raises(StoreUrlWrong) as caught:
        make_engine(url)
    assert caught.value.exit_code == 2


def test_upgrading_twice_changes_nothing(store_url: str) -> None:
    assert upgrade(store_url) == (SCHEMA_VERSION, SCHEMA_VERSION)


def test_sqlite_syncs_every_commit_and_keeps_foreign_keys(sqlite_template: Path) -> None:
    store = open_store(str(sqlite_template))
    with store.read() as work:
        read = {
            name: work.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    store.close()
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_an_error_inside_a_transaction_changes_nothing(store: Store) -> None:
    insert = text(
        "INSERT INTO outbox (at, kind, subject_type, subject, payload) VALUES (:at, 'x', '', '', '{}')"
    )

    def fail() -> None:
        with store.write() as work:
            work.connection.execute(insert, {"at": work.now.isoformat(" ")})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.read() as work:
        assert work.connection.execute(text("SELECT count(*) FROM outbox")).scalar() == 0


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET kind = 'y'", "DELETE FROM journal_entry"])
def test_the_journal_is_only_added_to(store: Store, statement: str) -> None:
    insert = text(
        "INSERT INTO journal_entry (at, kind, subject_type, subject, facts) VALUES (:at, 'x', '', '', '{}')"
    )
    with store.write() as work:
        work.connection.execute(insert, {"at": work.now.isoformat(" ")})
    engine = store.engine
    with engine.connect() as connection, pytest.raises(Exception, match="only added to"):
        connection.execute(text(statement))

"""The migrations lead to exactly the schema that the models describe."""

import os
from typing import Any

import psycopg
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager

from billing.models import Base
from billing.store.engine import SCHEMA_VERSION, Store
from billing.store.upgrade import config_of


def test_the_newest_migration_is_the_version_that_opening_asks_for() -> None:
    assert ScriptDirectory.from_config(config_of()).get_current_head() == SCHEMA_VERSION


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:  # noqa: ANN401 Alembic's own
    """Whether a table is one of ours: Procrastinate's have their own description."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


def test_the_migrated_schema_is_the_one_of_the_models(store: Store) -> None:
    with store.read() as work:
        options = {"compare_type": True, "include_name": is_ours}
        context = MigrationContext.configure(work.connection, opts=options)
        differences: list[Any] = compare_metadata(context, Base.metadata)
    assert differences == []


def test_every_table_has_a_master_that_is_never_null() -> None:
    without = [
        name
        for name, table in Base.metadata.tables.items()
        if "master_id" not in table.c or table.c.master_id.nullable
    ]
    assert without == []


def test_every_unique_and_foreign_key_holds_the_master() -> None:
    """A row of one master can neither clash with nor refer to a row of another."""
    loose = [
        (name, str(constraint.name))
        for name, table in Base.metadata.tables.items()
        for constraint in table.constraints
        if constraint is not table.primary_key
        and "master_id" not in getattr(constraint, "columns", {"master_id": 0})
    ]
    assert loose == []


def test_procrastinates_schema_is_the_installed_packages(postgres_url: str) -> None:
    """A newer Procrastinate that brings migrations needs one of ours that runs them."""
    name = f"procrastinate_{os.getpid()}"
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        try:
            with psycopg.connect(postgres_url.replace("/postgres?", f"/{name}?")) as theirs:
                theirs.execute(SchemaManager.get_schema().encode())
                fresh = described(theirs)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    with psycopg.connect(postgres_url.replace("/postgres?", "/billing_template?")) as ours:
        assert described(ours) == fresh


DESCRIPTIONS = (
    "proname, pg_get_functiondef(oid) FROM pg_proc WHERE proname LIKE 'procrastinate%'",
    "indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'procrastinate%'",
    "table_name, column_name, data_type || is_nullable, column_default "  # noqa: ISC004 one statement
    "FROM information_schema.columns WHERE table_name LIKE 'procrastinate%'",
    "typname, enumlabel FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid",
)


def described(connection: psycopg.Connection) -> list[list[Any]]:
    """Return Procrastinate's functions, indexes, columns and types as the database describes them."""
    return [connection.execute(f"SELECT {each} ORDER BY 1, 2".encode()).fetchall() for each in DESCRIPTIONS]

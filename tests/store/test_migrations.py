"""The migrations lead to exactly the schema that the models describe."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from billing.models import Base
from billing.store.engine import SCHEMA_VERSION, Store
from billing.store.upgrade import config_of


def test_the_newest_migration_is_the_version_that_opening_asks_for() -> None:
    assert ScriptDirectory.from_config(config_of()).get_current_head() == SCHEMA_VERSION


def test_the_migrated_schema_is_the_one_of_the_models(store: Store) -> None:
    with store.read() as work:
        context = MigrationContext.configure(work.connection, opts={"compare_type": True})
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

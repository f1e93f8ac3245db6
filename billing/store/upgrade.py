"""Creating and migrating a store with Alembic, configured in code. Only ``billing init`` imports this."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

from billing.models import Base
from billing.store.engine import SCHEMA_VERSION, make_engine, schema_version, shown
from billing.store.mistakes import StoreFolder, StoreOld, StoreTrouble, StoreUnmarked

MIGRATIONS: Final = Path(__file__).parent / "migrations"

ADVISORY_LOCK: Final = 0x62696C6C
"""What two migrations of one PostgreSQL database wait for; 'bill' in ASCII."""


def config_of(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, bound to ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str) -> tuple[str | None, str | None]:
    """Create or migrate the store at ``url``, all or nothing, and return its schema before and after.

    Raises:
        StoreFolder, StoreTrouble: if its folder cannot be made, or the database refuses.
        StoreOld: if a newer program made it.
        StoreUnmarked: if it has our tables and does not say which schema they have.
    """
    engine = make_engine(url)
    if engine.dialect.name == "sqlite" and engine.url.database:
        try:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreFolder(shown(engine.url), error) from error
    try:
        return _upgrade(engine)
    except CommandError as error:  # Alembic does not know the revision: a newer program made it
        raise StoreOld(shown(engine.url), schema_version(engine) or "?", SCHEMA_VERSION) from error
    except DBAPIError as error:
        raise StoreTrouble(shown(engine.url), error) from error
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> tuple[str | None, str | None]:
    before = schema_version(engine)
    with engine.connect() as connection:
        connection.execution_options(writes=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
            _refuse_unmarked(connection, shown(engine.url))
            command.upgrade(config_of(connection), "head")
    return before, schema_version(engine)


def _refuse_unmarked(connection: Connection, where: str) -> None:
    if MigrationContext.configure(connection).get_current_revision() is not None:
        return
    ours = sorted(Base.metadata.tables.keys() & set(inspect(connection).get_table_names()))
    if ours:
        raise StoreUnmarked(where, ours[0])

"""Statements of the hot write path, compiled once for each database and then run by the driver.

Compiling, even from the cache, and SQLAlchemy's own bookkeeping cost more than SQLite needs to insert a row,
and a bill writes a dozen rows. So the SQL is compiled once and goes to the driver's cursor inside
SQLAlchemy's transaction. Types still go through the columns' own processors on the way in; results come as
the driver gives them; its errors are SQLAlchemy's.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Dialect, Executable, Table
from sqlalchemy.exc import DBAPIError

from billing.models import Base
from billing.store.work import Work

Process = Callable[[Any], Any]


class Insert:
    """An INSERT into the table of ``model``: rows are dictionaries, what they leave out takes its default."""

    def __init__(self, model: type[Base]) -> None:
        table = model.__table__
        assert isinstance(table, Table)  # noqa: S101 every model of ours has one
        self._table = table
        self._columns = [column for column in table.columns if column.name != "id"]
        self._plans: dict[str, tuple[str, list[tuple[str, Any, Process | None]]]] = {}

    def _plan(self, dialect: Dialect) -> tuple[str, list[tuple[str, Any, Process | None]]]:
        """Return the SQL, and for each column its name, its default and what prepares its value."""
        if dialect.name not in self._plans:
            mark = "?" if dialect.paramstyle == "qmark" else "%s"
            names = ", ".join(column.name for column in self._columns)
            marks = ", ".join(mark for _ in self._columns)
            sql = f"INSERT INTO {self._table.name} ({names}) VALUES ({marks})"  # noqa: S608 our own names
            self._plans[dialect.name] = (
                sql,
                [
                    (
                        column.name,
                        column.default.arg
                        if column.default is not None and column.default.is_scalar
                        else None,
                        column.type.dialect_impl(dialect).bind_processor(dialect),
                    )
                    for column in self._columns
                ],
            )
        return self._plans[dialect.name]

    def rows(self, work: Work, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert all ``rows`` with one statement."""
        sql, plan = self._plan(work.connection.dialect)
        values = [_values(plan, row) for row in rows]
        if values:
            _run(work, sql, values if len(values) > 1 else values[0])

    def row(self, work: Work, row: Mapping[str, Any]) -> None:
        """Insert one row."""
        sql, plan = self._plan(work.connection.dialect)
        _run(work, sql, _values(plan, row))

    def new(self, work: Work, row: Mapping[str, Any]) -> int:
        """Insert one row and return the key that the database gave it."""
        sql, plan = self._plan(work.connection.dialect)
        key: int = _run(work, f"{sql} RETURNING id", _values(plan, row)).fetchone()[0]
        return key


def _run(work: Work, sql: str, values: Any) -> Any:  # noqa: ANN401 what the driver takes and gives
    """Run ``sql`` on a cursor of the transaction's own connection; a list of values is many rows."""
    connection = work.connection
    cursor = connection.connection.cursor()
    try:
        if isinstance(values, list):
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(sql, None, error, connection.dialect.loaded_dbapi.Error) from error
    return cursor


def _values(plan: list[tuple[str, Any, Process | None]], row: Mapping[str, Any]) -> tuple[Any, ...]:
    get = row.get
    return tuple(
        [
            get(name, default) if process is None else process(get(name, default))
            for name, default, process in plan
        ]
    )


class Statement:
    """Any statement with bound parameters; give one for each database where they are not the same."""

    def __init__(self, statement: Executable, **by_database: Executable) -> None:
        self._statement = statement
        self._by_database = by_database
        self._plans: dict[str, tuple[str, list[str] | None]] = {}

    def first(self, work: Work, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run the statement with plain values for its parameters; return the first row of its result."""
        dialect = work.connection.dialect
        if dialect.name not in self._plans:
            statement: Any = self._by_database.get(dialect.name, self._statement)
            compiled = statement.compile(dialect=dialect)
            order = compiled.positiontup if dialect.paramstyle == "qmark" else None
            self._plans[dialect.name] = (str(compiled), order)
        sql, order = self._plans[dialect.name]
        values = dict(parameters) if order is None else tuple(parameters[name] for name in order)
        row: tuple[Any, ...] | None = _run(work, sql, values).fetchone()
        return row

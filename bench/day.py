"""The figures of a day with 100,000 bills, against the same aggregates written by hand for the driver."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from sqlalchemy import text

from bench.store import LINES, TABLES, postgres_stores, sqlite_stores
from bench.table import Row, against
from billing.models import Base
from billing.services.register import open_register
from billing.services.reports import x_figures
from billing.store.engine import Store

BILLS: Final = 100_000

FLOOR: Final = (
    """
    SELECT count(*), count(*) FILTER (WHERE b.fiscal), sum(b.total),
           sum(CASE WHEN b.fiscal THEN b.total ELSE 0 END), sum(b.charges), sum(b.discounts),
           sum(b.surcharges), min(b.id), max(b.id)
    FROM bill b
    WHERE b.master_id = 0 AND b.origin_id = 1 AND b.state IN ('final', 'handed_over')
      AND b.report_id IS NULL
    """,
    """
    SELECT x.tax_group, sum(x.gross), sum(x.net), sum(x.vat),
           sum(CASE WHEN b.fiscal THEN x.gross ELSE 0 END)
    FROM bill_tax x JOIN bill b ON b.master_id = x.master_id AND b.id = x.bill_id
    WHERE b.master_id = 0 AND b.origin_id = 1 AND b.state IN ('final', 'handed_over')
      AND b.report_id IS NULL
    GROUP BY x.tax_group
    """,
    """
    SELECT x.payment_type, x.category, max(x.name), count(*), sum(x.value),
           sum(CASE WHEN b.fiscal THEN x.value ELSE 0 END)
    FROM payment x JOIN bill b ON b.master_id = x.master_id AND b.id = x.bill_id
    WHERE b.master_id = 0 AND b.origin_id = 1 AND b.state IN ('final', 'handed_over')
      AND b.report_id IS NULL AND x.withdrawn_at IS NULL
    GROUP BY x.payment_type, x.category
    """,
    """
    SELECT count(*) FILTER (WHERE x.amount < 0), sum(CASE WHEN x.amount < 0 THEN x.amount ELSE 0 END),
           count(*) FILTER (WHERE x.amount > 0), sum(CASE WHEN x.amount > 0 THEN x.amount ELSE 0 END)
    FROM modifier x JOIN bill b ON b.master_id = x.master_id AND b.id = x.bill_id
    WHERE b.master_id = 0 AND b.origin_id = 1 AND b.state IN ('final', 'handed_over')
      AND b.report_id IS NULL AND x.removed_at IS NULL
    """,
)
"""The figures of a day as one would write them for one shop."""

MORE: Final = (
    """
    SELECT b.operator, {hour}, count(*), sum(b.total)
    FROM bill b
    WHERE b.master_id = 0 AND b.origin_id = 1 AND b.state IN ('final', 'handed_over')
      AND b.report_id IS NULL
    GROUP BY 1, 2
    """,
    """
    SELECT x.removed_at IS NULL, coalesce(x.department, x.plu_department), x.plu, count(*), sum(x.total)
    FROM charge x JOIN bill b ON b.master_id = x.master_id AND b.id = x.bill_id
    WHERE b.master_id = 0 AND b.origin_id = 1 AND b.state IN ('final', 'handed_over')
      AND b.report_id IS NULL AND x.kind = 'charge'
    GROUP BY 1, 2, 3
    """,
    """
    SELECT count(*), sum(x.change)
    FROM payment x JOIN bill b ON b.master_id = x.master_id AND b.id = x.bill_id
    WHERE b.master_id = 0 AND b.origin_id = 1 AND b.state IN ('final', 'handed_over')
      AND b.report_id IS NULL AND x.withdrawn_at IS NULL AND x.change > 0
    """,
)
"""What a closing tells beside them: operators, hours, departments, items, corrections, change."""
HOUR: Final = {
    "sqlite": "strftime('%Y-%m-%d %H', b.final_at)",
    "postgresql": "to_char(timezone('UTC', b.final_at), 'YYYY-MM-DD HH24')",
}


def rows() -> Iterable[Row]:
    """Yield the row of each database."""
    for name, stores in (("SQLite", sqlite_stores), ("PostgreSQL", postgres_stores)):
        with stores() as (store, _):
            open_register(store).ring(LINES)
            fill(store)
            hour = HOUR[store.engine.dialect.name]
            whole = FLOOR + tuple(each.format(hour=hour) for each in MORE)
            for what, work, floor in (
                ("Z figures", partial(x_figures, store), FLOOR),
                ("every field of a Z", partial(x_figures, store, detailed=True), whole),
            ):
                measured, least, ratio = against(work, by_hand(store, floor), rounds=7)
                yield Row(
                    f"{what} of {BILLS:,} bills, {name}",
                    measured * 1e3,
                    least * 1e3,
                    "ms",
                    1.5,
                    ratio,
                    "the aggregates written by hand",
                )


def fill(store: Store) -> None:
    """Copy the store's one bill, all its rows, until there are ``BILLS``."""
    new = {
        "id": "n",
        "bill_id": "n",
        "sale": "n",
        "number": "n",
        "sequence": "n",
        "subject": "CAST(n AS VARCHAR)",
    }
    with store.write() as work:
        for table in Base.metadata.sorted_tables:
            if table.name not in TABLES:
                continue
            names = [column.name for column in table.columns if column.name != "id" or table.name == "bill"]
            work.connection.execute(
                text(
                    f"INSERT INTO {table.name} ({', '.join(names)}) "  # noqa: S608 our own names
                    "WITH RECURSIVE numbers(n) AS "
                    "(SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < :bills) "
                    f"SELECT {', '.join(new.get(name, name) for name in names)} FROM {table.name}, numbers"
                ),
                {"bills": BILLS},
            )
        work.connection.exec_driver_sql("ANALYZE")


def by_hand(store: Store, statements: Iterable[str] = FLOOR) -> Callable[[], list[Any]]:
    """Return what runs the hand-written statements on the driver's own cursor."""
    connection: Any = store.engine.raw_connection()
    connection.detach()
    cursor = connection.cursor()

    def run() -> list[Any]:
        found = []
        for statement in statements:
            cursor.execute(statement)
            found.append(cursor.fetchall())
        connection.rollback()
        return found

    return run

"""The bills that a Z has closed, page by page: the list is never in memory at once."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import or_, select

from billing.models import Bill, Origin, Report
from billing.money import Currency
from billing.services.closings import read_z
from billing.store.engine import Store

BILL_COLUMNS: Final = (
    "bill",
    "origin",
    "final_at",
    "total",
    "currency",
    "unique_sale_number",
    "reversal_reason",
)
PAGE: Final = 1_000


def closed_bills(store: Store, report_id: int) -> Iterator[dict[str, Any]]:
    """Yield every bill that a Z took, under ``BILL_COLUMNS``, the oldest first.

    Raises:
        Missing: there is no such Z; at the first bill.
    """
    read_z(store, report_id)
    after = 0
    while True:
        with store.read() as work:
            rows = (
                work.session()
                .execute(
                    select(Bill, Origin.name)
                    .join(Origin, Origin.id == Bill.origin_id)
                    .join(Report, Report.id == Bill.report_id)
                    .where(or_(Report.id == report_id, Report.parent_id == report_id), Bill.id > after)
                    .order_by(Bill.id)
                    .limit(PAGE)
                )
                .all()
            )
        for bill, origin in rows:
            yield {
                "bill": bill.id,
                "origin": origin,
                "final_at": bill.final_at.isoformat() if bill.final_at else "",
                "total": format(Currency(bill.currency, bill.exponent).from_minor(bill.total), "f"),
                "currency": bill.currency,
                "unique_sale_number": bill.unique_sale_number,
                "reversal_reason": bill.reversal_reason,
            }
        if len(rows) < PAGE:
            return
        after = rows[-1][0].id

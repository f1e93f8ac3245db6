"""A bill that comes to zero is final when it is made: without payment, try or receipt (semantics 7.5)."""

from billing.pricing import Bill
from billing.services.keeping import money_text
from billing.store import bills
from billing.store.trail import journal, tell
from billing.store.work import Work


def hand_over_zero(work: Work, bill_id: int, bill: Bill, unique_sale_number: str) -> None:
    """Write what a final bill leaves behind: its tax rows, its journal row, its event."""
    bills.insert_taxes(work, bill_id, bill.tax())
    facts = {
        "unique_sale_number": unique_sale_number,
        "total": money_text(bill, bill.total),
        "currency": bill.currency.code,
    }
    journal(work, "bill_final", ("bill", bill_id), facts, bill.operator)
    tell(work, "bill_final", ("bill", bill_id), facts)

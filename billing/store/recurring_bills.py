"""What a recurring bill does to its collection when it is paid or voided, at a till or by a gateway.

The register calls this inside its own transaction; it knows nothing else of recurring plans.
"""

from typing import Final

from sqlalchemy import update

from billing.models import Collection
from billing.store.recurring_audit import BILLED, SETTLED, Feeds, Line
from billing.store.trail import tell
from billing.store.work import Work

_PREFIX: Final = "recurring/"


def is_recurring(key: str | None) -> bool:
    """Tell whether a bill with this key was made by a recurring plan."""
    return key is not None and key.startswith(_PREFIX)


def follow_bill(work: Work, bill_id: int, total: int, *, settled: bool, voided: bool) -> None:
    """Settle or void the collection of a bill that has just become final or was voided.

    Args:
        work: the transaction in which that happened.
        bill_id: the bill.
        total: what it comes to, minor units.
        settled: it is paid in full.
        voided: it was voided.
    """
    if not settled and not voided:
        return
    row = work.connection.execute(
        update(Collection)
        .where(Collection.master_id == work.master_id, Collection.bill_id == bill_id)
        .values(
            state="SETTLED" if settled else "VOID", next_try=None, settled_at=work.now if settled else None
        )
        .returning(Collection.subscription_id, Collection.segment, Collection.k)
    ).one_or_none()
    if row is None:
        return
    feeds = Feeds(work)
    reference = f"bill {bill_id}"
    line = (
        Line("payment", total, SETTLED, reference)
        if settled
        else Line("bill.voided", -total, BILLED, reference)
    )
    feeds.append(row.subscription_id, (row.segment, row.k), [line])
    feeds.write()
    kind = "bill.settled" if settled else "bill.voided"
    tell(work, kind, ("subscription", row.subscription_id), {"bill": bill_id, "total": total})

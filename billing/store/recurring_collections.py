"""The money of recurring plans as rows: collections, adjustments; Core statements that name the master."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, insert, select, update

from billing.models import Adjustment, Collection, Customer, Origin, Period, Subscription
from billing.pricing.recurring import periods
from billing.pricing.recurring.collection import BillState
from billing.pricing.recurring.periods import Key
from billing.store.work import Work


def next_adjustment(work: Work, subscription_id: int) -> int:
    """Return the number of the subscription's next adjustment; its row is locked by the operation."""
    last = work.connection.execute(
        select(func.max(Adjustment.number)).where(
            Adjustment.master_id == work.master_id, Adjustment.subscription_id == subscription_id
        )
    ).scalar()
    return (last or 0) + 1


def insert_adjustment(
    work: Work, subscription_id: int, number: int, made: periods.Adjustment, bill_id: int | None
) -> None:
    """Write an adjustment; a refund waits for its money to go back."""
    work.connection.execute(
        insert(Adjustment).values(
            master_id=work.master_id,
            subscription_id=subscription_id,
            number=number,
            at=made.at,
            kind=made.kind.value,
            amount=made.amount,
            segment=None if made.key is None else made.key.segment,
            k=None if made.key is None else made.key.k,
            value=made.value,
            bill_id=bill_id,
            state="ASKED" if made.kind is periods.AdjustmentKind.REFUND else "",
        )
    )


def period_id(work: Work, subscription_id: int, key: periods.Key) -> int:
    """Return the key of a period's row."""
    found: int = work.connection.execute(
        select(Period.id).where(
            Period.master_id == work.master_id,
            Period.subscription_id == subscription_id,
            Period.segment == key.segment,
            Period.k == key.k,
        )
    ).scalar_one()
    return found


def cancel_tries(work: Work, subscription_id: int) -> None:
    """Cancel the tries that wait for any bill of the subscription."""
    work.connection.execute(
        update(Collection)
        .where(
            Collection.master_id == work.master_id,
            Collection.subscription_id == subscription_id,
            Collection.next_try.is_not(None),
        )
        .values(next_try=None)
    )


@dataclass(frozen=True, slots=True)
class Owed:
    """A recurring bill that is still to be paid; ``due`` in minor units."""

    bill: int
    subscription: int
    customer: int
    name: str
    origin: str
    due: int
    state: str
    made_at: datetime
    next_try: datetime | None


def read_owed(work: Work, customer_id: int | None = None, at_most: int = 1000) -> list[Owed]:
    """Return the bills that wait for money, oldest first."""
    statement = (
        select(
            Collection.bill_id,
            Collection.subscription_id,
            Customer.id,
            Customer.name,
            Origin.name,
            Collection.due,
            Collection.state,
            Collection.made_at,
            Collection.next_try,
        )
        .join(
            Subscription,
            (Subscription.master_id == Collection.master_id)
            & (Subscription.id == Collection.subscription_id),
        )
        .join(
            Customer,
            (Customer.master_id == Subscription.master_id) & (Customer.id == Subscription.customer_id),
        )
        .join(Origin, (Origin.master_id == Subscription.master_id) & (Origin.id == Subscription.origin_id))
        .where(Collection.master_id == work.master_id, Collection.state.in_(("OPEN", "COLLECTING", "FAILED")))
        .order_by(Collection.bill_id)
        .limit(at_most)
    )
    if customer_id is not None:
        statement = statement.where(Customer.id == customer_id)
    return [Owed(*row) for row in work.connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class Step:
    """A bill of a period with what it completes; None: nothing was due for a change of it."""

    bill_id: int | None
    state: BillState | None
    value: int


_OWN: Final = select(Collection.bill_id, Collection.state, Collection.value).where(
    Collection.master_id == bindparam("master"),
    Collection.subscription_id == bindparam("subscription"),
    Collection.segment == bindparam("segment"),
    Collection.k == bindparam("k"),
    Collection.period_id.is_not(None),
)
_CHANGES: Final = (
    select(Adjustment.bill_id, Collection.state, Adjustment.value)
    .outerjoin(
        Collection,
        (Collection.master_id == Adjustment.master_id) & (Collection.bill_id == Adjustment.bill_id),
    )
    .where(
        Adjustment.master_id == bindparam("master"),
        Adjustment.subscription_id == bindparam("subscription"),
        Adjustment.segment == bindparam("segment"),
        Adjustment.k == bindparam("k"),
    )
    .order_by(Adjustment.number)
)


def read_steps(work: Work, subscription_id: int, key: Key) -> list[Step]:
    """Return the bills of a period in the order they were made: its own, then those of its changes.

    A period without a bill of its own (a payout, or one not written yet) has none.
    """
    values = {
        "master": work.master_id,
        "subscription": subscription_id,
        "segment": key.segment,
        "k": key.k,
    }
    own = work.connection.execute(_OWN, values).all()
    rows = [*own, *work.connection.execute(_CHANGES, values).all()] if own else []
    return [Step(row[0], None if row[1] is None else BillState(row[1]), row[2]) for row in rows]

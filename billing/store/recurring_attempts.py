"""Tries to move money, as rows: one live try a document, compare-and-set on its state (semantics 6 and 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from billing.models import Adjustment, Attempt, Bill, Collection, Notice, Subscription
from billing.pricing.recurring.collection import AttemptState
from billing.store.work import Work

ASKABLE: Final = (AttemptState.SUBMITTING, AttemptState.UNKNOWN, AttemptState.PENDING)
"""States whose end is not known yet."""


@dataclass(frozen=True, slots=True)
class Due:
    """A document whose try is due: a bill's collection, or a refund (``document_type``)."""

    document_type: str
    document_id: int
    subscription_id: int
    segment: int
    k: int
    instrument: str
    amount: int
    currency: str
    failures: int = 0
    technical: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt as it stands."""

    id: int
    document_type: str
    document_id: int
    number: int
    state: AttemptState
    extra: bool
    amount: int
    gateway: str
    gateway_key: str
    reference: str


def _collections(work: Work) -> Any:  # noqa: ANN401 a select of many columns
    return (
        select(
            Collection.bill_id,
            Collection.subscription_id,
            Collection.segment,
            Collection.k,
            Subscription.instrument,
            (Bill.total - Bill.paid).label("amount"),
            Bill.currency,
            Collection.failures,
            Collection.technical,
            Collection.state,
        )
        .join(Bill, (Bill.master_id == Collection.master_id) & (Bill.id == Collection.bill_id))
        .join(
            Subscription,
            (Subscription.master_id == Collection.master_id)
            & (Subscription.id == Collection.subscription_id),
        )
        .where(Collection.master_id == work.master_id)
        .with_for_update(of=Collection.__table__, skip_locked=True)
    )


def _due(row: Any) -> Due:  # noqa: ANN401 a row of it
    return Due("bill", *row)


ROOM: Final = "room:"
"""How the instrument of a bill begins that a guest's room pays; no gateway has this name."""


def next_due(work: Work, now: datetime, *, rooms: bool = False) -> Due | None:
    """Return the bill whose try is due first, kept from other workers, or None.

    Args:
        work: the transaction.
        now: tries that are due by then.
        rooms: those that are posted to rooms; else those that gateways are asked for.
    """
    to_room = Subscription.instrument.startswith(ROOM, autoescape=True)
    statement = (
        _collections(work)
        .where(Collection.next_try <= now, to_room if rooms else ~to_room)
        .order_by(Collection.next_try, Collection.id)
        .limit(1)
    )
    row = work.connection.execute(statement).one_or_none()
    return None if row is None else _due(row)


def collection_of(work: Work, bill_id: int) -> Due | None:
    """Return the collection of a bill, or None if it has none."""
    row = work.connection.execute(_collections(work).where(Collection.bill_id == bill_id)).one_or_none()
    return None if row is None else _due(row)


def next_refund(work: Work) -> tuple[Due, str] | None:
    """Return a refund that waits, whose subscription has an instrument, and the charge it takes back."""
    tried = (
        select(Attempt.id)
        .where(
            Attempt.master_id == Adjustment.master_id,
            Attempt.document_type == "refund",
            Attempt.document_id == Adjustment.id,
        )
        .exists()
    )
    row = work.connection.execute(
        select(
            Adjustment.id,
            Adjustment.subscription_id,
            Subscription.instrument,
            -Adjustment.amount,
        )
        .join(
            Subscription,
            (Subscription.master_id == Adjustment.master_id)
            & (Subscription.id == Adjustment.subscription_id),
        )
        .where(
            Adjustment.master_id == work.master_id,
            Adjustment.state == "ASKED",
            Subscription.instrument != "",
            ~Subscription.instrument.startswith(ROOM, autoescape=True),
            ~tried,
        )
        .order_by(Adjustment.id)
        .limit(1)
        .with_for_update(of=Adjustment.__table__, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    charge = _last_charge(work, row[1])
    if charge is None:
        return None
    return Due("refund", row[0], row[1], -1, -1, row[2], row[3], charge[1]), charge[0]


def _last_charge(work: Work, subscription_id: int) -> tuple[str, str] | None:
    """Return the reference and currency of the last money that came from a subscription's instrument."""
    row = work.connection.execute(
        select(Attempt.reference, Bill.currency)
        .join(
            Collection,
            (Collection.master_id == Attempt.master_id) & (Collection.bill_id == Attempt.document_id),
        )
        .join(Bill, (Bill.master_id == Attempt.master_id) & (Bill.id == Attempt.document_id))
        .where(
            Attempt.master_id == work.master_id,
            Attempt.document_type == "bill",
            Attempt.state == AttemptState.SUCCEEDED.value,
            Collection.subscription_id == subscription_id,
        )
        .order_by(Attempt.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def insert_attempt(work: Work, due: Due, lease_until: datetime, *, gateway: str, extra: bool) -> Try:
    """Write the next attempt of a document as SUBMITTING; its key is made of document and number."""
    number = (
        work.connection.execute(
            select(func.max(Attempt.number)).where(
                Attempt.master_id == work.master_id,
                Attempt.document_type == due.document_type,
                Attempt.document_id == due.document_id,
            )
        ).scalar()
        or 0
    ) + 1
    key = f"{work.master_id}-{due.document_type}-{due.document_id}-{number}"
    row = {
        "master_id": work.master_id,
        "document_type": due.document_type,
        "document_id": due.document_id,
        "number": number,
        "state": AttemptState.SUBMITTING.value,
        "extra": extra,
        "amount": due.amount,
        "gateway": gateway,
        "gateway_key": key,
        "started_at": work.now,
        "lease_until": lease_until,
    }
    attempt_id = work.connection.execute(insert(Attempt).values(**row).returning(Attempt.id)).scalar_one()
    return Try(
        attempt_id,
        due.document_type,
        due.document_id,
        number,
        AttemptState.SUBMITTING,
        extra,
        due.amount,
        gateway,
        key,
        "",
    )


_TRY: Final = tuple(getattr(Attempt, name) for name in Try.__dataclass_fields__)


def _try(row: Any) -> Try:  # noqa: ANN401 a row of it
    values = list(row)
    values[4] = AttemptState(values[4])
    return Try(*values)


def find_attempt(work: Work, gateway_key: str) -> Try | None:
    """Return the attempt that used this key, kept from other writers, or None."""
    row = work.connection.execute(
        select(*_TRY)
        .where(Attempt.master_id == work.master_id, Attempt.gateway_key == gateway_key)
        .with_for_update()
    ).one_or_none()
    return None if row is None else _try(row)


def stale(work: Work, now: datetime, at_most: int = 100) -> Sequence[Try]:
    """Return attempts whose end is unknown and whose lease ran out: they are asked about, never sent anew."""
    rows = work.connection.execute(
        select(*_TRY)
        .where(
            Attempt.master_id == work.master_id,
            Attempt.state.in_([state.value for state in ASKABLE]),
            Attempt.lease_until <= now,
        )
        .order_by(Attempt.lease_until, Attempt.id)
        .limit(at_most)
    )
    return [_try(row) for row in rows]


def move(work: Work, attempt: Try, state: AttemptState, **columns: object) -> bool:
    """Put an attempt into ``state`` if it still stands where it was read; return whether it did."""
    done = work.connection.execute(
        update(Attempt)
        .where(
            Attempt.master_id == work.master_id,
            Attempt.id == attempt.id,
            Attempt.state == attempt.state.value,
        )
        .values(state=state.value, **columns)
    )
    return bool(done.rowcount)


def write_collection(work: Work, bill_id: int, **columns: object) -> None:
    """Write where the collection of a bill stands."""
    work.connection.execute(
        update(Collection)
        .where(Collection.master_id == work.master_id, Collection.bill_id == bill_id)
        .values(**columns)
    )


def end_refund(work: Work, adjustment_id: int, state: str) -> None:
    """Write how a refund ended: DONE or FAILED."""
    work.connection.execute(
        update(Adjustment)
        .where(Adjustment.master_id == work.master_id, Adjustment.id == adjustment_id)
        .values(state=state)
    )


def refund_of(work: Work, adjustment_id: int) -> int:
    """Return the subscription of a refund."""
    found: int = work.connection.execute(
        select(Adjustment.subscription_id).where(
            Adjustment.master_id == work.master_id, Adjustment.id == adjustment_id
        )
    ).scalar_one()
    return found


def insert_notice(work: Work, row: Mapping[str, object]) -> bool:
    """Keep a notice; return False where the same one was kept before."""
    try:
        with work.connection.begin_nested():
            work.connection.execute(insert(Notice).values(master_id=work.master_id, **row))
    except IntegrityError:
        return False
    return True


def last_applied(work: Work, gateway_key: str) -> datetime | None:
    """Return when the newest notice that changed this attempt was told."""
    return work.connection.execute(
        select(func.max(Notice.told_at)).where(
            Notice.master_id == work.master_id, Notice.gateway_key == gateway_key, Notice.applied
        )
    ).scalar()


def failed_bills(work: Work, subscription_id: int) -> list[int]:
    """Return the bills of a subscription whose collection was given up."""
    rows = work.connection.execute(
        select(Collection.bill_id)
        .where(
            Collection.master_id == work.master_id,
            Collection.subscription_id == subscription_id,
            Collection.state == "FAILED",
        )
        .order_by(Collection.bill_id)
    )
    return list(rows.scalars())


def try_open_bills(work: Work, subscription_id: int) -> None:
    """Make every bill of a subscription that waits for money due to be tried now."""
    work.connection.execute(
        update(Collection)
        .where(
            Collection.master_id == work.master_id,
            Collection.subscription_id == subscription_id,
            Collection.state.in_(("OPEN", "FAILED")),
        )
        .values(next_try=work.now)
    )


def write_instrument(work: Work, subscription_id: int, instrument: str) -> None:
    """Write what a subscription is paid with."""
    work.connection.execute(
        update(Subscription)
        .where(Subscription.master_id == work.master_id, Subscription.id == subscription_id)
        .values(instrument=instrument)
    )


def paid_bill(work: Work, subscription_id: int) -> tuple[int, int, bool] | None:
    """Return the newest settled bill of a subscription: its key, total and whether it is on paper."""
    row = work.connection.execute(
        select(Bill.id, Bill.total, Bill.fiscal)
        .join(Collection, (Collection.master_id == Bill.master_id) & (Collection.bill_id == Bill.id))
        .where(
            Bill.master_id == work.master_id,
            Collection.subscription_id == subscription_id,
            Collection.state == "SETTLED",
            Collection.period_id.is_not(None),
        )
        .order_by(Bill.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])

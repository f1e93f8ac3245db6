"""What is told of subscriptions by time alone: boundaries that come near, and lives that have ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select, update

from billing.models import Subscription
from billing.store.recurring import Kept
from billing.store.work import Work

_ROW: Final = Subscription.__table__.c


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A boundary that comes near; ``amount``: minor units, before discount and credit."""

    subscription_id: int
    customer_id: int
    segment: int
    k: int
    at: datetime
    kind: str
    amount: int


def take_upcoming(work: Work, until: datetime, at_most: int) -> list[Upcoming]:
    """Mark up to ``at_most`` boundaries after now and not after ``until`` as told, and return them.

    One statement: of two workers only one gets a boundary, and each is marked once by its ordinal.
    """
    chosen = (
        select(_ROW.id)
        .where(
            _ROW.master_id == bindparam("master"),
            _ROW.next_run > bindparam("now"),
            _ROW.next_run <= bindparam("until"),
            (_ROW.told_segment != _ROW.segment) | (_ROW.told_k != _ROW.next_k),
        )
        .order_by(_ROW.next_run, _ROW.id)
        .limit(bindparam("at_most"))
    )
    statement = (
        update(Subscription)
        .where(
            Subscription.master_id == bindparam("master"),
            Subscription.id.in_(chosen.scalar_subquery()),
            (Subscription.told_segment != Subscription.segment)
            | (Subscription.told_k != Subscription.next_k),
        )
        .values(told_segment=_ROW.segment, told_k=_ROW.next_k)
        .returning(
            _ROW.id,
            _ROW.customer_id,
            _ROW.segment,
            _ROW.next_k,
            _ROW.next_run,
            _ROW.kind,
            _ROW.amount * _ROW.quantity,
        )
    )
    values = {"master": work.master_id, "now": work.now, "until": until, "at_most": at_most}
    found = work.connection.execute(statement, values).all()
    return sorted((Upcoming(*row) for row in found), key=lambda each: (each.at, each.subscription_id))


def mark_ended(work: Work, ended: Sequence[Kept]) -> list[int]:
    """Mark subscriptions as ended; return the keys of those that were not before."""
    statement = (
        update(Subscription)
        .where(
            Subscription.master_id == work.master_id,
            Subscription.id.in_([each.id for each in ended]),
            Subscription.ended.is_(False),
        )
        .values(ended=True)
        .returning(_ROW.id)
    )
    return sorted(work.connection.execute(statement).scalars()) if ended else []

"""Subscriptions read from their rows as the values that the rules play; Core statements name the master.

What is due is one indexed statement. Rules: ``pricing.recurring``; writing: ``recurring_writing``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, select

from billing import models
from billing.pricing.recurring.periods import Key, Period, PeriodState, SkipReason
from billing.pricing.recurring.schedule import Segment, Span
from billing.pricing.recurring.subscription import Limits, Subscription
from billing.pricing.recurring.terms import Discount, Frequency, Kind, ShareUnit, Terms, zone_named
from billing.store.mistakes import Missing
from billing.store.recurring_bulk import Reader, Ready
from billing.store.recurring_words import (
    change_of,
    operation_of,
    span_of,
)
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class Kept:
    """What a subscription's row says beside the rules' own value."""

    id: int
    customer_id: int
    customer_credit: int
    origin_id: int
    instrument: str
    stamp: int
    current_id: int | None


_FREQUENCY: Final = {each.value: each for each in Frequency}
_KIND: Final = {each.value: each for each in Kind}
_UNIT: Final = {each.value: each for each in ShareUnit}
_STATE: Final = {each.value: each for each in PeriodState}

_ROW: Final = models.Subscription.__table__
_PERIOD: Final = (
    "segment",
    "k",
    "period_start",
    "period_end",
    "wall_start",
    "wall_end",
    "whole",
    "state",
    "reason",
    "value",
    "amount",
    "credit_used",
)
_SELECT: Final = (
    select(
        _ROW,
        models.Customer.credit.label("customer_credit"),
        *(getattr(models.Period, name).label(f"period_{name}") for name in _PERIOD),
    )
    .join(
        models.Customer,
        and_(models.Customer.master_id == _ROW.c.master_id, models.Customer.id == _ROW.c.customer_id),
    )
    .outerjoin(
        models.Period,
        and_(models.Period.master_id == _ROW.c.master_id, models.Period.id == _ROW.c.current_id),
    )
    .where(_ROW.c.master_id == bindparam("master"))
)
_DUE_ROWS: Final = (
    _SELECT.where(_ROW.c.next_run <= bindparam("now"), models.Customer.closed_at.is_(None))
    .order_by(_ROW.c.next_run, _ROW.c.id)
    .limit(bindparam("at_most"))
)
_DUE: Final = Reader(_DUE_ROWS)
_DUE_LOCKED: Final = Reader(_DUE_ROWS.with_for_update(of=_ROW, skip_locked=True))
_ONE_ROW: Final = _SELECT.where(_ROW.c.id == bindparam("subscription"))
_ONE: Final = Reader(_ONE_ROW)
_ONE_LOCKED: Final = Reader(_ONE_ROW.with_for_update(of=_ROW))
_AFTER: Final = Reader(
    _SELECT.where(_ROW.c.id > bindparam("after")).order_by(_ROW.c.id).limit(bindparam("at_most"))
)
_WITH_CREDIT: Final = Reader(
    _SELECT.where(_ROW.c.credit > 0, _ROW.c.next_run.is_(None))
    .order_by(_ROW.c.id)
    .limit(bindparam("at_most"))
)
_QUIET: Final = Reader(
    _SELECT.where(_ROW.c.next_run.is_(None), ~_ROW.c.ended, _ROW.c.id > bindparam("after"))
    .order_by(_ROW.c.id)
    .limit(bindparam("at_most"))
)


# Reading


def read_due(
    work: Work, now: datetime, at_most: int, *, lock: bool = True
) -> list[tuple[Kept, Subscription]]:
    """Return the subscriptions that are due at ``now``, oldest first; rows others hold are left out."""
    ready = Ready(work, _ROW.c.next_run.type)
    values = {"master": work.master_id, "now": ready[now], "at_most": at_most}
    rows = (_DUE_LOCKED if lock else _DUE).rows(work, values)
    return [(_kept(row), _subscription(row)) for row in rows]


def read_subscription(work: Work, subscription_id: int, *, lock: bool = False) -> tuple[Kept, Subscription]:
    """Return one subscription; ``lock`` keeps other writers away until the commit.

    Raises:
        Missing: there is none with this key.
    """
    values = {"master": work.master_id, "subscription": subscription_id}
    rows = (_ONE_LOCKED if lock else _ONE).rows(work, values)
    if not rows:
        raise Missing("subscription", subscription_id)
    return _kept(rows[0]), _subscription(rows[0])


def read_subscriptions(
    work: Work, after: int = 0, at_most: int = 1000
) -> list[tuple[Kept, Subscription, datetime | None]]:
    """Return subscriptions with keys above ``after`` in order, each with the next run that its row says."""
    rows = _AFTER.rows(work, {"master": work.master_id, "after": after, "at_most": at_most})
    return [(_kept(row), _subscription(row), row["next_run"]) for row in rows]


def read_with_credit(work: Work, at_most: int) -> list[tuple[Kept, Subscription]]:
    """Return subscriptions that have credit standing and nothing more to bill."""
    rows = _WITH_CREDIT.rows(work, {"master": work.master_id, "at_most": at_most})
    return [(_kept(row), _subscription(row)) for row in rows]


def read_quiet(work: Work, after: int, at_most: int) -> list[tuple[Kept, Subscription]]:
    """Return subscriptions with nothing more to bill whose end was not told, with keys above ``after``."""
    rows = _QUIET.rows(work, {"master": work.master_id, "after": after, "at_most": at_most})
    return [(_kept(row), _subscription(row)) for row in rows]


def find_external(work: Work, external_id: str) -> int | None:
    """Return the key of the subscription with this external id, or None."""
    return work.connection.execute(
        select(models.Subscription.id).where(
            models.Subscription.master_id == work.master_id, models.Subscription.external_id == external_id
        )
    ).scalar_one_or_none()


_ANY_DUE: Final = Reader(
    select(_ROW.c.id)
    .where(_ROW.c.master_id == bindparam("master"), _ROW.c.next_run <= bindparam("now"))
    .order_by(_ROW.c.next_run)  # so that the index is read, whatever a database thinks it knows of the rows
    .limit(bindparam("one"))
)


def is_any_due(work: Work, now: datetime) -> bool:
    """Tell whether any subscription is due at ``now``, by one indexed statement."""
    ready = Ready(work, _ROW.c.next_run.type)
    return bool(_ANY_DUE.rows(work, {"master": work.master_id, "now": ready[now], "one": 1}))


def count_due(work: Work, now: datetime) -> int:
    """Return how many subscriptions are due at ``now``."""
    count: int = work.connection.execute(
        select(func.count()).where(_ROW.c.master_id == work.master_id, _ROW.c.next_run <= now)
    ).scalar_one()
    return count


def _kept(row: Mapping[str, Any]) -> Kept:
    return Kept(
        row["id"],
        row["customer_id"],
        row["customer_credit"],
        row["origin_id"],
        row["instrument"],
        row["stamp"],
        row["current_id"],
    )


def _subscription(row: Mapping[str, Any]) -> Subscription:
    zone = zone_named(row["zone"])
    return Subscription(
        id=str(row["id"]),
        kind=_KIND[row["kind"]],
        zone=zone,
        start=row["start"],
        trial_days=row["trial_days"],
        terms=_terms(
            row["amount"],
            row["quantity"],
            row["frequency"],
            row["interval"],
            row["version_id"],
            row["by_content"],
        ),
        segment=_segment(row),
        discount=Discount(row["discount_percent"], row["discount_runs"], row["discount_amount"]),
        unit=_UNIT[row["unit"]],
        align_day=row["align_day"],
        bill_from=row["bill_from"],
        limits=_limits(row["ends_at"], row["max_runs"], row["max_catch_up"]),
        next_k=row["next_k"],
        billed=row["billed"],
        current=_current(row),
        paid_until=row["paid_until"],
        upcoming=change_of(row["upcoming"]),
        credit=row["credit"],
        paused=row["paused"],
        held_because=row["held_because"],
        cancel_at=row["cancel_at"],
        queued=tuple(operation_of(each) for each in row["queued"] or ()),
    )


# Equal values of many rows are one object: making a frozen value costs more than finding it again.


@lru_cache(maxsize=4096)
def _terms(  # noqa: PLR0913, PLR0917 the columns of terms
    amount: int, quantity: int, frequency: str, interval: int, version: int, by_content: int
) -> Terms:
    return Terms(amount, quantity, _FREQUENCY[frequency], interval, version, bool(by_content))


_limits: Final = lru_cache(maxsize=4096)(Limits)


def _segment(row: Mapping[str, Any]) -> Segment:
    return _segment_of(
        row["segment"],
        row["anchor"],
        row["dom"],
        row["segment_frequency"],
        row["segment_interval"],
        row["segment_first"],
        row["segment_until"],
        row["segment_align_day"],
    )


@lru_cache(maxsize=4096)
def _segment_of(  # noqa: PLR0913, PLR0917 the columns of a segment
    number: int,
    anchor: str,
    dom: int,
    frequency: str,
    interval: int,
    first: datetime | None,
    until: str | None,
    align_day: int | None,
) -> Segment:
    end = None if until is None else _wall(until)
    return Segment(number, _wall(anchor), dom, _FREQUENCY[frequency], interval, first, end, align_day)


def _current(row: Mapping[str, Any]) -> Period | None:
    if row["period_segment"] is None:
        return None
    return period_of({name: row[f"period_{name}"] for name in _PERIOD})


@lru_cache(maxsize=4096)
def _wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def period_of(row: Mapping[str, Any]) -> Period:
    """Return the period that a row of its table says."""
    span = Span(
        row["period_start"],
        row["period_end"],
        _wall(row["wall_start"]),
        _wall(row["wall_end"]),
    )
    return Period(
        Key(row["segment"], row["k"]),
        span,
        _STATE[row["state"]],
        SkipReason(row["reason"]) if row["reason"] else None,
        row["value"],
        row["amount"],
        row["credit_used"],
        span_of(row["whole"]),
    )

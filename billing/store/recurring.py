"""Subscriptions between their rows and the values that the rules play, as Core statements naming the master.

What is due is one indexed statement; what a batch moved is written by one. Rules: ``pricing.recurring``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, insert, select, update

from billing import models
from billing.pricing.recurring.periods import Key, Period, PeriodState, SkipReason
from billing.pricing.recurring.schedule import Segment, Span
from billing.pricing.recurring.subscription import Limits, Subscription
from billing.pricing.recurring.terms import Discount, Frequency, Kind, ShareUnit, Terms, zone_named
from billing.store.mistakes import Missing
from billing.store.recurring_bulk import Reader, Ready, array, run, run_many
from billing.store.recurring_words import (
    change_json,
    change_of,
    operation_json,
    operation_of,
    span_of,
)
from billing.store.work import Work, new_key


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
        terms=Terms(
            row["amount"],
            row["quantity"],
            _FREQUENCY[row["frequency"]],
            row["interval"],
            row["version_id"],
            row["by_content"],
        ),
        segment=_segment(row),
        discount=Discount(row["discount_percent"], row["discount_runs"]),
        unit=_UNIT[row["unit"]],
        align_day=row["align_day"],
        bill_from=row["bill_from"],
        limits=Limits(row["ends_at"], row["max_runs"], row["max_catch_up"]),
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


def _segment(row: Mapping[str, Any]) -> Segment:
    until = row["segment_until"]
    return Segment(
        row["segment"],
        _wall(row["anchor"]),
        row["dom"],
        _FREQUENCY[row["segment_frequency"]],
        row["segment_interval"],
        row["segment_first"],
        None if until is None else datetime.fromisoformat(until),
        row["segment_align_day"],
    )


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


# Writing


def insert_subscription(work: Work, subscription: Subscription, columns: Mapping[str, Any]) -> int:
    """Write a new subscription's row and return its key; ``columns`` adds what the rules do not know."""
    limits = subscription.limits
    row = {
        "master_id": work.master_id,
        "created_at": work.now,
        "kind": subscription.kind.value,
        "start": subscription.start,
        "trial_days": subscription.trial_days,
        "unit": subscription.unit.value,
        "align_day": subscription.align_day,
        "bill_from": subscription.bill_from,
        "ends_at": limits.ends_at,
        "max_runs": limits.max_runs,
        "max_catch_up": limits.max_catch_up,
        "discount_percent": subscription.discount.percent,
    }
    values = row | _place(subscription, None) | _terms(subscription) | dict(columns)
    return new_key(work.connection.execute(insert(models.Subscription).values(**values)))


def _place(subscription: Subscription, current_id: int | None) -> dict[str, Any]:
    """Return the columns that every pass moves."""
    return {
        "next_k": subscription.next_k,
        "next_run": subscription.next_run(),
        "current_id": current_id,
        "billed": subscription.billed,
        "paid_until": subscription.paid_until,
        "credit": subscription.credit,
        "discount_runs": subscription.discount.runs,
    }


def _terms(subscription: Subscription) -> dict[str, Any]:
    """Return the columns that only operations and changes of rhythm move."""
    terms, segment = subscription.terms, subscription.segment
    return {
        "zone": subscription.zone.key,
        "version_id": terms.version,
        "by_content": terms.by_content,
        "amount": terms.amount,
        "quantity": terms.quantity,
        "frequency": terms.frequency.value,
        "interval": terms.interval,
        "upcoming": change_json(subscription.upcoming),
        "queued": [operation_json(each) for each in subscription.queued] or None,
        "segment": segment.number,
        "anchor": segment.anchor.isoformat(),
        "dom": segment.dom,
        "segment_frequency": segment.frequency.value,
        "segment_interval": segment.interval,
        "segment_first": segment.first,
        "segment_until": None if segment.until is None else segment.until.isoformat(),
        "segment_align_day": segment.align_day,
        "paused": subscription.paused,
        "held_because": subscription.held_because,
        "cancel_at": subscription.cancel_at,
    }


@dataclass(frozen=True, slots=True)
class Advance:
    """Where a subscription went: its row before, the value now, and its last period's row."""

    kept: Kept
    before: Subscription
    now: Subscription
    current_id: int | None

    @property
    def is_plain(self) -> bool:
        """Whether only the columns that every pass moves changed."""
        return _operated(self.before) == _operated(self.now)


def _operated(subscription: Subscription) -> tuple[object, ...]:
    return (
        subscription.segment,
        subscription.terms,
        subscription.upcoming,
        subscription.zone,
        subscription.paused,
        subscription.held_because,
        subscription.cancel_at,
        subscription.queued,
    )


def advance(work: Work, advances: Sequence[Advance]) -> int:
    """Write where subscriptions went, each only if its row is as it was read; return how many were."""
    plain = [each for each in advances if each.is_plain]
    moved = _advance_plain(work, plain) if plain else 0
    for each in advances:
        if not each.is_plain:
            values = _place(each.now, each.current_id) | _terms(each.now)
            moved += work.connection.execute(
                update(models.Subscription)
                .where(
                    models.Subscription.master_id == work.master_id,
                    models.Subscription.id == each.kept.id,
                    models.Subscription.stamp == each.kept.stamp,
                )
                .values(**values, stamp=each.kept.stamp + 1)
            ).rowcount
    return moved


_PLAIN: Final = ("next_k", "next_run", "current_id", "billed", "paid_until", "credit", "discount_runs")
_PLAIN_TYPES: Final = ("bigint", "timestamptz", "bigint", "bigint", "timestamptz", "bigint", "bigint")


def _advance_plain(work: Work, advances: Sequence[Advance]) -> int:
    """Write the columns of every pass with one statement, by compare-and-set on the stamp."""
    places = [_place(each.now, each.current_id) for each in advances]
    columns = [[place[name] for place in places] for name in _PLAIN]
    ids, stamps = [each.kept.id for each in advances], [each.kept.stamp for each in advances]
    if work.connection.dialect.name == "sqlite":
        process = _ROW.c.next_run.type.dialect_impl(work.connection.dialect).bind_processor(
            work.connection.dialect
        )
        assert process is not None  # noqa: S101 SQLite keeps instants as text
        for at in (1, 4):
            columns[at] = [None if value is None else process(value) for value in columns[at]]
        sets = ", ".join(f"{name} = ?" for name in _PLAIN)
        return run_many(
            work,
            f"UPDATE subscription SET {sets}, stamp = stamp + 1 "  # noqa: S608 our own names
            "WHERE id = ? AND stamp = ? AND master_id = ?",
            list(zip(*columns, ids, stamps, [work.master_id] * len(ids), strict=True)),
        )
    sets = ", ".join(f"{name} = v.{name}" for name in _PLAIN)
    arrays = ", ".join(f"%s::text::{type_}[]" for type_ in (*_PLAIN_TYPES, "bigint", "bigint"))
    sql = (
        f"UPDATE subscription AS s SET {sets}, stamp = s.stamp + 1 "  # noqa: S608 our own names
        f"FROM unnest({arrays}) AS v({', '.join(_PLAIN)}, id, stamp) "
        "WHERE s.id = v.id AND s.stamp = v.stamp AND s.master_id = %s"
    )
    values = [array(column) for column in (*columns, ids, stamps)]
    moved: int = run(work, sql, [*values, work.master_id]).rowcount
    return moved

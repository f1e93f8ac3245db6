"""Subscriptions written to their rows: a new one, and where a batch of them went.

What every pass moves is one statement for the whole batch, by compare-and-set on each row's stamp.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, update

from billing import models
from billing.pricing.recurring.subscription import Subscription
from billing.store.recurring import Kept
from billing.store.recurring_bulk import Ready, array, run, run_many
from billing.store.recurring_words import change_json, operation_json
from billing.store.work import Work, new_key


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
        "discount_amount": subscription.discount.amount,
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
    plain: list[Advance] = []
    operated: list[Advance] = []
    for each in advances:
        (plain if each.is_plain else operated).append(each)
    moved = _advance_plain(work, plain) if plain else 0
    for each in operated:
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
        ready = Ready(work, models.Subscription.__table__.c.next_run.type)
        for at in (1, 4):
            columns[at] = [ready[value] for value in columns[at]]
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

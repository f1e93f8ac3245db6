"""One subscription as a value: its terms, where its schedule stands, and what was asked of it.

Recurring semantics 2. The store keeps it as a row; the rules take it and give back the next one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final
from zoneinfo import ZoneInfo

from billing.pricing.recurring.asked import Operation
from billing.pricing.recurring.mistakes import StartInPast
from billing.pricing.recurring.periods import Period
from billing.pricing.recurring.schedule import (
    END_OF_TIME,
    Segment,
    Slot,
    first_segment,
    settle,
    slot_at,
    successor,
)
from billing.pricing.recurring.terms import (
    NO_CHANGE,
    NO_DISCOUNT,
    Backfill,
    Change,
    Discount,
    Kind,
    ShareUnit,
    Terms,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds a subscription's life, as asked at its creation; None means no bound."""

    ends_at: datetime | None = None
    max_runs: int | None = None
    max_catch_up: int | None = None


@dataclass(slots=True)
class Subscription:
    """A subscription at one moment of its life; only a ``Course`` writes it, on a copy of its own.

    Fields up to ``limits`` are given at the creation; the rest is what happened since. ``segment`` and
    ``next_k`` are the place of the next boundary to generate, ``current`` is the last period generated,
    ``upcoming`` the change that holds from the next boundary on, ``cancel_at`` the instant ``E``, and
    ``queued`` holds operations that wait behind boundaries the hold limit keeps back. ``held_because`` is the
    code of what holds it, empty while nothing does.
    """

    id: str
    kind: Kind
    zone: ZoneInfo
    start: datetime
    trial_days: int
    terms: Terms
    segment: Segment
    discount: Discount = NO_DISCOUNT
    unit: ShareUnit = ShareUnit.SECOND
    align_day: int | None = None
    bill_from: datetime | None = None
    limits: Limits = Limits()
    next_k: int = 0
    billed: int = 0
    current: Period | None = None
    paid_until: datetime | None = None
    upcoming: Change = NO_CHANGE
    credit: int = 0
    paused: bool = False
    held_because: str = ""
    cancel_at: datetime | None = None
    queued: tuple[Operation, ...] = ()

    @property
    def held(self) -> bool:
        """Whether it needs a person before it goes on."""
        return bool(self.held_because)

    @property
    def ended_at(self) -> datetime | None:
        """When its paid time is over for good: ``ends_at``, or the end of the last of ``max_runs``."""
        spent = self.limits.max_runs is not None and self.billed >= self.limits.max_runs
        last = self.paid_until if spent else None
        ends = [instant for instant in (self.limits.ends_at, last) if instant is not None]
        return min(ends, default=None)

    def copy(self) -> "Subscription":
        """Return another one like it; all that it holds is frozen."""
        other = object.__new__(Subscription)  # a pass copies every one it takes; this is the quickest way
        for put, value in zip(_SETTERS, _VALUES(self), strict=True):
            put(other, value)
        return other

    def next_slot(self) -> Slot | None:
        """Return the place of the next boundary, with the change of rhythm that begins there, if any."""
        place, k = self.segment, self.next_k
        if self.upcoming is not NO_CHANGE:
            new = self.upcoming.applied_to(self.terms)
            if not new.same_grid(self.terms):
                place, k = settle(place, k, self.zone)
                place, k = successor(place, k, new.frequency, new.interval, self.zone), 0
        return slot_at(place, k, self.zone)

    def stops(self, boundary: datetime) -> bool:
        """Tell whether a boundary at this instant is past the end, so that it is never billed."""
        limits = self.limits
        return (
            boundary >= END_OF_TIME
            or (self.cancel_at is not None and boundary >= self.cancel_at)
            or (limits.ends_at is not None and boundary >= limits.ends_at)
            or (limits.max_runs is not None and self.billed >= limits.max_runs)
        )

    def next_run(self) -> datetime | None:
        """Return the next boundary that will be billed, or None if the pass has nothing more to do."""
        if self.paused or self.held:
            return None
        slot = self.next_slot()
        return None if slot is None or self.stops(slot.span.start) else slot.span.start


_VALUES: Final = attrgetter(*Subscription.__slots__)
_SETTERS: Final = [getattr(Subscription, name).__set__ for name in Subscription.__slots__]


def subscribe(  # noqa: PLR0913 a subscription is made of these facts, all by name
    *,
    id: str,  # noqa: A002 the word of the script
    kind: Kind,
    zone: ZoneInfo,
    start: datetime,
    created: datetime,
    terms: Terms,
    trial_days: int = 0,
    discount: Discount = NO_DISCOUNT,
    unit: ShareUnit = ShareUnit.SECOND,
    align_day: int | None = None,
    backfill: Backfill | None = None,
    limits: Limits = Limits(),
) -> Subscription:
    """Return a new subscription; nothing of it is generated yet.

    Args:
        id: its name in the store.
        kind: whether it bills or pays out.
        zone: its zone ``Z``, copied from the company.
        start: UTC; fractions of a second are cut off.
        created: the moment it is made.
        terms: price and rhythm.
        trial_days: calendar days before the first boundary.
        discount: off the first billed periods.
        unit: what shares are counted in.
        align_day: the day of month the grid is put on, or None.
        backfill: what to do with boundaries before ``created``.
        limits: what ends or holds it.

    Raises:
        StartInPast: the start lies before the creation and no back-fill policy is named.
        InvalidAlignDay: see ``first_segment``.
    """
    start, created = start.replace(microsecond=0), created.replace(microsecond=0)
    if start < created and backfill is None:
        raise StartInPast(start, created)
    segment = first_segment(start, trial_days, terms, align_day, zone)
    bill_from = None if backfill is None else _bill_from(segment, created, backfill, zone)
    return Subscription(
        id, kind, zone, start, trial_days, terms, segment, discount, unit, align_day, bill_from, limits
    )


def _bill_from(segment: Segment, created: datetime, backfill: Backfill, zone: ZoneInfo) -> datetime | None:
    """Return the instant before which boundaries are skipped, or None if none is."""
    if backfill is Backfill.ALL:
        return None
    if backfill is Backfill.NONE:
        return created
    k = 0
    progress: datetime | None = None
    while (slot := slot_at(segment, k, zone)) is not None and slot.span.start <= created:
        progress = slot.span.start
        segment, k = slot.segment, slot.k + 1
    return created if progress is None else min(created, progress)


def just_before(instant: datetime) -> datetime:
    """Return the last instant before this one; instants are whole seconds."""
    return instant - timedelta(seconds=1)

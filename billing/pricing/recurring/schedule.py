"""Boundaries as a function of the segment and the ordinal ``k`` (recurring semantics 4).

Every boundary is counted from the segment's anchor, never from the boundary before, the last run or now, so
that no schedule can drift. Nothing here knows prices.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from billing.pricing.recurring.mistakes import InvalidAlignDay
from billing.pricing.recurring.terms import STEP_DAYS, STEP_MONTHS, Frequency, Terms

LAST_YEAR: Final = 9998
"""The calendar ends here; a schedule that would go beyond has no further boundary."""

FIRST_YEAR: Final = 2
"""No whole period reaches back further; the first year has no room for an offset."""

END_OF_TIME: Final = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
"""The boundary of a schedule that has run out of calendar."""

_END_OF_WALL: Final = END_OF_TIME.replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of schedule with one anchor.

    ``anchor`` is a wall clock; ``dom`` the remembered day of month; ``first`` the exact first instant where
    it is known. ``until`` is set on a part period (an aligned grid's first): the wall clock it ends at, where
    the aligned segment begins with ``align_day`` as its day.
    """

    number: int
    anchor: datetime
    dom: int
    frequency: Frequency
    interval: int
    first: datetime | None = None
    until: datetime | None = None
    align_day: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, as instants and as nominal wall clocks; the end does not belong to it."""

    start: datetime
    end: datetime
    wall_start: datetime
    wall_end: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one period: its key (``segment.number``, ``k``) and its time.

    ``whole`` is set for a part period: the whole period whose price it takes a share of.
    """

    segment: Segment
    k: int
    span: Span
    whole: Span | None = None


def to_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the wall clock that ``zone`` shows at ``instant``, without offset and without fold."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def to_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of ``wall`` in ``zone``.

    A repeated wall clock means its first instant; a missing one is read with the offset before the jump,
    so that it comes later by the length of the jump. Fold 0 gives exactly this.
    """
    if wall >= _END_OF_WALL:
        return END_OF_TIME
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def step(wall: datetime, dom: int, frequency: Frequency, steps: int) -> datetime:
    """Return the wall clock ``steps`` steps of ``frequency`` after ``wall`` (before it, if negative).

    Months keep ``dom`` as their day, or take their last day where they are shorter.
    """
    days = STEP_DAYS.get(frequency)
    if days is not None:
        if steps * days > (_END_OF_WALL - wall).days:
            return _END_OF_WALL
        return wall + timedelta(days=steps * days)
    year, month = divmod(wall.year * 12 + wall.month - 1 + steps * STEP_MONTHS[frequency], 12)
    if year > LAST_YEAR:
        return _END_OF_WALL
    year = max(year, FIRST_YEAR)
    return wall.replace(year=year, month=month + 1, day=clamp(year, month + 1, dom))


def clamp(year: int, month: int, day: int) -> int:
    """Return ``day``, or the last day of that month if it is shorter."""
    return min(day, monthrange(year, month)[1])


def nominal(segment: Segment, k: int) -> datetime:
    """Return the nominal boundary ``W(k)``: a wall clock with the anchor's time of day."""
    if k and segment.until is not None:
        return segment.until
    return step(segment.anchor, segment.dom, segment.frequency, k * segment.interval)


def boundary(segment: Segment, k: int, zone: ZoneInfo) -> datetime:
    """Return the boundary ``B(k)``: the instant of ``W(k)`` in ``zone``, or the known first instant."""
    if k == 0 and segment.first is not None:
        return segment.first
    return to_instant(nominal(segment, k), zone)


def successor(segment: Segment, k: int, frequency: Frequency, interval: int, zone: ZoneInfo) -> Segment:
    """Return the segment with another rhythm that starts at boundary ``k`` of ``segment``.

    Its anchor is that boundary's nominal wall clock. The remembered day goes on between frequencies that
    count months (the 31 survives a February); else it is the day of the boundary.
    """
    anchor = nominal(segment, k)
    months = segment.frequency in STEP_MONTHS and frequency in STEP_MONTHS
    dom = segment.dom if months else anchor.day
    return Segment(segment.number + 1, anchor, dom, frequency, interval, boundary(segment, k, zone))


def settle(segment: Segment, k: int, zone: ZoneInfo) -> tuple[Segment, int]:
    """Return the place meant by ``(segment, k)``: the end of a part period is the aligned segment's start."""
    if segment.until is None or k == 0:
        return segment, k
    return (
        Segment(
            segment.number + 1,
            segment.until,
            segment.align_day or segment.dom,
            segment.frequency,
            segment.interval,
            boundary(segment, k, zone),
        ),
        0,
    )


@lru_cache(maxsize=4096)
def slot_at(segment: Segment, k: int, zone: ZoneInfo) -> Slot | None:
    """Return the period at ``(segment, k)``, or the next one that is not empty; None at the calendar's end.

    A period is empty when its end is its start (a day that a zone left out altogether). A pass asks for the
    same place several times over, so the last answers are kept.
    """
    segment, k = settle(segment, k, zone)
    span = _span(segment, k, zone)
    while span.start == span.end:
        if span.start == END_OF_TIME:
            return None
        segment, k = settle(segment, k + 1, zone)
        span = _span(segment, k, zone)
    return Slot(segment, k, span, None if segment.until is None else _whole(segment, span, zone))


def _span(segment: Segment, k: int, zone: ZoneInfo) -> Span:
    wall_start, wall_end = nominal(segment, k), nominal(segment, k + 1)
    known = segment.first if k == 0 else None
    return Span(known or to_instant(wall_start, zone), to_instant(wall_end, zone), wall_start, wall_end)


def _whole(segment: Segment, part: Span, zone: ZoneInfo) -> Span:
    """Return the whole period that ends where a part period ends."""
    begin = step(part.wall_end, segment.align_day or segment.dom, segment.frequency, -segment.interval)
    return Span(to_instant(begin, zone), part.end, begin, part.wall_end)


def first_segment(
    start: datetime, trial_days: int, terms: Terms, align_day: int | None, zone: ZoneInfo
) -> Segment:
    """Return segment 0 of a subscription that starts at the instant ``start``.

    Args:
        start: UTC, whole seconds; the first instant if there is no trial.
        trial_days: calendar days before the first boundary; zero means no trial.
        terms: give the frequency and interval.
        align_day: 1 to 31 to put the grid on that day of the month, or None.
        zone: in which wall clocks are read.

    Raises:
        InvalidAlignDay: a day outside 1 to 31, or a frequency that does not count months.
    """
    wall = to_wall(start, zone)
    anchor = step(wall, wall.day, Frequency.DAILY, trial_days)
    first = None if trial_days else start
    if align_day is None:
        return Segment(0, anchor, anchor.day, terms.frequency, terms.interval, first)
    if not 1 <= align_day <= 31 or terms.frequency not in STEP_MONTHS:
        raise InvalidAlignDay(align_day, terms.frequency)
    aligned = anchor.replace(day=clamp(anchor.year, anchor.month, align_day))
    if aligned == anchor:
        return Segment(0, anchor, align_day, terms.frequency, terms.interval, first)
    if aligned < anchor:
        aligned = step(aligned, align_day, Frequency.MONTHLY, 1)
    return Segment(0, anchor, anchor.day, terms.frequency, terms.interval, first, aligned, align_day)

"""The share of a period that is left at an instant: the one formula of credits, charges and refunds.

Recurring semantics 10. Whole minor units, integers only.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from billing.pricing.recurring.schedule import Span, to_wall
from billing.pricing.recurring.terms import ShareUnit

_SECOND: Final = timedelta(seconds=1)
_DAY: Final = timedelta(days=1)


def remaining(at: datetime, span: Span, unit: ShareUnit, zone: ZoneInfo) -> tuple[int, int]:
    """Return how many units of ``span`` are left at ``at``, and how many it has (at least 1).

    Seconds are real ones, so a month with a clock change has 743 or 745 hours. Days are counted on the wall
    clock, and a started day is used up.
    """
    if unit is ShareUnit.SECOND:
        total = (span.end - span.start) // _SECOND
        left = (span.end - at) // _SECOND
    else:
        total = _days_up(span.wall_end - span.wall_start)
        left = total - _days_up(to_wall(at, zone) - span.wall_start)
    return max(0, min(left, total)), max(1, total)


def share(value: int, at: datetime, span: Span, unit: ShareUnit, zone: ZoneInfo) -> int:
    """Return ``floor(value * remaining / total)`` in minor units; ``value`` is not below zero."""
    left, total = remaining(at, span, unit, zone)
    return value * left // total


def _days_up(time: timedelta) -> int:
    return -(-time // _DAY)

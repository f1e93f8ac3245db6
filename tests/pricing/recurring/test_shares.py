"""The share formula (recurring semantics 10): whole minor units, in seconds or started days."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.recurring.schedule import Segment, Span, slot_at
from billing.pricing.recurring.shares import remaining, share
from billing.pricing.recurring.terms import Frequency, ShareUnit

SOFIA = ZoneInfo("Europe/Sofia")
ZULU = ZoneInfo("UTC")


def month(start: str, zone: ZoneInfo) -> Span:
    wall = datetime.fromisoformat(start)
    slot = slot_at(Segment(0, wall, wall.day, Frequency.MONTHLY, 1), 0, zone)
    assert slot is not None
    return slot.span


JUNE = month("2024-06-01T09:00", ZULU)


@pytest.mark.parametrize("unit", ShareUnit)
def test_rule_10_the_example_of_the_page(unit: ShareUnit) -> None:
    """1000 for June, cancelled on the 18th at the hour of the boundary: floor(1000*13/30) = 433."""
    assert share(1000, datetime(2024, 6, 18, 9, tzinfo=UTC), JUNE, unit, ZULU) == 433


@pytest.mark.parametrize(("start", "hours"), [("2024-03-01", 743), ("2024-10-01", 745), ("2024-05-01", 744)])
def test_rule_10_seconds_are_real_ones(start: str, hours: int) -> None:
    """A month with a clock change has an hour less or more."""
    span = month(start, SOFIA)
    assert remaining(span.start, span, ShareUnit.SECOND, SOFIA) == (hours * 3600, hours * 3600)


@pytest.mark.parametrize(
    ("after", "left"),
    [
        (timedelta(), 30),
        (timedelta(seconds=1), 29),
        (timedelta(days=1), 29),
        (timedelta(days=1, seconds=1), 28),
        (timedelta(days=29), 1),
        (timedelta(days=29, seconds=1), 0),
        (timedelta(days=40), 0),
        (timedelta(days=-3), 30),
    ],
)
def test_rule_10_a_started_day_is_used(after: timedelta, left: int) -> None:
    assert remaining(JUNE.start + after, JUNE, ShareUnit.DAY, ZULU) == (left, 30)


def test_rule_10_days_are_counted_on_the_wall_clock() -> None:
    """At the hour of the boundary after a clock change no day more is used."""
    span = month("2024-03-20T09:00", SOFIA)
    after_change = datetime(2024, 4, 3, 6, tzinfo=UTC)
    assert remaining(after_change, span, ShareUnit.DAY, SOFIA) == (17, 31)


@given(value=st.integers(0, 10**9), seconds=st.integers(-(10**6), 4 * 10**6), unit=st.sampled_from(ShareUnit))
def test_rule_10_a_share_lies_between_nothing_and_the_whole(
    value: int, seconds: int, unit: ShareUnit
) -> None:
    assert 0 <= share(value, JUNE.start + timedelta(seconds=seconds), JUNE, unit, ZULU) <= value


@given(value=st.integers(0, 10**9), a=st.integers(0, 2_592_000), b=st.integers(0, 2_592_000))
def test_rule_10_a_later_share_is_never_larger(value: int, a: int, b: int) -> None:
    early, late = sorted((a, b))
    shares = [
        share(value, JUNE.start + timedelta(seconds=s), JUNE, ShareUnit.SECOND, ZULU) for s in (early, late)
    ]
    assert shares[0] >= shares[1]


@given(value=st.integers(0, 10**9), day=st.integers(0, 30))
def test_rule_10_the_shares_of_used_and_unused_time_add_up_to_within_a_unit(value: int, day: int) -> None:
    left = share(value, JUNE.start + timedelta(days=day), JUNE, ShareUnit.DAY, ZULU)
    used = share(value, JUNE.start + timedelta(days=30 - day), JUNE, ShareUnit.DAY, ZULU)
    assert value - 1 <= left + used <= value

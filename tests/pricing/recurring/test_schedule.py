"""The schedule rule (recurring semantics 4): boundaries counted from the anchor, read in the zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.recurring.mistakes import InvalidAlignDay
from billing.pricing.recurring.schedule import (
    END_OF_TIME,
    Segment,
    boundary,
    first_segment,
    nominal,
    settle,
    slot_at,
    successor,
    to_instant,
    to_wall,
)
from billing.pricing.recurring.terms import Frequency, Terms

SOFIA = ZoneInfo("Europe/Sofia")
NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")
ZONES = [SOFIA, NEW_YORK, APIA, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def segment(anchor: str, frequency: Frequency, interval: int = 1, dom: int | None = None) -> Segment:
    wall = datetime.fromisoformat(anchor)
    return Segment(0, wall, dom or wall.day, frequency, interval)


def days(made: Segment, count: int) -> list[str]:
    return [nominal(made, k).date().isoformat()[5:] for k in range(count)]


@pytest.mark.parametrize(
    ("anchor", "frequency", "interval", "expected"),
    [
        ("2023-01-31", Frequency.MONTHLY, 1, ["01-31", "02-28", "03-31", "04-30", "05-31"]),
        ("2024-01-31", Frequency.MONTHLY, 1, ["01-31", "02-29", "03-31", "04-30", "05-31"]),
        ("2024-01-30", Frequency.MONTHLY, 1, ["01-30", "02-29", "03-30", "04-30", "05-30"]),
        ("2023-02-28", Frequency.MONTHLY, 1, ["02-28", "03-28", "04-28", "05-28", "06-28"]),
        ("2023-11-30", Frequency.MONTHLY, 3, ["11-30", "02-29", "05-30", "08-30", "11-30"]),
        ("2024-02-29", Frequency.YEARLY, 1, ["02-29", "02-28", "02-28", "02-28", "02-29"]),
        ("2024-02-28", Frequency.YEARLY, 1, ["02-28", "02-28", "02-28", "02-28", "02-28"]),
        ("2024-02-29", Frequency.YEARLY, 2, ["02-29", "02-28", "02-29", "02-28", "02-29"]),
        ("2024-02-26", Frequency.WEEKLY, 1, ["02-26", "03-04", "03-11", "03-18", "03-25"]),
        ("2024-02-26", Frequency.DAILY, 2, ["02-26", "02-28", "03-01", "03-03", "03-05"]),
        ("2024-12-31", Frequency.DAILY, 1, ["12-31", "01-01", "01-02", "01-03", "01-04"]),
    ],
)
def test_rule_4_nominal_boundaries_are_counted_from_the_anchor(
    anchor: str, frequency: Frequency, interval: int, expected: list[str]
) -> None:
    assert days(segment(anchor, frequency, interval), 5) == expected


def test_rule_4_the_time_of_day_is_always_that_of_the_anchor() -> None:
    made = segment("2024-01-31T23:59:59", Frequency.MONTHLY)
    assert {nominal(made, k).time() for k in range(24)} == {made.anchor.time()}


def test_rule_4_a_wall_clock_that_exists_twice_is_the_first() -> None:
    """Sofia goes back from 04:00 to 03:00 on 2024-10-27: 03:30 comes at 00:30Z and at 01:30Z."""
    assert to_instant(datetime(2024, 10, 27, 3, 30), SOFIA) == utc("2024-10-27T00:30")  # noqa: DTZ001 a wall clock


def test_rule_4_a_missing_wall_clock_comes_later_by_the_jump_and_the_next_is_on_the_old_one() -> None:
    """Sofia jumps from 03:00 to 04:00 on 2024-03-31: 03:30 is read as 04:30 local."""
    made = segment("2024-03-30T03:30", Frequency.DAILY)
    local = [to_wall(boundary(made, k, SOFIA), SOFIA).time().isoformat("minutes") for k in range(3)]
    assert local == ["03:30", "04:30", "03:30"]


def test_rule_4_a_segment_with_a_known_first_instant_begins_at_it_even_in_the_repeated_hour() -> None:
    start = utc("2024-10-27T01:30")
    made = first_segment(start, 0, Terms(1, 1, Frequency.DAILY, 1), None, SOFIA)
    assert [boundary(made, k, SOFIA) for k in (0, 1)] == [start, utc("2024-10-28T01:30")]


def test_rule_4_a_trial_moves_the_first_run_and_the_anchor() -> None:
    """Fourteen calendar days over a clock change: the wall clock stays, the instant moves by the hour."""
    start = utc("2024-03-20T08:00")
    made = first_segment(start, 14, Terms(1, 1, Frequency.MONTHLY, 1), None, SOFIA)
    assert boundary(made, 0, SOFIA) == utc("2024-04-03T07:00")
    assert (made.dom, made.first) == (3, None)


def test_rule_4_an_empty_period_is_passed_over() -> None:
    """Samoa left out 2011-12-30: that day's period ends when it begins."""
    made = segment("2011-12-28T10:00", Frequency.DAILY)
    ks = []
    place, k = made, 0
    for _ in range(4):
        slot = slot_at(place, k, APIA)
        assert slot is not None
        ks.append(slot.k)
        place, k = slot.segment, slot.k + 1
    assert ks == [0, 1, 3, 4]


def test_rule_4_a_schedule_that_leaves_the_calendar_has_no_further_boundary() -> None:
    made = segment("2024-01-01", Frequency.YEARLY, 9000)
    first = slot_at(made, 0, SOFIA)
    assert first is not None
    assert first.span.end == END_OF_TIME
    assert slot_at(made, 1, SOFIA) is None


@pytest.mark.parametrize(
    ("start", "align_day", "until", "next_days"),
    [
        ("2024-01-10", 31, "2024-01-31", ["01-31", "02-29", "03-31"]),
        ("2024-01-31", 15, "2024-02-15", ["02-15", "03-15", "04-15"]),
        ("2024-12-20", 1, "2025-01-01", ["01-01", "02-01", "03-01"]),
        ("2024-02-10", 30, "2024-02-29", ["02-29", "03-30", "04-30"]),
    ],
)
def test_rule_4_aligned_a_part_period_leads_to_the_aligned_grid(
    start: str, align_day: int, until: str, next_days: list[str]
) -> None:
    utc_zone = ZoneInfo("UTC")
    made = first_segment(utc(start), 0, Terms(1, 1, Frequency.MONTHLY, 1), align_day, utc_zone)
    assert made.until == datetime.fromisoformat(until)
    aligned, k = settle(made, 1, utc_zone)
    assert (aligned.number, k, days(aligned, 3)) == (1, 0, next_days)


def test_rule_4_aligned_a_start_on_the_clamped_day_has_no_part_period() -> None:
    """29 February is the 31st, clamped; the remembered day is the aligned one."""
    made = first_segment(utc("2024-02-29"), 0, Terms(1, 1, Frequency.MONTHLY, 1), 31, ZoneInfo("UTC"))
    assert (made.until, days(made, 3)) == (None, ["02-29", "03-31", "04-30"])


@pytest.mark.parametrize(("day", "frequency"), [(0, "MONTHLY"), (32, "YEARLY"), (1, "WEEKLY"), (1, "DAILY")])
def test_rule_4_aligned_a_day_outside_a_month_is_refused(day: int, frequency: str) -> None:
    with pytest.raises(InvalidAlignDay):
        first_segment(utc("2024-01-01"), 0, Terms(1, 1, Frequency(frequency), 1), day, SOFIA)


@pytest.mark.parametrize(
    ("old", "new", "dom"),
    [
        (Frequency.MONTHLY, Frequency.YEARLY, 31),
        (Frequency.YEARLY, Frequency.MONTHLY, 31),
        (Frequency.MONTHLY, Frequency.WEEKLY, 29),
        (Frequency.MONTHLY, Frequency.MONTHLY, 31),
    ],
)
def test_rule_10_a_new_rhythm_at_a_boundary_inherits_the_day_between_months(
    old: Frequency, new: Frequency, dom: int
) -> None:
    made = Segment(0, datetime.fromisoformat("2024-01-31"), 31, Frequency.MONTHLY, 1)
    start = Segment(0, datetime.fromisoformat("2024-02-29"), 31, old, 1) if old != made.frequency else made
    k = 0 if old is Frequency.YEARLY else 1
    follower = successor(start, k, new, 2, SOFIA)
    assert (follower.anchor.date().isoformat(), follower.dom) == ("2024-02-29", dom)
    assert follower.first == boundary(start, k, SOFIA)


walls = st.datetimes(datetime(2000, 1, 1), datetime(2035, 12, 31)).map(lambda d: d.replace(microsecond=0))  # noqa: DTZ001 wall clocks


def brute_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Find the instant by trying every offset the zone has around it, without a look at folds."""
    around = [datetime.combine(wall.date(), wall.time(), UTC) + timedelta(hours=h) for h in range(-30, 31)]
    offsets = {a.astimezone(zone).utcoffset() or timedelta() for a in around}
    found = [
        w
        for o in offsets
        if (w := wall.replace(tzinfo=UTC) - o).astimezone(zone).replace(tzinfo=None) == wall
    ]
    if found:
        return min(found)
    before = (wall.replace(tzinfo=UTC) - timedelta(hours=27)).astimezone(zone).utcoffset() or timedelta()
    return wall.replace(tzinfo=UTC) - before


@given(wall=walls, zone=st.sampled_from(ZONES))
def test_rule_4_the_instant_of_a_wall_clock_agrees_with_brute_force(wall: datetime, zone: ZoneInfo) -> None:
    assert to_instant(wall, zone) == brute_instant(wall, zone)


def brute_walls(
    anchor: datetime, dom: int, frequency: Frequency, interval: int, count: int
) -> list[datetime]:
    """Walk the calendar day by day and keep the days a person would tick."""
    kept = [anchor]
    day, months, elapsed = anchor, 0, 0
    while len(kept) < count:
        day += timedelta(days=1)
        elapsed += 1
        if frequency in (Frequency.DAILY, Frequency.WEEKLY):
            if elapsed % (interval * (7 if frequency is Frequency.WEEKLY else 1)) == 0:
                kept.append(day)
            continue
        if day.day == 1:
            months += 1
        last_of_month = (day + timedelta(days=1)).day == 1
        due_month = months > 0 and months % (interval * (12 if frequency is Frequency.YEARLY else 1)) == 0
        if due_month and (day.day == dom or (last_of_month and day.day < dom)):
            kept.append(day)
    return kept


@given(wall=walls, frequency=st.sampled_from(Frequency), interval=st.integers(1, 3))
def test_rule_4_boundaries_agree_with_a_walk_over_the_calendar(
    wall: datetime, frequency: Frequency, interval: int
) -> None:
    made = Segment(0, wall, wall.day, frequency, interval)
    assert [nominal(made, k) for k in range(5)] == brute_walls(wall, wall.day, frequency, interval, 5)


@given(
    wall=walls, frequency=st.sampled_from(Frequency), interval=st.integers(1, 40), zone=st.sampled_from(ZONES)
)
def test_rule_4_boundaries_never_go_back(
    wall: datetime, frequency: Frequency, interval: int, zone: ZoneInfo
) -> None:
    made = Segment(0, wall, wall.day, frequency, interval)
    instants = [boundary(made, k, zone) for k in range(8)]
    assert instants == sorted(instants)

"""Each origin's day is closed in its own night, retried while that is safe, and never after midnight."""

import threading
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from billing.clock import SetClock
from billing.devices.address import Address
from billing.devices.faults import DeviceError, Fault
from billing.devices.printer import Printer
from billing.jobs.autonomous import look_for
from billing.jobs.nightly import Nightly
from billing.services.closings import ITSELF, list_z
from billing.services.events import read_events
from billing.services.jobs import list_jobs
from billing.services.origins import set_origin
from billing.services.register import open_register
from billing.services.reports import x_figures
from billing.services.schedules import (
    Due,
    TimeWrong,
    TooLate,
    list_schedules,
    moment_of,
    next_after,
    set_schedule,
)
from billing.store.engine import Store
from billing.store.mistakes import Missing
from tests.devices.wired import Bench
from tests.jobs.queued import Shop

HALF_PAST_ELEVEN = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
"""23:30 in Sofia."""


class Away(Shop):
    """A shop whose device can be taken away."""

    away = False

    def opener(self, address: Address) -> Printer:
        if self.away:
            raise DeviceError(Fault.PORT_MISSING, "it is switched off")
        return super().opener(address)


@pytest.fixture
def till(shop: Store, clock: SetClock) -> Away:
    """A shop whose device tells the time by the same clock, its Z number known."""
    till = Away(shop, Bench(clock=clock))
    look_for(shop, "printer", till.opener)
    return till


def at(clock: SetClock, moment: datetime) -> None:
    clock.move((moment - clock.now()).total_seconds())


def night(till: Shop) -> Due:
    """Let a worker look once, and return how the shop's night stands."""
    nightly = Nightly(till.store, till.opener)
    nightly.tick()
    nightly.wait()
    return next(each for each in list_schedules(till.store) if each.plan.origin == "shop")


def outcome(due: Due) -> tuple[str, str]:
    assert due.night is not None
    return due.night.day, due.night.state


def test_nothing_happens_before_the_time(till: Away, clock: SetClock) -> None:
    at(clock, datetime(2026, 11, 24, 21, 29, 59, tzinfo=UTC))
    assert night(till).night is None


def test_the_queue_is_drained_and_the_day_closed_once(till: Away, clock: SetClock) -> None:
    till.ring("10", "@")
    at(clock, HALF_PAST_ELEVEN)
    assert outcome(night(till)) == ("2026-11-24", "closed")
    clock.move(600)
    night(till)
    (closed,) = list_z(till.store)
    assert (closed.state, closed.figures["total"], len(till.memory.z_blocks)) == ("balanced", "10.00", 1)


def test_a_day_without_sales_makes_no_z(till: Away, clock: SetClock) -> None:
    at(clock, HALF_PAST_ELEVEN)
    assert outcome(night(till)) == ("2026-11-24", "nothing")
    assert till.memory.z_blocks == []


def test_what_blocks_is_told_and_the_night_goes_on_when_it_is_cleared(till: Away, clock: SetClock) -> None:
    partly = open_register(till.store).ring(["10", "@2/4"], park=True)
    at(clock, HALF_PAST_ELEVEN)
    due = night(till)
    assert outcome(due) == ("2026-11-24", "blocked")
    assert due.night is not None
    assert f"bill {partly.id} is partly paid" in due.night.said
    register = open_register(till.store)
    register.withdraw(partly.id, 2)
    register.void(partly.id, "отказ")
    till.ring("3", "@")
    clock.move(61)
    assert outcome(night(till)) == ("2026-11-24", "closed")


def test_a_device_that_is_away_is_tried_until_it_comes_back(till: Away, clock: SetClock) -> None:
    till.print(till.ring("10", "@").job)
    till.away = True
    at(clock, HALF_PAST_ELEVEN)
    assert outcome(night(till)) == ("2026-11-24", "failed")
    till.away = False
    clock.move(61)
    assert outcome(night(till)) == ("2026-11-24", "closed")
    assert len(till.memory.z_blocks) == 1


def test_a_z_that_was_not_printed_before_midnight_is_taken_back(till: Away, clock: SetClock) -> None:
    till.print(till.ring("10", "@").job)
    till.away = True
    at(clock, datetime(2026, 11, 24, 21, 55, 30, tzinfo=UTC))
    due = night(till)
    assert outcome(due) == ("2026-11-24", "failed")
    assert due.night is not None
    assert due.night.next_at is None
    assert [job.state for job in list_jobs(till.store)] == ["done", "cancelled"]
    assert x_figures(till.store).figures.bills.count == 1


def test_what_the_device_closed_in_a_missed_night_is_caught_up(till: Away, clock: SetClock) -> None:
    at(clock, HALF_PAST_ELEVEN)
    night(till)
    at(clock, datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    till.print(till.ring("10", "@").job)
    till.bench.print({"kind": "z-report"})
    at(clock, datetime(2026, 11, 26, 12, 0, tzinfo=UTC))
    assert outcome(night(till)) == ("2026-11-25", "closed")
    assert list_z(till.store)[-1].made_by == ITSELF


def test_a_night_nobody_closed_is_missed_and_its_bills_go_into_the_next(till: Away, clock: SetClock) -> None:
    at(clock, HALF_PAST_ELEVEN)
    night(till)
    at(clock, datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    till.print(till.ring("10", "@").job)
    at(clock, datetime(2026, 11, 26, 12, 0, tzinfo=UTC))
    assert outcome(night(till)) == ("2026-11-25", "missed")
    at(clock, datetime(2026, 11, 26, 21, 30, tzinfo=UTC))
    assert outcome(night(till)) == ("2026-11-26", "closed")
    assert list_z(till.store)[-1].figures["total"] == "10.00"


def test_origins_close_at_their_own_time_in_their_own_zone(till: Away, clock: SetClock) -> None:
    set_origin(till.store, "web", time_zone="America/New_York")
    set_schedule(till.store, "web", "22:00")
    open_register(till.store, "web").ring(["5", "@"])
    at(clock, HALF_PAST_ELEVEN)
    night(till)
    assert list_z(till.store, "web") == []
    at(clock, datetime(2026, 11, 25, 3, 0, tzinfo=UTC))
    night(till)
    (closed,) = list_z(till.store, "web")
    assert (closed.business_date, closed.device, closed.ordinal) == ("2026-11-24", None, 1)


def test_two_origins_on_one_device_are_closed_by_one_z(till: Away, clock: SetClock) -> None:
    set_origin(till.store, "bar", device="printer")
    till.print(till.ring("10", "@").job)
    at(clock, HALF_PAST_ELEVEN)
    night(till)
    clock.move(61)
    night(till)
    assert {outcome(due) for due in list_schedules(till.store)} == {("2026-11-24", "closed")}
    assert len(till.memory.z_blocks) == 1


def test_a_queue_that_is_long_does_not_carry_the_z_over_midnight(till: Away, clock: SetClock) -> None:
    for _ in range(3):
        till.ring("10", "@")
    at(clock, datetime(2026, 11, 24, 21, 55, 30, tzinfo=UTC))
    opener = till.opener

    def slow(address: Address) -> Printer:
        clock.move(60)
        return opener(address)

    nightly = Nightly(till.store, slow)
    nightly.tick()
    nightly.wait()
    assert outcome(list_schedules(till.store)[0]) == ("2026-11-24", "failed")
    assert till.memory.z_blocks == []


def test_a_missed_night_whose_device_is_away_is_told_and_its_z_filed_later(
    till: Away, clock: SetClock
) -> None:
    at(clock, HALF_PAST_ELEVEN)
    night(till)
    at(clock, datetime(2026, 11, 25, 12, 0, tzinfo=UTC))
    till.print(till.ring("10", "@").job)
    at(clock, datetime(2026, 11, 25, 21, 59, 59, tzinfo=UTC))
    till.bench.print({"kind": "z-report"})
    till.away = True
    at(clock, datetime(2026, 11, 26, 6, 0, tzinfo=UTC))
    assert outcome(night(till)) == ("2026-11-25", "missed")
    till.away = False
    at(clock, datetime(2026, 11, 26, 21, 30, tzinfo=UTC))
    assert outcome(night(till)) == ("2026-11-26", "closed")
    (filed,) = list_z(till.store)
    assert (filed.made_by, filed.figures["total"], filed.business_date) == (ITSELF, "10.00", "2026-11-25")


def test_an_origin_whose_device_hangs_holds_up_no_other(till: Away, clock: SetClock) -> None:
    till.print(till.ring("10", "@").job)
    set_origin(till.store, "web")
    open_register(till.store, "web").ring(["5", "@"])
    go_on = threading.Event()
    opener = till.opener

    def hangs(address: Address) -> Printer:
        assert go_on.wait(300)
        return opener(address)

    at(clock, HALF_PAST_ELEVEN)
    nightly = Nightly(till.store, hangs)
    nightly.tick()
    for _ in range(10_000):
        if list_z(till.store, "web"):
            break
        threading.Event().wait(0.01)
    assert (len(list_z(till.store, "web")), list_z(till.store, "shop")) == (1, [])
    go_on.set()
    nightly.wait()
    assert [each.state for each in list_z(till.store, "shop")] == ["balanced"]


@pytest.mark.parametrize(
    ("day", "at_utc"),
    [
        (date(2026, 3, 29), "2026-03-29T01:30:00+00:00"),
        (date(2026, 10, 25), "2026-10-25T00:30:00+00:00"),
    ],
)
def test_a_time_that_the_clocks_leave_out_comes_an_hour_later_and_one_that_comes_twice_the_first_time(
    day: date, at_utc: str
) -> None:
    assert moment_of(day, "03:30", ZoneInfo("Europe/Sofia")).isoformat() == at_utc


@pytest.mark.parametrize(
    ("now", "coming"),
    [
        (datetime(2026, 11, 24, 21, 29, tzinfo=UTC), "2026-11-24T21:30:00+00:00"),
        (HALF_PAST_ELEVEN, "2026-11-25T21:30:00+00:00"),
        (datetime(2026, 3, 28, 21, 45, tzinfo=UTC), "2026-03-29T20:30:00+00:00"),
        (datetime(2026, 10, 24, 20, 45, tzinfo=UTC), "2026-10-25T21:30:00+00:00"),
    ],
)
def test_the_next_night_is_never_one_that_has_passed(
    shop: Store, clock: SetClock, now: datetime, coming: str
) -> None:
    at(clock, now)
    (due,) = list_schedules(shop)
    found = next_after(due, now)
    assert found is not None
    assert found.isoformat() == coming
    set_schedule(shop, "shop", None)
    assert next_after(list_schedules(shop)[0], now) is None


def test_a_night_that_comes_twice_is_closed_once(till: Away, clock: SetClock) -> None:
    """On 31 October 2027 half past three comes at 00:30 and at 01:30 UTC."""
    set_schedule(till.store, "shop", "03:30")
    at(clock, datetime(2027, 10, 30, 23, 0, tzinfo=UTC))
    till.print(till.ring("10", "@").job)
    for hour in (0, 1):
        at(clock, datetime(2027, 10, 31, hour, 30, tzinfo=UTC))
        assert outcome(night(till)) == ("2027-10-31", "closed")
    assert len(till.memory.z_blocks) == 1


@pytest.mark.parametrize(
    ("day", "at_utc"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), "2026-03-28T21:30:00+00:00"),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), "2026-03-29T20:30:00+00:00"),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), "2026-10-24T20:30:00+00:00"),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), "2026-10-25T21:30:00+00:00"),
    ],
)
def test_a_change_of_the_clocks_moves_the_closing_with_the_wall_clock(
    till: Away, clock: SetClock, day: datetime, at_utc: str
) -> None:
    at(clock, day)
    assert list_schedules(till.store)[0].moment.isoformat() == at_utc


def test_the_outcome_is_told_in_the_outbox(till: Away, clock: SetClock) -> None:
    till.print(till.ring("10", "@").job)
    at(clock, HALF_PAST_ELEVEN)
    night(till)
    ended = [event for event in read_events(till.store, 0, 100) if event.kind == "night_ended"]
    assert [(event.subject, event.payload["outcome"]) for event in ended] == [(("origin", "shop"), "closed")]


def test_a_schedule_that_is_off_closes_nothing(till: Away, clock: SetClock) -> None:
    set_schedule(till.store, "shop", None)
    at(clock, HALF_PAST_ELEVEN)
    assert night(till).night is None


@pytest.mark.parametrize(("time", "mishap"), [("24:00", TimeWrong), ("9", TimeWrong), ("23:58", TooLate)])
def test_a_time_that_cannot_be_kept_is_refused(till: Away, time: str, mishap: type[Exception]) -> None:
    with pytest.raises(mishap):
        set_schedule(till.store, "shop", time)


def test_an_origin_that_is_not_there_has_no_schedule(till: Away) -> None:
    with pytest.raises(Missing):
        set_schedule(till.store, "nowhere", "23:00")

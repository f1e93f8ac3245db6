"""When each origin's day is closed, and what became of each night: rows that any worker may take up.

Times are wall-clock times in the origin's own zone. A time that a change of the clocks leaves out is taken an
hour later, one that comes twice the first time; so every date has exactly one closing.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from billing.errors import RuleError, UsageError
from billing.store import schedules
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.schedules import NightRow, Plan
from billing.store.trail import journal, tell

DEFAULT_AT: Final = "23:30"
"""When nobody has set a time: half an hour before the device would close by itself (fiscal rules 7.2)."""
_AT: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Outcome(StrEnum):
    """How a night stands."""

    WAITING = "waiting"
    CLOSED = "closed"
    NOTHING = "nothing"
    BLOCKED = "blocked"
    FAILED = "failed"
    MISSED = "missed"

    @property
    def good(self) -> bool:
        """Whether nobody needs to look."""
        return self in {Outcome.WAITING, Outcome.CLOSED, Outcome.NOTHING}


class TimeWrong(UsageError):
    """A time of day cannot be read."""

    code = "time_wrong"

    def __init__(self, found: str) -> None:
        super().__init__(f"{found[:20]!r} is no time of day such as 23:30")


class TooLate(RuleError):
    """The closing would slip over midnight."""

    code = "too_late"

    def __init__(self, at: str) -> None:
        super().__init__(
            f"{at} leaves no time before midnight, when the device closes by itself: take 23:55 or earlier"
        )


@dataclass(frozen=True, slots=True)
class Due:
    """One origin's closing: ``moment`` is when it begins, ``midnight`` when it must have ended."""

    plan: Plan
    at: str
    day: str
    moment: datetime
    midnight: datetime
    night: NightRow | None


def set_schedule(store: Store, origin: str, at: str | None, by: int | None = None) -> None:
    """Close an origin's day at ``at`` (``HH:MM``) from now on; None: never.

    Raises:
        Missing: there is no such origin.
        TimeWrong, TooLate: the time cannot be used.
    """
    if at is not None:
        if _AT.fullmatch(at) is None:
            raise TimeWrong(at)
        if at > "23:55":
            raise TooLate(at)
    with store.write() as work:
        plan = next((each for each in schedules.read_plans(work) if each.origin == origin), None)
        if plan is None:
            known = ", ".join(each.origin for each in schedules.read_plans(work)) or "none"
            raise Missing("origin", origin, known)
        schedules.write_plan(work, plan.origin_id, at or plan.at or DEFAULT_AT, off=at is None)
        journal(work, "schedule_set", ("origin", origin), {"at": at or "never"}, by)


def list_schedules(store: Store) -> list[Due]:
    """Return each origin's closing of its present day, and how its newest night stands."""
    with store.read() as work:
        nights = schedules.last_nights(work)
        return [due_on(plan, work.now, nights.get(plan.origin_id)) for plan in schedules.read_plans(work)]


def due_on(plan: Plan, now: datetime, night: NightRow | None) -> Due:
    """Return the closing of the origin's date at ``now``."""
    zone = ZoneInfo(plan.time_zone)
    day = now.astimezone(zone).date()
    at = plan.at or DEFAULT_AT
    return Due(
        plan,
        at,
        day.isoformat(),
        moment_of(day, at, zone),
        moment_of(day + timedelta(days=1), "00:00", zone),
        night,
    )


def next_after(due: Due, now: datetime) -> datetime | None:
    """Return when the origin's day is closed next after ``now``, in UTC; None: never by itself."""
    if due.plan.off:
        return None
    if due.moment > now:
        return due.moment
    return moment_of(date.fromisoformat(due.day) + timedelta(days=1), due.at, ZoneInfo(due.plan.time_zone))


def moment_of(day: date, at: str, zone: ZoneInfo) -> datetime:
    """Return when a wall-clock time comes on a date, in UTC; ``fold`` 0 takes the first of two."""
    return datetime.combine(day, time.fromisoformat(at), zone).astimezone(UTC)


def claim(store: Store, due: Due, seconds: int) -> NightRow | None:
    """Take up a night for so many seconds; None: another worker has it, or it is over."""
    with store.write() as work:
        night = schedules.begin_night(work, due.plan.origin_id, due.day)
        if night.next_at is None:
            return None
        taken = schedules.claim_night(work, night.id, work.now + timedelta(seconds=seconds))
        return night if taken else None


def end_night(  # noqa: PLR0913 how a night ended
    store: Store,
    night: NightRow,
    origin: str,
    outcome: Outcome,
    said: str,
    *,
    report_id: int | None = None,
    again_at: datetime | None = None,
) -> None:
    """Write how a try of a night ended; ``again_at`` is when it is tried next, None: it is over."""
    columns: dict[str, Any] = {
        "state": outcome.value,
        "said": said[:1000],
        "report_id": report_id,
        "next_at": again_at,
        "ended_at": None,
    }
    with store.write() as work:
        if again_at is None:
            columns["ended_at"] = work.now
        schedules.write_night(work, night.id, columns)
        if again_at is None or outcome.value != night.state:
            facts = {"day": night.day, "outcome": outcome.value, "said": said, "report": report_id}
            facts["again_at"] = None if again_at is None else again_at.isoformat()
            tell(work, "night_ended" if again_at is None else "night_waits", ("origin", origin), facts)


def missed_day(due: Due) -> str | None:
    """Return the day before the present one if an earlier night shows that it went by without a closing."""
    if due.night is None or due.plan.off:
        return None
    yesterday = (date.fromisoformat(due.day) - timedelta(days=1)).isoformat()
    if due.night.day == yesterday:
        return yesterday if due.night.next_at is not None else None
    return yesterday if due.night.day < yesterday else None


def miss_night(store: Store, due: Due, day: str, said: str, outcome: Outcome = Outcome.MISSED) -> None:
    """Write down what became of a day that went by without a closing of ours."""
    with store.write() as work:
        night = schedules.begin_night(work, due.plan.origin_id, day)
    if night.next_at is not None:
        end_night(store, night, due.plan.origin, outcome, said)

"""Schedules and nights, by Core statements that name the master."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from billing.models import Night, Origin, Schedule
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class Plan:
    """When an origin's day is closed; ``at`` None: at the default time, nobody has set one."""

    origin_id: int
    origin: str
    time_zone: str
    at: str | None
    off: bool


@dataclass(frozen=True, slots=True)
class NightRow:
    """One closing of one origin's day, and what became of it."""

    id: int
    origin_id: int
    day: str
    state: str
    tries: int
    started_at: datetime
    next_at: datetime | None
    ended_at: datetime | None
    report_id: int | None
    said: str


def read_plans(work: Work) -> list[Plan]:
    """Return every origin with its schedule, oldest first."""
    rows = work.connection.execute(
        select(Origin.id, Origin.name, Origin.time_zone, Schedule.at, Schedule.off)
        .outerjoin(Schedule, (Schedule.master_id == Origin.master_id) & (Schedule.origin_id == Origin.id))
        .where(Origin.master_id == work.master_id)
        .order_by(Origin.id)
    )
    return [Plan(row.id, row.name, row.time_zone, row.at, bool(row.off)) for row in rows]


def write_plan(work: Work, origin_id: int, at: str, *, off: bool) -> None:
    """Set an origin's schedule."""
    values = {"master_id": work.master_id, "origin_id": origin_id, "at": at, "off": off}
    dialect = postgresql if work.connection.dialect.name == "postgresql" else sqlite
    work.connection.execute(
        dialect.insert(Schedule)
        .values(values)
        .on_conflict_do_update(index_elements=["master_id", "origin_id"], set_={"at": at, "off": off})
    )


def last_nights(work: Work) -> dict[int, NightRow]:
    """Return the newest night of every origin that has one, by the origin's key."""
    newest = (
        select(Night.origin_id, func.max(Night.day).label("day"))
        .where(Night.master_id == work.master_id)
        .group_by(Night.origin_id)
        .subquery()
    )
    rows = work.connection.execute(
        select(Night.__table__)
        .join(newest, (newest.c.origin_id == Night.origin_id) & (newest.c.day == Night.day))
        .where(Night.master_id == work.master_id)
    ).mappings()
    return {row["origin_id"]: _row(row) for row in rows}


def begin_night(work: Work, origin_id: int, day: str) -> NightRow:
    """Return the night of an origin's day, written if it is new; there is one for each day, whoever asks."""
    values: dict[str, Any] = {
        "master_id": work.master_id,
        "origin_id": origin_id,
        "day": day,
        "state": "waiting",
        "tries": 0,
        "started_at": work.now,
        "next_at": work.now,
    }
    dialect = postgresql if work.connection.dialect.name == "postgresql" else sqlite
    work.connection.execute(
        dialect.insert(Night)
        .values(values)
        .on_conflict_do_nothing(index_elements=["master_id", "origin_id", "day"])
    )
    row = work.connection.execute(
        select(Night.__table__).where(
            Night.master_id == work.master_id, Night.origin_id == origin_id, Night.day == day
        )
    ).mappings()
    return _row(row.one())


def claim_night(work: Work, night_id: int, until: datetime) -> bool:
    """Take a night that is due, so that nobody else tries it before ``until``; return whether it was free."""
    done = work.connection.execute(
        update(Night)
        .where(Night.master_id == work.master_id, Night.id == night_id, Night.next_at <= work.now)
        .values(next_at=until, tries=Night.tries + 1)
    )
    return done.rowcount == 1


def write_night(work: Work, night_id: int, columns: Mapping[str, Any]) -> None:
    """Change a night's row."""
    work.connection.execute(
        update(Night).where(Night.master_id == work.master_id, Night.id == night_id).values(**columns)
    )


def _row(found: Mapping[Any, Any]) -> NightRow:
    return NightRow(**{name: found[name] for name in NightRow.__dataclass_fields__})

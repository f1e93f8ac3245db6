"""When an origin's day is closed, and what became of each night."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from billing.models.base import Base, Numbered, refers


class Schedule(Numbered, Base):
    """The wall-clock time (``HH:MM`` in the origin's own zone) at which its day is closed; ``off``: never."""

    __tablename__ = "schedule"
    __table_args__ = (refers("origin_id", "origin"), UniqueConstraint("master_id", "origin_id"))

    origin_id: Mapped[int]
    at: Mapped[str] = mapped_column(String(5))
    off: Mapped[bool] = mapped_column(default=False)


class Night(Numbered, Base):
    """One closing of one origin's day (``day`` is the date in its zone), tried until it ended.

    ``state``: waiting, closed, nothing (nothing was sold), blocked, failed or missed. ``next_at`` is when it
    is tried next, None once it ended; ``said`` is the outcome as a sentence.
    """

    __tablename__ = "night"
    __table_args__ = (
        refers("origin_id", "origin"),
        refers("report_id", "report"),
        UniqueConstraint("master_id", "origin_id", "day"),
    )

    origin_id: Mapped[int]
    day: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    report_id: Mapped[int | None] = mapped_column(default=None)
    said: Mapped[str] = mapped_column(String(1000), default="", server_default="")

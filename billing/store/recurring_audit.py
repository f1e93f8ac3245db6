"""The audit feed's lines: numbered without gaps inside their feed, each with the hash of the one before.

Recurring semantics 12. Rows are only added; the database refuses everything else.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final

from sqlalchemy import bindparam, select

from billing.models import AuditEvent
from billing.store.recurring_bulk import Bulk, Ready
from billing.store.work import Work

WHOLE: Final = (-1, -1)
"""Segment and ordinal of the feed of the whole subscription."""

BILLED: Final = "billed"
SETTLED: Final = "settled"


@dataclass(frozen=True, slots=True)
class Line:
    """One line before it is written: what happened, with its signed amount where money is concerned."""

    type: str
    amount: int = 0
    side: str = ""
    reference: str = ""
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A line as it stands in its feed."""

    segment: int
    k: int
    number: int
    at: datetime
    actor: str
    type: str
    side: str
    amount: int
    reference: str
    data: Mapping[str, Any] | None
    before: str

    @property
    def hash(self) -> str:
        """The hash that the next line of the feed must carry."""
        data = None if self.data is None else _json(self.data)
        return _hash(self.before, self.number, self.type, self.side, self.amount, self.reference, data)


_LINES: Final = Bulk(
    AuditEvent,
    "master_id",
    "subscription_id",
    "segment",
    "k",
    "number",
    "at",
    "actor",
    "type",
    "side",
    "amount",
    "reference",
    "data",
    "before",
)
_FEED: Final = (
    select(*(getattr(AuditEvent, name) for name in Told.__dataclass_fields__))
    .where(
        AuditEvent.master_id == bindparam("master"), AuditEvent.subscription_id == bindparam("subscription")
    )
    .order_by(AuditEvent.segment, AuditEvent.k, AuditEvent.number)
)
_LAST: Final = (
    _FEED.order_by(None)
    .where(AuditEvent.segment == bindparam("segment"), AuditEvent.k == bindparam("k"))
    .order_by(AuditEvent.number.desc())
    .limit(1)
)


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def _hash(  # noqa: PLR0913, PLR0917 a line is all of these
    before: str, number: int, kind: str, side: str, amount: int, reference: str, data: str | None
) -> str:
    said = f"{before}\n{number}\n{kind}\n{side}\n{amount}\n{reference}\n{data}"
    return hashlib.sha256(said.encode()).hexdigest()


def has_line(work: Work, subscription_id: int, feed: tuple[int, int], kind: str) -> bool:
    """Return whether a line of this type stands in a feed (segment and ordinal)."""
    statement = select(AuditEvent.id).where(
        AuditEvent.master_id == work.master_id,
        AuditEvent.subscription_id == subscription_id,
        AuditEvent.segment == feed[0],
        AuditEvent.k == feed[1],
        AuditEvent.type == kind,
    )
    return work.connection.execute(statement.limit(1)).first() is not None


_opening: Final = lru_cache(maxsize=256)(partial(_hash, "", 1))
"""The hash of a feed's first line; most feeds of a batch begin with the same one."""


class Feeds:
    """Lines that wait to be written together, in one statement at the end."""

    def __init__(self, work: Work, actor: str = "") -> None:
        self._work = work
        self._actor = actor
        self._now = Ready(work, AuditEvent.at.type)[work.now]
        self._rows: list[tuple[Any, ...]] = []
        self._ends: dict[tuple[int, int, int], tuple[int, str]] = {}

    def open_feed(self, subscription_id: int, segment: int, k: int, lines: Iterable[Line]) -> None:
        """Begin the feed of a new period with ``lines``."""
        self._add((subscription_id, segment, k), 0, "", lines)

    def append(self, subscription_id: int, feed: tuple[int, int], lines: Sequence[Line]) -> None:
        """Add ``lines`` at the end of a feed that may have some."""
        place = (subscription_id, *feed)
        if place in self._ends:
            number, before = self._ends[place]
        else:
            last = last_line(self._work, subscription_id, feed)
            number, before = (0, "") if last is None else (last.number, last.hash)
        self._add(place, number, before, lines)

    def _add(self, place: tuple[int, int, int], number: int, before: str, lines: Iterable[Line]) -> None:
        master, now, actor = self._work.master_id, self._now, self._actor
        for line in lines:
            number += 1
            data = None if line.data is None else _json(line.data)
            self._rows.append(
                (
                    master,
                    *place,
                    number,
                    now,
                    actor,
                    line.type,
                    line.side,
                    line.amount,
                    line.reference,
                    data,
                    before,
                )
            )
            said = (line.type, line.side, line.amount, line.reference, data)
            before = _hash(before, number, *said) if before else _opening(*said)
        self._ends[place] = (number, before)

    def write(self) -> None:
        """Write what waits; where feeds end is asked for again."""
        _LINES.write(self._work, self._rows, ready=True)
        self._rows, self._ends = [], {}


def last_line(work: Work, subscription_id: int, feed: tuple[int, int]) -> Told | None:
    """Return the last line of a feed, or None while it has none."""
    values = {
        "master": work.master_id,
        "subscription": subscription_id,
        "segment": feed[0],
        "k": feed[1],
    }
    row = work.connection.execute(_LAST, values).one_or_none()
    return None if row is None else Told(*row)


def read_feed(work: Work, subscription_id: int) -> list[Told]:
    """Return all lines of a subscription: its own, then those of its periods in order."""
    values = {"master": work.master_id, "subscription": subscription_id}
    return [Told(*row) for row in work.connection.execute(_FEED, values)]

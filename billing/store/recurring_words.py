"""Parts of a recurring subscription as JSON: a change that waits, operations that wait, a whole period."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from billing.pricing.recurring.asked import (
    Cancel,
    ChangeTerms,
    Operation,
    Pause,
    Release,
    ReleasePolicy,
    Resume,
    ResumeMode,
    Rezone,
    Uncancel,
    When,
)
from billing.pricing.recurring.schedule import Span
from billing.pricing.recurring.terms import NO_CHANGE, Change, Frequency, zone_named

OPERATIONS: Final[Mapping[str, type[Operation]]] = {
    each.name: each for each in (Cancel, Uncancel, Pause, Resume, ChangeTerms, Rezone, Release)
}
"""Operations by their names."""


def change_json(change: Change) -> dict[str, Any] | None:
    """Return a change as JSON, None for one that changes nothing."""
    return dict(change.named) or None


def change_of(data: Mapping[str, Any] | None) -> Change:
    """Return the change that ``change_json`` gave."""
    if not data:
        return NO_CHANGE
    frequency = data.get("frequency")
    return Change(**{**data, "frequency": None if frequency is None else Frequency(frequency)})


def operation_json(operation: Operation) -> dict[str, Any]:
    """Return an operation as JSON, under its name."""
    data: dict[str, Any] = {"do": operation.name}
    for each in fields(operation):
        value = getattr(operation, each.name)
        data[each.name] = _plain(value)
    return data


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, Change):
        return change_json(value)
    return value


_READERS: Final[Mapping[str, Any]] = {
    "at": datetime.fromisoformat,
    "when": When,
    "mode": ResumeMode,
    "policy": ReleasePolicy,
    "zone": zone_named,
    "change": change_of,
}


def operation_of(data: Mapping[str, Any]) -> Operation:
    """Return the operation that ``operation_json`` gave."""
    words = {name: _READERS.get(name, lambda value: value)(value) for name, value in data.items()}
    return OPERATIONS[words.pop("do")](**words)


iso: Final = lru_cache(maxsize=4096)(datetime.isoformat)
"""A moment as ISO text; a batch says few of them many times."""


def span_json(span: Span | None) -> list[str] | None:
    """Return a span as JSON: its two instants and its two wall clocks."""
    if span is None:
        return None
    return [each.isoformat() for each in (span.start, span.end, span.wall_start, span.wall_end)]


def span_of(data: Sequence[str] | None) -> Span | None:
    """Return the span that ``span_json`` gave."""
    return None if data is None else Span(*(datetime.fromisoformat(each) for each in data))

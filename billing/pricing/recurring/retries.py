"""What follows a try to collect: the next try, or giving up, as a function of the failure (semantics 9).

The number of tries is exactly one more than the number of delays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

_DAY_S: Final = 86_400

DEFAULT_DELAYS_S: Final = (1 * _DAY_S, 3 * _DAY_S, 5 * _DAY_S, 7 * _DAY_S)
"""Seconds from a failure to the next try, where the company names no schedule of its own."""


class Outcome(StrEnum):
    """What the gateway answers to a try; NONE means that there is no instrument to try."""

    OK = "ok"
    SOFT = "soft"
    HARD = "hard"
    NONE = "none"


class BillState(StrEnum):
    """A bill as to its collection."""

    OPEN = "OPEN"
    COLLECTING = "COLLECTING"
    SETTLED = "SETTLED"
    FAILED = "FAILED"
    VOID = "VOID"


@dataclass(frozen=True, slots=True)
class Collection:
    """Where the collection of one bill stands; ``next_try`` is None when nothing more is tried by itself."""

    state: BillState
    next_try: datetime | None = None
    failures: int = 0


def after(outcome: Outcome, collection: Collection, at: datetime, delays_s: Sequence[int]) -> Collection:
    """Return where a collection stands after the try made at ``at`` ended with ``outcome``."""
    if outcome is Outcome.OK:
        return Collection(BillState.SETTLED, None, collection.failures)
    if outcome is Outcome.NONE:
        return Collection(BillState.OPEN, None, collection.failures)
    failures = collection.failures + 1
    if outcome is Outcome.HARD or failures > len(delays_s):
        return Collection(BillState.FAILED, None, failures)
    return Collection(BillState.COLLECTING, at + timedelta(seconds=delays_s[failures - 1]), failures)

"""What follows a try to collect: the next try, or giving up, as a function of the failure (semantics 9).

The number of tries is exactly one more than the number of delays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from billing.pricing.recurring.collection import BillState

_DAY_S: Final = 86_400

DEFAULT_DELAYS_S: Final = (1 * _DAY_S, 3 * _DAY_S, 5 * _DAY_S, 7 * _DAY_S)
"""Seconds from a failure to the next try, where the company names no schedule of its own."""


TECHNICAL_DELAYS_S: Final = tuple(min(300 * 2**n, 21_600) for n in range(8))
"""Seconds from a technical failure to the next try: 5 minutes, doubling, at most 6 hours, eight times."""


class Outcome(StrEnum):
    """What a try ends with: the money, or the class of its failure.

    SOFT: declined, no funds. HARD: card gone, account closed, mandate withdrawn. TECHNICAL: time-out, gateway
    down. NONE: there is no instrument, so no try is made and the bill stays open for the till.
    """

    OK = "ok"
    SOFT = "soft"
    HARD = "hard"
    TECHNICAL = "technical"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Collection:
    """Where the collection of one bill stands; ``next_try`` is None when nothing more is tried by itself."""

    state: BillState
    next_try: datetime | None = None
    failures: int = 0
    """Soft failures so far; each uses up one delay of the schedule."""
    technical: int = 0
    """Technical failures since the last answer that counted."""


def after(outcome: Outcome, collection: Collection, at: datetime, delays_s: Sequence[int]) -> Collection:
    """Return where a collection stands after the try made at ``at`` ended with ``outcome``."""
    if outcome is Outcome.OK:
        return Collection(BillState.SETTLED, None, collection.failures)
    if outcome is Outcome.NONE:
        return Collection(BillState.OPEN, None, collection.failures)
    if outcome is Outcome.TECHNICAL and collection.technical < len(TECHNICAL_DELAYS_S):
        delay_s = TECHNICAL_DELAYS_S[collection.technical]
        return _waiting(at, delay_s, collection.failures, collection.technical + 1)
    failures = collection.failures + 1
    if outcome is Outcome.HARD or failures > len(delays_s):
        return Collection(BillState.FAILED, None, failures)
    return _waiting(at, delays_s[failures - 1], failures, 0)


def after_extra(outcome: Outcome, collection: Collection) -> Collection:
    """Return where a collection stands after a manual try, or the one try on a new instrument.

    Such a try uses up nothing of the schedule: if it fails, everything is as it was before.
    """
    if outcome is Outcome.OK:
        return Collection(BillState.SETTLED, None, collection.failures)
    return collection


def _waiting(at: datetime, delay_s: int, failures: int, technical: int) -> Collection:
    return Collection(BillState.COLLECTING, at + timedelta(seconds=delay_s), failures, technical)

"""The pass of collection: makes the tries that are due, apart from the pass of billing (semantics 9)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from billing.pricing.recurring.retries import Collection, Outcome, after


class Bill(Protocol):
    """A bill that waits for its money."""

    collection: Collection


AnyBill = TypeVar("AnyBill", bound=Bill)


class Bills(Protocol[AnyBill]):
    """Where the bills to collect are kept."""

    def next_to_try(self, until: datetime) -> AnyBill | None:
        """Return the bill whose next try is due first, at the latest at ``until``, or None."""
        ...

    def collected(self, bill: AnyBill, collection: Collection) -> None:
        """Keep where the collection of ``bill`` stands now."""
        ...


class ScriptedGateway:
    """A gateway that answers the tries in turn from a list, and *ok* when the list is at its end.

    NONE stands for a missing instrument: no try is made, so the list does not move on.
    """

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self._outcomes = list(outcomes)

    def collect(self) -> Outcome:
        """Return the answer to the next try."""
        if not self._outcomes:
            return Outcome.OK
        return self._outcomes[0] if self._outcomes[0] is Outcome.NONE else self._outcomes.pop(0)


def collect_due(
    bills: Bills[AnyBill], gateway: ScriptedGateway, delays_s: Sequence[int], until: datetime
) -> list[datetime]:
    """Make every try that is due up to ``until``, each exactly when it is due; return their instants."""
    tries: list[datetime] = []
    while (bill := bills.next_to_try(until)) is not None:
        at = bill.collection.next_try
        if at is None:
            break
        outcome = gateway.collect()
        if outcome is not Outcome.NONE:
            tries.append(at)
        bills.collected(bill, after(outcome, bill.collection, at, delays_s))
    return tries

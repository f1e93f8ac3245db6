"""What time alone makes of subscriptions is told: a boundary that comes near, and the end of a life.

Recurring semantics 8, 12 and 14. Each is told once, whoever passes first; what a pass of billing or an
operation does is told there.
"""

import json
from datetime import timedelta
from typing import Final

from billing.pricing.recurring.states import FINAL, State, state_of
from billing.store import recurring
from billing.store.engine import Store
from billing.store.recurring_ahead import Upcoming, mark_ended, take_upcoming
from billing.store.recurring_audit import WHOLE, Feeds, Line, has_line
from billing.store.recurring_made import tell_all

BATCH: Final = 1_000
"""Subscriptions told of in one transaction."""

_END: Final = {State.CANCELED: "canceled", State.EXPIRED: "expired"}
"""What stands in the subscription's own feed when its life has ended."""


def tell_upcoming(store: Store, lead: timedelta) -> int:
    """Tell each boundary that is not further away than ``lead`` once; return how many were told."""
    told = 0
    while lead:
        with store.write() as work:
            found = take_upcoming(work, work.now + lead, BATCH)
            tell_all(work, [("period.upcoming", each.subscription_id, _payload(each)) for each in found])
        told += len(found)
        if len(found) < BATCH:
            break
    return told


def _payload(upcoming: Upcoming) -> str:
    return json.dumps(
        {
            "customer": upcoming.customer_id,
            "segment": upcoming.segment,
            "k": upcoming.k,
            "scheduled_at": upcoming.at.isoformat(),
            "kind": upcoming.kind,
            "amount": upcoming.amount,
        }
    )


def tell_ended(store: Store) -> int:
    """Tell once of each subscription that its life has ended; return how many were told.

    One that was cancelled at once has said so already.
    """
    told = after = 0
    while True:
        with store.write() as work:
            found = recurring.read_quiet(work, after, BATCH)
            over = {
                kept.id: (kept, state)
                for kept, subscription in found
                if (state := state_of(subscription, work.now)) in FINAL
            }
            feeds = Feeds(work)
            events = []
            for key in mark_ended(work, [kept for kept, _ in over.values()]):
                kind = _END[over[key][1]]
                if not has_line(work, key, WHOLE, kind):
                    feeds.append(key, WHOLE, [Line(kind)])
                    events.append((f"subscription.{kind}", key, "{}"))
            feeds.write()
            tell_all(work, events)
        told += len(events)
        if len(found) < BATCH:
            return told
        after = found[-1][0].id

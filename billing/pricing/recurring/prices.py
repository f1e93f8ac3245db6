"""What one period costs: the price of its terms, the share of a part period, and the discount off it.

Recurring semantics 7.2 and 7.3. A ``Price`` is asked for every period; ``flat`` knows amounts alone, a store
brings its own that prices bill content by the register's rules.
"""

from collections.abc import Callable
from dataclasses import dataclass

from billing.pricing.recurring.schedule import Span
from billing.pricing.recurring.shares import share
from billing.pricing.recurring.subscription import Subscription
from billing.pricing.recurring.terms import NO_DISCOUNT, Discount, Kind, Terms


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What a price is asked for: a period of a subscription under ``terms``.

    ``whole`` is set for a part period: the whole one whose price it takes a share of.
    """

    subscription: Subscription
    terms: Terms
    span: Span
    whole: Span | None = None
    discount: Discount = NO_DISCOUNT


@dataclass(frozen=True, slots=True)
class Quote:
    """What a period is worth after discount and before credit, in minor units.

    ``content`` is what the store bills for it, unknown to the rules.
    """

    value: int
    content: object = None


Price = Callable[[Inquiry], Quote]


def inquiry_now(subscription: Subscription, span: Span, whole: Span | None) -> Inquiry:
    """Return what is asked when the subscription bills ``span`` now; a payout has no discount."""
    discount = subscription.discount if subscription.kind is Kind.DEBIT else NO_DISCOUNT
    return Inquiry(subscription, subscription.terms, span, whole, discount)


def part_of(price: int, inquiry: Inquiry) -> int:
    """Return what the asked span costs where the whole period costs ``price``."""
    if inquiry.whole is None:
        return price
    subscription = inquiry.subscription
    return share(price, inquiry.span.start, inquiry.whole, subscription.unit, subscription.zone)


def flat(inquiry: Inquiry) -> Quote:
    """Return the price of terms that are an amount and nothing else."""
    gross = part_of(inquiry.terms.price, inquiry)
    return Quote(gross - inquiry.discount.off(gross))

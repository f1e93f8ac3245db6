"""What is said about plans, customers and subscriptions, as schemas; amounts are decimal strings."""

from typing import Any

from billing.api.shapes import Out


class PlanOut(Out):
    """A version of a plan."""

    plan: str
    version: int
    kind: str
    amount: str
    currency: str
    frequency: str
    interval: int
    trial_days: int
    text: str
    tax_group: int | None
    content: list[str]
    calculator: str
    closed_at: str | None


class PlanList(Out):
    """Every version of every plan, by name and number."""

    plans: list[PlanOut]


class PlanClosedOut(Out):
    """A plan that takes nobody new."""

    plan: str
    closed: bool


class OwedRow(Out):
    """A bill of a plan that waits to be paid: at the till, or by the gateway at ``next_try``."""

    bill: int
    subscription: int
    customer: int
    name: str
    origin: str
    due: str
    state: str
    next_try: str | None


class OwedList(Out):
    """What is owed, the oldest first."""

    owed: list[OwedRow]
    currency: str


class CustomerOut(Out):
    """A customer."""

    customer: int
    name: str
    external_id: str
    credit: str
    currency: str
    closed_at: str | None


class OwingCustomerOut(CustomerOut):
    """A customer with the bills that they owe."""

    owes: list[OwedRow]


class CustomerList(Out):
    """Customers, the oldest first."""

    customers: list[CustomerOut]
    next: int | None


class SubscriptionOut(Out):
    """A subscription as it stands."""

    subscription: int
    customer: int
    state: str
    held_because: str
    kind: str
    plan_version: int
    amount: str
    currency: str
    quantity: int
    frequency: str
    interval: int
    zone: str
    start: str
    next_run: str | None
    billed: int
    paid_until: str | None
    credit: str
    cancel_at: str | None
    ends_at: str | None
    max_runs: int | None
    instrument: str


class SubscriptionList(Out):
    """Subscriptions, the oldest first."""

    subscriptions: list[SubscriptionOut]
    next: int | None


class ComingOut(Out):
    """A boundary or adjustment of a preview."""

    at: str
    what: str
    until: str = ""
    amount: str
    credit_used: str = "0"


class PreviewOut(Out):
    """What will come, in order."""

    coming: list[ComingOut]
    currency: str


class PeriodName(Out):
    """Which period of a subscription."""

    segment: int
    k: int


class FeedLine(Out):
    """A line of the audit feed; without a period it is the subscription's own."""

    period: PeriodName | None
    number: int
    at: str
    actor: str
    type: str
    side: str
    amount: str
    reference: str
    data: dict[str, Any] | None
    hash: str


class FeedOut(Out):
    """The audit feed: the subscription's own lines, then those of its periods in order."""

    subscription: int
    lines: list[FeedLine]


class UsageOut(Out):
    """Whether a use was kept; False: it was known already."""

    subscription: int
    kept: bool


class RetryOut(Out):
    """A try that was made at a gateway: its number for this bill."""

    bill: int
    attempt: int


class RunOut(Out):
    """What a pass made; ``more``: something is left, call again."""

    generated: int
    subscriptions: int
    held: int
    more: bool


class ExpectedOut(Out):
    """What a month of a plan brings; below zero where it pays out."""

    month: str
    plan: str
    periods: int
    amount: str
    unpriced: int


class ForecastOut(Out):
    """What the coming months bring if nothing changes."""

    forecast: list[ExpectedOut]
    currency: str

"""What comes in about plans, customers and subscriptions, as schemas; amounts are decimal strings."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    ConfigDict,
    Discriminator,
    Field,
    WithJsonSchema,
    model_validator,
)

from billing.api.schemas import ZERO_UP, Body, ExternalKey, Id, Name
from billing.documents import Amount
from billing.money import Currency
from billing.pricing.recurring.asked import (
    Cancel,
    Operation,
    Pause,
    ReleasePolicy,
    Resume,
    ResumeMode,
    Rezone,
    Uncancel,
    When,
)
from billing.pricing.recurring.terms import Backfill, Discount, Frequency, Kind, ShareUnit, zone_named
from billing.services.recurring.company import company_catch_up, company_unit
from billing.services.recurring.plans import PlanTerms
from billing.services.recurring.script import to_utc
from billing.services.recurring.subscriptions import NewSubscription

Line = Annotated[str, Field(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]
Sum = Annotated[
    Amount,
    Field(ge=0, le=10_000_000),
    WithJsonSchema({"type": "string", "pattern": ZERO_UP, "examples": ["25.00"]}),
]
Percent = Annotated[
    Amount, Field(gt=0, le=100), WithJsonSchema({"type": "string", "pattern": ZERO_UP, "examples": ["10"]})
]
Used = Annotated[
    Amount,
    Field(gt=0, le=1_000_000_000, decimal_places=3),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,3})?$", "examples": ["12.5"]}),
]
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]
Interval = Annotated[int, Field(ge=1, le=10_000)]
TrialDays = Annotated[int, Field(ge=0, le=36_500)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


def _in_calendar(instant: datetime) -> datetime:
    if not 1900 <= instant.year <= 9000:
        message = f"the year is {instant.year}; expected 1900 to 9000"
        raise ValueError(message)
    return to_utc(instant)


Instant = Annotated[
    AwareDatetime,
    AfterValidator(_in_calendar),
    Field(
        description="With an offset; fractions of a second are cut off.",
        examples=["2026-12-01T09:00:00+02:00"],
    ),
]


class PlanIn(Body):
    """A plan, or the next version of one: an amount, lines of bill text, or a calculator."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"plan": "gym", "content": ["25/Gym monthly@2"], "frequency": "MONTHLY", "trial_days": 7}
            ]
        }
    )

    plan: Name
    kind: Kind = Kind.DEBIT
    frequency: Frequency = Frequency.MONTHLY
    interval: Interval = 1
    trial_days: TrialDays = 0
    amount: Sum | None = None
    text: Line = ""
    tax_group: Id | None = None
    content: Annotated[tuple[Annotated[str, Field(max_length=600)], ...], Field(max_length=200)] = ()
    calculator: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]*$")] = ""

    def terms(self) -> PlanTerms:
        """Return what the service takes."""
        return PlanTerms(**{name: value for name, value in self if name != "plan"})


class CustomerIn(Body):
    """Whom plans bill; ``profile`` is whom invoices are made out to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Anna Petrova", "external_id": "1017"}]}
    )

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
    external_id: ExternalKey | None = None
    profile: Id | None = None


class DiscountIn(Body):
    """Percent, or an amount, off the next ``runs`` billed periods; without ``runs`` it has no end."""

    percent: Percent | None = None
    amount: Sum | None = None
    runs: Annotated[int, Field(ge=1, le=1_000_000)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "DiscountIn":
        if (self.percent is None) == (self.amount is None):
            raise ValueError("give either percent or amount")
        return self

    def discount(self, currency: Currency) -> Discount:
        """Return the discount in minor units of ``currency``."""
        off = 0 if self.amount is None else currency.exact_minor(self.amount)
        return Discount(self.percent or Decimal(0), self.runs, off)


class SubscriptionIn(Body):
    """Who takes which plan; what is left out is the plan's, the origin's, or has no bound."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"plan": "gym", "customer": "1017", "quantity": 2, "external_id": "order-5512"}]
        }
    )

    plan: Name
    customer: Annotated[ExternalKey, Field(description="Number or external id.")]
    quantity: Quantity = 1
    amount: Annotated[Sum | None, Field(description="A price of its own.")] = None
    start: Instant | None = None
    zone: Annotated[str | None, Field(min_length=1, max_length=60, examples=["Europe/Sofia"])] = None
    trial_days: TrialDays | None = None
    origin: Name | None = None
    instrument: Annotated[Line, Field(description="GATEWAY:TOKEN; none: paid at the till.")] = ""
    external_id: ExternalKey | None = None
    discount: DiscountIn | None = None
    proration: Annotated[ShareUnit | None, Field(description="By default the company's.")] = None
    align_day: Annotated[int, Field(ge=1, le=31)] | None = None
    backfill: Backfill | None = None
    ends_at: Instant | None = None
    max_runs: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    max_catch_up: Count | None = None

    def new(self, origin: str | None, currency: Currency) -> NewSubscription:
        """Return what the service takes, at ``origin``; the company's limits where none are said."""
        own = {"origin", "discount", "proration", "max_catch_up"}
        values = {name: value for name, value in self if name not in own}
        return NewSubscription(
            **values,
            origin=origin,
            discount=Discount() if self.discount is None else self.discount.discount(currency),
            unit=company_unit() if self.proration is None else self.proration,
            max_catch_up=company_catch_up() if self.max_catch_up is None else self.max_catch_up,
        )


class ChangeIn(Body):
    """New terms as far as they change; a plan means its newest version."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": 3, "when": "period_end"}]})

    plan: Name | None = None
    amount: Sum | None = None
    quantity: Quantity | None = None
    frequency: Frequency | None = None
    interval: Interval | None = None
    when: When = When.NOW


class CancelIn(Body):
    """``refund`` is none, prorated, or a sum; ``keep_open`` lets unpaid bills stand."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"when": "now", "refund": "prorated"}]})

    when: When = When.PERIOD_END
    refund: Literal["none", "prorated"] | Sum = "none"
    keep_open: bool = False

    def operation(self, now: datetime, currency: Currency) -> Cancel:
        """Return the cancel at ``now``."""
        refund = currency.exact_minor(self.refund) if isinstance(self.refund, Decimal) else 0
        return Cancel(now, self.when, refund, self.refund == "prorated", self.keep_open)


class ResumeIn(Body):
    """Whether the old grid goes on or a new one starts; ``partial`` bills the rest of a skipped period."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mode": "keep", "partial": True}]})

    mode: ResumeMode = ResumeMode.KEEP
    partial: bool = False


class ReleaseIn(Body):
    """What becomes of the boundaries that were kept back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"policy": "last"}]})

    policy: ReleasePolicy = ReleasePolicy.ALL


class RezoneIn(Body):
    """The zone in which boundaries to come are read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"zone": "Europe/Athens"}]})

    zone: Annotated[str, Field(min_length=1, max_length=60)]


class UsageIn(Body):
    """A use that a meter tells; the same ``event`` again is not kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"event": "meter-2026-11-24", "used": "12.5", "at": "2026-11-24T18:00:00+02:00"}]
        }
    )

    event: ExternalKey
    used: Used
    at: Instant | None = None


class InstrumentIn(Body):
    """What it is paid with from now on: GATEWAY:TOKEN, or nothing for the till."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"instrument": ""}]})

    instrument: Line


class RunIn(Body):
    """How much one call bills at most."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"max_subscriptions": 1000}]})

    max_subscriptions: Annotated[int, Field(ge=1, le=10_000)] = 1_000
    max_periods_per_subscription: Annotated[int, Field(ge=1, le=10_000)] | None = None


class _At(Body):
    at: Instant


class CancelAt(_At, CancelIn):
    """A cancel to come."""

    do: Literal["cancel"]


class UncancelAt(_At):
    """An uncancel to come."""

    do: Literal["uncancel"]


class PauseAt(_At):
    """A pause to come."""

    do: Literal["pause"]


class ResumeAt(_At, ResumeIn):
    """A resume to come."""

    do: Literal["resume"]


class ChangeAt(_At, ChangeIn):
    """A change to come."""

    do: Literal["change"]


class RezoneAt(_At, RezoneIn):
    """A rezone to come."""

    do: Literal["rezone"]


AskedAt = Annotated[CancelAt | UncancelAt | PauseAt | ResumeAt | ChangeAt | RezoneAt, Discriminator("do")]
"""An operation that a preview plays."""


class Span(Body):
    """How far a preview looks: ``until`` an instant, else the next ``count`` boundaries."""

    count: Annotated[int, Field(ge=1, le=1_000)] = 12
    until: Instant | None = None
    operations: Annotated[
        tuple[AskedAt, ...], Field(max_length=100, description="What is asked meanwhile, in order of time.")
    ] = ()


class PreviewIn(Span):
    """What of a subscription is looked at."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "count": 3,
                    "operations": [
                        {"do": "cancel", "at": "2030-01-01T00:00:00Z", "when": "now", "refund": "prorated"}
                    ],
                }
            ]
        }
    )


class TermsPreviewIn(Span):
    """A subscription that is not made: what it would be billed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"subscription": {"plan": "gym", "customer": "1017"}, "count": 6}]}
    )

    subscription: SubscriptionIn


def plain_operation(asked: AskedAt, currency: Currency) -> Operation | None:
    """Return the operation that ``asked`` names; None for a change, whose plan the store must look up."""
    match asked:
        case CancelAt():
            return asked.operation(asked.at, currency)
        case UncancelAt():
            return Uncancel(asked.at)
        case PauseAt():
            return Pause(asked.at)
        case ResumeAt():
            return Resume(asked.at, asked.mode, asked.partial)
        case RezoneAt():
            return Rezone(asked.at, zone_named(asked.zone))
        case ChangeAt():
            return None

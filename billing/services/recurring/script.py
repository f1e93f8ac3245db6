"""The words of a simulation: one script in, one answer out, checked by pydantic (recurring semantics 18)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from billing.errors import RuleError
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
from billing.pricing.recurring.collection import BillState
from billing.pricing.recurring.mistakes import InvalidInterval
from billing.pricing.recurring.retries import Outcome
from billing.pricing.recurring.states import State
from billing.pricing.recurring.terms import (
    MOST_STEPS,
    Backfill,
    Change,
    Discount,
    Frequency,
    Kind,
    ShareUnit,
    zone_named,
)


def to_utc(instant: datetime) -> datetime:
    """Return ``instant`` in UTC with the fraction of its second cut off."""
    return instant.astimezone(UTC).replace(microsecond=0)


def _in_calendar(instant: datetime) -> datetime:
    if not 1000 <= instant.year <= 9000:
        message = f"the year is {instant.year}; expected 1000 to 9000"
        raise ValueError(message)
    return to_utc(instant)


def _outcome_list(value: object) -> object:
    """Take one outcome for a list of one, and null in it for a missing instrument."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [Outcome.NONE if outcome is None else outcome for outcome in value]
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_in_calendar)]
"""A time that carries an offset; the offset only fixes the instant. Kept in UTC to the second."""


def whole_steps(interval: int | Decimal) -> int:
    """Return ``interval`` as a whole number; raises ``InvalidInterval`` where it is none."""
    if interval > MOST_STEPS or interval != int(interval):
        raise InvalidInterval(interval, MOST_STEPS)
    return int(interval)


def mistakes_of(error: ValidationError) -> str:
    """Return what does not fit in a script or an event, and where, as one sentence."""
    mistakes = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        ": ".join(part for part in (".".join(map(str, mistake["loc"])), mistake["msg"]) if part)
        for mistake in mistakes
    )


class BadEvent(RuleError):
    """An event that says nothing that can be done: another ``do``, or an argument that does not fit."""

    code = "bad_event"


class _Words(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, words: object) -> object:
        """Read a field that is null as one that is not there."""
        if isinstance(words, dict):
            return {name: value for name, value in words.items() if value is not None}
        return words


class DiscountWords(_Words):
    """``percent``, or ``amount`` minor units, off the next ``runs`` billed periods; else without end."""

    percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(0)
    amount: Annotated[int, Field(ge=0)] = 0
    runs: Annotated[int, Field(ge=0)] | None = None

    def discount(self) -> Discount:
        """Return the discount."""
        return Discount(self.percent, self.runs, self.amount)


class BatchWords(_Words):
    """The most boundaries of one subscription in one pass."""

    per_subscription: Annotated[int, Field(ge=1)] | None = None


class RetryWords(_Words):
    """Seconds from a failure to the next try (at most ten years), one for each retry."""

    delays_s: Annotated[list[Annotated[int, Field(ge=0, le=315_360_000)]], Field(max_length=100)]


class _Event(_Words):
    at: Instant

    def operation(self) -> Operation | None:
        """Return what is asked, or None for a pass of billing; raises ``RuleError``."""
        return None


class TickEvent(_Event):
    """One pass at that instant."""

    do: Literal["tick"]


class CancelEvent(_Event):
    """``refund`` is none, prorated, or minor units."""

    do: Literal["cancel"]
    when: When = When.NOW
    refund: Literal["none", "prorated"] | Annotated[int, Field(ge=0)] | None = None
    keep_open: bool = False

    def operation(self) -> Operation:
        """Return the cancel."""
        refund = self.refund if isinstance(self.refund, int) else 0
        return Cancel(self.at, self.when, refund, self.refund == "prorated", self.keep_open)


class UncancelEvent(_Event):
    """Undo a cancel at period end."""

    do: Literal["uncancel"]

    def operation(self) -> Operation:
        """Return the uncancel."""
        return Uncancel(self.at)


class PauseEvent(_Event):
    """Bill no boundary from here on."""

    do: Literal["pause"]

    def operation(self) -> Operation:
        """Return the pause."""
        return Pause(self.at)


class ResumeEvent(_Event):
    """Go on after a pause."""

    do: Literal["resume"]
    mode: ResumeMode = ResumeMode.KEEP
    partial: bool = False

    def operation(self) -> Operation:
        """Return the resume."""
        return Resume(self.at, self.mode, self.partial)


class ChangePlanEvent(_Event):
    """Amount, quantity, frequency and interval as far as they change."""

    do: Literal["change_plan"]
    when: When = When.NOW
    amount: int | None = None
    quantity: int | None = None
    frequency: Frequency | None = None
    interval: int | Decimal | None = None

    def operation(self) -> Operation:
        """Return the change; raises ``InvalidInterval``."""
        interval = None if self.interval is None else whole_steps(self.interval)
        change = Change(self.amount, self.quantity, self.frequency, interval)
        return ChangeTerms(self.at, self.when, change)


class ChangeQuantityEvent(_Event):
    """Another quantity, at once."""

    do: Literal["change_quantity"]
    quantity: int

    def operation(self) -> Operation:
        """Return the change."""
        return ChangeTerms(self.at, When.NOW, Change(quantity=self.quantity))


class RezoneEvent(_Event):
    """Read the boundaries to come in another zone."""

    do: Literal["rezone"]
    zone: str

    def operation(self) -> Operation:
        """Return the rezone; raises ``UnknownZone``."""
        return Rezone(self.at, zone_named(self.zone))


class ReleaseEvent(_Event):
    """Let a held subscription go on."""

    do: Literal["release"]
    policy: ReleasePolicy = ReleasePolicy.ALL

    def operation(self) -> Operation:
        """Return the release."""
        return Release(self.at, self.policy)


Event = Annotated[
    TickEvent
    | CancelEvent
    | UncancelEvent
    | PauseEvent
    | ResumeEvent
    | ChangePlanEvent
    | ChangeQuantityEvent
    | RezoneEvent
    | ReleaseEvent,
    Field(discriminator="do"),
]

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


def _event_or_mistake(words: object) -> Event | BadEvent:
    """Read one event; one that cannot be read is refused alone, when its turn comes."""
    try:
        return _EVENT.validate_python(words)
    except ValidationError as error:
        return BadEvent(mistakes_of(error))


class Script(_Words):
    """A subscription's whole life: how it is made, what is asked of it, and the time at the end."""

    id: Any = None
    zone: str = "UTC"
    anchor: Instant
    frequency: Frequency
    interval: int | Decimal = 1
    trial_days: Annotated[int, Field(ge=0, le=36_500)] | None = None
    amount: int = 1000
    quantity: int = 1
    kind: Kind = Kind.DEBIT
    discount: DiscountWords | None = None
    proration: ShareUnit = ShareUnit.SECOND
    created_at: Instant | None = None
    backfill: Backfill | None = None
    ends_at: Instant | None = None
    max_runs: Annotated[int, Field(ge=1)] | None = None
    align_day: int | None = None
    batch: BatchWords | None = None
    max_catch_up: Annotated[int, Field(ge=0)] | None = None
    retry: RetryWords | None = None
    outcomes: Annotated[list[Outcome], BeforeValidator(_outcome_list)] | None = None
    now: Instant
    events: tuple[Annotated[Event | BadEvent, PlainValidator(_event_or_mistake)], ...] = ()

    @property
    def fitting(self) -> list[tuple[int, Event]]:
        """The events that can be read, each with its index."""
        return [(place, each) for place, each in enumerate(self.events) if not isinstance(each, BadEvent)]

    def unknown_fields(self) -> list[str]:
        """Return the fields that mean nothing here, as paths; they are read over."""
        unknown = list(self.model_extra or ())
        for place, event in self.fitting:
            unknown += [f"events.{place}.{name}" for name in event.model_extra or ()]
        return unknown


class AdjustmentAnswer(BaseModel):
    """One adjustment: a refund and a credit are negative, a proration is the net of charge and credit."""

    at: datetime
    kind: str
    amount: int


class Answer(BaseModel):
    """What became of a script; instants are UTC, amounts whole minor units."""

    id: Any = None
    runs: list[datetime] = []
    amounts: list[int] = []
    adjustments: list[AdjustmentAnswer] = []
    next: datetime | None = None
    state: State | None = None
    attempts: list[datetime] = []
    bill: BillState | None = None
    error: str | None = None
    error_event: int | None = None

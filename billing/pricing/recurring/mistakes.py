"""The refusals of the recurring rules, each with its stable code (recurring semantics 10, Limits).

A refused operation writes nothing.
"""

from datetime import datetime

from billing.errors import RuleError


class InvalidInterval(RuleError):
    """An interval below one step, of no whole number of steps, or beyond every calendar."""

    code = "invalid_interval"

    def __init__(self, interval: object, most: int) -> None:
        super().__init__(f"the interval is {interval}; expected a whole number of at least 1, at most {most}")


class InvalidQuantity(RuleError):
    """A quantity below one, or above what can be kept."""

    code = "invalid_quantity"

    def __init__(self, quantity: int, most: int) -> None:
        super().__init__(f"the quantity is {quantity}; expected a whole number from 1 to {most}")


class InvalidAmount(RuleError):
    """A price below zero."""

    code = "invalid_amount"

    def __init__(self, amount: int) -> None:
        super().__init__(f"the amount is {amount} minor units; expected zero or more")


class PriceTooLarge(RuleError):
    """A period whose price is above what a bill can keep."""

    code = "price_too_large"

    def __init__(self, price: int, most: int) -> None:
        super().__init__(f"a period comes to {price} minor units; expected at most {most}")


class NothingToChange(RuleError):
    """A change that names nothing that changes."""

    code = "nothing_to_change"

    def __init__(self) -> None:
        super().__init__("the change names nothing; expected a plan, an amount, a quantity or a rhythm")


class InvalidAlignDay(RuleError):
    """An aligned day outside a month, or for a frequency that has no months."""

    code = "invalid_align_day"

    def __init__(self, day: int, frequency: str) -> None:
        super().__init__(f"align_day is {day} for {frequency}; expected 1 to 31 for MONTHLY or YEARLY")


class UnknownZone(RuleError):
    """A zone that the time zone database does not hold."""

    code = "unknown_zone"

    def __init__(self, name: str) -> None:
        super().__init__(f"no time zone is called {name!r}; expected an IANA name such as Europe/Sofia")


class StartInPast(RuleError):
    """A start before the moment of creation, with no back-fill policy named."""

    code = "start_in_past"

    def __init__(self, start: datetime, created: datetime) -> None:
        super().__init__(
            f"the start {start.isoformat()} lies before the creation {created.isoformat()}; "
            "name a back-fill policy: none, current or all"
        )


class AlreadyCanceled(RuleError):
    """Something was asked of a subscription that has ended."""

    code = "already_canceled"

    def __init__(self, asked: str, state: str) -> None:
        super().__init__(f"{asked} was asked of a subscription that is {state}; it has ended for good")


class NotEnding(RuleError):
    """``uncancel`` without a cancel at period end that still lies ahead."""

    code = "not_ending"

    def __init__(self, state: str) -> None:
        super().__init__(f"uncancel needs a subscription that is ENDING; this one is {state}")


class NotPaused(RuleError):
    """``resume`` of a subscription that is not paused."""

    code = "not_paused"

    def __init__(self, state: str) -> None:
        super().__init__(f"resume needs a subscription that is PAUSED; this one is {state}")


class NotPausable(RuleError):
    """``pause`` of a subscription that is paused already, ending or held."""

    code = "not_pausable"

    def __init__(self, state: str) -> None:
        super().__init__(f"pause needs a subscription that goes on; this one is {state}")


class NotHeld(RuleError):
    """``release`` of a subscription that is not held."""

    code = "not_held"

    def __init__(self, state: str) -> None:
        super().__init__(f"release needs a subscription that is HELD; this one is {state}")


class RefundExceedsPaid(RuleError):
    """A refund above the value of the current paid period."""

    code = "refund_exceeds_paid"

    def __init__(self, asked: int, paid: int) -> None:
        super().__init__(f"a refund of {asked} was asked; the current period is worth {paid} minor units")


class ClockWentBack(RuleError):
    """An operation dated before the one that came before it."""

    code = "clock_went_back"

    def __init__(self, at: datetime, clock: datetime) -> None:
        super().__init__(
            f"an operation at {at.isoformat()} came after the clock stood at {clock.isoformat()}"
        )

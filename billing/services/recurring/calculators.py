"""Computed pricing: calculators found by name, and the two that come with the program.

A calculator is asked at the boundary and says what is billed for the period, with the figures it used; they
are kept in the audit line. Others are brought by the entry point group ``billing.calculators``: a function
that takes a ``Question`` and returns a ``Computed``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from importlib.metadata import entry_points
from typing import Any, Final

from billing.errors import RuleError
from billing.parser.lines import ChargeLine, Line

GROUP: Final = "billing.calculators"
_THOUSANDTH: Final = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Question:
    """What a calculator is asked: the subscription, the period from ``start`` to ``end``, the plan's lines.

    ``before`` is where the period before began (None: there was none). ``usage`` gives the metered use of
    the subscription between two instants; the first may be None for all there is.
    """

    subscription: int
    start: datetime
    end: datetime
    before: datetime | None
    quantity: int
    lines: tuple[Line, ...]
    usage: Callable[[datetime | None, datetime], Decimal]


@dataclass(frozen=True, slots=True)
class Computed:
    """What is billed: lines, or one amount in minor units, and the ``inputs`` it was made of (plain JSON)."""

    lines: tuple[Line, ...] = ()
    amount: int | None = None
    inputs: dict[str, Any] = field(default_factory=dict)


Calculator = Callable[[Question], Computed]


class CalculatorUnknown(RuleError):
    """No calculator has that name."""

    code = "calculator_unknown"

    def __init__(self, name: str) -> None:
        known = ", ".join(sorted({*OURS, *(each.name for each in entry_points(group=GROUP))}))
        super().__init__(f"no calculator is called {name!r}; known are {known}")


class CalculatorFailed(RuleError):
    """A calculator that came with another package raised something of its own."""

    code = "calculator_failed"

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(f"calculator {name!r} failed: {type(error).__name__}: {error}")


def live_price(question: Question) -> Computed:
    """Bill the plan's lines at the prices that their PLUs have on the day of the pass."""
    return Computed(question.lines)


def metered_usage(question: Question) -> Computed:
    """Bill the use of the period before: each line's quantity is what one unit of use costs."""
    used = question.usage(question.before, question.start)
    if not used:
        return Computed(amount=0, inputs={"usage": "0"})
    lines = tuple(
        replace(line, qty=(line.qty * used).quantize(_THOUSANDTH, ROUND_HALF_UP))
        if isinstance(line, ChargeLine)
        else line
        for line in question.lines
    )
    return Computed(lines, inputs={"usage": format(used, "f")})


OURS: Final[dict[str, Calculator]] = {"live-price": live_price, "metered-usage": metered_usage}


def calculator_named(name: str) -> Calculator:
    """Return the calculator called ``name``.

    Raises:
        CalculatorUnknown: nobody brings one of that name.
    """
    if name in OURS:
        return OURS[name]
    for each in entry_points(group=GROUP, name=name):
        found: Calculator = each.load()
        return found
    raise CalculatorUnknown(name)


def compute(name: str, question: Question) -> Computed:
    """Ask a calculator.

    Raises:
        CalculatorUnknown, CalculatorFailed: it is not there, or raised what is no mishap of ours.
    """
    calculator = calculator_named(name)
    try:
        return calculator(question)
    except (ArithmeticError, LookupError, TypeError, ValueError, OSError) as error:
        raise CalculatorFailed(name, error) from error

"""Why a device's day is not ours: a table of the few reasons that show in the figures themselves.

Each is judged on all lines together and only where it accounts for every one of them; what none accounts for
stays open until a person says why.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from billing.documents import Answer
from billing.services.reconciliation import Difference, Figures

MOST_ROUNDING: Final = Decimal("0.05")
"""The most that roundings of one line of a day come to before somebody should look."""


def explain(differences: Sequence[Difference], ours: Figures) -> str:
    """Return the reason that accounts for every difference, or an empty text."""
    if not differences:
        return ""
    more = {each.line: each.device - each.ours for each in differences}
    return next((reason for reason, accounts in REASONS if accounts(more, ours)), "")


def verdict_of(differences: Sequence[Difference], explanation: str) -> str:
    """Return the state of a Z that was compared: balanced, explained or open."""
    if not differences:
        return "balanced"
    return "explained" if explanation else "open"


def device_json(answer: Answer | None) -> dict[str, Any]:
    """Return who made a Z and what it said of it, beside its figures."""
    if answer is None:
        return {}
    return answer.model_dump(
        mode="json",
        include={"device_number", "fiscal_memory_number", "document_number", "date_time", "warnings"},
    )


def _rounding(more: Mapping[str, Decimal], ours: Figures) -> bool:
    """Whether no line differs by more than a hundredth for each bill."""
    most = min(MOST_ROUNDING, ours.bills.fiscal_count * Decimal("0.01"))
    return all(abs(each) <= most for each in more.values())


def _reversals(more: Mapping[str, Decimal], ours: Figures) -> bool:
    """Whether the device has taken the reversals off its sums, where we count them apart."""
    back: dict[str, Decimal] = {}
    money = ours.currency.from_minor
    for each in ours.reversals:
        back["total"] = back.get("total", Decimal(0)) + money(each.total)
        for group, (gross, _, _) in each.taxes.items():
            back[f"group_{group}"] = back.get(f"group_{group}", Decimal(0)) + money(gross)
        for category, value in each.payments.items():
            back[f"payment_{category}"] = back.get(f"payment_{category}", Decimal(0)) + money(value)
    return bool(back) and all(back.get(line) == -each for line, each in more.items())


def _keyboard(more: Mapping[str, Decimal], ours: Figures) -> bool:
    """Whether the device has sold more than we did, the same sum in its groups and in its payments."""
    del ours
    groups = [each for line, each in more.items() if line.startswith("group_")]
    payments = [each for line, each in more.items() if line.startswith("payment_")]
    if not groups or not payments or any(each < 0 for each in more.values()):
        return False
    sold = sum(groups)
    return sold == sum(payments) and more.get("total", sold) == sold


REASONS: Final[tuple[tuple[str, Callable[[Mapping[str, Decimal], Figures], bool]], ...]] = (
    ("rounding: no line differs by more than 0.01 a bill, or 0.05", _rounding),
    ("reversals: the device takes them off its sums", _reversals),
    ("sales made on the device's own keyboard", _keyboard),
)
"""Reasons from the narrowest to the widest."""

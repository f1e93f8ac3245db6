"""Currencies by date: rates, what new bills are in, and the euro's changeover as data.

Nothing here converts a bill that is there: a bill keeps its currency (fiscal rules 10).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from billing.errors import RuleError, UsageError
from billing.pricing.currencies import KNOWN_CURRENCIES
from billing.store.currencies import Policy, Rate, put_policy, put_rate, read_all_rates, read_policies
from billing.store.engine import Store
from billing.store.nomenclature import count_version_up
from billing.store.origins import read_origins
from billing.store.trail import journal
from billing.store.work import Work

__all__ = [
    "EURO",
    "Policy",
    "Rate",
    "euro_changeover",
    "policies",
    "rates",
    "set_policy",
    "set_rate",
    "today",
]

EURO: Final = Decimal("1.95583")
"""Leva for one euro, fixed; always all six figures, never the inverse rounded."""

CHANGEOVER: Final[Sequence[Policy]] = (
    Policy(date(2025, 8, 8), "BGN", "EUR", EURO, second_per_unit=False),
    Policy(date(2026, 1, 1), "EUR", "BGN", EURO),
    Policy(date(2027, 1, 1), "EUR"),
)
"""Dual totals from 2025-08-08, receipts in euro from 2026-01-01, in euro alone after 2026-12-31 (fiscal
rules 10; the last day is that of the ministry's statements, a device may differ)."""


class CurrencyWrong(UsageError):
    """A code that is no currency, or one against itself."""

    code = "unknown_currency"

    def __init__(self, found: str) -> None:
        super().__init__(f"{found!r} is no currency to be used here; expected a code such as EUR")


class RateWrong(UsageError):
    """A rate that cannot be kept."""

    code = "rate_wrong"

    def __init__(self, rate: Decimal) -> None:
        super().__init__(f"{rate} is no rate; it is above zero with at most 9 decimals")


class DatedBack(RuleError):
    """What holds already is not changed."""

    code = "dated_back"

    def __init__(self, what: str, day: date, now: date) -> None:
        super().__init__(f"{what} from {day} would change what holds already; it begins after {now}")


def set_rate(store: Store, pair: tuple[str, str], rate: Decimal, day: date, made_by: str) -> None:
    """Say that one unit of the first currency is worth ``rate`` of the second from ``day`` on.

    Raises:
        CurrencyWrong, RateWrong: they cannot be.
        DatedBack: ``day`` has passed.
    """
    code, currency = pair
    for each in pair:
        if each not in KNOWN_CURRENCIES or code == currency:
            raise CurrencyWrong(each)
    _judge_rate(rate)
    with store.write() as work:
        if day < (now := _today(work)):
            raise DatedBack(f"a rate of {code}", day, now)
        put_rate(work, (code, currency, rate), day)
        facts = {"code": code, "currency": currency, "rate": str(rate), "from": day.isoformat()}
        _changed(work, "currency_rate_set", facts | {"made_by": made_by})


def _judge_rate(rate: Decimal) -> None:
    if rate <= 0 or rate >= 10**9 or rate.scaleb(9) != int(rate.scaleb(9)):
        raise RateWrong(rate)


def set_policy(store: Store, policy: Policy, made_by: str) -> None:
    """Say what new bills are in from a day on.

    Raises:
        CurrencyWrong, RateWrong: they cannot be.
        DatedBack: another policy holds on that day already.
    """
    for each in filter(None, (policy.currency, policy.second_currency)):
        if each not in KNOWN_CURRENCIES or policy.currency == policy.second_currency:
            raise CurrencyWrong(each)
    if (policy.second_currency is None) != (policy.second_rate is None):
        raise RateWrong(policy.second_rate or Decimal(0))
    if policy.second_rate is not None:
        _judge_rate(policy.second_rate)
    with store.write() as work:
        if policy.valid_from <= (now := _today(work)) and read_policies(work):
            raise DatedBack(f"a policy of {policy.currency}", policy.valid_from, now)
        _put(work, policy, made_by)


def policies(store: Store) -> list[Policy]:
    """Return all policies in order of their first day."""
    with store.read() as work:
        return read_policies(work)


def rates(store: Store) -> list[Rate]:
    """Return all rates in order of their first day."""
    with store.read() as work:
        return read_all_rates(work)


def today(store: Store) -> date:
    """Return the day that it is now where the shop is."""
    with store.read() as work:
        return _today(work)


def euro_changeover(store: Store, made_by: str) -> None:
    """Write the euro's changeover in Bulgaria: its policies, and the fixed rate both ways.

    Raises:
        DatedBack: the store has policies of its own.
    """
    with store.write() as work:
        if read_policies(work):
            raise DatedBack("the changeover", CHANGEOVER[0].valid_from, _today(work))
        for policy in CHANGEOVER:
            _put(work, policy, made_by)
        put_rate(work, ("EUR", "BGN", EURO), CHANGEOVER[0].valid_from)


def _put(work: Work, policy: Policy, made_by: str) -> None:
    put_policy(work, policy)
    facts = {name: str(getattr(policy, name)) for name in Policy.__dataclass_fields__}
    _changed(work, "currency_policy_set", facts | {"made_by": made_by})


def _changed(work: Work, kind: str, facts: dict[str, Any]) -> None:
    count_version_up(work)
    journal(work, kind, ("currency", facts.get("code") or facts["currency"]), facts)


def _today(work: Work) -> date:
    origins = read_origins(work)
    zone = ZoneInfo(origins[0].time_zone if origins else "Europe/Sofia")
    return work.now.astimezone(zone).date()

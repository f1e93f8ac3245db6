"""Plans and customers: made, listed, closed. One call is one transaction (recurring semantics 2)."""

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing.errors import RuleError
from billing.pricing.recurring.terms import Frequency, Kind, Terms
from billing.services.catalogue import Catalogue
from billing.services.recurring.calculators import calculator_named
from billing.services.recurring.contents import pinned
from billing.store import recurring_plans
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.recurring_collections import Owed, read_owed
from billing.store.recurring_plans import CustomerFacts, Version
from billing.store.work import Work

LONGEST_PLAN: Final = 80
"""Characters of a plan's name that are kept."""

LONGEST_CUSTOMER: Final = 255
"""Characters of a customer's name that are kept."""


class NoPrice(RuleError):
    """A plan without an amount, content or calculator."""

    code = "no_price"

    def __init__(self, plan: str) -> None:
        super().__init__(f"plan {plan!r} needs an amount, lines of bill text, or a calculator")


class TwoPrices(RuleError):
    """A plan with an amount and content."""

    code = "two_prices"

    def __init__(self, plan: str) -> None:
        super().__init__(f"plan {plan!r} has an amount and lines of bill text; give one of them")


class PayoutByContent(RuleError):
    """A payout has no bill that lines could stand on."""

    code = "payout_by_content"

    def __init__(self, plan: str) -> None:
        super().__init__(f"plan {plan!r} pays out; give an amount or a calculator, no lines of bill text")


class ExternalIdTaken(RuleError):
    """An external id is unique in its company."""

    code = "external_id_taken"

    def __init__(self, what: str, external_id: str, key: int) -> None:
        super().__init__(f"external id {external_id!r} belongs to {what} {key} already")
        self.key = key


class PlanClosed(RuleError):
    """A closed plan takes no new subscription and no new version."""

    code = "plan_closed"

    def __init__(self, name: str) -> None:
        super().__init__(f"plan {name!r} is closed; those who have it go on, nobody new can take it")


class NameWrong(RuleError):
    """A name of a plan or customer that cannot be read out."""

    code = "invalid_name"

    def __init__(self, what: str, name: str, most: int) -> None:
        super().__init__(
            f"the name of the {what} is {name!r}; expected 1 to {most} characters, no control characters"
        )


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a plan version says; see ``models.PlanVersion``. ``amount`` is a decimal of the currency."""

    kind: Kind = Kind.DEBIT
    frequency: Frequency = Frequency.MONTHLY
    interval: int = 1
    trial_days: int = 0
    amount: Decimal | None = None
    text: str = ""
    tax_group: int | None = None
    content: tuple[str, ...] = ()
    calculator: str = ""


def create_plan(store: Store, name: str, terms: PlanTerms) -> Version:
    """Make a plan, or the next version of one that is there already; a version never changes.

    Raises:
        NameWrong, NoPrice, TwoPrices, PayoutByContent: what is charged is not clear.
        PlanClosed: the plan takes no more versions.
        InvalidInterval, InvalidAmount, TooFine, CalculatorUnknown: as their names say.
        TextMistake, Refusal, NotContent: a line of the content cannot be billed.
    """
    _judge_name("plan", name, LONGEST_PLAN)
    with store.write() as work:
        shop = Catalogue()
        shop.refresh(work)
        columns = _columns(shop, name, terms)
        plan_id = recurring_plans.find_plan(work, name)
        if plan_id is None:
            plan_id = recurring_plans.insert_plan(work, name)
        elif newest_version(work, name).closed_at is not None:
            raise PlanClosed(name)
        version_id = recurring_plans.insert_version(work, plan_id, columns)
        return recurring_plans.read_version(work, version_id)


def _columns(shop: Catalogue, name: str, terms: PlanTerms) -> dict[str, object]:
    """Return the columns of a version after everything in it was judged."""
    if terms.amount is not None and terms.content:
        raise TwoPrices(name)
    if terms.amount is None and not terms.content and not terms.calculator:
        raise NoPrice(name)
    if terms.content and terms.kind is Kind.PAYOUT:
        raise PayoutByContent(name)
    if terms.calculator:
        calculator_named(terms.calculator)
    amount = 0 if terms.amount is None else shop.currency.exact_minor(terms.amount)
    content = None
    if terms.content:
        content, amount = pinned(shop, terms.content, pin=not terms.calculator)
    Terms(amount, 1, terms.frequency, terms.interval)
    return {
        "kind": terms.kind.value,
        "calculator": terms.calculator,
        "frequency": terms.frequency.value,
        "interval": terms.interval,
        "trial_days": terms.trial_days,
        "amount": amount,
        "text": terms.text or name,
        "tax_group": terms.tax_group,
        "content": content,
    }


def newest_version(work: Work, plan: str) -> Version:
    """Return the newest version of a plan.

    Raises:
        Missing: there is no such plan.
    """
    versions = recurring_plans.read_versions(work, plan)
    if not versions:
        known = sorted({version.plan for version in recurring_plans.read_versions(work)})
        raise Missing("plan", plan, ", ".join(known) or "none")
    return versions[-1]


def list_plans(store: Store) -> list[Version]:
    """Return every version of every plan, by name and number."""
    with store.read() as work:
        return recurring_plans.read_versions(work)


def close_plan(store: Store, name: str) -> None:
    """Close a plan to new subscriptions; closing it again changes nothing.

    Raises:
        Missing: there is no such plan.
    """
    with store.write() as work:
        newest_version(work, name)
        plan_id = recurring_plans.find_plan(work, name)
        assert plan_id is not None  # noqa: S101 it has a version
        recurring_plans.close_plan(work, plan_id)


def create_customer(
    store: Store, name: str, external_id: str | None = None, profile: int | None = None
) -> CustomerFacts:
    """Make a customer.

    Raises:
        NameWrong, ExternalIdTaken: the name cannot be read; somebody has this external id.
    """
    _judge_name("customer", name, LONGEST_CUSTOMER)
    with store.write() as work:
        if external_id is not None:
            _judge_external(work, external_id)
        key = recurring_plans.insert_customer(work, name, external_id, profile)
        return recurring_plans.find_customer(work, external_id or str(key))


def _judge_name(what: str, name: str, most: int) -> None:
    """Refuse a name that shows nothing, or more than is kept; raises ``NameWrong``."""
    if not name.strip() or len(name) > most or any(unicodedata.category(each) == "Cc" for each in name):
        raise NameWrong(what, name, most)


def _judge_external(work: Work, external_id: str) -> None:
    for customer in recurring_plans.customers_called(work, external_id):
        if customer.external_id == external_id:
            raise ExternalIdTaken("customer", external_id, customer.id)


def list_customers(store: Store, after: int = 0, at_most: int = 1000) -> list[CustomerFacts]:
    """Return customers with numbers above ``after``, the oldest first."""
    with store.read() as work:
        return recurring_plans.read_customers(work, after, at_most)


def show_customer(store: Store, name: str) -> CustomerFacts:
    """Return the customer with this number or external id.

    Raises:
        Missing: there is none.
    """
    with store.read() as work:
        return recurring_plans.find_customer(work, name)


def owed_by(store: Store, customer_id: int | None = None) -> list[Owed]:
    """Return the recurring bills that are still to be paid, of one customer or of all, oldest first."""
    with store.read() as work:
        return read_owed(work, customer_id)

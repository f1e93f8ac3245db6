"""Plans, customers, subscriptions and their feeds as plain data for JSON; amounts are decimal strings."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from billing.money import Currency
from billing.pricing.recurring.course import Course
from billing.pricing.recurring.periods import Adjustment, Period
from billing.services.recurring.subscriptions import Shown
from billing.services.recurring.upkeep import Expected
from billing.store.engine import Store
from billing.store.nomenclature import read_defaults
from billing.store.recurring_audit import Told
from billing.store.recurring_collections import Owed
from billing.store.recurring_plans import CustomerFacts, Version


def currency_of(store: Store) -> Currency:
    """Return the currency that the store bills in."""
    with store.read() as work:
        return Currency.of(read_defaults(work).currency)


def _money(currency: Currency, minor: int) -> str:
    return format(currency.from_minor(minor), "f")


def _time(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def plan_json(version: Version, currency: Currency) -> dict[str, Any]:
    """Return a plan version as data."""
    return {
        "plan": version.plan,
        "version": version.number,
        "kind": version.kind.value,
        "amount": _money(currency, version.amount),
        "currency": currency.code,
        "frequency": version.frequency.value,
        "interval": version.interval,
        "trial_days": version.trial_days,
        "text": version.text,
        "tax_group": version.tax_group,
        "content": [text for text, _ in version.content],
        "calculator": version.calculator,
        "closed_at": _time(version.closed_at),
    }


def customer_json(customer: CustomerFacts, currency: Currency) -> dict[str, Any]:
    """Return a customer as data."""
    return {
        "customer": customer.id,
        "name": customer.name,
        "external_id": customer.external_id or "",
        "credit": _money(currency, customer.credit),
        "currency": currency.code,
        "closed_at": _time(customer.closed_at),
    }


def owed_json(owed: Owed, currency: Currency) -> dict[str, Any]:
    """Return a bill that waits to be paid as data."""
    return {
        "bill": owed.bill,
        "subscription": owed.subscription,
        "customer": owed.customer,
        "name": owed.name,
        "origin": owed.origin,
        "due": _money(currency, owed.due),
        "state": owed.state,
        "next_try": _time(owed.next_try),
    }


def expected_json(expected: Expected, currency: Currency) -> dict[str, Any]:
    """Return what a month of a plan brings as data."""
    return {
        "month": expected.month,
        "plan": expected.plan,
        "periods": expected.periods,
        "amount": _money(currency, expected.amount),
        "unpriced": expected.unpriced,
    }


def subscription_json(shown: Shown, currency: Currency) -> dict[str, Any]:
    """Return a subscription as data."""
    subscription, terms = shown.subscription, shown.subscription.terms
    return {
        "subscription": shown.id,
        "customer": shown.customer_id,
        "state": shown.state.value,
        "held_because": subscription.held_because,
        "kind": subscription.kind.value,
        "plan_version": terms.version,
        "amount": _money(currency, terms.amount),
        "currency": currency.code,
        "quantity": terms.quantity,
        "frequency": terms.frequency.value,
        "interval": terms.interval,
        "zone": subscription.zone.key,
        "start": _time(subscription.start),
        "next_run": _time(subscription.next_run()),
        "billed": subscription.billed,
        "paid_until": _time(subscription.paid_until),
        "credit": _money(currency, subscription.credit),
        "cancel_at": _time(subscription.cancel_at),
        "ends_at": _time(subscription.limits.ends_at),
        "max_runs": subscription.limits.max_runs,
        "instrument": shown.instrument,
    }


def line_json(line: Told, currency: Currency) -> dict[str, Any]:
    """Return a line of the audit feed as data; its period is absent in the subscription's own feed."""
    period = None if line.segment < 0 else {"segment": line.segment, "k": line.k}
    return {
        "period": period,
        "number": line.number,
        "at": _time(line.at),
        "actor": line.actor,
        "type": line.type,
        "side": line.side,
        "amount": _money(currency, line.amount),
        "reference": line.reference,
        "data": line.data,
        "hash": line.hash,
    }


def course_json(course: Course, currency: Currency) -> list[dict[str, Any]]:
    """Return what a preview would make, in order."""
    return list(_made(course, currency))


def _made(course: Course, currency: Currency) -> Iterable[dict[str, Any]]:
    for made in course.made:
        if isinstance(made, Period):
            yield {
                "at": _time(made.span.start),
                "what": made.state.value.lower(),
                "until": _time(made.span.end),
                "amount": _money(currency, made.amount),
                "credit_used": _money(currency, made.credit_used),
            }
        elif isinstance(made, Adjustment):
            amount = _money(currency, made.amount)
            yield {"at": _time(made.at), "what": made.kind.value, "amount": amount}

"""Currencies by date: the policy that holds on a day, and what other currencies are worth then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import insert, select, update

from billing.models import CurrencyPolicy, CurrencyRate
from billing.money import Currency
from billing.pricing.changeover import Conversion
from billing.store.nomenclature import read_defaults
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class Policy:
    """What new bills are in from ``valid_from`` on, and what their total is shown in besides.

    ``second_rate`` is as the law fixed it: so much of ``second_currency`` for one of ``currency`` where
    ``second_per_unit``, else so much of ``currency`` for one of ``second_currency``.
    """

    valid_from: date
    currency: str
    second_currency: str | None = None
    second_rate: Decimal | None = None
    second_per_unit: bool = True


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of ``code`` is worth ``rate`` of ``currency`` from ``valid_from`` on."""

    code: str
    currency: str
    rate: Decimal
    valid_from: date


def read_all_rates(work: Work) -> list[Rate]:
    """Return all rates of the master in order of their first day."""
    table = CurrencyRate
    rows = work.connection.execute(
        select(table.code, table.currency, table.rate, table.valid_from)
        .where(table.master_id == work.master_id)
        .order_by(table.valid_from, table.code, table.currency)
    )
    return [Rate(*row) for row in rows]


def read_policies(work: Work) -> list[Policy]:
    """Return all policies of the master in order of their first day."""
    table = CurrencyPolicy
    rows = work.connection.execute(
        select(
            table.valid_from,
            table.currency,
            table.second_currency,
            table.second_rate,
            table.second_per_unit,
        )
        .where(table.master_id == work.master_id)
        .order_by(table.valid_from)
    )
    return [Policy(*row) for row in rows]


def policy_on(work: Work, day: date) -> Policy | None:
    """Return the policy that holds on ``day``, None where none does."""
    return next((each for each in reversed(read_policies(work)) if each.valid_from <= day), None)


def currency_on(work: Work, day: date) -> Currency:
    """Return what bills of ``day`` are in: by the policy that holds then, else the nomenclature's own.

    Raises:
        NomenclatureMissing: the store holds none.
    """
    policy = policy_on(work, day)
    return Currency.of(policy.currency if policy else read_defaults(work).currency)


def conversion_on(work: Work, day: date, old: Currency, new: Currency) -> Conversion | None:
    """Return how a sale in ``old`` is taken back in ``new`` on ``day``; None where ``old`` still holds.

    Only a currency that bills were in by a policy of an earlier day is converted, and only at the rate that
    a policy names for the two; a rate of the market never is.
    """
    known = [each for each in read_policies(work) if each.valid_from <= day]
    if old == new or all(each.currency != old.code for each in known):
        return None
    for each in reversed(known):
        if each.second_rate is None:
            continue
        if (each.currency, each.second_currency) == (new.code, old.code):
            return Conversion(old, new, each.second_rate, per_new=each.second_per_unit)
        if (each.currency, each.second_currency) == (old.code, new.code):
            return Conversion(old, new, each.second_rate, per_new=not each.second_per_unit)
    return None


def read_rates(work: Work, day: date) -> Mapping[tuple[str, str], Fraction]:
    """Return what one unit of a code is worth in another currency on ``day``, by (code, currency).

    A rate is known both ways, exactly: the way back is the inverse, never rounded.
    """
    rows = work.connection.execute(
        select(CurrencyRate.code, CurrencyRate.currency, CurrencyRate.rate)
        .where(CurrencyRate.master_id == work.master_id, CurrencyRate.valid_from <= day)
        .order_by(CurrencyRate.valid_from)
    )
    straight = {(code, currency): Fraction(rate) for code, currency, rate in rows}
    return {(currency, code): 1 / rate for (code, currency), rate in straight.items()} | straight


def put_rate(work: Work, rate: tuple[str, str, Decimal], day: date) -> None:
    """Write what one unit of a code is worth in a currency from ``day`` on."""
    columns = {"code": rate[0], "currency": rate[1], "valid_from": day}
    table = CurrencyRate
    done = work.connection.execute(
        update(table)
        .where(
            table.master_id == work.master_id,
            table.code == rate[0],
            table.currency == rate[1],
            table.valid_from == day,
        )
        .values(rate=rate[2])
    )
    if not done.rowcount:
        work.connection.execute(insert(table).values(master_id=work.master_id, rate=rate[2], **columns))


def put_policy(work: Work, policy: Policy) -> None:
    """Write a policy; one of the same day is written over."""
    table = CurrencyPolicy
    columns = {name: getattr(policy, name) for name in Policy.__dataclass_fields__}
    done = work.connection.execute(
        update(table)
        .where(table.master_id == work.master_id, table.valid_from == policy.valid_from)
        .values(**columns)
    )
    if not done.rowcount:
        work.connection.execute(insert(table).values(master_id=work.master_id, **columns))

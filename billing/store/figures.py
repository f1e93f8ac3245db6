"""A day's figures: each set is one aggregate over the final bills that no Z report has taken yet.

No bill is loaded. Amounts are whole minor units; a bill counts as *fiscal* when it was handed over to a
device, so that only those are held against the device's own totals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    update,
)

from billing.models import Bill, BillTax, FiscalDocument, Modifier, Payment, Report
from billing.pricing import State
from billing.store.work import Work

FINAL = (State.FINAL.value, State.HANDED_OVER.value)
"""States of the bills that the next Z takes."""


@dataclass(frozen=True, slots=True)
class TaxSum:
    """One tax group's sums, and its rate in percent."""

    tax_group: int
    gross: int
    net: int
    vat: int
    fiscal_gross: int
    rate: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class PaymentSum:
    """One payment type's sums."""

    payment_type: int
    name: str
    category: str
    count: int
    value: int
    fiscal_value: int


@dataclass(frozen=True, slots=True)
class BillSum:
    """The bills' own sums; numbers are those of the first and last."""

    count: int
    fiscal_count: int
    total: int
    fiscal_total: int
    charges: int
    discounts: int
    surcharges: int
    first_bill: int | None
    last_bill: int | None


@dataclass(frozen=True, slots=True)
class HeadSum:
    """The bills of one currency that were reversed for one reason; ``reason`` is empty on sales."""

    reason: str
    currency: str
    exponent: int
    bills: BillSum


@dataclass(frozen=True, slots=True)
class ReversalSum:
    """The reversals for one reason: how many, what they came to, by tax group and by payment category.

    ``taxes`` hold gross, net and VAT. Reversals do not lower the day's turnover (fiscal rules 6).
    """

    reason: str
    count: int
    total: int
    taxes: Mapping[int, tuple[int, int, int]]
    payments: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ModifierSum:
    """How many discounts and surcharges, and what they came to."""

    discounts: int
    discounted: int
    surcharges: int
    surcharged: int


def _taken(work: Work, origins: Sequence[int], reports: Sequence[int] | None) -> ColumnElement[bool]:
    """Choose the bills of ``origins`` that ``reports`` took; None: that no report has taken."""
    chosen = [Bill.master_id == work.master_id, Bill.origin_id.in_(origins)]
    if reports is None:
        chosen += [Bill.state.in_(FINAL), Bill.report_id.is_(None)]
    else:
        chosen += [Bill.report_id.in_(reports)]
    return and_(*chosen)


def sold(
    work: Work, origins: Sequence[int], reports: Sequence[int] | None, currency: str | None = None
) -> ColumnElement[bool]:
    """Choose the sales among those bills, of one currency or all; reversals are counted apart."""
    return and_(_taken(work, origins, reports), Bill.reversal_reason == "", *_in(currency))


def _taken_back(
    work: Work, origins: Sequence[int], reports: Sequence[int] | None, currency: str | None
) -> ColumnElement[bool]:
    return and_(_taken(work, origins, reports), Bill.reversal_reason != "", *_in(currency))


def _in(currency: str | None) -> tuple[ColumnElement[bool], ...]:
    """Choose the bills of one currency: a report is in one (fiscal rules 9)."""
    return () if currency is None else (Bill.currency == currency,)


def _fiscal(amount: SQLColumnExpression[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((Bill.fiscal, amount), else_=0)), 0)


def _sum(amount: SQLColumnExpression[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(amount), 0)


def sum_heads(work: Work, origins: Sequence[int], reports: Sequence[int] | None = None) -> list[HeadSum]:
    """Return the sums of the bills themselves, sales and each kind of reversal, in each currency apart."""
    rows = work.connection.execute(
        select(
            Bill.reversal_reason,
            Bill.currency,
            func.max(Bill.exponent),
            func.count(),
            func.count().filter(Bill.fiscal),
            _sum(Bill.total),
            _fiscal(Bill.total),
            _sum(Bill.charges),
            _sum(Bill.discounts),
            _sum(Bill.surcharges),
            func.min(Bill.id),
            func.max(Bill.id),
        )
        .where(_taken(work, origins, reports))
        .group_by(Bill.reversal_reason, Bill.currency)
        .order_by(Bill.reversal_reason, Bill.currency)
    )
    return [
        HeadSum(reason, currency, int(exponent), BillSum(*map(int, sums)))
        for reason, currency, exponent, *sums in rows
    ]


def sales_of(heads: Sequence[HeadSum], currency: str) -> BillSum:
    """Return the sales of one currency."""
    found = (each.bills for each in heads if not each.reason and each.currency == currency)
    return next(found, BillSum(0, 0, 0, 0, 0, 0, 0, None, None))


def others_of(heads: Sequence[HeadSum], currency: str) -> dict[str, tuple[int, int, int]]:
    """Return number, total and decimals of the sales in other currencies than ``currency``, by code."""
    return {
        each.currency: (each.bills.count, each.bills.total, each.exponent)
        for each in heads
        if not each.reason and each.currency != currency
    }


def sum_taxes(
    work: Work, origins: Sequence[int], reports: Sequence[int] | None = None, currency: str | None = None
) -> list[TaxSum]:
    """Return the sums of every tax group, in order."""
    rows = work.connection.execute(
        select(
            BillTax.tax_group,
            _sum(BillTax.gross),
            _sum(BillTax.net),
            _sum(BillTax.vat),
            _fiscal(BillTax.gross),
            func.max(BillTax.rate),
        )
        .join(Bill, and_(Bill.master_id == BillTax.master_id, Bill.id == BillTax.bill_id))
        .where(sold(work, origins, reports, currency))
        .group_by(BillTax.tax_group)
        .order_by(BillTax.tax_group)
    )
    return [
        TaxSum(group, int(gross), int(net), int(vat), int(fiscal), rate)
        for group, gross, net, vat, fiscal, rate in rows
    ]


def sum_payments(
    work: Work, origins: Sequence[int], reports: Sequence[int] | None = None, currency: str | None = None
) -> list[PaymentSum]:
    """Return the sums of every payment type, in order."""
    rows = work.connection.execute(
        select(
            Payment.payment_type,
            func.max(Payment.name),
            Payment.category,
            func.count(),
            _sum(Payment.value),
            _fiscal(Payment.value),
        )
        .join(Bill, and_(Bill.master_id == Payment.master_id, Bill.id == Payment.bill_id))
        .where(sold(work, origins, reports, currency), Payment.withdrawn_at.is_(None))
        .group_by(Payment.payment_type, Payment.category)
        .order_by(Payment.payment_type)
    )
    return [
        PaymentSum(kind, name, category, count, int(value), int(fiscal))
        for kind, name, category, count, value, fiscal in rows
    ]


def sum_modifiers(
    work: Work, origins: Sequence[int], reports: Sequence[int] | None = None, currency: str | None = None
) -> ModifierSum:
    """Return number and sum of discounts and of surcharges, of charges and of bills together."""
    down, up = Modifier.amount < 0, Modifier.amount > 0
    row = work.connection.execute(
        select(
            func.count().filter(down),
            _sum(case((down, Modifier.amount), else_=0)),
            func.count().filter(up),
            _sum(case((up, Modifier.amount), else_=0)),
        )
        .join(Bill, and_(Bill.master_id == Modifier.master_id, Bill.id == Modifier.bill_id))
        .where(sold(work, origins, reports, currency), Modifier.removed_at.is_(None))
    ).one()
    return ModifierSum(*map(int, row))


def sum_reversals(
    work: Work, origins: Sequence[int], reports: Sequence[int] | None, currency: str, heads: Sequence[HeadSum]
) -> list[ReversalSum]:
    """Return the sums of the reversals of each reason that ``heads`` has one for, in one currency."""
    reasons = [each for each in heads if each.reason and each.currency == currency]
    if not reasons:
        return []
    chosen = _taken_back(work, origins, reports, currency)
    taxes: dict[str, dict[int, tuple[int, int, int]]] = {}
    for reason, group, *sums in work.connection.execute(
        select(
            Bill.reversal_reason,
            BillTax.tax_group,
            _sum(BillTax.gross),
            _sum(BillTax.net),
            _sum(BillTax.vat),
        )
        .join(Bill, and_(Bill.master_id == BillTax.master_id, Bill.id == BillTax.bill_id))
        .where(chosen)
        .group_by(Bill.reversal_reason, BillTax.tax_group)
        .order_by(BillTax.tax_group)
    ):
        gross, net, vat = map(int, sums)
        taxes.setdefault(reason, {})[group] = (gross, net, vat)
    payments: dict[str, dict[str, int]] = {}
    for reason, category, value in work.connection.execute(
        select(Bill.reversal_reason, Payment.category, _sum(Payment.value))
        .join(Bill, and_(Bill.master_id == Payment.master_id, Bill.id == Payment.bill_id))
        .where(chosen)
        .group_by(Bill.reversal_reason, Payment.category)
        .order_by(Payment.category)
    ):
        payments.setdefault(reason, {})[category] = int(value)
    return [
        ReversalSum(
            each.reason,
            each.bills.count,
            each.bills.total,
            taxes.get(each.reason, {}),
            payments.get(each.reason, {}),
        )
        for each in reasons
    ]


def unfinished_bills(work: Work, origins: Sequence[int]) -> list[tuple[int, int]]:
    """Return number and what is due of the bills that are partly paid."""
    rows = work.connection.execute(
        select(Bill.id, Bill.total - Bill.paid)
        .where(
            Bill.master_id == work.master_id,
            Bill.origin_id.in_(origins),
            Bill.state == State.PARTLY_PAID.value,
        )
        .order_by(Bill.id)
    )
    return [(row[0], int(row[1])) for row in rows]


def any_bill(work: Work, origins: Sequence[int]) -> bool:
    """Whether there is a final bill that no report has taken."""
    found = work.connection.execute(select(Bill.id).where(_taken(work, origins, None)).limit(1)).first()
    return found is not None


def open_bills(work: Work, origins: Sequence[int]) -> int:
    """Return how many bills are open and carry over."""
    count: int = work.connection.execute(
        select(func.count()).where(
            Bill.master_id == work.master_id, Bill.origin_id.in_(origins), Bill.state == State.OPEN.value
        )
    ).scalar_one()
    return count


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a device closed its day: before the document at ``sequence``, of a bill that was final ``at``."""

    sequence: int
    at: datetime


def take_bills(work: Work, origin_id: int, report_id: int, cut: Cut | None = None) -> int:
    """Give the origin's final bills to a report, or those from before a cut; return how many."""
    chosen = _taken(work, [origin_id], None)
    if cut is not None:
        printed = exists().where(_its_document(), FiscalDocument.sequence < cut.sequence).correlate(Bill)
        chosen = and_(chosen, or_(printed, and_(Bill.fiscal.is_(False), Bill.final_at < cut.at)))
    done = work.connection.execute(update(Bill).where(chosen).values(report_id=report_id))
    return done.rowcount


def find_cut(work: Work, origins: Sequence[int], turnover: int) -> Cut | None:
    """Return the first of the newest printed sales that together come to ``turnover``.

    None: no such row of sales, as when the device has counted something else.
    """
    later = func.sum(Bill.total).over(order_by=FiscalDocument.sequence.desc()).label("later")
    newest = (
        select(FiscalDocument.sequence, Bill.final_at, later)
        .join(FiscalDocument, _its_document())
        .where(sold(work, origins, None), Bill.fiscal, FiscalDocument.state == "done")
        .subquery()
    )
    row = work.connection.execute(
        select(newest.c.sequence, newest.c.final_at)
        .where(newest.c.later == turnover)
        .order_by(newest.c.sequence)
        .limit(1)
    ).one_or_none()
    return None if row is None else Cut(row.sequence, row.final_at)


def _its_document() -> ColumnElement[bool]:
    return and_(
        FiscalDocument.master_id == Bill.master_id,
        FiscalDocument.subject_type == "bill",
        FiscalDocument.subject == cast(Bill.id, String),
    )


def last_final(work: Work, reports: Sequence[int]) -> datetime | None:
    """Return when the last bill of the reports was final; None: they took none."""
    moment: datetime | None = work.connection.execute(
        select(func.max(Bill.final_at)).where(Bill.master_id == work.master_id, Bill.report_id.in_(reports))
    ).scalar()
    return moment


def freeze_bills(work: Work, report_ids: Sequence[int]) -> None:
    """Mark the bills of the reports as reported: they do not change any more."""
    work.connection.execute(
        update(Bill)
        .where(Bill.master_id == work.master_id, Bill.report_id.in_(report_ids))
        .values(state=State.REPORTED.value)
    )


def give_bills_back(work: Work, report_ids: Sequence[int]) -> None:
    """Take the bills away from reports that did not come to be."""
    work.connection.execute(
        update(Bill)
        .where(Bill.master_id == work.master_id, Bill.report_id.in_(report_ids))
        .values(report_id=None)
    )


def learn_sizes(work: Work) -> None:
    """Let SQLite measure its tables, so that tomorrow's figures begin at the bills no report has taken.

    PostgreSQL does this by itself.
    """
    if work.connection.dialect.name == "sqlite":
        work.connection.exec_driver_sql("PRAGMA analysis_limit = 1000")
        work.connection.exec_driver_sql("ANALYZE")


def last_ordinal(work: Work, kind: str, device_id: int | None, origin_id: int | None) -> int:
    """Return our number of the last report of this kind, 0 before the first."""
    last: int | None = work.connection.execute(
        select(func.max(Report.ordinal)).where(
            Report.master_id == work.master_id,
            Report.kind == kind,
            Report.device_id.is_(None) if device_id is None else Report.device_id == device_id,
            Report.origin_id.is_(None) if origin_id is None else Report.origin_id == origin_id,
        )
    ).scalar()
    return last or 0

"""What a batch of the pass made, as rows: periods, bills with all that hangs on them, payouts, events.

Each table is one statement for the whole batch. What the rows say was decided by ``pricing`` and the service.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import select, tuple_, update

from billing import models
from billing.pricing import Bill, Charge, Comment
from billing.pricing.recurring.collection import BillState
from billing.pricing.recurring.periods import Key, Period, PeriodState
from billing.store.bills import charge_row, comment_row, modifier_row, sums_of
from billing.store.numbering import take_sale_numbers
from billing.store.origins import DeviceFacts
from billing.store.recurring_bulk import Bulk, Ready, take_ids
from billing.store.recurring_words import iso, span_json
from billing.store.work import Work

_PERIODS: Final = Bulk(
    models.Period,
    "id",
    "master_id",
    "subscription_id",
    "segment",
    "k",
    "period_start",
    "period_end",
    "wall_start",
    "wall_end",
    "whole",
    "state",
    "reason",
    "value",
    "amount",
    "credit_used",
    "version_id",
    "made_at",
)


@dataclass(slots=True)
class MadePeriod:
    """A period of a subscription on its way to its row; ``id`` is that row's key once it is there.

    ``turned``: its row was there, skipped, and is billed now.
    """

    subscription_id: int
    period: Period
    version_id: int
    id: int = 0
    turned: bool = False


def insert_periods(work: Work, made: Sequence[MadePeriod]) -> list[MadePeriod]:
    """Write the periods whose keys are free, in one statement, and return those; all get their ids.

    One that was there already keeps its row, and its ``id`` says which; it is not among those returned.
    """
    if not made:
        return []
    for each, period_id in zip(made, take_ids(work, models.Period, len(made)), strict=True):
        each.id = period_id
    ready = Ready(work, models.Period.period_start.type)
    fresh = _PERIODS.write_new(work, [_period_row(work.master_id, ready, work.now, each) for each in made])
    if len(fresh) == len(made):
        return list(made)
    inserted = [each for each in made if each.id in fresh]
    _find(work, [each for each in made if each.id not in fresh])
    return inserted


def _period_row(master: int, ready: Ready, now: datetime, made: MadePeriod) -> tuple[Any, ...]:
    period, span = made.period, made.period.span
    whole = span_json(period.whole)
    return (
        made.id,
        master,
        made.subscription_id,
        period.key.segment,
        period.key.k,
        ready[span.start],
        ready[span.end],
        iso(span.wall_start),
        iso(span.wall_end),
        None if whole is None else json.dumps(whole),
        period.state.value,
        period.reason.value if period.reason else "",
        period.value,
        period.amount,
        period.credit_used,
        made.version_id,
        ready[now],
    )


def _find(work: Work, made: Sequence[MadePeriod]) -> None:
    """Give periods that were there already the ids of their rows."""
    table = models.Period
    keys = {(each.subscription_id, each.period.key.segment, each.period.key.k) for each in made}
    rows = work.connection.execute(
        select(table.id, table.subscription_id, table.segment, table.k).where(
            table.master_id == work.master_id,
            tuple_(table.subscription_id, table.segment, table.k).in_(keys),
        )
    )
    ids = {(row.subscription_id, row.segment, row.k): row.id for row in rows}
    for each in made:
        each.id = ids.get((each.subscription_id, each.period.key.segment, each.period.key.k), 0)


def bill_skipped(work: Work, made: MadePeriod) -> bool:
    """Turn the skipped row of a period into a billed one; return whether it still was skipped."""
    period, table = made.period, models.Period
    result = work.connection.execute(
        update(table)
        .where(
            table.master_id == work.master_id,
            table.subscription_id == made.subscription_id,
            table.segment == period.key.segment,
            table.k == period.key.k,
            table.state == PeriodState.SKIPPED.value,
        )
        .values(
            period_start=period.span.start,
            wall_start=period.span.wall_start.isoformat(),
            whole=span_json(period.whole),
            state=period.state.value,
            reason="",
            value=period.value,
            amount=period.amount,
            credit_used=period.credit_used,
            version_id=made.version_id,
        )
        .returning(table.id)
    ).scalar_one_or_none()
    made.id = result or 0
    return result is not None


def change_period(work: Work, period_id: int, **columns: int) -> None:
    """Write what a change inside a period, or a customer's credit, made of its figures."""
    work.connection.execute(
        update(models.Period)
        .where(models.Period.master_id == work.master_id, models.Period.id == period_id)
        .values(**columns)
    )


# Bills


@dataclass(slots=True)
class Draft:
    """A bill on its way to its rows: of a period, or of a proration (``period_id`` None)."""

    subscription_id: int
    key: Key
    bill: Bill
    name: str
    """The bill's own key, unique in its master."""
    origin_id: int
    device: DeviceFacts | None
    operator_code: str
    value: int
    period_id: int | None = None
    final: bool = False
    id: int = 0
    number: str = ""


_BILL_SUMS: Final = (
    "state",
    "operator",
    "profile",
    "charges",
    "discounts",
    "surcharges",
    "total",
    "paid",
    "last_position",
)
_sums: Final = itemgetter(*_BILL_SUMS)
_BILLS: Final = Bulk(
    models.Bill,
    "id",
    "master_id",
    "origin_id",
    *_BILL_SUMS,
    "currency",
    "exponent",
    "unique_sale_number",
    "key",
    "parked",
    "fiscal",
    "opened_at",
    "final_at",
)
_CHARGE: Final = (
    "position",
    "kind",
    "name",
    "qty",
    "price",
    "gross",
    "total",
    "tax_group",
    "tax_letter",
    "rate",
    "department",
    "plu",
    "plu_department",
    "unit",
    "operator",
    "entered_at",
)
_CHARGES: Final = Bulk(models.Charge, "master_id", "bill_id", *_CHARGE)
_MODIFIER: Final = ("position", "charge_position", "kind", "value", "amount", "text", "operator")
_MODIFIERS: Final = Bulk(models.Modifier, "master_id", "bill_id", *_MODIFIER)
_NUMBERS: Final = Bulk(
    models.SaleNumber, "master_id", "device_number", "sale", "operator_code", "bill_id", "taken_at"
)
_COLLECTIONS: Final = Bulk(
    models.Collection,
    "master_id",
    "bill_id",
    "period_id",
    "subscription_id",
    "segment",
    "k",
    "value",
    "due",
    "state",
    "next_try",
    "failures",
    "technical",
    "made_at",
    "settled_at",
)


class BillRows:
    """The rows of one bill without its keys; equal bills share them."""

    def __init__(self, work: Work, bill: Bill, units: dict[int, str]) -> None:
        now = work.now
        charge_ready = _CHARGES.row_maker(work, _CHARGE)
        modifier_ready = _MODIFIERS.row_maker(work, _MODIFIER)
        self.sums = _sums(sums_of(bill))
        self.currency = (bill.currency.code, bill.currency.exponent)
        self.charges: list[tuple[Any, ...]] = []
        self.modifiers: list[tuple[Any, ...]] = []
        for entry in bill.entries.values():
            if isinstance(entry, Charge):
                self.charges.append(charge_ready(charge_row(entry, units.get(entry.plu or 0, ""), now)))
                if entry.modifier is not None:
                    row = modifier_row(entry, entry.modifier, entry.amount, entry.position, "")
                    self.modifiers.append(modifier_ready(row))
            elif isinstance(entry, Comment):
                self.charges.append(charge_ready(comment_row(entry, now)))
        if bill.modifier is not None:
            own = bill.modifier
            row = modifier_row(own, own.modifier, bill.modifier_amount, None, own.text)
            self.modifiers.append(modifier_ready(row))


def insert_bills(work: Work, drafts: Sequence[Draft], units: dict[int, str]) -> None:
    """Write bills with their charges, modifiers, sale numbers and collections; the drafts get their ids."""
    if not drafts:
        return
    for draft, bill_id in zip(drafts, take_ids(work, models.Bill, len(drafts)), strict=True):
        draft.id = bill_id
    numbers = _number(work, drafts)
    shared: dict[int, BillRows] = {}
    bills, charges, modifiers = [], [], []
    master, now = work.master_id, Ready(work, models.Bill.opened_at.type)[work.now]
    for draft in drafts:
        rows = shared.get(id(draft.bill))
        if rows is None:
            rows = shared[id(draft.bill)] = BillRows(work, draft.bill, units)
        head = (draft.id, master, draft.origin_id, *rows.sums, *rows.currency)
        bills.append((*head, draft.number, draft.name, False, False, now, now if draft.final else None))
        charges += [(master, draft.id, *row) for row in rows.charges]
        modifiers += [(master, draft.id, *row) for row in rows.modifiers]
    _BILLS.write(work, bills, ready=True)
    _CHARGES.write(work, charges, ready=True)
    _MODIFIERS.write(work, modifiers, ready=True)
    _NUMBERS.write(work, numbers, ready=True)
    _COLLECTIONS.write(work, [_collection_row(work.master_id, now, draft) for draft in drafts], ready=True)


def _number(work: Work, drafts: Iterable[Draft]) -> list[tuple[Any, ...]]:
    """Give the drafts their unique sale numbers, and return the rows that say whose each is."""
    groups: dict[tuple[str, str], list[Draft]] = {}
    names: dict[str, str] = {}
    for draft in drafts:
        if draft.device is not None:
            groups.setdefault((draft.device.number, draft.operator_code), []).append(draft)
            names[draft.device.number] = draft.device.name
    rows: list[tuple[Any, ...]] = []
    now = Ready(work, models.SaleNumber.taken_at.type)[work.now]
    for (device_number, code), group in sorted(groups.items()):
        last = take_sale_numbers(work, names[device_number], device_number, code, len(group))
        for sale, draft in enumerate(group, start=last - len(group) + 1):
            draft.number = f"{device_number}-{code}-{sale:07d}"
            rows.append((work.master_id, device_number, sale, code, draft.id, now))
    return rows


def _collection_row(master: int, now: object, draft: Draft) -> tuple[Any, ...]:
    settled = draft.final
    return (
        master,
        draft.id,
        draft.period_id,
        draft.subscription_id,
        draft.key.segment,
        draft.key.k,
        draft.value,
        draft.bill.total,
        (BillState.SETTLED if settled else BillState.OPEN).value,
        None if settled else now,
        0,
        0,
        now,
        now if settled else None,
    )


# Payouts and events

_PAYOUTS: Final = Bulk(
    models.Payout, "master_id", "period_id", "subscription_id", "amount", "currency", "state", "made_at"
)
_OUTBOX: Final = Bulk(models.Outbox, "master_id", "at", "kind", "subject_type", "subject", "payload")


def insert_payouts(work: Work, made: Iterable[MadePeriod], currency: str) -> None:
    """Write the payouts of billed PAYOUT periods."""
    _PAYOUTS.write(
        work,
        [
            (work.master_id, each.id, each.subscription_id, each.period.amount, currency, "OPEN", work.now)
            for each in made
        ],
    )


def tell_all(work: Work, events: Iterable[tuple[str, int, str]]) -> None:
    """Add events about subscriptions to the outbox: kind, subscription, payload as JSON text."""
    now = Ready(work, models.Outbox.at.type)[work.now]
    _OUTBOX.write(
        work,
        [
            (work.master_id, now, kind, "subscription", str(subscription_id), payload)
            for kind, subscription_id, payload in events
        ],
        ready=True,
    )

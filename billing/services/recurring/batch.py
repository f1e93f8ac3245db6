"""One batch on its way to the rows: what several courses made, in few statements.

Periods go first, in one statement that leaves out keys that are taken; bills, payouts, audit lines and
events follow for those that were really inserted; the subscriptions move last.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from billing.pricing import Bill, Charge
from billing.pricing.recurring.collection import BillState
from billing.pricing.recurring.course import Course, TriesCanceled, Voided
from billing.pricing.recurring.periods import Adjustment, AdjustmentKind, Key, Period, PeriodState
from billing.pricing.recurring.terms import Kind
from billing.services.idempotency import JoinedStore
from billing.services.recurring.contents import Content, is_final
from billing.services.recurring.desk import Desk
from billing.services.recurring.zero import hand_over_zero
from billing.services.register import Register
from billing.store import recurring_collections
from billing.store.recurring_audit import BILLED, WHOLE, Feeds, Line
from billing.store.recurring_made import (
    Draft,
    MadePeriod,
    bill_skipped,
    change_period,
    insert_bills,
    insert_payouts,
    insert_periods,
    tell_all,
)
from billing.store.recurring_plans import move_credit
from billing.store.recurring_words import iso
from billing.store.recurring_writing import Advance, advance


class Batch:
    """Writes what ``courses`` made, through ``desk``'s transaction."""

    def __init__(self, desk: Desk, courses: Sequence[Course]) -> None:
        self._desk = desk
        self._work = desk.work
        self._courses = courses
        self._feeds = Feeds(desk.work, desk.actor)
        self._events: list[tuple[str, int, str]] = []
        self._drafts: list[Draft] = []

    def write(self) -> int:
        """Write everything and return how many periods were inserted."""
        made, fresh, inserted = self._periods()
        self._bill(fresh)
        insert_bills(self._work, self._drafts, self._units())
        self._hand_over()
        self._tell_periods(fresh)
        for course in self._courses:
            self._adjust(course)
        self._tell_asked()
        self._advance(made)
        self._feeds.write()
        tell_all(self._work, self._events)
        return inserted

    # Periods and their bills

    def _periods(self) -> tuple[dict[str, dict[Key, MadePeriod]], list[MadePeriod], int]:
        """Write the periods; return all by subscription and key, the new ones, how many were inserted."""
        made: dict[str, dict[Key, MadePeriod]] = {}
        rows: list[MadePeriod] = []
        turned: list[MadePeriod] = []
        for course in self._courses:
            mine = made[course.before.id] = {}
            before = course.before.current
            for period in course.periods:
                each = MadePeriod(int(course.before.id), period, course.subscription.terms.version)
                known = mine.get(period.key)
                if known is not None:
                    known.period = period  # skipped, then its rest was billed, in one breath
                    continue
                mine[period.key] = each
                each.turned = before is not None and before.key == period.key
                (turned if each.turned else rows).append(each)
        inserted = insert_periods(self._work, rows)
        now_billed = [each for each in turned if bill_skipped(self._work, each)]
        return made, inserted + now_billed, len(inserted)

    def _bill(self, fresh: Sequence[MadePeriod]) -> None:
        """Draft the bills and write the payouts of the new periods that are billed."""
        payouts: list[MadePeriod] = []
        courses = {int(course.before.id): course for course in self._courses}
        for each in fresh:
            if each.period.state is not PeriodState.BILLED:
                continue
            if courses[each.subscription_id].subscription.kind is Kind.PAYOUT:
                payouts.append(each)
            else:
                self._use_customer_credit(each)
                self._draft(each)
        insert_payouts(self._work, payouts, self._desk.catalogue.currency.code)

    def _use_customer_credit(self, made: MadePeriod) -> None:
        """Take from the customer's credit what the subscription's own did not pay."""
        kept, period = self._desk.kept[str(made.subscription_id)], made.period
        used = min(kept.customer_credit, period.amount)
        if used <= 0 or not move_credit(self._work, kept.customer_id, -used):
            return
        self._desk.kept[str(made.subscription_id)] = replace(
            kept, customer_credit=kept.customer_credit - used
        )
        credit, amount = period.credit_used + used, period.amount - used
        made.period = replace(period, credit_used=credit, amount=amount)
        change_period(self._work, made.id, credit_used=credit, amount=amount)

    def _draft(self, made: MadePeriod) -> None:
        period = made.period
        assert isinstance(period.content, Content)  # noqa: S101 our own price makes one
        bill = self._desk.contents.bill(period.content, period.credit_used, self._desk.operator)
        name = f"recurring/{made.subscription_id}/{period.key.segment}/{period.key.k}"
        self._add(made.subscription_id, period.key, bill, name, period.value, made.id)

    def _add(  # noqa: PLR0913, PLR0917 a draft is made of these
        self, subscription_id: int, key: Key, bill: Bill, name: str, value: int, period_id: int | None
    ) -> Draft:
        """Return a draft at the subscription's origin, and keep it among those of the batch."""
        origin = self._desk.origins[self._desk.kept[str(subscription_id)].origin_id]
        draft = Draft(
            subscription_id,
            key,
            bill,
            name,
            origin.id,
            origin.device,
            self._desk.operator_code,
            value,
            period_id,
            is_final(bill),
        )
        self._drafts.append(draft)
        return draft

    def _units(self) -> dict[int, str]:
        plus = {
            entry.plu
            for bill in {id(draft.bill): draft.bill for draft in self._drafts}.values()
            for entry in bill.entries.values()
            if isinstance(entry, Charge) and entry.plu is not None
        }
        return {plu: self._desk.catalogue.unit(plu) for plu in plus}

    def _hand_over(self) -> None:
        """Leave what a final bill leaves behind, for those that came to zero."""
        for draft in self._drafts:
            if draft.final:
                hand_over_zero(self._work, draft.id, draft.bill, draft.number)

    # The audit feed and events

    def _tell_periods(self, fresh: Sequence[MadePeriod]) -> None:
        bills = {draft.period_id: draft for draft in self._drafts if draft.period_id is not None}
        for each in fresh:
            key, draft = each.period.key, bills.get(each.id)
            lines = list(_period_lines(each, draft))
            if each.turned:
                self._feeds.append(each.subscription_id, (key.segment, key.k), lines)
            else:
                self._feeds.open_feed(each.subscription_id, key.segment, key.k, lines)
            self._events.append(_event(each, draft))

    # What operations make between boundaries

    def _adjust(self, course: Course) -> None:
        for made in course.made:
            match made:
                case Adjustment():
                    self._adjustment(course, made)
                case Voided():
                    self._void(course, made)
                case TriesCanceled():
                    recurring_collections.cancel_tries(self._work, int(course.before.id))
                case Period():
                    pass

    def _adjustment(self, course: Course, made: Adjustment) -> None:
        """Write an adjustment; what a proration leaves to pay becomes a bill of its own."""
        subscription_id = int(course.before.id)
        number = recurring_collections.next_adjustment(self._work, subscription_id)
        bill_id = None
        if made.kind is AdjustmentKind.PRORATION and made.key is not None:
            bill_id = self._proration(course, made, number)
        recurring_collections.insert_adjustment(self._work, subscription_id, number, made, bill_id)
        reference = f"adjustment {number}"
        feed = WHOLE if made.key is None else (made.key.segment, made.key.k)
        if made.kind is AdjustmentKind.REFUND:
            line = Line("refund.asked", made.amount, reference=reference)
            payload = json.dumps({"adjustment": number, "amount": made.amount})
            self._events.append(("refund.asked", subscription_id, payload))
        elif made.kind is AdjustmentKind.CREDIT:
            line = Line("credit.added", -made.amount, reference=reference)
        else:
            line = Line("proration", made.amount, BILLED if bill_id else "", reference)
        lines = [line]
        if bill_id and made.due < made.amount:
            lines.append(Line("credit.used", made.due - made.amount, BILLED, f"bill {bill_id}"))
        self._feeds.append(subscription_id, feed, lines)

    def _proration(self, course: Course, made: Adjustment, number: int) -> int | None:
        """Bill what a change inside a period leaves to pay and write what the period is worth now."""
        assert made.key is not None  # noqa: S101 a proration names its period
        subscription = course.subscription
        period_id = recurring_collections.period_id(self._work, int(subscription.id), made.key)
        change_period(self._work, period_id, value=made.value)
        if made.due <= 0 or subscription.kind is Kind.PAYOUT:
            return None
        version = self._desk.version(subscription.terms.version)
        content = Content(self._desk.contents.one_charge(version, made.amount), made.amount)
        bill = self._desk.contents.bill(content, made.amount - made.due, self._desk.operator)
        name = f"recurring/{subscription.id}/adjustment/{number}"
        draft = self._add(int(subscription.id), made.key, bill, name, made.value, None)
        insert_bills(self._work, [draft], {})
        return draft.id

    def _void(self, course: Course, made: Voided) -> None:
        """Void the unpaid bills of a period: its own and those of its changes."""
        subscription_id = int(course.before.id)
        register = Register(JoinedStore(self._desk.store, self._work))
        self._feeds.write()  # the bill adds its own line
        for step in recurring_collections.read_steps(self._work, subscription_id, made.key):
            if step.bill_id is not None and step.state not in {BillState.SETTLED, BillState.VOID}:
                register.void(step.bill_id, "the subscription was cancelled")

    # The subscriptions themselves

    def _advance(self, made: dict[str, dict[Key, MadePeriod]]) -> None:
        advances = []
        for course in self._courses:
            kept, subscription = self._desk.kept[course.before.id], course.subscription
            current = subscription.current
            mine = None if current is None else made[course.before.id].get(current.key)
            current_id = kept.current_id if mine is None else mine.id or kept.current_id
            if subscription.cancel_at is not None and subscription.cancel_at <= self._work.now:
                self._move_credit(course)
            advances.append(Advance(kept, course.before, subscription, current_id))
            self._tell_hold(course)
        advance(self._work, advances)

    def _move_credit(self, course: Course) -> None:
        """Give what is left of an ended subscription's credit to its customer."""
        subscription = course.subscription
        if subscription.credit > 0:
            move_credit(self._work, self._desk.kept[subscription.id].customer_id, subscription.credit)
            subscription.credit = 0

    def _tell_hold(self, course: Course) -> None:
        because = course.subscription.held_because
        if because and not course.before.held:
            subscription_id = int(course.before.id)
            self._feeds.append(subscription_id, WHOLE, [Line("held", data={"because": because})])
            payload = json.dumps({"because": because})
            self._events.append(("subscription.held", subscription_id, payload))

    def _tell_asked(self) -> None:
        """Add what was asked to the subscriptions' own feeds."""
        for subscription_id, line in self._desk.asked:
            self._feeds.append(subscription_id, WHOLE, [line])
            payload = json.dumps(dict(line.data or {}), ensure_ascii=False)
            self._events.append((f"subscription.{line.type}", subscription_id, payload))


def _period_lines(made: MadePeriod, draft: Draft | None) -> Iterator[Line]:
    """Yield the lines of a new period: what it is, then what its bill charges, takes off and credits."""
    period = made.period
    if period.state is PeriodState.SKIPPED:
        yield Line("period.skipped", data={"reason": period.reason.value if period.reason else ""})
        return
    inputs = period.content.inputs if isinstance(period.content, Content) else {}
    yield Line("period.billed", data=inputs or None)
    if draft is None:
        yield Line("payout.made", period.amount, reference=f"payout of period {made.id}")
        return
    reference = f"bill {draft.id}"
    for entry in draft.bill.entries.values():
        if isinstance(entry, Charge):
            yield Line("charge", entry.gross, BILLED, reference)
            if entry.amount:
                yield Line("discount", entry.amount, BILLED, reference)
    if draft.bill.modifier is not None:
        yield Line("credit.used", draft.bill.modifier_amount, BILLED, reference)


def _event(made: MadePeriod, draft: Draft | None) -> tuple[str, int, str]:
    """Return the event of a new period: kind, subscription, JSON."""
    period = made.period
    kind = "period.skipped"
    if period.state is PeriodState.BILLED:
        kind = "payout.made" if draft is None else "period.billed"
    bill = "null" if draft is None else str(draft.id)
    payload = (
        f'{{"segment": {period.key.segment}, "k": {period.key.k}, '
        f'"period_start": "{iso(period.span.start)}", "amount": {period.amount}, "bill": {bill}}}'
    )
    return kind, made.subscription_id, payload

"""Tries to collect, in three steps: written down, made by ``jobs`` outside any transaction, recorded.

Recurring semantics 9. A new attempt is made only after the old one is known to have failed; one whose answer
was lost is asked about by its key, never sent anew. The bill is settled through the register, so its fiscal
document is queued in the same transaction: money first, paper second.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from billing.errors import RuleError
from billing.parser.lines import PaymentLine
from billing.pricing.recurring.asked import Cancel, Pause
from billing.pricing.recurring.collection import AttemptState, BillState, move_attempt
from billing.pricing.recurring.mistakes import AlreadyCanceled, NotPausable
from billing.pricing.recurring.periods import Adjustment, AdjustmentKind
from billing.pricing.recurring.retries import DEFAULT_DELAYS_S, Collection, Outcome, after, after_extra
from billing.services.idempotency import JoinedStore
from billing.services.recurring import subscriptions
from billing.services.recurring.gateways import Notice, Order, Said
from billing.services.recurring.reversing import NotInParts, reverse_amount
from billing.services.register import Register
from billing.store import recurring_attempts as rows
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.recurring_attempts import Due, Try
from billing.store.recurring_audit import SETTLED, WHOLE, Feeds, Line
from billing.store.recurring_collections import insert_adjustment, next_adjustment
from billing.store.trail import tell
from billing.store.work import Work

LEASE_S: Final = 300
"""How long an attempt may be without an answer before the gateway is asked about it, seconds."""


class NotCollected(RuleError):
    """A try was asked for a bill that cannot be tried."""

    code = "not_collected"

    def __init__(self, bill_id: int, why: str) -> None:
        super().__init__(f"bill {bill_id} cannot be collected: {why}")


@dataclass(frozen=True, slots=True)
class Started:
    """An attempt that is written down, and the order to give to its gateway."""

    attempt: Try
    order: Order
    refund: bool = False


def begin(store: Store) -> Started | None:
    """Write down the next try that is due, as SUBMITTING; None when nothing is.

    A bill without an instrument is not tried: it stays open for the till.
    """
    with store.write() as work:
        while (due := rows.next_due(work, work.now)) is not None:
            if due.instrument:
                return _start(work, due, extra=False)
            rows.write_collection(work, due.document_id, next_try=None)
        refund = rows.next_refund(work)
        if refund is None:
            return None
        return _start(work, refund[0], extra=False, reference=refund[1])


def retry(store: Store, bill_id: int) -> Started:
    """Write down a manual try of an unpaid bill; it uses up nothing of the schedule.

    Raises:
        Missing: the bill was made by no plan.
        NotCollected: it is settled or void, has no instrument, or a try is under way.
    """
    with store.write() as work:
        return _extra(work, bill_id)


def give_instrument(store: Store, subscription_id: int, instrument: str) -> list[Started]:
    """Give a subscription a new instrument; each bill that was given up is tried once on it."""
    with store.write() as work:
        rows.write_instrument(work, subscription_id, instrument)
        feeds = Feeds(work)
        feeds.append(subscription_id, WHOLE, [Line("instrument.changed")])
        feeds.write()
        if instrument.startswith(rows.ROOM):
            rows.try_open_bills(work, subscription_id)
            return []
        failed = rows.failed_bills(work, subscription_id) if instrument else []
        return [_extra(work, bill_id) for bill_id in failed]


def _extra(work: Work, bill_id: int) -> Started:
    due = rows.collection_of(work, bill_id)
    if due is None:
        raise Missing("recurring bill", bill_id)
    if due.state not in {BillState.OPEN, BillState.FAILED}:
        raise NotCollected(bill_id, f"it is {due.state}")
    if due.instrument.startswith(rows.ROOM):
        raise NotCollected(bill_id, "a room pays it; the next pass of collection posts it there")
    if not due.instrument:
        raise NotCollected(bill_id, "its subscription has no instrument; it is paid at the till")
    return _start(work, due, extra=True)


def _start(work: Work, due: Due, *, extra: bool, reference: str = "") -> Started:
    gateway, _, token = due.instrument.partition(":")
    lease = work.now + timedelta(seconds=LEASE_S)
    attempt = rows.insert_attempt(work, due, lease, gateway=gateway, extra=extra)
    if due.document_type == "bill":
        rows.write_collection(work, due.document_id, state=BillState.COLLECTING.value, next_try=None)
    _say(work, due, [Line("attempt.started", reference=_name(attempt))])
    order = Order(attempt.gateway_key, due.amount, due.currency, token, reference)
    return Started(attempt, order, refund=due.document_type == "refund")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a company does about declined tries: seconds to each next one, and what follows giving up."""

    delays_s: Sequence[int] = DEFAULT_DELAYS_S
    give_up: Literal["keep", "pause", "cancel"] = "keep"


DEFAULT_POLICY: Final = Policy()


def record(
    store: Store, attempt: Try, said: Said, payment_type: int, policy: Policy = DEFAULT_POLICY
) -> bool:
    """Write down what the gateway said of an attempt; False where somebody else did before.

    Args:
        store: where.
        attempt: as it was read or started.
        said: the gateway's answer.
        payment_type: what its money is entered as.
        policy: the company's retry schedule, and what follows giving up.

    Raises:
        IllegalMove: the attempt's state does not lead there.
    """
    with store.write() as work:
        return _record(store, work, attempt, said, payment_type, policy)


def _record(  # noqa: PLR0913, PLR0917 the facts of one answer
    store: Store, work: Work, attempt: Try, said: Said, payment_type: int, policy: Policy
) -> bool:
    unended = said.state in rows.ASKABLE
    if said.state is attempt.state:  # still pending: ask again later
        return rows.move(work, attempt, said.state, lease_until=work.now + timedelta(seconds=LEASE_S))
    columns = {
        "reference": said.reference or attempt.reference,
        "failure": "" if said.failure is Outcome.OK else said.failure.value,
        "code": said.code,
        "message": said.message,
        "ended_at": None if unended else work.now,
        "lease_until": work.now + timedelta(seconds=LEASE_S),
    }
    if not rows.move(work, attempt, move_attempt(attempt.state, said.state), **columns):
        return False
    if attempt.document_type == "refund":
        _end_refund(store, work, attempt, said)
    elif said.state is AttemptState.SUCCEEDED:
        _settle(store, work, attempt, payment_type)
    elif unended:
        _say_of(work, attempt, [Line("attempt.unknown", reference=_name(attempt))])
    else:
        _fail(store, work, attempt, said, policy)
    return True


def _settle(store: Store, work: Work, attempt: Try, payment_type: int) -> None:
    """Enter the money on its bill; money for a bill that is void or paid by now is sent back."""
    due = rows.collection_of(work, attempt.document_id)
    _say_of(work, attempt, [Line("attempt.succeeded", reference=_name(attempt))])
    if due is None or due.state in {BillState.VOID, BillState.SETTLED}:
        facts = {"bill": attempt.document_id, "amount": attempt.amount, "reference": attempt.gateway_key}
        tell(work, "bill.paid_too_late", ("bill", attempt.document_id), facts)
        if due is not None:
            number = next_adjustment(work, due.subscription_id)
            refund = Adjustment(work.now, AdjustmentKind.REFUND, -attempt.amount)
            insert_adjustment(work, due.subscription_id, number, refund, None)
            _say(work, due, [Line("refund.asked", -attempt.amount, reference=f"adjustment {number}")])
        return
    register = Register(JoinedStore(store, work))
    try:
        register.enter(PaymentLine(payment_type=payment_type), attempt.document_id)
    except RuleError as mishap:  # the money is there and the bill cannot take it: a person looks at it
        rows.write_collection(work, attempt.document_id, state=BillState.FAILED.value)
        line = Line("payment.refused", reference=_name(attempt), data={"message": str(mishap)})
        _say_of(work, attempt, [line])


def _fail(store: Store, work: Work, attempt: Try, said: Said, policy: Policy) -> None:
    """Write down a failure and what follows it: the next try, or giving up."""
    due = rows.collection_of(work, attempt.document_id)
    if due is None:
        return
    lines = [
        Line(
            "attempt.failed",
            reference=_name(attempt),
            data={"class": said.failure.value, "code": said.code, "message": said.message},
        )
    ]
    if due.state == BillState.COLLECTING:
        before = Collection(BillState(due.state), None, due.failures, due.technical)
        if attempt.extra:
            ended = after_extra(said.failure, Collection(BillState.FAILED, None, due.failures))
        else:
            ended = after(said.failure, before, work.now, policy.delays_s)
        rows.write_collection(
            work,
            attempt.document_id,
            state=ended.state.value,
            next_try=ended.next_try,
            failures=ended.failures,
            technical=ended.technical,
        )
        facts = {"bill": attempt.document_id, "code": said.code}
        if ended.next_try is not None:
            lines.append(Line("retry.scheduled", data={"at": ended.next_try.isoformat()}))
            tell(work, "bill.retry_scheduled", ("subscription", due.subscription_id), facts)
        elif ended.state is BillState.FAILED and not attempt.extra:
            lines.append(Line("gave_up", reference=f"bill {attempt.document_id}"))
            tell(work, "bill.failed", ("subscription", due.subscription_id), facts)
    _say(work, due, lines)
    if lines[-1].type == "gave_up" and policy.give_up != "keep":
        _give_up(store, work, due.subscription_id, policy)


def _give_up(store: Store, work: Work, subscription_id: int, policy: Policy) -> None:
    """Pause or cancel the subscription of a bill that was given up; the bill itself stays owed."""
    now = work.now.replace(microsecond=0)
    operation = Pause(now) if policy.give_up == "pause" else Cancel(now, keep_open=True)
    with contextlib.suppress(AlreadyCanceled, NotPausable):  # it has ended or stands still already
        subscriptions.operate(JoinedStore(store, work), subscription_id, lambda _: operation, "collection")


def _end_refund(store: Store, work: Work, attempt: Try, said: Said) -> None:
    if said.state in rows.ASKABLE:
        return
    done = said.state is AttemptState.SUCCEEDED
    subscription_id = rows.refund_of(work, attempt.document_id)
    rows.end_refund(work, attempt.document_id, "DONE" if done else "FAILED")
    kind = "refund.done" if done else "refund.failed"
    feeds = Feeds(work)
    amount = -attempt.amount if done else 0
    lines = [Line(kind, amount, SETTLED if done else "", reference=_name(attempt))]
    if done:
        lines += _reverse(store, work, subscription_id, attempt.amount)
    feeds.append(subscription_id, WHOLE, lines)
    feeds.write()
    facts = {"adjustment": attempt.document_id, "amount": attempt.amount, "code": said.code}
    tell(work, kind, ("subscription", subscription_id), facts)


def _reverse(store: Store, work: Work, subscription_id: int, amount: int) -> list[Line]:
    """Take back the part of a fiscalised bill whose money went back; return what is to be said of it."""
    paid = rows.paid_bill(work, subscription_id)
    if paid is None or not paid[2]:
        return []
    reference = f"bill {paid[0]}"
    try:
        made = reverse_amount(JoinedStore(store, work), work, paid[0], amount)
    except NotInParts as mishap:
        return [Line("fiscal.reversal_needed", -amount, reference=reference, data={"message": str(mishap)})]
    except RuleError as mishap:
        return [Line("fiscal.failed", reference=reference, data={"message": str(mishap)})]
    return [Line("fiscal.reversed", -amount, reference=f"bill {made.id}")]


def take_notice(
    store: Store, gateway: str, notice: Notice, payment_type: int, policy: Policy = DEFAULT_POLICY
) -> bool:
    """Keep a notice and let it end its attempt; the same one twice, or an older one, changes nothing.

    Returns:
        Whether it changed anything.
    """
    with store.write() as work:
        attempt = rows.find_attempt(work, notice.key)
        last = rows.last_applied(work, notice.key)
        applies = (
            attempt is not None
            and attempt.state in rows.ASKABLE
            and notice.said.state is not attempt.state
            and (last is None or notice.at > last)
        )
        row = {
            "gateway": gateway,
            "notice": notice.number,
            "gateway_key": notice.key,
            "told": notice.said.state.value,
            "told_at": notice.at,
            "received_at": work.now,
            "applied": applies,
        }
        if not rows.insert_notice(work, row) or not applies or attempt is None:
            return False
        return _record(store, work, attempt, notice.said, payment_type, policy)


def unanswered(store: Store) -> Sequence[Try]:
    """Return the attempts that their gateways must be asked about now."""
    with store.read() as work:
        return rows.stale(work, work.now)


def _name(attempt: Try) -> str:
    return f"{attempt.document_type} {attempt.document_id} try {attempt.number}"


def _say(work: Work, due: Due, lines: Sequence[Line]) -> None:
    feeds = Feeds(work)
    feeds.append(due.subscription_id, (due.segment, due.k), lines)
    feeds.write()


def _say_of(work: Work, attempt: Try, lines: Sequence[Line]) -> None:
    due = rows.collection_of(work, attempt.document_id)
    if due is not None:
        _say(work, due, lines)

"""Writing down what a register did to a bill, inside its transaction.

A bill that has just become final is handed over here: its tax rows, its fiscal document in the device's
queue, its journal row and its event stand or fall with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from billing.documents import Invoice, Receipt
from billing.errors import RuleError
from billing.pricing import Bill, Charge, Entered, Entry, Move, Payment, State
from billing.pricing.payment_models import judge_facts
from billing.pricing.states import LIVE
from billing.services.catalogue import Catalogue
from billing.services.receipts import (
    CurrencyNotPrinted,
    between_texts,
    check_printable,
    client_of,
    judge_by_driver,
    receipt_of,
    second_total,
)
from billing.services.slips import slip_of, slips_of
from billing.store import bills
from billing.store.documents import queue_document
from billing.store.numbering import (
    TakenNumber,
    keep_sale_number,
    pass_sale_number,
    take_sale_number,
    void_sale_number,
)
from billing.store.origins import DeviceFacts, OriginFacts
from billing.store.recurring_bills import follow_bill, is_recurring
from billing.store.reversals import Converted
from billing.store.sale_ranges import take_from_range
from billing.store.trail import journal, tell
from billing.store.work import Told, Work

NO_OPERATOR: Final = "0001"
"""Code in the sale number of a bill that nobody signed: the device's first operator."""


LARGEST: Final = 10**18
"""Minor units; a store counts to about nine times as much."""


class AmountTooLarge(RuleError):
    """The sums of a bill are beyond what a store counts."""

    code = "number_range"

    def __init__(self) -> None:
        super().__init__("the bill's total is too large to be kept; divide it into several bills")


class DeviceUnseen(RuleError):
    """No sale is opened while its device was not seen for too long."""

    code = "device_unseen"

    def __init__(self, device: str, hours: int, seen_at: datetime | None) -> None:
        since = f"was last seen {seen_at:%Y-%m-%d %H:%M} UTC" if seen_at else "was never seen"
        super().__init__(
            f"device {device!r} {since}, sales are opened for {hours} hours after that; "
            f"run 'billing device check {device}'"
        )
        self.device = device


class ModelNotTaken(RuleError):
    """The origin takes payments of one model alone, and this is another."""

    code = "mixed_payment_model"

    def __init__(self, origin: str, ours: str, theirs: str) -> None:
        super().__init__(f"origin {origin!r} takes payments of model {ours!r} alone, not {theirs!r}")


@dataclass(frozen=True, slots=True)
class StoredBill:
    """A bill as it stands in the store after a call.

    ``bill`` is for reading (its totals, entries, tax); further lines are entered through the register.
    ``job`` is the number of its fiscal document's job, None while there is none. ``repeated``: the same
    request had been answered before.
    """

    id: int
    bill: Bill
    origin: str
    unique_sale_number: str
    opened_at: datetime
    key: str | None = None
    parked: bool = False
    job: int | None = None
    final_at: datetime | None = None
    void_reason: str = ""
    repeated: bool = False
    entered: Entered | None = None
    """What the one line of ``enter`` changed."""
    reversal_reason: str = ""
    """Why it takes back another bill; empty on a sale."""
    reverses: int | None = None
    """The bill that a reversal takes back."""
    converted: Converted | None = None
    """What a reversal comes to in its original's currency, where that does not hold any more."""

    @property
    def final(self) -> bool:
        """Whether the bill does not change any more and was not voided."""
        return self.bill.state not in {*LIVE, State.VOIDED}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bill is worked on: the nomenclature as it is now, and the origin."""

    catalogue: Catalogue
    origin: OriginFacts
    till: str = ""
    """Whose range of sale numbers new bills are numbered from; empty: the device's own sequence."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a call did to a bill.

    ``head`` is its row before (None for a new bill), ``bill`` as it is now, ``new`` the entries not written
    yet, ``columns`` changes of its row that pricing does not know (``parked``, ``key``, or the
    ``unique_sale_number`` that another program gave a new bill).
    """

    head: bills.Head | None
    bill: Bill
    new: list[Entry]
    columns: dict[str, Any]
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the one new payment was told beside type and value: ``token``, ``room``."""


def keep(work: Work, place: Place, change: Change) -> StoredBill:
    """Write what is new on a bill and return it as it stands.

    Args:
        work: the transaction.
        place: where the bill is worked on; its first payment makes this its origin.
        change: what was done to it.

    Raises:
        AmountTooLarge: no store could count it.
        Unprintable: a payment that could never be printed.
        DeviceNumberUnknown: its first charge cannot be numbered.
    """
    head, bill, columns = change.head, change.bill, change.columns
    if max(bill.gross, bill.surcharges, -bill.discounts) > LARGEST:
        raise AmountTooLarge
    _judge_payments(place.origin, change)
    final = bill.state is State.FINAL
    paying = any(isinstance(entry, Payment) for entry in change.new)
    number = head.unique_sale_number if head else columns.get("unique_sale_number", "")
    if head is not None and paying and head.origin_id != place.origin.id:
        columns = columns | {"origin_id": place.origin.id}
        number = _number_that_stays(work, head, place.origin)
    if head is None and number:
        pass_sale_number(work, number)
    taken = None if number else _take_number(work, place, bill)
    number = number or str(taken or "")
    receipt = _asked(work, place, _receipt(place, bill, number, judged=paying or final, final=final))
    if final:
        columns = columns | {"final_at": work.now, "fiscal": receipt is not None}
    bill_id = _write(work, place, replace(change, columns=columns | {"unique_sale_number": number}))
    if taken is not None:
        keep_sale_number(work, taken, bill_id)
    stored = StoredBill(
        id=bill_id,
        bill=bill,
        origin=place.origin.name,
        unique_sale_number=number,
        opened_at=head.opened_at if head else work.now,
        key=head.key if head else columns.get("key"),
        parked=columns.get("parked", head.parked if head else False),
        final_at=work.now if final else None,
    )
    _tell_host(work, stored, change)
    if final:
        stored = replace(stored, job=_hand_over(work, place, stored, receipt))
    if is_recurring(stored.key):
        follow_bill(work, stored.id, bill.total, settled=final, voided=bill.state is State.VOIDED)
    return stored


def _judge_payments(origin: OriginFacts, change: Change) -> None:
    """Judge what the new payments were told, and whether their model is taken at the origin."""
    for entry in change.new:
        if isinstance(entry, Payment):
            judge_facts(entry.model, change.facts)
            if origin.payment_model not in {"plain", entry.model}:
                raise ModelNotTaken(origin.name, origin.payment_model, entry.model)


def _tell_host(work: Work, stored: StoredBill, change: Change) -> None:
    """Tell the listeners of this process, once this is committed, what a call did to a bill."""
    if change.head is None:
        work.told.append(Told("bill_opened", stored.id, {"origin": stored.origin}))
    for entry in change.new:
        if isinstance(entry, Charge):
            work.told.append(Told("charge_added", stored.id, {"position": entry.position}))
        elif isinstance(entry, Payment):
            work.told.append(Told("payment_added", stored.id, {"position": entry.position}))
    if stored.final_at is not None:
        work.told.append(Told("bill_final", stored.id, {"unique_sale_number": stored.unique_sale_number}))


def _number_that_stays(work: Work, head: bills.Head, origin: OriginFacts) -> str:
    """Return the bill's number, or void it when the bill ends on another device (design 3.13)."""
    number = head.unique_sale_number
    if not number or origin.device is None or number.startswith(f"{origin.device.number}-"):
        return number
    void_sale_number(work, head.id, f"the bill ends on device {origin.device.number}")
    return ""


def _take_number(work: Work, place: Place, bill: Bill) -> TakenNumber | None:
    """Take the unique sale number with the first charge, from the sequence of the origin's device."""
    device = place.origin.device
    first = next((entry for entry in bill.entries.values() if isinstance(entry, Charge)), None)
    if device is None or first is None:
        return None
    _judge_seen(work, device)
    code = "" if first.operator is None else place.catalogue.operator_code(first.operator)
    if place.till:
        return take_from_range(work, device.name, device.number, code or NO_OPERATOR, place.till)
    return take_sale_number(work, device.name, device.number, code or NO_OPERATOR)


def _judge_seen(work: Work, device: DeviceFacts) -> None:
    """Refuse to open a sale while the device was not seen for longer than was configured (fiscal rules 2)."""
    if device.unseen_hours is None:
        return
    if device.seen_at is None or work.now - device.seen_at > timedelta(hours=device.unseen_hours):
        raise DeviceUnseen(device.name, device.unseen_hours, device.seen_at)


def _receipt(place: Place, bill: Bill, number: str, *, judged: bool, final: bool) -> Receipt | Invoice | None:
    """Return the receipt or invoice of a bill that is final and fiscal, after its payments were judged."""
    device = place.origin.device
    if device is None or not any(payment.fiscal for payment in bill.payments):
        return None
    expected = place.catalogue.currency.code
    if bill.currency.code != expected:
        raise CurrencyNotPrinted(device.name, bill.currency.code, expected)
    facts = place.catalogue.payment_facts
    client = None
    if judged:
        check_printable(device.name, device.capabilities, bill, facts)
        client = client_of(device.name, bill, place.catalogue)
    if not final:
        return None
    receipt = receipt_of(bill, number, facts, device.capabilities, client)
    bill.move(Move.HAND_OVER)
    receipt = between_texts(receipt, place.origin)
    if (second := second_total(bill, place.catalogue.policy)) is not None:
        receipt = receipt.model_copy(update={"second_total": second})
    return receipt


def _asked(work: Work, place: Place, receipt: Receipt | Invoice | None) -> Receipt | Invoice | None:
    """Return ``receipt`` after the driver was asked whether its device could ever print it."""
    if receipt is not None and work.judge is not None and place.origin.device is not None:
        judge_by_driver(work.judge, place.origin.device, receipt)
    return receipt


def _write(work: Work, place: Place, change: Change) -> int:
    """Write the bill's row and its new entries; return its id."""
    head, bill, new, columns = change.head, change.bill, change.new, change.columns
    if head is None:
        bill_id = bills.insert_bill(work, bill, {"origin_id": place.origin.id} | columns)
    else:
        bill_id = head.id
        bills.update_bill(work, bill_id, bills.sums_of(bill) | columns)
        if bill.modifier is not None and bill.modifier not in new:
            bills.write_modifier_amount(work, bill_id, bill.modifier_amount)
    catalogue = place.catalogue
    units = {plu: catalogue.unit(plu) for plu in _plus(new)}
    bills.insert_entries(
        work, (bill_id, bill), new, bills.Copies(units, catalogue.payment_facts, change.facts)
    )
    return bill_id


def _hand_over(work: Work, place: Place, stored: StoredBill, receipt: Receipt | Invoice | None) -> int | None:
    """Write what a final bill leaves behind; return the number of its job."""
    bill, subject = stored.bill, ("bill", stored.id)
    bills.insert_taxes(work, stored.id, bill.tax())
    job = None
    if receipt is not None and place.origin.device is not None:
        job = queue_document(work, receipt, subject, place.origin.device.id)
    for kind, device in slips_of(bill, place.origin):
        queue_document(work, slip_of(bill, stored.id, place.origin), (kind, stored.id), device)
    facts = {
        "unique_sale_number": stored.unique_sale_number,
        "total": money_text(bill, bill.total),
        "currency": bill.currency.code,
    }
    journal(work, "bill_final", subject, facts, bill.operator)
    tell(work, "bill_final", subject, facts)
    return job


def _plus(entries: Iterable[Entry]) -> set[int]:
    return {entry.plu for entry in entries if isinstance(entry, Charge) and entry.plu is not None}


def money_text(bill: Bill, minor: int) -> str:
    """Return minor units of the bill's currency as a decimal string."""
    return format(bill.currency.from_minor(minor), "f")

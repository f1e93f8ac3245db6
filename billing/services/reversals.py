"""Reversals: a bill of its own that takes back lines of a final bill, for one of the law's three reasons.

The original is never changed (fiscal rules 6). How much of a line may go back, and what it comes to, is
``pricing.reversal``'s; that the drawer holds the cash is the device's to judge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError

from billing.documents import CreditNote, Invoice, Original, Reversal, ReversalReason
from billing.errors import RuleError, UsageError
from billing.pricing import Bill, Entry, Move, Payment, State
from billing.pricing.changeover import convert_charges
from billing.pricing.lookup import usable
from billing.pricing.refusals import MixedFiscal, UnknownOperator, UnknownPaymentType
from billing.pricing.reversal import Part, give_back, judge_deadline, reverse_lines
from billing.pricing.states import after
from billing.services.catalogue import Catalogue
from billing.services.keeping import Place, StoredBill, money_text
from billing.services.keys import KeyClash, check_key, digest_of
from billing.services.reading import read_stored
from billing.services.receipts import (
    CurrencyNotPrinted,
    TakenBack,
    Unprintable,
    between_texts,
    check_printable,
    reversal_of,
    second_total,
)
from billing.store import bills
from billing.store.currencies import conversion_on
from billing.store.documents import PrintedDocument, find_document, queue_document, read_printed
from billing.store.engine import Store
from billing.store.origins import origin_of
from billing.store.reversals import (
    Converted,
    Kept,
    given_back,
    insert_reversal,
    reversed_lines,
    write_original_values,
)
from billing.store.trail import journal, tell
from billing.store.work import Work

__all__ = ["Asked", "Part", "ReversalReason", "reverse"]


NO_RATE: Final = "no change of currency leads from one to the other: 'billing currency list' shows them"
"""Why a sale in another currency than the one that holds is not taken back on paper."""


class ReasonUnknown(UsageError):
    """Not one of the law's three reasons."""

    code = "reversal_reason"

    def __init__(self, found: str) -> None:
        known = ", ".join(reason.value for reason in ReversalReason)
        super().__init__(f"{found!r} is no reason for a reversal; expected {known}")


class ReversalOfReversal(RuleError):
    """A reversal cannot be taken back itself; what was wrong is sold again."""

    code = "reversal_of_reversal"

    def __init__(self, bill_id: int) -> None:
        super().__init__(f"bill {bill_id} is a reversal and cannot be reversed; ring the sale again")


class OriginalNotPrinted(RuleError):
    """A reversal names the original's paper, and there is none yet."""

    code = "original_not_printed"

    def __init__(self, bill_id: int, job: int, state: str) -> None:
        super().__init__(
            f"bill {bill_id} cannot be reversed: its receipt is not printed (job {job} is {state}); "
            f"'billing jobs show {job}' says why"
        )


class OriginalUnknown(RuleError):
    """The device never told what a reversal must say of the original."""

    code = "original_unknown"

    def __init__(self, bill_id: int, what: str, option: str) -> None:
        super().__init__(
            f"the device did not tell the {what} of bill {bill_id}; read it off the paper: {option}"
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a reversal.

    Attributes:
        reason: one of the law's three.
        parts: which lines, and how much of each; none: all that is left.
        operator: who does it; None: the store's default operator.
        payment_type: how the money goes back; None: the way it came, the last payment first.
        key: the caller's name of this request; the same again gets the first answer.
        original: the original's numbers as read off the paper, where its device did not tell them.
        invoice_number: number of the original's invoice; needed only where its device did not tell it.
    """

    reason: ReversalReason
    parts: Sequence[Part] = ()
    operator: int | None = None
    payment_type: int | None = None
    key: str | None = None
    original: Original | None = None
    invoice_number: str = ""


def reason_of(text: str) -> ReversalReason:
    """Return the reason called ``text``.

    Raises:
        ReasonUnknown: there is none.
    """
    try:
        return ReversalReason(text)
    except ValueError:
        raise ReasonUnknown(text) from None


def original_of(store: Store, sale_number: str, document_number: str) -> int | None:
    """Return the bill that has this unique sale number and whose paper has this number; None: there is none.

    Zeros in front of the paper's number do not count.
    """
    with store.read() as work:
        for bill_id in bills.sold_under(work, sale_number):
            job = find_document(work, ("bill", bill_id))
            answer = None if job is None else read_printed(work, job).answer
            if answer is not None and answer.document_number.lstrip("0") == document_number.lstrip("0"):
                return bill_id
    return None


def reverse(store: Store, bill_id: int, asked: Asked) -> StoredBill:
    """Take back lines of a final bill; return the reversal, whose document waits for its device.

    Raises:
        Missing: there is no such bill.
        Finalized, MoveRefused, ReversalOfReversal: it is not final, voided, or a reversal itself.
        OriginalNotPrinted, OriginalUnknown: its paper is not there, or not known well enough.
        TooLate: an operator's error after the 7th of the next month.
        MoreThanSold, NothingToReverse, UnknownEntry, QuantityWrong: what is asked is not there to go back.
        UnknownOperator, UnknownPaymentType, Banned, MixedFiscal: who, or how the money goes back.
        Unprintable: the device could never print it.
        KeyWrong, KeyClash: the key cannot be kept, or was used for another request.
    """
    check_key(asked.key)
    try:
        return _reverse(store, bill_id, asked)
    except IntegrityError:
        if asked.key is None:
            raise
        return _reverse(store, bill_id, asked)  # another process was first: answers as it did


def _reverse(store: Store, bill_id: int, asked: Asked) -> StoredBill:
    with store.write() as work:
        digest = None if asked.key is None else digest_of([bill_id, repr(asked)])
        if asked.key is not None and (head := bills.find_by_key(work, asked.key)) is not None:
            if head.key_digest != digest:
                raise KeyClash(asked.key, head.id)
            catalogue = Catalogue()
            catalogue.refresh(work)
            return replace(read_stored(work, catalogue, head), repeated=True)
        return _Taker(work, bill_id, asked).take({"key": asked.key, "key_digest": digest})


class _Taker:
    """One reversal on its way into the store."""

    def __init__(self, work: Work, bill_id: int, asked: Asked) -> None:
        self.work = work
        self.asked = asked
        self.head = bills.read_head(work, bill_id, lock=True)
        if self.head.reversal_reason:
            raise ReversalOfReversal(bill_id)
        after(State(self.head.state), Move.REVERSE)
        origin = origin_of(work, self.head.origin_id)
        catalogue = Catalogue(origin.time_zone)
        catalogue.refresh(work)
        self.place = Place(catalogue, origin)
        self.original = Bill.restore(
            catalogue.in_currency(self.head.currency),
            bills.read_entries(work, bill_id),
            state=State(self.head.state),
            profile=self.head.profile,
        )
        self.conversion = conversion_on(work, self._today(), self.original.currency, catalogue.currency)
        job = find_document(work, ("bill", bill_id))
        self.paper = None if job is None else read_printed(work, job)

    def take(self, columns: dict[str, str | None]) -> StoredBill:
        """Write the reversal and everything it leaves behind."""
        judge_deadline(self.asked.reason, self._sold_on(), self._today())
        self.lines = reverse_lines(self.original, self.asked.parts, reversed_lines(self.work, self.head.id))
        self.ways = self._ways(sum(line.charge.total for line in self.lines))
        bill = self._bill()
        document = self._document(bill)
        if document is not None:
            bill.move(Move.HAND_OVER)
        reversal_id = self._write(bill, columns, fiscal=document is not None)
        job = None
        if document is not None and self.place.origin.device is not None:
            job = queue_document(self.work, document, ("bill", reversal_id), self.place.origin.device.id)
        self._tell(bill, reversal_id)
        return StoredBill(
            id=reversal_id,
            bill=bill,
            origin=self.place.origin.name,
            unique_sale_number=self.head.unique_sale_number,
            opened_at=self.work.now,
            key=self.asked.key,
            job=job,
            final_at=self.work.now,
            reversal_reason=self.asked.reason.value,
            reverses=self.head.id,
            converted=self._converted(),
        )

    def _converted(self) -> Converted | None:
        """Return what goes back in the original's currency, where the reversal is in another."""
        if self.conversion is None:
            return None
        total = sum(line.charge.total for line in self.lines)
        return Converted(self.head.currency, self.conversion.rate, total)

    def _today(self) -> date:
        return self.work.now.astimezone(ZoneInfo(self.place.origin.time_zone)).date()

    def _sold_on(self) -> date:
        """Return the day of the sale, by the device's own clock where it told it."""
        if self.paper is not None and self.paper.answer is not None and self.paper.answer.date_time:
            return self.paper.answer.date_time.date()
        final = self.head.final_at or self.head.opened_at
        return final.astimezone(ZoneInfo(self.place.origin.time_zone)).date()

    def _bill(self) -> Bill:
        """Return the reversal as a bill: its lines, and what goes back as its payments."""
        charges, ways = [line.charge for line in self.lines], self.ways
        values = [value for _, value in ways]
        if self.conversion is not None:
            charges, values = convert_charges(charges, self.conversion), self.conversion.shares(values)
        catalogue = self.place.catalogue
        operator = self.asked.operator or catalogue.defaults.default_operator or self.head.operator
        if operator is not None:
            usable(catalogue.operator(operator), operator, UnknownOperator)
        entries: list[Entry] = [replace(charge, operator=operator) for charge in charges]
        for (payment, _), value in zip(ways, values, strict=True):
            cash = payment.cash
            entries.append(
                replace(
                    payment,
                    position=len(entries) + 1,
                    value=value,
                    auto=False,
                    tendered=value if cash else None,
                    change=0 if cash else None,
                    operator=operator,
                )
            )
        return Bill.restore(
            catalogue.in_currency(self.conversion.new.code if self.conversion else self.head.currency),
            entries,
            state=State.FINAL,
            operator=operator,
            profile=self.head.profile,
        )

    def _ways(self, total: int) -> list[tuple[Payment, int]]:
        """Return the payments by which ``total`` goes back."""
        payments, number = self.original.payments, self.asked.payment_type
        if number is None:
            return give_back(payments, given_back(self.work, self.head.id), total) if payments else []
        kind = usable(self.place.catalogue.payment_type(number), number, UnknownPaymentType)
        if payments and kind.fiscal != payments[0].fiscal:
            raise MixedFiscal
        way = Payment(0, number, total, cash=kind.cash, fiscal=kind.fiscal, model=kind.model)
        return [(way, total)]

    def _document(self, bill: Bill) -> Reversal | CreditNote | None:
        """Return the paper of the reversal, None where the original had none."""
        if self.paper is None:
            return None
        device = self.place.origin.device
        if device is None:
            raise Unprintable(self.paper.device, f"origin {self.place.origin.name!r} has no device any more")
        facts, expected = self.place.catalogue.payment_facts, self.place.catalogue.currency.code
        if bill.currency.code != expected:
            raise CurrencyNotPrinted(device.name, bill.currency.code, expected, NO_RATE)
        known = device.capabilities.get("reversals")
        if known is not None and self.asked.reason.value not in known:
            raise Unprintable(device.name, f"it has no reversal for {self.asked.reason.value!r}")
        original = self._original(self.paper)
        client, number = None, ""
        if isinstance(self.paper.document, Invoice):
            if not device.capabilities.get("credit_notes", True):
                raise Unprintable(device.name, "it prints no credit notes")
            if not self._invoice_number():
                raise OriginalUnknown(self.head.id, "invoice number", "--invoice NUMBER")
            client, number = self.paper.document.client, self._invoice_number()
        check_printable(device.name, device.capabilities, bill, facts)
        taken_back = TakenBack(self.asked.reason, original, client, number)
        said = reversal_of(bill, facts, device.capabilities, taken_back)
        document = between_texts(said, self.place.origin)
        second = second_total(bill, self.place.catalogue.policy)
        return document if second is None else document.model_copy(update={"second_total": second})

    def _invoice_number(self) -> str:
        """Return the number of the original's invoice: the one given, else the one its device gave."""
        answer = self.paper.answer if self.paper is not None else None
        return self.asked.invoice_number or (answer.invoice_number if answer is not None else "")

    def _original(self, paper: PrintedDocument) -> Original:
        """Return the original's numbers: those given, else those that its device gave."""
        if self.asked.original is not None:
            return self.asked.original.model_copy(update={"unique_sale_number": self.head.unique_sale_number})
        answer = paper.answer
        if answer is None:
            raise OriginalNotPrinted(self.head.id, paper.number, paper.state)
        told = {
            "document number": answer.document_number,
            "date and time": answer.date_time,
            "fiscal memory number": answer.fiscal_memory_number or paper.fiscal_memory_number,
        }
        for what, value in told.items():
            if not value:
                raise OriginalUnknown(self.head.id, what, "--original NUMBER,DATE-TIME,FISCAL-MEMORY")
        return Original(
            document_number=answer.document_number,
            date_time=answer.date_time,
            fiscal_memory_number=answer.fiscal_memory_number or paper.fiscal_memory_number,
            unique_sale_number=self.head.unique_sale_number,
        )

    def _write(self, bill: Bill, columns: dict[str, str | None], *, fiscal: bool) -> int:
        work, catalogue = self.work, self.place.catalogue
        bill_id = bills.insert_bill(
            work,
            bill,
            {
                "origin_id": self.head.origin_id,
                "unique_sale_number": self.head.unique_sale_number,
                "reversal_reason": self.asked.reason.value,
                "final_at": work.now,
                "fiscal": fiscal,
            }
            | columns,
        )
        units = {plu: catalogue.unit(plu) for line in self.lines if (plu := line.charge.plu) is not None}
        copies = bills.Copies(units, catalogue.payment_facts)
        bills.insert_entries(work, (bill_id, bill), bill.entries.values(), copies)
        bills.insert_taxes(work, bill_id, bill.tax())
        kept = Kept(self.head.id, self._converted())
        insert_reversal(work, bill_id, kept, self.lines, self._invoice_number())
        if kept.converted is not None:
            positions = [payment.position for payment in bill.payments]
            values = zip(positions, (value for _, value in self.ways), strict=True)
            write_original_values(work, bill_id, dict(values))
        return bill_id

    def _tell(self, bill: Bill, reversal_id: int) -> None:
        facts = {
            "reversal": reversal_id,
            "reverses": self.head.id,
            "reason": self.asked.reason.value,
            "unique_sale_number": self.head.unique_sale_number,
            "total": money_text(bill, bill.total),
            "currency": bill.currency.code,
        }
        if (was := self._converted()) is not None:
            facts |= {"original_total": money_text(self.original, was.total), "rate": str(was.rate)}
            facts["original_currency"] = was.currency
        journal(self.work, "bill_reversed", ("bill", self.head.id), facts, bill.operator)
        tell(self.work, "bill_reversed", ("bill", reversal_id), facts)


def part_of(text: str) -> Part:
    """Return the line that ``POSITION`` or ``POSITION=QTY`` names.

    Raises:
        PartWrong: it is neither.
    """
    position, mark, qty = text.partition("=")
    amount = qty.replace(",", ".")
    whole, _, rest = amount.partition(".")
    right = position.isascii() and position.isdecimal() and len(position) <= 9
    if mark:
        right = right and amount.isascii() and whole.isdecimal() and (rest.isdecimal() or "." not in amount)
    if not right or (mark and len(amount) > 12):
        raise PartWrong(text)
    return Part(int(position), Decimal(amount) if mark else None)


class PartWrong(UsageError):
    """Text that names no line."""

    code = "line_wrong"

    def __init__(self, found: str) -> None:
        super().__init__(f"{found[:40]!r} names no line; expected POSITION or POSITION=QTY, such as 2=1.5")

"""The register: open a bill, enter lines, pay, park, void. One call is one transaction.

The rules are ``pricing``'s: a stored bill is restored from its rows, takes the lines, and what is new on it
is written. A bill that becomes final gets its fiscal document, its journal row and its event in the same
commit; printing it is the business of ``jobs``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from sqlalchemy.exc import IntegrityError

from billing.errors import RuleError
from billing.parser.lines import Line
from billing.parser.reader import known_line, split_lines
from billing.parser.typed import check_typed
from billing.pricing import DEFAULT_RULES, Bill, Entered, Entry, Move, Rules, State
from billing.pricing.currencies import KNOWN_CURRENCIES
from billing.pricing.lookup import usable
from billing.pricing.refusals import Finalized, StillDue, UnknownCurrency, UnknownOperator
from billing.pricing.states import LIVE
from billing.services.catalogue import Catalogue
from billing.services.keeping import Change, Place, StoredBill, keep, money_text
from billing.services.keys import KeyClash, check_key, digest_of, is_text
from billing.services.moving import Part, Source, join_bills, move_charges, split_bill
from billing.services.reading import read_stored, restore_bill
from billing.store import bills
from billing.store.engine import Store
from billing.store.numbering import void_sale_number
from billing.store.origins import OriginFacts, origin_of, read_origin
from billing.store.trail import journal, tell
from billing.store.work import Work


class NothingCharged(RuleError):
    """A bill without a charge cannot be final, and is not worth keeping."""

    code = "nothing_charged"

    def __init__(self) -> None:
        super().__init__("nothing is charged; a bill needs at least one charge and a payment")


class NotPaid(StillDue):
    """A text ends before its bill is paid, and the bill is not to be kept."""

    def __init__(self, due: Decimal, currency: str) -> None:
        super().__init__(due)
        self.args = (f"{due} {currency} is still due: add a payment such as '@', or park the bill (--park)",)


class ReasonWrong(RuleError):
    """What is voided is recorded with its reason."""

    code = "reason_wrong"

    def __init__(self, found: str) -> None:
        what = f"{len(found)} characters were given" if found else "none was given"
        super().__init__(f"a void takes a reason of 1 to {REASON_LENGTH} printable characters; {what}")


class SameBill(RuleError):
    """A bill was to be joined with itself, or its lines moved to itself."""

    code = "same_bill"

    def __init__(self, bill_id: int) -> None:
        super().__init__(f"bill {bill_id} is named twice; name two bills")


REASON_LENGTH: Final = 255


class Register:
    """A till's place at one origin; keeps what it looked up until the nomenclature changes.

    Not for two threads at once: each has its own.
    """

    def __init__(
        self,
        store: Store,
        origin: str | None = None,
        operator: int | None = None,
        rules: Rules = DEFAULT_RULES,
    ) -> None:
        self.store = store
        self.operator = operator
        self.rules = rules
        self.currency: str | None = None
        """Code of the currency of new bills; None: the one that holds today."""
        self.till = ""
        """Name of a till with a range of sale numbers of its own; empty: the device's sequence."""
        self._wanted = origin
        self._catalogue = Catalogue()
        self._origin: OriginFacts | None = None

    # What can be asked for

    def ring(
        self,
        lines: Sequence[str | Line],
        *,
        key: str | None = None,
        park: bool = False,
        unique_sale_number: str = "",
    ) -> StoredBill:
        """Apply all lines to a new bill, or none of them.

        Args:
            lines: texts (line 1 is the first) or typed lines; one text is cut at its line ends.
            key: the caller's name of this request; the same again gets the first answer.
            park: keep a bill that is not balanced, to go on with later.
            unique_sale_number: what another program numbered the sale; empty: the next of the device's.

        Raises:
            TextMistake, Refusal: a line cannot be read or entered.
            NotPaid, NothingCharged: the bill is not final and ``park`` is off.
            KeyWrong, KeyClash: the key cannot be kept, or was used for other lines.
            Unprintable: the origin's device could never print it.
        """
        check_key(key)
        lines = list(split_lines(lines)) if isinstance(lines, str) else lines
        digest = (
            None
            if key is None
            else digest_of([park, *map(_said, lines), *([self.currency] if self.currency else [])])
        )
        columns = {"key": key, "key_digest": digest}
        if unique_sale_number:
            columns["unique_sale_number"] = unique_sale_number
        try:
            return self._ring(lines, columns, park=park)
        except IntegrityError:
            if key is None:
                raise
            return self._ring(lines, columns, park=park)  # another process was first: answers as it did

    def enter(self, line: str | Line, bill_id: int | None = None, *, number: int = 1) -> StoredBill:
        """Enter one line on bill ``bill_id``, or on a new bill; a refused line changes nothing.

        Args:
            line: a text or a typed line; an empty text changes nothing.
            bill_id: None opens a bill with this line.
            number: the line's own number in its text, for mistakes.

        Raises:
            TextMistake, Refusal, Unprintable: as ``ring``.
            Missing: there is no such bill.
        """
        with self.store.write() as work:
            head: bills.Head | None = None
            if bill_id is None:
                place = self._fresh(work)
                bill = self._new(place)
            else:
                place, head, bill = self._bill(work, bill_id)
            first = bill.last_position + 1
            entered = _enter(bill, line, number)
            if head is None and entered is None:
                raise NothingCharged
            stored = keep(work, place, Change(head, bill, _since(bill, first), {"parked": False}))
            return replace(stored, entered=entered)

    def read(self, bill_id: int) -> StoredBill:
        """Return a bill as it stands.

        Raises:
            Missing: there is no such bill.
        """
        with self.store.read() as work:
            return self._read(work, bills.read_head(work, bill_id))

    def find(self, key: str) -> StoredBill | None:
        """Return the bill that was rung under ``key``, or None."""
        with self.store.read() as work:
            head = bills.find_by_key(work, key)
            return None if head is None else self._read(work, head)

    def park(self, bill_id: int) -> StoredBill:
        """Put a bill aside; entering a line takes it up again."""
        with self.store.write() as work:
            place, head, bill = self._bill(work, bill_id)
            if bill.state not in LIVE:
                raise Finalized(bill.state, "be parked")
            return keep(work, place, Change(head, bill, [], {"parked": True}))

    def finalise(self, bill_id: int) -> StoredBill:
        """Make a balanced bill final on request, where the rules do not do it at once.

        Raises:
            StillDue, Finalized: it is not balanced, or final already.
        """
        with self.store.write() as work:
            place, head, bill = self._bill(work, bill_id)
            bill.finalise()
            return keep(work, place, Change(head, bill, [], {"parked": False}))

    def remove(self, bill_id: int, position: int, operator: int | None = None) -> StoredBill:
        """Take a charge, comment or the bill's modifier off; its row stays as a correction.

        Raises:
            UnknownEntry, Overpaid, Finalized: it cannot be taken off.
        """
        with self.store.write() as work:
            place, head, bill = self._bill(work, bill_id)
            entered = bill.remove(position)
            bills.remove_entry(work, bill_id, position)
            journal(work, "entry_removed", ("bill", bill_id), {"position": position}, operator)
            return replace(keep(work, place, Change(head, bill, [], {})), entered=entered)

    def withdraw(self, bill_id: int, position: int, operator: int | None = None) -> StoredBill:
        """Take a payment back; its row stays, with who did it.

        Raises:
            UnknownEntry, Finalized: there is no such payment, or the bill is final.
        """
        with self.store.write() as work:
            place, head, bill = self._bill(work, bill_id)
            payment = bill.withdraw(position)
            bills.withdraw_payment(work, bill_id, position, operator)
            facts = {"position": position, "value": money_text(bill, payment.value)}
            journal(work, "payment_withdrawn", ("bill", bill_id), facts, operator)
            return keep(work, place, Change(head, bill, [], {}))

    def void(self, bill_id: int, reason: str, operator: int | None = None) -> StoredBill:
        """Void a bill that is not final, with a reason; bill, rows and sale number stay as a record.

        Raises:
            ReasonWrong: ``reason`` is blank or too long.
            Finalized: the bill is final; it is reversed instead.
        """
        reason = reason.strip()
        if not is_text(reason, REASON_LENGTH):
            raise ReasonWrong(reason)
        with self.store.write() as work:
            place, head, bill = self._bill(work, bill_id)
            bill.move(Move.VOID)
            void_sale_number(work, bill_id, reason)
            facts = {
                "reason": reason,
                "total": money_text(bill, bill.total),
                "paid": money_text(bill, bill.paid),
            }
            journal(work, "bill_voided", ("bill", bill_id), facts, operator)
            tell(work, "bill_voided", ("bill", bill_id), facts)
            changes = {"voided_at": work.now, "void_reason": reason, "parked": False}
            return replace(keep(work, place, Change(head, bill, [], changes)), void_reason=reason)

    def split(
        self, bill_id: int, parts: Sequence[Part], operator: int | None = None
    ) -> tuple[StoredBill, StoredBill]:
        """Move lines of an open bill, whole or in part, to a new bill; return the old one and the new one.

        Raises:
            MoveRefused, Finalized, NothingNamed, UnknownEntry, MoreThanCharged, NothingLeft: it cannot be.
        """
        with self.store.write() as work:
            place, head, bill = self._bill(work, bill_id)
            fresh = Bill(place.catalogue.in_currency(head.currency), self.rules, bill.operator)
            return split_bill(work, Source(place, head, bill), fresh, parts, operator)

    def join(self, bill_id: int, other_id: int, operator: int | None = None) -> StoredBill:
        """Move all of another open bill to this one; the other is voided as a record.

        Raises:
            MoveRefused, Finalized, CurrencyClash, ModifierInTheWay, SameBill: they cannot be joined.
        """
        with self.store.write() as work:
            into, other = self._two(work, bill_id, other_id)
            return join_bills(work, into, other, operator)

    def move(
        self, bill_id: int, to_id: int, parts: Sequence[Part], operator: int | None = None
    ) -> tuple[StoredBill, StoredBill]:
        """Move lines of an open bill, whole or in part, to another open bill; return both in that order.

        Raises:
            SameBill: they are one bill.
            MoveRefused, Finalized, CurrencyClash, ModifierInTheWay: the two bills cannot do that.
            NothingNamed, UnknownEntry, MoreThanCharged, NothingLeft: the lines cannot go.
        """
        with self.store.write() as work:
            source, into = self._two(work, bill_id, to_id)
            return move_charges(work, source, into, parts, operator)

    def _two(self, work: Work, one: int, other: int) -> tuple[Source, Source]:
        """Return two bills, kept from other writers in this order always, so no two calls wait for ever."""
        if one == other:
            raise SameBill(one)
        found = {number: Source(*self._bill(work, number)) for number in sorted((one, other))}
        return found[one], found[other]

    # How

    def _fresh(self, work: Work) -> Place:
        """Return nomenclature and origin as they are now; one row is read when nothing changed."""
        catalogue, origin = self._catalogue, self._origin
        changed = catalogue.refresh(work)
        if changed or origin is None:
            origin = read_origin(work, self._wanted, catalogue.defaults.default_origin)
            self._origin = origin
            if catalogue.set_zone(origin.time_zone):
                catalogue.refresh(work)
        return Place(catalogue, origin, self.till)

    def _asked(self) -> list[str]:
        """Return what makes a request another one beside its lines."""
        return [self.currency] if self.currency else []

    def _new(self, place: Place) -> Bill:
        default = place.catalogue.defaults.default_operator
        if self.currency and self.currency not in KNOWN_CURRENCIES:
            raise UnknownCurrency(self.currency)
        shop = place.catalogue.in_currency(self.currency) if self.currency else place.catalogue
        return Bill(shop, self.rules, default if self.operator is None else self.operator)

    def _bill(self, work: Work, bill_id: int) -> tuple[Place, bills.Head, Bill]:
        """Return a bill, kept from other writers; one that is partly paid stays at its own origin."""
        place = self._fresh(work)
        head = bills.read_head(work, bill_id, lock=True)
        if head.origin_id != place.origin.id and head.state == State.PARTLY_PAID:
            place = Place(place.catalogue, origin_of(work, head.origin_id))
        return place, head, self._restore(work, head)

    def _restore(self, work: Work, head: bills.Head) -> Bill:
        return restore_bill(work, self._catalogue, head, self.rules)

    def _read(self, work: Work, head: bills.Head) -> StoredBill:
        return read_stored(work, self._fresh(work).catalogue, head, self.rules)

    def _ring(
        self, lines: Sequence[str | Line], columns: Mapping[str, str | None], *, park: bool
    ) -> StoredBill:
        key = columns["key"]
        with self.store.write() as work:
            if key is not None and (head := bills.find_by_key(work, key)) is not None:
                if head.key_digest != columns["key_digest"]:
                    raise KeyClash(key, head.id)
                return replace(self._read(work, head), repeated=True)
            place = self._fresh(work)
            bill = self._new(place)
            for number, line in enumerate(lines, start=1):
                _enter(bill, line, number)
            if not park:
                _judge_end(bill)
            if not bill.entries:
                raise NothingCharged
            kept = {**columns, "parked": bill.state in LIVE}
            return keep(work, place, Change(None, bill, list(bill.entries.values()), kept))


def _judge_end(bill: Bill) -> None:
    """Refuse a text that ends before its bill is final.

    Raises:
        NegativeTotal, NotPaid, NothingCharged: why it is not.
    """
    if bill.state not in LIVE:
        return
    bill.judge_total()
    if bill.due == 0 and not bill.has_charges:
        raise NothingCharged
    raise NotPaid(bill.currency.from_minor(bill.due), bill.currency.code)


def open_register(
    store: Store, origin: str | None = None, operator: int | None = None, rules: Rules = DEFAULT_RULES
) -> Register:
    """Return a register at ``origin`` (default: the store's default origin), checked to exist.

    Raises:
        Missing: there is no such origin, or no nomenclature.
        UnknownOperator, Banned: the operator may not work.
    """
    register = Register(store, origin, operator, rules)
    with store.read() as work:
        shop = register._fresh(work).catalogue  # noqa: SLF001 its own module
        if operator is not None:
            usable(shop.operator(operator), operator, UnknownOperator)
    return register


def _enter(bill: Bill, line: str | Line, number: int) -> Entered | None:
    if isinstance(line, str):
        return bill.enter_text(line, number, known_line)
    return bill.enter(check_typed(line, number))


def _since(bill: Bill, position: int) -> list[Entry]:
    return [entry for entry in bill.entries.values() if entry.position >= position]


def _said(line: str | Line) -> str:
    return line if isinstance(line, str) else repr(line)

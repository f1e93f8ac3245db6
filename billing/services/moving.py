"""Charges moved between open bills: one bill split into two, two joined into one; before any payment.

Nothing is deleted: what moved stays on its first bill as a removed entry, a joined bill as a voided one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.money import CurrencyClash
from billing.pricing import Bill, Charge, Comment, Entry, Move, State
from billing.pricing.moving import NothingLeft, judge_join, part_line
from billing.pricing.refusals import Refusal, UnknownEntry
from billing.pricing.reversal import Part
from billing.pricing.states import after
from billing.services.keeping import Change, Place, StoredBill, keep
from billing.store import bills
from billing.store.numbering import void_sale_number
from billing.store.trail import journal, tell
from billing.store.work import Work

__all__ = ["Part", "Source", "join_bills", "move_charges", "split_bill"]


@dataclass(frozen=True, slots=True)
class Source:
    """A kept bill that charges are moved from or to."""

    place: Place
    head: bills.Head
    bill: Bill


class NothingNamed(Refusal):
    """A split that names no line, or one twice."""

    code = "nothing_named"

    def __init__(self) -> None:
        super().__init__("name the lines that go to the other bill, each once")


def split_bill(
    work: Work, source: Source, fresh: Bill, parts: Sequence[Part], operator: int | None
) -> tuple[StoredBill, StoredBill]:
    """Move ``parts`` of a bill to the new bill ``fresh``; return the old one and the new one.

    The bill's own discount or surcharge goes along where it is a percent; a fixed one stays.

    Raises:
        MoveRefused, Finalized: the bill is not open.
        NothingNamed, UnknownEntry, MoreThanCharged, NothingLeft: the parts do not fit the bill.
    """
    bill = source.bill
    after(bill.state, Move.GIVE)
    staying, _ = _carry(work, source, fresh, parts)
    if bill.modifier is not None and bill.modifier.modifier.kind == "percent":
        fresh.take_over(bill.modifier)
    new = keep(work, source.place, Change(None, fresh, list(fresh.entries.values()), {"parked": True}))
    old = keep(work, source.place, Change(source.head, bill, staying, {}))
    _record(work, "bill_split", (old, new), parts, operator)
    return old, new


def move_charges(
    work: Work, source: Source, into: Source, parts: Sequence[Part], operator: int | None
) -> tuple[StoredBill, StoredBill]:
    """Move ``parts`` of a bill to the bill ``into``; return both as they stand.

    Raises:
        MoveRefused, Finalized: one of them is not open.
        CurrencyClash: they are in two currencies.
        ModifierInTheWay: one has a discount or surcharge of its own that the other has not.
        NothingNamed, UnknownEntry, MoreThanCharged, NothingLeft: the parts do not fit the bill.
    """
    after(source.bill.state, Move.GIVE)
    _judge_meeting(into.bill, source.bill)
    staying, taken = _carry(work, source, into.bill, parts)
    new = keep(work, into.place, Change(into.head, into.bill, taken, {"parked": into.head.parked}))
    old = keep(work, source.place, Change(source.head, source.bill, staying, {}))
    _record(work, "charges_moved", (old, new), parts, operator)
    return old, new


def _carry(work: Work, source: Source, into: Bill, parts: Sequence[Part]) -> tuple[list[Entry], list[Entry]]:
    """Take ``parts`` off a bill and over to another; return what stays of them, and what is new there."""
    if not parts or len({part.position for part in parts}) < len(parts):
        raise NothingNamed
    bill = source.bill
    staying, taken = [], []
    for part in parts:
        entry = bill.entries.get(part.position)
        if not isinstance(entry, (Charge, Comment)):
            raise UnknownEntry(part.position, "charge or comment")
        gone, rest = part_line(bill, entry, part.qty) if isinstance(entry, Charge) else (entry, None)
        bill.remove(part.position)
        bills.remove_entry(work, source.head.id, part.position)
        taken.append(into.take_over(gone))
        if rest is not None:
            staying.append(bill.take_over(rest))
    if not bill.has_charges:
        raise NothingLeft
    return staying, taken


def _record(
    work: Work,
    kind: str,
    moved: tuple[StoredBill, StoredBill],
    parts: Sequence[Part],
    operator: int | None,
) -> None:
    """Write down which lines went from the first bill to the second, and tell of it."""
    old, new = moved
    facts = {
        "to": new.id,
        "lines": [{"position": part.position, "qty": str(part.qty or "all")} for part in parts],
    }
    journal(work, kind, ("bill", old.id), facts, operator)
    tell(work, kind, ("bill", old.id), facts)


def _judge_meeting(into: Bill, other: Bill) -> None:
    """Judge whether charges of ``other`` can stand on ``into``.

    Raises:
        MoveRefused, Finalized, CurrencyClash, ModifierInTheWay: they cannot.
    """
    after(into.state, Move.TAKE_OVER)
    if into.currency != other.currency:
        raise CurrencyClash(into.currency.code, other.currency.code)
    judge_join(into.modifier, other.modifier)


def join_bills(work: Work, into: Source, other: Source, operator: int | None) -> StoredBill:
    """Move all of the bill ``other`` to ``into`` and void it; return ``into``.

    Raises:
        MoveRefused, Finalized: one of them is not open.
        CurrencyClash: they are in two currencies.
        ModifierInTheWay: one has a discount or surcharge of its own that the other has not.
    """
    bill, gone = into.bill, other.bill
    after(gone.state, Move.GIVE)
    _judge_meeting(bill, gone)
    taken = [bill.take_over(entry) for entry in gone.entries.values() if isinstance(entry, (Charge, Comment))]
    stored = keep(work, into.place, Change(into.head, bill, taken, {"parked": into.head.parked}))
    reason = f"joined to bill {stored.id}"
    void_sale_number(work, other.head.id, reason)
    gone.move(Move.VOID)
    bills.update_bill(
        work,
        other.head.id,
        {"state": State.VOIDED.value, "voided_at": work.now, "void_reason": reason, "parked": False},
    )
    facts = {"from": other.head.id, "lines": len(taken)}
    journal(work, "bill_joined", ("bill", stored.id), facts, operator)
    journal(work, "bill_voided", ("bill", other.head.id), {"reason": reason}, operator)
    tell(work, "bill_joined", ("bill", stored.id), facts)
    return stored

"""A register for a host application: it charges the host's own objects and pays with what a service told.

The host's objects answer with their name, price and origin (``Chargeable``); whoever the bill is for is a
``Billable``. Listeners of this process are told after each commit.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from billing.models import Billable
from billing.parser.lines import ChargeLine, ModifierValue, PaymentLine
from billing.parser.typed import check_typed
from billing.services.keeping import Change, Place, StoredBill, keep
from billing.services.register import Register
from billing.store import bills
from billing.store.engine import Store
from billing.store.origins import read_origin
from billing.store.work import Told, Work

__all__ = ["Billable", "Chargeable", "HostRegister", "Told", "listen"]


class Chargeable(Protocol):
    """What a host may charge: any object of its own with a whole number as its key."""

    @property
    def id(self) -> int:
        """Its key in the host's tables."""
        ...

    @property
    def charge_name(self) -> str:
        """What the receipt says; empty: what department or PLU say."""
        ...

    @property
    def charge_price(self) -> Decimal:
        """The price of one, with tax, in the bill's currency."""
        ...

    @property
    def charge_tax_group(self) -> int | None:
        """Number of its tax group; None: the default one."""
        ...

    @property
    def charge_origin(self) -> str | None:
        """Name of the origin it is sold from; None: the register's or the default one."""
        ...


def listen(store: Store, listener: Callable[[Told], None]) -> None:
    """Tell ``listener`` of every bill that this process changes through ``store``, after the commit.

    It hears ``bill_opened``, ``charge_added``, ``payment_added``, ``bill_final`` and ``bill_printed``. What
    it raises reaches the caller of the service, and undoes nothing. Other processes read the outbox.
    """
    store.listeners.append(listener)


class HostRegister(Register):
    """A register that charges a host's objects."""

    def charge(
        self,
        what: Chargeable,
        bill_id: int | None = None,
        *,
        qty: Decimal = Decimal(1),
        modifier: ModifierValue | None = None,
        billable: Billable | None = None,
    ) -> StoredBill:
        """Charge one of the host's objects on bill ``bill_id``, or on a new one.

        Args:
            what: what is charged; it answers with its own name, price, tax group and origin.
            bill_id: None opens a bill; without an origin of the register's own it opens at that of ``what``.
            qty: how much of it, above zero, up to three decimals.
            modifier: its own discount (below zero) or surcharge.
            billable: whose bill a new one is.

        Raises:
            Refusal, TextMistake, Missing, Unprintable: as ``Register.enter``.
        """
        line = ChargeLine(
            price=what.charge_price,
            qty=qty,
            tax_group=what.charge_tax_group,
            modifier=modifier,
            text=what.charge_name or None,
        )
        columns: dict[str, Any] = {}
        with self.store.write() as work:
            head: bills.Head | None = None
            if bill_id is None:
                place = self._place_of(work, what)
                bill = self._new(place)
                if billable is not None:
                    columns = {"billable_type": billable.billable_type(), "billable_id": billable.id}
            else:
                place, head, bill = self._bill(work, bill_id)
            entered = bill.enter(check_typed(line))
            assert entered.entry is not None, "a charge makes an entry"  # noqa: S101 a bug of ours
            stored = keep(work, place, Change(head, bill, [entered.entry], columns | {"parked": False}))
            bills.name_chargeable(
                work,
                stored.id,
                entered.entry.position,
                {
                    "chargeable_type": type(what).__name__,
                    "chargeable_id": what.id,
                    "origin": what.charge_origin,
                },
            )
            return stored

    def pay(
        self,
        bill_id: int,
        payment_type: int | None = None,
        value: Decimal | None = None,
        *,
        profile: int | None = None,
        told: Mapping[str, str] | None = None,
    ) -> StoredBill:
        """Pay a bill; ``value`` None takes all that is due.

        Args:
            bill_id: which bill.
            payment_type: number of the type; None: the default one.
            value: how much.
            profile: who an invoice is made out to.
            told: what its model is told: ``token`` of an external payment, ``room`` of a room transfer.

        Raises:
            Refusal, Missing, Unprintable: as ``Register.enter``.
            FactMissing, FactWrong: the model needs more, or knows no such fact.
        """
        with self.store.write() as work:
            place, head, bill = self._bill(work, bill_id)
            entered = bill.enter(check_typed(PaymentLine(payment_type, value, profile)))
            new = [entered.entry] if entered.entry is not None else []
            return keep(work, place, Change(head, bill, new, {"parked": False}, told or {}))

    def _place_of(self, work: Work, what: Chargeable) -> Place:
        """Return where a new bill is worked on: the register's own origin, else that of what is charged."""
        place = self._fresh(work)
        if self._wanted is None and what.charge_origin is not None:
            return Place(place.catalogue, read_origin(work, what.charge_origin, None))
        return place

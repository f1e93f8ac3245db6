"""A hotel with its own tables that embeds billing: rooms and breakfasts are charged, guests have bills.

    python examples/embed_hotel.py

The hotel's tables lie in the same database as the bills, in a metadata of their own. A stay is charged by
the night and to the house's own origin; the guest pays one bill in cash and leaves another to the room.
"""

import tempfile
from dataclasses import replace
from datetime import time
from decimal import Decimal
from pathlib import Path

from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from billing.models import Billable, Plu
from billing.pricing import nomenclature as plain
from billing.services.hosting import HostRegister, Told, listen
from billing.services.sample import sample_shop
from billing.store.engine import Store, open_store
from billing.store.upgrade import upgrade


class HotelBase(DeclarativeBase):
    """The hotel's own tables."""


class Guest(Billable, HotelBase):
    """Who has bills: ``guest.bills``, ``guest.bill_charges``, ``guest.bill_payments``."""

    __tablename__ = "hotel_guest"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class Room(HotelBase):
    """What is charged: a room answers with its own name, price, tax group and origin."""

    __tablename__ = "hotel_room"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(10))
    night: Mapped[int]
    """Price of a night in cents."""

    @property
    def charge_name(self) -> str:
        """What the receipt says."""
        return f"Нощувка, стая {self.number}"

    @property
    def charge_price(self) -> Decimal:
        """A night's price with tax."""
        return Decimal(self.night).scaleb(-2)

    charge_tax_group = 4
    charge_origin = "shop"


class Breakfast(Plu):
    """A PLU of the hotel's: what it costs is the hotel's rule, not the row's."""

    __mapper_args__ = {"polymorphic_identity": "breakfast"}  # noqa: RUF012 SQLAlchemy's

    UNTIL = time(11, 0)

    def looked_up(self, found: plain.Plu) -> plain.Plu:  # type: ignore[override]  # a PLU finds a PLU
        """Return the PLU at the house's price for guests."""
        return replace(found, price=Decimal("6.50"))


def make_hotel(store: Store) -> None:
    """Create the hotel's tables, a guest, a room, and the breakfast as PLU 900."""
    HotelBase.metadata.create_all(store.engine)
    with store.write() as work, work.session() as session:
        session.add_all([Guest(id=1, name="Анна Петрова"), Room(id=12, number="204", night=9500)])
        session.add(Breakfast(number=900, name="Закуска", price=Decimal(9)))
        session.flush()


def stay(store: Store) -> list[str]:
    """Charge a stay, pay it, and return what a listener heard."""
    heard: list[str] = []

    def hear(told: Told) -> None:
        heard.append(f"{told.kind} {told.bill}")

    listen(store, hear)
    with store.read() as work, work.session() as session:
        guest, room = session.get_one(Guest, 1), session.get_one(Room, 12)
    register = HostRegister(store)
    bill = register.charge(room, qty=Decimal(3), billable=guest)
    register.enter("2*#900", bill.id)
    register.pay(bill.id, 1, Decimal(300))
    late = register.charge(room, billable=guest)
    register.pay(late.id, 6, told={"room": "204"})
    return heard


def account(store: Store) -> list[str]:
    """Return the guest's bills as lines of text."""
    with store.read() as work, work.session() as session:
        guest = session.get_one(Guest, 1)
        lines = [f"{guest.name}: {len(guest.bills)} bills"]
        lines += [f"  {charge.qty} x {charge.name} = {charge.total}" for charge in guest.bill_charges]
        lines += [f"  {payment.name} {payment.room or ''} {payment.value}" for payment in guest.bill_payments]
    return lines


def main() -> None:
    """Make a hotel in a folder that is thrown away, and show a stay."""
    with tempfile.TemporaryDirectory(prefix="billing-hotel-") as folder:
        url = f"sqlite:///{folder}/billing.db"
        upgrade(url)
        with open_store(url) as store:
            sample_shop(store, Path(folder))
            make_hotel(store)
            print("\n".join(stay(store)))
            print("\n".join(account(store)))


if __name__ == "__main__":
    main()

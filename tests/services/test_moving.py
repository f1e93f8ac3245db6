"""Open bills are split and joined; what moved stays on its first bill as a record."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from billing import models
from billing.errors import BillingError
from billing.pricing import State
from billing.pricing.moving import ModifierInTheWay, MoreThanCharged, NothingLeft
from billing.pricing.refusals import MoveRefused, UnknownEntry
from billing.services.moving import NothingNamed, Part
from billing.services.register import Register, SameBill, open_register
from billing.store.engine import Store


@pytest.fixture
def register(shop: Store) -> Register:
    return open_register(shop)


def parked(register: Register, *lines: str) -> int:
    return register.ring(list(lines), park=True).id


def test_lines_go_to_a_new_bill_with_a_number_of_its_own(register: Register) -> None:
    table = parked(register, "*2", "2*#23-20%", "/без торбичка", "4*1.20@4/чай", "-10%")
    old, new = register.split(table, [Part(2), Part(3, Decimal(1))], operator=3)
    assert (old.bill.total, new.bill.total) == (554, 108)
    assert (old.unique_sale_number[-2:], new.unique_sale_number[-2:]) == ("01", "02")
    assert register.read(old.id).bill.total == 554
    assert register.read(new.id).bill.lines_total == 120
    assert register.enter("@", old.id).final
    assert register.enter("@", new.id).final
    with register.store.read() as work:
        journal = work.session().scalars(
            select(models.JournalEntry).where(models.JournalEntry.kind == "bill_split")
        )
        assert journal.one().operator == 3


def test_the_parts_of_a_fixed_discount_add_up(register: Register) -> None:
    table = parked(register, "3*1-0.10", "1")
    old, new = register.split(table, [Part(1, Decimal(1))])
    assert (new.bill.total, old.bill.total) == (97, 293)


@pytest.mark.parametrize(
    ("parts", "mistake"),
    [
        ([], NothingNamed),
        ([Part(1), Part(1)], NothingNamed),
        ([Part(9)], UnknownEntry),
        ([Part(3)], UnknownEntry),
        ([Part(1, Decimal(3))], MoreThanCharged),
        ([Part(1, Decimal(0))], MoreThanCharged),
        ([Part(1), Part(2)], NothingLeft),
    ],
)
def test_a_split_that_does_not_fit_changes_nothing(
    register: Register, parts: list[Part], mistake: type[BillingError]
) -> None:
    table = parked(register, "2*5", "3", "-1")
    with pytest.raises(mistake):
        register.split(table, parts)
    assert register.read(table).bill.total == 1200
    with register.store.read() as work:
        assert work.connection.execute(select(func.count()).select_from(models.Bill)).scalar_one() == 1


def test_two_bills_become_one_and_the_other_is_a_record(register: Register) -> None:
    table, bar = parked(register, "5", "-10%"), parked(register, "2*3/бира", "/студена", "-10%")
    joined = register.join(table, bar, operator=1)
    assert (joined.bill.total, register.read(table).bill.total) == (990, 990)
    gone = register.read(bar)
    assert (gone.bill.state, gone.void_reason) == (State.VOIDED, f"joined to bill {table}")
    with register.store.read() as work:
        voided = [n.void_reason for n in work.session().scalars(select(models.SaleNumber))]
    assert voided == ["", f"joined to bill {table}"]
    assert register.enter("@", table).final


def test_bills_with_other_discounts_are_not_joined(register: Register) -> None:
    for mine, other in (("-10%", None), (None, "-10%"), ("-10%", "-20%"), ("-1", "-1")):
        table = parked(register, *filter(None, ("5", mine)))
        bar = parked(register, *filter(None, ("3", other)))
        with pytest.raises(ModifierInTheWay):
            register.join(table, bar)


def test_only_open_bills_are_split_and_joined(register: Register) -> None:
    paid, table = parked(register, "5", "2", "@2/1"), parked(register, "1")
    with pytest.raises(MoveRefused, match="partly paid and cannot give charges"):
        register.split(paid, [Part(1)])
    with pytest.raises(MoveRefused, match="take charges"):
        register.join(paid, table)
    with pytest.raises(MoveRefused, match="give charges"):
        register.join(table, paid)
    with pytest.raises(SameBill):
        register.join(table, table)

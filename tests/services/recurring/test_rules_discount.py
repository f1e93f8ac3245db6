"""A discount as a sum, and what a company sets once (recurring semantics 2 and 7.3)."""

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from billing.models import Bill, Charge
from billing.pricing.recurring.terms import Discount, ShareUnit
from billing.services.recurring import plans, subscriptions
from billing.services.recurring.company import company_catch_up, company_unit
from billing.services.recurring.subscriptions import DiscountWrong, NewSubscription
from billing.store.engine import Store
from tests.services.recurring.conftest import Life


def _subscribe(store: Store, *content: str, discount: Discount, quantity: int = 1) -> int:
    plans.create_plan(store, "club", plans.PlanTerms(content=content))
    plans.create_customer(store, "Anna", "anna")
    new = NewSubscription(plan="club", customer="anna", quantity=quantity, discount=discount)
    return subscriptions.create(store, new).id


def test_rule_7_3_a_sum_comes_off_the_next_billed_periods(life: Life) -> None:
    answer = life("2024-04-01T10:00Z", discount={"amount": 300, "runs": 2})
    assert answer["amounts"] == [700, 700, 1000, 1000]


def test_rule_7_3_a_sum_never_takes_more_than_the_bill(life: Life) -> None:
    assert life("2024-01-01T10:00Z", discount={"amount": 5000})["amounts"] == [0]


def test_rule_7_3_a_sum_is_shared_out_as_each_charges_one_modifier(shop: Store) -> None:
    _subscribe(shop, "10/Room@2", "5-1/Towels@2", discount=Discount(runs=1, amount=200))
    with shop.read() as work:
        charges = work.connection.execute(select(Charge.gross, Charge.total).order_by(Charge.position)).all()
        total = work.connection.execute(select(Bill.total)).scalar_one()
    assert [tuple(row) for row in charges] == [(1000, 857), (500, 343)]
    assert total == 1200


@pytest.mark.parametrize(
    "discount", [Discount(Decimal(10), 1, 100), Discount(runs=1, amount=-1), Discount(Decimal(101), 1)]
)
def test_a_discount_is_a_percentage_or_a_sum(shop: Store, discount: Discount) -> None:
    with pytest.raises(DiscountWrong):
        _subscribe(shop, "10/Room@2", discount=discount)


def test_rule_2_a_company_sets_the_unit_of_shares_and_the_limit_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert (company_unit(), company_catch_up()) == (ShareUnit.SECOND, None)
    (tmp_path / "billing").mkdir()
    (tmp_path / "billing" / "billing.toml").write_text('proration = "day"\nmax_catch_up = 3\n')
    assert (company_unit(), company_catch_up()) == (ShareUnit.DAY, 3)

"""A Z that the device made by itself is found, filed with the bills it took, and never printed again."""

from decimal import Decimal

import pytest

from billing.cli.report_text import csv_rows, z_full_json, z_lines
from billing.documents import ReversalReason
from billing.jobs.autonomous import look_for
from billing.jobs.closing import close_day, move_cash, read_day
from billing.jobs.notebook import KeyConflict
from billing.services.closings import (
    ITSELF,
    NothingToExplain,
    ReasonNeeded,
    count_drawer,
    explain_z,
    file_autonomous,
    list_z,
    nothing_since,
    period_figures,
    z_gaps,
)
from billing.services.devices import read_device
from billing.services.reports import begin_z, finish_z
from billing.services.reversals import Asked, reverse
from billing.services.sale_numbers import account_for
from billing.store.engine import Store
from tests.jobs.queued import Shop


@pytest.fixture
def till(shop: Store) -> Shop:
    """A shop whose device's Z number is known."""
    till = Shop(shop)
    look_for(shop, "printer", till.opener)
    return till


def sell(till: Shop, amount: str) -> None:
    till.print(till.ring(amount, "@").job)


def press_z(till: Shop) -> None:
    """Let somebody make a Z on the device itself."""
    till.bench.print({"kind": "z-report"})


def test_a_z_the_device_made_is_filed_with_its_bills_and_agrees(till: Shop) -> None:
    sell(till, "10")
    press_z(till)
    (filed,) = look_for(till.store, "printer", till.opener)
    assert (filed.made_by, filed.z_number, filed.state) == (ITSELF, 1, "balanced")
    assert filed.figures["total"] == "10.00"
    assert look_for(till.store, "printer", till.opener) == []


def test_what_was_sold_after_the_devices_own_z_belongs_to_the_next(till: Shop) -> None:
    sell(till, "10")
    press_z(till)
    sell(till, "3")
    sell(till, "4")
    last = close_day(till.store, opener=till.opener)
    first, second = list_z(till.store)
    assert [first.figures["total"], second.figures["total"]] == ["10.00", "7.00"]
    assert (first.z_number, second.z_number, last.state) == (1, 2, "balanced")
    assert len(till.memory.z_blocks) == 2


def test_a_z_that_waits_is_not_printed_when_the_device_was_first(till: Shop) -> None:
    sell(till, "10")
    begun = begin_z(till.store)
    press_z(till)
    till.print(begun.job)
    (filed,) = list_z(till.store)
    assert (filed.z_number, filed.state, len(till.memory.z_blocks)) == (1, "balanced", 1)


def test_the_number_is_known_after_a_z_of_ours(till: Shop) -> None:
    sell(till, "10")
    close_day(till.store, opener=till.opener)
    assert read_device(till.store, "printer").z_number == 1
    assert look_for(till.store, "printer", till.opener) == []


def test_sales_on_the_devices_keyboard_are_explained(till: Shop) -> None:
    sell(till, "10")
    till.bench.print(
        {
            "kind": "receipt",
            "unique_sale_number": "DT000600-0001-0009999",
            "lines": [{"text": "x", "price": "2.00", "tax_group": 2}],
            "payments": [{"category": "cash", "amount": "2.00"}],
            "total": "2.00",
        }
    )
    result = close_day(till.store, opener=till.opener)
    assert (result.state, result.explanation) == ("explained", "sales made on the device's own keyboard")


def test_roundings_of_a_hundredth_a_bill_are_explained(till: Shop) -> None:
    sell(till, "10")
    begun = begin_z(till.store)
    done = finish_z(till.store, begun.report_id, None, {"total": "10.01", "group_2": "10.01"})
    assert (done.state, done.explanation.split(":")[0]) == ("explained", "rounding")


def test_reversals_that_the_device_takes_off_its_sums_are_explained(till: Shop) -> None:
    sell(till, "10")
    take_back = reverse(till.store, 1, Asked(reason=ReversalReason.REFUND))
    till.print(take_back.job)
    begun = begin_z(till.store)
    told = {"total": "0.00", "group_2": "0.00", "payment_cash": "0.00"}
    done = finish_z(till.store, begun.report_id, None, told)
    assert (done.state, done.explanation.split(":")[0]) == ("explained", "reversals")


def test_a_difference_that_nothing_accounts_for_is_open(till: Shop) -> None:
    sell(till, "10")
    begun = begin_z(till.store)
    assert finish_z(till.store, begun.report_id, None, {"total": "7.00"}).state == "open"


def test_three_z_reports_made_by_hand_are_all_filed_and_none_is_missing(till: Shop) -> None:
    sell(till, "10")
    for _ in range(3):
        press_z(till)
    assert [each.z_number for each in look_for(till.store, "printer", till.opener)] == [1, 2, 3]
    assert z_gaps(till.store) == {}


def test_an_open_z_is_explained_once_and_with_a_reason(till: Shop) -> None:
    sell(till, "10")
    begun = begin_z(till.store)
    finish_z(till.store, begun.report_id, None, {"total": "12.00"})
    with pytest.raises(ReasonNeeded):
        explain_z(till.store, begun.report_id, " ")
    assert explain_z(till.store, begun.report_id, "грешка на касиера").state == "explained"
    with pytest.raises(NothingToExplain):
        explain_z(till.store, begun.report_id, "пак")


def test_the_drawer_is_held_against_the_devices_cash_and_a_difference_needs_a_reason(till: Shop) -> None:
    move_cash(till.store, None, Decimal("50.00"), "float", opener=till.opener)
    sell(till, "10")
    done = close_day(till.store, opener=till.opener)
    with pytest.raises(ReasonNeeded):
        count_drawer(till.store, done.report_id, Decimal("59.00"))
    counted = count_drawer(till.store, done.report_id, Decimal("59.00"), "дадено ресто").counted
    assert counted is not None
    assert (counted["in_device"], counted["difference"]) == ("60.00", "-1.00")


def test_the_same_cash_key_moves_once_and_another_amount_under_it_is_refused(till: Shop) -> None:
    for _ in range(2):
        move_cash(till.store, None, Decimal("5.00"), "float", opener=till.opener)
    with pytest.raises(KeyConflict):
        move_cash(till.store, None, Decimal("6.00"), "float", opener=till.opener)
    assert till.memory.cash == Decimal("5.00")


def test_an_x_tells_who_sold_when_and_the_cash(till: Shop) -> None:
    move_cash(till.store, None, Decimal("5.00"), opener=till.opener)
    sell(till, "10")
    details = read_day(till.store, opener=till.opener).day.details
    assert details["operators"] == {"1": {"count": 1, "sum": "10.00"}}
    assert details["hours"] == {"12:00": {"count": 1, "sum": "10.00"}}
    assert details["cash_in"] == {"count": 1, "sum": "5.00"}
    assert details["first_sale_number"] == "DT000600-0001-0000001"


def test_a_missing_z_number_is_named(till: Shop) -> None:
    for number in (3, 6):
        file_autonomous(till.store, "printer", number, {}, None)
    assert z_gaps(till.store) == {"printer": [4, 5]}


def test_there_is_nothing_to_close_after_a_z(till: Shop) -> None:
    assert nothing_since(till.store)
    sell(till, "10")
    assert not nothing_since(till.store)
    close_day(till.store, opener=till.opener)
    assert nothing_since(till.store)


def test_a_period_adds_up_its_days_by_number_and_by_date(till: Shop) -> None:
    for amount in ("10", "4"):
        sell(till, amount)
        done = close_day(till.store, opener=till.opener)
    by_number = period_figures(till.store, None, (1, 2), detailed=True)
    assert by_number.figures.json()["total"] == "14.00"
    assert len(by_number.reports) == 2
    assert period_figures(till.store, None, (2, 2)).figures.json()["total"] == "4.00"
    assert done.business_date == "2026-11-24"


def test_every_sale_number_is_accounted_for(till: Shop) -> None:
    sell(till, "10")
    (account,) = account_for(till.store)
    assert (account.last, account.missing, account.rows[0].state) == (1, (), "handed_over")


def test_a_z_is_told_as_text_and_as_csv_line_by_line(till: Shop) -> None:
    sell(till, "10")
    done = close_day(till.store, opener=till.opener)
    text = "\n".join(z_lines(done))
    rows = {(row["group"], row["name"], row["of"]): row["ours"] for row in csv_rows(z_full_json(done))}
    assert "the device agrees" in text
    assert (rows["operator", "number", "1"], rows["operator", "sum", "1"]) == ("1", "10.00")
    assert z_full_json(done)["state"] == "balanced"

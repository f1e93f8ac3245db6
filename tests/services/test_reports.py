"""X and Z: what the day's figures are, what blocks a Z, and what it leaves behind."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from billing import models
from billing.documents import Answer, Printed
from billing.pricing import State
from billing.services import jobs
from billing.services.devices import add_device
from billing.services.jobs import (
    begin_attempt,
    cancel,
    list_jobs,
    next_job,
    release_lease,
    settle,
    take_lease,
)
from billing.services.origins import set_origin
from billing.services.reconciliation import compare
from billing.services.register import Register, open_register
from billing.services.reports import ZRefused, begin_z, cancel_z, finish_z, x_figures, z_blockers
from billing.store.engine import Store

PRINTED = Answer(printed=Printed.YES, document_number="1")


@pytest.fixture
def register(shop: Store) -> Register:
    return open_register(shop)


def print_all(store: Store, device: str = "printer", answer: Answer = PRINTED) -> None:
    """Settle every waiting job of the device as printed."""
    lease = take_lease(store, device)
    while (job := next_job(store, lease)) is not None:
        settle(store, begin_attempt(store, lease, job.number), answer)
    release_lease(store, lease)


def day(register: Register) -> None:
    """Ring three fiscal bills and one that is not."""
    register.ring(["10", "5@4", "-10%", "@1/20"])
    register.ring(["3+1", "@2"])
    register.ring(["2*#23-20%", "@2/1", "@1/5"])
    register.ring(["100", "@5"])


def test_the_figures_add_up_by_group_and_payment_type(register: Register) -> None:
    day(register)
    found = x_figures(register.store).figures.json()
    assert (found["bills"], found["fiscal_bills"]) == (4, 3)
    assert (found["total"], found["fiscal_total"]) == ("120.06", "20.06")
    assert found["tax"]["2"] == {
        "gross": "115.56",
        "net": "96.29",
        "vat": "19.27",
        "fiscal_gross": "15.56",
        "rate": "20",
    }
    assert found["tax"]["4"] == {
        "gross": "4.50",
        "net": "4.13",
        "vat": "0.37",
        "fiscal_gross": "4.50",
        "rate": "9",
    }
    assert {kind: (p["count"], p["sum"], p["fiscal_sum"]) for kind, p in found["payments"].items()} == {
        "1": (2, "15.06", "15.06"),
        "2": (2, "5.00", "5.00"),
        "5": (1, "100.00", "0.00"),
    }
    assert found["discounts"] == {"count": 2, "sum": "-2.14"}
    assert found["surcharges"] == {"count": 1, "sum": "1.00"}


def test_an_empty_day_has_figures_of_zero(shop: Store) -> None:
    found = x_figures(shop).figures
    assert (found.bills.count, found.bills.total, found.taxes) == (0, 0, ())


def test_open_and_voided_bills_are_in_no_figure(register: Register) -> None:
    register.ring(["10"], park=True)
    register.void(register.ring(["10"], park=True).id, "отказ")
    found = x_figures(register.store)
    assert found.figures.bills.count == 0
    assert found.open_bills == 1


def test_a_z_is_refused_with_what_blocks_it_and_what_clears_each(register: Register) -> None:
    partly = register.ring(["10", "@2/4"], park=True)
    final = register.ring(["1", "@"])
    with pytest.raises(ZRefused) as caught:
        begin_z(register.store)
    assert [(b.what, b.number, b.state) for b in caught.value.blockers] == [
        ("bill", partly.id, "partly_paid"),
        ("job", final.job, "queued"),
    ]
    assert "6.00 EUR is due" in str(caught.value)
    assert f"billing jobs retry {final.job}" in str(caught.value)


def test_what_blocks_a_z_can_be_cleared(register: Register) -> None:
    partly = register.ring(["10", "@2/4"], park=True)
    final = register.ring(["1", "@"])
    register.withdraw(partly.id, 2)
    register.void(partly.id, "отказ")
    cancel(register.store, final.job or 0, "принтерът изгоря")
    assert z_blockers(register.store) == []


def test_a_z_takes_the_final_bills_and_freezes_them(register: Register) -> None:
    day(register)
    still_open = register.ring(["10"], park=True)
    print_all(register.store)
    begun = begin_z(register.store, made_by="test")
    assert begun.state == "closing"
    assert x_figures(register.store).figures.bills.count == 0
    print_all(register.store)
    done = finish_z(register.store, begun.report_id, None, {"z_number": "7", "total": "20.06"})
    assert (done.state, done.ordinal, done.z_number, done.differences) == ("balanced", 1, 7, ())
    assert register.read(1).bill.state is State.REPORTED
    assert register.read(still_open.id).bill.state is State.OPEN


def test_a_bill_rung_while_the_device_makes_its_z_belongs_to_the_next_day(register: Register) -> None:
    begun = begin_z(register.store)
    late = register.ring(["1", "@"])
    finish_z(register.store, begun.report_id, PRINTED)
    assert register.read(late.id).bill.state is State.HANDED_OVER
    assert x_figures(register.store).figures.bills.count == 1


def test_a_z_that_was_begun_is_gone_on_with(register: Register) -> None:
    first = begin_z(register.store)
    again = begin_z(register.store)
    assert (again.report_id, again.job) == (first.report_id, first.job)


def test_a_z_that_is_finished_twice_stays_as_it_was(register: Register) -> None:
    begun = begin_z(register.store)
    first = finish_z(register.store, begun.report_id, None, {"z_number": "7", "total": "1.00"})
    assert finish_z(register.store, begun.report_id, None, {"z_number": "9"}) == first


def test_a_cancelled_z_gives_the_bills_back(register: Register) -> None:
    day(register)
    print_all(register.store)
    begun = begin_z(register.store)
    cancel_z(register.store, begun.report_id, "няма хартия")
    assert x_figures(register.store).figures.bills.count == 4


def test_the_next_z_has_the_next_number(register: Register) -> None:
    for expected in (1, 2):
        begun = begin_z(register.store)
        print_all(register.store)
        assert finish_z(register.store, begun.report_id, PRINTED).ordinal == expected


def test_a_z_takes_the_bills_of_every_origin_on_the_device(register: Register) -> None:
    set_origin(register.store, "bar", device="printer")
    register.ring(["1", "@"])
    open_register(register.store, "bar").ring(["2", "@"])
    print_all(register.store)
    begun = begin_z(register.store)
    with register.store.read() as work:
        rows = work.session().scalars(select(models.Report).order_by(models.Report.id)).all()
    assert begun.figures["total"] == "3.00"
    assert [(row.parent_id, row.figures["total"]) for row in rows] == [
        (None, "3.00"),
        (rows[0].id, "1.00"),
        (rows[0].id, "2.00"),
    ]


def test_an_origin_without_a_device_closes_by_itself(register: Register) -> None:
    set_origin(register.store, "web")
    web = open_register(register.store, "web")
    bill = web.ring(["5", "@"])
    assert (bill.unique_sale_number, bill.job) == ("", None)
    done = begin_z(register.store, "web")
    assert (done.state, done.figures["total"], done.job) == ("balanced", "5.00", None)
    assert web.read(bill.id).bill.state is State.REPORTED


def test_another_device_is_not_held_up(register: Register) -> None:
    add_device(register.store, "other", "datecs-p:/dev/x", origin="bar", seen={"number": "DT000777"})
    register.ring(["1", "@"])
    assert begin_z(register.store, "bar").state == "closing"


def test_totals_that_differ_leave_the_z_open_with_both_values(register: Register) -> None:
    register.ring(["10", "@"])
    print_all(register.store)
    begun = begin_z(register.store)
    answer = Answer(
        printed=Printed.YES,
        registers={"z_number": "3", "total": "12.00", "group_2": "12.00", "payment_cash": "10.00"},
    )
    done = finish_z(register.store, begun.report_id, answer)
    assert done.state == "open"
    assert [difference.json() for difference in done.differences] == [
        {"line": "total", "ours": "10.00", "device": "12.00", "difference": "2.00"},
        {"line": "group_2", "ours": "10.00", "device": "12.00", "difference": "2.00"},
    ]


def test_a_line_that_only_the_device_has_is_a_difference() -> None:
    assert [d.line for d in compare({}, {"group_3": "5.00", "group_4": "0.00", "z_number": "9"})] == [
        "group_3"
    ]


def test_lines_are_compared_as_numbers() -> None:
    assert compare({"total": Decimal("5.00")}, {"total": "5"}) == []


def test_the_z_document_waits_behind_the_receipts(register: Register) -> None:
    register.ring(["1", "@"])
    print_all(register.store)
    begin_z(register.store)
    assert [job.kind for job in list_jobs(register.store)] == ["receipt", "z-report"]


def test_a_z_of_the_same_night_is_not_made_a_second_time(shop: Store) -> None:
    """Two origins of one device are due at once: who comes second is given the first one's Z."""
    register = open_register(shop)
    moment = shop.clock.now()
    job = register.ring(["10", "@"]).job
    assert job is not None
    lease = jobs.take_lease(shop, "printer")
    jobs.settle(shop, jobs.begin_attempt(shop, lease, job), Answer(printed=Printed.YES))
    first = begin_z(shop, once_after=moment)
    assert first.job is not None
    jobs.settle(shop, jobs.begin_attempt(shop, lease, first.job), Answer(printed=Printed.YES))
    finish_z(shop, first.report_id, None)
    assert begin_z(shop, once_after=moment).report_id == first.report_id

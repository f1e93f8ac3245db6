"""A closing tells every field of the list, puts the journal's end on paper, and is chained."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from billing.cli.app import app
from billing.cli.report_text import period_json, x_json, z_full_json, z_lines
from billing.devices.address import Address
from billing.devices.faults import DeviceError, Fault
from billing.devices.printer import Printer
from billing.jobs.autonomous import look_for
from billing.jobs.closing import close_day, move_cash, print_slip, read_day
from billing.jobs.ending import NO_SLIP
from billing.services.answers import document_data
from billing.services.closing_fields import Field
from billing.services.closing_fields import fields_of as fields
from billing.services.closings import count_drawer, list_z, period_figures
from billing.services.jobs import list_jobs, show_job
from billing.services.origins import set_origin
from billing.services.register import open_register
from billing.services.reports import ZResult, begin_z, finish_z
from billing.store.engine import Store
from tests.jobs.queued import Shop


@pytest.fixture
def till(shop: Store) -> Shop:
    """A shop whose device's Z number is known."""
    till = Shop(shop)
    look_for(shop, "printer", till.opener)
    return till


def sell(till: Shop, *lines: str) -> None:
    till.print(till.ring(*lines).job)


def closed(till: Shop) -> ZResult:
    return close_day(till.store, opener=till.opener)


def told(result: ZResult) -> dict[tuple[str, str, str], Field]:
    return {(field.group, field.name, field.of): field for field in fields(z_full_json(result))}


EVERY_FIELD = """
identity: kind, origins, report, business date, time zone, opened at, closed at, made by, program, driver
identity: currency, device number, fiscal memory number, registration number, firmware, Z number
identity: date and time, document number, journal number, last document before, control number
identity: second currency, time zone
counts: bills, receipts, voided, reversals, invoices, X reports, drawer openings
turnover: total, gross, rate, net, vat
discounts: discounts\\, number, discounts\\, sum, surcharges\\, number, surcharges\\, sum
corrections: corrections\\, number, corrections\\, sum
reversals: refund\\, number, operator-error\\, sum, tax-base-reduction\\, sum, all\\, number, all\\, sum
payments: sum, number, reversed, change given\\, sum
payment types: number, sum
cash: opening, cash in\\, sum, cash out\\, number, in the drawer, difference, reason, counted by
grand totals: sales before, sales after, reversals before, reversals after
bills: first, last, open
operator: sum
department: sum
item: sum
hour: sum
origin: total, gross, payment
reconciliation: state, explanation
integrity: closing, content, content of the closing before, journal
job: number, attempts
"""


@pytest.mark.parametrize("line", EVERY_FIELD.strip().splitlines())
def test_a_z_has_every_field_of_the_closing_list(till: Shop, line: str) -> None:
    sell(till, "10", "2*#23", "@")
    group, _, names = line.partition(": ")
    found = {field.name for field in fields(z_full_json(closed(till))) if field.group == group}
    assert {name.replace("\\0", ",") for name in names.replace("\\,", "\\0").split(", ")} <= found


def test_an_x_and_a_period_are_told_by_the_same_fields_as_a_z(till: Shop) -> None:
    sell(till, "10", "@")
    names = {
        (field.group, field.name)
        for field in fields(x_json(read_day(till.store, opener=till.opener)))
        if field.group not in {"job", "origin"}
    }
    period = period_json(period_figures(till.store, None, (1, closed(till).z_number or 1)))
    assert names == {(f.group, f.name) for f in fields(period) if f.group not in {"job", "origin"}}


def test_a_field_has_our_value_the_devices_and_what_the_device_has_more(till: Shop) -> None:
    sell(till, "10", "@")
    found = told(closed(till))
    assert found["turnover", "gross", "2"] == Field(
        "turnover", "gross", "2", "TB", ours="10.00", device="10.00", difference="0.00"
    )
    assert (found["turnover", "rate", "2"].ours, found["payments", "sum", "cash"].tag) == ("20", "SCash")
    assert found["identity", "firmware", ""].device


def test_no_two_fields_of_a_z_have_the_same_name(till: Shop) -> None:
    sell(till, "10", "@")
    names = [(f.group, f.name, f.of) for f in fields(z_full_json(closed(till)))]
    assert sorted(names) == sorted(set(names))


def test_a_z_that_a_person_made_says_whose_computer_user_it_was(
    shop: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ani")
    set_origin(shop, "web")
    url = shop.engine.url.render_as_string(hide_password=False)
    answer = CliRunner().invoke(app, ["report", "z", "-o", "web", "--csv", "--db", url])
    assert answer.exit_code == 0
    assert "identity,made by,,,ani,,," in answer.stdout


def test_our_grand_totals_go_on_from_one_closing_to_the_next(till: Shop) -> None:
    sell(till, "10", "@")
    closed(till)
    sell(till, "4", "@")
    field = told(closed(till))
    assert field["grand totals", "sales before", ""].ours == "10.00"
    assert field["grand totals", "sales after", ""].ours == "14.00"


def test_the_cash_there_should_be_begins_with_what_the_device_held_after_its_last_z(till: Shop) -> None:
    move_cash(till.store, None, Decimal("50.00"), opener=till.opener)
    sell(till, "10", "@")
    assert told(closed(till))["cash", "in the drawer", ""].ours == ""
    sell(till, "4", "@")
    drawer = told(closed(till))["cash", "in the drawer", ""]
    assert drawer.ours == drawer.device
    assert drawer.difference == "0.00"


def test_a_drawer_is_counted_piece_by_piece(till: Shop) -> None:
    sell(till, "10", "@")
    done = closed(till)
    pieces = {Decimal("5.00"): 1, Decimal("2.00"): 2, Decimal("0.50"): 2}
    counted = told(count_drawer(till.store, done.report_id, Decimal("10.00"), by=1, pieces=pieces))
    assert [counted["cash", "pieces", value].counted for value in ("5.00", "2.00", "0.50")] == ["1", "2", "2"]
    assert (counted["cash", "difference", ""].counted, counted["cash", "counted by", ""].counted) == (
        "0.00",
        "1",
    )


def test_the_journals_end_stands_on_the_paper_after_a_z(till: Shop) -> None:
    sell(till, "10", "@")
    head = closed(till).details["journal"]
    slip = list_jobs(till.store)[-1]
    assert (slip.kind, slip.state) == ("slip", "done")
    assert "".join(document_data(slip.document)["lines"][2:]) == head["hash"]
    assert [each.kind for each in till.memory.journal][-2:] == ["z-report", "slip"]


def test_a_slip_that_cannot_be_printed_leaves_the_z_made_and_the_queue_free(till: Shop) -> None:
    sell(till, "10", "@")
    till.print(begin_z(till.store).job)
    slip = list_jobs(till.store)[-1].number

    def away(address: Address) -> Printer:
        raise DeviceError(Fault.PORT_MISSING, str(address))

    (made,) = list_z(till.store)
    print_slip(till.store, made, away)
    assert (made.state, show_job(till.store, slip).state) == ("balanced", "cancelled")


def test_a_device_without_free_text_is_named_in_the_warnings(
    till: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type(till.bench.printer().dialect)
    can = replace(till.bench.printer().dialect.capabilities(), slips=False)
    monkeypatch.setattr(kind, "capabilities", lambda _: can)
    sell(till, "10", "@")
    assert f"  warning: {NO_SLIP}" in z_lines(closed(till))


def test_a_z_that_stays_open_exits_with_3_and_names_its_lines(
    till: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(till, "10", "@")
    begun = begin_z(till.store)
    result = finish_z(till.store, begun.report_id, None, {"total": "12.00"})
    monkeypatch.setattr("billing.cli.report.close_day", lambda *_: result)
    url = till.store.engine.url.render_as_string(hide_password=False)
    answer = CliRunner().invoke(app, ["report", "z", "--json", "--db", url])
    assert (answer.exit_code, json.loads(answer.stdout)["open_lines"]) == (3, ["total"])


def test_each_closing_holds_the_hash_of_the_one_before(till: Shop) -> None:
    sell(till, "10", "@")
    first = closed(till)
    sell(till, "4", "@")
    second = closed(till)
    assert second.details["integrity"]["previous"] == first.details["integrity"]["hash"]


def test_a_z_over_two_origins_tells_each_by_itself(till: Shop) -> None:
    set_origin(till.store, "bar", device="printer")
    sell(till, "10", "@")
    till.print(open_register(till.store, "bar").ring(["4", "@"]).job)
    found = told(closed(till))
    assert (found["origin", "total", "shop"].ours, found["origin", "total", "bar"].ours) == ("10.00", "4.00")

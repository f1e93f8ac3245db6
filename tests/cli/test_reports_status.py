"""``billing reports``: a person and cron see what still needs them; the bills of a Z are listed."""

import csv
import io
import json

import pytest
from typer.testing import CliRunner

from billing.cli.app import app
from billing.clock import SetClock
from billing.jobs.autonomous import look_for
from billing.jobs.closing import close_day
from billing.jobs.nightly import Nightly
from billing.services.register import open_register
from billing.services.reports import begin_z, finish_z
from billing.services.schedules import set_schedule
from billing.services.unclosed import open_z, unclosed_since
from billing.store.engine import Store
from tests.jobs.queued import Shop


@pytest.fixture
def till(shop: Store) -> Shop:
    till = Shop(shop)
    look_for(shop, "printer", till.opener)
    return till


def ask(till: Shop, *words: str) -> tuple[int, str]:
    url = till.store.engine.url.render_as_string(hide_password=False)
    answer = CliRunner().invoke(app, ["reports", *words, "--db", url])
    return answer.exit_code, answer.stdout


def test_bills_of_an_earlier_day_that_no_z_has_taken_are_told(till: Shop, clock: SetClock) -> None:
    till.print(till.ring("10", "@").job)
    assert unclosed_since(till.store) == {}
    clock.move(24 * 3600)
    assert unclosed_since(till.store) == {"shop": "2026-11-24"}
    set_schedule(till.store, "shop", None)
    assert unclosed_since(till.store) == {}


def test_a_z_that_is_open_is_told_and_exits_with_3(till: Shop) -> None:
    till.print(till.ring("10", "@").job)
    begun = begin_z(till.store)
    finish_z(till.store, begun.report_id, None, {"total": "12.00"})
    assert [each.report for each in open_z(till.store)] == [begun.report_id]
    code, said = ask(till, "status", "--json")
    assert (code, json.loads(said)["open_reports"]) == (3, [begun.report_id])
    assert f"billing reports show {begun.report_id}" in ask(till, "status")[1]


def test_a_blocked_night_is_one_line_with_what_clears_it(till: Shop) -> None:
    open_register(till.store).ring(["10", "@1/1"], park=True)
    set_schedule(till.store, "shop", "11:00")
    nightly = Nightly(till.store, till.opener)
    nightly.tick()
    nightly.wait()
    code, said = ask(till, "status")
    assert code == 3
    assert said.splitlines()[0] == (
        "shop: 2026-11-24 blocked: the day cannot be closed yet: bill 1 is partly paid: "
        "9.00 EUR is due: take it, or withdraw the payment and void"
    )


def test_the_bills_that_a_z_closed_are_listed(till: Shop) -> None:
    till.print(till.ring("10", "@").job)
    done = close_day(till.store, opener=till.opener)
    till.ring("4", "@")
    code, said = ask(till, "bills", str(done.report_id), "--csv")
    (row,) = csv.DictReader(io.StringIO(said))
    assert (code, row["total"], row["unique_sale_number"]) == (0, "10.00", "DT000600-0001-0000001")
    assert ask(till, "bills", "99")[0] == 3

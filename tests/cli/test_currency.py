"""``billing currency`` and ``billing range``: dated rates, the euro, and numbers for tills off line."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from billing.cli import currency, device, ring, sale_range
from billing.store.engine import Store

RUN = CliRunner()

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture
def db(shop: Store) -> str:
    """The sample shop's address."""
    return shop.engine.url.render_as_string(hide_password=False)


def said(app: Any, db: str, *words: str, code: int = 0) -> str:  # noqa: ANN401 Typer's own
    """Run a command and return what it wrote."""
    outcome = RUN.invoke(app, [*words, "--db", db])
    assert outcome.exit_code == code, outcome.output
    return outcome.stdout if code == 0 else outcome.stderr


def test_a_rate_and_a_change_of_currency_are_kept_by_date(db: str) -> None:
    said(currency.app, db, "rate", "USD", "EUR", "0.9137", "--from", "2030-01-01", "--by", "мария")
    said(currency.app, db, "policy", "USD", "--from", "2031-01-01", "--second", "EUR", "--rate", "0,9")
    found = json.loads(said(currency.app, db, "list", "--json"))
    assert found["rates"] == [{"code": "USD", "currency": "EUR", "rate": "0.9137", "from": "2030-01-01"}]
    assert [(each["from"], each["currency"], each["second_rate"]) for each in found["policies"]] == [
        ("2031-01-01", "USD", "0.9")
    ]
    assert "1 USD = 0.9137 EUR" in said(currency.app, db, "list")


def test_a_rate_without_a_day_holds_from_today(db: str) -> None:
    said(currency.app, db, "rate", "USD", "EUR", "0.5")
    bill = json.loads(said(ring.app, db, "--currency", "USD", "1EUR", "@5", "--json"))
    assert (bill["total"], bill["state"]) == ("2.00", "final")


def test_the_euros_changeover_is_written_as_data(db: str) -> None:
    lines = said(currency.app, db, "euro").splitlines()
    assert lines == [
        "from 2025-08-08: bills in BGN, totals in EUR too: 1 EUR = 1.95583 BGN",
        "from 2026-01-01: bills in EUR, totals in BGN too: 1 EUR = 1.95583 BGN",
        "from 2027-01-01: bills in EUR",
    ]
    assert "would change what holds already" in said(currency.app, db, "euro", code=3)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["rate", "USD", "EUR", "0.9", "--from", "1.1.2030"], 2),
        (["rate", "USD", "EUR", "1e3"], 2),
        (["rate", "USD", "EUR", "0"], 2),
        (["rate", "USD", "XXQ", "1"], 2),
        (["rate", "USD", "EUR", "1", "--from", "2020-01-01"], 3),
        (["policy", "USD", "--from", "2031-01-01", "--second", "EUR", "--rate", "0"], 2),
        (["policy", "EUR", "--from", "2031-01-01", "--second", "BGN"], 2),
    ],
)
def test_what_cannot_be_is_one_sentence(db: str, words: list[str], code: int) -> None:
    assert said(currency.app, db, *words, code=code).startswith("billing: ")


def test_a_bill_in_no_currency_is_refused(db: str) -> None:
    assert "is not a currency code" in said(ring.app, db, "--currency", "XXQ", "1", "@5", code=3)


def test_a_till_numbers_its_sales_from_its_own_range(db: str) -> None:
    given = json.loads(said(sale_range.app, db, "lease", "van", "2", "--json"))
    assert (given["first"], given["last"], given["left"]) == (1, 2, 2)
    bill = json.loads(said(ring.app, db, "--till", "van", "1", "@5", "--json"))
    assert bill["unique_sale_number"].endswith("-0000001")
    (row,) = json.loads(said(sale_range.app, db, "list", "--json"))["ranges"]
    assert (row["till"], row["next"], row["left"]) == ("van", 2, 1)
    assert said(sale_range.app, db, "close", "printer", "van") == "van: 1 numbers will never be used\n"
    assert "no sale numbers" in said(ring.app, db, "--till", "van", "1", "@5", code=3)


def test_a_tills_own_store_adopts_its_range(db: str) -> None:
    said(sale_range.app, db, "adopt", "van", "DT000600", "1001", "1500")
    assert "overlaps" in said(sale_range.app, db, "adopt", "van", "DT000600", "1500", "1600", code=2)
    assert "1001" in said(sale_range.app, db, "list")


def test_no_sale_is_opened_long_after_its_device_was_seen(db: str) -> None:
    assert said(device.app, db, "unseen", "printer", "2").endswith("for 2 hours after it was last seen\n")
    assert "was never seen" in said(ring.app, db, "1", "@5", code=3)
    said(device.app, db, "unseen", "printer")
    said(ring.app, db, "1", "@5")

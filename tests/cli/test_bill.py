"""``billing bill``: a kept bill is gone on with, split, joined, its charges moved, and voided."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from billing.cli.bill import app
from billing.errors import BillingError
from billing.services.register import Register, open_register
from billing.store.engine import Store

RUN = CliRunner()

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture
def db(shop: Store, tmp_path: Path) -> str:
    """The sample shop's address."""
    del tmp_path
    return shop.engine.url.render_as_string(hide_password=False)


@pytest.fixture
def register(shop: Store) -> Register:
    return open_register(shop)


def parked(register: Register, *lines: str) -> str:
    return str(register.ring(list(lines), park=True).id)


def asked(db: str, *words: str, code: int = 0) -> Any:  # noqa: ANN401 JSON is anything
    """Run the command with ``--json`` and return what it answered."""
    outcome = RUN.invoke(app, [*words, "--db", db, "--json"])
    assert outcome.exit_code == code, outcome.output
    return json.loads(outcome.stdout)


def test_a_bill_is_shown_with_its_positions(db: str, register: Register) -> None:
    number = parked(register, "2*#23-20%", "/без лед", "-1", "@2/1")
    said = RUN.invoke(app, ["show", number, "--db", db]).stdout.splitlines()
    assert said == [
        f"bill {number}: total 1.56 EUR, paid 1.00, partly paid, parked",
        "   1  Ябълки: 2 x 1.6, -0.64 = 2.56",
        "   2  /без лед",
        "   3  -1.00 on the bill",
        "   4  paid 1.00 by payment type 2",
        "      due 0.56",
    ]


def test_a_parked_bill_is_gone_on_with(db: str, register: Register) -> None:
    number = parked(register, "1.20/Чай")
    answer = asked(db, "enter", number, "-10%", "@5")
    assert (answer["state"], answer["total"], answer["paid"]) == ("final", "1.08", "1.08")


def test_a_line_that_is_refused_leaves_those_before_it(db: str, register: Register) -> None:
    number = parked(register, "1")
    refused = asked(db, "enter", number, "2", "3@99", code=3)
    assert refused["error"]["line"] == 2
    assert asked(db, "show", number)["total"] == "3.00"


def test_lines_are_split_off_to_a_new_bill(db: str, register: Register) -> None:
    number = parked(register, "3*1", "5")
    old, new = asked(db, "split", number, "--line", "1=1", "--line", "2")["bills"]
    assert (old["total"], new["total"], new["state"]) == ("2.00", "6.00", "open")


def test_lines_are_moved_to_a_bill_that_is_there(db: str, register: Register) -> None:
    number, other = parked(register, "3*1", "5"), parked(register, "7")
    old, new = asked(db, "move", number, other, "--line", "1=2")["bills"]
    assert ([old["total"], new["total"]], new["bill"]) == (["6.00", "9.00"], int(other))
    kinds = [line["kind"] for line in new["lines"]]
    assert kinds == ["charge", "charge"]


def test_bills_are_joined_and_the_other_is_voided(db: str, register: Register) -> None:
    number, other = parked(register, "1"), parked(register, "2")
    assert asked(db, "join", number, other)["total"] == "3.00"
    voided = asked(db, "show", other)
    assert (voided["state"], voided["void_reason"]) == ("voided", f"joined to bill {number}")


def test_a_payment_is_withdrawn_and_the_bill_voided_with_a_reason(db: str, register: Register) -> None:
    number = parked(register, "10", "@2/4", "@2/1")
    assert asked(db, "withdraw", number, "3")["paid"] == "4.00"
    answer = asked(db, "void", number, "--reason", "гостите си тръгнаха", "--operator", "1")
    assert (answer["state"], answer["void_reason"]) == ("voided", "гостите си тръгнаха")
    assert "void: гостите си тръгнаха" in RUN.invoke(app, ["show", number, "--db", db]).stdout


def test_a_line_is_taken_off(db: str, register: Register) -> None:
    number = parked(register, "10", "2")
    assert asked(db, "remove", number, "1")["total"] == "2.00"


def test_bills_are_listed_the_newest_first(db: str, register: Register) -> None:
    first, second = parked(register, "1"), parked(register, "2")
    rows = asked(db, "list", "--state", "open")["bills"]
    assert [str(row["bill"]) for row in rows] == [second, first]
    assert RUN.invoke(app, ["list", "--db", db]).stdout.splitlines()[0].split()[:3] == [
        "bill",
        "state",
        "origin",
    ]


def test_a_bill_is_put_aside(db: str, register: Register) -> None:
    number = str(register.enter("1").id)
    assert asked(db, "park", number)["parked"] is True


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["show", "99"], "missing"),
        (["void", "1", "--reason", " "], "reason_wrong"),
        (["withdraw", "1", "1"], "unknown_entry"),
        (["join", "1", "1"], "same_bill"),
        (["move", "1", "1", "--line", "1"], "same_bill"),
        (["split", "1", "--line", "1"], "nothing_left"),
        (["split", "1", "--line", "x"], "line_wrong"),
        (["remove", "1", "7"], "unknown_entry"),
    ],
)
def test_what_cannot_be_is_one_sentence(db: str, register: Register, words: list[str], code: str) -> None:
    assert parked(register, "1") == "1"
    outcome = RUN.invoke(app, [*words, "--db", db, "--json"])
    assert outcome.exit_code in {2, 3}
    assert not isinstance(outcome.exception, BillingError)
    assert json.loads(outcome.stdout)["error"]["code"] == code

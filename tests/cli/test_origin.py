"""``billing origin``: texts reach the fiscal document, slips go to devices of their own."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from billing.cli.origin import app
from billing.models import FiscalDocument
from billing.services.devices import add_device
from billing.services.hosting import HostRegister
from billing.services.jobs import show_job
from billing.services.keeping import ModelNotTaken
from billing.services.register import open_register
from billing.store.engine import Store

RUN = CliRunner()

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture
def db(shop: Store) -> str:
    """The sample shop's address; a second device is there, for slips."""
    add_device(shop, "kitchen", "datecs-p:kitchen", seen={"number": "DT000601"})
    return shop.engine.url.render_as_string(hide_password=False)


def said(db: str, *words: str, code: int = 0) -> str:
    """Run the command and return what it wrote."""
    outcome = RUN.invoke(app, [*words, "--db", db])
    assert outcome.exit_code == code, outcome.output
    return outcome.stdout if code == 0 else outcome.stderr


def document(shop: Store, job: int | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = show_job(shop, job or 0).document.model_dump(mode="json")
    return found


def slips(shop: Store) -> list[tuple[str, list[str]]]:
    """Return the subject and the lines of every slip in the queues."""
    with shop.read() as work:
        rows = work.session().scalars(select(FiscalDocument).where(FiscalDocument.kind == "slip"))
        return [(row.subject_type, json.loads(row.document)["lines"]) for row in rows]


def test_texts_stand_before_and_after_the_lines_of_the_receipt(shop: Store, db: str) -> None:
    said(db, "set", "shop", "--header", "Магазин", "--header", "ул. Шишман", "--footer", "Благодарим")
    stored = open_register(shop, "shop").ring(["1.20/Чай", "@"])
    lines = document(shop, stored.job)["lines"]
    assert [line.get("comment") or line["text"] for line in lines] == [
        "Магазин",
        "ул. Шишман",
        "Чай",
        "Благодарим",
    ]
    said(db, "set", "shop", "--header", "", "--footer", "")
    stored = open_register(shop, "shop").ring(["1.20/Чай", "@"])
    assert len(document(shop, stored.job)["lines"]) == 1


def test_a_slip_of_a_final_bill_goes_to_the_print_device(shop: Store, db: str) -> None:
    said(db, "set", "shop", "--print-device", "kitchen")
    stored = open_register(shop).ring(["2*1.20/Чай", "/без захар", "-10%", "@"])
    assert document(shop, stored.job)["kind"] == "receipt"
    assert slips(shop) == [
        ("bill_slip", [f"shop {stored.id}", "2 x Чай 2.40", "без захар", "-0.24", "2.16 EUR"])
    ]
    assert open_register(shop).read(stored.id).job == stored.job


def test_what_a_room_pays_for_leaves_a_slip_on_the_transfer_device(shop: Store, db: str) -> None:
    said(db, "set", "shop", "--transfer-device", "kitchen")
    bill = open_register(shop).ring(["3/Обяд"], park=True)
    with shop.write() as work, work.session() as session:
        from billing.models import PaymentType  # noqa: PLC0415 one test makes a room

        session.add(PaymentType(number=9, name="Стая", fiscal=False, model="room-transfer", category="bank"))
        session.flush()
    HostRegister(shop).pay(bill.id, 9, told={"room": "101"})
    assert [subject for subject, _ in slips(shop)] == ["bill_transfer"]
    open_register(shop).ring(["3/Обяд", "@5"])
    assert len(slips(shop)) == 1


def test_an_origin_may_take_one_payment_model_alone(shop: Store, db: str) -> None:
    said(db, "set", "shop", "--payment-model", "bank")
    with pytest.raises(ModelNotTaken, match="takes payments of model 'bank' alone"):
        open_register(shop).ring(["1", "@1"])
    assert open_register(shop).ring(["1", "@5"]).final


def test_origins_are_made_listed_and_one_is_the_default(shop: Store, db: str) -> None:
    answer = json.loads(said(db, "set", "bar", "--device", "printer", "--zone", "Europe/London", "--json"))
    assert (answer["device"], answer["time_zone"], answer["default"]) == ("printer", "Europe/London", False)
    said(db, "default", "bar")
    rows = json.loads(said(db, "list", "--json"))["origins"]
    assert [(row["name"], row["default"]) for row in rows] == [("shop", False), ("bar", True)]
    assert "bar *" in said(db, "list")
    assert open_register(shop).ring(["1", "@5"]).origin == "bar"
    assert json.loads(said(db, "set", "bar", "--device", "", "--json"))["device"] == ""


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["set", "bar", "--device", "none"], 2, "device"),
        (["set", "bar", "--zone", "Sofia"], 3, "no time zone"),
        (["set", " "], 2, "printable"),
        (["set", "shop", "--print-device", "printer"], 2, "fiscal documents"),
        (["set", "bar", *["--header", "x"] * 11], 2, "10 lines"),
        (["set", "bar", "--payment-model", ""], 2, "payment model"),
        (["default", "cellar"], 2, "cellar"),
    ],
)
def test_what_cannot_be_is_one_sentence(db: str, words: list[str], code: int, why: str) -> None:
    outcome = RUN.invoke(app, [*words, "--db", db])
    assert outcome.exit_code in {code, 3}, outcome.output
    assert why in outcome.stderr


def test_charges_of_several_origins_end_with_the_one_that_is_paid_at(shop: Store, db: str) -> None:
    said(db, "set", "bar", "--device", "printer")
    bill = open_register(shop, "shop").ring(["1/от магазина"], park=True)
    bar = open_register(shop, "bar")
    bar.enter("2/от бара", bill.id)
    paid = bar.enter("@", bill.id)
    assert (paid.origin, paid.bill.total, paid.final) == ("bar", 300, True)

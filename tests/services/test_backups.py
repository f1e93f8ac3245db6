"""A copy is made while tills work, and proved to open, verify and add up."""

from pathlib import Path

import pytest
from sqlalchemy import text

from billing.documents import Answer, Printed
from billing.services import jobs
from billing.services.backups import CopyExists, CopyFailed, NotHere, back_up, check_copy
from billing.services.register import open_register
from billing.services.reports import ZResult, begin_z, finish_z
from billing.store.engine import Store, open_store


@pytest.fixture
def sold(shop: Store) -> Store:
    register = open_register(shop)
    for _ in range(3):
        register.ring(["1.20", "2*#23-10%", "@"])
    return shop


@pytest.fixture
def on_sqlite(sold: Store) -> bool:
    return sold.engine.dialect.name == "sqlite"


def test_the_command_that_copies_postgresql_takes_its_address_as_it_stands() -> None:
    said = str(NotHere("postgresql+psycopg://till:***@server/shop", Path("my copy")))
    assert said.endswith("pg_dump --format=custom --file='my copy' postgresql://till@server/shop")


def test_a_copy_made_in_the_middle_of_a_sale_holds_what_was_committed(
    sold: Store, on_sqlite: bool, tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"
    if not on_sqlite:
        with pytest.raises(NotHere, match="pg_dump"):
            back_up(sold, file)
        return
    with sold.write() as work:
        work.connection.execute(text("UPDATE bill SET parked = parked"))
        assert back_up(sold, file) > 0
    checked = check_copy(str(file))
    assert (checked.good, checked.bills, checked.proof.entries) == (True, 3, 3)


def test_a_copy_that_does_not_add_up_is_named(sold: Store, store_url: str) -> None:
    with sold.write() as work:
        work.connection.execute(text("UPDATE bill SET total = total + 1 WHERE id = 2"))
    checked = check_copy(store_url)
    assert not checked.good
    assert [fault.split(":")[0] for fault in checked.faults] == ["bill 2", "bill 2", "bill 2"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE charge SET total = total - 10 WHERE bill_id = 2 AND position = 1", "lines"),
        ("UPDATE modifier SET charge_position = NULL WHERE bill_id = 2", "lines"),
        ("UPDATE bill_tax SET gross = gross + 1 WHERE bill_id = 2", "tax groups"),
        ("UPDATE payment SET value = value + 1 WHERE bill_id = 2", "payments"),
    ],
)
def test_a_part_of_a_bill_that_was_changed_is_named(
    sold: Store, store_url: str, change: str, what: str
) -> None:
    with sold.write() as work:
        work.connection.execute(text(change))
    assert [fault.split(" come to")[0] for fault in check_copy(store_url).faults] == [f"bill 2: its {what}"]


def test_a_copy_overwrites_nothing_and_leaves_nothing_half_made(
    sold: Store, on_sqlite: bool, tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"
    file.write_text("mine")
    if on_sqlite:
        with pytest.raises(CopyExists):
            back_up(sold, file)
        with pytest.raises(CopyFailed):
            back_up(sold, tmp_path / "no folder" / "copy.db")
    assert file.read_text() == "mine"
    assert not list(tmp_path.glob("*.part"))


def test_a_copy_can_be_worked_with(sold: Store, on_sqlite: bool, tmp_path: Path) -> None:
    if not on_sqlite:
        return
    file = tmp_path / "copy.db"
    back_up(sold, file)
    with open_store(str(file)) as copy:
        assert open_register(copy).ring(["1", "@"]).id == 4


def test_a_report_whose_bills_do_not_come_to_its_figures_is_named(sold: Store, store_url: str) -> None:
    done = closed(sold)
    assert check_copy(store_url).good
    with sold.write() as work:
        work.connection.execute(text("UPDATE bill SET report_id = NULL WHERE id = 2"))
    assert [fault.split(":")[0] for fault in check_copy(store_url).faults] == [f"report {done.report_id}"]


def test_a_report_that_was_changed_after_its_closing_is_named(sold: Store, store_url: str) -> None:
    done = closed(sold)
    with sold.write() as work:
        work.connection.execute(text("UPDATE report SET made_by = 'nobody' WHERE parent_id IS NULL"))
    assert check_copy(store_url).faults == (f"report {done.report_id}: its content is not what was closed",)


def test_a_fiscal_bill_without_its_document_is_named(sold: Store, store_url: str) -> None:
    with sold.write() as work:
        work.connection.execute(text("UPDATE fiscal_document SET subject = '99' WHERE subject = '2'"))
    assert check_copy(store_url).faults == ("bill 2: it is fiscal and has no document",)


def test_a_receipt_on_paper_of_a_bill_that_is_not_final_is_named(sold: Store, store_url: str) -> None:
    with sold.write() as work:
        work.connection.execute(text("UPDATE fiscal_document SET state = 'done' WHERE subject = '2'"))
        work.connection.execute(text("UPDATE bill SET state = 'open' WHERE id = 2"))
    (fault,) = check_copy(store_url).faults
    assert fault.endswith("it is on paper, and its bill 2 is open")


def closed(store: Store) -> ZResult:
    """Print what waits and close the day, with the device's answers made up."""
    lease = jobs.take_lease(store, "printer")
    while (job := jobs.next_job(store, lease)) is not None:
        jobs.settle(store, jobs.begin_attempt(store, lease, job.number), Answer(printed=Printed.YES))
    begun = begin_z(store)
    assert begun.job is not None
    jobs.settle(store, jobs.begin_attempt(store, lease, begun.job), Answer(printed=Printed.YES))
    jobs.release_lease(store, lease)
    return finish_z(store, begun.report_id, None)

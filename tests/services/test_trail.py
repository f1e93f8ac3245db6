"""The journal tells of every row that was changed, taken away or moved, and who signed it."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from billing.services.catalogue_files import read_csv
from billing.services.catalogue_import import import_catalogue
from billing.services.origins import set_origin
from billing.services.register import open_register
from billing.services.reports import begin_z
from billing.services.sample import sample_shop
from billing.services.trail import Proof, head_of, sign, verify
from billing.store.chain import read_chain
from billing.store.engine import Store, open_store
from billing.store.sealing import Key, key_file, read_keys


@pytest.fixture
def kept(shop: Store) -> Store:
    """A shop with six bills, their journal signed."""
    register = open_register(shop)
    for _ in range(6):
        register.ring(["1", "@"])
    sign(shop)
    return shop


def tamper(store: Store, statement: str) -> Proof:
    """Let somebody with the database change the journal behind the program's back."""
    with store.engine.connect() as connection, connection.begin():
        if store.engine.dialect.name == "sqlite":
            for what in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER journal_entry_no_{what}"))
        else:
            connection.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_append_only"))
        for each in statement.split(";"):
            connection.execute(text(each))
    return verify(store)


def flaws(proof: Proof) -> list[tuple[int, str]]:
    return [(flaw.number, flaw.what) for flaw in proof.flaws]


def test_an_untouched_journal_is_as_it_was_written(kept: Store) -> None:
    proof = verify(kept)
    assert (proof.entries, proof.flaws, proof.signed_up_to) == (6, [], 6)
    assert (6, proof.head) == head_of(kept)


def test_a_changed_entry_is_named(kept: Store) -> None:
    proof = tamper(kept, 'UPDATE journal_entry SET facts = \'{"total": "0.01"}\' WHERE number = 3')
    assert flaws(proof) == [(3, "was changed")]


def test_a_missing_entry_is_named(kept: Store) -> None:
    proof = tamper(kept, "DELETE FROM journal_entry WHERE number = 3")
    assert flaws(proof) == [(3, "is missing"), (4, "was changed")]


def test_entries_that_changed_places_are_named(kept: Store) -> None:
    proof = tamper(
        kept,
        "UPDATE journal_entry SET number = 99 WHERE number = 3;"
        "UPDATE journal_entry SET number = 3 WHERE number = 4;"
        "UPDATE journal_entry SET number = 4 WHERE number = 99",
    )
    assert (4, "is out of order") in flaws(proof)
    assert (3, "was changed") in flaws(proof)


def test_a_journal_cut_short_is_seen_by_its_head_and_its_signature(kept: Store) -> None:
    proof = tamper(kept, "DELETE FROM journal_entry WHERE number > 4")
    assert flaws(proof) == [(6, "is not the end"), (6, "is not what was signed")]


def test_a_journal_cut_short_with_its_head_is_seen_by_its_signature(kept: Store) -> None:
    proof = tamper(
        kept,
        "DELETE FROM journal_entry WHERE number > 4;"
        "UPDATE journal_head SET last = 4, hash = (SELECT hash FROM journal_entry WHERE number = 4)",
    )
    assert flaws(proof) == [(6, "is not what was signed")]


def cut(store: Store, *more: str) -> Proof:
    """Cut the journal short with its head and every signature."""
    head = "UPDATE journal_head SET last = 4, hash = (SELECT hash FROM journal_entry WHERE number = 4)"
    gone = ("DELETE FROM journal_entry WHERE number > 4", "DELETE FROM journal_seal")
    return tamper(store, ";".join([*gone, head, *more]))


def test_a_journal_cut_short_with_head_and_signatures_is_seen_by_its_bills(kept: Store) -> None:
    assert [str(flaw) for flaw in cut(kept).flaws] == [
        "entry 5 is missing: bill 5 is final, and no entry says so",
        "entry 5 is missing: bill 6 is final, and no entry says so",
    ]


def test_a_journal_cut_short_is_seen_by_a_document_on_paper(kept: Store) -> None:
    proof = cut(kept, "UPDATE fiscal_document SET state = 'done' WHERE subject = '1'")
    assert "entry 5 is missing: job 1 is done, and no entry says so" in [str(flaw) for flaw in proof.flaws]


def test_a_journal_cut_short_is_seen_by_a_z(kept: Store) -> None:
    set_origin(kept, "web")
    begin_z(kept, "web")
    proof = cut(kept)
    assert (7, "is not what a Z says") in flaws(proof)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET facts = '{' WHERE number = 2",
        "UPDATE journal_entry SET at = 'x' WHERE number = 2",
        "UPDATE journal_entry SET at = 7 WHERE number = 2",
        "UPDATE journal_entry SET hash = 'ы' WHERE number = 2",
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, sqlite_template: Path, statement: str) -> None:
    file = tmp_path / "unreadable.db"
    file.write_bytes(sqlite_template.read_bytes())
    with open_store(f"sqlite:///{file}") as store:
        sample_shop(store, tmp_path)
        register = open_register(store)
        for _ in range(3):
            register.ring(["1", "@"])
        proof = tamper(store, statement)
    assert (2, "was changed") in flaws(proof)


def test_a_signature_that_was_made_up_is_seen(kept: Store) -> None:
    proof = tamper(kept, "UPDATE journal_seal SET signature = '" + "00" * 64 + "'")
    assert flaws(proof) == [(6, "has a wrong signature")]


def test_another_key_cannot_vouch_for_the_entries(kept: Store) -> None:
    proof = verify(kept, [Key(b"x" * 32)])
    assert {flaw.what for flaw in proof.flaws} == {"cannot be checked"}


def test_the_key_is_its_users_alone(kept: Store, data_home: Path) -> None:
    assert head_of(kept)[0] == 6
    assert key_file().is_relative_to(data_home)
    assert key_file().stat().st_mode & 0o077 == 0
    assert len(read_keys()) == 1


def test_the_same_end_is_signed_once(kept: Store) -> None:
    assert sign(kept) == sign(kept) == 6
    assert verify(kept).signatures == 1


def test_tills_at_once_leave_no_gap_and_one_chain(shop: Store) -> None:
    def ring() -> None:
        register = open_register(shop)
        for _ in range(5):
            register.ring(["1", "@"])

    tills = [threading.Thread(target=ring) for _ in range(4)]
    for till in tills:
        till.start()
    for till in tills:
        till.join()
    proof = verify(shop)
    assert (proof.entries, proof.flaws) == (20, [])


def test_a_change_of_the_nomenclature_is_in_the_journal(shop: Store) -> None:
    import_catalogue(shop, read_csv("number;price\n23;1,75\n"), "мария")
    with shop.read() as work:
        *_, entry = read_chain(work)
    facts = entry["facts"]
    assert (entry["kind"], facts["items"], facts["made_by"]) == ("nomenclature_changed", ["plu 23"], "мария")
    assert verify(shop).flaws == []

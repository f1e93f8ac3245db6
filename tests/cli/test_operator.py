"""``billing operator``: a PIN is given, listed only as there or not, taken away."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from billing.cli.app import app
from billing.services.operators import PinWrong, prove
from billing.services.sample import sample_shop
from billing.store.engine import open_store


@pytest.fixture
def db(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a store with the sample shop."""
    file = tmp_path / "billing.db"
    file.write_bytes(sqlite_template.read_bytes())
    with open_store(f"sqlite:///{file}") as store:
        sample_shop(store, tmp_path)
    return f"sqlite:///{file}"


def _run(db: str, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["operator", *words, "--db", db], input=typed)


def test_a_pin_is_read_from_standard_input_and_proves(db: str) -> None:
    done = _run(db, "pin", "1", typed="4711\n")
    assert (done.exit_code, done.stdout) == (0, "operator 1 has a new PIN\n")
    with open_store(db) as store:
        prove(store, 1, "4711")


def test_the_list_says_who_has_a_pin_and_not_which(db: str) -> None:
    _run(db, "pin", "1", typed="4711\n")
    listed = json.loads(_run(db, "list", "--json").stdout)["operators"]
    assert [(row["number"], row["has_pin"]) for row in listed][:2] == [(1, True), (2, False)]
    assert "4711" not in _run(db, "list").stdout


def test_a_pin_is_taken_away(db: str) -> None:
    _run(db, "pin", "1", typed="4711\n")
    assert _run(db, "no-pin", "1").exit_code == 0
    assert _run(db, "no-pin", "1").exit_code == 3


def test_a_pause_is_ended(db: str) -> None:
    _run(db, "pin", "1", typed="4711\n")
    with open_store(db) as store:
        for _ in range(3):
            with pytest.raises(PinWrong):
                prove(store, 1, "0000")
        assert _run(db, "unlock", "1").exit_code == 0
        prove(store, 1, "4711")


def test_what_cannot_be_a_pin_is_one_sentence(db: str) -> None:
    refused = _run(db, "pin", "1", typed="12\n")
    assert (refused.exit_code, refused.stderr.count("\n")) == (3, 1)

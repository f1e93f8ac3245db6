"""``billing token``: a token is shown once, listed without its secret, and dead when it is revoked."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from billing.cli.app import app
from billing.services.sample import sample_shop
from billing.services.tokens import read_secret, recognise
from billing.store.engine import Store, open_store


@pytest.fixture
def db(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a store with the sample shop."""
    file = tmp_path / "billing.db"
    file.write_bytes(sqlite_template.read_bytes())
    with open_store(f"sqlite:///{file}") as store:
        sample_shop(store, tmp_path)
    return f"sqlite:///{file}"


def _run(db: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["token", *words, "--db", db])


def _holder(store: Store, secret: str) -> str | None:
    found = read_secret(secret)
    assert found is not None
    token = recognise(store, found[1])
    return None if token is None else token.name


def test_a_token_is_shown_once_and_opens_until_it_is_revoked(db: str) -> None:
    made = _run(db, "create", "till", "--right", "sell", "--right", "report", "-o", "shop")
    secret = made.stdout.strip()
    with open_store(db) as store:
        assert _holder(store, secret) == "till"
        assert secret not in _run(db, "list").stdout
        assert _run(db, "revoke", "till").exit_code == 0
        assert _holder(store, secret) is None


def test_tokens_are_listed_as_data(db: str) -> None:
    _run(db, "create", "till", "--right", "sell", "--days", "30")
    (token,) = json.loads(_run(db, "list", "--json").stdout)["tokens"]
    assert (token["name"], token["rights"], token["origins"]) == ("till", ["sell"], None)
    assert token["expires_at"] > token["created_at"]


def test_the_store_holds_no_secret(db: str) -> None:
    secret = _run(db, "create", "till", "--right", "sell").stdout.strip()
    folder = Path(db.removeprefix("sqlite:///")).parent
    kept = b"".join(file.read_bytes() for file in folder.glob("billing.db*"))
    assert secret.rpartition("_")[2].encode() not in kept


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["create", "till", "--right", "sell"], "there is or was a token 'till'"),
        (["create", "new", "--right", "sell", "-o", "moon"], "there is no origin moon"),
        (["revoke", "nobody"], "there is no token nobody"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(db: str, words: list[str], sentence: str) -> None:
    _run(db, "create", "till", "--right", "sell")
    outcome = _run(db, *words)
    assert (outcome.exit_code, sentence in outcome.stderr) == (3, True)


def test_a_token_needs_a_right(db: str) -> None:
    assert _run(db, "create", "till").exit_code == 2

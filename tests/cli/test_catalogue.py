"""``billing catalogue``: out to a file, in from one, and what happened to an item."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from billing.cli.catalogue import app
from billing.errors import BillingError
from billing.store.engine import Store

RUN = CliRunner()


@pytest.fixture
def db(shop: Store, tmp_path: Path) -> str:
    """The sample shop's address; on PostgreSQL with its password shown."""
    del tmp_path
    return shop.engine.url.render_as_string(hide_password=False)


@pytest.mark.parametrize("name", ["catalogue.toml", "catalogue.csv"])
def test_what_was_exported_is_imported_without_a_change(db: str, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    assert RUN.invoke(app, ["export", str(file), "--db", db]).stdout == f"56 items in {file}\n"
    answer = RUN.invoke(app, ["import", str(file), "--db", db, "--json"])
    assert json.loads(answer.stdout) == {"added": 0, "changed": 0, "unchanged": 56, "version": 1}


def test_an_items_versions_are_shown(db: str, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("number,price\n23,1.75\n", encoding="utf-8-sig")
    said = RUN.invoke(app, ["import", str(file), "--db", db, "--by", "мария"]).stdout
    assert said == "0 added, 1 changed, 0 as they were\n"
    versions = json.loads(RUN.invoke(app, ["history", "plu", "23", "--db", db]).stdout)["versions"]
    assert [(each["made_by"], each["after"]["price"]) for each in versions] == [("мария", "1.75")]


def test_mistakes_are_one_a_line_and_exit_with_3(db: str, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("number,price\n23,x\n24,y\n")
    answer = RUN.invoke(app, ["import", str(file), "--db", db])
    assert answer.exit_code == 3
    assert [line.strip().split(":")[0] for line in answer.stderr.splitlines()[1:]] == ["line 2", "line 3"]


@pytest.mark.parametrize(
    ("name", "text"), [("x.txt", b""), ("no.csv", None), ("x.csv", b"\xff"), ("x.toml", b"[")]
)
def test_a_file_that_cannot_be_read_is_wrong_usage(
    db: str, tmp_path: Path, name: str, text: bytes | None
) -> None:
    file = tmp_path / name
    if text is not None:
        file.write_bytes(text)
    assert RUN.invoke(app, ["import", str(file), "--db", db]).exit_code == 2


def test_a_file_that_cannot_be_written_is_a_mishap(db: str, tmp_path: Path) -> None:
    for file in (tmp_path / "x.txt", tmp_path / "no" / "x.csv"):
        answer = RUN.invoke(app, ["export", str(file), "--db", db])
        assert isinstance(answer.exception, BillingError)

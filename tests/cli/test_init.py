"""``billing init`` as a person calls it."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from billing.store.engine import SCHEMA_VERSION


def billing(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the program with a home of the test's own."""
    return subprocess.run(
        [sys.executable, "-m", "billing", *words],
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(folder), "PATH": ""},
    )


def test_init_creates_the_users_store_with_the_sample(tmp_path: Path) -> None:
    done = billing("init", "--sample", "shop", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    file = tmp_path / ".local" / "share" / "billing" / "billing.db"
    assert file.exists()
    assert json.loads(done.stdout) == {
        "store": str(file),
        "schema": SCHEMA_VERSION,
        "before": None,
        "sample": "shop",
        "origin": "shop",
        "device": f"datecs-p:{file.parent}/printer",
    }


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_the_folder_of_the_samples_printer_is_there_beside_postgresql_too(
    store_url: str, tmp_path: Path
) -> None:
    done = billing("init", "--db", store_url, "--sample", "shop", "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(json.loads(done.stdout)["device"].partition(":")[2]).parent.is_dir()


def test_init_again_says_that_the_store_was_up_to_date(tmp_path: Path) -> None:
    db = str(tmp_path / "x.db")
    assert "created" in billing("init", "--db", db, folder=tmp_path).stdout
    assert "was up to date" in billing("init", "--db", db, folder=tmp_path).stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--sample", "hotel"), "there is no sample 'hotel'; there is shop"),
        (("--db", "mysql://host/x"), "is not a store"),
    ],
)
def test_a_wrong_call_is_one_sentence(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = billing("init", *words, folder=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = billing("init", "--db", str(tmp_path / "file" / "x.db"), folder=tmp_path)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1


def test_a_store_that_does_not_say_its_schema_is_left_alone(tmp_path: Path) -> None:
    """Our tables with an empty alembic_version: nothing is created over them, and it says what to do."""
    db = tmp_path / "x.db"
    assert billing("init", "--db", str(db), folder=tmp_path).returncode == 0
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("DELETE FROM alembic_version")
        connection.commit()
    done = billing("init", "--db", str(db), folder=tmp_path)
    assert done.returncode not in {0, 1}
    assert len(done.stderr.splitlines()) == 1
    assert "alembic_version is empty" in done.stderr
    assert "billing backup" in done.stderr


def test_an_empty_version_table_alone_is_an_empty_store(tmp_path: Path) -> None:
    db = tmp_path / "x.db"
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.commit()
    assert "created" in billing("init", "--db", str(db), folder=tmp_path).stdout

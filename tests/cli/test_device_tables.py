"""``billing device``: the technician's commands, by address, beside an emulated printer."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from billing.cli.app import app
from billing.cli.device_service import PartMissing
from tests.devices.documents import RECEIPT

BILLING = [sys.executable, "-c", "from billing.cli.app import main; main()"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An emulated Datecs P on a free port."""
    command = [*BILLING, "emulate", "datecs-p", "--tcp", "0"]
    paper = str(tmp_path_factory.mktemp("paper") / "paper")
    with subprocess.Popen([*command, "--paper", paper], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"datecs-p:socket://{process.stdout.readline().split()[-1]}"
        process.terminate()


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes and leases go below the test's own folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def device(*said: str, given: str = "") -> Result:
    """Run ``billing device``."""
    return CliRunner().invoke(app, ["device", *said], input=given)


def told(*said: str) -> dict[str, object]:
    """Return the JSON that a command which succeeds answers."""
    outcome = device(*said, "--json")
    assert outcome.exit_code == 0, outcome.output
    found: dict[str, object] = json.loads(outcome.stdout)
    return found


def test_an_article_is_written_read_listed_and_deleted(address: str) -> None:
    assert device("plu", "write", address, "7", "2.50", "Чай").exit_code == 0
    assert told("plu", "read", address, "7")["name"] == "Чай"
    assert "Чай" in device("plu", "list", address).output
    assert device("plu", "delete", address, "7").exit_code == 0
    gone = device("plu", "read", address, "7")
    assert (gone.exit_code, gone.stderr) == (3, "billing: PLU 7: it is not programmed on the device\n")


@pytest.mark.parametrize(
    ("price", "why"),
    [("2,50", "'2,50' is not a decimal such as '1.50'"), ("2.505", "a device takes prices of two decimals")],
)
def test_a_price_that_a_device_cannot_keep_is_a_sentence(address: str, price: str, why: str) -> None:
    outcome = device("plu", "write", address, "7", price, "Чай")
    assert outcome.exit_code == 3
    assert why in outcome.stderr


def test_a_department_is_stored_and_shown(address: str) -> None:
    stored = told("department", address, "3", "--name", "Кухня", "--tax-group", "4")
    assert stored == {"number": 3, "name": "Кухня", "tax_group": 4}


def test_an_operator_is_named_and_gets_a_password_that_nobody_sees(address: str) -> None:
    outcome = device("operator", address, "2", "--name", "Мария", "--new-password", given="0000\n4711\n")
    assert outcome.exit_code == 0, outcome.output
    assert "Мария" in outcome.output
    assert "4711" not in outcome.output


def test_lines_above_and_below_a_receipt_are_stored_and_shown(address: str) -> None:
    assert device("header", address, "Кафе Витоша", "София").output.startswith("Кафе Витоша\nСофия\n")
    assert told("footer", address, "Заповядайте")["lines"] == ["Заповядайте", ""]


def test_a_range_of_invoice_numbers_is_given_and_shown(address: str) -> None:
    assert told("invoices", address, "1001", "2000") == {
        "first": 1001,
        "last": 2000,
        "next": 1001,
        "left": 1000,
    }
    assert told("invoices", address)["next"] == 1001
    assert isinstance(device("invoices", address, "1").exception, PartMissing)


def test_a_document_is_read_from_the_journal(address: str, tmp_path: Path) -> None:
    document = tmp_path / "document.json"
    document.write_text(json.dumps(RECEIPT))
    printed = CliRunner().invoke(app, ["print", address, str(document), "--json"])
    number = json.loads(printed.stdout)["document_number"]
    assert RECEIPT["unique_sale_number"] in device("journal", address, "--document", number).output
    gone = device("journal", address, "--document", "999")
    assert (gone.exit_code, gone.stderr) == (3, "billing: the device's journal has no document 999\n")
    assert isinstance(device("journal", address).exception, PartMissing)


def test_rates_registers_and_room_are_shown(address: str) -> None:
    assert told("rates", address)["2"] == "20.00"
    assert "group_2" in told("registers", address)
    assert told("room", address)["reports"]


@pytest.mark.parametrize("said", [("drawer",), ("feed", "2"), ("cut",), ("show", "Добър ден", "12.50")])
def test_drawer_paper_and_display_obey(address: str, said: tuple[str, ...]) -> None:
    assert device(said[0], address, *said[1:]).exit_code == 0


def test_what_a_family_lacks_is_said_before_the_first_byte(address: str) -> None:
    outcome = device("cut", address.replace("datecs-p", "datecs-c"))
    assert outcome.exit_code == 3
    assert "datecs-c cannot cut paper" in outcome.stderr

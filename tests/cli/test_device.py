"""``billing device`` and the answers of ``billing print`` beside an emulated printer."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from billing.cli.app import app
from tests.devices.documents import RECEIPT

BILLING = [sys.executable, "-c", "from billing.cli.app import main; main()"]


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An emulated Datecs P on a free port; notes go below the test's own folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    command = [*BILLING, "emulate", "datecs-p", "--tcp", "0", "--paper", str(tmp_path / "paper")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"datecs-p:socket://{process.stdout.readline().split()[-1]}"
        process.terminate()


def test_drivers_are_listed_with_their_models() -> None:
    outcome = CliRunner().invoke(app, ["device", "drivers", "--json"])
    assert outcome.exit_code == 0
    assert "FP-800" in json.loads(outcome.output)["datecs-p"]


def test_a_device_is_checked_by_its_address(address: str) -> None:
    outcome = CliRunner().invoke(app, ["device", "check", address, "--json"])
    found = json.loads(outcome.output)
    assert (found["device_number"], found["fiscal_memory_number"]) == ("DT000600", "02000600")
    assert found["rates"]["2"] == "20.00"


def test_a_status_tells_what_is_open(address: str) -> None:
    outcome = CliRunner().invoke(app, ["device", "status", address])
    assert outcome.exit_code == 0
    assert "open                   none" in outcome.output


def test_a_printed_document_is_told_in_a_sentence(address: str, tmp_path: Path) -> None:
    document = tmp_path / "document.json"
    document.write_text(json.dumps(RECEIPT))
    outcome = CliRunner().invoke(app, ["print", address, str(document)])
    assert outcome.exit_code == 0
    assert outcome.output.startswith("printed: document 0000001")
    assert "total 24.24" in outcome.output


def test_a_refusal_in_json_names_what_became_of_the_paper(address: str, tmp_path: Path) -> None:
    document = tmp_path / "document.json"
    document.write_text('{"kind": "cash", "amount": "-5"}')
    outcome = CliRunner().invoke(app, ["print", address, str(document), "--json"])
    error = json.loads(outcome.stdout)["error"]
    assert outcome.exit_code == 4
    assert (error["code"], error["maker_code"], error["printed"]) == ("cash-short", "F", "no")


def test_a_file_that_is_not_there_is_a_usage_mistake(address: str) -> None:
    outcome = CliRunner().invoke(app, ["print", address, "no-such-file.json"])
    assert outcome.exit_code == 2
    assert "no-such-file.json cannot be read" in outcome.stderr

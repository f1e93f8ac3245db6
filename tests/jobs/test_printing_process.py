"""The real command on a real pseudo-terminal, killed for real, and what it answers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.devices.documents import RECEIPT

BILLING = [sys.executable, "-c", "from billing.cli.app import main; main()"]


@contextmanager
def emulated(folder: Path, faults: str = "") -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run an emulated Datecs P on a pseudo-terminal; yields its address and its process, which prints."""
    tty = folder / "tty"
    command = [*BILLING, "emulate", "datecs-p", "--pty", str(tty), "--state", str(folder / "device.json")]
    with subprocess.Popen([*command, "--faults", faults], stdout=subprocess.PIPE, text=True) as process:
        wait_for(process, "ready")
        try:
            yield f"datecs-p:{tty}", process
        finally:
            process.terminate()


def wait_for(process: "subprocess.Popen[str]", text: str) -> None:
    """Read what ``process`` writes until a line holds ``text``."""
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return
    raise AssertionError(f"it ended without {text!r}")


@pytest.fixture
def receipt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The receipt's file; notes go below the test's own folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(RECEIPT), "utf-8")
    return path


def billing_print(address: str, receipt: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*BILLING, "print", address, str(receipt), "--json"], capture_output=True, text=True, check=False
    )


def receipts(folder: Path) -> int:
    """Return how many fiscal receipts the device's own file holds."""
    memory: dict[str, Any] = json.loads((folder / "device.json").read_text("utf-8"))
    closed: int = memory["day"]["fiscal_receipts"]
    return closed


def test_a_receipt_is_printed_and_the_second_asking_gets_the_first_answer(receipt: Path) -> None:
    with emulated(receipt.parent) as (address, _):
        first = billing_print(address, receipt)
        second = billing_print(address, receipt)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert json.loads(first.stdout)["document_number"] == "0000001"
    assert first.stdout == second.stdout
    assert receipts(receipt.parent) == 1


@pytest.mark.parametrize("line", ["Сирене", "ОБЩА СУМА", "ФИСКАЛЕН БОН"])
def test_a_program_killed_while_the_device_prints_leaves_one_receipt(receipt: Path, line: str) -> None:
    """The device is busy with a line, a payment or the close while the program dies by SIGKILL."""
    with emulated(receipt.parent, "busy@cmd=31#2:0.5,busy@cmd=35:0.5,busy@cmd=38:0.5") as (address, device):
        with subprocess.Popen(
            [*BILLING, "print", address, str(receipt), "--json"], stdout=subprocess.PIPE
        ) as first:
            wait_for(device, line)
            os.kill(first.pid, signal.SIGKILL)
        again = billing_print(address, receipt)
    assert first.returncode == -signal.SIGKILL
    assert again.returncode == 0, again.stderr
    answer = json.loads(again.stdout)
    assert (answer["printed"], answer["total"]) == ("yes", RECEIPT["total"])
    assert receipts(receipt.parent) == 1


def test_two_programs_at_once_print_one_receipt_and_answer_the_same(receipt: Path) -> None:
    command = [*BILLING, "print", "", str(receipt), "--json"]
    with emulated(receipt.parent) as (address, _):
        command[-3] = address
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        answers = [process.communicate()[0] for process in both]
    assert answers[0] == answers[1]
    assert json.loads(answers[0])["printed"] == "yes"
    assert receipts(receipt.parent) == 1


def test_a_port_that_is_not_there_is_a_device_error_and_not_printed(receipt: Path) -> None:
    ended = billing_print(f"datecs-p:{receipt.parent}/no-tty", receipt)
    error = json.loads(ended.stdout)["error"]
    assert ended.returncode == 4
    assert (error["code"], error["printed"]) == ("port-missing", "no")
    assert "no-tty (No such file or directory): the port cannot be opened" in error["message"]


def test_a_document_with_a_mistake_is_refused_with_its_path(receipt: Path) -> None:
    receipt.write_text(json.dumps(RECEIPT | {"payments": [{"category": "gold", "amount": "1"}]}), "utf-8")
    ended = billing_print("datecs-p:/nowhere", receipt)
    error = json.loads(ended.stdout)["error"]
    assert ended.returncode == 3
    assert error["message"].startswith("document $.payments[0].category")
    assert error["printed"] == "no"

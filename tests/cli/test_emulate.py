"""``billing emulate``: says when it is ready, serves, and ends cleanly."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from billing.cli.emulate import AddressMissing, PaperMistake, app
from billing.emulators.faults import FaultMistake
from billing.emulators.registry import FAMILIES, UnknownEmulator
from tests.emulators.isl_host import frame, take_apart

COMMAND = [sys.executable, "-c", "from billing.cli.app import main; main()", "emulate"]


def started(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(number)
    _, errors = process.communicate(timeout=20)
    return process.returncode, errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_ready_and_ends_cleanly_on_a_signal(number: signal.Signals) -> None:
    process = started("datecs-p", "--tcp", "0")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("ready 127.0.0.1:")
    assert ended(process, number) == (0, "")


def test_state_and_paper_are_kept_in_files(tmp_path: Path) -> None:
    link, state, paper = tmp_path / "printer", tmp_path / "state.json", tmp_path / "paper.txt"
    process = started("datecs-p", "--pty", str(link), "--state", str(state), "--paper", str(paper))
    assert process.stdout is not None
    assert process.stdout.readline() == f"ready {link}\n"
    client = os.open(link, os.O_RDWR | os.O_NOCTTY)
    os.write(client, frame(0x46, b"12.50", 0x30))
    answer = b""
    while not answer.endswith(b"\x03"):
        answer += os.read(client, 4096)
    os.close(client)
    assert take_apart(answer).data.startswith("P,0000001250")
    assert ended(process)[0] == 0
    assert json.loads(state.read_text(encoding="utf-8"))["cash"] == "12.50"
    assert "СИМУЛАЦИЯ / EMULATED" in paper.read_text(encoding="utf-8")


def test_a_mistake_is_one_sentence_and_exit_code_two() -> None:
    process = started("abacus", "--tcp", "0")
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output) == (2, "")
    assert errors.startswith("billing: no emulated device is called 'abacus'")
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        (["datecs-p"], AddressMissing),
        (["datecs-p", "--tcp", "0", "--pty", "x"], AddressMissing),
        (["datecs-p", "--tcp", "0", "--faults", "explode@1"], FaultMistake),
        (["abacus", "--tcp", "0"], UnknownEmulator),
        (["datecs-p", "--tcp", "0", "--paper", "/nowhere/paper"], PaperMistake),
    ],
)
def test_wrong_usage_is_named(arguments: list[str], mistake: type[Exception]) -> None:
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, mistake)


def test_the_help_names_every_device() -> None:
    text = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    assert all(name in text for name in FAMILIES)

"""One owner of a port: what several processes ask of one device never interleaves on the line."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from billing.emulators.device import Action, Emulator, Send, Wait
from billing.emulators.registry import make
from tests.devices.documents import RECEIPT
from tests.jobs.terminal import LIMIT_S, on_terminal

BILLING = [sys.executable, "-c", "from billing.cli.app import main; main()"]
OPEN, SELL, CLOSE = 0x30, 0x31, 0x38
BUSY = b"\x16"


class Held:
    """An emulated Datecs P that stays busy with the first sale of a receipt until it is let go."""

    def __init__(self, device: Emulator) -> None:
        self.device = device
        self.selling = threading.Event()
        self.go_on = threading.Event()
        self.codes: list[int] = []
        """The commands it was sent, in order."""

    def feed(self, data: bytes) -> Iterator[Action]:
        """Answer; the first sale only after a while of busy signs."""
        self.codes.append(data[3])
        actions = self.device.feed(data)
        if data[3] == SELL:
            self.selling.set()
            while not self.go_on.is_set():
                yield Send(BUSY)
                yield Wait(0.05)
        yield from actions

    def line_closed(self) -> None:
        self.device.line_closed()

    def while_waiting(self, data: bytes) -> bytes | None:
        return self.device.while_waiting(data)


def billing(*words: str, folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*BILLING, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"HOME": str(folder), "BILLING_DATABASE_URL": f"sqlite:///{folder}/billing.db"},
    )


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Return how a process ended, and what it wrote."""
    out, err = process.communicate(timeout=LIMIT_S)
    return process.returncode, out, err


@pytest.fixture
def held() -> Held:
    return Held(make("datecs-p"))


def test_a_technicians_commands_wait_or_are_refused_while_a_document_prints(
    held: Held, tmp_path: Path
) -> None:
    """``status`` waits for its turn, ``record`` finds the port taken; neither says a byte meanwhile."""
    (receipt := tmp_path / "receipt.json").write_text(json.dumps(RECEIPT), "utf-8")
    address = f"datecs-p:{tmp_path / 'tty'}"
    with on_terminal(held, tmp_path / "tty"):
        printing = billing("print", address, str(receipt), "--json", folder=tmp_path)
        assert held.selling.wait(LIMIT_S)
        status = billing("device", "status", address, folder=tmp_path)
        recording = ended(billing("device", "record", address, str(tmp_path / "r.toml"), folder=tmp_path))
        held.go_on.set()
        printed, told = ended(printing), ended(status)
    assert recording[0] == 4, recording
    assert "tty" in recording[2]
    assert (printed[0], told[0]) == (0, 0), (printed, told)
    assert whole_receipts(held.codes) == 1


def test_a_check_of_a_device_in_the_store_does_not_interleave_with_a_till(held: Held, tmp_path: Path) -> None:
    """The lease of the device's row keeps two processes of one store apart."""
    assert ended(billing("init", "--sample", "shop", folder=tmp_path))[0] == 0
    with on_terminal(held, tmp_path / "printer"):
        till = billing("ring", "1.20", "@", "--json", folder=tmp_path)
        assert held.selling.wait(LIMIT_S)
        check = ended(billing("device", "check", "printer", folder=tmp_path))
        held.go_on.set()
        rung = ended(till)
        after = ended(billing("device", "check", "printer", folder=tmp_path))
    assert check[0] == 4, check
    assert len(check[2].splitlines()) == 1
    assert rung[0] == 0, rung
    assert json.loads(rung[1])["receipt"]["printed"] == "yes"
    assert after[0] == 0, after
    assert whole_receipts(held.codes) == 1


def whole_receipts(codes: list[int]) -> int:
    """Count the receipts on the line, each from its opening to its close without anything else between."""
    openings: list[Any] = [place for place, code in enumerate(codes) if code == OPEN]
    for place in openings:
        receipt = codes[place : codes.index(CLOSE, place) + 1]
        assert set(receipt) <= {OPEN, SELL, 0x33, 0x36, 0x4C, 0x35, CLOSE}, receipt
    return len(openings)

"""An emulated device on a real pseudo-terminal that kills the program which prints on it, by SIGKILL.

The program is killed while it waits for an answer, so no timing decides what the device has heard: either
the frame never reached it, or it was carried out and the answer is never sent.
"""

import copy
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from billing.emulators.device import Action, Emulator
from billing.emulators.memory import Memory
from billing.emulators.registry import make
from tests.jobs.terminal import LIMIT_S, on_terminal

BILLING: Final = [sys.executable, "-c", "from billing.cli.app import main; main()"]


@dataclass(frozen=True)
class Moment:
    """A frame of the exchange, known by what it does to the device.

    Args:
        name: what the test shows.
        reached: whether the device's memory shows that the frame was carried out.
        arrives: False: the frame is lost with the program; True: only its answer is.
    """

    name: str
    reached: Callable[[Memory], bool]
    arrives: bool


MOMENTS: Final = (
    Moment("before it opens", lambda memory: memory.receipt is not None, arrives=False),
    Moment("after the third sale", lambda memory: _open(memory, sales=3), arrives=True),
    Moment("after the first payment", lambda memory: _open(memory, payments=1), arrives=True),
    Moment("before the answer to the close", lambda memory: memory.day.fiscal_receipts == 1, arrives=True),
)
"""One after the other in the life of one receipt."""


def _open(memory: Memory, sales: int = 0, payments: int = 0) -> bool:
    receipt = memory.receipt
    return receipt is not None and receipt.sales >= sales and len(receipt.payments) >= payments


class Deadly:
    """An emulated device that can be told to kill its client at a moment."""

    def __init__(self, device: Emulator) -> None:
        self.device = device
        self._deaths: queue.Queue[tuple[Moment, int]] = queue.Queue()
        self._due: tuple[Moment, int] | None = None
        self.expecting = threading.Event()
        """Set while somebody is to be killed: his first frame waits until it is known who he is."""

    @property
    def memory(self) -> Memory:
        """What the device keeps without power."""
        return self.device.memory

    def kill(self, moment: Moment, process: int) -> None:
        """Let ``process`` die at ``moment``."""
        self._deaths.put((moment, process))

    def feed(self, data: bytes) -> list[Action]:
        """Return what the device does about ``data``; nothing when its client died of it."""
        after = copy.deepcopy(self.device)
        actions = after.feed(data)
        if self.expecting.is_set():
            moment, process = self._due or self._deaths.get(timeout=LIMIT_S)
            self._due = moment, process
            if moment.reached(after.memory):
                os.kill(process, signal.SIGKILL)
                self._due = None
                self.expecting.clear()
                self.device = after if moment.arrives else self.device
                return []
        self.device = after
        return actions

    def line_closed(self) -> None:
        """Forget half a frame."""
        self.device.line_closed()

    def while_waiting(self, data: bytes) -> bytes | None:
        """Return what is answered at once to ``data``."""
        return self.device.while_waiting(data)


@contextmanager
def deadly(driver: str, link: Path) -> Iterator[Deadly]:
    """Serve a device of ``driver`` on a pseudo-terminal under ``link``."""
    device = Deadly(make(driver))
    with on_terminal(device, link):
        yield device


def printed(address: str, document: Path) -> "subprocess.CompletedProcess[str]":
    """Print ``document`` with a program of its own, to the end."""
    return subprocess.run(
        [*BILLING, "print", address, str(document), "--json"],
        capture_output=True, text=True, check=False, timeout=LIMIT_S,
    )  # fmt: skip


def killed(device: Deadly, moment: Moment, address: str, document: Path) -> int:
    """Print ``document`` with a program that dies at ``moment``; return how it ended."""
    device.expecting.set()
    command = [*BILLING, "print", address, str(document), "--json"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        device.kill(moment, process.pid)
        return process.wait(LIMIT_S)

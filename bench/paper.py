"""A receipt on a paced serial line, against a bare client that says the shortest legal dialogue.

Both speak to the same emulated Datecs P in this process over a real pseudo-terminal. The line is paced: a
byte takes ten bits of 9,600 or 115,200 a second, in both directions, and a printed line of paper takes the
time a thermal printer needs. Ours writes its notes to files, synced, before opening, before the first
payment and before the close, reads the device's total before paying and its numbers afterwards.
"""

import os
import pty
import tempfile
import threading
import tty
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from bench.table import Row, against
from billing.devices.address import Address
from billing.devices.frames.events import Reply
from billing.devices.frames.isl import IslCodec
from billing.devices.registry import printer_at
from billing.devices.transport import SerialTransport
from billing.documents import read_document
from billing.emulators.device import Action, Emulator, Wait
from billing.emulators.paper import Paper
from billing.emulators.registry import make
from billing.emulators.server import Stop, serve
from billing.jobs.file_notebook import FileNotebook
from billing.jobs.printing import run

SPEEDS: Final = ((9_600, 1.05), (115_200, 1.15))
"""Bits a second, and the aim."""
LINE_S: Final = 0.06
"""Seconds a line of paper takes: 3.75 mm at 60 mm a second."""
ROUNDS: Final = 5
GOODS: Final = (
    ("Хляб", "1.50", "2"),
    ("Сирене", "12.00", "0.350"),
    ("Мляко", "2.40", "1"),
    ("Кафе", "3.33", "3"),
)


class Paced:
    """An emulated device as slow as its line and its paper.

    Args:
        device: the device.
        baud: bits a second.
        line_s: seconds a line of paper takes.
        printed: the lines that its paper was given; emptied here.
    """

    def __init__(self, device: Emulator, baud: int, line_s: float, printed: list[str]) -> None:
        self._device = device
        self._printed = printed
        self._byte_s = 10 / baud
        self._line_s = line_s

    def feed(self, data: bytes) -> list[Action]:
        """Answer after the time that request, paper and answer take."""
        actions = self._device.feed(data)
        answered = sum(len(getattr(action, "data", b"")) for action in actions)
        taken_s = (len(data) + answered) * self._byte_s + len(self._printed) * self._line_s
        self._printed.clear()
        return [Wait(taken_s), *actions]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever the device has
        return getattr(self._device, name)


class Ends:
    """A pseudo-terminal: the emulator's end, as its server wants it, and the client's path."""

    def __init__(self) -> None:
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        self.address = os.ttyname(self._theirs)

    def fileno(self) -> int:
        """Return the emulator's end."""
        return self._ours

    def receive(self) -> bytes | None:
        """Return what the client sent."""
        return os.read(self._ours, 4096)

    def send(self, data: bytes) -> None:
        """Send to the client."""
        os.write(self._ours, data)

    def hang_up(self) -> None:
        """Nothing hangs up here."""

    def close(self) -> None:
        """Close both ends."""
        os.close(self._ours)
        os.close(self._theirs)


@contextmanager
def device(baud: int, line_s: float) -> Iterator[str]:
    """Serve a paced device in a thread and hand out the path of its line."""
    ends, stop = Ends(), Stop()
    printed: list[str] = []
    paced: Any = Paced(make("datecs-p", paper=Paper(printed.append)), baud, line_s, printed)
    line: Any = ends
    server = threading.Thread(target=serve, args=(paced, line, stop, lambda _: None))
    server.start()
    try:
        yield ends.address
    finally:
        stop.ask()
        server.join()
        ends.close()


def ours(path: str, folder: Path) -> Callable[[], object]:
    """Return a call that prints a receipt exactly once, on a connection that stays open as a till's does."""
    printer = printer_at(Address.parse(f"datecs-p:{path}"))
    sales = count(1)

    def receipt() -> object:
        number = f"DT000600-0001-{next(sales):07d}"
        document = read_document(
            {
                "kind": "receipt",
                "unique_sale_number": number,
                "operator": {"code": "1", "password": "0000"},
                "lines": [{"text": text, "price": price, "qty": qty} for text, price, qty in GOODS],
                "payments": [{"category": "cash", "amount": "20.00"}],
                "total": "19.59",
            }
        )
        return run(document, printer, FileNotebook(path, document, folder))

    return receipt


def bare(path: str) -> Callable[[], object]:
    """Return a call that says open, sell, pay, close and waits for each answer; it keeps nothing."""
    transport, codec = SerialTransport(path, 115_200), IslCodec(status_length=6, data_max=213, probe=0x4A)
    transport.reopen()
    decoder, numbers, sales = codec.decoder(), count(), count(5_000_000)

    def say(code: int, data: bytes) -> None:
        transport.write(codec.encode(0x20 + next(numbers) % 0x60, code, data))
        while not any(isinstance(event, Reply) for event in decoder.feed(transport.read(1.0))):
            pass

    def receipt() -> object:
        say(0x30, f"1,0000,1,DT000600-0001-{next(sales):07d}".encode())
        for text, price, qty in GOODS:
            say(0x31, f"{text}\tБ{price}*{qty}".encode("cp1251"))
        say(0x35, b"\tP20.00")
        say(0x38, b"")
        return None

    return receipt


def measure(baud: int, line_s: float) -> tuple[float, float, float]:
    """Return seconds of a receipt, of the bare dialogue, and their ratio."""
    with (
        tempfile.TemporaryDirectory() as folder,
        device(baud, line_s) as path,
        device(baud, line_s) as bare_path,
    ):
        return against(ours(path, Path(folder)), bare(bare_path), rounds=ROUNDS)


def rows() -> Iterable[Row]:
    """Yield a row for each speed, and one of the line alone, where paper takes no time at all."""
    for baud, aim in SPEEDS:
        work, floor, ratio = measure(baud, LINE_S)
        yield Row(
            f"receipt on a paced line, {baud:,} baud",
            work * 1e3,
            floor * 1e3,
            "ms",
            aim,
            ratio,
            "bare client",
        )
    for baud, _ in SPEEDS:
        work, floor, ratio = measure(baud, 0.0)
        yield Row(
            f"the same, paper in no time, {baud:,} baud",
            work * 1e3,
            floor * 1e3,
            "ms",
            None,
            ratio,
            "bare client",
        )

"""Emulated devices on real sockets inside the test's process, with a hand at every frame they hear."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from billing.emulators.device import Action, Emulator
from billing.emulators.faults import Faults
from billing.emulators.memory import Memory
from billing.emulators.registry import make
from billing.emulators.server import Stop, TcpLine, serve


@dataclass
class Heard:
    """An emulated device that tells ``hear`` of every frame before it answers."""

    device: Emulator
    hear: Callable[[], None]

    def feed(self, data: bytes) -> list[Action]:
        self.hear()
        return self.device.feed(data)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever the device has
        return getattr(self.device, name)


@dataclass
class OnSocket:
    """One device ``DT00070N``; it can be switched off, and on again at the same address."""

    place: int
    hear: Callable[[], None] = lambda: None
    faults: str = ""
    port: int = 0
    stop: Stop = field(default_factory=Stop)
    thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.device = make("datecs-p", faults=Faults.parse(self.faults, 0))
        self.device.memory.device_number = f"DT00070{self.place}"
        self.device.memory.fiscal_memory_number = f"0200070{self.place}"

    @property
    def memory(self) -> Memory:
        return self.device.memory

    @property
    def address(self) -> str:
        return f"datecs-p:socket://127.0.0.1:{self.port}"

    @property
    def sales(self) -> list[str]:
        """The unique sale number of each closed receipt, in the order of the device's journal."""
        receipts = [each.receipt for each in self.memory.journal if each.receipt_number]
        return [each.unique_sale_number for each in receipts if each is not None]

    def on(self) -> "OnSocket":
        line = TcpLine(self.port)
        self.port = int(line.address.rpartition(":")[2])
        self.stop = Stop()
        heard: Any = Heard(self.device, self.hear)
        stop = self.stop

        def run() -> None:
            try:
                serve(heard, line, stop, ready=lambda _: None)
            finally:
                line.close()
                stop.close()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        return self

    def off(self) -> None:
        self.stop.ask()
        if self.thread is not None:
            self.thread.join()

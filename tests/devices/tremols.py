"""Emulated Tremols with settings of their own, and what they were sent."""

from typing import Any

from billing.emulators.faults import Faults
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper
from billing.emulators.tremol import Tremol
from billing.emulators.wire import Wire
from tests.devices.documents import RECEIPT
from tests.devices.wired import Bench

DRIVER = "tremol"
DOCUMENT: dict[str, Any] = RECEIPT | {"unique_sale_number": "ZK000600-0001-0001000"}


def bench(faults: str = "", options: str = "", **settings: object) -> Bench:
    """Return a device with settings of its own."""
    made = Bench(DRIVER, options=options)
    memory = Memory.fresh("ZK")
    memory.settings.update(settings)
    made.device = Tremol(memory, Faults.parse(faults), made.clock, Paper())
    made.wire = Wire(made.device, made.clock)
    return made


def sent(device: Bench, code: int) -> list[bytes]:
    """Return the data of every frame with command ``code`` that the device was sent."""
    return [frame[4:-3] for frame in device.wire.sent if frame[:1] == b"\x02" and frame[3] == code]


def order(device: Bench) -> list[int]:
    return [frame[3] for frame in device.wire.sent if frame[:1] == b"\x02"]

"""A line that tells what was said on it, for tests of what a driver sends."""

from dataclasses import dataclass, field
from typing import Any

from billing.documents import read_document
from billing.jobs.notebook import MemoryNotebook
from billing.jobs.printing import run
from tests.devices.wired import Bench, WireTransport


@dataclass
class Tap(WireTransport):
    """A line that keeps the commands it carried, without the address and the frame of ISL ICP."""

    commands: list[bytes] = field(default_factory=list)

    def write(self, data: bytes) -> None:
        self.commands.append(data[5:-5])
        super().write(data)


def said(bench: Bench, document: dict[str, Any]) -> list[bytes]:
    """Print ``document`` and return the commands that it took."""
    printer, tap = bench.printer(), Tap(bench.wire, bench.clock)
    printer.link.transport = tap
    run(read_document(document), printer, MemoryNotebook())
    return tap.commands

"""Reads ``tests/vectors/*.toml``: what a driver says on the wire and what it makes of the answer.

A vector is one operation of a dialect:

    [[exchange]]
    name = "what it shows"
    talk = "sell"                  # a method of the dialect
    line = { text = "Хляб", ... }  # its argument: line, document, payment, modifier or text
    seq = 0x25                     # the first frame's sequence number; leave out where frames carry none
    sent = ["01 37 25 31 ..."]     # every frame of ours
    received = ["01 ..."]          # the device's answer to each
    returns = "..."                # what the talk returns: its str(), or a dataclass as Python writes it
    refused = "syntax"             # instead: the code of the refusal
    asks_back = true               # a lost answer is asked about, so the cut answer has its own tests
"""

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from billing.clock import SetClock
from billing.devices import standing
from billing.devices.faults import Fault
from billing.devices.link import Link
from billing.devices.printer import Printer
from billing.devices.registry import dialect_class
from billing.devices.talk import Talk
from billing.documents import Modifier, PaymentLine, SaleLine, read_document
from tests.devices.wired import NOON

FOLDER: Final = Path(__file__).parents[1] / "vectors"

ARGUMENTS: Final[dict[str, Callable[[Any], object]]] = {
    "line": SaleLine.model_validate,
    "document": read_document,
    "payment": PaymentLine.model_validate,
    "modifier": Modifier.model_validate,
    "text": str,
}


NAMES: Final = {**vars(standing), "Decimal": Decimal, "datetime": dt, "Fault": Fault}
"""What ``returns`` may write."""


@dataclass(frozen=True)
class Vector:
    """One operation and its bytes."""

    driver: str
    name: str
    talk: str
    sent: tuple[bytes, ...]
    received: tuple[bytes, ...]
    argument: object = None
    seq: int | None = None
    returns: str = "None"
    refused: str = ""
    asks_back: bool = False

    def is_result(self, value: object) -> bool:
        """Return whether ``value`` is what ``returns`` writes: as text, or member by member.

        A member that is left out has its default, so a new one changes no vector.
        """
        if str(value) == self.returns:
            return True
        if not is_dataclass(value):
            return False
        written = re.sub(r"<(\w+\.\w+): .*?>", r"\1", self.returns)
        expected: object = eval(written, dict(NAMES))  # noqa: S307 our own vectors
        return value == expected

    def start(self, printer: Printer) -> Talk[object]:
        """Return the operation's talk."""
        operation = getattr(printer.dialect, self.talk)
        talk: Talk[object] = operation() if self.argument is None else operation(self.argument)
        return talk


def vectors() -> Iterator[Vector]:
    """Yield every vector of every file; the file's name is the driver's."""
    for path in sorted(FOLDER.glob("*.toml")):
        for row in tomllib.loads(path.read_text("utf-8"))["exchange"]:
            made = [read(row[name]) for name, read in ARGUMENTS.items() if name in row]
            yield Vector(
                driver=path.stem,
                name=row["name"],
                talk=row["talk"],
                sent=tuple(map(bytes.fromhex, row["sent"])),
                received=tuple(map(bytes.fromhex, row["received"])),
                argument=made[0] if made else None,
                seq=row.get("seq"),
                returns=row.get("returns", "None"),
                refused=row.get("refused", ""),
                asks_back=row.get("asks_back", False),
            )


READY: Final = b"\x40"
"""The answer to a ping (Tremol ZFP, section 3)."""


@dataclass
class Script:
    """A transport that answers each expected frame in pieces; a frame said again is answered whole.

    ``answer`` makes of one answer the pieces in which it arrives the first time. A ``ping`` stands in no
    vector: it is answered "ready" at once.
    """

    vector: Vector
    clock: SetClock
    answer: Callable[[bytes], list[bytes]]
    ping: bytes = b""
    said: list[bytes] = field(default_factory=list)
    coming: list[bytes] = field(default_factory=list)

    def write(self, data: bytes) -> None:
        if data == self.ping:
            self.coming.append(READY)
            return
        again = data in self.said
        self.said.append(data)
        place = len(set(self.said)) - 1
        assert data == self.vector.sent[place], f"sent {data.hex(' ')}"
        whole = self.vector.received[place]
        self.coming += [whole] if again else self.answer(whole)

    def read(self, limit_s: float) -> bytes:
        if self.coming:
            return self.coming.pop(0) if limit_s > 0 else b""
        self.clock.move(limit_s)
        return b""

    def pause(self, seconds: float) -> None:
        self.clock.move(seconds)

    def reopen(self) -> None:
        pass

    def close(self) -> None:
        pass


def printer_for(vector: Vector, answer: Callable[[bytes], list[bytes]]) -> tuple[Printer, Script]:
    """Return a printer whose device answers by ``vector``."""
    dialect = dialect_class(vector.driver)()
    clock = SetClock(NOON)
    codec = dialect.codec()
    script = Script(vector, clock, answer, codec.ping)
    link = Link(script, codec, dialect.limits, clock)
    if vector.seq is not None:
        link._number = vector.seq
    return Printer(dialect, link), script

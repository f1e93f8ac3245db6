"""Writes the bytes of an exchange to a file, with passwords masked, so that a device's habits become a test.

The file has the form of the vectors of ``tests/vectors``: what was sent and received, in wire order, as hex.
"""

from collections.abc import Iterable

from billing.clock import SYSTEM_CLOCK, Clock
from billing.devices.address import Address
from billing.devices.link import Link
from billing.devices.printer import Printer
from billing.devices.registry import printer_at
from billing.devices.talk import Command, Reply
from billing.devices.transport import Transport

MASK = ord("*")


class Recorder:
    """A line that keeps all that passes over it; what is secret never reaches the record."""

    def __init__(self, line: Transport, secrets: Iterable[bytes] = ()) -> None:
        self._line = line
        self._always = tuple(secrets)
        self._now: tuple[bytes, ...] = ()
        self.passed: list[tuple[str, bytes]] = []

    def hide(self, secrets: Iterable[bytes]) -> None:
        """Mask ``secrets`` in both directions until the next call; a short one may stand anywhere later."""
        self._now = tuple(secrets)

    def write(self, data: bytes) -> None:
        """Send and keep ``data``."""
        self._keep("sent", data)
        self._line.write(data)

    def read(self, limit_s: float) -> bytes:
        """Return and keep what has come."""
        data = self._line.read(limit_s)
        if data:
            self._keep("received", data)
        return data

    def pause(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._line.pause(seconds)

    def reopen(self) -> None:
        """Open the line again."""
        self._line.reopen()

    def close(self) -> None:
        """Give the line back."""
        self._line.close()

    def _keep(self, way: str, data: bytes) -> None:
        for secret in filter(None, (*self._always, *self._now)):
            data = data.replace(secret, bytes([MASK]) * len(secret))
        if self.passed and self.passed[-1][0] == way:
            data = self.passed.pop()[1] + data
        self.passed.append((way, data))

    def toml(self, driver: str, source: str) -> str:
        """Return the record as vectors; masked bytes are ``2a``, so their checksums no longer fit."""
        lines = [
            f"# Source: {source}",
            f"# Driver: {driver}. Passwords are masked with '*'; checksums are as sent.",
            "",
        ]
        for number, (way, data) in enumerate(self.passed, 1):
            if way == "sent":
                lines += ["[[exchange]]", f'name = "exchange {(number + 1) // 2}"']
            lines.append(f'{way} = "{data.hex(" ")}"')
            if way == "received":
                lines.append("")
        return "\n".join(lines) + "\n"


class RecordedLink(Link):
    """A link that tells its recorder what of each command is secret, before the command is sent."""

    def exchange(self, command: Command) -> Reply:
        """Carry ``command``."""
        if isinstance(self.transport, Recorder):
            self.transport.hide(command.secrets)
        return super().exchange(command)


def recorded(address: Address, line: Transport, clock: Clock = SYSTEM_CLOCK) -> tuple[Printer, Recorder]:
    """Return the device at ``address`` on ``line``, and the recorder of all that passes between them.

    Every password is masked: those of the address, and what the driver itself calls secret.
    """
    given = [value for name, value in address.options.items() if "password" in name]
    recorder = Recorder(line, (value.encode("cp1251", "replace") for value in given))
    printer = printer_at(address, recorder, clock)
    link = printer.link
    printer.link = RecordedLink(recorder, link.codec, link.limits, clock, link.label)
    return printer, recorder

"""Writes the bytes of an exchange to a file, with passwords masked, so that a device's habits become a test.

The file has the form of the vectors of ``tests/vectors``: what was sent and received, in wire order, as hex.
"""

from collections.abc import Sequence

from billing.devices.transport import Transport

MASK = ord("*")


class Recorder:
    """A line that keeps all that passes over it; ``secrets`` never reach the record."""

    def __init__(self, line: Transport, secrets: Sequence[bytes] = ()) -> None:
        self._line = line
        self._secrets = [secret for secret in secrets if secret]
        self.passed: list[tuple[str, bytes]] = []

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
        for secret in self._secrets:
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

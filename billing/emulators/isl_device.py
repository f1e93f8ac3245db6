"""A device that speaks ISL frames: the repeat rule, dispatch by command code, status bytes.

What the commands do, and which status bits mean what, stand in the families.
"""

import re
from abc import abstractmethod
from collections.abc import Callable, Container, Mapping
from typing import Any, ClassVar

from billing.clock import Clock
from billing.emulators.device import Device, Request
from billing.emulators.faults import Faults
from billing.emulators.isl_frames import NAK, SYN, RequestDecoder, encode_reply
from billing.emulators.memory import Memory
from billing.emulators.paper import Paper
from billing.emulators.receipt import Reason, Refused

Handler = Callable[[Any, bytes], bytes]
"""Takes the device and the request's data, returns the reply's data; raises ``Refused``."""
Bit = tuple[int, int]
"""A status bit as (byte, bit): 1.1 is ``(1, 1)``."""

SYNTAX: Bit = (0, 0)
UNKNOWN_COMMAND: Bit = (0, 1)
GENERAL: Bit = (0, 5)
NOT_ALLOWED: Bit = (1, 1)
OVERFLOW: Bit = (1, 0)
NO_PAPER: Bit = (2, 0)


class IslDevice(Device):
    """A device behind ISL frames.

    A family gives ``commands`` (code: handler), ``standing`` (the bits of its condition) and ``refused`` (the
    bits and data of a refusal). ``flags`` are the bits that speak of the command being answered only.
    """

    busy_signal: ClassVar[bytes] = SYN
    refusal: ClassVar[bytes] = NAK
    commands: ClassVar[Mapping[int, Handler]] = {}
    sequences: ClassVar[Container[int]] = range(0x20, 0x80)
    max_data: ClassVar[int] = 213
    max_reply: ClassVar[int] = 212
    repeats_by_command: ClassVar[bool] = False
    """Whether a frame is a repetition only when its command is that of the last frame too (Daisy)."""
    general_bits: ClassVar[frozenset[Bit]] = frozenset({SYNTAX, UNKNOWN_COMMAND, NOT_ALLOWED, NO_PAPER})
    """Bits that are OR-ed into 0.5."""

    def __init__(self, memory: Memory, faults: Faults, clock: Clock, paper: Paper) -> None:
        decoder = RequestDecoder(self.sequences, self.max_data)
        super().__init__(decoder, memory, faults, clock, paper)
        self.flags: set[Bit] = set()
        self._last_request: Request | None = None
        self._last_reply = b""

    def refused_data(self, request: Request) -> bytes:
        """Return the data of a reply that refuses ``request``, by default none."""
        del request
        return b""

    @abstractmethod
    def standing(self) -> set[Bit]:
        """Return the status bits of the device's condition."""

    def refused(self, request: Request, reason: Reason) -> bytes:
        """Set the bits of a refusal in ``flags`` and return the reply's data."""
        self.flags.add({Reason.BAD_VALUE: SYNTAX}.get(reason, NOT_ALLOWED))
        return self.refused_data(request)

    def check_condition(self, request: Request) -> None:
        """Check that the device's condition allows the command; a family may refuse it here."""

    def status(self) -> bytes:
        """Return the six status bytes of the reply being made."""
        bits = self.standing() | self.flags
        if bits & self.general_bits:
            bits.add(GENERAL)
        return bytes(0x80 | sum(1 << bit for byte, bit in bits if byte == place) for place in range(6))

    def is_repetition(self, request: Request) -> bool:
        """Tell whether ``request`` is the last frame once more, to be answered from memory."""
        last = self._last_request
        if last is None or last.sequence != request.sequence:
            return False
        return not self.repeats_by_command or last.command == request.command

    def execute(self, request: Request) -> bytes:
        """Return the framed reply; a repetition gets the last one, unexecuted."""
        if self.is_repetition(request):
            self.busy_s = 0.0
            return self._last_reply
        self.flags.clear()
        return self._reply(request, self._carry_out(request))

    def fail(self, request: Request, code: str) -> bytes:
        """Return the reply that refuses ``request``; ``code`` is a status bit, by default 1.1."""
        self.flags.clear()
        match = re.fullmatch(r"([0-5])\.([0-6])", code)
        self.flags.add((int(match[1]), int(match[2])) if match else NOT_ALLOWED)
        return self._reply(request, self.refused_data(request))

    def forget(self) -> None:
        """Lose the last sequence number and reply."""
        super().forget()
        self._last_request = None
        self._last_reply = b""

    def _carry_out(self, request: Request) -> bytes:
        handler = self.commands.get(request.command)
        if handler is None:
            self.flags.add(UNKNOWN_COMMAND)
            return b""
        try:
            self.check_condition(request)
            return handler(self, request.data)
        except Refused as refusal:
            return self.refused(request, refusal.reason)

    def _reply(self, request: Request, data: bytes) -> bytes:
        self._last_request = request
        self._last_reply = encode_reply(
            request.sequence, request.command, data[: self.max_reply], self.status()
        )
        return self._last_reply

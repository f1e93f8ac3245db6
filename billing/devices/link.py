"""The exchange of one command and its answer, as one table for all frame protocols.

What lives here: sending, waiting, repeating, giving up. What must not: any protocol's bytes (``frames/``),
what a reply means (``dialect.py``), serial ports (``transport.py``). The rules follow the makers' documents:
a refused frame is sent again at once under its own number, a busy sign renews the wait, a repeat keeps its
number, an answer to another number is not ours (Datecs P 2.1 and 2.2, Tremol 3, ISL ICP 3).
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from billing.clock import SYSTEM_CLOCK, Clock
from billing.devices.faults import DeviceError, Fault
from billing.devices.frames.events import Codec, Garbage, Reply, Signal
from billing.devices.link_table import SIGNAL_EVENTS, TABLE, Action, Event, State
from billing.devices.talk import Command, Repeat, Stream
from billing.devices.transport import LineBroken, Transport
from billing.documents import Printed

logger = logging.getLogger(__name__)

TICK_S: Final = 0.001
"""A wait below this is over: seconds are floats, and a rest of one that is no wait never ends."""


@dataclass(frozen=True, slots=True)
class LinkLimits:
    """How long and how often; seconds and counts.

    Args:
        reply_s: silence after which the device should have spoken (Datecs: 0.5).
        settle_s: silence that ends a damaged answer.
        repeat_s: how long after the last sign of life an unsafe command may still be repeated; a device that
            was silent longer may have been switched off, and has then forgotten its last number.
        refusals: how often one frame may be refused (NAK) before the line is called unusable.
        losses: how often a query whose answer is lost for good is asked again.
        busy_s: how long a device may say "busy" to one command in all.
        pause_s: wait before a frame that met a busy device is sent again.
    """

    reply_s: float = 0.5
    settle_s: float = 0.15
    repeat_s: float = 2.1
    refusals: int = 8
    losses: int = 3
    busy_s: float = 900.0
    pause_s: float = 0.1


class LinkLost(DeviceError):
    """The answer to a command is lost: it may have been carried out or not."""

    fault: Fault = Fault.NO_ANSWER

    def __init__(self, command: Command, why: str) -> None:
        super().__init__(self.fault, f"{command.name or hex(command.code)}: {why}", "", Printed.UNKNOWN)
        self.command = command


class NoAnswer(LinkLost):
    """Nothing at all was heard."""


class FrameRefused(LinkLost):
    """The device refused the same frame again and again: it was never carried out."""

    fault = Fault.BAD_ANSWER


class Link:
    """Carries commands to one device, one at a time; keeps the sequence number for as long as it lives.

    Args:
        transport: where the bytes go; opened at the first command.
        codec: the frame protocol.
        limits: how long and how often.
        clock: measures the waits.
        label: the device's name in the log.
    """

    def __init__(
        self,
        transport: Transport,
        codec: Codec,
        limits: LinkLimits,
        clock: Clock = SYSTEM_CLOCK,
        label: str = "device",
    ) -> None:
        self.transport = transport
        self.codec = codec
        self.limits = limits
        self.clock = clock
        self.label = label
        self.record: Callable[[str], None] | None = None
        """Told of every frame that was sent and all that came, in hex, without passwords."""
        self.repeats = 0
        """Frames sent again after silence or damage since this link was made."""
        self.owed = False
        """An answer without a number may still come that belongs to no command any more."""
        self._number = codec.numbers.start if codec.numbers else 0

    def note(self, line: str) -> None:
        """Tell ``record``, where somebody keeps what is said."""
        if self.record is not None:
            self.record(line)

    def exchange(self, command: Command) -> Reply:
        """Send ``command`` and return the device's answer to it, whatever that says.

        Raises:
            LinkLost: no answer, or it was damaged and may not be asked for again.
            LineBroken: the port or socket broke.
        """
        self._drain(self.limits.settle_s if self.owed else 0)
        self.owed = False
        return _Exchange(self, command).run()

    def next_number(self) -> int:
        """Return a number that differs from the one before, counting round the protocol's range."""
        number, numbers = self._number, self.codec.numbers
        if numbers:
            self._number = number + 1 if number + 1 in numbers else numbers.start
        return number

    def reopen(self) -> None:
        """Close the line and open it again."""
        self.transport.reopen()

    def _drain(self, quiet_s: float) -> None:
        """Throw away what came unasked (a second equal answer, noise) until ``quiet_s`` of silence."""
        for _ in range(64):
            if not (stale := self.transport.read(quiet_s)):
                return
            logger.debug("%s <- %s (unasked)", self.label, stale.hex(" "))
            self.note(f"<- {stale.hex(' ')}")


class _Exchange:
    """One command on its way: a walk through ``TABLE``."""

    def __init__(self, link: Link, command: Command) -> None:
        self.link = link
        self.command = command
        self.decoder = link.codec.decoder()
        self.state = State.ASKING if link.codec.ping else State.IDLE
        self.frame = b""
        self.number = -1
        self.probe = -1
        self.next_probe_s = 0.0
        self.refusals = 0
        self.losses = 0
        self.pings = 0
        """Pings that were not answered yet."""
        self.older = 0
        """Of these, the ones that were sent before the frame: their answers say nothing about it."""
        self.heard = False
        self.half = False
        """Bytes came since the last whole event."""
        self.started = self.life = link.clock.monotonic()
        self.lines: list[bytes] = []
        """What came of an answer of many lines."""
        self._line = b""
        self._torn = False
        """A line of them came damaged."""
        self.reply: Reply | None = None
        self._candidate: Reply | None = None

    def run(self) -> Reply:
        """Walk the table until an answer is there or the command is given up."""
        self._step(Event.START)
        while self.reply is None:
            for event in self._listen():
                self._step(event)
                if self.reply is not None:
                    break
        return self.reply

    def _listen(self) -> Iterator[Event]:
        """Yield what the device says next, or that it is silent or out of time."""
        now, limits = self.link.clock.monotonic(), self.link.limits
        left = min(self.command.limit_s - (now - self.life), limits.busy_s - (now - self.started))
        if left < TICK_S or self.refusals > limits.refusals:
            yield Event.SPENT
            return
        # Where a repeat is harmless it may come early; elsewhere noise before the answer must not cost it.
        hasty = self.state is State.DAMAGED and self.link.codec.remembers
        wait = limits.settle_s if hasty else limits.reply_s
        heard = self.link.transport.read(min(wait, left))
        if heard:
            self.link.note(f"<- {heard.hex(' ')}")
        if not heard:
            if self.half:
                yield Event.GARBAGE  # the rest of that answer does not come any more
            yield Event.SILENCE
            return
        logger.debug("%s <- %s", self.link.label, heard.hex(" "))
        self.half = True
        for event in self.decoder.feed(heard):
            self.heard, self.half = True, False
            if not isinstance(event, Garbage):
                self.life = self.link.clock.monotonic()
            yield self._name(event)

    def _name(self, event: Reply | Signal | Garbage) -> Event:
        if isinstance(event, Signal):
            return self._pong(SIGNAL_EVENTS[event.kind])
        if isinstance(event, Garbage):
            if self.command.stream and self.command.stream.acknowledge:
                return self._bare_lines(event.data, self.command.stream.acknowledge)
            self._torn = True
            logger.debug("%s: not a frame: %s (%s)", self.link.label, event.data.hex(" "), event.why)
            return Event.GARBAGE
        if event.seq is not None and event.seq != self.number:
            return Event.READY if event.seq == self.probe else Event.STALE
        if event.code is not None and event.code != self.command.code:
            # Without a memory of repeats there is nothing to mistake: it answers a frame of long ago.
            return Event.MISTAKEN if self.link.codec.remembers else Event.STALE
        self._candidate = event
        return self._framed_line(event, self.command.stream) if self.command.stream else Event.REPLY

    def _bare_lines(self, heard: bytes, acknowledge: bytes) -> Event:
        """Keep the lines that ``heard`` completes and ask for the next one."""
        *whole, self._line = (self._line + heard).split(b"\n")
        for line in whole:
            self.lines.append(line.rstrip(b"\r"))
            self.started = self.life = self.link.clock.monotonic()
            self._write(acknowledge)
        return Event.STALE

    def _framed_line(self, reply: Reply, stream: Stream) -> Event:
        """Return REPLY for the frame that ends an answer of many lines, or refuses it."""
        if stream.acknowledge or reply.data == stream.end:
            if self.lines and self._torn:
                return Event.READY  # all of it is lost, for a line of it is
            if self.lines:
                self._candidate = reply._replace(data=b"\n".join(self.lines))
            return Event.REPLY
        if reply.code is None and reply.data != stream.begin:
            return Event.REPLY
        if reply.code is not None:
            self.lines.append(reply.data)
        self.started = self.life
        return Event.STALE

    def _pong(self, event: Event) -> Event:
        """Return ``event``, or STALE when it answers a ping that was sent before the frame."""
        if event not in {Event.READY, Event.BUSY} or not self.pings:
            return event
        self.pings -= 1
        older, self.older = self.older, max(self.older - 1, 0)
        return Event.STALE if older and event is Event.READY else event

    def _step(self, event: Event) -> None:
        self.state, action = TABLE[self.state, event]
        getattr(self, f"_{action.name.lower()}")()

    def _wait(self) -> None:
        """Go on listening."""

    def _return(self) -> None:
        self.reply = self._candidate

    def _ping(self) -> None:
        self.pings += 1
        self.link.transport.write(self.link.codec.ping)

    def _ping_later(self) -> None:
        self.link.transport.pause(self.link.limits.pause_s)
        self._ping()

    def _send(self) -> None:
        self.older = self.pings
        self.lines.clear()
        self._torn = False
        self.number = self.link.next_number()
        self.frame = self.link.codec.encode(self.number, self.command.code, self.command.data)
        self._write(self.frame)

    def _renumber(self) -> None:
        self.link.repeats += 1
        self._send()

    def _repeat(self) -> None:
        """Send the same bytes again; called at once for a refused frame, which was not carried out."""
        self.refusals += 1
        self._write_again()

    def _repeat_later(self) -> None:
        self.link.transport.pause(self.link.limits.pause_s)
        self._write_again()

    def _ask(self) -> None:
        if self.lines:
            return  # the device takes its time between two lines, and a ping would disturb it
        codec, silent_s = self.link.codec, self.link.clock.monotonic() - self.life
        if codec.ping:
            self._ping()
        elif self.command.repeat is Repeat.SAFE:
            self._again()
        elif self.command.repeat is Repeat.ONCE:
            # Ever more seldom: a device that prints a report in silence keeps every probe in its buffer.
            if silent_s >= self.next_probe_s:
                self._probe()
                self.next_probe_s = 2 * silent_s
        elif codec.remembers and silent_s <= self.link.limits.repeat_s:
            self._again()

    def _lose(self) -> None:
        self.losses += 1
        if self.command.repeat is not Repeat.SAFE or self.losses > self.link.limits.losses:
            self.state = State.FAILED
            self._raise()
        self._again()

    def _mend(self) -> None:
        self.decoder, self.half = self.link.codec.decoder(), False
        if self.link.codec.remembers or self.command.repeat is Repeat.SAFE:
            self._again()
        elif self.link.codec.ping:
            self._ping()
        else:
            self.state = State.FAILED
            raise LinkLost(self.command, "the answer came damaged")

    def _again(self) -> None:
        self.link.repeats += 1
        self._owe()
        if self.link.codec.remembers:
            self._write_again()
        else:
            self._send()

    def _write_again(self) -> None:
        """Repeat the frame; once a probe was sent the device remembers that, so only the probe is."""
        if self.probe < 0:
            self._write(self.frame)
        else:
            self._probe()

    def _probe(self) -> None:
        """Ask under another number whether the device is idle; its answer without ours means ours is lost."""
        if self.link.codec.probe is None or self.link.codec.numbers is None:
            return
        self.probe = self.link.next_number()
        self._write(self.link.codec.encode(self.probe, self.link.codec.probe, b""))

    def _owe(self) -> None:
        self.link.owed = self.link.codec.numbers is None

    def _raise(self) -> None:
        self._owe()
        if self.refusals > self.link.limits.refusals:
            raise FrameRefused(self.command, f"the device refused the frame {self.refusals} times")
        if not self.heard:
            raise NoAnswer(self.command, "no answer")
        raise LinkLost(self.command, "the answer is lost")

    def _write(self, frame: bytes) -> None:
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s -> %s", self.link.label, masked(frame, self.command.secrets))
        if self.link.record is not None:
            self.link.record(f"-> {masked(frame, self.command.secrets)}")
        self.link.transport.write(frame)


def masked(frame: bytes, secrets: tuple[bytes, ...]) -> str:
    """Return ``frame`` in hex, every secret as ``**``, and the checksum's bytes as they are."""
    shown = frame.hex(" ")
    for secret in secrets:
        if secret:
            shown = shown.replace(secret.hex(" "), " ".join(["**"] * len(secret)))
    return shown


__all__ = [
    "TABLE",
    "Action",
    "Event",
    "FrameRefused",
    "LineBroken",
    "Link",
    "LinkLimits",
    "LinkLost",
    "NoAnswer",
    "State",
    "masked",
]

"""Serves an emulated device on a pseudo-terminal or on TCP, one client at a time, in real time.

The device itself knows nothing of ports; here its ``Wait`` becomes time and its ``HangUp`` a closed line.
"""

import contextlib
import os
import pty
import selectors
import signal
import socket
import sys
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final, Protocol

from billing.clock import SYSTEM_CLOCK
from billing.emulators.device import Action, Emulator, HangUp, Send, Wait
from billing.errors import BillingError

CHUNK: Final = 4096


class ServerMistake(BillingError):
    """The address to serve on cannot be had."""

    code = "emulator_address"
    exit_code = 2

    def __init__(self, address: str, why: str) -> None:
        super().__init__(f"cannot serve on {address}: {why}")
        self.address = address


class Line(Protocol):
    """One end of a line on which clients come and go."""

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when something comes (a client or bytes)."""
        ...

    def receive(self) -> bytes | None:
        """Return bytes that came; empty when there are none (yet); None when the client left."""
        ...

    def send(self, data: bytes) -> None:
        """Put ``data`` on the line; without a client it is lost."""
        ...

    def hang_up(self) -> None:
        """Close the line to this client; the next one may come."""
        ...

    def close(self) -> None:
        """Give the address back."""
        ...


class PtyLine:
    """A pseudo-terminal in raw mode, found under a symbolic link."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self._open()

    @property
    def address(self) -> str:
        """The path that clients open."""
        return str(self.link)

    def _open(self) -> None:
        # the emulator holds the client's side open too: without it, reads fail while no client is there
        self._ours, self._theirs = pty.openpty()
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        beside = self.link.with_name(f".{self.link.name}.{os.getpid()}")
        try:
            if self.link.exists() and not self.link.is_symlink():
                raise FileExistsError(17, "a file that is no link stands there")
            beside.unlink(missing_ok=True)
            beside.symlink_to(os.ttyname(self._theirs))
            beside.replace(self.link)
        except OSError as error:
            raise ServerMistake(str(self.link), error.strerror or str(error)) from None

    def fileno(self) -> int:
        """Return our side's descriptor."""
        return self._ours

    def receive(self) -> bytes | None:
        """Return what came; a client that closes is not noticed, as on a serial line."""
        try:
            return os.read(self._ours, CHUNK)
        except BlockingIOError:
            return b""

    def send(self, data: bytes) -> None:
        """Put ``data`` into the terminal's buffer; what no longer fits there is lost."""
        with contextlib.suppress(BlockingIOError):  # a full buffer: nobody reads the line
            os.write(self._ours, data)

    def hang_up(self) -> None:
        """Close the terminal, so that its client gets an error, and put a new one under the link."""
        ours, theirs = self._ours, self._theirs
        self._open()  # first, so that a client that opens the link again finds the new one
        os.close(theirs)
        os.close(ours)

    def close(self) -> None:
        """Close the terminal and take the link away."""
        os.close(self._theirs)
        os.close(self._ours)
        self.link.unlink(missing_ok=True)


class TcpLine:
    """A listener on 127.0.0.1 with at most one client; port 0 takes a free one."""

    def __init__(self, port: int) -> None:
        try:
            self._listener = socket.create_server(("127.0.0.1", port), backlog=4)
        except OSError as error:
            raise ServerMistake(f"127.0.0.1:{port}", error.strerror or str(error)) from None
        self._client: socket.socket | None = None

    @property
    def address(self) -> str:
        """``127.0.0.1:PORT`` with the port really taken."""
        host, port = self._listener.getsockname()
        return f"{host}:{port}"

    def fileno(self) -> int:
        """Return the client's descriptor, or the listener's while there is none."""
        return (self._client or self._listener).fileno()

    def receive(self) -> bytes | None:
        """Return what came, taking a new client first when there is none."""
        if self._client is None:
            self._client, _ = self._listener.accept()
            self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return b""
        try:
            data = self._client.recv(CHUNK)
        except ConnectionError:
            data = b""
        if not data:
            self.hang_up()
            return None
        return data

    def send(self, data: bytes) -> None:
        """Send ``data``; a client that left loses it."""
        if self._client is not None:
            with contextlib.suppress(ConnectionError):  # noticed by the next receive
                self._client.sendall(data)

    def hang_up(self) -> None:
        """Close the connection; the next client is taken by ``receive``."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def close(self) -> None:
        """Close the connection and the listener."""
        self.hang_up()
        self._listener.close()


class Stop:
    """Becomes readable when the process is asked to end; also the real-time ``Wait``."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()
        self.asked = False

    def ask(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Ask the server to end; may be called by a signal or another thread."""
        self.asked = True
        os.write(self._writing, b"!")

    def fileno(self) -> int:
        """Return the descriptor that becomes readable."""
        return self._reading

    def wait(self, seconds: float) -> None:
        """Return after ``seconds``, or at once when asked to end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_READ)
            selector.select(max(seconds, 0.0))

    def close(self) -> None:
        """Give the descriptors back."""
        os.close(self._reading)
        os.close(self._writing)


def announce(address: str) -> None:
    """Say on standard output that clients may come to ``address``."""
    sys.stdout.write(f"ready {address}\n")
    sys.stdout.flush()


def serve(
    emulator: Emulator,
    line: PtyLine | TcpLine,
    stop: Stop,
    ready: Callable[[str], object] = announce,
) -> None:
    """Serve until ``stop`` is asked; ``ready`` is called once with the address when clients may come."""
    ready(line.address)
    while not stop.asked:
        with selectors.DefaultSelector() as selector:
            selector.register(stop, selectors.EVENT_READ)
            selector.register(line, selectors.EVENT_READ)
            selector.select()
        if stop.asked:
            break
        data = line.receive()
        while data:
            data = perform(emulator, emulator.feed(data), line, stop)
        if data is None:
            emulator.line_closed()


def perform(emulator: Emulator, actions: list[Action], line: Line, stop: Stop) -> bytes | None:
    """Do ``actions`` in order on ``line`` and return what came meanwhile and is still to be read.

    None: the client left; the rest of the actions is lost with its line.
    """
    unread = b""
    for action in actions:
        match action:
            case Send():
                line.send(action.data)
            case Wait():
                came = _wait(emulator, action.seconds, line, stop)
                if came is None:
                    return None
                unread += came
            case HangUp():
                line.hang_up()
                return b""  # what this client sent meanwhile goes with its line
        if stop.asked:
            break
    return unread


def _wait(emulator: Emulator, seconds: float, line: Line, stop: Stop) -> bytes | None:
    """Let ``seconds`` pass; return what the emulator did not answer at once, or None when the client left."""
    unread = b""
    deadline_s = SYSTEM_CLOCK.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(stop, selectors.EVENT_READ)
        selector.register(line, selectors.EVENT_READ)
        while not stop.asked and (left_s := deadline_s - SYSTEM_CLOCK.monotonic()) > 0:
            if not selector.select(left_s) or stop.asked:
                continue
            data = line.receive()
            if data is None:
                return None
            answer = emulator.while_waiting(data) if data else b""
            if answer is None:
                unread += data
            else:
                line.send(answer)
    return unread


@contextlib.contextmanager
def ended_by_signals(stop: Stop) -> Iterator[None]:
    """Let SIGTERM and SIGINT ask ``stop`` while the block runs."""
    before = {number: signal.signal(number, stop.ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

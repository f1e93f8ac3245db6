"""A device that answers while it works is heard by the server before its long command is done."""

import os
from collections.abc import Iterator

import pytest

from billing.emulators.device import Send, Wait
from billing.emulators.server import Stop, perform
from tests.emulators.tremol_host import Host, frame


class PipeLine:
    """A line whose incoming bytes lie in a pipe; it asks the server to end with its first answer."""

    def __init__(self, stop: Stop, coming: bytes) -> None:
        self.stop = stop
        self.sent: list[bytes] = []
        self._reading, writing = os.pipe()
        os.write(writing, coming)
        self._writing = writing

    def fileno(self) -> int:
        return self._reading

    def receive(self) -> bytes | None:
        return os.read(self._reading, 4096)

    def send(self, data: bytes) -> None:
        self.sent.append(data)
        self.stop.ask()

    def hang_up(self) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._reading)
        os.close(self._writing)


@pytest.fixture
def stop() -> Iterator[Stop]:
    stop = Stop()
    yield stop
    stop.close()


def test_a_ping_and_a_frame_are_answered_during_the_wait(stop: Stop) -> None:
    line = PipeLine(stop, b"\x04\x09" + frame(0x71))
    unread = perform(Host().device, [Wait(60.0), Send(b"late")], line, stop)
    assert line.sent == [b"\x04\x41\x0e"]
    assert unread == b""
    line.close()

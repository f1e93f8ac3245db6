"""Bytes over real pseudo-terminals and sockets: what has come is read, and ports say what ails them."""

import os
import pty
import socket
from collections.abc import Iterator

import pytest

from billing.devices.transport import LineBroken, PortBusy, PortMissing, SerialTransport


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """A pseudo-terminal: the device's end, and the path of ours."""
    device, ours = pty.openpty()
    yield device, os.ttyname(ours)
    os.close(ours)
    os.close(device)


def test_bytes_go_both_ways_as_they_are(terminal: tuple[int, str]) -> None:
    device, path = terminal
    transport = SerialTransport(path, 9600)
    transport.write(bytes(range(256)))
    assert os.read(device, 512) == bytes(range(256))
    os.write(device, b"\x01\x03\x0a\x0d\x16")
    assert transport.read(1) == b"\x01\x03\x0a\x0d\x16"
    transport.close()


def test_silence_is_no_bytes(terminal: tuple[int, str]) -> None:
    transport = SerialTransport(terminal[1], 9600)
    assert transport.read(0) == b""
    transport.close()


def test_a_port_has_one_owner(terminal: tuple[int, str]) -> None:
    first, second = SerialTransport(terminal[1], 9600), SerialTransport(terminal[1], 9600)
    first.reopen()
    with pytest.raises(PortBusy):
        second.reopen()
    first.close()
    second.reopen()
    second.close()


def test_a_socket_reads_what_has_come_and_tells_when_the_other_end_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        transport = SerialTransport(f"socket://127.0.0.1:{server.getsockname()[1]}", 9600)
        transport.write(b"ask")
        device, _ = server.accept()
        assert device.recv(16) == b"ask"
        device.sendall(b"\x16")
        assert transport.read(5) == b"\x16"
        device.close()
        with pytest.raises(LineBroken):
            transport.read(5)


@pytest.mark.parametrize("url", ["/dev/no-such-port", "socket://127.0.0.1:9", "nonsense://x"])
def test_a_port_that_cannot_be_opened_says_which(url: str) -> None:
    with pytest.raises(PortMissing, match=url):
        SerialTransport(url, 9600).reopen()

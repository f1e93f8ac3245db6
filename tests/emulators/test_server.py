"""Serving on a pseudo-terminal and on TCP: clients come and go, lines close, the server ends when asked."""

import contextlib
import os
import queue
import select
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing.emulators import registry
from billing.emulators.faults import Faults
from billing.emulators.server import PtyLine, ServerMistake, Stop, TcpLine, serve
from tests.emulators.isl_host import frame, take_apart

ASK = frame(0x3E, b"", 0x30)
LIMIT_S = 10.0


@contextlib.contextmanager
def served(line: PtyLine | TcpLine, faults: str = "") -> Iterator[str]:
    """Serve on ``line`` in a thread and give the address once clients may come."""
    stop, ready = Stop(), queue.Queue[str]()
    device = registry.make("datecs-p", faults=Faults.parse(faults))
    thread = threading.Thread(target=serve, args=(device, line, stop, ready.put))
    thread.start()
    try:
        yield ready.get(timeout=LIMIT_S)
    finally:
        stop.ask()
        thread.join(LIMIT_S)
        line.close()
        stop.close()
        assert not thread.is_alive()


def answer(descriptor: int) -> bytes:
    """Read one reply frame, or what came until the line closed."""
    data = b""
    while not data.endswith(b"\x03"):
        assert select.select([descriptor], [], [], LIMIT_S)[0]
        piece = os.read(descriptor, 4096)
        if not piece:
            break
        data += piece
    return data


def asked(descriptor: int) -> bytes:
    os.write(descriptor, ASK)
    return answer(descriptor)


def connected(address: str) -> socket.socket:
    host, port = address.split(":")
    return socket.create_connection((host, int(port)), timeout=LIMIT_S)


def test_tcp_answers_one_client_after_the_other() -> None:
    with served(TcpLine(0)) as address:
        for _ in range(2):
            with connected(address) as client:
                assert take_apart(asked(client.fileno())).command == 0x3E


def test_a_waiting_client_is_served_when_the_first_has_left() -> None:
    with served(TcpLine(0)) as address:
        first = connected(address)
        assert asked(first.fileno())
        with connected(address) as second:
            os.write(second.fileno(), ASK)
            assert not select.select([second], [], [], 0)[0]
            first.close()
            assert take_apart(answer(second.fileno())).command == 0x3E


def test_hanging_up_on_tcp_closes_the_connection_and_takes_the_next() -> None:
    with served(TcpLine(0), "hangup@1") as address:
        with connected(address) as client:
            assert asked(client.fileno()) == b""
        with connected(address) as client:
            assert take_apart(asked(client.fileno())).command == 0x3E


def test_what_comes_while_the_device_waits_is_answered_afterwards() -> None:
    with served(TcpLine(0), "late@1:0.02") as address, connected(address) as client:
        os.write(client.fileno(), ASK)
        os.write(client.fileno(), ASK)
        both = b""
        while both.count(b"\x03") < 2:
            both += answer(client.fileno())
        assert both == both[: len(both) // 2] * 2


def test_a_client_that_leaves_while_the_device_waits_makes_room_for_the_next() -> None:
    with served(TcpLine(0), "busy@1:0.05") as address:
        with connected(address) as client:
            os.write(client.fileno(), ASK)
        with connected(address) as client:
            assert take_apart(asked(client.fileno())).command == 0x3E


def test_the_server_ends_in_the_middle_of_a_wait() -> None:
    with served(TcpLine(0), "late@1:600") as address, connected(address) as client:
        os.write(client.fileno(), ASK)


def test_a_taken_port_is_named() -> None:
    line = TcpLine(0)
    port = int(line.address.rpartition(":")[2])
    with pytest.raises(ServerMistake, match=f"127.0.0.1:{port}"):
        TcpLine(port)
    line.close()


def opened(link: str) -> int:
    return os.open(link, os.O_RDWR | os.O_NOCTTY)


def test_a_pseudo_terminal_survives_clients_that_close_and_open(tmp_path: Path) -> None:
    with served(PtyLine(tmp_path / "printer")) as link:
        for _ in range(2):
            client = opened(link)
            assert take_apart(asked(client)).command == 0x3E
            os.close(client)
    assert not (tmp_path / "printer").exists()


def test_a_pseudo_terminal_is_raw(tmp_path: Path) -> None:
    with served(PtyLine(tmp_path / "printer")) as link:
        client = opened(link)
        os.write(client, frame(0x2B, b"6\xff\x7f\x0a\x09", 0x30))
        assert answer(client)
        os.write(client, frame(0x2B, b"I6", 0x31))
        assert answer(client)[4:8] == b"\xff\x7f\x0a\x09"
        os.close(client)


def test_hanging_up_on_a_pseudo_terminal_puts_a_new_one_under_the_link(tmp_path: Path) -> None:
    link = tmp_path / "printer"
    with served(PtyLine(link), "hangup@1"):
        client = opened(str(link))
        os.write(client, ASK)
        assert select.select([client], [], [], LIMIT_S)[0]
        with contextlib.suppress(OSError):  # some systems say end of file, some input/output error
            assert os.read(client, 100) == b""
        again = opened(str(link))
        assert take_apart(asked(again)).command == 0x3E
        os.close(again)
        os.close(client)


def test_a_file_that_is_no_link_is_left_alone(tmp_path: Path) -> None:
    link = tmp_path / "printer"
    link.write_text("mine", encoding="utf-8")
    with pytest.raises(ServerMistake, match="no link"):
        PtyLine(link)
    assert link.read_text(encoding="utf-8") == "mine"

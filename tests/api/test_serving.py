"""The server on a real socket: slow and huge callers, kill and restart, a clean end, where it listens."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import make_url

from billing.api import ApiSettings
from billing.api.serving import NotSafe, Place, TlsWrong, judge_place, make_server
from billing.services.tokens import Right, create_token
from billing.store.engine import Store
from tests.api.running import free_port, running

pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)

BILL = {"lines": ["#3", "@"]}


@pytest.fixture
def port(shop: Store) -> Iterator[int]:
    """The port of a server in this process, with little patience."""
    with running(shop, ApiSettings(prints=False, head_s=0.3, body_s=0.3)) as found:
        yield found


def _alive(port: int) -> bool:
    return httpx.get(f"http://127.0.0.1:{port}/v1/bills").status_code == 200


def test_a_caller_that_never_ends_its_head_is_hung_up_on(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as slow:
        slow.settimeout(20)
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: ")
        assert slow.recv(100) == b""
    assert _alive(port)


def test_a_caller_that_says_nothing_is_hung_up_on(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as mute:
        mute.settimeout(20)
        assert mute.recv(100) == b""


def test_a_second_head_on_one_line_has_no_more_time(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as slow:
        slow.settimeout(20)
        slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while not answer.endswith(b"}"):
            answer += slow.recv(4096)
        slow.sendall(b"GET /healthz HT")
        assert slow.recv(100) == b""


def test_a_body_that_does_not_arrive_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as slow:
        slow.settimeout(20)
        slow.sendall(
            b"POST /v1/bills HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 50\r\n\r\n{"
        )
        assert slow.recv(4096).startswith(b"HTTP/1.1 408")
    assert _alive(port)


@pytest.mark.parametrize(
    ("head", "frame"),
    [
        (b"Content-Length: 104857600", b""),
        (b"Transfer-Encoding: chunked", b"186a0\r\n" + b"x" * 100_000 + b"\r\n"),
    ],
)
def test_a_hundred_megabytes_are_refused_before_they_are_sent(port: int, head: bytes, frame: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as huge:
        huge.settimeout(20)
        kind = b"Content-Type: application/json"
        huge.sendall(b"POST /v1/bills HTTP/1.1\r\nHost: localhost\r\n%b\r\n%b\r\n\r\n" % (kind, head))
        huge.sendall(frame * 11)
        assert huge.recv(100).startswith(b"HTTP/1.1 413")
    assert _alive(port)


def test_a_head_without_end_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as huge:
        huge.settimeout(20)
        huge.sendall(b"GET /healthz HTTP/1.1\r\nX-A: " + b"a" * 100_000)
        assert huge.recv(100).startswith(b"HTTP/1.1 400")
    assert _alive(port)


# A process of its own


@dataclass
class Program:
    """``billing serve`` on a store, started, killed and started again."""

    url: str
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when it serves."""
        command = [sys.executable, "-m", "billing", "serve", "--port", str(self.port), "--db", self.url]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        with httpx.Client(transport=httpx.HTTPTransport(retries=30)) as client:
            while self.process.poll() is None:
                try:
                    client.get(f"http://127.0.0.1:{self.port}/readyz")
                except httpx.TransportError:
                    continue
                return
        raise AssertionError("the server did not start")

    def end(self, how: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        assert self.process is not None
        os.kill(self.process.pid, how)
        return self.process.wait(30)


@contextmanager
def _program(store: Store) -> Iterator[Program]:
    program = Program(store.engine.url.render_as_string(hide_password=False), free_port())
    program.start()
    try:
        yield program
    finally:
        if program.process is not None and program.process.poll() is None:
            program.end(signal.SIGKILL)


def test_two_hundred_posts_with_repeated_keys_and_a_kill_make_one_bill_a_key(shop: Store) -> None:
    """The server is killed in the middle and started again; callers ask on until they are answered."""
    with _program(shop) as program, httpx.Client(base_url=f"http://127.0.0.1:{program.port}") as client:
        answered = threading.Semaphore(0)
        over = threading.Event()

        def post(number: int) -> tuple[str, int]:
            key = f"order-{number % 40}"
            while True:
                try:
                    answer = client.post("/v1/bills", json=BILL, headers={"Idempotency-Key": key}, timeout=20)
                except httpx.TransportError:
                    over.wait(0.05)
                    continue
                answered.release()
                if answer.status_code == 202:
                    return key, answer.json()["bill"]
                assert answer.status_code in {409, 503}, answer.text

        with ThreadPoolExecutor(16) as pool:
            rung = [pool.submit(post, number) for number in range(200)]
            for _ in range(50):
                answered.acquire()
            program.end(signal.SIGKILL)
            program.start()
            bills = {each.result() for each in rung}
        listed = client.get("/v1/bills?limit=100").json()["bills"]
        assert program.end(signal.SIGTERM) == 0
    assert len(bills) == len({key for key, _ in bills}) == len(listed) == 40


def test_a_stopping_server_ends_streams_and_waiting_callers(shop: Store) -> None:
    with (
        _program(shop) as program,
        httpx.Client(base_url=f"http://127.0.0.1:{program.port}", timeout=30) as client,
        client.stream("GET", "/v1/events/stream") as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == "retry: 1000"
        client.post("/v1/bills", json=BILL)
        while "event: bill_final" not in next(lines):
            pass
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(client.get, "/v1/jobs/1?wait=60")
            client.get("/healthz")
            assert program.end(signal.SIGTERM) == 0
            assert waiting.result().json()["job"] == 1


# Where it listens


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "shop.example"])  # noqa: S104 judged, not bound
def test_other_machines_need_tls_and_a_token(shop: Store, host: str) -> None:
    tls = Place(host=host, tls_cert="cert.pem", tls_key="key.pem")
    with pytest.raises(NotSafe, match="TLS is off"):
        judge_place(Place(host=host), shop)
    with pytest.raises(NotSafe, match="no token was made"):
        judge_place(tls, shop)
    create_token(shop, "till", [Right.SELL])
    judge_place(tls, shop)
    judge_place(Place(host=host, behind_proxy=True), shop)


def test_whoever_says_insecure_is_believed(shop: Store) -> None:
    judge_place(Place(host="0.0.0.0", insecure=True), shop)  # noqa: S104 judged, not bound


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.9"])
def test_this_machine_needs_neither(shop: Store, host: str) -> None:
    judge_place(Place(host=host), shop)


def test_a_port_that_is_taken_is_one_sentence(shop: Store, tmp_path: Path) -> None:
    del tmp_path
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        url = make_url(shop.engine.url).render_as_string(hide_password=False)
        command = [
            sys.executable,
            "-m",
            "billing",
            "serve",
            "--db",
            url,
            "--port",
            str(other.getsockname()[1]),
        ]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 3
    assert "another program does" in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("given", [("cert.pem", ""), ("", "key.pem"), ("absent.pem", "absent.pem")])
def test_tls_that_cannot_be_switched_on_is_one_sentence(shop: Store, given: tuple[str, str]) -> None:
    with pytest.raises(TlsWrong, match="TLS cannot be switched on"):
        make_server(shop, Place(tls_cert=given[0], tls_key=given[1]))

"""POST of a 5-line bill to its final answer, against a bare FastAPI route that inserts the same rows.

Nobody waits for paper; every request has an idempotency key, whose row the floor inserts as well. Both
servers run in processes of their own on SQLite; the client is plain asyncio with kept connections.
"""

import asyncio
import itertools
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles

from bench.store import LINES, shop_at
from bench.table import Row
from billing.services.idempotency import Answered, once
from billing.services.register import open_register

CLIENTS = (1, 8, 64)
POSTS = 320
ROUNDS = 5

BODY = json.dumps({"lines": LINES}).encode()
_KEYS = itertools.count()


def rows() -> Iterable[Row]:
    """Yield median, 99th percentile and time a bill for each number of clients."""
    with servers() as (work, floor):
        for clients in CLIENTS:
            ours, theirs, ratios = [], [], []
            for port in (work, floor):
                asyncio.run(post(port, clients, POSTS // 4))
            for _ in range(ROUNDS):
                mine = asyncio.run(post(work, clients, POSTS))
                bare = asyncio.run(post(floor, clients, POSTS))
                ours.append(mine)
                theirs.append(bare)
                ratios.append(median(mine[0]) / median(bare[0]))
            name = f"POST of a 5-line bill, {clients} client{'s' * (clients > 1)}"
            yield from _rows(name, ours, theirs, median(ratios))


Round = tuple[list[float], float]
"""Seconds of each request, and of all together."""


def _rows(name: str, ours: list[Round], theirs: list[Round], ratio: float) -> Iterator[Row]:
    mine, bare = ([1e3 * s for run in runs for s in run[0]] for runs in (ours, theirs))
    yield Row(f"{name}, median", median(mine), median(bare), "ms", 2.5, ratio, "a bare route")
    yield Row(f"{name}, 99th percentile", quantiles(mine, n=100)[98], quantiles(bare, n=100)[98], "ms")
    each = [median(1e3 * run[1] / len(run[0]) for run in runs) for runs in (ours, theirs)]
    yield Row(f"{name}, time a bill", each[0], each[1], "ms")


async def post(port: int, clients: int, posts: int) -> Round:
    """Post bills from ``clients`` connections at once."""
    times: list[float] = []
    left = iter(range(posts))

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in left:
            began = time.perf_counter()
            writer.write(
                b"POST /v1/bills HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                b"Idempotency-Key: bench-%d\r\nContent-Length: %d\r\n\r\n%b" % (next(_KEYS), len(BODY), BODY)
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            if not head.startswith(b"HTTP/1.1 202"):
                raise RuntimeError(body.decode())
            times.append(time.perf_counter() - began)
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return times, time.perf_counter() - began


@contextmanager
def servers() -> Iterator[tuple[int, int]]:
    """Hand out the ports of our server and of the bare one."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        ports = []
        for which in ("work", "floor"):
            file = Path(folder) / f"{which}.db"
            with shop_at(f"sqlite:///{file}", Path(folder)) as store:
                once(store, "first", "", lambda s: Answered(202, {"bill": open_register(s).ring(LINES).id}))
            ports.append(start(which, file, stack)[0])
        yield ports[0], ports[1]


def start(which: str, file: Path, stack: ExitStack) -> tuple[int, int]:
    """Return port and process of a server; it ends with ``stack``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "bench._api_servers", which, str(file), str(port)]
    server = subprocess.Popen(command)  # noqa: S603 our own program
    stack.callback(server.wait)
    stack.callback(server.terminate)
    while server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return port, server.pid
        time.sleep(0.1)
    raise RuntimeError(f"the {which} server did not start")

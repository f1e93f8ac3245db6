"""Memory over many posts of a 5-line bill: ``python -m bench.memory [POSTS]``, by default 100,000.

It takes minutes, so it is no row of the table. The answers of all are kept in the store, none in memory.
"""

import asyncio
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.api import post, start
from bench.store import shop_at

STEPS: Final = 10
CLIENTS: Final = 8


def main(posts: int) -> None:
    """Post, and print what the server's process holds after each tenth."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        file = Path(folder) / "work.db"
        with shop_at(f"sqlite:///{file}", Path(folder)):
            pass
        port, process = start("work", file, stack)
        for step in range(1, STEPS + 1):
            _, took = asyncio.run(post(port, CLIENTS, posts // STEPS))
            sys.stdout.write(
                f"{step * posts // STEPS} posts: {resident(process):.1f} MB, "
                f"{took * STEPS / posts * 1e3:.2f} ms a bill\n"
            )
            sys.stdout.flush()


def resident(process: int) -> float:
    """Return the memory that a process holds, megabytes (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)

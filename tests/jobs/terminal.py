"""An emulated device on a real pseudo-terminal, served by a thread of the test."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from billing.emulators.server import PtyLine, Stop, serve

LIMIT_S: Final = 300.0
"""How long a test waits for what must come, on the slowest machine."""


@contextmanager
def on_terminal(device: Any, link: Path) -> Iterator[str]:  # noqa: ANN401 a device, or what stands for one
    """Serve ``device`` on a pseudo-terminal under ``link``; yields its path."""
    stop, ready = Stop(), queue.Queue[str]()
    line = PtyLine(link)
    server = threading.Thread(target=serve, args=(device, line, stop, ready.put))
    server.start()
    try:
        yield ready.get(timeout=LIMIT_S)
    finally:
        stop.ask()
        server.join(LIMIT_S)
        line.close()
        stop.close()
        assert not server.is_alive()

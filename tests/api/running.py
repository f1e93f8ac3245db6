"""A server of this process on a real socket."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from billing.api import ApiSettings
from billing.api.serving import Place, make_server
from billing.store.engine import Store
from tests.jobs.queued import Shop


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(store: Store, settings: ApiSettings) -> Iterator[int]:
    """Serve ``store``, whose device is on a wire; hand out the port."""
    port = free_port()
    server = make_server(store, Place(port=port), settings, opener=Shop(store).opener)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield port
    server.should_exit = True
    thread.join()

"""The two servers of the API's benchmark, each in a process of its own: ours, and a bare route.

``python -m bench._api_servers work FILE PORT`` serves the API; ``floor`` serves one FastAPI route that takes
the same body and inserts the rows one such bill left, by sqlite3 itself, and answers with the same bytes.
"""

import itertools
import json
import sqlite3
import sys
import threading
from typing import Annotated, Any

import uvicorn
from fastapi import Body, FastAPI
from sqlalchemy import select
from starlette.responses import Response

from bench.store import ready_made
from billing.api import ApiSettings
from billing.api.serving import Place, be_prompt, make_server
from billing.models import RequestKey
from billing.store.engine import Store, open_store

BILLS = 6_000
"""How many bills' rows the floor makes ready."""


def main(which: str, file: str, port: int) -> None:
    """Serve until killed."""
    store = open_store(f"sqlite:///{file}")
    if which == "work":
        be_prompt()
        settings = ApiSettings(prints=False, requests_a_minute=0)
        make_server(store, Place(port=port), settings).run()
        return
    config = uvicorn.Config(
        bare_app(store, file), port=port, http="h11", ws="none", access_log=False, log_config=None
    )
    uvicorn.Server(config).run()


def bare_app(store: Store, file: str) -> FastAPI:
    """Return the floor: one route, one connection, one lock, the ready rows."""
    with store.read() as work:
        kept = work.connection.execute(select(RequestKey.digest, RequestKey.answer)).one()
    ready = list(itertools.islice(ready_made(store, "?"), BILLS))
    turn, lock = iter(enumerate(ready)), threading.Lock()
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    answer = json.dumps(json.loads(kept.answer)).encode()
    app = FastAPI()

    @app.post("/v1/bills")
    def create(body: Annotated[dict[str, Any], Body()]) -> Response:
        del body
        with lock:
            number, bill = next(turn)
            connection.execute("BEGIN IMMEDIATE")
            for statement, values in bill:
                connection.executemany(statement, values)
            connection.execute(
                "INSERT INTO request_key (key, digest, status, answer, created_at) VALUES (?, ?, 202, ?, '')",
                (f"floor-{number}", kept.digest, kept.answer),
            )
            connection.execute("COMMIT")
        return Response(answer, 202, media_type="application/json")

    return app


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

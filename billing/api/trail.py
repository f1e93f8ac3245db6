"""What happened: the journal, and the events with their numbers, as pages, long-poll and a stream."""

import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query
from starlette.responses import Response, StreamingResponse

from billing.api.access import Caller, Reporter
from billing.api.effects import Wait
from billing.api.json_text import Json
from billing.api.routes import ERRORS, LAST_KEY, After, Limit, next_of
from billing.api.shapes import EventList, JournalList
from billing.services import listings
from billing.services.events import Event, event_json, newest_event, read_events

router = APIRouter(prefix="/v1", tags=["what happened"], responses=ERRORS)

SIGN_OF_LIFE_S: Final = 15
"""How often a stream that has nothing to tell says so, seconds: proxies cut silent ones."""


@router.get("/journal", response_model=JournalList, summary="Read the journal")
async def journal(
    caller: Reporter,
    cursor: After = 0,
    limit: Limit = 100,
    bill: Annotated[int | None, Query(ge=1, le=LAST_KEY, description="Only entries of this bill.")] = None,
) -> Response:
    """Return entries of the journal, the oldest first; the journal is only added to."""
    caller.judge_everywhere()
    subject = None if bill is None else ("bill", str(bill))
    rows = await caller.run(
        lambda: listings.list_journal(caller.store, after=cursor, subject=subject, limit=limit)
    )
    return Json({"entries": rows, "next": next_of(rows, "entry", limit)})


@router.get("/events", response_model=EventList, summary="Read events, or wait for one")
async def events(caller: Reporter, after: After = 0, limit: Limit = 100, wait: Wait = 0) -> Response:
    """Return events numbered above ``after``, in order; with ``wait``, as soon as there is one."""
    caller.judge_everywhere()
    left = float(min(wait, caller.service.settings.wait_most_s))
    while True:
        found = await caller.run(lambda: read_events(caller.store, after, limit))
        if found or left <= 0 or caller.service.stopping.is_set():
            last = found[-1].number if found else after
            return Json({"events": [event_json(event) for event in found], "last": last})
        step = min(left, caller.service.settings.look_s)
        await caller.service.wait_for_change(step)
        left -= step


@router.get(
    "/events/stream",
    response_class=StreamingResponse,
    summary="Hear events as they happen",
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream(
    caller: Reporter,
    after: Annotated[int | None, Query(ge=0, le=LAST_KEY, description="Begin after this event.")] = None,
    last: Annotated[
        str | None,
        Header(alias="Last-Event-ID", pattern=r"^[0-9]{1,15}$", description="The last one you saw."),
    ] = None,
) -> Response:
    """Stream events (server-sent) with their ids; who comes back says the last one seen and misses none.

    Without ``after`` and ``Last-Event-ID`` it begins with the next event.
    """
    caller.judge_everywhere()
    start = int(last) if last is not None else after
    if start is None:
        start = await caller.run(lambda: newest_event(caller.store))
    return StreamingResponse(
        _told(caller, start), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def _told(caller: Caller, last: int) -> AsyncIterator[str]:
    """Yield what is sent to one reader until the server stops or the reader leaves."""
    service, silent = caller.service, 0.0
    yield "retry: 1000\n\n"
    while not service.stopping.is_set():
        after = last
        for event in await caller.run(partial(read_events, caller.store, after)):
            last = event.number
            silent = 0.0
            yield _frame(event)
        if last == after:
            await service.wait_for_change()
            silent += service.settings.look_s
            if silent >= SIGN_OF_LIFE_S:
                silent = 0.0
                yield ": nothing new\n\n"


def _frame(event: Event) -> str:
    data = json.dumps(event_json(event), ensure_ascii=False)
    return f"id: {event.number}\nevent: {event.kind}\ndata: {data}\n\n"

"""Puts the app together: the guard in front, the routers, the second door where it is there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from billing.api import (
    bills,
    catalogue,
    devices,
    health,
    jobs,
    notices,
    operators,
    plans,
    pricing,
    problems,
    recurring,
    reports,
    reversals,
    subscriptions,
    trail,
    webhooks,
)
from billing.api.guard import Guard
from billing.api.netfp import ended as second_door_shut
from billing.api.netfp import install as open_second_door
from billing.api.service import Service
from billing.api.settings import ApiSettings
from billing.devices.registry import printer_at
from billing.jobs.queue import Opener
from billing.jobs.recurring import Recurring
from billing.store.engine import Store

ROUTERS: Final = (
    bills.router,
    reversals.router,
    pricing.router,
    catalogue.router,
    devices.router,
    jobs.router,
    jobs.documents,
    reports.router,
    trail.router,
    operators.router,
    plans.router,
    subscriptions.router,
    recurring.router,
    notices.router,
    webhooks.router,
    health.router,
)
"""Every router, in the order of the description; a further one is added here."""

SUMMARY: Final = """Bills from text or objects, printed once on fiscal devices.

Amounts, quantities and rates are decimal strings, discounts are below zero. Send `Idempotency-Key` with every
POST: the same key with the same body gets the first answer. A refusal is a problem (RFC 9457) with a stable
`code`, the JSON path or the line and column of the mistake, and `printed`: whether paper came out."""


def create_app(store: Store, settings: ApiSettings | None = None, *, opener: Opener = printer_at) -> FastAPI:
    """Return the HTTP API over ``store``; its worker runs while the app does.

    Args:
        store: what it serves; its master is the one of callers without a token.
        settings: limits and who is served without a token.
        opener: gives the printer at an address.
    """
    chosen = settings or ApiSettings()
    service = Service(store, chosen, opener)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        service.start()
        forgetting = asyncio.create_task(service.forget_answers())
        rounds = Recurring(store)
        if chosen.bills:
            rounds.start()
        yield
        service.stopping.set()
        forgetting.cancel()
        service.ring_bell()
        await second_door_shut(app)
        await service.run(rounds.stop)
        await service.run(service.stop)

    app = FastAPI(
        title="billing",
        version="1",
        description=SUMMARY,
        lifespan=life,
        separate_input_output_schemas=False,
        docs_url="/docs",
        redoc_url=None,
    )
    app.state.service = service
    app.state.figures = health.Figures(store)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    open_second_door(app, chosen)
    app.add_middleware(Guard, settings=chosen, clock=store.clock, saw=app.state.figures.saw)
    app.openapi = lambda: description(app)  # type: ignore[method-assign]  # FastAPI's own way to change it
    return app


def description(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI description; problems have their own media type there, as on the wire."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        for path in schema["paths"].values():
            for operation in path.values():
                for status, response in operation["responses"].items():
                    if status >= "400":
                        operation["responses"][status] = _shared(schema, status, response)
        app.openapi_schema = schema
    return app.openapi_schema


def _shared(schema: dict[str, Any], status: str, response: dict[str, Any]) -> dict[str, Any]:
    """Return a reference to the one description of a problem, written where it is met first."""
    name = f"Problem{status}"
    if "content" in response:
        response["content"] = {problems.PROBLEM: response["content"].popitem()[1]}
    known = schema["components"].setdefault("responses", {}).setdefault(name, response)
    return {"$ref": f"#/components/responses/{name}"} if known == response else response

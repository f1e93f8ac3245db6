"""The passes of recurring plans on request, what is owed, and what the coming months bring."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from billing.api import recurring_out as shapes
from billing.api.effects import Asked, Key, answer
from billing.api.json_text import Json
from billing.api.plans import Planner, TillOrPlanner
from billing.api.recurring_in import RunIn
from billing.api.routes import ERRORS, Number
from billing.jobs.collecting import make_now
from billing.services.idempotency import Answered, JoinedStore
from billing.services.recurring import charging, plans, upkeep
from billing.services.recurring.answers import currency_of, expected_json, owed_json
from billing.services.recurring.charging import Started
from billing.services.recurring.running import Worker
from billing.store.engine import Store

router = APIRouter(prefix="/v1", tags=["recurring"], responses=ERRORS)


@router.post("/recurring/run", response_model=shapes.RunOut, summary="Bill what is due")
async def run(body: RunIn, caller: Planner, key: Key = None) -> Response:
    """Bill what is due now, one batch a call: while ``more`` is true, call again with another key.

    The server does this by itself once a minute; a period can never be billed twice.
    """
    caller.judge_everywhere()

    def effect(store: Store) -> Answered:
        with store.write() as work:
            worker = Worker(JoinedStore(store, work))
            made = worker.run(None, body.max_subscriptions, body.max_periods_per_subscription)
        done = {"generated": made.generated, "subscriptions": made.taken, "held": made.held}
        return Answered(200, done | {"more": made.more})

    return await answer(caller, Asked(key, body), effect)


@router.get("/recurring/owed", response_model=shapes.OwedList, summary="List what is owed")
async def owed(caller: TillOrPlanner) -> Response:
    """List the bills of plans that wait to be paid at the caller's origins, the oldest first.

    Pay one with ``POST /v1/bills/{bill}/payments``, as any bill.
    """

    def look() -> Response:
        currency = currency_of(caller.store)
        rows = [owed_json(each, currency) for each in plans.owed_by(caller.store) if caller.sees(each.origin)]
        return Json({"owed": rows, "currency": currency.code})

    return await caller.run(look)


@router.post(
    "/recurring/owed/{bill}/retry", response_model=shapes.RetryOut, summary="Try to collect once more"
)
async def retry(bill: Number, caller: Planner, key: Key = None) -> Response:
    """Try an unpaid bill of a plan at its gateway now; this uses up nothing of its schedule.

    The answer says that the try is made; what came of it stands in the feed, and is told as an event.
    """
    caller.judge_everywhere()
    started: list[Started] = []

    def effect(store: Store) -> Answered:
        started[:] = [charging.retry(store, bill)]
        return Answered(200, {"bill": bill, "attempt": started[0].attempt.number})

    response = await answer(caller, Asked(key), effect)
    if started:
        await caller.run(lambda: make_now(caller.store, started))
    return response


@router.get("/recurring/forecast", response_model=shapes.ForecastOut, summary="Forecast")
async def forecast(
    caller: Planner,
    months: Annotated[int, Query(ge=1, le=60, description="How far to look.")] = 12,
) -> Response:
    """Return what plans bring by month and plan if nothing changes; nothing is written."""
    caller.judge_everywhere()

    def look() -> Response:
        store = caller.store
        currency = currency_of(store)
        found = upkeep.forecast_months(store, months)
        return Json(
            {"forecast": [expected_json(each, currency) for each in found], "currency": currency.code}
        )

    return await caller.run(look)

"""Plans that can be subscribed to, and the customers whom they bill."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from billing.api import recurring_out as shapes
from billing.api.access import Caller, needs
from billing.api.effects import Asked, Key, answer
from billing.api.json_text import Json
from billing.api.recurring_in import CustomerIn, PlanIn
from billing.api.routes import ERRORS, After, Limit, PathName, next_of
from billing.services.idempotency import Answered
from billing.services.recurring import plans
from billing.services.recurring.answers import currency_of, customer_json, owed_json, plan_json
from billing.services.tokens import Right
from billing.store.engine import Store

router = APIRouter(prefix="/v1", tags=["plans and customers"], responses=ERRORS)

Planner = Annotated[Caller, Depends(needs(Right.RECURRING))]
"""Who keeps plans, customers and subscriptions."""
TillOrPlanner = Annotated[Caller, Depends(needs(Right.SELL, Right.RECURRING))]
"""Who may know what a customer owes: whoever takes the money as well."""


@router.post("/plans", status_code=201, response_model=shapes.PlanOut, summary="Make a plan")
async def create_plan(body: PlanIn, caller: Planner, key: Key = None) -> Response:
    """Make a plan, or the next version of one; a version never changes, and those who have it keep it."""
    caller.judge_everywhere()

    def effect(store: Store) -> Answered:
        made = plans.create_plan(store, body.plan, body.terms())
        return Answered(201, plan_json(made, currency_of(store)))

    return await answer(caller, Asked(key, body), effect)


@router.get("/plans", response_model=shapes.PlanList, summary="List plans")
async def list_plans(caller: TillOrPlanner) -> Response:
    """List every version of every plan, by name and number."""

    def look() -> Response:
        currency = currency_of(caller.store)
        return Json({"plans": [plan_json(each, currency) for each in plans.list_plans(caller.store)]})

    return await caller.run(look)


@router.post("/plans/{plan}/close", response_model=shapes.PlanClosedOut, summary="Close a plan")
async def close_plan(plan: PathName, caller: Planner, key: Key = None) -> Response:
    """Close a plan to new subscriptions; those it has go on."""
    caller.judge_everywhere()

    def effect(store: Store) -> Answered:
        plans.close_plan(store, plan)
        return Answered(200, {"plan": plan, "closed": True})

    return await answer(caller, Asked(key), effect)


@router.post("/customers", status_code=201, response_model=shapes.CustomerOut, summary="Make a customer")
async def create_customer(body: CustomerIn, caller: Planner, key: Key = None) -> Response:
    """Make a customer; an external id is of one customer only."""

    def effect(store: Store) -> Answered:
        made = plans.create_customer(store, body.name, body.external_id, body.profile)
        return Answered(201, customer_json(made, currency_of(store)))

    return await answer(caller, Asked(key, body), effect)


@router.get("/customers", response_model=shapes.CustomerList, summary="List customers")
async def list_customers(caller: TillOrPlanner, cursor: After = 0, limit: Limit = 50) -> Response:
    """List customers, the oldest first."""

    def look() -> Response:
        currency = currency_of(caller.store)
        rows = [customer_json(each, currency) for each in plans.list_customers(caller.store, cursor, limit)]
        return Json({"customers": rows, "next": next_of(rows, "customer", limit)})

    return await caller.run(look)


@router.get(
    "/customers/{customer}",
    response_model=shapes.OwingCustomerOut,
    summary="Read a customer and what they owe",
)
async def read_customer(customer: PathName, caller: TillOrPlanner) -> Response:
    """Return a customer, by number or external id, with what they owe at the caller's origins.

    Pay one with ``POST /v1/bills/{bill}/payments``, as any bill.
    """

    def look() -> Response:
        found = plans.show_customer(caller.store, customer)
        currency = currency_of(caller.store)
        owes = [
            owed_json(each, currency)
            for each in plans.owed_by(caller.store, found.id)
            if caller.sees(each.origin)
        ]
        return Json(customer_json(found, currency) | {"owes": owes})

    return await caller.run(look)

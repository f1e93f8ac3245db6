"""Subscriptions: made, changed, paused, resumed, ended, looked ahead at, and told of use."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from billing.api import recurring_in as asked
from billing.api import recurring_out as shapes
from billing.api.access import Caller
from billing.api.effects import Asked, Key, answer
from billing.api.json_text import Json
from billing.api.plans import Planner, TillOrPlanner
from billing.api.recurring_in import plain_operation
from billing.api.routes import ERRORS, After, Limit, Number, next_of
from billing.jobs.collecting import make_now
from billing.money import Currency
from billing.pricing.recurring.asked import ChangeTerms, Operation, Pause, Release, Resume, Rezone, Uncancel
from billing.pricing.recurring.terms import Change, zone_named
from billing.services.idempotency import Answered
from billing.services.recurring import charging, previews, subscriptions
from billing.services.recurring.answers import course_json, currency_of, line_json, subscription_json
from billing.services.recurring.charging import Started
from billing.store.engine import Store

router = APIRouter(prefix="/v1", tags=["subscriptions"], responses=ERRORS)

Make = Callable[[Store, datetime], Operation]


def _judge(caller: Caller, store: Store, subscription: int) -> None:
    """Let the caller work on a subscription; raises ``Missing`` and ``Forbidden``."""
    caller.judge_origin(subscriptions.origin_name(store, subscription))


@router.post(
    "/subscriptions", status_code=201, response_model=shapes.SubscriptionOut, summary="Make a subscription"
)
async def create(body: asked.SubscriptionIn, caller: Planner, key: Key = None) -> Response:
    """Subscribe a customer to a plan; one that starts now is billed in the same transaction."""
    origin = caller.origin(body.origin)

    def effect(store: Store) -> Answered:
        made = subscriptions.create(store, body.new(origin, currency_of(store)), caller.name)
        return Answered(201, subscription_json(made, currency_of(store)))

    return await answer(caller, Asked(key, body), effect)


@router.get("/subscriptions", response_model=shapes.SubscriptionList, summary="List subscriptions")
async def list_(caller: Planner, cursor: After = 0, limit: Limit = 50) -> Response:
    """List subscriptions of all origins, the oldest first."""
    caller.judge_everywhere()

    def look() -> Response:
        currency = currency_of(caller.store)
        found = subscriptions.list_subscriptions(caller.store, cursor, limit)
        rows = [subscription_json(shown, currency) for shown in found]
        return Json({"subscriptions": rows, "next": next_of(rows, "subscription", limit)})

    return await caller.run(look)


@router.get(
    "/subscriptions/{subscription}", response_model=shapes.SubscriptionOut, summary="Read a subscription"
)
async def read(subscription: Number, caller: TillOrPlanner) -> Response:
    """Return a subscription as it stands."""

    def look() -> Response:
        _judge(caller, caller.store, subscription)
        shown = subscriptions.show(caller.store, subscription)
        return Json(subscription_json(shown, currency_of(caller.store)))

    return await caller.run(look)


async def _operate(caller: Caller, subscription: int, how: Asked, make: Make) -> Response:
    """Carry out one operation at this moment and answer with what the subscription is now."""

    def effect(store: Store) -> Answered:
        _judge(caller, store, subscription)
        shown = subscriptions.operate(store, subscription, partial(make, store), caller.name)
        return Answered(200, subscription_json(shown, currency_of(store)))

    return await answer(caller, how, effect)


def _changed(store: Store, body: asked.ChangeIn, at: datetime) -> ChangeTerms:
    """Return the change that ``body`` asks at an instant."""
    change = subscriptions.change_of_terms(store, body.amount, body.quantity, body.frequency, body.interval)
    plan = Change() if body.plan is None else subscriptions.change_to_plan(store, body.plan)
    return ChangeTerms(at, body.when, change.over(plan))


@router.post(
    "/subscriptions/{subscription}/change", response_model=shapes.SubscriptionOut, summary="Change terms"
)
async def change(subscription: Number, body: asked.ChangeIn, caller: Planner, key: Key = None) -> Response:
    """Change plan, price, quantity or rhythm; at once it is settled by share of the period."""
    return await _operate(
        caller, subscription, Asked(key, body), lambda store, now: _changed(store, body, now)
    )


@router.post("/subscriptions/{subscription}/pause", response_model=shapes.SubscriptionOut, summary="Pause")
async def pause(subscription: Number, caller: Planner, key: Key = None) -> Response:
    """Bill no boundary from now on; the paid part stays paid."""
    return await _operate(caller, subscription, Asked(key), lambda _, now: Pause(now))


@router.post("/subscriptions/{subscription}/resume", response_model=shapes.SubscriptionOut, summary="Resume")
async def resume(subscription: Number, body: asked.ResumeIn, caller: Planner, key: Key = None) -> Response:
    """Go on after a pause; skipped boundaries are never billed later."""
    return await _operate(
        caller, subscription, Asked(key, body), lambda _, now: Resume(now, body.mode, body.partial)
    )


@router.post("/subscriptions/{subscription}/cancel", response_model=shapes.SubscriptionOut, summary="Cancel")
async def cancel(subscription: Number, body: asked.CancelIn, caller: Planner, key: Key = None) -> Response:
    """End it, at once or with the period that is paid for."""
    return await _operate(
        caller, subscription, Asked(key, body), lambda store, now: body.operation(now, currency_of(store))
    )


@router.post(
    "/subscriptions/{subscription}/uncancel", response_model=shapes.SubscriptionOut, summary="Undo a cancel"
)
async def uncancel(subscription: Number, caller: Planner, key: Key = None) -> Response:
    """Undo a cancel at period end that still lies ahead."""
    return await _operate(caller, subscription, Asked(key), lambda _, now: Uncancel(now))


@router.post(
    "/subscriptions/{subscription}/release",
    response_model=shapes.SubscriptionOut,
    summary="Release from a hold",
)
async def release(subscription: Number, body: asked.ReleaseIn, caller: Planner, key: Key = None) -> Response:
    """Let a held subscription go on; the policy says what becomes of the boundaries kept back."""
    return await _operate(caller, subscription, Asked(key, body), lambda _, now: Release(now, body.policy))


@router.post(
    "/subscriptions/{subscription}/rezone",
    response_model=shapes.SubscriptionOut,
    summary="Change the time zone",
)
async def rezone(subscription: Number, body: asked.RezoneIn, caller: Planner, key: Key = None) -> Response:
    """Read the boundaries to come in another time zone."""
    return await _operate(
        caller, subscription, Asked(key, body), lambda _, now: Rezone(now, zone_named(body.zone))
    )


@router.post(
    "/subscriptions/{subscription}/usage", response_model=shapes.UsageOut, summary="Tell metered use"
)
async def tell_usage(subscription: Number, body: asked.UsageIn, caller: Planner, key: Key = None) -> Response:
    """Keep a use that a meter tells, for a plan whose price is computed from it; each event counts once."""

    def effect(store: Store) -> Answered:
        _judge(caller, store, subscription)
        kept = subscriptions.tell_usage(store, subscription, body.event, body.used, body.at)
        return Answered(200, {"subscription": subscription, "kept": kept})

    return await answer(caller, Asked(key, body), effect)


@router.post(
    "/subscriptions/{subscription}/instrument",
    response_model=shapes.SubscriptionOut,
    summary="Give another instrument",
)
async def instrument(
    subscription: Number, body: asked.InstrumentIn, caller: Planner, key: Key = None
) -> Response:
    """Say what it is paid with from now on; each bill that was given up is tried once on it."""
    started: list[Started] = []

    def effect(store: Store) -> Answered:
        _judge(caller, store, subscription)
        started[:] = charging.give_instrument(store, subscription, body.instrument)
        shown = subscriptions.show(store, subscription)
        return Answered(200, subscription_json(shown, currency_of(store)))

    response = await answer(caller, Asked(key, body), effect)
    if started:
        await caller.run(lambda: make_now(caller.store, started))
    return response


def _operations(store: Store, operations: Sequence[asked.AskedAt], currency: Currency) -> list[Operation]:
    """Return what a preview plays, in order of time."""
    made = [
        plain_operation(each, currency) or _changed(store, each, each.at)  # type: ignore[arg-type]  # only a change has none
        for each in operations
    ]
    return sorted(made, key=lambda operation: operation.at)


@router.post("/subscriptions/{subscription}/preview", response_model=shapes.PreviewOut, summary="Look ahead")
async def preview(subscription: Number, body: asked.PreviewIn, caller: Planner, key: Key = None) -> Response:
    """Return coming boundaries and amounts, and what operations would credit and charge."""

    def effect(store: Store) -> Answered:
        _judge(caller, store, subscription)
        currency = currency_of(store)
        operations = _operations(store, body.operations, currency)
        course = previews.preview_next(store, subscription, body.count, body.until, operations)
        return Answered(200, {"coming": course_json(course, currency), "currency": currency.code})

    return await answer(caller, Asked(key, body), effect)


@router.post("/previews", response_model=shapes.PreviewOut, summary="Look ahead before it is made")
async def preview_terms(body: asked.TermsPreviewIn, caller: Planner, key: Key = None) -> Response:
    """Return what a subscription would be billed if it were made now; nothing is written."""
    origin = caller.origin(body.subscription.origin)

    def effect(store: Store) -> Answered:
        currency = currency_of(store)
        operations = _operations(store, body.operations, currency)
        course = previews.preview_terms(
            store, body.subscription.new(origin, currency), body.count, body.until, operations
        )
        return Answered(200, {"coming": course_json(course, currency), "currency": currency.code})

    return await answer(caller, Asked(key, body), effect)


@router.get(
    "/subscriptions/{subscription}/feed", response_model=shapes.FeedOut, summary="Read the audit feed"
)
async def feed(subscription: Number, caller: TillOrPlanner) -> Response:
    """Return what happened: the subscription's own lines, then each period's, which are its invoice."""

    def look() -> Response:
        _judge(caller, caller.store, subscription)
        currency = currency_of(caller.store)
        lines = subscriptions.feed(caller.store, subscription)
        return Json({"subscription": subscription, "lines": [line_json(line, currency) for line in lines]})

    return await caller.run(look)

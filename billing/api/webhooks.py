"""Webhooks: who is told of events."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from billing.api.access import Admin
from billing.api.effects import Asked, Key, answer
from billing.api.json_text import Json
from billing.api.routes import ERRORS, Number
from billing.api.schemas import Body
from billing.api.shapes import ReplayOut, WebhookList, WebhookOut
from billing.services import webhooks
from billing.services.idempotency import Answered
from billing.services.webhooks import Hook
from billing.store.engine import Store

router = APIRouter(prefix="/v1", tags=["webhooks"], responses=ERRORS)

Kind = Annotated[str, Field(pattern=r"^[a-z_.]{1,40}$", examples=["document_printed"])]


class NewWebhook(Body):
    """Where events go; without kinds all of them do."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://shop.example/hook", "kinds": ["document_printed"]}]}
    )

    url: Annotated[str, Field(min_length=8, max_length=500, pattern=r"^https?://[!-~]+$")]
    kinds: Annotated[tuple[Kind, ...], Field(max_length=50)] = ()


class From(Body):
    """From which event on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"after": 41}]})

    after: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0


def _json(hook: Hook) -> dict[str, Any]:
    return {
        "webhook": hook.id,
        "url": hook.url,
        "kinds": list(hook.kinds),
        "last_event": hook.last_event,
        "created_at": hook.created_at.isoformat(),
        "waiting": hook.waiting,
        "given_up": hook.given_up,
        "last_outcome": hook.last_outcome,
    }


@router.post("/webhooks", status_code=201, response_model=WebhookOut, summary="Tell an address of events")
async def create(body: NewWebhook, caller: Admin, key: Key = None) -> Response:
    """Tell an address of every event from now on; the answer has the secret that signs, this once."""

    def effect(store: Store) -> Answered:
        secret, hook = webhooks.create_webhook(store, body.url, body.kinds)
        return Answered(201, _json(hook) | {"secret": secret})

    return await answer(caller, Asked(key, body), effect)


@router.get("/webhooks", response_model=WebhookList, summary="List webhooks")
async def list_(caller: Admin) -> Response:
    """List webhooks and how their tellings go, never their secrets."""
    found = await caller.run(lambda: webhooks.list_webhooks(caller.store))
    return Json({"webhooks": [_json(hook) for hook in found]})


@router.delete("/webhooks/{webhook}", status_code=204, response_model=None, summary="Remove a webhook")
async def remove(webhook: Number, caller: Admin) -> Response:
    """Tell nobody there any more."""
    await caller.run(lambda: webhooks.remove_webhook(caller.store, webhook))
    return Response(status_code=204)


@router.post("/webhooks/{webhook}/rotate", response_model=WebhookOut, summary="Change the secret")
async def rotate(webhook: Number, caller: Admin, key: Key = None) -> Response:
    """Answer with a new secret, this once; for a day the old one signs as well."""

    def effect(store: Store) -> Answered:
        secret, hook = webhooks.rotate_secret(store, webhook)
        return Answered(200, _json(hook) | {"secret": secret})

    return await answer(caller, Asked(key), effect)


@router.post("/webhooks/{webhook}/replay", response_model=ReplayOut, summary="Tell again")
async def replay(webhook: Number, body: From, caller: Admin, key: Key = None) -> Response:
    """Tell a webhook again of what happened after an event, up to 500 events at once."""

    def effect(store: Store) -> Answered:
        return Answered(200, {"events": webhooks.replay(store, webhook, body.after)})

    return await answer(caller, Asked(key, body), effect)

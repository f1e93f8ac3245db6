"""What payment gateways tell unasked: signed by them, so it needs no token."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from billing.api.access import service_of
from billing.api.json_text import Json
from billing.jobs.collecting import take_notice

router = APIRouter(include_in_schema=False)


@router.post("/gateways/{gateway}/notices")
async def notice(gateway: str, request: Request) -> Response:
    """Keep a gateway's notice and let it end its try; the same one twice changes nothing."""
    body = await request.body()
    service = service_of(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    applied = await service.write(lambda: take_notice(service.store, gateway, headers, body))
    return Json({"applied": applied})

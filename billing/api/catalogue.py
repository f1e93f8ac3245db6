"""The nomenclature and the origins, for reading."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billing.api.access import Reader
from billing.api.json_text import Json
from billing.api.routes import ERRORS, After, Limit, next_of
from billing.api.shapes import NomenclatureOut, OriginList, PluList
from billing.services import listings
from billing.store.origins import OriginFacts

router = APIRouter(prefix="/v1", tags=["nomenclature"], responses=ERRORS)


@router.get("/nomenclature", response_model=NomenclatureOut, summary="Read the nomenclature")
async def nomenclature(caller: Reader) -> Response:
    """Return tax groups, departments, payment types, operators, profiles and the defaults."""
    return Json(await caller.run(lambda: listings.nomenclature(caller.store)))


@router.get("/nomenclature/plus", response_model=PluList, summary="List PLUs")
async def plus(caller: Reader, cursor: After = 0, limit: Limit = 100) -> Response:
    """List PLUs by number."""
    rows = await caller.run(lambda: listings.list_plus(caller.store, after=cursor, limit=limit))
    return Json({"plus": rows, "next": next_of(rows, "number", limit)})


@router.get("/origins", response_model=OriginList, summary="List origins")
async def origins(caller: Reader) -> Response:
    """List the origins that the token sees, each with its device."""
    found = await caller.run(lambda: listings.list_origins(caller.store))
    return Json({"origins": [_origin(origin) for origin in found if caller.sees(origin.name)]})


def _origin(origin: OriginFacts) -> dict[str, Any]:
    return {
        "origin": origin.name,
        "device": origin.device.name if origin.device else None,
        "time_zone": origin.time_zone,
        "live": origin.live,
    }

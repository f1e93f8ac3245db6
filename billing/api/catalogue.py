"""The nomenclature and the origins: read, and written with versions; every change keeps what was before."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path
from pydantic import ConfigDict
from starlette.responses import Response

from billing.api import catalogue_in as schemas
from billing.api.access import Caller, Editor, Reader
from billing.api.catalogue_in import ITEMS, ItemIn, Rows
from billing.api.effects import Asked, Key, answer
from billing.api.json_text import Json
from billing.api.lines import naming
from billing.api.routes import ERRORS, After, Limit, PathName, next_of
from billing.api.schemas import Body, Name
from billing.api.shapes import (
    ChangedOut,
    HistoryOut,
    ItemList,
    ItemOut,
    NomenclatureOut,
    OriginList,
    OriginOut,
    Out,
    PluList,
)
from billing.services import listings
from billing.services.catalogue_export import history, read_items
from billing.services.catalogue_import import import_catalogue
from billing.services.idempotency import Answered
from billing.services.origins import set_origin
from billing.store.engine import Store
from billing.store.origins import OriginFacts

router = APIRouter(prefix="/v1", tags=["nomenclature"], responses=ERRORS)

Version = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=r'^"?[0-9]{1,15}"?$',
        description="The version that this is a change of; if another one holds by now: 409 version_changed.",
    ),
]
Number = Annotated[int, Path(ge=1, le=999_999_999)]

TABLES: Final[dict[str, type[ItemIn]]] = {
    "tax-groups": schemas.TaxGroupIn,
    "departments": schemas.DepartmentIn,
    "plus": schemas.PluIn,
    "payment-types": schemas.PaymentTypeIn,
    "operators": schemas.OperatorIn,
    "profiles": schemas.ProfileIn,
}
"""What each table's items say, by the word of the path."""


class OriginIn(Body):
    """An origin: what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"time_zone": "Europe/Sofia"}]})

    device: Name | None = None
    time_zone: Name | None = None
    live: bool | None = None


@router.get("/nomenclature", response_model=NomenclatureOut, summary="Read the nomenclature")
async def nomenclature(caller: Reader) -> Response:
    """Return tax groups, departments, payment types, operators, profiles and the defaults."""
    return Json(await caller.run(lambda: listings.nomenclature(caller.store)))


@router.post("/nomenclature", response_model=ChangedOut, summary="Change many items")
async def change_many(
    body: schemas.CatalogueIn, caller: Editor, key: Key = None, version: Version = None
) -> Response:
    """Add and change items and defaults, all or none; each mistake has its JSON path."""
    return await _change(caller, Asked(key, body), schemas.said_of_many(body), version)


@router.get("/nomenclature/plus", response_model=PluList, summary="List PLUs")
async def plus(caller: Reader, cursor: After = 0, limit: Limit = 100) -> Response:
    """List PLUs by number."""
    rows = await caller.run(lambda: listings.list_plus(caller.store, after=cursor, limit=limit))
    return Json({"plus": rows, "next": next_of(rows, "number", limit)})


def _install(word: str, schema: type[ItemIn]) -> None:
    """Add the routes of one table."""
    item, words = ITEMS[word], word.replace("-", " ")
    if word != "plus":
        _add(word, "GET", _lister(item), f"List {words}", ItemList)
    _add(f"{word}/{{number}}", "GET", _reader(item), f"Read one of the {words}", ItemOut)
    _add(f"{word}/{{number}}", "PUT", _writer(item, schema), f"Add or change one of the {words}", ChangedOut)
    _add(f"{word}/{{number}}", "DELETE", _remover(item), f"Take one of the {words} out of use", ChangedOut)
    _add(
        f"{word}/{{number}}/versions", "GET", _historian(item), f"Versions of one of the {words}", HistoryOut
    )


Route = Callable[..., Awaitable[Response]]


def _add(path: str, method: str, route: Route, summary: str, model: type[Out]) -> None:
    router.add_api_route(
        f"/nomenclature/{path}",
        route,
        methods=[method],
        response_model=model,
        summary=summary,
        name=summary.replace(" ", "_").lower(),
    )


def _lister(item: str) -> Route:
    async def list_(caller: Reader, cursor: After = 0, limit: Limit = 100) -> Response:
        """Return them by number, deleted ones too."""
        version, rows = await caller.run(lambda: read_items(caller.store, item, after=cursor, limit=limit))
        return _versioned({"items": rows, "next": next_of(rows, "number", limit), "version": version})

    return list_


def _reader(item: str) -> Route:
    async def read(number: Number, caller: Reader) -> Response:
        """Return it as it is now; the nomenclature's version is the ETag too."""
        version, rows = await caller.run(lambda: read_items(caller.store, item, number=number))
        return _versioned({**rows[0], "version": version})

    return read


def _writer(item: str, schema: type[ItemIn]) -> Route:
    async def write(
        number: Number,
        body: schema,  # type: ignore[valid-type]  # the table's own schema
        caller: Editor,
        key: Key = None,
        version: Version = None,
    ) -> Response:
        """Add it, or change it: what is left out stays as it is, null takes a value away."""
        return await _change(caller, Asked(key, body), schemas.said_of_item(item, number, body), version)

    return write


def _remover(item: str) -> Route:
    async def remove(number: Number, caller: Editor, version: Version = None) -> Response:
        """Take it out of use; its row stays, and so does every bill that names it."""
        await caller.run(lambda: read_items(caller.store, item, number=number))
        said = schemas.said_of_item(item, number, ItemIn(deleted=True))
        return await _change(caller, Asked(None), said, version)

    return remove


def _historian(item: str) -> Route:
    async def versions(number: Number, caller: Reader) -> Response:
        """Return every change: who, when, before and after; the oldest first."""
        return Json({"versions": await caller.run(lambda: history(caller.store, item, number))})

    return versions


for _word, _schema in TABLES.items():
    _install(_word, _schema)


async def _change(caller: Caller, asked: Asked, rows: Rows, version: str | None) -> Response:
    """Have a change of the nomenclature once.

    Raises:
        CatalogueMistakes, VersionChanged: nothing was changed.
    """
    caller.judge_everywhere()
    said, paths = rows
    expected = None if version is None else int(version.strip('"'))

    def effect(store: Store) -> Answered:
        with schemas.placed(paths):
            done = import_catalogue(store, said, caller.name, version=expected)
        return Answered(
            200,
            {
                "added": done.added,
                "changed": done.changed,
                "unchanged": done.unchanged,
                "version": done.version,
            },
        )

    return await answer(caller, asked, effect)


def _versioned(said: dict[str, Any]) -> Response:
    return Json(said, headers={"ETag": f'"{said["version"]}"'})


@router.get("/origins", response_model=OriginList, summary="List origins")
async def origins(caller: Reader) -> Response:
    """List the origins that the token sees, each with its device."""
    found = await caller.run(lambda: listings.list_origins(caller.store))
    return Json({"origins": [_origin(origin) for origin in found if caller.sees(origin.name)]})


@router.put("/origins/{origin}", response_model=OriginOut, summary="Add or change an origin")
async def write_origin(origin: PathName, body: OriginIn, caller: Editor, key: Key = None) -> Response:
    """Give an origin its device, its time zone, and whether it is live (a live one refuses emulators)."""
    caller.judge_everywhere()

    def effect(store: Store) -> Answered:
        with naming("device"):
            set_origin(store, origin, device=body.device, time_zone=body.time_zone, live=body.live)
        found = next(each for each in listings.list_origins(store) if each.name == origin)
        return Answered(200, _origin(found))

    return await answer(caller, Asked(key, body), effect)


def _origin(origin: OriginFacts) -> dict[str, Any]:
    return {
        "origin": origin.name,
        "device": origin.device.name if origin.device else None,
        "time_zone": origin.time_zone,
        "live": origin.live,
    }

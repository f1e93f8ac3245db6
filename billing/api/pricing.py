"""Pricing and parsing without keeping anything."""

from decimal import Decimal
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billing.api import schemas, shapes
from billing.api.access import Seller
from billing.api.effects import Asked, Key, answer
from billing.api.lines import placed, texts_of
from billing.api.routes import ERRORS
from billing.parser.canonical import write_line
from billing.parser.mistakes import SyntaxMistake, TextMistake
from billing.parser.reader import read_line
from billing.pricing.answers import answer_of, error_of, price_lines
from billing.pricing.bill import Bill
from billing.pricing.tables import Tables
from billing.services.catalogue import Catalogue
from billing.services.idempotency import Answered
from billing.store.engine import Store

router = APIRouter(prefix="/v1", tags=["without keeping"], responses=ERRORS)


@router.post("/price", response_model=shapes.PricedOut, summary="Price bill text")
async def price(body: schemas.ToPrice, caller: Seller, key: Key = None) -> Response:
    """Price lines exactly as a bill would, with the store's nomenclature or your own; nothing is kept."""
    texts = texts_of(body, caller.service.settings.lines_limit)

    def effect(store: Store) -> Answered:
        with placed(body):
            return Answered(200, answer_of(_priced(store, texts, body.nomenclature)))

    return await answer(caller, Asked(key, body), effect)


def _priced(store: Store, texts: list[str], own: dict[str, Any] | None) -> Bill:
    if own is not None:
        return price_lines(texts, Tables(_exact(own)))
    with store.read() as work:
        catalogue = Catalogue()
        catalogue.refresh(work)
        return price_lines(texts, catalogue)


def _exact(value: Any) -> Any:  # noqa: ANN401 JSON is anything
    """Return JSON with its fractions as they were written: the shortest digits that are read as them."""
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_exact(each) for each in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


@router.post("/parse", response_model=shapes.ParsedOut, summary="Explain bill text")
async def parse(body: schemas.ToParse, caller: Seller, key: Key = None) -> Response:
    """Say how each line is understood, in its canonical form, or where its mistake is."""
    texts = texts_of(body, caller.service.settings.lines_limit)

    def effect(store: Store) -> Answered:
        del store
        readings = [_reading(number, text) for number, text in enumerate(texts, 1)]
        return Answered(200, {"lines": [reading for reading in readings if reading]})

    return await answer(caller, Asked(key, body), effect)


def _reading(number: int, text: str) -> dict[str, Any] | None:
    said: dict[str, Any] = {"line": number, "text": text}
    try:
        line = read_line(text, number)
    except TextMistake as mistake:
        error = error_of(mistake)
        if isinstance(mistake, SyntaxMistake):
            error["suggestion"] = mistake.suggestion
        return said | {"error": error}
    if line is None:
        return None
    kind = type(line).__name__.removesuffix("Line").lower()
    return said | {"kind": kind, "canonical": write_line(line)}

"""The schemas in ``docs/schema`` are the program's own, and what it answers fits them."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from billing.cli.describe import SCHEMAS, main, schemas
from billing.pricing.answers import answer_of
from billing.services.answers import bill_json, document_data
from billing.services.jobs import show_job
from billing.services.register import open_register
from billing.store.engine import Store

FOLDER = Path(__file__).parents[1] / "docs" / "schema"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_in_the_repository_is_the_programs_own(name: str) -> None:
    """``python -m billing.cli.describe docs/schema`` writes them anew."""
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == schemas()[name]


def test_there_is_no_schema_of_anything_else(tmp_path: Path) -> None:
    main(str(tmp_path / "schema"))
    assert {file.name for file in FOLDER.iterdir()} == {file.name for file in (tmp_path / "schema").iterdir()}


def test_what_is_answered_fits_its_schema(shop: Store) -> None:
    stored = open_register(shop).ring(["2*#23-20%", "/текст", "1@4", "-1/карта", "@2/1", "@1/10#36"])
    fits("priced-bill", answer_of(stored.bill))
    fits("document", document_data(show_job(shop, stored.job or 0).document))
    known = set(SCHEMAS["bill"].model_fields)
    assert set(bill_json(stored, None)) <= known | {"receipt"}


def fits(name: str, data: dict[str, Any]) -> None:
    """Hold ``data`` against a schema, strictly: no member that it does not name."""
    adapter = TypeAdapter(SCHEMAS[name])
    read = adapter.validate_json(json.dumps(data))
    assert not getattr(read, "model_extra", None), read.model_extra

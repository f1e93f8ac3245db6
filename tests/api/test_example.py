"""The client of the examples does what its page says."""

import runpy
from pathlib import Path
from typing import Any

import pytest

from billing.api import ApiSettings
from billing.store.engine import Store
from tests.api.running import running

CLIENT = Path(__file__).parents[2] / "examples" / "api_client.py"


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_the_example_sells_once_is_refused_and_closes_the_day(shop: Store, capsys: Any) -> None:  # noqa: ANN401 pytest's own
    program = runpy.run_path(str(CLIENT))
    with running(shop, ApiSettings(look_s=0.02)) as port:
        program["main"](f"http://127.0.0.1:{port}")
    said = capsys.readouterr().out
    assert "bill 1: 4.30 EUR, change 5.70" in said
    assert "asked again: bill 1, the same one" in said
    assert "receipt 0000001" in said
    assert "refused: syntax $.lines[1]" in said
    assert "Z report: balanced, total 4.30" in said
    assert "bill_final, document_printed" in said

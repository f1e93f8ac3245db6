"""What Daisy, Eltrade, Incotex, Tremol and ISL ICP refuse before the first byte, and what they leave out.

``docs/printing.md`` has both lists; each row here is one entry of them.
"""

from typing import Any

import pytest

from billing.devices.faults import DocumentRefused
from tests.devices.documents import RECEIPT
from tests.devices.isl_receipts import PREFIXES, receipt
from tests.devices.kinds import CLIENT, changed
from tests.devices.wired import Bench

MANY = {"lines": [{"text": "Чай", "price": "1.00"}], "modifier": None, "total": None}
INVOICE = {"kind": "invoice"}
BACK = {
    "kind": "reversal",
    "reason": "operator-error",
    "original": {
        "document_number": "1234567",
        "date_time": "2026-11-24T09:05:07",
        "fiscal_memory_number": "50163145",
        "unique_sale_number": "",
    },
    "payments": [{"amount": "24.24"}],
}


def sales(count: int) -> dict[str, Any]:
    """Return so many sales of 1.00, paid."""
    return MANY | {"lines": MANY["lines"] * count, "payments": [{"amount": f"{count}.00"}]}  # type: ignore[operator]


def dear(price: str) -> dict[str, Any]:
    """Return enough sales at ``price`` for a payment that no field holds."""
    lines = [{"text": "Чай", "price": price}] * 200
    return {"lines": lines, "modifier": None, "total": None, "payments": [{"amount": "19999998.00"}]}


def one(**members: object) -> dict[str, Any]:
    """Return one line that comes to the receipt's total."""
    return {"lines": [{"text": "Чай", "price": "24.24"} | members], "modifier": None}


def document(driver: str, members: dict[str, Any]) -> dict[str, Any]:
    sold = receipt(driver) if driver in PREFIXES else dict(RECEIPT)
    return changed(sold, **members)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("daisy", {"unique_sale_number": ""}, "$.unique_sale_number"),
    ("daisy", {"unique_sale_number": "DY000600-ab01-0000001"}, "$.unique_sale_number"),
    ("daisy", dear("99999.99"), "$.payments[0].amount"),
    ("daisy", {"operator": {"code": "21"}}, "$.operator.code"),
    ("eltrade", {"unique_sale_number": "ED000600-ab01-0000001"}, "$.unique_sale_number"),
    ("eltrade", INVOICE | {"client": CLIENT | {"number": "12345678"}}, "$.client.number"),
    ("eltrade", sales(513), "$.lines"),
    ("incotex", {"unique_sale_number": ""}, "$.unique_sale_number"),
    ("incotex", dear("99999.99"), "$.payments[0].amount"),
    ("incotex", {"payments": [{"category": "bank", "amount": "24.24"}]}, "$.payments[0].category"),
    ("tremol", BACK, "$.original.document_number"),
    ("tremol", INVOICE | {"client": CLIENT | {"number": "9" * 14}}, "$.client.number"),
    ("tremol", {"operator": {"code": "0"}}, "$.operator.code"),
    ("isl-icp", sales(51), "$.lines"),
    ("isl-icp", INVOICE | {"client": CLIENT | {"vat_number": "BG12345678901"}}, "$.client.vat_number"),
    ("isl-icp", {"operator": {"code": "100"}}, "$.operator.code"),
]

LEFT_OUT: list[tuple[str, dict[str, Any], str]] = [
    ("daisy", INVOICE | {"client": CLIENT | {"name": "Я" * 40}}, "cut to 32"),
    ("eltrade", INVOICE | {"client": CLIENT | {"name": "Я" * 40}}, "cut to 26"),
    (
        "incotex",
        {"lines": [{"text": "Чай", "price": "24.24", "department": 3}], "modifier": None},
        "department",
    ),
    ("incotex", INVOICE | {"client": CLIENT | {"address": "Я" * 40}}, "cut to 34"),
    ("tremol", one(text="Чай; $2"), "replaced by"),
    ("tremol", one(unit="кг"), "units"),
    ("isl-icp", one(text="Ч" * 90), "is cut to 40"),
]


@pytest.mark.parametrize(("driver", "members", "path"), REFUSED)
def test_what_must_be_printed_and_cannot_be_is_refused_before_the_first_byte(
    driver: str, members: dict[str, Any], path: str
) -> None:
    bench = Bench(driver)
    with pytest.raises(DocumentRefused) as refused:
        bench.print(document(driver, members))
    assert refused.value.path == path
    assert bench.transports[0].writes == 0


@pytest.mark.parametrize(("driver", "members", "words"), LEFT_OUT)
def test_what_may_be_left_out_is_told_in_the_answer(driver: str, members: dict[str, Any], words: str) -> None:
    answer = Bench(driver).print(document(driver, members))
    assert any(words in warning for warning in answer.warnings)

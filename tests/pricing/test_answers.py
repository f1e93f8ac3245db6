"""The one shape of a priced bill as data (design, section 4)."""

from collections.abc import Callable

import pytest

from billing.errors import BillingError
from billing.pricing import Bill
from billing.pricing.answers import answer_of, error_of

PricedBill = Callable[..., Bill]


def test_a_whole_answer(priced: PricedBill) -> None:
    bill = priced("*1", "2.50*#1-20%", "/note", "5.00#4+1/Soup", "-10%/regular", "@2/1", "@1/20#36")
    assert answer_of(bill) == {
        "lines": [
            {
                "kind": "charge",
                "name": "Tea",
                "qty": "2.5",
                "price": "1.5",
                "gross": "3.75",
                "total": "3.00",
                "tax_group": 3,
                "department": None,
                "plu": 1,
                "modifier": {"kind": "percent", "value": "-20", "amount": "-0.75"},
            },
            {
                "kind": "comment",
                "name": "note",
                "qty": "1",
                "price": "0",
                "gross": "0.00",
                "total": "0.00",
                "tax_group": None,
                "department": None,
                "plu": None,
                "modifier": None,
            },
            {
                "kind": "charge",
                "name": "Soup",
                "qty": "1",
                "price": "5",
                "gross": "5.00",
                "total": "6.00",
                "tax_group": 4,
                "department": 4,
                "plu": None,
                "modifier": {"kind": "fixed", "value": "1", "amount": "1.00"},
            },
        ],
        "charges": "8.75",
        "discounts": "-1.65",
        "surcharges": "1.00",
        "total": "8.10",
        "global_modifier": {"kind": "percent", "value": "-10", "amount": "-0.90", "text": "regular"},
        "payments": [
            {"type": 2, "auto": False, "value": "1.00"},
            {"type": 1, "auto": False, "value": "7.10", "tendered": "20.00", "change": "12.90"},
        ],
        "paid": "8.10",
        "change": "12.90",
        "due": "0.00",
        "balance": "0.00",
        "finalized": True,
        "operator": 1,
        "profile": 36,
        "tax": {
            "3": {"rate": "5", "gross": "2.70", "net": "2.57", "vat": "0.13"},
            "4": {"rate": "0", "gross": "5.40", "net": "5.40", "vat": "0.00"},
        },
    }


def test_an_empty_bill_has_all_its_members(priced: PricedBill) -> None:
    answer = answer_of(priced())
    assert (answer["lines"], answer["payments"], answer["tax"]) == ([], [], {})
    assert (answer["total"], answer["global_modifier"], answer["finalized"]) == ("0.00", None, False)
    assert (answer["operator"], answer["profile"]) == (None, None)


@pytest.mark.parametrize(("currency", "total"), [("JPY", "5"), ("EUR", "5.00"), ("KWD", "5.000")])
def test_amounts_have_the_decimals_of_the_currency(priced: PricedBill, currency: str, total: str) -> None:
    assert answer_of(priced("5", currency=currency))["total"] == total


@pytest.mark.parametrize(
    ("lines", "kind", "line", "column"),
    [(["1", "1.2x"], "syntax", 2, 4), (["1@9"], "unknown_tax_group", 1, None)],
)
def test_a_mistake_is_data_too(
    priced: PricedBill, lines: list[str], kind: str, line: int, column: int | None
) -> None:
    with pytest.raises(BillingError) as caught:
        priced(*lines)
    error = error_of(caught.value)
    assert (error["kind"], error["line"], error["column"]) == (kind, line, column)
    assert error["message"] == str(caught.value)


def test_a_mistake_outside_the_lines_has_no_place() -> None:
    assert error_of(BillingError("x")) == {"kind": "error", "line": None, "column": None, "message": "x"}

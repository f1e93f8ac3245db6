"""Fiscal documents as JSON: what is read, what is refused and where the mistake is."""

from decimal import Decimal
from typing import Any

import pytest

from billing.documents import (
    CommentLine,
    DocumentMistake,
    PaymentCategory,
    Receipt,
    document_json,
    json_path,
    read_document,
)

RECEIPT: dict[str, Any] = {
    "kind": "receipt",
    "unique_sale_number": "DT000600-0001-0001000",
    "operator": {"code": 1, "password": "0000"},
    "lines": [{"text": "Хляб", "price": "1.50", "qty": "2"}, {"comment": "благодарим"}],
    "payments": [{"category": "card", "amount": "3.00"}],
}


def test_a_receipt_is_read_into_frozen_values() -> None:
    receipt = read_document(RECEIPT)
    assert isinstance(receipt, Receipt)
    assert receipt.lines[1] == CommentLine(comment="благодарим")
    assert receipt.payments[0].category is PaymentCategory.CARD
    assert receipt.payments[0].amount == Decimal("3.00")


def test_what_is_stored_holds_no_password_and_reads_back() -> None:
    stored = document_json(read_document(RECEIPT))
    assert "password" not in stored
    again = read_document(stored)
    assert again == read_document({**RECEIPT, "operator": {"code": "1"}})


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"kind": "gold"}, "document $.kind: one of 'receipt', "),
        ({"lines": []}, "document $.lines: it is empty"),
        ({"lines": [{"price": "1", "modifer": 1}]}, "document $.lines[0].modifer: there is no such member"),
        ({"lines": [{"text": "x"}]}, "document $.lines[0].price: it is missing"),
        ({"lines": [{"comment": 5}]}, "document $.lines[0].comment: a text is expected"),
        (
            {"lines": [{"price": 1.5}]},
            "document $.lines[0].price: a decimal string such as '1.50' is expected",
        ),
        ({"lines": [{"price": "1e3"}]}, "document $.lines[0].price: '1e3' is not a decimal"),
        ({"lines": [{"price": 10**40}]}, "document $.lines[0].price: 'a number above 12 digits'"),
        ({"lines": [{"price": "1", "qty": "0"}]}, "document $.lines[0].qty: a quantity is above zero"),
        ({"lines": [{"price": "1", "text": "a\tb"}]}, "document $.lines[0].text: character 2 is a control"),
        ({"payments": [{"amount": "-1"}]}, "document $.payments[0].amount: a payment is zero or more"),
        ({"unique_sale_number": "1"}, "document $.unique_sale_number: '1' is not a unique sale number"),
    ],
)
def test_a_mistake_is_named_with_its_path(members: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DocumentMistake) as mistake:
        read_document({**RECEIPT, **members})
    assert str(mistake.value).startswith(sentence)
    assert mistake.value.exit_code == 3


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"kind": "slip", "key": "a", "key": "b", "lines": ["x"]}', "$.key"),
        ('{"kind": "slip", "lines": ["x"], "lines": ["y"]}', "$.lines"),
        (
            '{"kind": "receipt", "lines": [{"text": "a", "price": "1", "price": "2"}], "payments": []}',
            "$.lines[0].price",
        ),
    ],
)
def test_a_member_that_stands_twice_is_refused_for_one_of_them_would_vanish(text: str, path: str) -> None:
    with pytest.raises(DocumentMistake, match="it stands twice in one object") as mistake:
        read_document(text)
    assert mistake.value.path == path


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"5", b"\xff\xfe", '{"kind": 5}'])
def test_what_is_no_document_is_refused(text: str | bytes) -> None:
    with pytest.raises(DocumentMistake):
        read_document(text)


@pytest.mark.parametrize(
    "ends",
    [
        {},
        {"from_date": "2026-11-01"},
        {"from_date": "2026-11-02", "to_date": "2026-11-01"},
        {"from_number": 1, "to_number": 2, "from_date": "2026-11-01", "to_date": "2026-11-02"},
    ],
)
def test_a_period_has_both_ends_of_one_sort_in_order(ends: dict[str, Any]) -> None:
    with pytest.raises(DocumentMistake):
        read_document({"kind": "period-report", **ends})


def test_a_path_is_written_as_json_path() -> None:
    assert json_path(("lines", 2, "price")) == "$.lines[2].price"

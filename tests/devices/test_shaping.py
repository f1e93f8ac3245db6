"""Documents made to fit: what is refused with its path, what is left out with a warning."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.devices.capabilities import Capabilities
from billing.devices.faults import DocumentRefused, NotSupported
from billing.devices.shaping import Shaped, shape
from billing.documents import CommentLine, PaymentCategory, Receipt, SaleLine, Slip, read_document

CAN = Capabilities(
    columns=32,
    text_width=20,
    comment_width=20,
    slip_width=30,
    payments={PaymentCategory.CASH: "P", PaymentCategory.CARD: "D"},
    max_sales=3,
)


def shaped(*lines: dict[str, Any], pay: str = "100", can: Capabilities = CAN, **members: object) -> Shaped:
    document = {"kind": "receipt", "lines": lines, "payments": [{"amount": pay}], **members}
    return shape(read_document(document), can, "test")


def only(result: Shaped) -> SaleLine:
    assert isinstance(result.document, Receipt)
    (line,) = result.document.lines
    assert isinstance(line, SaleLine)
    return line


def path_of(*lines: dict[str, Any], **members: Any) -> str:  # noqa: ANN401 members of any document
    with pytest.raises(DocumentRefused) as refused:
        shaped(*lines, **members)
    return refused.value.path


def test_the_total_is_that_of_rounded_lines_and_modifiers() -> None:
    result = shaped(
        {"price": "3.33", "qty": "0.333", "modifier": {"kind": "percent", "value": "-10"}},
        {"price": "1"},
        modifier={"kind": "percent", "value": "-50"},
    )
    assert result.total == Decimal("1.00")  # r(r(1.11 - 0.11) + 1.00) - 1.00


def test_a_price_finer_than_the_device_takes_becomes_one_unit_with_the_figures_in_the_text() -> None:
    line = only(shaped({"text": "Бензин А95 премиум", "price": "1.239", "qty": "10"}))
    assert (line.text, line.price, line.qty) == ("Бензин А9 10 x 1.239", Decimal("12.39"), Decimal(1))


def test_a_quantity_finer_than_the_device_takes_becomes_one_unit_too() -> None:
    line = only(shaped({"text": "Злато", "price": "50", "qty": "1.23456"}))
    assert (line.price, line.qty) == (Decimal("61.73"), Decimal(1))
    assert line.text == "Злато 1.23456 x 50"


def test_a_sale_at_zero_becomes_a_comment() -> None:
    result = shaped({"text": "Подарък", "price": "0"}, {"text": "Чай", "price": "2"})
    assert isinstance(result.document, Receipt)
    assert isinstance(result.document.lines[0], CommentLine)


def test_a_long_comment_becomes_several_lines() -> None:
    result = shaped({"comment": "благодарим Ви и заповядайте отново"}, {"price": "2"})
    assert isinstance(result.document, Receipt)
    said = [line.comment for line in result.document.lines if isinstance(line, CommentLine)]
    assert said == ["благодарим Ви и", "заповядайте отново"]


def test_a_text_that_does_not_fit_is_cut_with_a_warning() -> None:
    result = shaped({"text": "Кисело мляко от Родопите", "price": "2"})
    assert only(result).text == "Кисело мляко от Родо"
    assert result.warnings == ("the text of $.lines[0] is cut to 20 characters",)


def test_a_long_text_takes_the_lines_the_device_has() -> None:
    result = shaped({"text": "Кисело мляко от Родопите", "price": "2"}, can=replace(CAN, text_lines=2))
    assert only(result).text == "Кисело мляко от\nРодопите"
    assert result.warnings == ()


def test_characters_outside_the_code_page_are_replaced_with_a_warning() -> None:
    result = shaped({"text": "Чай “Ć” 茶", "price": "2"})
    assert only(result).text == 'Чай "C" ?'
    assert result.warnings == ("the device cannot write Ć 茶: replaced",)


def test_a_percent_out_of_range_is_sent_as_the_amount_it_makes() -> None:
    line = only(shaped({"price": "3.33", "modifier": {"kind": "percent", "value": "150.5"}}))
    assert line.modifier is not None
    assert (line.modifier.kind, line.modifier.value) == ("fixed", Decimal("5.01"))


def test_units_and_departments_are_left_out_with_a_warning() -> None:
    result = shaped({"price": "2", "unit": "кг", "department": 3})
    assert (only(result).unit, only(result).department, len(result.warnings)) == ("", None, 2)


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ({"price": "2", "modifier": {"kind": "fixed", "value": "-2.01"}}, "$.lines[0].modifier.value"),
        ({"price": "2", "modifier": {"kind": "fixed", "value": "-0.001"}}, "$.lines[0].modifier.value"),
        ({"price": "1000000"}, "$.lines[0].price"),
        ({"price": "0"}, "$.lines"),
    ],
)
def test_what_must_be_printed_and_cannot_is_refused_with_its_path(line: dict[str, Any], path: str) -> None:
    assert path_of(line, pay="2000000") == path


def test_more_sales_than_the_device_takes_are_refused() -> None:
    assert path_of(*[{"price": "1"}] * 4) == "$.lines"


def test_an_unmapped_payment_is_refused() -> None:
    payments = [{"category": "cash", "amount": "1"}, {"category": "bank", "amount": "1"}]
    assert path_of({"price": "2"}, payments=payments) == "$.payments[1].category"


@pytest.mark.parametrize("payments", [[], [{"amount": "1.99"}], [{"category": "card", "amount": "2.01"}]])
def test_payments_that_are_missing_short_or_above_without_cash_are_refused(payments: list[Any]) -> None:
    assert path_of({"price": "2"}, payments=payments) == "$.payments"


def test_tendered_cash_goes_last_and_in_one() -> None:
    payments = [
        {"category": "cash", "amount": "5"},
        {"category": "card", "amount": "1"},
        {"category": "cash", "amount": "2"},
    ]
    result = shaped({"price": "4"}, payments=payments)
    assert isinstance(result.document, Receipt)
    assert [f"{pay.category} {pay.amount}" for pay in result.document.payments] == ["card 1", "cash 7"]


def test_a_total_that_the_lines_do_not_make_is_refused() -> None:
    assert path_of({"price": "2"}, total="2.01") == "$.total"


def test_an_operator_the_device_does_not_have_is_refused() -> None:
    assert path_of({"price": "2"}, operator={"code": "99"}) == "$.operator.code"


def test_a_kind_the_device_lacks_is_refused() -> None:
    with pytest.raises(NotSupported, match="test cannot print service receipts"):
        shape(Slip(lines=("x",)), replace(CAN, slips=False), "test")


def test_a_slip_is_wrapped_to_its_width() -> None:
    result = shape(Slip(lines=("а" * 40, "")), CAN, "test")
    assert isinstance(result.document, Slip)
    assert result.document.lines == ("а" * 30, "а" * 10, "")

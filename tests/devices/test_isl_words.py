"""Fields of Daisy, Eltrade and Incotex: sums by one rule, clients in widths, reversals in cash."""

import pytest

from billing.devices.drivers.isl_words import amount, fitted, in_cash, opened_by
from billing.devices.standing import Opened
from billing.documents import Client, Reversal, read_document
from tests.devices.isl_receipts import receipt


@pytest.mark.parametrize(
    ("field", "sum_"),
    [
        ("0000000898", "8.98"),
        ("000000000898", "8.98"),
        ("+000000898", "8.98"),
        ("-000000898", "8.98"),
        ("8.98", "8.98"),
        ("-8.98", "8.98"),
        ("+0", "0.00"),
        (" 14.98", "14.98"),
    ],
)
def test_a_sum_is_read_by_one_rule_whatever_the_firmware(field: str, sum_: str) -> None:
    assert f"{amount(field):.2f}" == sum_


@pytest.mark.parametrize("field", ["", "F", "8,98", "1.2.3", "٣"])
def test_what_is_no_sum_is_not_read_as_one(field: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        amount(field)


def test_a_client_within_the_widths_stays_as_it_is() -> None:
    client = Client(number="123456789", name="Купувач ООД")
    assert fitted(client, {"name": 26}) == (client, ())


def test_a_client_is_cut_with_a_warning_that_names_the_part() -> None:
    client, said = fitted(Client(number="123456789", name="Ж" * 30), {"name": 26, "seller": 26})
    assert client.name == "Ж" * 26
    assert said == ("the client's name is cut to 26 characters",)


def test_payments_of_a_reversal_become_one_in_cash() -> None:
    original = {
        "document_number": "1",
        "date_time": "2026-11-24T09:05:07",
        "fiscal_memory_number": "36123456",
    }
    members = {"kind": "reversal", "reason": "refund", "original": original}
    document, said = in_cash(Reversal.model_validate(receipt("daisy") | members))
    assert [(line.category, str(line.amount)) for line in document.payments] == [("cash", "30.00")]
    assert said == ("the device reverses in cash only: card is registered as cash",)
    assert read_document(document.model_dump()) == document


@pytest.mark.parametrize(
    ("status", "opened"),
    [
        ("80 80 88 80 80 b8", Opened.RECEIPT),
        ("80 80 a0 80 80 b8", Opened.SLIP),
        ("80 80 c0 80 80 b8", Opened.NONE),
        ("", Opened.NONE),
    ],
)
def test_two_bits_tell_what_is_open(status: str, opened: Opened) -> None:
    assert opened_by(bytes.fromhex(status)) is opened

"""An older Tremol brought up to date has five payments: cash, three with a code, currency (section 8)."""

from typing import Any

import pytest

from billing.devices.faults import DocumentRefused
from billing.documents import Printed, SaleLine
from tests.devices.conformance import printed_once
from tests.devices.documents import RECEIPT
from tests.devices.kinds import CASH_IN, changed, credit_note, invoice, reversal
from tests.devices.tremols import DOCUMENT, bench, order, sent
from tests.devices.wired import Bench


@pytest.mark.parametrize("v2", [False, True], ids=["twelve", "five"])
def test_the_device_is_asked_which_number_a_card_has(v2: bool) -> None:
    device = bench(v2=v2)
    device.print(DOCUMENT)
    assert printed_once(device, DOCUMENT)
    assert sent(device, 0x35) == [b"1;1;10.00" if v2 else b"7;1;10.00", b"0;0;20.00"]


def test_a_version_in_the_address_saves_the_question() -> None:
    device = bench(options="?version=v2", v2=True)
    device.print(DOCUMENT)
    assert printed_once(device, DOCUMENT)
    assert sent(device, 0x64) == []


def test_a_category_that_a_v2_device_lacks_is_refused_before_the_opening() -> None:
    device = bench(v2=True)
    with pytest.raises(DocumentRefused) as refused:
        device.print(changed(DOCUMENT, payments=[{"category": "bank", "amount": RECEIPT["total"]}]))
    assert refused.value.path == "$.payments[0].category"
    assert 0x30 not in order(device)
    assert device.print(DOCUMENT).printed is Printed.YES


def test_a_category_that_a_v2_driver_lacks_is_refused_before_the_first_byte() -> None:
    device = Bench("tremol-v2")
    with pytest.raises(DocumentRefused):
        device.print(changed(DOCUMENT, payments=[{"category": "bank", "amount": RECEIPT["total"]}]))
    assert device.transports[0].writes == 0


def test_a_v2_device_reprogrammed_is_taken_at_its_own_word() -> None:
    device = bench(v2=True, payment_codes="128")
    device.print(changed(DOCUMENT, payments=[{"category": "bank", "amount": RECEIPT["total"]}]))
    assert sent(device, 0x35) == [b"3;1;24.24"]


def paid_by(category: str) -> dict[str, Any]:
    return changed(DOCUMENT, payments=[{"category": category, "amount": RECEIPT["total"]}])


@pytest.mark.parametrize(("category", "number"), [("cash", 0), ("card", 1), ("check", 2), ("coupons", 3)])
def test_the_factorys_four_categories_are_paid_by_their_numbers(category: str, number: int) -> None:
    device = bench(v2=True)
    assert device.print(paid_by(category)).printed is Printed.YES
    assert sent(device, 0x35)[0].startswith(f"{number};".encode())


@pytest.mark.parametrize(
    "category",
    ["ext-coupons", "packaging", "internal-usage", "damage", "bank", "reserved1", "reserved2"],
)
def test_every_other_category_is_refused_and_nothing_is_open(category: str) -> None:
    device = bench(v2=True)
    with pytest.raises(DocumentRefused) as refused:
        device.print(paid_by(category))
    assert refused.value.path == "$.payments[0].category"
    assert 0x30 not in order(device)


@pytest.mark.parametrize("driver", ["tremol", "tremol-v2"])
def test_a_number_in_the_address_is_believed(driver: str) -> None:
    device = Bench(driver, options="?payment.bank=3")
    device.print(paid_by("bank"))
    assert sent(device, 0x35) == [b"3;1;24.24"]


def test_a_reversal_is_paid_back_by_card_where_it_says_so() -> None:
    device = bench(v2=True)
    sold = device.print(paid_by("card"))
    back = reversal(DOCUMENT, sold) | {"payments": [{"category": "card", "amount": RECEIPT["total"]}]}
    assert device.print(back).printed is Printed.YES
    assert sent(device, 0x35)[-1] == b"1;1;24.24"


def test_an_invoice_and_its_credit_note_are_numbered_one_after_the_other() -> None:
    device = bench(v2=True)
    device.print(CASH_IN)
    printer = device.printer()
    printer.connect()
    printer.do(printer.dialect.set_invoice_range(41, 90))
    first = device.print(invoice(DOCUMENT))
    note = device.print(credit_note(DOCUMENT, first, first.invoice_number))
    assert (first.invoice_number, note.invoice_number) == ("0000000041", "0000000042")


def test_the_days_payments_and_the_mapping_are_read_in_five() -> None:
    device = bench(v2=True)
    device.print(DOCUMENT)
    printer = device.printer()
    printer.connect()
    dialect = printer.dialect
    figures = printer.do(dialect.registers())
    assert (figures["payment_card"], figures["payment_cash"]) == ("10.00", "14.24")
    assert list(printer.do(dialect.payment_names())) == ["0", "1", "2", "3", "4"]
    assert sorted(printer.do(dialect.mapping()).values()) == ["0", "1", "2", "3"]


def test_cash_in_and_out_are_read_behind_five_payments() -> None:
    device = bench(v2=True)
    device.print(CASH_IN)
    device.print({"kind": "cash", "key": "out", "amount": "-20.00"})
    printer = device.printer()
    printer.connect()
    counters = printer.do(printer.dialect.counters())
    assert [str(sum_) for sum_ in (counters.cash, counters.cash_in, counters.cash_out)] == [
        "30.00",
        "50.00",
        "20.00",
    ]


def test_a_plu_and_a_department_are_sold_as_on_every_other() -> None:
    device = bench(v2=True)
    printer = device.printer()
    printer.connect()
    tea = SaleLine.model_validate({"text": "Чай", "price": "2.00"})
    printer.do(printer.dialect.set_plu(7, tea))
    lines = [{"text": "Чай", "price": "2.00", "plu": 7}, {"text": "Сок", "price": "3.00", "department": 2}]
    sold = changed(DOCUMENT, lines=lines, modifier=None, total="5.00", payments=[{"amount": "5.00"}])
    assert device.print(sold).warnings == ()
    assert sent(device, 0x32) == [b"+00007"]

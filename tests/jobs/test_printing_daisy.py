"""Traps that the page names for Daisy, beside what ``test_printing_isl_family`` holds every driver to."""

from decimal import Decimal
from typing import Any

import pytest

from billing.devices.dialect import Settings
from billing.devices.drivers.daisy import Daisy
from billing.devices.faults import DeviceError, DocumentRefused, Fault, Refused
from billing.devices.talk import Reply
from billing.documents import Answer, PaymentCategory, Printed, SaleDocument, read_document
from billing.jobs.acquaintance import examine
from billing.jobs.mishaps import OutcomeUnknown
from billing.jobs.notebook import MemoryNotebook, Stage
from billing.jobs.printing import run
from tests.devices.hearing import heard
from tests.devices.isl_receipts import receipt
from tests.devices.kinds import CASH_IN, changed, reversal
from tests.devices.wired import Bench, Killed

DRIVER = "daisy"
DOCUMENT = receipt(DRIVER)
IDLE = "80 80 80 80 80 b8"
UNKNOWN = "a2 80 80 80 80 b8"
BAD_VALUE = "a0 80 80 95 80 b8"


def answer(text: str = "", status: str = "80 80 88 80 80 b8") -> Reply:
    return Reply(text.encode("cp1251"), bytes.fromhex(status))


def sale(**members: object) -> SaleDocument:
    document = read_document(changed(DOCUMENT, **members))
    assert isinstance(document, SaleDocument)
    return document


SLOTS = {
    "cash": answer("0,В БРОЙ\t1.000,0"),
    "check": answer("1,ЧЕК\t1.000,1"),
    "credit": answer("2,КРЕДИТ\t1.000,0"),
    "dollars": answer("3,USD\t0.512,7"),
    "off": answer("4,КАРТА\t0,7"),
}


def test_a_card_without_a_slot_is_refused_before_the_receipt_is_open() -> None:
    """A foreign currency and a slot that is off do not count, whatever their tag."""
    dialect = Daisy()
    with pytest.raises(DocumentRefused) as refused:
        heard(
            dialect,
            dialect.open(sale()),
            *(SLOTS[name] for name in ("cash", "credit", "check", "dollars", "off")),
        )
    assert refused.value.path == "$.payments[0].category"
    assert "payment.card=" in str(refused.value)


def test_a_letter_in_the_address_is_believed_without_asking() -> None:
    dialect = Daisy(Settings(payments={PaymentCategory.CARD: "B"}))
    payment = sale().payments[0]
    paid = heard(dialect, dialect.pay(payment), answer("D14.24"))
    assert paid.due


@pytest.mark.parametrize("refusal", [UNKNOWN, BAD_VALUE])
def test_a_device_that_tells_nothing_of_its_slots_has_the_usual_ones(refusal: str) -> None:
    dialect = Daisy()
    talk = dialect.letter_of(PaymentCategory.CARD)
    assert heard(dialect, talk, *[answer(status=refusal)] * 5) == "C"


def test_a_slot_without_a_tag_counts_where_it_usually_is() -> None:
    dialect = Daisy()
    talk = dialect.letter_of(PaymentCategory.CARD)
    assert heard(dialect, talk, SLOTS["cash"], answer("2,КАРТА\t1.000")) == "C"


def in_coupons(bench: Bench) -> Answer:
    return bench.print(changed(DOCUMENT, payments=[{"category": "coupons", "amount": "24.24"}]))


def test_a_category_without_a_slot_is_refused_before_the_receipt_is_open() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused) as refused:
        in_coupons(bench)
    assert refused.value.path == "$.payments[0].category"
    assert "payment.coupons=LETTER" in str(refused.value)
    assert (bench.device.memory.journal, bench.device.memory.receipt) == ([], None)


@pytest.mark.parametrize("category", ["coupons", "ext-coupons", "packaging", "bank", "damage"])
def test_a_slot_that_carries_the_categorys_tag_is_found_without_a_word_in_the_address(category: str) -> None:
    bench = Bench(DRIVER)
    tag = list(PaymentCategory).index(PaymentCategory(category))
    bench.device.memory.settings["payments"]["B"] = ["ДРУГИ", "1.000", tag]
    bench.print(changed(DOCUMENT, payments=[{"category": category, "amount": "24.24"}]))
    printer = bench.printer()
    printer.connect()
    assert printer.do(printer.dialect.registers())[f"payment_{category}"] == "24.24"


def test_the_mapping_is_read_back_as_the_device_has_it() -> None:
    """Section 11: names, rates and tags are read, and the map is built from them."""
    bench = Bench(DRIVER, options="?payment.reserved2=N")
    bench.device.memory.settings["payments"]["B"] = ["БАНКА", "1.000", 8]
    printer = bench.printer()
    seen = examine(printer).capabilities.payments
    assert (seen[PaymentCategory.CASH], seen[PaymentCategory.CARD]) == ("P", "C")
    assert (seen[PaymentCategory.RESERVED2], seen[PaymentCategory.BANK]) == ("N", "B")
    assert PaymentCategory.COUPONS not in seen


@pytest.mark.parametrize("amount", ["1000000.00", "-100000.00"])
def test_cash_of_more_than_nine_characters_is_refused_before_the_first_byte(amount: str) -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused) as refused:
        bench.print({"kind": "cash", "key": "c", "amount": amount})
    assert (refused.value.path, bench.transports[0].writes) == ("$.amount", 0)


def test_cash_of_nine_characters_is_registered() -> None:
    bench = Bench(DRIVER)
    bench.print({"kind": "cash", "key": "c", "amount": "999999.99"})
    assert bench.device.memory.day.cash_in.total == Decimal("999999.99")


def test_an_operator_without_the_right_to_reverse_is_told_what_he_lacks() -> None:
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    with pytest.raises(Refused) as refused:
        bench.print(reversal(DOCUMENT, bench.print(DOCUMENT)))
    assert (refused.value.fault, refused.value.printed) == (Fault.PASSWORD, Printed.NO)
    assert "operator 1 may not reverse" in str(refused.value)


def test_the_supervisor_reverses_with_the_factory_password() -> None:
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    document = reversal(DOCUMENT, bench.print(DOCUMENT)) | {"operator": {"code": "20"}}
    assert bench.print(document).printed is Printed.YES


def test_a_refund_above_the_cash_in_the_drawer_opens_nothing() -> None:
    bench = Bench(DRIVER)
    document = reversal(DOCUMENT, bench.print(DOCUMENT), "refund") | {"operator": {"code": "20"}}
    with pytest.raises(DeviceError) as refused:
        bench.print(document)
    assert (refused.value.code, refused.value.printed) == ("cash-short", Printed.NO)
    assert bench.device.memory.day.cancelled.count == 0


def test_a_sale_without_a_number_is_reversed_under_the_number_of_ones() -> None:
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    document = reversal(DOCUMENT, bench.print(DOCUMENT))
    document |= {"operator": {"code": "20"}, "unique_sale_number": ""}
    document["original"]["unique_sale_number"] = ""
    assert bench.print(document).printed is Printed.YES


def test_a_receipt_without_a_number_is_refused_before_the_first_byte() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused) as refused:
        bench.print(changed(DOCUMENT, unique_sale_number=""))
    assert refused.value.path == "$.unique_sale_number"
    assert bench.transports[0].writes == 0


def test_a_wrong_password_prints_nothing() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DeviceError) as refused:
        bench.print(changed(DOCUMENT, operator={"code": "1", "password": "9"}))
    assert (refused.value.code, refused.value.printed) == ("password", Printed.NO)
    assert bench.receipts == 0


@pytest.mark.parametrize(
    ("sums", "paid"),
    [
        ("1,000003,0000002424,0000000000,0000000000", "0.00"),
        ("1,000003,0000002424,0000000000,0000002424", "0.00"),
        ("1,000003,0000002424,0000000500,0000001424", "10.00"),
        ("1,000003,24.24,5.00,14.24", "10.00"),
        ("1,000003,0000002424,0000002000,0000000000", "24.24"),
        ("1,000003,0000002424,0000001000", "10.00"),
        ("1,000003,0000002424", "None"),
    ],
)
def test_what_is_paid_is_the_sum_less_the_rest_for_only_the_last_payment_is_told(
    sums: str, paid: str
) -> None:
    dialect = Daisy()
    standing = heard(dialect, dialect.standing(), answer("000012"), answer(sums))
    assert str(standing.paid) == paid


def test_a_receipt_closed_unheard_is_found_behind_another_programs_document() -> None:
    bench, notebook = Bench(DRIVER), MemoryNotebook()
    rehearsal = Bench(DRIVER)
    rehearsal.print(DOCUMENT)
    close = rehearsal.transports[0].writes - 3
    with pytest.raises(Killed):
        run(read_document(DOCUMENT), bench.printer(close, kill_after=True), notebook)
    assert (notebook.notes.stage, bench.receipts) == (Stage.CLOSING, 1)
    bench.print(CASH_IN)
    assert bench.print(DOCUMENT, notebook).printed is Printed.YES
    assert bench.receipts == 1


def test_a_document_made_while_nothing_was_sold_is_not_ours() -> None:
    bench, notebook = Bench(DRIVER), MemoryNotebook()
    rehearsal = Bench(DRIVER)
    rehearsal.print(DOCUMENT)
    with pytest.raises(Killed):
        run(read_document(DOCUMENT), bench.printer(rehearsal.transports[0].writes - 3), notebook)
    other = Bench(DRIVER)  # the same device, on which a cashier made another document of it
    other.print(CASH_IN)
    with pytest.raises(OutcomeUnknown):
        other.print(DOCUMENT, notebook)
    assert other.receipts == 0


def test_a_reset_memory_lets_nothing_begin_and_refuses_nothing_that_was_done() -> None:
    dialect = Daisy()
    reset = "a0 84 88 80 80 b8"
    assert dialect.health(bytes.fromhex(reset)).faults == (Fault.MEMORY_RESET,)
    heard(dialect, dialect.comment("Здравейте"), answer(status=reset))


def test_a_missing_display_and_a_device_ready_to_print_are_no_mishap() -> None:
    health = Daisy().health(bytes.fromhex("88 80 c0 80 80 b8"))
    assert (health.faults, health.warnings) == ((), ())


def test_the_fourth_slot_is_told_of_too() -> None:
    bench = Bench(DRIVER, options="?payment.coupons=B")
    bench.print(changed(DOCUMENT, payments=[{"category": "card", "amount": "24.24"}]))
    printer = bench.printer()
    printer.connect()
    figures = printer.do(printer.dialect.registers())
    assert (figures["payment_card"], figures["payment_coupons"]) == ("24.24", "0.00")


def test_a_code_of_another_document_is_not_taken_for_ours() -> None:
    dialect = Daisy()
    replies = [answer("000012", IDLE), answer("24-11-26 09:05:07", IDLE)]
    other = answer("PF,0,36123456*0000011*2026-11-24*09:01:02*6.40", IDLE)
    for last in (other, answer("PS,XXXXX", IDLE), answer("F", IDLE), answer(status=UNKNOWN)):
        facts = heard(dialect, dialect.read_back(sale()), *replies, last)
        assert (facts.document_number, facts.qr, facts.total) == ("000012", "", None)
        assert str(facts.date_time) == "2026-11-24 09:05:07"


@pytest.mark.parametrize(("options", "warnings"), [("", 1), ("?columns=48", 0)])
def test_a_name_is_cut_to_the_printers_width_with_a_warning(options: str, warnings: int) -> None:
    line = {"text": "Сирене краве от Родопите", "price": "1.00"}
    document: dict[str, Any] = changed(
        DOCUMENT, lines=[line], modifier=None, total="1.00", payments=[{"amount": "1.00"}]
    )
    assert len(Bench(DRIVER, options=options).print(document).warnings) == warnings

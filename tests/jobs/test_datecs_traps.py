"""Traps of the Datecs pages and of fiscal rules 13, each in a sentence; edge documents of the registers."""

from decimal import Decimal
from typing import Any

import pytest

from billing.devices.dialect import Dialect, Settings
from billing.devices.drivers.datecs_c import DatecsC
from billing.devices.drivers.datecs_p import DatecsP
from billing.devices.drivers.datecs_x import DatecsX
from billing.devices.faults import DocumentRefused, Fault, Refused
from billing.devices.printer import Printer
from billing.devices.talk import Command, Reply
from billing.documents import (
    DocumentMistake,
    PaymentCategory,
    Printed,
    ReversalReason,
    SaleLine,
    Slip,
    read_document,
)
from tests.devices.documents import RECEIPT
from tests.devices.hearing import heard
from tests.devices.kinds import CASH_IN, changed
from tests.devices.wired import Bench

HEALTHY = bytes.fromhex("80808080869a")
LINE = {"text": "Чай", "price": "2.00"}


def answer(text: str, status: bytes = HEALTHY) -> Reply:
    return Reply(text.replace("|", "\t").encode("cp1251"), status)


def register(**members: object) -> dict[str, Any]:
    """Return a receipt for a register, whose first operator has the password 1."""
    return changed(RECEIPT, operator={"code": "1", "password": "1"}, modifier=None, **members)


def connected(bench: Bench) -> Printer:
    printer = bench.printer()
    printer.connect()
    return printer


def said(dialect: Dialect, line: SaleLine) -> str:
    """Return the data of the command that sells ``line``."""
    return next(dialect.sell(line)).data.decode("cp1251")


# -- frames and status ---------------------------------------------------------------------------------------


def test_an_fp_800_full_of_information_bits_and_without_a_display_is_healthy() -> None:
    """88 80 80 EA 86 9A: 0.3 is no display, byte 3 the switches (fiscal rules 13)."""
    status = bytes.fromhex("888080ea869a")
    assert DatecsP().judge(Command(0x38), answer("", status)) is None
    assert DatecsP().health(status).faults == ()


def test_bit_1_5_is_a_rotated_receipt_on_a_printer_and_unsent_documents_on_a_register() -> None:
    status = bytes.fromhex("80a08080869a")
    assert DatecsP().health(status).warnings == ()
    assert DatecsC().health(status).warnings == (Fault.UNSENT,)


def test_bits_0_5_and_4_5_alone_say_nothing() -> None:
    """Both only sum up others, and 0.2, 0.6, 1.6, 2.2 and 5.5 are in neither (section 3)."""
    status = bytes.fromhex("a0808080a69a")
    assert DatecsP().judge(Command(0x31), answer("", status)) is None
    assert DatecsP().judge(Command(0x31), answer("", bytes.fromhex("84808080869a"))) is not None


def test_a_status_without_data_is_read_from_the_frame() -> None:
    """Some firmware answers 4Ah with no data at all (section 9.1)."""
    assert heard(DatecsP(), DatecsP().wake(), answer("")) is None


def test_sticky_error_bits_of_4a_do_not_hide_a_healthy_register() -> None:
    """A DP-150 answers 4Ah with error bits that stay; 5Ah works (fiscal rules 13)."""
    dialect = DatecsC()
    assert heard(dialect, dialect.wake(), answer("", bytes.fromhex("a1808080869a"))) is None
    identity = "DP-150,265403 08Nov18 1050,FFFF,00000000,DT735762,02735762"
    assert heard(dialect, dialect.identify(), answer(identity)).device_number == "DT735762"


@pytest.mark.parametrize("fields", ["DT735762,02735762", "02735762,DT735762"])
def test_serial_and_memory_number_are_known_by_their_form(fields: str) -> None:
    """The document of C prints the two the other way round than devices answer (section 11)."""
    found = heard(
        DatecsC(), DatecsC().identify(), answer(f"DP-150,265403 08Nov18 1050,FFFF,00000000,{fields}")
    )
    assert (found.device_number, found.fiscal_memory_number) == ("DT735762", "02735762")


@pytest.mark.parametrize("width", ["0000085", "000085", "85"])
def test_counters_have_any_width(width: str) -> None:
    assert heard(DatecsP(), DatecsP().standing(), answer(width)).last_document == 85


def test_a_reason_that_a_printer_appends_is_no_part_of_its_answer() -> None:
    """Option 2Bh ``d`` appends ``@reason`` (section 10)."""
    assert heard(DatecsP(), DatecsP().standing(), answer("0000085@OK")).last_document == 85


# -- sales ---------------------------------------------------------------------------------------------------


def test_a_tax_group_is_a_cyrillic_letter_on_p_and_c_and_a_digit_on_x() -> None:
    line = SaleLine.model_validate(LINE | {"tax_group": 2})
    assert said(DatecsP(), line) == said(DatecsC(), line) == "Чай\tБ2.00"
    assert said(DatecsX(), line).split("\t")[1] == "2"


def test_a_quantity_never_has_the_tail_of_a_binary_fraction() -> None:
    """1.1400000000000001 was a syntax error that cancelled a receipt half-way (fiscal rules 13)."""
    assert said(DatecsP(), SaleLine.model_validate(LINE | {"qty": "1.14"})) == "Чай\tБ2.00*1.14"
    with pytest.raises(ValueError, match="not a JSON fraction"):
        SaleLine.model_validate(LINE | {"qty": 1.14})


def test_a_sale_without_a_modifier_leaves_the_value_of_x_empty() -> None:
    """Type empty, value empty: 0.00 there is another server's habit (Datecs X 12)."""
    fields = said(DatecsX(), SaleLine.model_validate(LINE)).split("\t")
    assert fields[4:7] == ["", "", "0"]


def test_an_amount_modifier_stands_behind_a_semicolon() -> None:
    line = SaleLine.model_validate(LINE | {"modifier": {"kind": "fixed", "value": "-0.30"}})
    assert said(DatecsP(), line) == "Чай\tБ2.00;-0.30"


def test_departments_and_articles_are_said_between_tabs() -> None:
    """31h: a department in place of the group; 3Ah: an article, then a department (section 6)."""
    line = SaleLine.model_validate(LINE | {"department": 3, "qty": "2"})
    assert said(DatecsP(), line) == "Чай\t3\t2.00*2"
    assert said(DatecsP(), line.model_copy(update={"plu": 7})) == "7\t3\t*2"


# -- payments ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["D0000000000", "R0000000000", "D0.00", "R0.00"])
def test_exactly_paid_is_d_or_r_with_zero(code: str) -> None:
    payment = read_document(RECEIPT).payments[0]  # type: ignore[union-attr]  # a receipt has payments
    assert heard(DatecsP(), DatecsP().pay(payment), answer(code)).due == 0


def test_a_remainder_sets_no_error_bit_and_is_told_by_the_amount() -> None:
    payment = read_document(RECEIPT).payments[0]  # type: ignore[union-attr]  # a receipt has payments
    assert heard(DatecsP(), DatecsP().pay(payment), answer("D0000000150")).due == Decimal("1.50")


def test_a_payment_refused_by_a_letter_alone_is_refused() -> None:
    payment = read_document(RECEIPT).payments[0]  # type: ignore[union-attr]  # a receipt has payments
    with pytest.raises(Refused):
        heard(DatecsP(), DatecsP().pay(payment), answer("F"))


def test_a_card_is_c_on_a_register_and_d_on_a_printer_where_c_is_a_cheque() -> None:
    printer, register_ = DatecsP().capabilities().payments, DatecsC().capabilities().payments
    assert (printer[PaymentCategory.CARD], printer[PaymentCategory.CHECK]) == ("D", "C")
    assert (register_[PaymentCategory.CARD], register_[PaymentCategory.RESERVED1]) == ("C", "D")


def test_a_letter_that_a_register_lacks_is_not_in_its_mapping() -> None:
    """It would print as cash without an error (DP-150, fiscal rules 13)."""
    dialect = DatecsC(Settings(payments={PaymentCategory.BANK: "r"}))
    letters = [letter for letter in dialect.capabilities().payments.values() if letter in "NCDIJ"]
    answers = [answer("F" if letter in "CD" else "ИМЕ") for letter in letters]
    found = heard(dialect, dialect.mapping(), *answers)
    assert PaymentCategory.CARD not in found
    assert found[PaymentCategory.COUPONS] == "J"
    assert found[PaymentCategory.BANK] == "r"


def test_a_payment_that_an_x_forbids_is_not_in_its_mapping() -> None:
    printer = connected(Bench("datecs-x"))
    assert PaymentCategory.CHECK in printer.do(printer.dialect.mapping())
    answers = [answer(f"0|{int(mode == '3')}|") for mode in DatecsX().capabilities().payments.values()]
    assert PaymentCategory.CHECK not in heard(DatecsX(), DatecsX().mapping(), *answers)


# -- reversals and reports -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "letter", "digit"),
    [("operator-error", "E", "0"), ("refund", "R", "1"), ("tax-base-reduction", "T", "2")],
)
def test_zero_is_the_operators_error_on_c_and_x_and_a_letter_on_p(
    reason: str, letter: str, digit: str
) -> None:
    why = ReversalReason(reason)
    assert DatecsP().capabilities().reversal_reasons[why] == letter
    for dialect in (DatecsC(), DatecsX()):
        assert dialect.capabilities().reversal_reasons[why] == digit


def test_a_daily_report_always_says_which_it_is() -> None:
    """An empty 45h is a Z in practice (section 8)."""
    z, x = read_document({"kind": "z-report"}), read_document({"kind": "x-report"})
    assert next(DatecsP().z_report(z)).data == b"0"  # type: ignore[arg-type]  # a Z report
    assert next(DatecsP().x_report(x)).data == b"2"  # type: ignore[arg-type]  # an X report


def test_a_memory_report_always_has_both_ends() -> None:
    """With the first date alone a month or a year is printed (fiscal rules 13)."""
    ends = {"from_date": "2026-11-01", "to_date": "2026-11-24"}
    document = read_document({"kind": "period-report", **ends})
    assert next(DatecsP().period_report(document)).data == b"011126,241126"  # type: ignore[arg-type]  # a period
    with pytest.raises(DocumentMistake, match="both ends"):
        read_document({"kind": "period-report", "from_date": "2026-11-01"})


def test_an_x_that_is_set_to_whole_prices_is_refused() -> None:
    identity = answer("FP-700X,2.00 13May20 1042,6331,00000000,DT520001,02520001")
    with pytest.raises(Refused, match="whole prices"):
        heard(DatecsX(), DatecsX().identify(), identity, answer("0|0|"))


def test_the_summer_mark_of_a_time_is_left_out() -> None:
    found = heard(DatecsX(), DatecsX().clock(), answer("0|24-07-26 10:30:00 DST|"))
    assert found.isoformat() == "2026-07-24T10:30:00"


# -- edge documents of a register ----------------------------------------------------------------------------


def test_comments_stand_before_between_and_after_the_sales_of_a_register() -> None:
    bench = Bench("datecs-c")
    lines = [{"comment": "преди"}, LINE, {"comment": "между"}, LINE, {"comment": "след"}]
    bench.print(register(lines=lines, total="4.00", payments=[{"amount": "4.00"}]))
    text = "\n".join(bench.device.memory.journal[-1].text)
    order = [text.index(word) for word in ("преди", "между", "след")]
    assert order == sorted(order)


@pytest.mark.parametrize("kind", ["percent", "fixed"])
@pytest.mark.parametrize("value", ["-0.50", "0.50"])
def test_a_register_takes_both_modifiers_on_an_item_and_on_the_subtotal(kind: str, value: str) -> None:
    """Lines of 100.00, so that the percent of one is its value; the bill's is rounded to cents."""
    modifier = {"kind": kind, "value": value}
    bench = Bench("datecs-c")
    line = {"text": "Стол", "price": "100.00"}
    total = Decimal("200.00") + Decimal(value)
    bill = round(total * Decimal(value) / 100, 2) if kind == "percent" else Decimal(value)
    said_total = str(total + bill)
    document = register(
        lines=[line | {"modifier": modifier}, line], total=said_total, payments=[{"amount": said_total}]
    )
    bench.print(document | {"modifier": modifier})
    assert bench.turnover == said_total


@pytest.mark.parametrize("category", sorted(DatecsC().capabilities().payments))
def test_every_category_of_a_register_is_paid_and_read_back_as_itself(category: str) -> None:
    bench = Bench("datecs-c")
    bench.print(register(lines=[LINE], total="2.00", payments=[{"category": category, "amount": "2.00"}]))
    printer = connected(bench)
    figures = printer.do(printer.dialect.registers())
    assert figures[f"payment_{category}"] == "2.00"
    assert sum(Decimal(value) for name, value in figures.items() if name.startswith("payment_")) == 2


@pytest.mark.parametrize("category", ["check", "packaging", "internal-usage", "damage", "bank", "reserved2"])
def test_a_category_without_a_letter_is_never_sent_as_cash(category: str) -> None:
    payments = [{"category": category, "amount": "2.00"}]
    with pytest.raises(DocumentRefused, match="is not mapped"):
        Bench("datecs-c").print(register(lines=[LINE], total="2.00", payments=payments))


def test_cash_goes_in_and_out_of_a_register_and_no_more_than_there_is() -> None:
    bench = Bench("datecs-c")
    bench.print(CASH_IN)
    assert bench.print({"kind": "cash", "key": "o", "amount": "-20.00"}).printed is Printed.YES
    with pytest.raises(Refused) as refused:
        bench.print({"kind": "cash", "key": "more", "amount": "-30.01"})
    assert (refused.value.code, refused.value.printed) == ("cash-short", Printed.NO)


def test_a_register_takes_fewer_sales_where_one_is_of_an_article() -> None:
    lines = [LINE] * 117 + [LINE | {"plu": 7}]
    document = register(lines=lines, total="236.00", payments=[{"amount": "236.00"}])
    with pytest.raises(DocumentRefused, match="takes 117"):
        DatecsC().check(read_document(document))


def test_a_slip_of_a_register_is_wrapped_to_40_characters() -> None:
    shaped = DatecsC().check(read_document({"kind": "slip", "key": "s", "lines": ["д " * 40]})).document
    assert isinstance(shaped, Slip)
    assert all(len(line) <= 40 for line in shaped.lines)

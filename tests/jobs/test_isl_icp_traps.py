"""The traps of the ISL ICP page (section 14), and what else its driver must get right."""

from decimal import Decimal

import pytest

from billing.devices.drivers.isl_icp_tables import GROUPS
from billing.devices.faults import DeviceError, DocumentRefused, NotSupported
from billing.devices.frames.events import Reply
from billing.documents import Printed, SaleLine, read_document
from billing.jobs.mishaps import OutcomeUnknown
from billing.jobs.notebook import MemoryNotebook, Stage
from billing.jobs.printing import run
from tests.devices.conformance import frames
from tests.devices.documents import RECEIPT
from tests.devices.kinds import changed, reversal
from tests.devices.tapped import said
from tests.devices.wired import Bench, Killed
from tests.emulators.isl_icp_host import frame

DRIVER = "isl-icp"


def journal(bench: Bench) -> str:
    return "\n".join("\n".join(entry.text) for entry in bench.device.memory.journal)


def test_trap_1_a_sale_whose_answer_was_lost_is_not_said_again() -> None:
    bench = Bench(DRIVER, "drop@cmd=44#2")
    sales = [command for command in said(bench, RECEIPT) if command.startswith(b"44")]
    assert len(sales) == 6
    assert (bench.receipts, bench.turnover) == (1, "24.24")


def test_trap_1_a_sale_that_never_arrived_is_said_again_after_the_sum_was_read() -> None:
    bench = Bench(DRIVER, "deaf@cmd=44#2")
    commands = said(bench, RECEIPT)
    sales = [place for place, command in enumerate(commands) if command.startswith(b"44")]
    assert len(sales) == 7
    assert commands[sales[1] : sales[2] + 1] == [commands[sales[1]], b"F801", commands[sales[1]]]
    assert not any(command.startswith(b"45") for command in commands)


def test_trap_2_a_refusal_is_asked_for_its_reason_and_cleared_at_once() -> None:
    bench, notebook = Bench(DRIVER, "error@cmd=44#3:7"), MemoryNotebook()
    with pytest.raises(DeviceError) as refused:
        bench.print(RECEIPT, notebook)
    assert (refused.value.code, refused.value.maker_code) == ("tax-group", "error 7")
    assert (refused.value.printed, notebook.notes.stage) == (Printed.NO, Stage.FRESH)
    bench.print(RECEIPT, notebook)
    assert bench.receipts == 1


def test_trap_3_groups_of_article_lines_are_counted_from_one() -> None:
    document = changed(RECEIPT, lines=[{"text": "x", "price": "1", "tax_group": 2}], modifier=None,
                       total="1.00", payments=[{"amount": "1.00"}])  # fmt: skip
    bench = Bench(DRIVER)
    (sale,) = (command for command in said(bench, document) if command.startswith(b"44"))
    assert sale[-5:] == b"0200x"
    assert bench.device.memory.day.groups[1] == Decimal("1.00")


def test_trap_3_the_same_group_has_one_digit_less_in_department_lines() -> None:
    assert {code: GROUPS[code][1] for code in (0x44, 0x24, 0x41, 0x21)} == {
        0x44: "2", 0x24: "2", 0x41: "1", 0x21: "1"
    }  # fmt: skip


def test_trap_5_a_fixed_change_of_the_bill_is_spread_over_its_lines() -> None:
    shaped = Bench(DRIVER).printer().dialect.check(read_document(RECEIPT))
    assert getattr(shaped.document, "modifier", "") is None
    assert shaped.total == Decimal("24.24")


def test_trap_5_a_percentage_of_the_bill_stays_one_where_every_part_is_whole_cents() -> None:
    document = changed(
        RECEIPT, lines=[{"price": "10.00"}, {"price": "20.00", "tax_group": 4}], total="27.00",
        modifier={"kind": "percent", "value": "-10"}, payments=[{"amount": "27.00"}],
    )  # fmt: skip
    bench = Bench(DRIVER)
    commands = said(bench, document)
    assert commands[commands.index(b"48") + 1] == b"4701000"
    assert bench.turnover == "27.00"


def test_trap_5_a_sale_at_zero_is_printed_as_text() -> None:
    document = changed(RECEIPT, lines=[{"text": "Подарък", "price": "0"}, {"price": "2"}], modifier=None,
                       total="2.00", payments=[{"amount": "2.00"}])  # fmt: skip
    bench = Bench(DRIVER)
    bench.print(document)
    assert "#Подарък" in journal(bench)


def test_trap_8_a_half_paid_receipt_of_another_program_is_finished_and_told() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(Killed):
        run(read_document(RECEIPT), bench.printer(frames(DRIVER)[-1] - 4, kill_after=True), MemoryNotebook())
    bench.wire.reopen()
    answer = bench.print(changed(RECEIPT, unique_sale_number="DT000600-0001-0001001"))
    assert bench.receipts == 2
    assert any("finished in cash" in warning for warning in answer.warnings)


def test_trap_9_a_receipt_that_the_device_closed_by_itself_is_unknown_not_doubled() -> None:
    bench, notebook = Bench(DRIVER, "deaf@cmd=44#3"), MemoryNotebook()
    bench.wire.write(frame("92", "18100003"))
    bench.wire.read(1)
    answer = bench.ask(RECEIPT, notebook)
    assert getattr(answer, "printed", None) is Printed.UNKNOWN
    assert bench.receipts == 1


def test_trap_11_comments_are_parted_at_the_width_less_two() -> None:
    document = changed(RECEIPT, lines=[{"comment": "дума " * 20}, {"price": "2"}], modifier=None,
                       total="2.00", payments=[{"amount": "2.00"}])  # fmt: skip
    texts = [command[23:] for command in said(Bench(DRIVER), document) if command.startswith(b"81")]
    assert len(texts) == 3
    assert all(len(text) <= 45 for text in texts)
    narrow = Bench(DRIVER, options="?columns=32")
    assert all(len(text[23:]) <= 30 for text in said(narrow, document) if text.startswith(b"81"))


def test_trap_12_a_card_is_what_the_device_says_a_card_is() -> None:
    bench = Bench(DRIVER)
    bench.wire.write(frame("92", "1D0708"))
    bench.wire.write(frame("92", "1D0807"))
    bench.wire.read(1)
    payments = [command for command in said(bench, RECEIPT) if command.startswith(b"49")]
    assert payments[0].startswith(b"498")
    assert bench.receipts == 1


def test_the_shop_may_say_which_type_a_payment_is() -> None:
    bench = Bench(DRIVER, options="?payment.card=3")
    payments = [command for command in said(bench, RECEIPT) if command.startswith(b"49")]
    assert payments[0].startswith(b"493")


def test_a_reversal_in_two_payments_that_the_drawer_lacks_is_cancelled_unpaid() -> None:
    bench = Bench(DRIVER)
    sold = bench.print(RECEIPT)
    document = reversal(RECEIPT, sold)
    document["payments"] = [{"category": "cash", "amount": "4.24"}, {"category": "bank", "amount": "20.00"}]
    with pytest.raises(DeviceError) as refused:
        bench.print(document)
    assert (refused.value.code, refused.value.printed) == ("cash-short", Printed.NO)
    assert not bench.device.memory.day.reversals["operator-error"].count


def test_a_receipt_is_known_by_what_the_day_grew_though_its_number_jumped() -> None:
    bench, notebook = Bench(DRIVER), MemoryNotebook()
    bench.print({"kind": "x-report"})
    with pytest.raises(Killed):
        run(read_document(RECEIPT), bench.printer(frames(DRIVER)[-1] - 3, kill_after=True), notebook)
    bench.wire.reopen()
    answer = bench.print(RECEIPT, notebook)
    assert (bench.receipts, answer.printed) == (1, Printed.YES)


def test_a_receipt_that_another_program_cancelled_is_not_called_printed() -> None:
    bench, notebook = Bench(DRIVER), MemoryNotebook()
    with pytest.raises(Killed):
        run(read_document(RECEIPT), bench.printer(frames(DRIVER)[-1] - 5), notebook)
    other = {"kind": "receipt", "lines": [{"price": "2"}], "payments": [{"amount": "2.00"}]}
    bench.print(other)
    bench.print(RECEIPT, notebook)
    assert (bench.receipts, bench.turnover) == (2, "26.24")


def test_a_receipt_before_a_z_is_not_printed_again_because_the_sums_began_anew() -> None:
    bench, notebook = Bench(DRIVER), MemoryNotebook()
    with pytest.raises(Killed):
        run(read_document(RECEIPT), bench.printer(frames(DRIVER)[-1] - 3, kill_after=True), notebook)
    bench.wire.reopen()
    bench.print({"kind": "z-report"})
    bench.print({"kind": "receipt", "lines": [{"price": "2"}], "payments": [{"amount": "2.00"}]})
    with pytest.raises(OutcomeUnknown):
        bench.print(RECEIPT, notebook)
    assert bench.turnover == "2.00"


def test_three_payments_of_which_one_is_lost_are_a_persons_to_judge() -> None:
    document = changed(RECEIPT, payments=[
        {"category": "card", "amount": "4.24"}, {"category": "check", "amount": "10.00"}, {"amount": "10.00"},
    ])  # fmt: skip
    bench, notebook = Bench(DRIVER, "drop@cmd=49#2"), MemoryNotebook()
    with pytest.raises(OutcomeUnknown):
        bench.print(document, notebook)
    assert bench.receipts == 0


@pytest.mark.parametrize("operator", ["0", "100", "A"])
def test_an_operator_that_the_device_lacks_is_refused_before_the_first_byte(operator: str) -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused) as refused:
        bench.print(changed(RECEIPT, operator={"code": operator}))
    assert refused.value.path == "$.operator.code"
    assert bench.transports[0].writes == 0


def test_a_fifty_first_line_is_refused_before_the_first_byte() -> None:
    with pytest.raises(DocumentRefused, match="50"):
        Bench(DRIVER).print(changed(RECEIPT, lines=[{"price": "1"}] * 51, modifier=None, total=None,
                                    payments=[{"amount": "51.00"}]))  # fmt: skip


def test_characters_of_which_devices_write_only_a_part_are_said_plainly() -> None:
    texts = said(Bench(DRIVER), {"kind": "slip", "lines": ["№ 5 «Ёлка» 3 €"]})
    assert 'No 5 "Елка" 3 EUR'.encode("cp1251") in b"".join(texts)


def test_there_is_no_display() -> None:
    bench = Bench(DRIVER)
    printer = bench.printer()
    with pytest.raises(NotSupported):
        printer.do(printer.dialect.show("a", "b"))
    assert bench.transports[0].writes == 0


def test_an_article_is_stored_and_the_drawer_the_feed_and_the_knife_obey() -> None:
    printer = Bench(DRIVER).printer()
    printer.connect()
    dialect = printer.dialect
    for talk in (
        dialect.set_plu(5, SaleLine(text="Хляб", price=Decimal("1.50"))), dialect.drawer(), dialect.feed(3),
        dialect.cut(), dialect.set_header(["Магазин"]), dialect.set_operator("2", "", "Иван"),
    ):  # fmt: skip
        printer.do(talk)


def test_rates_that_are_told_short_are_none_where_they_are_missing() -> None:
    bench = Bench(DRIVER)
    printer = bench.printer()
    printer.connect()
    assert printer.do(printer.dialect.rates())[2] == Decimal("20.00")
    talk = printer.dialect.rates()
    next(talk)
    talk.send(Reply(b"00002000", seq=0))
    with pytest.raises(StopIteration) as done:
        talk.send(Reply(b"50607080", seq=0))
    assert done.value.value[2] == Decimal("20.00")
    assert done.value.value[3] is None


def test_trap_4_an_internal_article_of_another_name_is_sold_by_its_own_text() -> None:
    bench = Bench(DRIVER)
    printer = bench.printer()
    printer.connect()
    printer.do(printer.dialect.set_plu(7, SaleLine.model_validate({"text": "Кафе", "price": "2.00"})))
    line = {"text": "Чай", "price": "2.00", "plu": 7}
    sold = changed(RECEIPT, lines=[line], modifier=None, total="2.00", payments=[{"amount": "2.00"}])
    (warning,) = bench.print(sold).warnings
    assert "is 'Кафе' on the device" in warning
    assert "Чай" in journal(bench)
    assert "Кафе" not in journal(bench)


def test_trap_6_the_number_is_read_after_the_close_for_before_it_is_the_last_receipts() -> None:
    bench = Bench(DRIVER)
    bench.print(RECEIPT)
    number = RECEIPT["unique_sale_number"][:-1] + "9"
    assert bench.print(changed(RECEIPT, unique_sale_number=number)).document_number == "000002"


def test_trap_7_no_text_is_said_after_the_close() -> None:
    """It would be printed above the next customer's receipt."""
    bench = Bench(DRIVER)
    commands = said(bench, changed(RECEIPT, lines=[*RECEIPT["lines"], {"comment": "Довиждане"}]))
    texts = [place for place, command in enumerate(commands) if command.startswith(b"81")]
    payments = [place for place, command in enumerate(commands) if command.startswith(b"49")]
    assert max(texts) < min(payments)


def test_trap_10_a_count_of_blocks_is_no_z_number() -> None:
    """F802 runs ahead of the Z number, so a Z is answered without one."""
    bench = Bench(DRIVER)
    bench.print(RECEIPT)
    answer = bench.print({"kind": "z-report", "key": "z"})
    assert "z_number" not in answer.registers
    assert bench.printer().dialect.z_number_is_block

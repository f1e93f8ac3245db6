"""ISL ICP beside the emulated printer: every kind of document once, whatever breaks; the page's traps."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from billing.devices.faults import DeviceError, DocumentRefused, NotSupported
from billing.documents import Answer, Printed, SaleLine, read_document
from billing.jobs.mishaps import OutcomeUnknown
from billing.jobs.notebook import MemoryNotebook, Stage
from billing.jobs.printing import run
from tests.devices.conformance import (
    BAD_LINE,
    KINDS,
    fault_at,
    frames,
    survives_a_bad_line,
    survives_a_fault,
    survives_a_kill,
)
from tests.devices.documents import RECEIPT
from tests.devices.kinds import (
    CASH_IN,
    SINGLES,
    changed,
    credit_note,
    done,
    invoice,
    reversal,
    single_survives_a_fault,
    single_survives_a_kill,
)
from tests.devices.wired import Bench, Killed, WireTransport
from tests.emulators.isl_icp_host import frame

DRIVER = "isl-icp"
TOLD = SINGLES[:2]
"""A Z and cash: the device's counters tell whether they were done."""
UNTOLD = SINGLES[2:]
"""An X and free text: nothing the device can be asked tells."""


def test_a_receipt_is_printed_once_and_answered_with_the_devices_numbers() -> None:
    bench = Bench(DRIVER)
    answer = bench.print(RECEIPT)
    assert (bench.receipts, bench.turnover) == (1, RECEIPT["total"])
    assert (answer.document_number, str(answer.total)) == ("000001", RECEIPT["total"])
    assert (answer.device_number, answer.fiscal_memory_number) == ("IS000600", "02000600")
    assert answer.date_time is not None
    assert answer.warnings == ()


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", frames(DRIVER))
def test_a_program_killed_at_any_frame_leaves_one_receipt(frame: int, kill_after: bool) -> None:
    survives_a_kill(Bench(DRIVER), frame, kill_after=kill_after)


@pytest.mark.parametrize("kind", [*KINDS, "error:7"])
@pytest.mark.parametrize("frame", frames(DRIVER))
def test_one_fault_at_any_frame_never_makes_two_receipts_or_a_lie(frame: int, kind: str) -> None:
    survives_a_fault(Bench(DRIVER, fault_at(kind, frame)))


@pytest.mark.parametrize("seed", range(15))
def test_a_bad_line_never_makes_two_receipts_or_a_lie(seed: int) -> None:
    survives_a_bad_line(Bench(DRIVER, BAD_LINE, seed))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(1, 13))
@pytest.mark.parametrize("document", TOLD, ids=lambda document: str(document["kind"]))
def test_one_fault_never_repeats_a_document_that_counters_tell_of(
    frame: int, kind: str, document: dict[str, Any]
) -> None:
    single_survives_a_fault(Bench(DRIVER, fault_at(kind, frame)), document)


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", range(1, 12))
@pytest.mark.parametrize("document", TOLD, ids=lambda document: str(document["kind"]))
def test_a_kill_never_repeats_a_document_that_counters_tell_of(
    frame: int, kill_after: bool, document: dict[str, Any]
) -> None:
    single_survives_a_kill(Bench(DRIVER), document, frame, kill_after=kill_after)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(1, 14))
@pytest.mark.parametrize("document", UNTOLD, ids=lambda document: str(document["kind"]))
def test_one_fault_never_repeats_what_nothing_tells_of_and_says_so(
    frame: int, kind: str, document: dict[str, Any]
) -> None:
    bench, notebook = Bench(DRIVER, fault_at(kind, frame)), MemoryNotebook()
    for _ in range(3):
        answer = bench.ask(document, notebook)
    assert done(bench, document["kind"]) <= 1
    assert isinstance(answer, Answer) or getattr(answer, "printed", None) is Printed.UNKNOWN


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", range(1, 13))
@pytest.mark.parametrize("document", UNTOLD, ids=lambda document: str(document["kind"]))
def test_a_kill_never_repeats_what_nothing_tells_of_and_says_so(
    frame: int, kill_after: bool, document: dict[str, Any]
) -> None:
    bench, notebook = Bench(DRIVER), MemoryNotebook()
    try:
        run(read_document(document), bench.printer(frame, kill_after=kill_after), notebook)
    except Killed:
        bench.wire.reopen()
    answer = bench.ask(document, notebook)
    assert done(bench, document["kind"]) <= 1
    assert isinstance(answer, Answer) or getattr(answer, "printed", None) is Printed.UNKNOWN


# -- all kinds ---------------------------------------------------------------------------------------------


def with_invoices(bench: Bench) -> Bench:
    """Give the device its range of invoice numbers, once, as a technician does."""
    bench.wire.write(frame("92", "1100000000010000000100"))
    assert bench.wire.read(1) == b"\x06"
    return bench


def journal(bench: Bench) -> str:
    return "\n".join("\n".join(entry.text) for entry in bench.device.memory.journal)


@dataclass
class Tap(WireTransport):
    """A line that keeps the commands it carried, without address and frame."""

    commands: list[bytes] = field(default_factory=list)

    def write(self, data: bytes) -> None:
        self.commands.append(data[5:-5])
        super().write(data)


def said(bench: Bench, document: dict[str, Any]) -> list[bytes]:
    """Print ``document`` and return the commands that it took."""
    printer, tap = bench.printer(), Tap(bench.wire, bench.clock)
    printer.link.transport = tap
    run(read_document(document), printer, MemoryNotebook())
    return tap.commands


@pytest.mark.parametrize("reason", ["operator-error", "refund", "tax-base-reduction"])
def test_a_reversal_names_its_original_and_reason(reason: str) -> None:
    bench = Bench(DRIVER)
    sold = bench.print(RECEIPT)
    bench.print(CASH_IN)
    answer = bench.print(reversal(RECEIPT, sold, reason))
    assert answer.document_number > sold.document_number
    assert bench.device.memory.day.reversals[reason].count == 1
    assert bench.turnover == RECEIPT["total"]


BEFORE = frames(DRIVER)[-1] + frames(DRIVER, CASH_IN)[-1]
"""Frames of a receipt and of cash, before the one that is to meet a fault."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", range(10, 28, 2))
def test_one_fault_never_makes_two_reversals(place: int, kind: str) -> None:
    bench, notebook = Bench(DRIVER, fault_at(kind, BEFORE + place)), MemoryNotebook()
    sold = bench.print(RECEIPT)
    bench.print(CASH_IN)
    for _ in range(3):
        if isinstance(bench.ask(reversal(RECEIPT, sold), notebook), Answer):
            break
    assert notebook.notes.answer is not None
    assert bench.device.memory.day.reversals["operator-error"].count == 1


def test_an_invoice_and_its_credit_note_carry_the_client() -> None:
    bench = with_invoices(Bench(DRIVER))
    sold = bench.print(invoice(RECEIPT))
    bench.print(CASH_IN)
    bench.print(credit_note(RECEIPT, sold))
    kinds = [entry.kind for entry in bench.device.memory.journal]
    assert (kinds[0], kinds[-1]) == ("invoice", "credit-note")
    note = bench.device.memory.journal[-1].receipt
    assert note is not None
    assert note.client is not None
    assert note.client["name"] == "Купувач ООД"


def test_an_invoice_without_a_range_of_numbers_is_refused_and_not_printed() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DeviceError) as refused:
        bench.print(invoice(RECEIPT))
    assert (refused.value.maker_code, refused.value.printed) == ("error 64", Printed.NO)


def test_cash_goes_in_and_out_once() -> None:
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    bench.print({"kind": "cash", "amount": "-20.00"})
    day = bench.device.memory.day
    assert (day.cash_in.count, day.cash_out.count) == (1, 1)


def test_cash_that_is_not_there_cannot_be_taken() -> None:
    with pytest.raises(DeviceError) as refused:
        Bench(DRIVER).print({"kind": "cash", "amount": "-20.00"})
    assert (refused.value.code, refused.value.printed) == ("cash-short", Printed.NO)


def test_a_z_answers_the_figures_of_its_day_and_claims_no_number() -> None:
    """Trap 10: no confirmation of the Z number, and the last block is another count."""
    bench = Bench(DRIVER)
    bench.print(RECEIPT)
    answer = bench.print({"kind": "z-report"})
    assert len(bench.device.memory.z_blocks) == 1
    assert (answer.registers["total"], answer.registers["payment_card"]) == ("24.24", "10.00")
    assert "z_number" not in answer.registers
    assert answer.document_number == ""


def test_a_z_whose_answer_was_lost_claims_no_number_either() -> None:
    answer = Bench(DRIVER, "drop@cmd=51").print({"kind": "z-report"})
    assert "z_number" not in answer.registers


@pytest.mark.parametrize(
    ("document", "command"),
    [
        ({"from_date": "2026-11-01", "to_date": "2026-11-24"}, b"55110111202624112026"),
        ({"from_date": "2026-11-24", "to_date": "2026-11-24", "detailed": True}, b"55012411202624112026"),
        ({"from_number": 1, "to_number": 1}, b"561200010001"),
        ({"from_number": 1, "to_number": 1, "detailed": True}, b"560200010001"),
    ],
)
def test_a_period_report_by_dates_or_blocks(document: dict[str, Any], command: bytes) -> None:
    bench = Bench(DRIVER)
    bench.print({"kind": "z-report"})
    assert command in said(bench, {"kind": "period-report"} | document)


def test_a_duplicate_follows_its_receipt_at_once_or_is_refused() -> None:
    bench = Bench(DRIVER)
    bench.print(RECEIPT)
    bench.print({"kind": "duplicate"})
    with pytest.raises(DeviceError) as refused:
        bench.print({"kind": "duplicate", "key": "again"})
    assert refused.value.printed is Printed.NO


# -- traps of the page -------------------------------------------------------------------------------------


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

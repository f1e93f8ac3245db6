"""Daisy, Eltrade and Incotex beside their emulated devices: every kind of document once, whatever breaks."""

from itertools import pairwise
from typing import Any

import pytest

from billing.devices.faults import DeviceError, DocumentRefused
from billing.documents import Answer, Printed, SaleLine, read_document
from billing.jobs.mishaps import TotalsDiffer
from billing.jobs.notebook import MemoryNotebook
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
from tests.devices.isl_receipts import DRIVERS, receipt
from tests.devices.kinds import (
    CASH_IN,
    SINGLES,
    changed,
    credit_note,
    invoice,
    reversal,
    single_survives_a_fault,
    single_survives_a_kill,
)
from tests.devices.wired import Bench, Killed

FRAMES = [(driver, frame) for driver in DRIVERS for frame in frames(driver, receipt(driver))]
INVOICE_ENDS = [
    (driver, frame) for driver in DRIVERS for frame in frames(driver, invoice(receipt(driver)))[-10:]
]
MOMENTS = pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
EACH = pytest.mark.parametrize("driver", DRIVERS)


@EACH
def test_a_receipt_is_printed_once_and_answered_with_the_devices_numbers(driver: str) -> None:
    bench = Bench(driver)
    answer = bench.print(receipt(driver))
    assert (bench.receipts, bench.turnover) == (1, "24.24")
    assert (int(answer.document_number), str(answer.total)) == (1, "24.24")
    assert (answer.device_number, answer.fiscal_memory_number) == (
        bench.device.memory.device_number,
        bench.device.memory.fiscal_memory_number,
    )
    assert answer.date_time is not None
    assert answer.warnings == ()


@EACH
def test_two_commands_never_carry_one_number(driver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second would be answered from memory, on a Daisy one of two equal commands (section 2.3)."""
    printer = Bench(driver).printer()
    transport, sent = printer.link.transport, list[bytes]()
    write = transport.write

    def keep(data: bytes) -> None:
        sent.append(data)
        write(data)

    monkeypatch.setattr(transport, "write", keep)
    run(read_document(receipt(driver)), printer, MemoryNotebook())
    numbers = [frame[2] for frame in sent]
    assert all(first != second for first, second in pairwise(numbers))
    assert set(numbers) <= set(range(0x20, 0x80))


@EACH
def test_a_program_that_begins_with_the_number_of_the_last_one_is_answered_afresh(driver: str) -> None:
    """What the device remembers of the last program belongs to another command."""
    bench = Bench(driver)
    bench.print(receipt(driver))
    for number in range(0x20, 0x80):
        printer = bench.printer()
        printer.link._number = number
        assert printer.connect().device_number == bench.device.memory.device_number
        assert printer.do(printer.dialect.standing()).last_document == 1


@MOMENTS
@pytest.mark.parametrize(("driver", "frame"), FRAMES)
def test_a_program_killed_at_any_frame_leaves_one_receipt(driver: str, frame: int, kill_after: bool) -> None:
    survives_a_kill(Bench(driver), frame, kill_after=kill_after, document=receipt(driver))


@pytest.mark.parametrize("kind", [*KINDS, "error:1.1"])
@pytest.mark.parametrize(("driver", "frame"), FRAMES)
def test_one_fault_at_any_frame_never_makes_two_receipts_or_a_lie(driver: str, frame: int, kind: str) -> None:
    survives_a_fault(Bench(driver, fault_at(kind, frame)), receipt(driver))


@EACH
@pytest.mark.parametrize("seed", range(15))
def test_a_bad_line_never_makes_two_receipts_or_a_lie(driver: str, seed: int) -> None:
    survives_a_bad_line(Bench(driver, BAD_LINE, seed), receipt(driver))


@EACH
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(1, 12))
@pytest.mark.parametrize("document", SINGLES, ids=lambda document: str(document["kind"]))
def test_one_fault_never_repeats_a_document_of_one_command(
    driver: str, frame: int, kind: str, document: dict[str, Any]
) -> None:
    single_survives_a_fault(Bench(driver, fault_at(kind, frame)), document)


@EACH
@MOMENTS
@pytest.mark.parametrize("frame", range(1, 12))
@pytest.mark.parametrize("document", SINGLES, ids=lambda document: str(document["kind"]))
def test_a_kill_never_repeats_a_document_of_one_command(
    driver: str, frame: int, kill_after: bool, document: dict[str, Any]
) -> None:
    single_survives_a_kill(Bench(driver), document, frame, kill_after=kill_after)


def reversible(bench: Bench) -> dict[str, Any]:
    """Return a receipt that was sold on the bench, made by whoever may reverse, with cash in the drawer."""
    bench.print(CASH_IN)
    document = receipt(bench.driver)
    del document["operator"]
    return document


@EACH
@pytest.mark.parametrize("reason", ["operator-error", "refund", "tax-base-reduction"])
def test_a_reversal_is_printed_once_for_each_reason(driver: str, reason: str) -> None:
    bench = Bench(driver)
    document = reversible(bench)
    answer = bench.print(reversal(document, bench.print(document), reason))
    assert int(answer.document_number) == 3
    assert bench.device.memory.day.reversals[reason].count == 1


@EACH
@MOMENTS
@pytest.mark.parametrize("back", range(1, 12))
def test_a_reversal_killed_near_its_end_is_printed_once(driver: str, back: int, kill_after: bool) -> None:
    rehearsal, bench = Bench(driver), Bench(driver)
    document = reversible(rehearsal)
    rehearsal.print(reversal(document, rehearsal.print(document)))
    taken_back = reversal(reversible(bench), bench.print(document))
    at, notebook = rehearsal.transports[-1].writes + 1 - back, MemoryNotebook()
    with pytest.raises(Killed):
        run(read_document(taken_back), bench.printer(at, kill_after=kill_after), notebook)
    bench.wire.reopen()
    assert bench.print(taken_back, notebook).printed is Printed.YES
    assert bench.device.memory.day.reversals["operator-error"].count == 1


@EACH
def test_a_reversal_is_paid_in_cash_whatever_was_paid_and_says_so(driver: str) -> None:
    bench = Bench(driver)
    document = reversible(bench)
    taken_back = reversal(document, bench.print(document))
    taken_back["payments"] = [{"category": "card", "amount": "24.24"}]
    (warning,) = bench.print(taken_back).warnings
    assert "card is registered as cash" in warning


@EACH
def test_an_invoice_and_its_credit_note_are_printed(driver: str) -> None:
    bench = Bench(driver)
    document = reversible(bench)
    answer = bench.print(credit_note(document, bench.print(invoice(document))))
    assert (bench.receipts, answer.printed) == (1, Printed.YES)
    assert bench.device.memory.day.reversals["operator-error"].count == 1


@EACH
@pytest.mark.parametrize("options", ["", "?columns=56"])
def test_a_client_of_any_length_fits_the_frame_and_is_cut_with_a_warning(driver: str, options: str) -> None:
    document = invoice(receipt(driver))
    document["client"] = document["client"] | dict.fromkeys(
        ("name", "receiver", "seller", "address"), "Ж\u4e2d" * 100
    )
    document["lines"][0]["text"] = "Ш" * 200
    answer = Bench(driver, options=options).print(document)
    assert sum("client's" in warning for warning in answer.warnings) == 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("driver", "frame"), INVOICE_ENDS)
def test_one_fault_at_the_end_of_an_invoice_never_makes_two(driver: str, frame: int, kind: str) -> None:
    survives_a_fault(Bench(driver, fault_at(kind, frame)), invoice(receipt(driver)))


@MOMENTS
@pytest.mark.parametrize(("driver", "frame"), INVOICE_ENDS)
def test_a_kill_at_the_end_of_an_invoice_leaves_one(driver: str, frame: int, kill_after: bool) -> None:
    survives_a_kill(Bench(driver), frame, kill_after=kill_after, document=invoice(receipt(driver)))


@EACH
def test_a_half_paid_invoice_of_another_program_is_finished_and_told(driver: str) -> None:
    document = invoice(receipt(driver))
    bench = Bench(driver)
    second = next(  # the frame of the second payment, before which the first is in
        frame for frame in frames(driver, document)[::-1] if _paid_before(driver, document, frame)
    )
    with pytest.raises(Killed):
        run(read_document(document), bench.printer(second), MemoryNotebook())
    other = changed(receipt(driver), unique_sale_number=document["unique_sale_number"][:-1] + "9")
    answer = bench.print(other)
    assert (bench.receipts, bench.turnover) == (2, "48.48")
    assert any("finished in cash" in warning for warning in answer.warnings)


def _paid_before(driver: str, document: dict[str, Any], frame: int) -> bool:
    """Return whether a program killed before ``frame`` leaves the document half paid."""
    bench = Bench(driver)
    with pytest.raises(Killed):
        run(read_document(document), bench.printer(frame), MemoryNotebook())
    printer = bench.printer()
    printer.connect()
    standing = printer.do(printer.dialect.standing())
    return standing.opened.fiscal and standing.paid == 10


@EACH
def test_an_unpaid_receipt_of_another_program_is_cancelled_and_told(driver: str) -> None:
    bench, document = Bench(driver), receipt(driver)
    with pytest.raises(Killed):
        run(read_document(document), bench.printer(9, kill_after=True), MemoryNotebook())
    number = document["unique_sale_number"][:-1] + "9"
    answer = bench.print(changed(document, unique_sale_number=number))
    assert (bench.receipts, bench.turnover) == (1, "24.24")
    assert any("cancelled" in warning for warning in answer.warnings)


@EACH
def test_no_paper_prints_nothing_and_the_same_document_later_prints_once(driver: str) -> None:
    bench, notebook = Bench(driver, faults="paper@8:5"), MemoryNotebook()
    with pytest.raises(DeviceError) as refused:
        bench.print(receipt(driver), notebook)
    assert (refused.value.printed, refused.value.code) == (Printed.NO, "paper-out")
    while not isinstance(mishap := bench.ask(receipt(driver), notebook), Answer):
        assert getattr(mishap, "code", "") == "paper-out"
    assert (bench.receipts, bench.turnover) == (1, "24.24")


@EACH
def test_a_sale_number_in_small_letters_is_refused_before_the_first_byte(driver: str) -> None:
    bench, document = Bench(driver), receipt(driver)
    number = document["unique_sale_number"].replace("-0001-", "-ab01-")
    with pytest.raises(DocumentRefused) as refused:
        bench.print(changed(document, unique_sale_number=number))
    assert refused.value.path == "$.unique_sale_number"
    assert bench.transports[0].writes == 0


@EACH
def test_cash_that_is_not_in_the_drawer_is_not_paid_out(driver: str) -> None:
    bench = Bench(driver)
    with pytest.raises(DeviceError) as refused:
        bench.print({"kind": "cash", "key": "out", "amount": "-500.00"})
    assert (refused.value.code, refused.value.printed) == ("cash-short", Printed.NO)
    assert bench.device.memory.day.cash_out.count == 0


@EACH
def test_cash_is_put_in_and_taken_out(driver: str) -> None:
    bench = Bench(driver)
    bench.print(CASH_IN)
    bench.print({"kind": "cash", "key": "out", "amount": "-20.00"})
    printer = bench.printer()
    printer.connect()
    assert printer.do(printer.dialect.counters()).cash == 30


@EACH
def test_a_z_report_answers_its_number_and_the_total_of_sales(driver: str) -> None:
    bench = Bench(driver)
    bench.print(receipt(driver))
    answer = bench.print(SINGLES[0])
    assert (answer.registers["z_number"], answer.registers["total"]) == ("1", "24.24")
    assert (answer.registers["group_2"], answer.registers["group_4"]) == ("23.33", "0.91")


@EACH
def test_the_day_is_read_by_payment(driver: str) -> None:
    bench = Bench(driver)
    bench.print(CASH_IN)
    bench.print(receipt(driver))
    printer = bench.printer()
    printer.connect()
    figures = printer.do(printer.dialect.registers())
    assert (figures["payment_card"], figures["payment_cash"]) == ("10.00", "14.24")
    assert (figures["z_number"], figures["in_drawer"]) == ("0", "64.24")


@EACH
@pytest.mark.parametrize(
    "ends",
    [
        {"from_date": "2026-11-01", "to_date": "2026-11-24"},
        {"from_number": 1, "to_number": 1},
        {"from_number": 1, "to_number": 1, "detailed": True},
        {"from_date": "2026-11-01", "to_date": "2026-11-24", "detailed": True},
    ],
)
def test_a_period_report_and_a_duplicate_are_printed(driver: str, ends: dict[str, Any]) -> None:
    bench = Bench(driver)
    bench.print(receipt(driver))
    assert bench.print({"kind": "duplicate", "key": "d"}).printed is Printed.YES
    bench.print(SINGLES[0])
    assert isinstance(bench.print({"kind": "period-report", "key": "p", **ends}), Answer)


@EACH
@pytest.mark.parametrize("question", range(1, 5))
def test_a_question_refused_after_the_close_is_no_word_that_nothing_was_printed(
    driver: str, question: int
) -> None:
    closing = next(frame for frame in frames(driver, receipt(driver))[::-1] if _closes(driver, frame))
    bench, notebook = Bench(driver, f"error@{closing + question}:1.1"), MemoryNotebook()
    with pytest.raises(Killed):
        run(read_document(receipt(driver)), bench.printer(closing, kill_after=True), notebook)
    bench.wire.reopen()
    outcome = bench.ask(receipt(driver), notebook)
    assert getattr(outcome, "printed", None) is not Printed.NO
    assert bench.print(receipt(driver), notebook).printed is Printed.YES
    assert bench.receipts == 1


def _closes(driver: str, frame: int) -> bool:
    """Return whether a program killed before ``frame`` has not closed its receipt, and after it has."""
    counts = []
    for after in (False, True):
        bench = Bench(driver)
        with pytest.raises(Killed):
            run(read_document(receipt(driver)), bench.printer(frame, kill_after=after), MemoryNotebook())
        counts.append(bench.receipts)
    return counts == [0, 1]


def test_a_receipt_begun_again_too_often_is_not_printed_and_says_why() -> None:
    """A bad line, then power cuts that double a line: the device's total is not ours, nothing is unknown."""
    bench = Bench("eltrade", "hangup@9,hangup@16,power-after@25:silent,power-after@40:silent")
    mishap = bench.ask(receipt("eltrade"), MemoryNotebook())
    assert isinstance(mishap, TotalsDiffer)
    assert (mishap.printed, bench.receipts) == (Printed.NO, 0)


@EACH
@pytest.mark.parametrize("code", ["71", "6e", "46", "74", "3e", "41", "97"])
def test_a_device_that_refuses_to_read_a_register_prints_all_the_same(driver: str, code: str) -> None:
    bench = Bench(driver, faults=f"error@cmd={code}#*:0.1")
    assert bench.print(receipt(driver)).printed is Printed.YES
    assert bench.print(SINGLES[2]).printed is Printed.YES
    assert (bench.receipts, bench.turnover) == (1, "24.24")


@EACH
def test_settings_and_small_services_are_taken(driver: str) -> None:
    printer = Bench(driver).printer()
    printer.connect()
    dialect = printer.dialect
    assert printer.do(dialect.rates())[2] == 20
    printer.do(dialect.set_clock(printer.do(dialect.clock())))
    assert printer.do(dialect.payment_names())["C"]
    password = "2222" if driver == "eltrade" else "2"
    printer.do(dialect.set_operator("2", password, "Мария Петрова"))
    printer.do(dialect.set_plu(7, SaleLine.model_validate({"text": "Чай с лимон и много мед", "price": "2"})))
    printer.do(dialect.set_header(["Магазин", "София"]))
    printer.do(dialect.show("Здравейте", "0.00"))
    printer.do(dialect.feed(25))
    printer.do(dialect.drawer())

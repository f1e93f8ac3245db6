"""Datecs C and X beside their emulators: every kind of document once, whatever breaks.

What only one of them has stands in a file of its own; Datecs P is in ``test_printing``.
"""

from typing import Any, Final

import pytest

from billing.devices.faults import DeviceError, DocumentRefused
from billing.documents import Answer, Printed, read_document
from billing.jobs.notebook import MemoryNotebook, Stage
from billing.jobs.printing import run
from tests.devices.conformance import (
    BAD_LINE,
    BAD_POWER,
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
    invoice,
    reversal,
    single_survives_a_fault,
    single_survives_a_kill,
)
from tests.devices.wired import Bench, Killed

DOCUMENTS: Final[dict[str, dict[str, Any]]] = {
    "datecs-c": RECEIPT | {"operator": {"code": "1", "password": "1"}},
    "datecs-x": RECEIPT,
}
"""The plain receipt by the factory's operator of each."""

READ_BACK: Final = 2
"""Frames behind the close."""

EACH = pytest.mark.parametrize("driver", DOCUMENTS)
FRAMES = pytest.mark.parametrize(
    ("driver", "frame"),
    [(driver, frame) for driver, said in DOCUMENTS.items() for frame in frames(driver, said)],
)
SINGLE = pytest.mark.parametrize("document", SINGLES, ids=lambda document: str(document["kind"]))
KILLED = pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])


def bench_of(driver: str, faults: str = "", seed: int = 0) -> Bench:
    """Return a bench whose device has a range of invoice numbers."""
    bench = Bench(driver, faults, seed)
    memory = bench.device.memory
    memory.invoice_start, memory.invoice_end, memory.invoice_next = 1, 99, 1
    return bench


@EACH
def test_a_receipt_is_printed_once_and_answered_with_the_devices_numbers(driver: str) -> None:
    bench = Bench(driver)
    answer = bench.print(DOCUMENTS[driver])
    assert (bench.receipts, bench.turnover) == (1, RECEIPT["total"])
    assert (int(answer.document_number), str(answer.total)) == (1, RECEIPT["total"])
    assert answer.date_time is not None
    assert answer.warnings == ()


@KILLED
@FRAMES
def test_a_program_killed_at_any_frame_leaves_one_receipt(driver: str, frame: int, kill_after: bool) -> None:
    survives_a_kill(Bench(driver), frame, kill_after=kill_after, document=DOCUMENTS[driver])


@pytest.mark.parametrize("kind", [*KINDS, "error:1.1"])
@FRAMES
def test_one_fault_at_any_frame_never_makes_two_receipts_or_a_lie(driver: str, frame: int, kind: str) -> None:
    survives_a_fault(Bench(driver, fault_at(kind, frame)), DOCUMENTS[driver])


@pytest.mark.parametrize("faults", [BAD_LINE, BAD_POWER], ids=["line", "power"])
@pytest.mark.parametrize("seed", range(15))
@EACH
def test_a_bad_line_or_failing_power_never_makes_two_receipts_or_a_lie(
    driver: str, seed: int, faults: str
) -> None:
    survives_a_bad_line(Bench(driver, faults, seed), DOCUMENTS[driver])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(1, 11))
@SINGLE
@EACH
def test_one_fault_never_repeats_a_document_of_one_command(
    driver: str, document: dict[str, Any], frame: int, kind: str
) -> None:
    single_survives_a_fault(Bench(driver, fault_at(kind, frame)), document)


@KILLED
@pytest.mark.parametrize("frame", range(1, 11))
@SINGLE
@EACH
def test_a_kill_never_repeats_a_document_of_one_command(
    driver: str, document: dict[str, Any], frame: int, kill_after: bool
) -> None:
    single_survives_a_kill(Bench(driver), document, frame, kill_after=kill_after)


@pytest.mark.parametrize("reason", ["operator-error", "refund", "tax-base-reduction"])
@EACH
def test_a_reversal_is_printed_once_for_each_reason(driver: str, reason: str) -> None:
    bench, document = Bench(driver), DOCUMENTS[driver]
    bench.print(CASH_IN)
    answer = bench.print(reversal(document, bench.print(document), reason))
    assert int(answer.document_number) == 3
    assert bench.device.memory.day.reversals[reason].count == 1


@KILLED
@pytest.mark.parametrize("back", range(1, 12))
@EACH
def test_a_reversal_killed_near_its_end_is_printed_once(driver: str, back: int, kill_after: bool) -> None:
    bench, rehearsal, sale = Bench(driver), Bench(driver), DOCUMENTS[driver]
    bench.print(CASH_IN)
    document = reversal(sale, bench.print(sale))
    rehearsal.print(CASH_IN)
    rehearsal.print(reversal(sale, rehearsal.print(sale)))
    at, notebook = rehearsal.transports[-1].writes + 1 - back, MemoryNotebook()
    with pytest.raises(Killed):
        run(read_document(document), bench.printer(at, kill_after=kill_after), notebook)
    bench.wire.reopen()
    assert bench.print(document, notebook).printed is Printed.YES
    assert bench.device.memory.day.reversals["operator-error"].count == 1


@EACH
def test_an_invoice_and_its_credit_note_carry_their_client(driver: str) -> None:
    bench = bench_of(driver)
    bench.print(CASH_IN)
    sold = bench.print(invoice(DOCUMENTS[driver]))
    answer = bench.print(credit_note(DOCUMENTS[driver], sold))
    assert (bench.receipts, answer.printed) == (1, Printed.YES)
    assert bench.device.memory.day.reversals["operator-error"].count == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("back", range(13))
@EACH
def test_one_fault_at_the_end_of_an_invoice_never_makes_two(driver: str, back: int, kind: str) -> None:
    document, rehearsal = invoice(DOCUMENTS[driver]), bench_of(driver)
    rehearsal.print(document)
    frame = rehearsal.transports[0].writes - back
    survives_a_fault(bench_of(driver, fault_at(kind, frame)), document)


@EACH
def test_a_cancelled_receipt_of_the_same_number_is_not_taken_for_ours(driver: str) -> None:
    """Killed after every line, then cancelled at the device: the number stands in the journal, unsold."""
    bench, notebook, document = Bench(driver), MemoryNotebook(), DOCUMENTS[driver]
    with pytest.raises(Killed):
        run(read_document(document), bench.printer(frames(driver, document)[-1] - 4), notebook)
    assert notebook.notes.stage is Stage.PAYING
    printer = bench.printer()
    printer.connect()
    printer.do(printer.dialect.cancel())
    answer = bench.print(document, notebook)
    assert (bench.receipts, bench.turnover) == (1, RECEIPT["total"])
    assert int(answer.document_number) == 2


@EACH
def test_a_receipt_is_found_behind_what_another_program_printed_since(driver: str) -> None:
    """Killed at the close; then others sell and move cash, so the counter alone tells nothing."""
    bench, notebook, document = Bench(driver), MemoryNotebook(), DOCUMENTS[driver]
    close = frames(driver, document)[-1] - READ_BACK
    with pytest.raises(Killed):
        run(read_document(document), bench.printer(close, kill_after=True), notebook)
    assert bench.receipts == 1
    bench.print(changed(document, unique_sale_number="DT000600-0001-0001001"))
    bench.print(CASH_IN)
    answer = bench.print(document, notebook)
    assert (bench.receipts, int(answer.document_number)) == (2, 1)


@EACH
def test_an_open_reversal_is_told_from_an_open_sale(driver: str) -> None:
    bench, sale = Bench(driver), DOCUMENTS[driver]
    bench.print(CASH_IN)
    document = read_document(reversal(sale, bench.print(sale)))
    printer = bench.printer()
    printer.connect()
    printer.do(printer.dialect.open(document))  # type: ignore[arg-type]  # a reversal is a sale document
    assert printer.do(printer.dialect.standing()).opened == "reversal"


@EACH
def test_a_wrong_password_prints_nothing(driver: str) -> None:
    bench = Bench(driver)
    with pytest.raises(DeviceError) as refused:
        bench.print(changed(DOCUMENTS[driver], operator={"code": "1", "password": "9"}))
    assert (refused.value.printed, bench.receipts) == (Printed.NO, 0)


@EACH
def test_a_payment_without_a_word_is_refused_before_the_first_byte(driver: str) -> None:
    bench = Bench(driver)
    payments = [{"category": "bank", "amount": RECEIPT["total"]}]
    with pytest.raises(DocumentRefused) as refused:
        bench.print(changed(DOCUMENTS[driver], payments=payments))
    assert refused.value.path == "$.payments[0].category"
    assert bench.transports[0].writes == 0


@EACH
def test_the_day_is_read_by_group_and_payment(driver: str) -> None:
    bench = Bench(driver)
    bench.print(DOCUMENTS[driver])
    printer = bench.printer()
    printer.connect()
    figures = printer.do(printer.dialect.registers())
    assert figures["total"] == RECEIPT["total"]
    assert (figures["payment_card"], figures["payment_cash"]) == ("10.00", "14.24")


@EACH
def test_a_z_report_answers_its_number_and_the_total_of_sales(driver: str) -> None:
    bench = Bench(driver)
    bench.print(DOCUMENTS[driver])
    answer = bench.print(SINGLES[0])
    assert (answer.registers["z_number"], answer.registers["total"]) == ("1", RECEIPT["total"])


@pytest.mark.parametrize("detailed", [False, True])
@pytest.mark.parametrize(
    "ends", [{"from_date": "2026-11-01", "to_date": "2026-11-24"}, {"from_number": 1, "to_number": 1}]
)
@EACH
def test_a_period_report_and_a_duplicate_are_printed(
    driver: str, ends: dict[str, Any], detailed: bool
) -> None:
    bench = Bench(driver)
    bench.print(DOCUMENTS[driver])
    assert bench.print({"kind": "duplicate", "key": "d"}).printed is Printed.YES
    bench.print(SINGLES[0])
    report = {"kind": "period-report", "key": "p", "detailed": detailed, **ends}
    assert isinstance(bench.print(report), Answer)

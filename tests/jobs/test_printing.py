"""One document, one paper, on a Datecs P: plain cases, and kills and faults at every frame."""

import copy
from decimal import Decimal
from typing import Any

import pytest

from billing.devices.drivers.datecs_p import DatecsP
from billing.devices.faults import DeviceError, DocumentRefused
from billing.devices.talk import Talk
from billing.documents import Answer, Printed, read_document
from billing.jobs.mishaps import OutcomeUnknown, RatesDiffer, TotalsDiffer
from billing.jobs.notebook import KeyConflict, MemoryNotebook, Stage
from billing.jobs.printing import run
from tests.devices.conformance import (
    BAD_LINE,
    BAD_POWER,
    KINDS,
    fault_at,
    frames,
    printed_once,
    survives_a_bad_line,
    survives_a_fault,
    survives_a_kill,
)
from tests.devices.documents import RECEIPT
from tests.devices.wired import Bench, Killed

DRIVER = "datecs-p"
SINGLES: list[dict[str, Any]] = [
    {"kind": "z-report", "key": "z"},
    {"kind": "cash", "key": "c", "amount": "50.00"},
    {"kind": "x-report", "key": "x"},
    {"kind": "slip", "key": "s", "lines": ["Добър ден", "Довиждане"]},
]


def changed(**members: object) -> dict[str, Any]:
    return copy.deepcopy(RECEIPT) | members


def done(bench: Bench, kind: str) -> int:
    """How often the device carried a document out whole, by its own books."""
    memory = bench.device.memory
    counts = {
        "z-report": len(memory.z_blocks),
        "cash": memory.day.cash_in.count,
        "x-report": memory.day.x_reports,
        "slip": sum("Довиждане" in "".join(each.text) for each in memory.journal),
    }
    return counts[kind]


def test_a_receipt_is_printed_once_and_answered_with_the_devices_numbers() -> None:
    bench = Bench()
    answer = bench.print(RECEIPT)
    assert printed_once(bench)
    assert answer.printed is Printed.YES
    assert (answer.document_number, str(answer.total)) == ("0000001", RECEIPT["total"])
    assert (answer.device_number, answer.fiscal_memory_number) == ("DT000600", "02000600")
    assert answer.date_time is not None
    assert answer.warnings == ()


def test_the_same_document_again_gets_the_first_answer() -> None:
    bench, notebook = Bench(), MemoryNotebook()
    first = bench.print(RECEIPT, notebook)
    assert bench.print(RECEIPT, notebook) == first
    assert bench.receipts == 1


def test_another_document_under_the_same_notes_is_refused() -> None:
    bench, notebook = Bench(), MemoryNotebook()
    bench.print(RECEIPT, notebook)
    other = changed(payments=[{"category": "cash", "amount": "24.24"}])
    with pytest.raises(KeyConflict):
        bench.print(other, notebook)
    assert bench.receipts == 1


def test_a_corrected_document_may_follow_a_refused_one_under_the_same_number() -> None:
    bench, notebook = Bench(faults="error@cmd=31#2:0.0"), MemoryNotebook()
    with pytest.raises(DeviceError) as refused:
        bench.print(RECEIPT, notebook)
    assert (refused.value.printed, refused.value.code) == (Printed.NO, "syntax")
    assert notebook.notes.stage is Stage.FRESH
    bench.print(changed(lines=RECEIPT["lines"][:1], modifier=None, total="2.70",
                        payments=[{"amount": "2.70"}]), notebook)  # fmt: skip
    assert (bench.receipts, bench.turnover) == (1, "2.70")


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", frames(DRIVER))
def test_a_program_killed_at_any_frame_leaves_one_receipt_after_the_next_run(
    frame: int, kill_after: bool
) -> None:
    survives_a_kill(Bench(DRIVER), frame, kill_after=kill_after)


@pytest.mark.parametrize("kind", [*KINDS, "error:1.1"])
@pytest.mark.parametrize("frame", frames(DRIVER))
def test_one_fault_at_any_frame_never_makes_two_receipts_or_a_lie(frame: int, kind: str) -> None:
    survives_a_fault(Bench(DRIVER, fault_at(kind, frame)))


@pytest.mark.parametrize("seed", range(25))
def test_a_bad_line_never_makes_two_receipts_or_a_lie(seed: int) -> None:
    survives_a_bad_line(Bench(DRIVER, f"{BAD_LINE},error@p=1:1.1", seed))


@pytest.mark.parametrize("driver", ["datecs-p", "datecs-c"])
@pytest.mark.parametrize("seed", range(8))
def test_bad_power_never_makes_two_receipts_or_a_lie(seed: int, driver: str) -> None:
    document = changed(operator={"code": "1", "password": {"datecs-p": "0000", "datecs-c": "1"}[driver]})
    survives_a_bad_line(Bench(driver, BAD_POWER, seed), document)


@pytest.mark.parametrize("kind", [*KINDS, "error:1.1"])
@pytest.mark.parametrize("frame", range(1, 11))
@pytest.mark.parametrize("document", SINGLES, ids=lambda document: str(document["kind"]))
def test_one_fault_never_repeats_a_document_of_one_command(
    frame: int, kind: str, document: dict[str, Any]
) -> None:
    bench, notebook = Bench(DRIVER, fault_at(kind, frame)), MemoryNotebook()
    for _ in range(3):
        if isinstance(bench.ask(document, notebook), Answer):
            break
    assert notebook.notes.answer is not None
    assert done(bench, document["kind"]) == 1


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", range(1, 11))
@pytest.mark.parametrize("document", SINGLES, ids=lambda document: str(document["kind"]))
def test_a_kill_never_repeats_a_document_of_one_command(
    frame: int, kill_after: bool, document: dict[str, Any]
) -> None:
    bench, notebook = Bench(DRIVER), MemoryNotebook()
    try:
        run(read_document(document), bench.printer(frame, kill_after=kill_after), notebook)
    except Killed:
        bench.wire.reopen()
    bench.print(document, notebook)
    assert done(bench, document["kind"]) == 1


class OneCentMore(DatecsP):
    """A device whose arithmetic is not ours."""

    def subtotal(self) -> Talk[Decimal]:
        return (yield from super().subtotal()) + Decimal("0.01")

    def recount(self) -> Talk[Decimal]:
        return (yield from self.subtotal())


def test_a_device_that_rounds_otherwise_gets_no_payment() -> None:
    bench, notebook = Bench(), MemoryNotebook()
    printer = bench.printer()
    printer.dialect = OneCentMore()
    with pytest.raises(
        TotalsDiffer, match=r"the device's total is 24\.25, the document's is 24\.24"
    ) as differs:
        run(read_document(RECEIPT), printer, notebook)
    assert (differs.value.printed, differs.value.exit_code) == (Printed.NO, 3)
    assert (bench.receipts, bench.turnover) == (0, "0.00")
    assert bench.device.memory.receipt is None
    assert notebook.notes.stage is Stage.FRESH


def test_lines_doubled_by_a_device_that_lost_power_are_begun_again() -> None:
    bench = Bench(faults="power-after@cmd=31#2:silent")
    bench.print(RECEIPT)
    assert printed_once(bench)


def test_a_total_that_the_lines_do_not_make_is_refused_before_the_first_byte() -> None:
    bench = Bench()
    with pytest.raises(DocumentRefused) as refused:
        bench.print(changed(total="24.25"))
    assert refused.value.path == "$.total"
    assert bench.transports[0].writes == 0


def test_a_tax_rate_that_differs_is_refused_with_both_values() -> None:
    bench = Bench()
    with pytest.raises(RatesDiffer, match=r"tax group 2 is 20\S* % on the device, 19 % here"):
        run(read_document(RECEIPT), bench.printer(), MemoryNotebook(), rates={2: Decimal(19)})
    assert bench.receipts == 0


@pytest.mark.parametrize("driver", ["datecs-p", "datecs-c", "datecs-x", "daisy", "incotex", "isl-icp"])
def test_a_tax_group_that_is_off_is_refused_before_a_receipt_is_opened(driver: str) -> None:
    """Else a cancelled receipt would be on paper; ``billing print`` has no rates of ours to compare."""
    bench = Bench(driver)
    before = bench.device.memory.document_number
    with pytest.raises(DocumentRefused, match="tax group 7 is off on the device"):
        bench.print(changed(lines=[{"text": "Хляб", "price": "24.24", "tax_group": 7}], modifier=None))
    assert bench.device.memory.document_number == before


def test_an_unpaid_receipt_of_another_program_is_cancelled_and_told() -> None:
    bench = Bench()
    with pytest.raises(Killed):
        run(read_document(RECEIPT), bench.printer(6, kill_after=True), MemoryNotebook())
    answer = bench.print(changed(unique_sale_number="DT000600-0001-0001001"))
    assert printed_once(bench)
    assert any("cancelled" in warning for warning in answer.warnings)


def test_a_half_paid_receipt_of_another_program_is_finished_and_told() -> None:
    bench = Bench()
    first = frames(DRIVER)[-1] - 3  # before the second payment: the first one is in
    with pytest.raises(Killed):
        run(read_document(RECEIPT), bench.printer(first), MemoryNotebook())
    answer = bench.print(changed(unique_sale_number="DT000600-0001-0001001"))
    assert (bench.receipts, bench.turnover) == (2, "48.48")
    assert any("finished in cash" in warning for warning in answer.warnings)


def test_an_invoice_that_another_program_left_paid_is_closed_with_a_blank_client() -> None:
    bench = Bench()
    memory = bench.device.memory
    memory.invoice_start, memory.invoice_end, memory.invoice_next = 1, 100, 1
    invoice = changed(kind="invoice", client={"number": "123456789", "name": "Фирма ООД"})
    first = frames(DRIVER)[-1] - 1  # an invoice takes one frame more: its client's
    with pytest.raises(Killed):
        run(read_document(invoice), bench.printer(first - 1), MemoryNotebook())
    answer = bench.print({"kind": "z-report", "key": "z"})
    assert len(memory.z_blocks) == 1
    assert any("left open was closed" in warning for warning in answer.warnings)


def test_no_paper_prints_nothing_and_the_same_document_later_prints_once() -> None:
    bench, notebook = Bench(faults="paper@5:6"), MemoryNotebook()
    with pytest.raises(DeviceError) as refused:
        bench.print(RECEIPT, notebook)
    assert (refused.value.printed, refused.value.code) == (Printed.NO, "paper-out")
    while not isinstance(mishap := bench.ask(RECEIPT, notebook), Answer):
        assert getattr(mishap, "code", "") == "paper-out"
    assert printed_once(bench)


def test_a_reversal_is_printed_once() -> None:
    bench = Bench()
    sold = bench.print(RECEIPT)
    assert sold.date_time is not None
    reversal = changed(
        kind="reversal", key="r1", reason="operator-error", payments=[{"category": "cash", "amount":
        "24.24"}], original={
            "document_number": sold.document_number,
            "date_time": sold.date_time.isoformat(),
            "fiscal_memory_number": sold.fiscal_memory_number,
            "unique_sale_number": RECEIPT["unique_sale_number"],
        },
    )  # fmt: skip
    answer = bench.print(reversal)
    assert answer.document_number == "0000002"
    assert bench.device.memory.day.reversals["operator-error"].count == 1


def test_a_device_that_is_not_there_is_a_device_error_and_not_printed() -> None:
    bench = Bench(faults="deaf@*")
    with pytest.raises(DeviceError) as refused:
        bench.print(RECEIPT)
    assert (refused.value.printed, refused.value.exit_code) == (Printed.NO, 4)


def test_a_lost_answer_that_stays_lost_is_unknown() -> None:
    bench, notebook = Bench(), MemoryNotebook()
    with pytest.raises(Killed):
        run(read_document(RECEIPT), bench.printer(frames(DRIVER)[-1] - 2, kill_after=True), notebook)
    deaf = Bench(faults="deaf@*")
    with pytest.raises(DeviceError) as refused:
        deaf.print(RECEIPT, notebook)
    assert (refused.value.printed, refused.value.exit_code) == (Printed.UNKNOWN, 5)


def test_notes_of_another_device_are_not_believed() -> None:
    bench, notebook = Bench(), MemoryNotebook()
    with pytest.raises(Killed):
        run(read_document(RECEIPT), bench.printer(frames(DRIVER)[-1] - 2, kill_after=True), notebook)
    other = Bench()
    other.device.memory.device_number = "DT000601"
    with pytest.raises(OutcomeUnknown):
        other.print(RECEIPT, notebook)
    assert other.receipts == 0

"""ISL ICP beside the emulated printer: every kind of document once, whatever breaks; the page's traps."""

from typing import Any

import pytest

from billing.devices.faults import DeviceError
from billing.documents import Answer, Printed, read_document
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
from tests.devices.documents import RECEIPT
from tests.devices.kinds import (
    CASH_IN,
    SINGLES,
    credit_note,
    done,
    invoice,
    reversal,
    single_survives_a_fault,
    single_survives_a_kill,
)
from tests.devices.tapped import said
from tests.devices.wired import Bench, Killed
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

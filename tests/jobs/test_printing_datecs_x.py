"""Datecs X beside the emulated printer: every kind of document once, whatever breaks; traps of its page."""

from typing import Any

import pytest

from billing.devices.drivers.datecs_x import DatecsX
from billing.devices.faults import DeviceError, DocumentRefused, Fault, NotSupported
from billing.devices.standing import Opened
from billing.devices.talk import Command, Reply
from billing.documents import Answer, Printed, SaleLine, read_document
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
from tests.devices.hearing import heard
from tests.devices.kinds import (
    CASH_IN,
    CLIENT,
    SINGLES,
    changed,
    credit_note,
    invoice,
    reversal,
    single_survives_a_fault,
    single_survives_a_kill,
)
from tests.devices.wired import Bench, Killed

DRIVER = "datecs-x"
DOCUMENT = RECEIPT
SALE_NUMBER = DOCUMENT["unique_sale_number"]
READ_BACK = 2
"""Frames behind the close."""


def test_a_receipt_is_printed_once_and_answered_with_the_devices_numbers() -> None:
    bench = Bench(DRIVER)
    answer = bench.print(DOCUMENT)
    assert (bench.receipts, bench.turnover) == (1, RECEIPT["total"])
    assert (answer.document_number, str(answer.total)) == ("1", RECEIPT["total"])
    assert answer.date_time is not None
    assert answer.warnings == ()


def with_invoices(bench: Bench) -> Bench:
    """Give the device a range of invoice numbers (66)."""
    memory = bench.device.memory
    memory.invoice_start, memory.invoice_end, memory.invoice_next = 1, 99, 1
    return bench


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", frames(DRIVER, DOCUMENT))
def test_a_program_killed_at_any_frame_leaves_one_receipt(frame: int, kill_after: bool) -> None:
    survives_a_kill(Bench(DRIVER), frame, kill_after=kill_after, document=DOCUMENT)


@pytest.mark.parametrize("kind", [*KINDS, "error:1.1"])
@pytest.mark.parametrize("frame", frames(DRIVER, DOCUMENT))
def test_one_fault_at_any_frame_never_makes_two_receipts_or_a_lie(frame: int, kind: str) -> None:
    survives_a_fault(Bench(DRIVER, fault_at(kind, frame)), DOCUMENT)


@pytest.mark.parametrize("seed", range(15))
def test_a_bad_line_never_makes_two_receipts_or_a_lie(seed: int) -> None:
    survives_a_bad_line(Bench(DRIVER, BAD_LINE, seed), DOCUMENT)


@pytest.mark.parametrize("seed", range(15))
def test_failing_power_never_makes_two_receipts_or_a_lie(seed: int) -> None:
    survives_a_bad_line(Bench(DRIVER, BAD_POWER, seed), DOCUMENT)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(1, 11))
@pytest.mark.parametrize("document", SINGLES, ids=lambda document: str(document["kind"]))
def test_one_fault_never_repeats_a_document_of_one_command(
    frame: int, kind: str, document: dict[str, Any]
) -> None:
    single_survives_a_fault(Bench(DRIVER, fault_at(kind, frame)), document)


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("frame", range(1, 11))
@pytest.mark.parametrize("document", SINGLES, ids=lambda document: str(document["kind"]))
def test_a_kill_never_repeats_a_document_of_one_command(
    frame: int, kill_after: bool, document: dict[str, Any]
) -> None:
    single_survives_a_kill(Bench(DRIVER), document, frame, kill_after=kill_after)


@pytest.mark.parametrize("reason", ["operator-error", "refund", "tax-base-reduction"])
def test_a_reversal_is_printed_once_for_each_reason(reason: str) -> None:
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    answer = bench.print(reversal(DOCUMENT, bench.print(DOCUMENT), reason))
    assert answer.document_number == "3"
    assert bench.device.memory.day.reversals[reason].count == 1


@pytest.mark.parametrize("kill_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("back", range(1, 12))
def test_a_reversal_killed_near_its_end_is_printed_once(back: int, kill_after: bool) -> None:
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    sold = bench.print(DOCUMENT)
    document = reversal(DOCUMENT, sold)
    rehearsal = Bench(DRIVER)
    rehearsal.print(CASH_IN)
    rehearsal.print(reversal(DOCUMENT, rehearsal.print(DOCUMENT)))
    at, notebook = rehearsal.transports[-1].writes + 1 - back, MemoryNotebook()
    with pytest.raises(Killed):
        run(read_document(document), bench.printer(at, kill_after=kill_after), notebook)
    bench.wire.reopen()
    assert bench.print(document, notebook).printed is Printed.YES
    assert bench.device.memory.day.reversals["operator-error"].count == 1


def test_an_invoice_and_its_credit_note_carry_their_client() -> None:
    bench = with_invoices(Bench(DRIVER))
    bench.print(CASH_IN)
    sold = bench.print(invoice(DOCUMENT))
    answer = bench.print(credit_note(DOCUMENT, sold))
    assert (bench.receipts, answer.printed) == (1, Printed.YES)
    assert bench.device.memory.day.reversals["operator-error"].count == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", range(14, 24))
def test_one_fault_at_the_end_of_an_invoice_never_makes_two(frame: int, kind: str) -> None:
    survives_a_fault(with_invoices(Bench(DRIVER, fault_at(kind, frame))), invoice(DOCUMENT))


def test_a_cancelled_receipt_of_the_same_number_is_not_taken_for_ours() -> None:
    """Killed after every line, then cancelled at the register: the number stands in the journal, unsold."""
    bench, notebook = Bench(DRIVER), MemoryNotebook()
    with pytest.raises(Killed):
        run(read_document(DOCUMENT), bench.printer(frames(DRIVER, DOCUMENT)[-1] - 4), notebook)
    assert notebook.notes.stage is Stage.PAYING
    printer = bench.printer()
    printer.connect()
    printer.do(printer.dialect.cancel())
    answer = bench.print(DOCUMENT, notebook)
    assert (bench.receipts, bench.turnover) == (1, RECEIPT["total"])
    assert answer.document_number == "2"


def test_a_receipt_is_found_behind_what_another_program_printed_since() -> None:
    """Killed at the close; then others sell and move cash, so the counter alone tells nothing."""
    bench, notebook = Bench(DRIVER), MemoryNotebook()
    close = frames(DRIVER, DOCUMENT)[-1] - READ_BACK
    with pytest.raises(Killed):
        run(read_document(DOCUMENT), bench.printer(close, kill_after=True), notebook)
    assert bench.receipts == 1
    bench.print(changed(DOCUMENT, unique_sale_number="DT000600-0001-0001001"))
    bench.print(CASH_IN)
    answer = bench.print(DOCUMENT, notebook)
    assert (bench.receipts, answer.document_number.lstrip("0")) == (2, "1")


def test_an_open_reversal_is_told_from_an_open_sale() -> None:
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    document = read_document(reversal(DOCUMENT, bench.print(DOCUMENT)))
    printer = bench.printer()
    printer.connect()
    printer.do(printer.dialect.open(document))  # type: ignore[arg-type]  # a reversal is a sale document
    assert printer.do(printer.dialect.standing()).opened == "reversal"


def answer(text: str, status: str = "80 80 88 80 86 9a 80 80") -> Reply:
    return Reply(text.replace("|", "\t").encode("cp1251"), bytes.fromhex(status))


@pytest.mark.parametrize("state", ["2", "3", "4"])
def test_a_storno_is_told_by_its_reason_and_its_number_counts_once_it_is_closed(state: str) -> None:
    dialect = DatecsX()
    standing = heard(dialect, dialect.standing(), answer(f"0|{state}|18|1|1.00|0.00|"))
    assert (standing.opened, standing.last_document) == (Opened.REVERSAL, 17)


@pytest.mark.parametrize("state", ["0", "5"])
def test_a_slip_is_told_by_the_status_and_in_later_firmware_by_5(state: str) -> None:
    dialect = DatecsX()
    said = answer(f"0|{state}|17|3|6.40|6.40|", "80 80 a0 80 86 9a 80 80")
    assert heard(dialect, dialect.standing(), said).opened is Opened.SLIP


def test_0_is_done_whatever_the_status_shows() -> None:
    """Paper that runs out at the close answers an error bit and the receipt's number: it is printed."""
    dialect = DatecsX()
    out = answer("0|17|", "a0 80 81 80 86 9a 80 80")
    assert dialect.judge(Command(56), out) is None
    assert dialect.health(out.status).faults == (Fault.PAPER_OUT,)


def test_a_code_refuses_whatever_the_status_shows() -> None:
    """A wrong password comes with a clean status; reading that alone took it for a printed receipt."""
    refused = DatecsX().judge(Command(48), answer("-102002|", "80 80 80 80 86 9a 80 80"))
    assert refused is not None
    assert (refused.code, refused.maker_code) == ("password", "-102002")


def test_an_answer_without_a_result_is_no_success() -> None:
    dialect = DatecsX()
    with pytest.raises((ValueError, IndexError)):
        heard(dialect, dialect.cancel(), answer(""))


HEAD = answer("0|17|17|24-11-26 10:30:00|1|1|")
NONE_LEFT = answer("-100003|")


def test_a_cancelled_document_of_the_journal_is_type_8() -> None:
    dialect = DatecsX()
    head = answer("0|17|17|24-11-26 10:30:00|8|1|")
    assert heard(dialect, dialect.find(SALE_NUMBER, [17]), head) is None


def test_a_device_without_records_is_read_by_its_text() -> None:
    dialect = DatecsX()
    lines = [answer("0|ХЛЯБ|"), answer(f"0|УНП: {SALE_NUMBER}|"), NONE_LEFT]
    answers = [HEAD, *[answer("-112000|")] * 4, HEAD, *lines]
    assert heard(dialect, dialect.find(SALE_NUMBER, [17]), *answers) is not None


def test_a_text_that_breaks_off_is_read_again() -> None:
    dialect = DatecsX()
    cut, whole = [answer("0|ХЛЯБ|"), NONE_LEFT], [answer("0|ХЛЯБ|"), answer(f"0|{SALE_NUMBER}|"), NONE_LEFT]
    answers = [HEAD, *[answer("-112000|")] * 4, HEAD, *cut, HEAD, *whole]
    assert heard(dialect, dialect.find(SALE_NUMBER, [17]), *answers) is not None


def test_a_document_that_cannot_be_read_is_no_proof_that_ours_was_not_printed() -> None:
    dialect = DatecsX()
    with pytest.raises(NotSupported):
        heard(dialect, dialect.find(SALE_NUMBER, [17]), answer("-100004|"))


def test_a_long_text_fits_and_a_unit_is_said() -> None:
    line = {"text": "о" * 72, "price": "1.00", "unit": "кг"}
    long = changed(DOCUMENT, lines=[line], modifier=None, total="1.00", payments=[{"amount": "1.00"}])
    assert Bench(DRIVER).print(long).warnings == ()


def test_the_cash_parts_of_a_reversal_are_paid_back_in_one() -> None:
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    parts = [{"category": "cash", "amount": "20.00"}, {"category": "cash", "amount": "4.24"}]
    answer = bench.print(reversal(DOCUMENT, bench.print(DOCUMENT)) | {"payments": parts})
    assert answer.printed is Printed.YES


def test_too_little_cash_for_a_reversal_prints_nothing() -> None:
    bench = Bench(DRIVER)
    sold = bench.print(DOCUMENT)
    with pytest.raises(DeviceError) as refused:
        bench.print(reversal(DOCUMENT, sold, "refund"))
    assert (refused.value.code, refused.value.printed) == ("cash-short", Printed.NO)
    assert bench.device.memory.day.reversals["refund"].count == 0


def test_a_client_number_the_device_does_not_take_is_refused_before_the_first_byte() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused) as refused:
        bench.print(invoice(DOCUMENT) | {"client": {"number": "1234567"}})
    assert (refused.value.path, bench.transports[0].writes) == ("$.client.number", 0)


def test_an_invoice_without_a_range_prints_nothing() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DeviceError) as refused:
        bench.print(invoice(DOCUMENT))
    assert (refused.value.maker_code, refused.value.printed) == ("-111025", Printed.NO)


def test_the_longest_client_fits_a_frame_and_what_is_cut_is_told() -> None:
    long = dict.fromkeys(("name", "seller", "receiver", "address"), "щ" * 90)
    client = CLIENT | long | {"number": "1234567890123", "vat_number": "BG123456789012"}
    bench = with_invoices(Bench(DRIVER))
    answer = bench.print(invoice(DOCUMENT) | {"client": client})
    assert [warning.partition(" is cut")[0] for warning in answer.warnings] == [
        "$.client.seller",
        "$.client.receiver",
        "$.client.name",
        "$.client.address",
    ]


def test_a_payment_without_a_letter_is_refused_before_the_first_byte() -> None:
    bench = Bench(DRIVER)
    payments = [{"category": "bank", "amount": RECEIPT["total"]}]
    with pytest.raises(DocumentRefused) as refused:
        bench.print(changed(DOCUMENT, payments=payments))
    assert refused.value.path == "$.payments[0].category"
    assert bench.transports[0].writes == 0


def test_a_wrong_password_prints_nothing() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DeviceError) as refused:
        bench.print(changed(DOCUMENT, operator={"code": "1", "password": "9"}))
    assert (refused.value.printed, bench.receipts) == (Printed.NO, 0)


def test_the_day_is_read_by_group_and_payment() -> None:
    bench = Bench(DRIVER)
    bench.print(DOCUMENT)
    printer = bench.printer()
    printer.connect()
    figures = printer.do(printer.dialect.registers())
    assert figures["total"] == RECEIPT["total"]
    assert (figures["payment_card"], figures["payment_cash"]) == ("10.00", "14.24")


def test_a_z_report_answers_its_number_and_the_total_of_sales() -> None:
    bench = Bench(DRIVER)
    bench.print(DOCUMENT)
    answer = bench.print(SINGLES[0])
    assert (answer.registers["z_number"], answer.registers["total"]) == ("1", RECEIPT["total"])


def test_settings_and_small_services_are_taken() -> None:
    bench = Bench(DRIVER)
    printer = bench.printer()
    printer.connect()
    dialect = printer.dialect
    assert printer.do(dialect.rates())[2] == 20
    now = printer.do(dialect.clock())
    printer.do(dialect.set_clock(now))
    assert printer.do(dialect.payment_names())["0"]
    printer.do(dialect.set_operator("2", "2", "Мария Петрова"))
    printer.do(dialect.cut())
    printer.do(dialect.set_plu(7, SaleLine.model_validate({"text": "Чай с лимон и много мед", "price": "2"})))
    printer.do(dialect.set_header(["Магазин", "София"]))
    printer.do(dialect.show("Здравейте", "0.00"))
    printer.do(dialect.feed(2))
    bench.print(DOCUMENT)
    lines = printer.do(dialect.journal(now.date(), now.date()))
    assert any(SALE_NUMBER in line for line in lines)


@pytest.mark.parametrize(
    "ends",
    [
        {"from_date": "2026-11-01", "to_date": "2026-11-24"},
        {"from_number": 1, "to_number": 1},
        {"from_number": 1, "to_number": 1, "detailed": True},
        {"from_date": "2026-11-01", "to_date": "2026-11-24", "detailed": True},
    ],
)
def test_a_period_report_and_a_duplicate_are_printed(ends: dict[str, Any]) -> None:
    bench = Bench(DRIVER)
    bench.print(DOCUMENT)
    assert bench.print({"kind": "duplicate", "key": "d"}).printed is Printed.YES
    bench.print(SINGLES[0])
    assert isinstance(bench.print({"kind": "period-report", "key": "p", **ends}), Answer)

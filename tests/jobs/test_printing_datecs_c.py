"""Datecs C beside the emulated register: every kind of document once, whatever breaks; traps of its page."""

from typing import Any

import pytest

from billing.devices.drivers.datecs_c import DatecsC
from billing.devices.faults import DeviceError, DocumentRefused, NotSupported
from billing.devices.standing import Opened
from billing.devices.talk import Reply
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

DRIVER = "datecs-c"
DOCUMENT = RECEIPT | {"operator": {"code": "1", "password": "1"}}
SALE_NUMBER = DOCUMENT["unique_sale_number"]
READ_BACK = 2
"""Frames behind the close."""


def test_a_receipt_is_printed_once_and_answered_with_the_devices_numbers() -> None:
    bench = Bench(DRIVER)
    answer = bench.print(DOCUMENT)
    assert (bench.receipts, bench.turnover) == (1, RECEIPT["total"])
    assert (answer.document_number, str(answer.total)) == ("0000001", RECEIPT["total"])
    assert answer.date_time is not None
    assert answer.warnings == ()


def test_the_factory_password_is_the_operators_number() -> None:
    bench = Bench(DRIVER)
    bench.print(changed(DOCUMENT, operator={"code": "3"}))
    assert bench.receipts == 1


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
    assert answer.document_number == "0000003"
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
    bench = Bench(DRIVER)
    bench.print(CASH_IN)
    sold = bench.print(invoice(DOCUMENT))
    answer = bench.print(credit_note(DOCUMENT, sold))
    assert (bench.receipts, answer.printed) == (1, Printed.YES)
    assert bench.device.memory.day.reversals["operator-error"].count == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frame", frames(DRIVER, invoice(DOCUMENT))[-9:])
def test_one_fault_at_the_end_of_an_invoice_never_makes_two(frame: int, kind: str) -> None:
    survives_a_fault(Bench(DRIVER, fault_at(kind, frame)), invoice(DOCUMENT))


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
    assert answer.document_number == "0000002"


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


def answer(text: str, status: str = "80 80 88 80 86 9a") -> Reply:
    return Reply(text.encode("cp1251"), bytes.fromhex(status))


def test_a_register_whose_67_is_refused_still_shows_an_open_receipt() -> None:
    dialect = DatecsC()
    opened, sums = answer("0000012"), answer("1,000001,+00000000640,+00000000000")
    assert heard(dialect, dialect.standing(), opened, sums, answer("F")).opened is Opened.RECEIPT


def test_a_document_that_cannot_be_read_is_no_proof_that_ours_was_not_printed() -> None:
    dialect = DatecsC()
    with pytest.raises(DeviceError):
        heard(dialect, dialect.find(SALE_NUMBER, [12]), answer("F"))
    head = answer("P,12,24-11-2026 22:00:00,1,1")
    with pytest.raises(DeviceError):
        heard(dialect, dialect.find(SALE_NUMBER, [12]), head, *[answer("F"), head] * 6)


HEAD, ROW = answer("P,12,241126220000,1,1"), answer(f"P,3,1,12,{SALE_NUMBER},2")
END = answer("P,              ФИСКАЛЕН БОН")


def test_a_cancelled_document_says_so_between_equal_signs() -> None:
    dialect = DatecsC()
    text = [answer("P,Чай"), answer("P,   = А Н У Л И Р А Н ="), END, answer("F")]
    assert heard(dialect, dialect.find(SALE_NUMBER, [12]), HEAD, ROW, HEAD, *text) is None


def test_a_text_that_ends_as_a_receipt_does_is_read_once() -> None:
    dialect = DatecsC()
    text = [answer("P,Чай"), END, answer("F")]
    assert heard(dialect, dialect.find(SALE_NUMBER, [12]), HEAD, ROW, HEAD, *text) is not None


def test_a_text_that_breaks_off_is_read_again() -> None:
    dialect = DatecsC()
    text = [answer("P,Чай"), answer("F"), HEAD, answer("P,Чай"), answer("P,АНУЛИРАНО"), answer("F")]
    assert heard(dialect, dialect.find(SALE_NUMBER, [12]), HEAD, ROW, HEAD, *text) is None


def test_a_unit_and_the_end_of_a_long_text_are_left_out_with_a_warning() -> None:
    line = {"text": "о" * 60, "price": "1.00", "unit": "кг"}
    long = changed(DOCUMENT, lines=[line], modifier=None, total="1.00", payments=[{"amount": "1.00"}])
    assert len(Bench(DRIVER).print(long).warnings) == 2


def test_a_client_number_the_device_does_not_take_is_refused_before_the_first_byte() -> None:
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused) as refused:
        bench.print(invoice(DOCUMENT) | {"client": {"number": "12345678"}})
    assert (refused.value.path, bench.transports[0].writes) == ("$.client.number", 0)


def test_the_longest_client_fits_a_frame_and_what_is_cut_is_told() -> None:
    long = dict.fromkeys(("name", "seller", "receiver", "address"), "щ" * 90)
    client = CLIENT | long | {"number": "1234567890123", "vat_number": "BG123456789012"}
    bench = Bench(DRIVER)
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


def test_120_sales_fit_and_121_are_refused_before_the_first_byte() -> None:
    lines = [{"text": "Чай", "price": "1.00"}] * 121
    many = changed(DOCUMENT, lines=lines, modifier=None, total="121.00", payments=[{"amount": "121.00"}])
    bench = Bench(DRIVER)
    with pytest.raises(DocumentRefused, match="takes 120"):
        bench.print(many)
    assert bench.transports[0].writes == 0


def test_there_is_no_cutter() -> None:
    with pytest.raises(NotSupported):
        Bench(DRIVER).printer().dialect.cut()


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
    assert printer.do(dialect.payment_names())["C"]
    printer.do(dialect.set_operator("2", "2", "Мария Петрова"))
    printer.do(dialect.set_plu(7, SaleLine.model_validate({"text": "Чай с лимон и много мед", "price": "2"})))
    printer.do(dialect.set_header(["Магазин", "София"]))
    printer.do(dialect.show("Здравейте", "0.00"))
    printer.do(dialect.feed(2))
    printer.do(dialect.drawer())
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

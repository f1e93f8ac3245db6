"""Tremol beside the emulated devices: every kind of document once, whatever breaks; the traps of its page."""

from decimal import Decimal
from typing import Any

import pytest

from billing.devices.drivers.tremol_replies import say
from billing.devices.faults import DeviceError, DocumentRefused
from billing.devices.talk import Command
from billing.documents import Answer, Printed, SaleLine, read_document
from billing.errors import UsageError
from billing.jobs.mishaps import OutcomeUnknown
from billing.jobs.notebook import MemoryNotebook, Stage
from billing.jobs.printing import run
from tests.devices.conformance import KINDS, fault_at, printed_once
from tests.devices.documents import RECEIPT
from tests.devices.kinds import CASH_IN, CLIENT, changed, credit_note, invoice, reversal
from tests.devices.tremols import DOCUMENT, DRIVER, bench, order, sent
from tests.devices.wired import Bench, Killed


def one_line(**members: object) -> dict[str, Any]:
    line = {"text": "Чай", "price": "2.00"}
    return changed(DOCUMENT, lines=[line | members], modifier=None, total=None, payments=[{"amount": "2.00"}])


def test_an_emulated_device_says_that_it_is_one() -> None:
    assert Bench(DRIVER).printer().connect().emulated


def test_a_receipt_is_printed_once_and_answered_with_the_devices_numbers() -> None:
    device = Bench(DRIVER)
    answer = device.print(DOCUMENT)
    assert printed_once(device, DOCUMENT)
    assert (answer.document_number, str(answer.total)) == ("000001", RECEIPT["total"])
    assert (answer.device_number, answer.fiscal_memory_number) == ("ZK000600", "02000600")
    assert answer.qr == "02000600*000001*2026-11-24*12:00:00*24.24"
    assert str(answer.date_time) == "2026-11-24 12:00:00"
    assert answer.warnings == ()


def test_an_unknown_version_is_one_sentence() -> None:
    with pytest.raises(UsageError, match="there are kl, v2"):
        Bench(DRIVER, options="?version=3").printer()


@pytest.mark.parametrize("reason", ["operator-error", "refund", "tax-base-reduction"])
def test_a_reversal_is_paid_before_it_is_closed(reason: str) -> None:
    """An FP-28 closes none without a payment (42), and half a document is left."""
    device = Bench(DRIVER)
    device.print(CASH_IN)
    sold = device.print(DOCUMENT)
    answer = device.print(reversal(DOCUMENT, sold, reason))
    assert order(device)[-4:] == [0x35, 0x38, 0x71, 0x72]
    assert answer.document_number == "000003"
    assert answer.qr.split("*")[1] == "000003"
    assert device.device.memory.day.reversals[reason].count == 1


def test_the_cash_of_an_fp_28_is_read_less_the_reversals() -> None:
    version = "2;784;04-02-2019 08:00;TREMOL FP-28; Ver. 1.04;"
    device = bench(cash_ignores_reversals=True, version=version)
    document = changed(DOCUMENT, payments=[{"amount": RECEIPT["total"]}])
    device.print(reversal(document, device.print(document)))
    printer = device.printer()
    printer.connect()
    assert printer.do(printer.dialect.registers())["in_drawer"] == "0.00"


def test_an_amount_off_a_bill_of_two_tax_groups_is_spread_over_its_lines() -> None:
    """33h takes a value only where all lines are in one group (section 8)."""
    device = Bench(DRIVER)
    device.print(DOCUMENT)
    assert all(b":" not in data for data in sent(device, 0x33))
    assert [str(amount) for amount in device.device.memory.day.groups[1:4]] == ["23.33", "0.00", "0.91"]


def test_an_amount_off_a_bill_of_one_tax_group_is_said_as_one() -> None:
    device = Bench(DRIVER)
    lines = [{"text": "Чай", "price": "2.00"}, {"text": "Кафе", "price": "3.00"}]
    off = {"kind": "fixed", "value": "-1.00"}
    device.print(changed(DOCUMENT, lines=lines, modifier=off, total="4.00", payments=[{"amount": "4.00"}]))
    assert sent(device, 0x33) == [b"1;0:-1.00", b"0;0"]


def test_field_marks_in_a_text_are_replaced_and_told() -> None:
    device = Bench(DRIVER)
    answer = device.print(one_line(text="Чай; 5$ | лимон"))
    assert sent(device, 0x31)[0].startswith("Чай, 5S / лимон  ".encode("cp1251"))
    assert any("; $ |" in warning for warning in answer.warnings)


def test_a_long_name_is_cut_to_34_and_padded_to_36() -> None:
    device = Bench(DRIVER)
    answer = device.print(one_line(text="о" * 60))
    assert sent(device, 0x31)[0].split(b";")[0] == ("о" * 34 + "  ").encode("cp1251")
    assert len(answer.warnings) == 1


def test_a_password_is_padded_and_never_longer_than_six() -> None:
    with pytest.raises(DocumentRefused) as refused:
        Bench(DRIVER).print(changed(DOCUMENT, operator={"code": "1", "password": "1234567"}))
    assert refused.value.path == "$.operator.password"


def test_a_wrong_password_prints_nothing() -> None:
    device = Bench(DRIVER)
    with pytest.raises(DeviceError) as refused:
        device.print(changed(DOCUMENT, operator={"code": "1", "password": "9"}))
    assert (refused.value.code, refused.value.maker_code[0], device.receipts) == ("password", "9", 0)


def with_invoices(faults: str = "") -> Bench:
    """Return a device with a range of invoice numbers and money in its drawer."""
    device = bench(faults)
    printer = device.printer()
    printer.connect()
    printer.do(say(Command(0x50, b"0000000001;0000000010")))
    device.print(CASH_IN)
    return device


def test_an_invoice_and_its_credit_note_carry_their_client() -> None:
    device = with_invoices()
    sold = device.print(invoice(DOCUMENT))
    answer = device.print(credit_note(DOCUMENT, sold))
    assert (device.receipts, answer.printed) == (1, Printed.YES)
    assert device.device.memory.day.reversals["operator-error"].count == 1
    recipient, buyer, vat_number, number, address, kind = (
        sent(device, 0x30)[0].decode("cp1251").split(";")[5:]
    )
    assert (recipient, buyer) == ("Купувач ООД".ljust(26), "Получател".ljust(16))
    assert (vat_number, number) == ("BG123456789  ", "123456789    ")
    assert (address, kind) == ("София, бул. Витоша 1".ljust(30), "0$" + DOCUMENT["unique_sale_number"])
    assert any("seller" in warning for warning in answer.warnings)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", ["30#2", "31#7", "35#3", "38#2"])
def test_a_fault_in_a_credit_note_never_makes_two(place: str, kind: str) -> None:
    device = with_invoices(fault_at(kind, 0).replace("@0", f"@cmd={place}"))
    note = credit_note(DOCUMENT, device.print(invoice(DOCUMENT)))
    notebook = MemoryNotebook()
    for _ in range(2):
        if isinstance(device.ask(note, notebook), Answer):
            break
    assert notebook.notes.answer is not None
    assert device.device.memory.day.reversals["operator-error"].count == 1


def test_an_invoice_without_a_range_of_numbers_is_refused_and_nothing_is_open() -> None:
    device = Bench(DRIVER)
    with pytest.raises(DeviceError) as refused:
        device.print(invoice(DOCUMENT))
    assert refused.value.printed is Printed.NO
    device.print(DOCUMENT)
    assert printed_once(device, DOCUMENT)


def test_a_client_number_that_does_not_fit_is_refused_and_a_name_is_cut() -> None:
    long = changed(DOCUMENT, kind="invoice", client=CLIENT | {"number": "1" * 14})
    with pytest.raises(DocumentRefused) as refused:
        Bench(DRIVER).print(long)
    assert refused.value.path == "$.client.number"


def test_a_power_cut_told_by_3dh_is_cleared_by_the_status_and_the_line_said_again() -> None:
    device = bench("error@cmd=31#2:d2")
    device.print(DOCUMENT)
    assert printed_once(device, DOCUMENT)


def test_24_hours_without_a_z_is_told_as_that_and_nothing_is_left_open() -> None:
    device = Bench(DRIVER)
    device.print(DOCUMENT)
    device.clock.move(25 * 3600)
    with pytest.raises(DeviceError) as refused:
        device.print(changed(DOCUMENT, unique_sale_number="ZK000600-0001-0001001"))
    assert (refused.value.code, refused.value.printed) == ("z-overdue", Printed.NO)
    device.print({"kind": "z-report"})
    device.print(changed(DOCUMENT, unique_sale_number="ZK000600-0001-0001001"))
    assert printed_once(device, DOCUMENT)


def test_a_half_paid_receipt_of_another_program_is_finished_never_cancelled() -> None:
    """39h after a payment would finish it, so it is no undo (section 7)."""
    device = Bench(DRIVER)
    paying = next(at for at, frame in enumerate(rehearsed(), 1) if frame[3:4] == b"\x35")
    with pytest.raises(Killed):
        run(read_document(DOCUMENT), device.printer(paying, kill_after=True), MemoryNotebook())
    device.wire.reopen()
    answer = device.print(changed(DOCUMENT, unique_sale_number="ZK000600-0001-0001001"))
    assert (device.receipts, device.turnover) == (2, "48.48")
    assert 0x39 not in order(device)
    assert any("finished in cash" in warning for warning in answer.warnings)


def rehearsed() -> list[bytes]:
    device = Bench(DRIVER)
    device.print(DOCUMENT)
    return device.wire.sent


def test_a_cancelled_receipt_is_not_taken_for_ours() -> None:
    device, notebook = Bench(DRIVER), MemoryNotebook()
    paying = next(at for at, frame in enumerate(rehearsed(), 1) if frame[3:4] == b"\x35")
    with pytest.raises(Killed):
        run(read_document(DOCUMENT), device.printer(paying), notebook)
    assert notebook.notes.stage is Stage.PAYING
    device.wire.reopen()
    printer = device.printer()
    printer.connect()
    printer.do(printer.dialect.cancel())
    device.print(DOCUMENT, notebook)
    assert printed_once(device, DOCUMENT)


def killed_at_the_close(device: Bench) -> MemoryNotebook:
    """Kill the program once its close was sent, and return the notes it leaves."""
    notebook = MemoryNotebook()
    closing = next(at for at, frame in enumerate(rehearsed(), 1) if frame[3:4] == b"\x38")
    with pytest.raises(Killed):
        run(read_document(DOCUMENT), device.printer(closing, kill_after=True), notebook)
    device.wire.reopen()
    return notebook


def test_a_receipt_whose_close_was_lost_is_answered_with_its_own_time() -> None:
    device = Bench(DRIVER)
    notebook = killed_at_the_close(device)
    device.clock.move(3600)
    answer = device.print(DOCUMENT, notebook)
    assert printed_once(device, DOCUMENT)
    assert (answer.document_number, str(answer.date_time)) == ("000001", "2026-11-24 12:00:00")
    assert answer.qr
    assert answer.warnings == ()


def test_a_receipt_is_known_among_others_by_its_total() -> None:
    device = Bench(DRIVER)
    notebook = killed_at_the_close(device)
    device.print(CASH_IN)
    answer = device.print(DOCUMENT, notebook)
    assert printed_once(device, DOCUMENT)
    assert answer.document_number == "000001"


def test_two_receipts_since_a_lost_close_are_for_a_person_to_judge() -> None:
    device = Bench(DRIVER)
    notebook = killed_at_the_close(device)
    device.print(one_line())
    with pytest.raises(OutcomeUnknown):
        device.print(DOCUMENT, notebook)
    assert device.receipts == 2


def test_a_network_password_opens_the_line() -> None:
    device = bench(options="?network_password=1234", line_password="1234")  # noqa: S106 an emulated device's
    device.print(DOCUMENT)
    assert printed_once(device, DOCUMENT)


def test_without_the_network_password_nothing_is_printed() -> None:
    device = bench(line_password="1234")  # noqa: S106 an emulated device's
    with pytest.raises(DeviceError) as refused:
        device.print(DOCUMENT)
    assert (refused.value.printed, refused.value.exit_code) == (Printed.NO, 4)


def test_paper_near_its_end_is_a_warning() -> None:
    answer = bench(paper_near_end=True).print(DOCUMENT)
    assert any("paper is low" in warning for warning in answer.warnings)


def test_a_hot_print_head_begins_no_receipt() -> None:
    device = bench(overheated=True)
    with pytest.raises(DeviceError) as refused:
        device.print(DOCUMENT)
    assert refused.value.code == "overheated"
    assert 0x30 not in order(device)


def test_a_device_not_fiscalised_still_tells_number_and_time() -> None:
    answer = bench(fiscalised=False).print(DOCUMENT)
    assert (answer.document_number, str(answer.date_time)) == ("000001", "2026-11-24 12:00:00")


def test_the_day_is_read_by_group_and_payment() -> None:
    device = Bench(DRIVER)
    device.print(DOCUMENT)
    printer = device.printer()
    printer.connect()
    figures = printer.do(printer.dialect.registers())
    assert (figures["total"], figures["group_2"], figures["group_4"]) == (RECEIPT["total"], "23.33", "0.91")
    assert (figures["payment_card"], figures["payment_cash"]) == ("10.00", "14.24")


def test_a_z_report_answers_its_number_and_the_days_total() -> None:
    device = Bench(DRIVER)
    device.print(DOCUMENT)
    answer = device.print({"kind": "z-report", "key": "z"})
    assert (answer.registers["z_number"], answer.registers["total"]) == ("1", RECEIPT["total"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_the_duplicate_never_makes_two_or_a_lie(kind: str) -> None:
    device = bench(fault_at(kind, 0).replace("@0", "@cmd=3A"))
    device.print(DOCUMENT)
    notebook = MemoryNotebook()
    for _ in range(3):
        if isinstance(device.ask({"kind": "duplicate", "key": "d"}, notebook), Answer):
            break
    assert notebook.notes.answer is not None
    assert sum("ДУБЛИКАТ" in "".join(each.text) for each in device.device.memory.journal) <= 1


@pytest.mark.parametrize(
    "ends",
    [
        {"from_date": "2026-11-01", "to_date": "2026-11-24"},
        {"from_number": 1, "to_number": 1},
        {"from_number": 1, "to_number": 1, "detailed": True},
        {"from_date": "2026-11-01", "to_date": "2026-11-24", "detailed": True},
    ],
)
def test_a_period_report_is_printed(ends: dict[str, Any]) -> None:
    device = Bench(DRIVER)
    device.print(DOCUMENT)
    device.print({"kind": "z-report", "key": "z"})
    assert isinstance(device.print({"kind": "period-report", "key": "p", **ends}), Answer)


def test_settings_and_small_services_are_taken() -> None:
    printer = Bench(DRIVER).printer()
    printer.connect()
    dialect = printer.dialect
    assert printer.do(dialect.rates())[2] == 20
    printer.do(dialect.set_clock(printer.do(dialect.clock())))
    assert printer.do(dialect.payment_names())["7"] == "КАРТА"
    printer.do(dialect.set_operator("2", "22", "Мария Петрова"))
    printer.do(dialect.set_plu(7, SaleLine.model_validate({"text": "Чай с лимон", "price": "2"})))
    printer.do(dialect.show("Здравейте", "0.00"))
    printer.do(dialect.feed(2))
    printer.do(dialect.drawer())


def test_header_lines_are_as_wide_as_the_paper() -> None:
    printer = bench(columns=42).printer()
    printer.connect()
    printer.do(printer.dialect.set_header(["Магазин", "София"]))


def test_a_printer_cuts_paper() -> None:
    printer = bench(version="2;784;04-02-2019 08:00;TREMOL FP15; Ver. 1.01;").printer()
    printer.connect()
    printer.do(printer.dialect.cut())


def test_a_day_of_the_largest_sums_is_read() -> None:
    """6Dh answers eighteen sums of 13 symbols then, more than its length byte can say."""
    device = Bench(DRIVER)
    for group in range(8):
        device.device.memory.day.groups[group] = Decimal("9999999999.99")
    printer = device.printer()
    printer.connect()
    assert printer.do(printer.dialect.registers())["group_8"] == "9999999999.99"
    assert device.print(DOCUMENT).printed is Printed.YES

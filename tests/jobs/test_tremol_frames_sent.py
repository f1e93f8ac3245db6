"""Traps of the Tremol page that lie in the frames: what is said to the device, byte by byte where it matters.

Source: Tremol ZFP (protocols/tremol-zfp.md); each sentence names its section. What becomes of documents is
held in ``test_tremol_traps``.
"""

from itertools import pairwise

import pytest

from billing.devices.drivers.tremol import Tremol
from billing.devices.faults import DocumentRefused, Refused
from billing.devices.frames.zfp import ZfpCodec
from billing.devices.standing import Opened
from billing.devices.talk import Reply
from billing.documents import Printed
from tests.devices.documents import RECEIPT
from tests.devices.hearing import heard
from tests.devices.kinds import CASH_IN, changed, credit_note, invoice, reversal
from tests.devices.tremols import DOCUMENT, DRIVER, bench, order, sent
from tests.devices.wired import Bench


def test_every_command_has_another_number_than_the_one_before() -> None:
    """Section 3."""
    device = Bench(DRIVER)
    device.print(DOCUMENT)
    numbers = [frame[2] for frame in device.wire.sent if frame[:1] == b"\x02"]
    assert all(first != second for first, second in pairwise(numbers))
    assert set(numbers) <= set(range(0x20, 0xA0))


def test_the_device_is_pinged_before_each_command() -> None:
    """Section 3: out of paper shows there, before anything is half done."""
    device = Bench(DRIVER)
    device.print(DOCUMENT)
    frames = [place for place, each in enumerate(device.wire.sent) if each[:1] == b"\x02"]
    assert all(device.wire.sent[place - 1] == b"\x09" for place in frames)


def test_retry_is_no_sign_to_wait_the_frame_is_sent_again() -> None:
    """Section 3: 0Eh means that this frame was not accepted; no answer to it follows."""
    device = Bench(DRIVER, "busy@cmd=31#1:3")
    assert device.print(DOCUMENT).printed is Printed.YES
    assert device.turnover == RECEIPT["total"]


def test_no_frame_that_changes_anything_is_said_twice_after_a_lost_answer() -> None:
    """Section 3: an equal number is no repeat to this device."""
    device = Bench(DRIVER, "drop@cmd=31#2")
    device.print(DOCUMENT)
    assert (device.receipts, device.turnover) == (1, RECEIPT["total"])
    # The receipt was begun anew: 39h took the first one back.
    assert order(device).count(0x39) == 1


def test_an_answer_that_holds_0a_is_cut_by_its_length() -> None:
    """Section 2: the reply to 66h has raw bytes, and paper near end with paper end is 0Ah."""
    body = bytes([0x23 + 8, 0x30, 0x66]) + b"Y;\x80\x80\x0a\x80;J"
    total = 0
    for byte in body:
        total ^= byte
    frame = b"\x02" + body + bytes([0x30 + (total >> 4), 0x30 + (total & 15)]) + b"\n"
    (reply,) = ZfpCodec().decoder().feed(frame)
    assert isinstance(reply, Reply)
    assert reply.data == b"Y;\x80\x80\x0a\x80;J"


def test_66h_is_never_asked_for_devices_answer_it_wrongly() -> None:
    """Section 5."""
    device = Bench(DRIVER)
    device.print(DOCUMENT)
    assert 0x66 not in order(device)


def test_tax_groups_are_cyrillic_letters() -> None:
    """Section 8: Latin A, B and E look alike and are wrong."""
    device = Bench(DRIVER)
    device.print(DOCUMENT)
    assert [data[37:38] for data in sent(device, 0x31)] == [
        b"\xc1",
        b"\xc1",
        b"\xc1",
        b"\xc3",
        b"\xc1",
        b"\xc1",
    ]


def test_a_department_is_one_raw_byte_and_the_line_keeps_its_tax_group() -> None:
    """Section 8: 81h to 93h are no text; 34h would lose the group."""
    device = Bench(DRIVER)
    line = {"text": "Чай", "price": "2.00", "department": 19, "tax_group": 4}
    device.print(changed(DOCUMENT, lines=[line], modifier=None, total="2.00", payments=[{"amount": "2.00"}]))
    (data,) = sent(device, 0x31)
    assert data[-2:] == b"!\x93"
    assert data[37:38] == b"\xc3"
    assert sent(device, 0x34) == []


def test_percentages_have_no_percent_sign() -> None:
    """Section 14: the general rules show one, no peer sends it."""
    device = Bench(DRIVER)
    lines = [{"text": "Чай", "price": "2.00", "modifier": {"kind": "percent", "value": "-10"}}]
    device.print(changed(DOCUMENT, lines=lines, modifier=None, total="1.80", payments=[{"amount": "1.80"}]))
    assert sent(device, 0x31)[0].endswith(b"2.00,-10.00")


def test_documents_are_printed_step_by_step_never_postponed() -> None:
    """Section 7: postponed printing ends a receipt by itself after five seconds."""
    device = bench()
    printer = device.printer()
    printer.connect()
    printer.do(printer.dialect.set_invoice_range(1, 90))
    device.print(CASH_IN)
    sold = device.print(DOCUMENT)
    device.print(reversal(DOCUMENT, sold))
    first = device.print(invoice(DOCUMENT) | {"key": "invoice"})
    device.print(credit_note(DOCUMENT, first, first.invoice_number))
    kinds = [data.split(b";")[4][:1] for data in sent(device, 0x30)]
    assert kinds == [b"0", b"@", b"1", b"A"]


@pytest.mark.parametrize("number", ["", "ZK000600-0001-0001000"])
def test_without_a_sale_number_its_mark_is_left_out_too(number: str) -> None:
    """Section 14: one peer sends a bare $ then."""
    device = Bench(DRIVER)
    device.print(changed(DOCUMENT, unique_sale_number=number, key="k"))
    assert sent(device, 0x30)[0].endswith(f"${number}".encode() if number else b";0")


def test_reasons_are_0_for_the_operators_error_and_1_for_a_return() -> None:
    """Section 8: some ISL devices have them the other way round."""
    reasons = []
    for reason in ("operator-error", "refund", "tax-base-reduction"):
        device = Bench(DRIVER)
        device.print(CASH_IN)
        device.print(reversal(DOCUMENT, device.print(DOCUMENT), reason))
        reasons.append(sent(device, 0x30)[-1].split(b";")[5])
    assert reasons == [b"0", b"1", b"2"]


@pytest.mark.parametrize(
    ("kind", "opened"),
    [("0", Opened.RECEIPT), ("1", Opened.INVOICE), ("4", Opened.REVERSAL), ("5", Opened.REVERSAL),
     ("8", Opened.RECEIPT)],
)  # fmt: skip
def test_the_type_in_72h_is_not_the_letter_of_30h_and_an_unknown_one_is_an_open_receipt(
    kind: str, opened: Opened
) -> None:
    """Section 10: 4 is a reversal there, in 30h a buffered sale."""
    dialect = Tremol()
    status = bytes.fromhex("80 80 82 b8 80 80 80")
    fields = ["1", "001", *["0.00"] * 3, *["0"] * 6, kind, "0.00", "0", *["0.00"] * 5, "000001"]
    replies = [
        Reply(status, status, 0x21, 0x20),
        Reply(b"000001", b"", 0x22, 0x71),
        Reply(";".join(fields).encode(), b"", 0x23, 0x72),
    ]
    assert heard(dialect, dialect.standing(), *replies).opened is opened


@pytest.mark.parametrize("errors", ["42", "?2", "01", "0z", "10", ";0"])
def test_only_two_zeros_are_done(errors: str) -> None:
    """Section 4."""
    dialect = Tremol()
    with pytest.raises(Refused) as refused:
        heard(dialect, dialect.drawer(), Reply(errors.encode(), b"", 0x21))
    assert refused.value.maker_code == errors


def test_a_reversal_without_lines_is_refused_before_the_first_byte() -> None:
    """Fiscal rules 13: an FP-28 prints 0.00 for it."""
    device = Bench(DRIVER)
    back = reversal(DOCUMENT, device.print(DOCUMENT))
    writes = len(device.wire.sent)
    with pytest.raises(DocumentRefused):
        device.print(changed(back, lines=[{"comment": "нищо"}], modifier=None, total=None))
    assert len(device.wire.sent) == writes


def test_a_reversal_without_payments_is_refused_before_the_first_byte() -> None:
    """Fiscal rules 13: an FP-28 cannot close it (error 42), and half a document is left."""
    device = Bench(DRIVER)
    back = reversal(DOCUMENT, device.print(DOCUMENT))
    writes = len(device.wire.sent)
    with pytest.raises(DocumentRefused) as refused:
        device.print(changed(back, payments=[]))
    assert refused.value.path == "$.payments"
    assert len(device.wire.sent) == writes


def test_an_empty_last_field_is_no_field() -> None:
    """Section 6: real answers to 21h end in a semicolon."""
    dialect = Tremol()
    version = "1;784;04-02-2019 08:00;TREMOL M20; Ver. 1.01 TRA20 C.S. 2541;"
    replies = [Reply(b"ZK126720;50163145", b"", 0x21, 0x60), Reply(version.encode(), b"", 0x22, 0x21)]
    identity = heard(dialect, dialect.identify(), *replies)
    assert (identity.model, identity.firmware) == ("TREMOL M20", "Ver. 1.01 TRA20 C.S. 2541")

"""Traps that the page of Daisy, Eltrade and Incotex names for all three; each has a file of its own beside.

Source: Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md); each sentence names its section.
"""

from decimal import Decimal

import pytest

from billing.devices.address import Address
from billing.devices.drivers.isl_family import IslFamily
from billing.devices.faults import Fault, Refused
from billing.devices.frames.isl_long import LongIslCodec
from billing.devices.registry import dialect_class
from billing.devices.standing import Paid
from billing.devices.talk import Reply, ask
from billing.documents import PaymentLine
from tests.devices.hearing import heard
from tests.devices.isl_receipts import DRIVERS, receipt
from tests.devices.kinds import CASH_IN, changed, credit_note, invoice, reversal
from tests.devices.wired import Bench

EACH = pytest.mark.parametrize("driver", DRIVERS)
CANCEL = {"daisy": 0x82, "eltrade": 0x3C, "incotex": 0x82}
OPEN = {"daisy": 0x30, "eltrade": 0x90, "incotex": 0x30}
HEALTHY = {"daisy": "80 80 88 80 80 b8", "eltrade": "80 80 88 80 86 9a", "incotex": "80 80 88 80 80 b8"}
CASH = PaymentLine.model_validate({"amount": "10.00"})


def dialect(driver: str) -> IslFamily:
    """Return the driver without a line."""
    kind = dialect_class(driver)
    made = kind(Address.parse(f"{driver}:wire").settings(kind.options))
    assert isinstance(made, IslFamily)
    return made


def said(driver: str, text: str = "") -> Reply:
    return Reply(text.encode("cp1251"), bytes.fromhex(HEALTHY[driver]))


def sent(bench: Bench, code: int) -> list[str]:
    """Return the data of every frame with command ``code`` that the device was sent."""
    frames = [frame for frame in bench.wire.sent if frame[:1] == b"\x01" and frame[3] == code]
    return [frame[4:-6].decode("cp1251") for frame in frames]


def codes(bench: Bench) -> list[int]:
    return [frame[3] for frame in bench.wire.sent if frame[:1] == b"\x01"]


def original(bench: Bench) -> dict[str, object]:
    """Return a receipt by whoever may reverse, with cash in the drawer."""
    bench.print(CASH_IN)
    document = receipt(bench.driver)
    del document["operator"]
    return document


@EACH
def test_nothing_is_cancelled_blindly_before_a_receipt(driver: str) -> None:
    """Section 13: without an open receipt that is an error that stays in the log."""
    bench = Bench(driver)
    bench.print(receipt(driver))
    assert CANCEL[driver] not in codes(bench)


@EACH
def test_a_late_answer_that_comes_twice_is_not_taken_for_the_next_commands(driver: str) -> None:
    """Section 2.3: after a late reply the re-send is answered as well, and two equal replies arrive."""
    for frame in range(6, 14):
        bench = Bench(driver, f"late@{frame}:1")
        answer = bench.print(receipt(driver))
        assert (str(answer.total), bench.turnover) == ("24.24", "24.24")


@EACH
def test_the_words_of_a_gsm_modem_before_an_answer_are_passed_over(driver: str) -> None:
    """Section 2.5."""
    codec = dialect(driver).codec()
    assert isinstance(codec, LongIslCodec)
    answer = bytes.fromhex("01 2B 25 31 04 88 80 88 80 80 B8 05 30 33 3D 32 03")
    events = list(codec.decoder().feed(b"AT+CPIN?\r\nAT+CIMI\r\n" + answer))
    assert isinstance(events[-1], Reply)
    assert (events[-1].seq, events[-1].code) == (0x25, 0x31)


@EACH
def test_zero_is_paid_whether_the_answer_says_d_or_r(driver: str) -> None:
    """Sections 6.4 and 13: the document gives equality to both letters."""
    zero = "+000000000" if driver == "eltrade" else "0.00"
    for letter in "DR":
        made = dialect(driver)
        assert heard(made, made.pay(CASH), said(driver, letter + zero)).due == 0


@EACH
def test_a_rest_is_no_error_and_change_is_no_rest(driver: str) -> None:
    """Section 6.4: with a rest a Daisy sets no error bit."""
    made, amount = dialect(driver), "+000000730" if driver == "eltrade" else "7.30"
    assert heard(made, made.pay(CASH), said(driver, f"D{amount}")) == Paid(Decimal("7.30"))
    assert heard(made, made.pay(CASH), said(driver, f"R{amount}")) == Paid(Decimal(0), Decimal("7.30"))


@EACH
@pytest.mark.parametrize("letter", ["F", "E", "I"])
def test_a_payment_that_was_not_taken_is_a_refusal_without_any_error_bit(driver: str, letter: str) -> None:
    made = dialect(driver)
    with pytest.raises(Refused) as refused:
        heard(made, made.pay(CASH), said(driver, letter))
    assert refused.value.fault is Fault.PAYMENT


@EACH
def test_a_payment_names_its_letter_and_its_amount_and_no_sign(driver: str) -> None:
    """Section 6.4: a type without an amount is outside the grammar; the plus is unknown to a Daisy."""
    bench = Bench(driver)
    bench.print(receipt(driver))
    card = {"daisy": "C", "eltrade": "L", "incotex": "C"}[driver]
    assert sent(bench, 0x35) == [f"\t{card}10.00", "\tP20.00"]


@EACH
def test_tax_groups_are_cyrillic_letters(driver: str) -> None:
    """Section 4: no document lists Latin ones, which some servers send to Eltrade and Incotex."""
    bench = Bench(driver)
    bench.print(receipt(driver))
    groups = [data.partition("\t")[2][0] for data in sent(bench, 0x31)]
    assert groups == list("БББГББ")


@EACH
def test_the_mark_of_an_amount_is_a_dollar_on_a_daisy_alone(driver: str) -> None:
    bench = Bench(driver)
    bench.print(receipt(driver))
    mark = "$" if driver == "daisy" else ";"
    assert sent(bench, 0x31)[2].endswith(f"2.40{mark}-0.30")
    assert sent(bench, 0x33)[0] == f"10{mark}-1.00"


@EACH
def test_reasons_of_reversals_have_each_makers_own_letters(driver: str) -> None:
    """Section 5: 1, 0, 2; O, R, T; and R, S, V, where R is the operator's error, twice."""
    letters = {"daisy": "1 0 2", "eltrade": "O R T", "incotex": "RR0 SS0 VV0"}[driver].split()
    for letter, reason in zip(letters, ("operator-error", "refund", "tax-base-reduction"), strict=True):
        bench = Bench(driver)
        document = original(bench)
        bench.print(reversal(document, bench.print(document), reason))
        opened = sent(bench, OPEN[driver])[-1]
        assert (f"\tR{letter}," if driver == "daisy" else f",{letter},") in opened


@EACH
def test_a_reversals_original_is_dated_as_its_maker_writes_it(driver: str) -> None:
    bench = Bench(driver)
    document = original(bench)
    bench.print(reversal(document, bench.print(document)))
    date = "2026-11-24T12:00:00" if driver == "eltrade" else "24-11-26 12:00:00"
    assert date in sent(bench, OPEN[driver])[-1]


@EACH
def test_a_reversal_carries_the_originals_number_and_is_paid_in_cash(driver: str) -> None:
    """Section 13."""
    bench = Bench(driver)
    document = original(bench)
    back = reversal(document, bench.print(document))
    bench.print(changed(back, unique_sale_number=str(document["unique_sale_number"])[:-1] + "5"))
    assert str(document["unique_sale_number"]) in sent(bench, OPEN[driver])[-1]
    assert sent(bench, 0x35)[-1] == "\tP24.24"


@EACH
def test_an_invoices_client_is_told_when_the_maker_wants_it(driver: str) -> None:
    """Section 6.6: after the payment; on an Incotex before the opening, for nothing follows a payment."""
    bench = Bench(driver)
    bench.print(invoice(receipt(driver)))
    order = codes(bench)
    client = order.index(0x39)
    assert (
        client < order.index(0x30) if driver == "incotex" else order.index(0x35) < client < order.index(0x38)
    )


@EACH
def test_no_text_follows_a_payment(driver: str) -> None:
    """Section 6: on an Incotex only 35h and 38h do."""
    bench = Bench(driver)
    bench.print(changed(receipt(driver), lines=[*receipt(driver)["lines"], {"comment": "Довиждане"}]))
    order = codes(bench)
    assert max(place for place, code in enumerate(order) if code == 0x36) < order.index(0x35)


@EACH
def test_an_empty_45h_would_be_a_z_so_the_kind_is_always_named(driver: str) -> None:
    """Section 8."""
    bench = Bench(driver)
    bench.print({"kind": "x-report", "key": "x"})
    bench.print({"kind": "z-report", "key": "z"})
    assert sent(bench, 0x45) == ["2", "0"]


@EACH
@pytest.mark.parametrize("clock", ["24-11-26 12:00:00", "24.11.26 12:00:00"])
def test_a_date_is_read_with_dashes_and_with_points(driver: str, clock: str) -> None:
    """Section 13."""
    made = dialect(driver)
    assert f"{heard(made, made.clock(), said(driver, clock)):%Y-%m-%d %H:%M}" == "2026-11-24 12:00"


IDENTITIES = {
    "daisy": "CompactM ONL01-4.01BG 29-10-2018 11:34,FFFF,00,6,DY123456,36123456",
    "eltrade": "A3,ONLINE_BG,KL5301.1811.0.3 15Nov18 12:40,FFFF,00,ED123456,44123456",
    "incotex": "2.11 Jan 22 2019 14:00,DB44EEAD,0000,06,IN123456,54123456,284010000000000",
}
NUMBERS = {"daisy": "DY123456 36123456", "eltrade": "ED123456 44123456", "incotex": "IN123456 54123456"}


@EACH
def test_numbers_are_found_by_their_form_wherever_they_stand(driver: str) -> None:
    """Section 9.1: words and fields are not counted."""
    made = dialect(driver)
    identity = heard(made, made.identify(), said(driver, IDENTITIES[driver]))
    assert f"{identity.device_number} {identity.fiscal_memory_number}" == NUMBERS[driver]


@EACH
def test_a_z_refused_is_seen_in_the_status_alone(driver: str) -> None:
    """Section 2: a refused command is answered with empty data and a status bit."""
    made = dialect(driver)
    refused = Reply(b"", bytes.fromhex("a0 82 80 80 80 b8"))
    with pytest.raises(Refused):
        heard(made, made.z_report(None), refused)  # type: ignore[arg-type]  # a dialect does not read it


@pytest.mark.parametrize("driver", ["daisy", "incotex"])
def test_a_value_refused_by_its_number_alone_is_refused(driver: str) -> None:
    """Section 3: a wrong value sets neither 0.0 nor 1.1 on a Daisy."""
    made = dialect(driver)
    with pytest.raises(Refused) as refused:
        heard(made, made.comment("Чай"), Reply(b"", bytes.fromhex("a0 80 c0 88 80 b8")))
    assert refused.value.maker_code == "error 8"


def test_an_eltrades_words_for_people_are_a_refusal() -> None:
    """Section 3: on an error the reply's data may begin with ``E:``."""
    made = dialect("eltrade")
    with pytest.raises(Refused, match="E:Missing"):
        heard(made, made.comment("Чай"), said("eltrade", "E:Missing paper"))


@EACH
def test_a_credit_note_names_the_invoice_it_takes_back(driver: str) -> None:
    bench = Bench(driver)
    document = original(bench)
    sold = bench.print(invoice(document))
    bench.print(credit_note(document, sold, "0000000001"))
    opened = sent(bench, OPEN[driver])[-1]
    assert {"daisy": "\tC0000000001,1,", "eltrade": ",0000000001", "incotex": ",IR0000000001,"}[
        driver
    ] in opened


@EACH
def test_counters_are_split_at_the_comma_whatever_their_width(driver: str) -> None:
    """Section 4."""
    made = dialect(driver)
    for number in ("12", "0012", "000012", "0000012"):
        idle = said(driver, number)._replace(status=bytes.fromhex("80 80 80 80 80 b8"))
        extra = [said(driver, ",".join(["0000000000"] * 16))] if driver == "daisy" else []
        assert heard(made, made.standing(), idle, *extra).last_document == 12


@EACH
def test_a_wake_asks_twice_under_two_numbers(driver: str) -> None:
    """Section 2.3: the first answer may be the last program's."""
    made = dialect(driver)
    talk = made.wake()
    assert next(talk) == ask(0x4A, "status")
    assert talk.send(said(driver)) == ask(0x4A, "status")

"""A reversal is a bill of its own: lines of a final bill, never more than was sold; the original stays."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from billing import models
from billing.clock import SetClock
from billing.devices.faults import DeviceError
from billing.documents import CreditNote, Original, Reversal, ReversalReason
from billing.emulators.device import Device
from billing.errors import BillingError
from billing.pricing import State
from billing.pricing.refusals import MixedFiscal, MoveRefused, UnknownEntry
from billing.pricing.reversal import MoreThanSold, NothingToReverse, Part, QuantityWrong, TooLate
from billing.services import jobs
from billing.services.devices import remember
from billing.services.keys import KeyClash
from billing.services.receipts import Unprintable
from billing.services.register import open_register
from billing.services.reports import x_figures
from billing.services.reversals import (
    Asked,
    OriginalNotPrinted,
    OriginalUnknown,
    PartWrong,
    ReasonUnknown,
    ReversalOfReversal,
    part_of,
    reason_of,
    reverse,
)
from billing.store.engine import Store
from tests.devices.wired import NOON
from tests.jobs.queued import Shop

REFUND = ReversalReason.REFUND


@pytest.fixture
def till(shop: Store) -> Shop:
    """The sample shop with a device on a wire."""
    return Shop(shop)


def sold(till: Shop, *lines: str) -> int:
    """Ring and print a bill; return its number."""
    stored = till.ring(*lines)
    if stored.job is not None:
        till.print(stored.job)
    return stored.id


def test_a_whole_bill_goes_back_the_way_it_was_paid(till: Shop) -> None:
    number = sold(till, "2*#23-20%", "1.2@4", "-10%", "@2/1", "@")
    original = open_register(till.store).read(number)
    back = reverse(till.store, number, Asked(REFUND))
    assert back.bill.total == original.bill.total
    assert back.bill.tax() == original.bill.tax()
    assert [(p.payment_type, p.value) for p in back.bill.payments] == [
        (p.payment_type, p.value) for p in original.bill.payments
    ]
    assert (back.reverses, back.unique_sale_number) == (number, original.unique_sale_number)
    assert open_register(till.store).read(number).bill.state is State.HANDED_OVER


def test_the_paper_of_a_reversal_names_the_original_as_its_device_did(till: Shop) -> None:
    stored = till.ring("10", "@")
    answer = till.print(stored.job)
    back = reverse(till.store, stored.id, Asked(REFUND))
    document = jobs.show_job(till.store, back.job or 0).document
    assert isinstance(document, Reversal)
    assert document.original == Original(
        document_number=answer.document_number,
        date_time=answer.date_time,
        fiscal_memory_number="02000600",
        unique_sale_number=stored.unique_sale_number,
    )
    assert till.print(back.job).document_number == "0000002"


def test_parts_of_a_line_add_up_to_exactly_the_line(till: Shop) -> None:
    number = sold(till, "3*0.333", "9.99", "-10%", "@")
    totals = [reverse(till.store, number, Asked(REFUND, [Part(1, Decimal(1))])).bill.total for _ in range(3)]
    rest = reverse(till.store, number, Asked(REFUND))
    assert (totals, rest.bill.total) == ([30, 30, 30], 899)
    with pytest.raises(NothingToReverse, match="every line"):
        reverse(till.store, number, Asked(REFUND))


@pytest.mark.parametrize(
    ("parts", "mistake", "says"),
    [
        ([Part(1, Decimal("2.001"))], MoreThanSold, "2.001 of line 1 .* 2 is left"),
        ([Part(2)], UnknownEntry, "no charge at position 2"),
        ([Part(1, Decimal(0))], QuantityWrong, "above zero"),
        ([Part(1, Decimal("0.0001"))], QuantityWrong, "3 decimals"),
        ([Part(1), Part(1)], NothingToReverse, "named twice"),
        ([Part(3)], NothingToReverse, "comes to 0"),
    ],
)
def test_what_was_not_sold_cannot_go_back(
    till: Shop, parts: list[Part], mistake: type[BillingError], says: str
) -> None:
    number = sold(till, "2*5", "/коментар", "0/подарък", "@")
    with pytest.raises(mistake, match=says):
        reverse(till.store, number, Asked(REFUND, parts))


def test_money_goes_back_by_the_last_payment_first_and_never_more_than_came(till: Shop) -> None:
    number = sold(till, "6/а", "4/б", "@2/7", "@1/20")
    first = reverse(till.store, number, Asked(REFUND, [Part(2)]))
    second = reverse(till.store, number, Asked(REFUND, [Part(1)]))
    assert [(p.payment_type, p.value) for p in first.bill.payments] == [(2, 100), (1, 300)]
    assert [(p.payment_type, p.value) for p in second.bill.payments] == [(2, 600)]


def test_money_may_go_back_another_way_that_is_fiscal_too(till: Shop) -> None:
    number = sold(till, "6/а", "4/б", "@2")
    back = reverse(till.store, number, Asked(REFUND, [Part(2)], payment_type=1))
    assert [(p.payment_type, p.value, p.tendered) for p in back.bill.payments] == [(1, 400, 400)]
    with pytest.raises(MixedFiscal):
        reverse(till.store, number, Asked(REFUND, payment_type=5))
    assert reverse(till.store, number, Asked(REFUND)).bill.paid == 600


def test_an_operators_error_goes_back_until_the_seventh_of_the_next_month(
    till: Shop, clock: SetClock
) -> None:
    number = sold(till, "6/а", "4/б", "@")
    clock.instant = datetime(2026, 12, 7, 21, 59, tzinfo=UTC)  # 23:59 in Sofia
    error = ReversalReason.OPERATOR_ERROR
    assert reverse(till.store, number, Asked(error, [Part(1)])).reversal_reason == "operator-error"
    clock.instant = datetime(2026, 12, 7, 22, 0, tzinfo=UTC)
    with pytest.raises(TooLate, match="until 2026-12-07"):
        reverse(till.store, number, Asked(error, [Part(2)]))
    assert reverse(till.store, number, Asked(REFUND, [Part(2)])).bill.total == 400


def test_only_a_final_bill_is_reversed_and_no_reversal(till: Shop) -> None:
    parked = open_register(till.store).ring(["1"], park=True)
    with pytest.raises(MoveRefused, match="is open and cannot be reversed"):
        reverse(till.store, parked.id, Asked(REFUND))
    back = reverse(till.store, sold(till, "1", "@"), Asked(REFUND))
    with pytest.raises(ReversalOfReversal):
        reverse(till.store, back.id, Asked(REFUND))


def test_a_sale_that_is_not_on_paper_yet_waits(till: Shop) -> None:
    number = till.ring("1", "@").id
    with pytest.raises(OriginalNotPrinted, match="job 1 is queued"):
        reverse(till.store, number, Asked(REFUND))


def test_numbers_that_the_device_did_not_tell_are_read_off_the_paper(till: Shop) -> None:
    stored = till.ring("1", "@")
    with till.store.write() as work, work.session() as session:
        row = session.scalars(select(models.FiscalDocument)).one()
        row.state, row.answer = "done", '{"printed": "yes", "document_number": "0000007"}'
        session.flush()
    with pytest.raises(OriginalUnknown, match="date and time of bill 1"):
        reverse(till.store, stored.id, Asked(REFUND))
    paper = Original(
        document_number="7", date_time=NOON.replace(tzinfo=None), fiscal_memory_number="02000600"
    )
    back = reverse(till.store, stored.id, Asked(REFUND, original=paper))
    document = jobs.show_job(till.store, back.job or 0).document
    assert isinstance(document, Reversal)
    assert document.original.unique_sale_number == stored.unique_sale_number


def test_an_invoice_goes_back_as_a_credit_note_for_the_same_client(till: Shop) -> None:
    number = sold(till, "150", "@#36")
    with pytest.raises(OriginalUnknown, match="--invoice NUMBER"):
        reverse(till.store, number, Asked(REFUND))
    back = reverse(till.store, number, Asked(REFUND, invoice_number="0000000001"))
    document = jobs.show_job(till.store, back.job or 0).document
    assert isinstance(document, CreditNote)
    assert (document.client.number, document.invoice_number) == ("200436136", "0000000001")


def test_a_credit_note_names_the_invoice_by_the_number_that_the_device_told(till: Shop) -> None:
    printer = till.bench.printer()
    printer.connect()
    printer.do(printer.dialect.set_invoice_range(41, 99))
    back = reverse(till.store, sold(till, "150", "@#36"), Asked(REFUND))
    document = jobs.show_job(till.store, back.job or 0).document
    assert isinstance(document, CreditNote)
    assert document.invoice_number == "0000000041"


def test_a_reason_that_the_device_lacks_is_refused_before_it_is_kept(till: Shop) -> None:
    number = sold(till, "1", "@")
    remember(till.store, "printer", {"capabilities": {"reversals": ["refund"]}})
    with pytest.raises(Unprintable, match="no reversal for 'tax-base-reduction'"):
        reverse(till.store, number, Asked(ReversalReason.TAX_BASE_REDUCTION))


def test_a_sale_without_paper_goes_back_without_paper(till: Shop) -> None:
    back = reverse(till.store, sold(till, "150", "@5"), Asked(REFUND))
    assert (back.job, back.bill.state) == (None, State.FINAL)


def test_the_same_key_again_gets_the_first_reversal(till: Shop) -> None:
    number = sold(till, "6/а", "4/б", "@")
    asked = Asked(REFUND, (Part(1),), key="return-1")
    first, again = reverse(till.store, number, asked), reverse(till.store, number, asked)
    assert (again.id, again.repeated, again.reverses) == (first.id, True, number)
    with pytest.raises(KeyClash):
        reverse(till.store, number, Asked(REFUND, (Part(2),), key="return-1"))


def test_a_reversal_that_the_device_refuses_is_void_when_its_job_is_cancelled(till: Shop) -> None:
    """The drawer of the device is empty: what came in went out again."""
    number = sold(till, "10", "@2")
    back = reverse(till.store, number, Asked(REFUND, payment_type=1))
    with pytest.raises(DeviceError):
        till.print(back.job)
    jobs.cancel(till.store, back.job or 0, "няма пари в касата")
    assert open_register(till.store).read(back.id).bill.state is State.VOIDED
    again = reverse(till.store, number, Asked(REFUND))
    assert till.print(again.job).printed == "yes"


def test_reversals_stand_apart_in_the_days_figures(till: Shop) -> None:
    number = sold(till, "12@2", "10.90@4", "@")
    for parts, reason in (([Part(1)], REFUND), ([Part(2)], ReversalReason.OPERATOR_ERROR)):
        till.print(reverse(till.store, number, Asked(reason, parts)).job)
    figures = x_figures(till.store).figures.json()
    assert (figures["bills"], figures["total"]) == (1, "22.90")
    assert figures["reversals"] == {
        "operator-error": {
            "count": 1,
            "sum": "10.90",
            "tax": {"4": {"gross": "10.90", "net": "10.00", "vat": "0.90"}},
            "payments": {"cash": "10.90"},
        },
        "refund": {
            "count": 1,
            "sum": "12.00",
            "tax": {"2": {"gross": "12.00", "net": "10.00", "vat": "2.00"}},
            "payments": {"cash": "12.00"},
        },
    }
    assert isinstance(till.bench.device, Device)
    assert {k: (v.count, str(v.total)) for k, v in till.memory.day.reversals.items() if v.count} == {
        "operator-error": (1, "10.90"),
        "refund": (1, "12.00"),
    }


def test_a_line_is_named_by_position_and_quantity() -> None:
    assert [part_of("2"), part_of("3=1,5")] == [Part(2), Part(3, Decimal("1.5"))]
    for text in ("", "a", "1=", "1=x", "-1", "1=-2", "1=1.5.2", "1=NaN", "²"):
        with pytest.raises(PartWrong):
            part_of(text)
    with pytest.raises(ReasonUnknown, match="expected operator-error"):
        reason_of("oops")

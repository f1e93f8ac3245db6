"""Currencies by date: rates, bills in several currencies, and the euro's changeover with an open bill."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.clock import SetClock
from billing.documents import Original, ReversalReason
from billing.errors import BillingError
from billing.money import Currency
from billing.pricing import Charge
from billing.pricing.changeover import Conversion
from billing.pricing.refusals import CurrencyMismatch
from billing.pricing.reversal import NothingToReverse, Part
from billing.services.answers import bill_json
from billing.services.catalogue_export import export_catalogue
from billing.services.catalogue_files import read_toml, write_toml
from billing.services.catalogue_import import import_catalogue
from billing.services.currencies import (
    CurrencyWrong,
    DatedBack,
    Policy,
    RateWrong,
    euro_changeover,
    policies,
    set_policy,
    set_rate,
)
from billing.services.devices import add_device
from billing.services.jobs import show_job
from billing.services.receipts import CurrencyNotPrinted
from billing.services.register import open_register
from billing.services.reports import x_figures
from billing.services.reversals import Asked, reverse
from billing.store.engine import Store
from billing.store.reversals import Converted

TODAY = date(2026, 11, 24)
NOON = datetime(2025, 12, 31, 12, 0)  # noqa: DTZ001 a device's wall clock has no zone
EVE = datetime(2025, 12, 31, 21, 59, 59, tzinfo=UTC)
"""A second before midnight in Sofia."""


@pytest.fixture
def leva(shop: Store, store: Store, clock: SetClock) -> Store:
    """The sample's catalogue in another master's shop with prices in leva, on the eve of the euro."""
    defaults, items = export_catalogue(shop)
    other = Store(store.engine, 7, clock)
    text = write_toml(defaults | {"currency": "BGN", "default_origin": None}, items)
    import_catalogue(other, read_toml(text), "test")
    add_device(other, "printer", "datecs-p:wire", origin="shop", seen={"number": "DT000700"})
    euro_changeover(other, "test")
    clock.instant = EVE
    return other


def second(store: Store, job: int | None) -> dict[str, str]:
    """Return the second total of a job's document."""
    document = json.loads(show_job(store, job or 0).document.model_dump_json())
    found: dict[str, str] = document["second_total"]
    return found


def test_a_suffix_is_converted_by_the_rate_of_the_day(shop: Store, clock: SetClock) -> None:
    set_rate(shop, ("USD", "EUR"), Decimal("0.9137"), TODAY, "test")
    set_rate(shop, ("USD", "EUR"), Decimal("0.92"), date(2026, 11, 25), "test")
    register = open_register(shop)
    assert register.ring(["1USD", "@"]).bill.total == 91
    clock.move(14 * 3600)
    assert register.ring(["1USD", "@"]).bill.total == 92
    with pytest.raises(CurrencyMismatch):
        register.ring(["1GBP", "@"])


def test_a_bill_in_another_currency_takes_prices_by_the_rate(shop: Store) -> None:
    set_rate(shop, ("EUR", "USD"), Decimal("1.10"), TODAY, "test")
    register = open_register(shop)
    register.currency = "USD"
    bill = register.ring(["2*#23", "1/такса", "1EUR", "@5"])
    assert (bill.bill.currency.code, bill.bill.total) == ("USD", 2 * 176 + 100 + 110)
    read = open_register(shop).read(bill.id)
    assert (read.bill.currency.code, read.bill.total) == ("USD", 562)


def test_a_fiscal_bill_in_another_currency_is_refused_as_a_payment(shop: Store) -> None:
    set_rate(shop, ("EUR", "USD"), Decimal("1.10"), TODAY, "test")
    register = open_register(shop)
    register.currency = "USD"
    bill = register.ring(["1"], park=True)
    with pytest.raises(CurrencyNotPrinted, match="the bill is in USD, receipts are in EUR"):
        register.enter("@1", bill.id)
    assert register.enter("@5", bill.id).final


def test_a_price_that_no_rate_leads_to_is_refused(shop: Store) -> None:
    register = open_register(shop)
    register.currency = "USD"
    with pytest.raises(CurrencyMismatch):
        register.ring(["#23"], park=True)


def test_other_currencies_stand_apart_in_the_days_figures(shop: Store) -> None:
    register = open_register(shop)
    register.ring(["2", "@5"])
    register.currency = "JPY"
    register.ring(["300", "@5"])
    figures = x_figures(shop).figures.json()
    assert (figures["total"], figures["bills"]) == ("2.00", 1)
    assert figures["other_currencies"] == {"JPY": {"bills": 1, "total": "300"}}


def test_receipts_change_from_leva_to_euro_at_midnight(leva: Store, clock: SetClock) -> None:
    register = open_register(leva, "shop")
    before = register.ring(["#23", "@"])
    assert (before.bill.currency.code, before.bill.total) == ("BGN", 160)
    assert second(leva, before.job) == {"currency": "EUR", "rate": "1.95583", "total": "0.82"}
    clock.move(1)
    after = register.ring(["#23", "@"])
    assert (after.bill.currency.code, after.bill.total) == ("EUR", 82)
    assert second(leva, after.job) == {"currency": "BGN", "rate": "1.95583", "total": "1.60"}
    read = register.read(before.id).bill
    assert (read.currency.code, read.total) == ("BGN", 160)


def test_the_second_total_is_of_the_total_and_never_of_lines(leva: Store, clock: SetClock) -> None:
    clock.move(1)
    stored = open_register(leva, "shop").ring(["0.01", "0.01", "0.01", "@"])
    assert second(leva, stored.job)["total"] == "0.06"  # 0.0587; three lines of 0.02 would be 0.06 as well
    stored = open_register(leva, "shop").ring(["0.33", "0.33", "0.33", "@"])
    assert second(leva, stored.job)["total"] == "1.94"  # three lines of 0.65 would be 1.95


def test_a_bill_in_leva_that_is_open_at_midnight_is_not_printed_in_euro(leva: Store, clock: SetClock) -> None:
    register = open_register(leva, "shop")
    late = register.ring(["#23"], park=True)
    clock.move(1)
    with pytest.raises(CurrencyNotPrinted, match="the bill is in BGN, receipts are in EUR"):
        register.enter("@1", late.id)
    assert register.read(late.id).bill.total == 160
    register.void(late.id, "въвеждане на еврото")


PAPER = Original(document_number="1", date_time=NOON, fiscal_memory_number="02000700")
REFUND = ReversalReason.REFUND


def test_a_sale_in_leva_is_reversed_in_euro_at_the_fixed_rate(leva: Store, clock: SetClock) -> None:
    """9.99 leva are 5.11 euro (5.1078); the original and what is counted of it stay in leva."""
    stored = open_register(leva, "shop").ring(["9.99/чай", "@"])
    clock.move(1)
    back = reverse(leva, stored.id, Asked(REFUND, original=PAPER))
    assert (back.bill.currency.code, back.bill.total, back.bill.paid) == ("EUR", 511, 511)
    assert bill_json(back, None)["original_amount"] == {"currency": "BGN", "rate": "1.95583", "total": "9.99"}
    assert second(leva, back.job) == {"currency": "BGN", "rate": "1.95583", "total": "9.99"}
    read = open_register(leva, "shop").read(back.id)
    assert (read.converted, read.bill.total) == (back.converted, 511)
    original = open_register(leva, "shop").read(stored.id).bill
    assert (original.currency.code, original.total) == ("BGN", 999)


def test_parts_of_a_sale_in_leva_are_converted_each_and_counted_in_leva(leva: Store, clock: SetClock) -> None:
    """3 x 3.00 leva: each part is 1.53 euro (1.5339), and never more than nine leva go back."""
    stored = open_register(leva, "shop").ring(["3*3/чай", "@"])
    clock.move(1)
    for _ in range(3):
        back = reverse(leva, stored.id, Asked(REFUND, [Part(1, Decimal(1))], original=PAPER))
        assert (back.bill.total, back.converted) == (153, Converted("BGN", Decimal("1.95583"), 300))
    with pytest.raises(NothingToReverse):
        reverse(leva, stored.id, Asked(REFUND, original=PAPER))


def test_a_discount_in_leva_goes_back_with_the_line_that_bore_it(leva: Store, clock: SetClock) -> None:
    """2 x 5.00 - 10 %, 1.00; the bill's own -5 %: 9.50 leva are 4.86 euro, shared by the lines."""
    stored = open_register(leva, "shop").ring(["2*5@1-10%", "1@2", "-5%", "@"])
    clock.move(1)
    back = reverse(leva, stored.id, Asked(REFUND, original=PAPER))
    assert (back.converted, back.bill.total) == (Converted("BGN", Decimal("1.95583"), 950), 486)
    lines = [entry for entry in back.bill.entries.values() if isinstance(entry, Charge)]
    assert [(line.price, line.gross, line.amount) for line in lines] == [
        (Decimal("2.56"), 512, -75),
        (Decimal("0.51"), 51, -2),
    ]


def test_rounding_alone_makes_no_discount_of_a_line(leva: Store, clock: SetClock) -> None:
    """3 x 0.50 leva are 0.77 euro; 3 x 0.26 would be 0.78, so the price has four decimals."""
    stored = open_register(leva, "shop").ring(["3*0.5", "@"])
    clock.move(1)
    back = reverse(leva, stored.id, Asked(REFUND, original=PAPER)).bill
    (line,) = [entry for entry in back.entries.values() if isinstance(entry, Charge)]
    assert (line.price, line.gross, line.modifier) == (Decimal("0.2567"), 77, None)


def test_leva_go_back_by_the_way_they_came_and_not_more(leva: Store, clock: SetClock) -> None:
    stored = open_register(leva, "shop").ring(["10/а", "10/б", "@2/13", "@1"])
    clock.move(1)
    first = reverse(leva, stored.id, Asked(REFUND, [Part(1)], original=PAPER)).bill
    second_ = reverse(leva, stored.id, Asked(REFUND, [Part(2)], original=PAPER)).bill
    assert [(p.payment_type, p.value) for p in first.payments] == [(2, 153), (1, 358)]
    assert [(p.payment_type, p.value) for p in second_.payments] == [(2, 511)]


def test_what_is_reversed_of_leva_is_euro_in_the_days_figures(leva: Store, clock: SetClock) -> None:
    stored = open_register(leva, "shop").ring(["9.99", "@"])
    clock.move(1)
    reverse(leva, stored.id, Asked(REFUND, original=PAPER))
    figures = x_figures(leva, "shop").figures
    assert [(each.reason, each.total) for each in figures.reversals] == [("refund", 511)]


def test_a_currency_that_no_policy_leads_from_is_not_converted(leva: Store, clock: SetClock) -> None:
    """A rate of the market never converts a reversal."""
    clock.move(1)
    set_rate(leva, ("USD", "EUR"), Decimal("0.9"), date(2026, 1, 1), "test")
    register = open_register(leva, "shop")
    register.currency = "USD"
    stored = register.ring(["5", "@5"])
    back = reverse(leva, stored.id, Asked(REFUND))
    assert (back.bill.currency.code, back.bill.total, back.converted) == ("USD", 500, None)


def test_a_sale_in_leva_waits_for_the_euro_where_its_changeover_is_not_known(
    leva: Store, clock: SetClock
) -> None:
    stored = open_register(leva, "shop").ring(["#23", "@"])
    set_policy(leva, Policy(date(2026, 1, 1), "USD"), "test")
    clock.move(1)
    with pytest.raises(CurrencyNotPrinted, match="no change of currency leads"):
        reverse(leva, stored.id, Asked(REFUND, original=PAPER))


@pytest.mark.parametrize(
    ("leva_", "euro"), [(1, 1), (97, 50), (98, 50), (160, 82), (195583, 100000), (1955830, 1000000)]
)
def test_leva_are_divided_by_the_full_rate_and_rounded_half_up(leva_: int, euro: int) -> None:
    by = Conversion(Currency("BGN"), Currency("EUR"), Decimal("1.95583"))
    assert by.amount(leva_) == euro


def test_leva_are_taken_by_suffix_divided_by_the_full_rate(leva: Store, clock: SetClock) -> None:
    clock.move(1)
    bill = open_register(leva, "shop").ring(["1BGN"], park=True).bill
    assert next(iter(bill.entries.values())).price == Decimal("0.5113")  # type: ignore[union-attr]  # a charge
    assert open_register(leva, "shop").ring(["100*1.9558BGN"], park=True).bill.total == 10000


def test_after_the_last_day_of_leva_there_is_no_second_total(leva: Store, clock: SetClock) -> None:
    clock.instant = datetime(2026, 12, 31, 22, 0, tzinfo=UTC)
    stored = open_register(leva, "shop").ring(["1", "@"])
    assert second(leva, stored.job) is None


@pytest.mark.parametrize(
    ("pair", "rate", "day", "mistake"),
    [
        (("EUR", "EUR"), "1", TODAY, CurrencyWrong),
        (("EUR", "XXQ"), "1", TODAY, CurrencyWrong),
        (("USD", "EUR"), "0", TODAY, RateWrong),
        (("USD", "EUR"), "0.0000000001", TODAY, RateWrong),
        (("USD", "EUR"), "1", date(2026, 11, 23), DatedBack),
    ],
)
def test_a_rate_that_cannot_be_is_refused(
    shop: Store, pair: tuple[str, str], rate: str, day: date, mistake: type[BillingError]
) -> None:
    with pytest.raises(mistake):
        set_rate(shop, pair, Decimal(rate), day, "test")


def test_policies_are_dated_and_never_dated_back(shop: Store) -> None:
    euro_changeover(shop, "test")
    assert [each.currency for each in policies(shop)] == ["BGN", "EUR", "EUR"]
    with pytest.raises(DatedBack):
        euro_changeover(shop, "test")
    with pytest.raises(DatedBack):
        set_policy(shop, Policy(TODAY, "USD"), "test")
    with pytest.raises(CurrencyWrong):
        set_policy(shop, Policy(date(2030, 1, 1), "EUR", "EUR", Decimal(1)), "test")
    with pytest.raises(RateWrong):
        set_policy(shop, Policy(date(2030, 1, 1), "EUR", "USD"), "test")
    set_policy(shop, Policy(date(2030, 1, 1), "USD"), "test")
    assert policies(shop)[-1].currency == "USD"


def test_the_lines_of_a_report_are_in_the_currency_of_the_day(shop: Store, clock: SetClock) -> None:
    set_policy(shop, Policy(date(2026, 11, 25), "JPY"), "test")
    clock.move(14 * 3600)
    open_register(shop).ring(["300", "@5"])
    found = x_figures(shop, detailed=True)
    assert found.figures.currency.code == "JPY"
    assert [each["sum"] for each in found.details["operators"].values()] == ["300"]

"""Documents on the emulated Datecs X: sales, modifiers, payments, invoices, stornos, slips, refusals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulators.datecs_x_host import SALE_NUMBER, Host

CLIENT = ("Иван", "Петър", "Фирма ООД", "София", "", 0, "123456789", "")


@pytest.fixture
def host() -> Host:
    return Host()


def open_storno(host: Host, why: int, **changes: object) -> str:
    fields: dict[str, object] = {
        "operator": 1,
        "password": "0000",
        "till": 1,
        "reason": why,
        "document": 1,
        "at": "24-11-26 10:00:00",
        "memory": "02000600",
        "invoice": "",
        "to": "",
        "note": "",
        "number": SALE_NUMBER,
    } | changes
    return host.ask(43, *fields.values()).code


def with_invoices(host: Host) -> Host:
    assert host.ask(66, 1, 2).values == ["1", "2", "0"]
    return host


def test_a_whole_receipt(host: Host) -> None:
    assert host.open().values == ["1"]
    assert host.sell("Хляб", 2, "1.50", "2.000").values == ["1"]
    assert host.ask(49, "Мляко", 2, "2.00", "1.000", 2, "10.00", 0).values == ["1"]
    assert host.ask(54, "благодарим", "", "", "", "", "").values == []
    assert host.ask(51, 1, 0, "", "").values == ["1", "4.80", "0.00", "4.80", *["0.00"] * 6]
    assert host.ask(53, 0, "10.00", "").values == ["R", "5.20"]
    assert host.ask(54, "след плащането", "", "", "", "", "").values == []
    assert host.ask(56).values == ["1"]
    assert host.ask(110, 0).values == ["4.80", *["0.00"] * 6]


def test_a_receipt_without_a_unique_sale_number_has_four_fields(host: Host) -> None:
    assert host.ask(48, 1, "0000", 1, "").values == ["1"]


@pytest.mark.parametrize("number", ["DT000600-001-00000001", "dt000600-0001-0000001", "x", ""])
def test_a_malformed_unique_sale_number_is_refused(host: Host, number: str) -> None:
    assert host.ask(48, 1, "0000", number, 1, "").code == "-112203"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (("", 2, "1.00", "", "", "", 0), "-112201"),
        (("x" * 73, 2, "1.00", "", "", "", 0), "-112201"),
        (("Хляб", "Б", "1.00", "", "", "", 0), "-111005"),
        (("Хляб", 9, "1.00", "", "", "", 0), "-111005"),
        (("Хляб", 5, "1.00", "", "", "", 0), "-111005"),
        (("Хляб", 2, "1.001", "", "", "", 0), "-112103"),
        (("Хляб", 2, "1,00", "", "", "", 0), "-112103"),
        (("Хляб", 2, "0.00", "", "", "", 0), "-111030"),
        (("Хляб", 2, "1.00", "0.0001", "", "", 0), "-112104"),
        (("Хляб", 2, "1.00", "0", "", "", 0), "-111030"),
        (("Хляб", 2, "9999999.99", "2", "", "", 0), "-111006"),
        (("Хляб", 2, "1.00", "", 0, "0.00", 0), "-112206"),
        (("Хляб", 2, "1.00", "", "", "1.00", 0), "-112206"),
        (("Хляб", 2, "1.00", "", 2, "100.00", 0), "-112206"),
        (("Хляб", 2, "1.00", "", 2, "0.00", 0), "-112206"),
        (("Хляб", 2, "1.00", "", 4, "1.01", 0), "-112206"),
        (("Хляб", 2, "1.00", "", 5, "1.00", 0), "-112205"),
        (("Хляб", 2, "1.00", "", "", "", 100), "-112207"),
        (("Хляб", 2, "1.00", "", "", "", 0, ""), "-112208"),
    ],
)
def test_a_bad_sale_is_refused_by_its_code_and_sells_nothing(
    host: Host, fields: tuple[object, ...], code: str
) -> None:
    host.open()
    assert host.ask(49, *fields).code == code
    assert host.ask(76).values[2:4] == ["0", "0.00"]


def test_a_unit_stands_in_the_form_of_eight_fields(host: Host) -> None:
    host.open()
    assert host.ask(49, "Плат", 2, "3.00", "1.5", "", "", 0, "м").code == "0"


def test_a_negative_price_voids_what_was_sold(host: Host) -> None:
    host.open()
    host.sell(price="2.00")
    assert host.sell(price="-0.50").code == "0"
    assert host.ask(103).values[1] == "1.50"


def test_voiding_more_than_the_group_holds_is_refused(host: Host) -> None:
    host.open()
    host.sell(price="2.00", group=2)
    assert host.sell(price="-1.00", group=4).code == "-111021"


def test_a_line_is_rounded_and_then_its_percentage(host: Host) -> None:
    host.open()
    host.ask(49, "Кашкавал", 2, "0.05", "1.000", 2, "50.00", 0)
    assert host.ask(76).values[3] == "0.02"


@pytest.mark.parametrize(
    ("kind", "value", "sums"),
    [
        (2, "10.00", ["13.45", "8.99", "4.46"]),
        (4, "1.50", ["13.44", "8.99", "4.45"]),
        (1, "10.00", ["16.43", "10.99", "5.44"]),
        (3, "1.06", ["16.00", "10.70", "5.30"]),
    ],
)
def test_a_modifier_of_the_receipt_is_spread_over_the_groups(
    host: Host, kind: int, value: str, sums: list[str]
) -> None:
    host.open()
    host.sell(price="9.99", group=2)
    host.sell(price="4.95", group=4)
    values = host.ask(51, 0, 0, kind, value).values
    assert [values[1], values[3], values[5]] == sums


@given(
    prices=st.lists(st.tuples(st.integers(1, 99999), st.sampled_from([1, 2, 3, 4])), min_size=1, max_size=6),
    percent=st.integers(1, 9999),
)
def test_the_groups_always_add_up_to_the_subtotal(prices: list[tuple[int, int]], percent: int) -> None:
    host = Host()
    host.open()
    for cents, group in prices:
        host.sell(price=f"{Decimal(cents).scaleb(-2)}", group=group)
    values = host.ask(51, 0, 0, 2, f"{Decimal(percent).scaleb(-2)}").values
    assert sum(map(Decimal, values[2:])) == Decimal(values[1])


def test_a_modifier_without_a_sale_is_refused(host: Host) -> None:
    host.open()
    assert host.ask(51, 0, 0, 2, "10.00").code == "-111020"
    assert host.ask(51, 0, 0, "", "").values[1] == "0.00"


def test_an_exact_payment_answers_d_with_nothing_due(host: Host) -> None:
    host.open()
    host.sell(price="1.50")
    assert host.ask(53, 0, "1.50", "").values == ["D", "0.00"]


def test_a_partial_payment_answers_d_with_what_is_due(host: Host) -> None:
    host.open()
    host.sell(price="1.50")
    assert host.ask(53, 1, "1.00", "").values == ["D", "0.50"]
    assert host.ask(56).code == "-111064"
    assert host.ask(76).values == ["1", "1", "1", "1.50", "1.00"]


def test_amount_zero_pays_what_is_due(host: Host) -> None:
    host.open()
    host.sell(price="1.50")
    assert host.ask(53, 0, "0.00", "").values == ["D", "0.00"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (("", "", ""), "-112101"),
        ((0, "", ""), "-112102"),
        ((7, "1.50", ""), "-112201"),
        ((1, "1.51", ""), "-111054"),
        ((6, "1.50", 0), "-111057"),
        ((1, "1.50", "12"), "-112203"),
        ((0, "-1.50", ""), "-112102"),
    ],
)
def test_a_bad_payment_is_refused_by_its_code(host: Host, fields: tuple[object, ...], code: str) -> None:
    host.open()
    host.sell(price="1.50")
    assert host.ask(53, *fields).code == code
    assert host.ask(76).values[4] == "0.00"


def test_type_1_of_a_card_payment_is_taken(host: Host) -> None:
    host.open()
    host.sell(price="1.50")
    assert host.ask(53, 1, "1.50", 1).code == "0"


def test_a_paid_receipt_takes_no_more_money(host: Host) -> None:
    host.open()
    host.sell(price="1.50")
    host.ask(53, 0, "1.50", "")
    assert host.ask(53, 0, "1.50", "").code == "-111063"


def test_nothing_sold_cannot_be_paid(host: Host) -> None:
    host.open()
    assert host.ask(53, 0, "1.00", "").code == "-111020"


def test_a_sum_of_zero_can_only_be_cancelled(host: Host) -> None:
    host.open()
    host.sell(price="1.50")
    host.sell(price="-1.50")
    assert host.ask(53, 0, "0.00", "").code == "-111065"
    assert host.ask(60).code == "0"


def test_a_forbidden_payment_is_refused(host: Host) -> None:
    host.ask(255, "Payment_forbidden", 1, 1)
    host.open()
    host.sell(price="1.50")
    assert host.ask(53, 1, "1.50", "").code == "-111061"


def test_an_unpaid_receipt_is_not_closed(host: Host) -> None:
    host.open()
    host.sell()
    assert host.ask(56).code == "-111050"


def test_cancelling_uses_up_the_number_and_leaves_no_turnover(host: Host) -> None:
    host.open()
    host.sell()
    assert host.ask(60).values == []
    assert host.open().values == ["2"]
    assert host.ask(65, 0).values[1:] == ["0.00"] * 8


def test_free_text_is_two_characters_shorter_than_the_paper(host: Host) -> None:
    host.open()
    assert host.ask(54, "x" * 46, "", "", "", "", "").code == "0"
    assert host.ask(54, "x" * 47, "", "", "", "", "").code == "-112201"
    assert f"#{'x' * 46}#\n" in host.printed


def test_text_without_its_empty_fields_is_taken(host: Host) -> None:
    host.open()
    assert host.ask(54, "текст").code == "0"


def test_an_invoice_needs_a_range(host: Host) -> None:
    assert host.ask(48, 1, "0000", SALE_NUMBER, 1, "I").code == "-111025"


def test_an_invoice_is_closed_with_its_client(host: Host) -> None:
    with_invoices(host)
    host.ask(48, 1, "0000", SALE_NUMBER, 1, "I")
    host.sell(price="1.50")
    assert host.ask(57, *CLIENT).code == "-111050"
    host.ask(53, 0, "1.50", "")
    assert host.ask(56).code == "-111049"
    assert host.ask(57, *CLIENT).code == "0"
    assert host.ask(57, *CLIENT).code == "-111048"
    assert host.ask(56).code == "0"
    assert host.ask(66).values == ["1", "2", "1"]


def test_a_cancelled_invoice_uses_up_its_number(host: Host) -> None:
    with_invoices(host)
    host.ask(48, 1, "0000", SALE_NUMBER, 1, "I")
    host.ask(60)
    assert host.ask(103).values[8:] == ["0", "2", "0"]


def test_a_used_up_range_refuses_an_invoice_until_a_new_one_is_set(host: Host) -> None:
    with_invoices(host)
    for _ in range(2):
        host.ask(48, 1, "0000", SALE_NUMBER, 1, "I")
        host.ask(60)
    assert host.ask(48, 1, "0000", SALE_NUMBER, 1, "I").code == "-111025"
    assert host.ask(66, 3, 9).values == ["3", "9", "0"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({6: "1234567"}, "-111074"),
        ({6: "12345678901234"}, "-111074"),
        ({6: "BG1234567"}, "-111074"),
        ({7: "BG1234567"}, "-111074"),
        ({2: "x" * 37}, "-112203"),
        ({5: 4}, "-112206"),
    ],
)
def test_bad_client_data_are_refused(host: Host, changes: dict[int, object], code: str) -> None:
    with_invoices(host)
    host.ask(48, 1, "0000", SALE_NUMBER, 1, "I")
    host.sell(price="1.50")
    host.ask(53, 0, "1.50", "")
    fields = [changes.get(place, value) for place, value in enumerate(CLIENT)]
    assert host.ask(57, *fields).code == code


def test_client_data_on_a_plain_receipt_are_refused(host: Host) -> None:
    host.open()
    host.sell(price="1.50")
    host.ask(53, 0, "1.50", "")
    assert host.ask(57, *CLIENT).code == "-111051"


@pytest.mark.parametrize(("reason", "state"), [(0, "2"), (1, "3"), (2, "4")])
def test_a_storno_is_told_by_its_reason_while_it_is_open(host: Host, reason: int, state: str) -> None:
    host.receipt()
    assert open_storno(host, reason) == "0"
    assert host.ask(76).values[0] == state
    assert host.ask(103).values[10] == "1"


def test_a_storno_takes_cash_out_and_leaves_the_turnover(host: Host) -> None:
    host.receipt("1.50")
    open_storno(host, 1)
    host.sell(price="1.50")
    assert host.ask(53, 0, "1.50", "").values == ["D", "0.00"]
    assert host.ask(56).values == ["2"]
    assert host.ask(65, 0).values[2] == "1.50"
    assert host.ask(65, 2).values[2] == "1.50"
    assert host.ask(70, 0, "0.00").values[0] == "0.00"


@pytest.mark.parametrize(
    ("mode", "amount", "code"),
    [(1, "1.50", "-111061"), (0, "1.51", "-111094"), (0, "1.00", "-111064"), (0, "1.50", "-111017")],
)
def test_a_storno_is_paid_exactly_in_cash_that_is_there(
    host: Host, mode: int, amount: str, code: str
) -> None:
    host.receipt("1.50", mode=1)
    open_storno(host, 1)
    host.sell(price="1.50")
    assert host.ask(53, mode, amount, "").code == code


def test_an_operator_error_is_reversed_without_cash(host: Host) -> None:
    host.receipt("1.50", mode=1)
    open_storno(host, 0)
    host.sell(price="1.50")
    assert host.ask(53, 0, "1.50", "").code == "0"
    assert host.ask(56).code == "0"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": 3}, "-112204"),
        ({"document": 0}, "-112205"),
        ({"at": "24-13-26 10:00:00"}, "-112206"),
        ({"at": "2026-11-24"}, "-112106"),
        ({"at": "24-09-26 10:00:00"}, "-112206"),
        ({"memory": "2000600"}, "-112207"),
        ({"to": "5"}, "-112209"),
        ({"note": "защо"}, "-112210"),
        ({"number": ""}, "-112211"),
        ({"password": "1"}, "-102002"),
    ],
)
def test_a_bad_storno_is_refused(host: Host, changes: dict[str, object], code: str) -> None:
    host.receipt()
    assert open_storno(host, 0, **changes) == code


def test_summer_time_may_follow_the_date_of_the_original(host: Host) -> None:
    assert open_storno(host, 1, at="24-09-26 10:00:00 DST") == "0"


def test_an_original_of_another_device_may_have_no_unique_sale_number(host: Host) -> None:
    host.receipt()
    assert open_storno(host, 0, memory="02000601", number="") == "0"


def test_a_credit_note_needs_the_invoice_and_the_client(host: Host) -> None:
    with_invoices(host)
    host.receipt("1.50")
    assert open_storno(host, 1, invoice="I") == "-112209"
    assert open_storno(host, 1, invoice="I", to="1", note="върната стока") == "0"
    host.sell(price="1.50")
    host.ask(53, 0, "1.50", "")
    assert host.ask(56).code == "-111049"
    assert host.ask(57, *CLIENT).code == "0"
    assert host.ask(56).code == "0"


def test_a_slip_takes_text_and_a_number_of_its_own(host: Host) -> None:
    assert host.ask(42, "Test").code == "-111016"
    assert host.ask(38).values == ["1"]
    assert host.ask(42, "Test", "", "", "2", "", "1").code == "0"
    assert host.ask(76).values[0] == "0"
    assert host.ask(39).values == ["1"]
    assert host.open().values == ["2"]
    assert host.ask(42, "Test").code == "-111047"
    assert host.ask(38).code == "-111047"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ((1, "12345678", ""), "0"),
        ((1, "1234567", ""), "-112202"),
        ((3, "ABC", ""), "0"),
        ((3, "AB", ""), "-112202"),
        ((4, "Ж" * 4, ""), "-112202"),
        ((4, "https", 5), "0"),
        ((4, "https", 11), "-112203"),
        ((2, "1234567890123"), "0"),
        ((4, "https"), "-112103"),
    ],
)
def test_barcodes_hold_what_their_type_may(host: Host, fields: tuple[object, ...], code: str) -> None:
    host.open()
    assert host.ask(84, *fields).code == code


def test_a_programmed_item_is_sold_at_its_price(host: Host) -> None:
    host.ask(107, "P", 7, "Б", 1, 1, 0, "2.50", "", "", "", "", "", "", "Кафе")
    host.open()
    assert host.ask(58, 7, "2.000", "", "", "").values == ["1"]
    assert host.ask(103).values[1] == "5.00"
    assert host.ask(58, 7, "", "2.00", "", "").code == "-111090"
    assert host.ask(58, 8, "", "", "", "").code == "-111004"
    assert host.ask(58, 3001, "", "", "", "").code == "-112201"
    assert host.ask(58, "-7", "", "2.00", "", "").code == "-111023"
    assert host.ask(58, "-7", "1.000", "2.50", "", "").code == "0"
    assert host.ask(103).values[1] == "2.50"
    assert host.ask(58, 7, "", "", 2, "100.00").code == "0"

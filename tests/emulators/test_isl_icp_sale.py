"""Documents on the emulated ISL ICP: lines, changes, payments, reversals, invoices, refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulators.isl_icp_host import ACK, NACK, NEUTRAL, SALE_NUMBER, Host, article, frame

OTHER_NUMBER = "IS000600-0001-0000002"


@pytest.fixture
def host() -> Host:
    return Host()


def reversal(**changes: str) -> str:
    fields = {
        "reason": "1",
        "document": "0000000001",
        "when": "24112026103000",
        "memory": "02000600",
        "number": SALE_NUMBER,
        "invoice": "",
    } | changes
    return "".join(fields.values())


def department(
    which: str = "1", group: str = "1", price: int = 150, name: str = "Услуга", flag: str = "0"
) -> str:
    """Return the data of 41 or 21 with all fields."""
    return f"{SALE_NUMBER}{which}{group}00001000{price:08d}{name:<24}{flag}"


def test_the_worked_sale_of_the_sheet_is_taken() -> None:
    host = Host()
    host.memory.device_number = "IS001234"
    host = Host(memory=host.memory)
    sale = bytes.fromhex(
        "02 31 32 33 34 34 34 49 53 30 30 31 32 33 34 2d 30 30 30 31 2d 30 30 30 30 30 30 31"
        "30 30 30 30 32 35 30 30 39 39 39 39 39 39 39 39 30 30 30 30 30 31 35 30 30 32 30 30"
        "d5 eb ff e1 34 31 30 32 03"
    )
    payment = bytes.fromhex("02 31 32 33 34 34 39 30 30 3d 3d 36 03")
    for request in (sale, payment):
        actions = host.feed(request)
        assert [getattr(action, "data", b"") for action in actions] == [ACK]
    assert host.memory.day.groups[1] == host.memory.cash
    assert f"{host.memory.cash}" == "3.75"


def test_a_whole_receipt(host: Host) -> None:
    host.ok("44", article(200, quantity=2000))
    host.ok("47", "01000")
    host.ok("44", article(100, group=4, name="Вестник"))
    host.ok("46", "100000010")
    host.ok("48")
    host.ok("81", f"{NEUTRAL}благодарим")
    assert host.groups()[1:4] == [360, 0, 110]
    host.ok("49", "7000000000100")
    assert host.status()[1] & 0x02
    host.ok("49", "0000000000500")
    assert not host.is_open()
    assert host.numbers()[0] == "000001"
    drawer = host.read("F8", "0D")
    assert (drawer[:10], drawer[70:80]) == ("0000000370", "0000000100")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"quantity": 0}, "002"),
        ({"code": 0}, "013"),
        ({"price": 0}, "005"),
        ({"department": "B"}, "001"),
        ({"group": 0}, "007"),
        ({"group": 9}, "007"),
        ({"group": 5}, "007"),
        ({"name": ""}, "070"),
        ({"number": "x" * 21}, "104"),
        ({"quantity": 99999999, "price": 99999999}, "006"),
        ({"quantity": 1, "price": 1}, "006"),
        ({"code": 7}, "070"),
        ({"single": 2}, "000"),
        ({"name": "x" * 41}, "000"),
        ({"flag": 2}, "000"),
        ({"flag": 1}, "067"),
    ],
)
def test_a_bad_line_is_refused_by_its_error_and_opens_nothing(
    host: Host, changes: dict[str, object], error: str
) -> None:
    price = changes.pop("price", 150) if "price" in changes else 150
    assert isinstance(price, int)
    assert host.refused("44", article(price, **changes)) == error
    assert not host.is_open()


def test_the_same_group_has_two_digits(host: Host) -> None:
    host.ok("44", article(100, group=2))
    host.ok("41", department(group="1", price=200))
    assert host.groups()[1] == 300
    assert host.refused("41", department(group="8")) == "007"


def test_names_stand_before_the_price_in_the_older_forms(host: Host) -> None:
    line = f"{SALE_NUMBER}0000100099999999{{}}000001500200"
    host.ok("42", line.format(f"{'Хляб':<12}"))
    host.ok("43", line.format(f"{'Мляко':<20}"))
    assert host.groups()[1] == 300
    assert "Хляб\n" in host.printed


def test_the_receipt_ends_by_itself_after_a_single_line(host: Host) -> None:
    host.ok("44", article(single=1))
    assert not host.is_open()
    assert host.read("F8", "0D")[:10] == "0000000150"


def test_another_unique_sale_number_is_refused_and_the_neutral_one_taken(host: Host) -> None:
    host.ok("44", article(number=NEUTRAL))
    host.ok("44", article(number=SALE_NUMBER))
    assert host.refused("44", article(number=OTHER_NUMBER)) == "104"
    host.ok("44", article(number=NEUTRAL))
    host.ok("49", "0")
    assert host.memory.last_unique_sale_number == SALE_NUMBER


def test_more_than_fifty_lines_are_refused(host: Host) -> None:
    for _ in range(50):
        host.ok("44", article(100))
    assert host.refused("44", article(100)) == "004"


def test_an_internal_article_prints_what_is_programmed(host: Host) -> None:
    host.ok("44", article(250, code=7, group=4, name="Кафе", flag=1))
    host.ok("44", article(0, code=7, group=2, name="Друго"))
    assert host.groups()[3] == 250
    assert "Кафе\n" in host.printed
    host.ok("44", article(100, code=7))
    assert host.groups()[3] == 350


def test_fields_of_an_internal_article_may_be_left_out(host: Host) -> None:
    host.ok("44", article(250, code=7, name="Кафе", flag=1))
    host.ok("44", f"{SALE_NUMBER}0000200000000007")
    assert host.groups()[1] == 500


def test_an_article_with_turnover_is_not_programmed_again(host: Host) -> None:
    host.ok("44", article(250, code=7, name="Кафе", flag=1))
    host.ok("44", article(0, code=7, single=1))
    assert host.refused("44", article(250, code=7, name="Кафе", flag=1)) == "036"
    assert host.read("96", "00000007") == "00000007000002500000100002" + "00" + f"{'Кафе':<12}"


def test_a_department_sells_by_its_number_alone_once_programmed(host: Host) -> None:
    assert host.refused("41", f"{SALE_NUMBER}1") == "005"
    host.ok("41", department(flag="1", price=300, name="Бръснене"))
    assert not host.is_open()
    host.ok("41", f"{SALE_NUMBER}1")
    assert host.groups()[1] == 300
    assert host.refused("41", f"{SALE_NUMBER}10") == "000"
    host.ok("41", f"{SALE_NUMBER}11")
    assert host.refused("41", department(which="0")) == "001"
    assert host.refused("41", department(name="")) == "070"


@pytest.mark.parametrize(
    ("command", "data", "error"),
    [
        ("47", "00000", "003"),
        ("46", "000000000", "000"),
        ("46", "000000151", "023"),
        ("47", "21000", "000"),
    ],
)
def test_a_bad_change_is_refused(host: Host, command: str, data: str, error: str) -> None:
    host.ok("44", article(150))
    assert host.refused(command, data) == error
    assert host.groups()[1] == 150


def test_the_percent_example_of_the_document_changes_the_last_line(host: Host) -> None:
    host.ok("44", article(1000))
    host.ok("44", article(200))
    host.ok("47", "01000")
    assert host.groups()[1] == 1180


def test_a_percent_after_the_subtotal_changes_all_lines(host: Host) -> None:
    host.ok("44", article(999, group=2))
    host.ok("44", article(495, group=4))
    host.ok("48")
    host.ok("47", "01000")
    assert sum(host.groups()) == 1345


def test_an_amount_after_the_subtotal_is_refused(host: Host) -> None:
    host.ok("44", article(999))
    host.ok("48")
    assert host.refused("46", "000000100") == "031"


def test_a_change_comes_straight_after_its_line(host: Host) -> None:
    host.ok("44", article(999))
    host.ok("81", f"{NEUTRAL}текст")
    assert host.refused("47", "01000") == "018"
    host.ok("44", article(999))
    host.read("F8", "0B")
    host.ok("47", "01000")
    assert host.refused("47", "01000") == "018"


@pytest.mark.parametrize("command", ["46", "47", "48"])
def test_a_change_without_a_receipt_is_error_18(host: Host, command: str) -> None:
    assert host.refused(command, "01000") == "018"


def test_the_last_line_is_voided_in_whole_or_in_part(host: Host) -> None:
    host.ok("44", article(100, quantity=3000))
    host.ok("45", "100001000")
    assert host.groups()[1] == 200
    assert host.refused("45", "1") == "024"
    host.ok("44", article(50))
    assert host.refused("45", "100002000") == "024"
    host.ok("45", "1")
    assert host.groups()[1] == 200


def test_a_void_without_a_receipt_is_error_19(host: Host) -> None:
    assert host.refused("45") == "019"
    assert host.refused("45", "1") == "019"


def test_a_payment_without_a_receipt_has_no_error_number(host: Host) -> None:
    assert host.send("49", "0") == NACK
    assert host.error() == "000"


@pytest.mark.parametrize("data", ["0", "", "100001000"])
def test_after_a_partial_payment_only_payment_and_text_are_left(host: Host, data: str) -> None:
    host.ok("44", article(300))
    host.ok("49", "0000000000100")
    assert host.refused("44", article()) == "026"
    assert host.refused("45", data) == "026"
    assert host.refused("47", "01000") == "026"
    assert host.refused("62") == "026"
    host.ok("81", f"{NEUTRAL}текст")
    host.ok("49", "0")
    assert not host.is_open()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ("1000000000301", "025"),
        ("B", "008"),
        ("0000000000000", "000"),
        ("02", "000"),
        ("000000000123", "000"),
    ],
)
def test_a_bad_payment_is_refused(host: Host, data: str, error: str) -> None:
    host.ok("44", article(300))
    assert host.refused("49", data) == error
    assert not host.status()[1] & 0x02


def test_older_models_have_fewer_payments() -> None:
    host = Host(model="ISL756-KL")
    host.ok("44", article(300))
    assert host.refused("49", "A") == "008"
    host.ok("49", "9")


def test_cash_over_the_sum_gives_change(host: Host) -> None:
    host.ok("44", article(300))
    host.ok("49", "0000000001000")
    assert host.read("F8", "0D")[:10] == "0000000300"
    assert any("РЕСТО" in line and "7.00" in line for line in host.printed)


def test_change_may_have_to_be_in_the_drawer_before() -> None:
    host = Host(change_from_drawer=True)
    host.ok("44", article(300))
    assert host.refused("49", "0000000001000") == "059"
    host.ok("49", "0000000000300")


def test_some_firmware_waits_for_a_last_payment_command() -> None:
    host = Host(stays_open=True)
    host.ok("44", article(300))
    host.ok("49", "0000000000300")
    assert host.is_open()
    host.ok("49", "0")
    assert not host.is_open()


def test_the_footer_window_takes_text_and_ends_by_itself(host: Host) -> None:
    host.ok("44", article(300))
    host.ok("49", "00000000003001")
    host.clock.move(1.5)
    host.ok("81", f"{SALE_NUMBER}край")
    host.clock.move(1.5)
    assert host.is_open()
    assert host.refused("44", article()) == "026"
    host.clock.move(0.6)
    assert not host.is_open()
    assert host.numbers()[0] == "000001"


def test_the_footer_window_ends_by_another_payment_command(host: Host) -> None:
    host.ok("44", article(300))
    host.ok("49", "01")
    host.ok("49", "0")
    assert not host.is_open()


def test_older_models_have_no_footer_window() -> None:
    host = Host(model="ISL3818")
    host.ok("44", article(300))
    assert host.send("49", "01") == NACK
    assert host.is_open()


def test_text_after_the_close_belongs_to_the_next_receipt(host: Host) -> None:
    host.ok("44", article(single=1))
    host.ok("81", f"{NEUTRAL}късно")
    host.ok("44", article(single=1))
    assert any("късно" in line for line in host.memory.journal[1].text)


def test_text_is_cut_without_a_word_and_broken_at_line_ends(host: Host) -> None:
    host.ok("81", f"{NEUTRAL}{'x' * 60}\nвтори")
    assert f"#{'x' * 46}#\n" in host.printed
    assert f"#{'втори':<46}#\n" in host.printed


def test_a_barcode_above_the_head_comes_before_the_receipt(host: Host) -> None:
    host.ok("A1", f"{NEUTRAL}5003031{'123456789012'}")
    assert host.refused("A1", f"{SALE_NUMBER}5003031{'123456789012'}") == "000"
    host.ok("44", article())
    host.ok("A1", f"{SALE_NUMBER}5003030{'123456789012'}")
    assert host.refused("A1", f"{NEUTRAL}5003031{'123456789012'}") == "000"


def test_a_reversal_takes_cash_out_and_leaves_the_turnover(host: Host) -> None:
    host.ok("44", article(300, single=1))
    host.ok("20", reversal())
    assert host.is_open()
    host.ok("24", article(300))
    host.ok("49", "0")
    assert host.read("F8", "03")[10:20] == "0000000300"
    assert host.read("F8", "03")[90:100] == "0000000300"
    assert host.read("F8", "0D")[:10] == "0" * 10


def test_sale_and_reversal_lines_are_not_mixed(host: Host) -> None:
    assert host.refused("24", article()) == "105"
    host.ok("44", article())
    assert host.refused("24", article()) == "105"
    assert host.refused("20", reversal()) == "054"
    host.ok("45", "0")
    host.ok("20", reversal())
    assert host.refused("44", article()) == "105"
    host.ok("45", "0")
    assert not host.is_open()


@pytest.mark.parametrize("payment", ["0", "7"])
def test_a_refund_must_be_in_the_drawer_in_its_payment(host: Host, payment: str) -> None:
    host.ok("44", article(300))
    host.ok("49", "7" if payment == "0" else "0")
    host.ok("20", reversal())
    host.ok("24", article(300))
    assert host.refused("49", payment) == "059"
    host.ok("49", "0" if payment == "7" else "7")


def test_flag_44_keeps_an_operators_error_out_of_the_drawer(host: Host) -> None:
    host.ok("92", "440")
    host.ok("44", article(300))
    host.ok("49", "7")
    host.ok("20", reversal(reason="0"))
    host.ok("24", article(300))
    host.ok("49", "0")
    assert host.read("F8", "0D")[:10] == "0" * 10


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "3"},
        {"document": "0000000000"},
        {"document": "000001"},
        {"when": "24132026103000"},
        {"when": "24112026123500"},
        {"when": "24092026103000", "reason": "0"},
        {"memory": "0200060x"},
        {"invoice": "x"},
    ],
)
def test_a_bad_reversal_is_refused_without_a_number(host: Host, changes: dict[str, str]) -> None:
    assert host.refused("20", reversal(**changes)) == "000"
    assert not host.is_open()


def test_the_unique_sale_number_of_the_original_may_be_left_out(host: Host) -> None:
    host.ok("20", reversal(number=""))


def test_an_original_in_the_future_is_taken_when_flag_41_is_off(host: Host) -> None:
    host.ok("92", "410")
    host.ok("20", reversal(when="24112026150000"))


def test_a_department_takes_back_no_more_than_it_sold(host: Host) -> None:
    host.ok("41", department(price=300))
    host.ok("49", "0")
    host.ok("20", reversal())
    assert host.refused("21", department(price=301)) == "012"
    host.ok("21", department(price=200))
    assert host.refused("21", department(price=101)) == "012"
    host.ok("21", department(which="0", price=50))


def with_invoices(host: Host) -> Host:
    host.ok("92", "1100000000010000000002")
    return host


def test_client_data_without_a_range_are_error_64(host: Host) -> None:
    assert host.refused("50", "01Фирма ООД") == "064"


def test_an_invoice_is_a_sale_with_client_data_before_it(host: Host) -> None:
    with_invoices(host)
    assert host.status()[2] & 0x80
    host.ok("50", "01Фирма ООД")
    host.ok("50", "02София")
    host.ok("50", "03" + f"{'123456789':<13}{'BG123456789':<12}")
    host.ok("50", "04Иван Иванов")
    assert not host.is_open()
    host.ok("44", article(300))
    assert host.status()[1] & 0x01
    assert host.numbers()[2] == "0000000001"
    assert host.refused("50", "01Друга") == "054"
    host.ok("50", "05")
    assert host.refused("44", article()) == "000"
    host.ok("81", f"{NEUTRAL}текст")
    host.ok("49", "0")
    assert host.numbers()[2] == "0000000001"
    assert host.read("F0")[34:44] == "0000000001"
    receipt = host.memory.journal[0].receipt
    assert receipt is not None
    assert receipt.client == {
        "name": "Фирма ООД",
        "address": "София",
        "number": "123456789",
        "vat_number": "BG123456789",
        "person": "Иван Иванов",
    }


def test_a_range_that_is_not_used_up_is_not_replaced(host: Host) -> None:
    with_invoices(host)
    assert host.refused("92", "1100000000030000000009") == "065"
    for _ in range(2):
        host.ok("50", "01Фирма")
        host.ok("44", article(single=1))
    assert host.refused("50", "01Фирма") == "064"
    assert host.refused("92", "1100000000090000000003") == "064"
    host.ok("92", "1100000000030000000009")


def test_a_credit_note_names_the_invoice_and_takes_client_data(host: Host) -> None:
    with_invoices(host)
    host.ok("44", article(300, single=1))
    host.ok("20", reversal(invoice="0000000001"))
    host.ok("50", "01Фирма ООД")
    host.ok("24", article(300))
    host.ok("49", "0")
    assert host.memory.journal[-1].kind == "credit-note"


def test_flag_18_closes_a_receipt_in_cash_that_is_left_alone(host: Host) -> None:
    host.ok("92", "18100060")
    host.ok("44", article(300))
    host.clock.move(59)
    assert host.is_open()
    host.clock.move(2)
    assert not host.is_open()
    assert host.numbers()[0] == "000001"


def test_flag_18_cancels_a_receipt_when_the_connection_was_lost(host: Host) -> None:
    host.ok("92", "18400060")
    host.ok("44", article(300))
    host.clock.move(100)
    assert host.is_open()
    host.device.line_closed()
    host.clock.move(61)
    assert not host.is_open()
    assert host.numbers()[0] == "000000"


@given(
    st.lists(st.tuples(st.integers(1, 99999), st.sampled_from([1, 2, 3, 4])), min_size=1, max_size=8),
    st.integers(1, 9999),
)
def test_the_groups_always_add_up_to_the_subtotal(lines: list[tuple[int, int]], percent: int) -> None:
    host = Host()
    for price, group in lines:
        host.ok("44", article(price, group=group))
    host.ok("48")
    host.ok("47", f"0{percent:04d}")
    assert sum(host.groups()) == int(host.numbers()[1])


@given(st.binary(max_size=60))
def test_any_data_of_a_sale_is_answered_and_never_breaks_the_device(data: bytes) -> None:
    host = Host()
    text = "".join(chr(byte) for byte in data if 0x20 <= byte < 0x7F)
    for command in ("20", "41", "44", "45", "46", "47", "49", "50", "81"):
        assert host.feed(frame(command, text))
        host.clear()

"""What a host reads from the emulated Datecs devices after one known day, and what it may set."""

import pytest

from tests.emulators.isl_host import Host

UNP = "DT000600-OP01-0001000"
OPENINGS = {"datecs-p": f"1,0000,1,{UNP}", "datecs-c": f"1,1,{UNP},1"}
ERRORS = {
    "datecs-p": f"1,0000,1,{UNP},E1,{UNP},241126220000,02000600",
    "datecs-c": f"1,1,{UNP},1,0,1,241126220000,02000600",
}
NONE = "+00000000000"


def eight(group_b: str) -> str:
    return ",".join((NONE, group_b, *[NONE] * 6))


def after_a_day(name: str) -> Host:
    """A sale of 12.00 less 10 %, one of 6.00 less 5.00, a reversal of 6.00, cash in and out, a Z at 22:00."""
    host = Host(name)
    host.say((0x57, "2,Б,Щанд"), (0x6B, "PБ7,1,6.00,A9,Чай"))
    host.say(
        (0x30, OPENINGS[name]), (0x31, "Хляб\t2\t12.00,-10"), (0x35, "\tN1"), (0x35, "\tP20"), (0x38, "")
    )
    host.say((0x2E, ERRORS[name]), (0x3A, "7"), (0x35, "\t"), (0x38, ""))
    host.say((0x30, OPENINGS[name]), (0x3A, "7;-5"), (0x35, "\t"), (0x38, ""))
    host.say((0x46, "5"), (0x46, "-1"), (0x45, "0"))
    return host


@pytest.mark.parametrize(
    ("command", "data", "answer"),
    [
        (0x40, "", f"P,000001,{eight('+00000001180')},241126"),
        (0x40, "*1", f"P,000001,{eight('+00000000197')},241126220000"),
        (0x72, "1,0", "P,1,2,11110000,00.00,20.00,20.00,09.00,00.00,00.00,00.00,00.00,24-11-26 22:00:00"),
        (0x72, "1,1", f"P,000001,000002,{eight('+00000001180')}"),
        (0x72, "1,2", f"P,000001,000002,{eight('+00000000983')}"),
        (0x72, "1,3,1", f"P,000001,000002,{eight('+00000000197')}"),
        (0x72, "1,4", "P,000001,1,0,1,24-11-26 22:00:00"),
        (0x72, "1,5", "P,2,11110000,00.00,20.00,20.00,09.00,00.00,00.00,00.00,00.00,24-11-26 22:00:00"),
        (0x72, "9,5", "E"),
        (0x72, "1,7", "P,0000001080,0000000000,0000000100" + ",0000000000" * 12),
        (0x72, "1,8", "P,000002,0000000620,000000,0000000000,000000,0000000000,000000,0000000000"),
        (0x72, "1,9", "P,000001,0000000500,000001,0000000100"),
        (0x72, "1,10", "P,0000001180,0000000197"),
        (0x44, "", "001824,001825"),
        (0x56, "", "24-11-2026"),
        (0x56, "T", "24-11-2026 22:00:00"),
        (0x58, "2", "PБ,0,0.00,0,0.00,Щанд"),
        (0x58, "0", "P1,1.00,0,0.00,"),
        (0x58, "3", "F"),
        (0x4A, "L", "0"),
        (0x4A, "P", "P600,6,6,1,0"),
        (0x4A, "R", "6,(6,24-11-2026 22:00:00,0),(0,01-01-2000 00:00:00,0)"),
        (0x55, "D", "F"),
        (0x63, "", "000000000,ЕИК"),
        (0x6B, "R7", "P7,Б,1,6.00,1.00,1.000,9.000,Чай"),
        (0x6F, "S1,9", "P"),
        (0x77, "R,#C,1,6", "F"),
        (0x77, "R,Z,241126,241126", "P," + "СИМУЛАЦИЯ / EMULATED".center(48).rstrip()),
        (0x77, "R,*1,2,3", "P," + "СИМУЛАЦИЯ / EMULATED".center(48).rstrip()),
        (0x77, "W,D241126,241126", f"U,{UNP},1,1,0,1"),
        (0x77, "P,A,241126,241126", "6"),
    ],
)
def test_p_answers_after_the_day(command: int, data: str, answer: str) -> None:
    assert after_a_day("datecs-p").ask(command, data).data == answer


@pytest.mark.parametrize(
    ("command", "data", "answer"),
    [
        (0x40, "", f"P,000001,{eight('+00000001180')},241126"),
        (0x40, "1", f"P,000001,{eight('+00000000600')},241126"),
        (0x72, "1,1", f"P,000001,000002,{eight('+00000001180')}"),
        (0x72, "1,7", f"P,000001,{eight('+00000000600')}"),
        (0x72, "1,8", f"P,000001,{eight('+00000000500')}"),
        (0x72, "1,9", f"P,000001,{eight('+00000000100')}"),
        (0x44, "", "001824,001824"),
        (0x58, "2", "PБ,0.000,0.00,0.000,0.00,Щанд"),
        (0x58, "10", "P1.000,1.00,0.000,0.00,"),
        (0x58, "2,1", "P0.000,0.00"),
        (0x70, "1,1", "P,0,0;0.00,0;0.00,0;0.00,0;0.00,"),
        (0x6B, "R7", "P7,Б,1,6.00,1.00,1.000,0.000,Чай"),
        (0x47, "6", "P,1,0,24-11-2026 22:00:00,6,0,0,0,0,1,0,0,0,0,24-11-2026 22:00:00,0"),
        (0x47, "1", "P"),
        (0x55, "J", "КУПОН"),
        (0x7C, "I", "P,1,1,DT000600,1,24.11.2026 22:00:00,AC536E00,1,1,1,6,3800,1"),
        (0x7D, "3,1,1", "P,1,24-11-2026 22:00:00,1,1"),
    ],
)
def test_c_answers_after_the_day(command: int, data: str, answer: str) -> None:
    assert after_a_day("datecs-c").ask(command, data).data == answer


def test_the_journals_size_is_told() -> None:
    fields = after_a_day("datecs-p").ask(0x77, "I").fields
    assert [fields[0], *fields[3:]] == ["P", "1", "1", "1", "6"]


@pytest.mark.parametrize("name", ["datecs-p", "datecs-c"])
@pytest.mark.parametrize(
    ("command", "data"),
    [
        (0x21, ""),
        (0x23, "долу"),
        (0x2F, "горе"),
        (0x3F, ""),
        (0x64, "екран\x10\x5b"),
        (0x50, ""),
        (0x50, "2000,300"),
        (0x6A, ""),
        (0x6A, "15"),
        (0x2C, "3"),
        (0x73, "5,00FF"),
    ],
)
def test_what_has_no_effect_is_accepted(name: str, command: int, data: str) -> None:
    reply = Host(name).ask(command, data)
    assert reply.accepted
    assert reply.data == ""


@pytest.mark.parametrize("name", ["datecs-p", "datecs-c"])
@pytest.mark.parametrize(
    ("command", "data"),
    [
        (0x21, "x"),
        (0x23, "х" * 21),
        (0x50, "99,300"),
        (0x6A, "101"),
        (0x2C, "0"),
        (0x73, "96,00"),
        (0x73, "1,0"),
        (0x2B, ""),
        (0x2B, "Z1"),
        (0x3D, "24-11-26"),
        (0x42, "9,5"),
        (0x45, "1"),
        (0x49, "2,1"),
        (0x4C, "X"),
        (0x4F, "241126"),
        (0x53, "0,2,EUR"),
        (0x57, "0,Б,Щанд"),
        (0x5A, "2"),
        (0x5E, "321326,321326"),
        (0x65, "1,2"),
        (0x6B, "Q"),
        (0x6B, "PБ1,1,x,1,Чай"),
        (0x6D, "2"),
        (0x72, "1,6,2,3"),
        (0x77, "Q"),
    ],
)
def test_what_is_badly_written_sets_the_syntax_bit(name: str, command: int, data: str) -> None:
    assert Host(name).ask(command, data).bit(0, 0)


def test_the_upper_line_is_not_the_hosts_while_a_receipt_is_open() -> None:
    host = Host("datecs-c")
    host.say((0x30, OPENINGS["datecs-c"]))
    assert host.ask(0x2F, "горе").bit(1, 1)


def test_logo_rows_are_read_back() -> None:
    host = Host("datecs-p")
    host.say((0x73, "5,00FF"))
    assert host.ask(0x73, "R5").data == "00FF"


def test_barcodes_stand_in_open_documents_only() -> None:
    host = Host("datecs-p")
    assert host.ask(0x54, "1,1234567").bit(1, 1)
    host.say((0x26, ""), (0x54, "1,1234567"), (0x54, "QC*,https://example.com"), (0x5C, "2"))
    assert host.ask(0x54, "1,12345678").bit(0, 0)
    assert host.ask(0x54, "1L,1234567").bit(0, 0)
    assert "БАРКОД [1234567]\n" in host.printed


def test_c_answers_a_code_letter_to_a_barcode_and_knows_no_qr() -> None:
    host = Host("datecs-c")
    host.say((0x30, OPENINGS["datecs-c"]))
    assert host.ask(0x54, "2,123456789012").data == "P"
    assert host.ask(0x54, "Q,x").data == "F"


def test_switches_are_kept_and_shown() -> None:
    host = Host("datecs-p")
    host.say((0x29, "10000000"))
    assert host.ask(0x3E).status[3] == 0x81
    host.say((0x29, ""), (0x2D, ""))


def test_articles_are_walked_downwards_and_by_sales() -> None:
    host = after_a_day("datecs-p")
    host.say((0x6B, "PБ9,1,1.00,A1,Кафе"), (0x6B, "C9,1.20"), (0x6B, "A9,2.5"))
    assert host.ask(0x6B, "L").data == "P9,Б,1,1.20,0.00,0.000,3.500,Кафе"
    assert host.ask(0x6B, "N").data.endswith("Чай")
    assert host.ask(0x6B, "f").data.endswith("Чай")
    assert host.ask(0x6B, "n").data == "F"
    assert host.ask(0x6B, "l8").data.endswith("Чай")
    assert host.ask(0x6B, "x").data == "P999999999"
    assert host.ask(0x6B, "D7").data == "F"
    assert host.ask(0x6B, "DA").data == "P"
    assert host.ask(0x6B, "I").data == "P3000,1,36"
    assert host.ask(0x6B, "PБ7,1,1.00,A1,Чай").bit(1, 1)


def test_an_article_with_a_department_counts_there() -> None:
    host = after_a_day("datecs-p")
    host.say((0x30, OPENINGS["datecs-p"]), (0x3A, "7\t2\t*2"), (0x35, "\t"), (0x38, ""))
    assert host.ask(0x58, "2").data == "PБ,1,12.00,1,12.00,Щанд"
    assert host.ask(0x57, "2,Б,Друг").bit(1, 1)


def test_the_operators_sums_may_outlive_a_z() -> None:
    host = Host("datecs-p")
    host.say((0x30, OPENINGS["datecs-p"]), (0x31, "а\tБ1"), (0x35, "\t"), (0x38, ""), (0x45, "0N"))
    assert host.ask(0x70, "1").fields[:2] == ["1", "1;1.00"]
    assert Host("datecs-c").ask(0x45, "0N").bit(0, 0)


def test_a_shown_text_journal_of_c_is_read_by_document() -> None:
    host = after_a_day("datecs-c")
    host.say((0x7D, "0,4,3"))
    rows = [host.ask(0x7D, "1").data for _ in range(30)]
    assert "P," + "СЛУЖЕБНО ВЪВЕДЕНИ".center(42).rstrip() in rows
    assert rows[-1] == "F"

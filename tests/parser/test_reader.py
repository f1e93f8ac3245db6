"""Every row of protocol semantics 1, 2, 4 and 5 as the reader understands it."""

from decimal import Decimal
from typing import Any

import pytest

from billing.parser import (
    ChargeLine,
    CommentLine,
    Line,
    ModifierLine,
    ModifierValue,
    OperatorLine,
    PaymentLine,
    TextMistake,
    check_decimals,
    read_line,
    read_lines,
    read_text,
    split_lines,
)
from billing.parser.lines import Source


def percent(value: str) -> ModifierValue:
    return ModifierValue("percent", Decimal(value))


def fixed(value: str) -> ModifierValue:
    return ModifierValue("fixed", Decimal(value))


def charge(price: str | None = None, qty: str = "1", **parts: Any) -> ChargeLine:  # noqa: ANN401 any field
    return ChargeLine(Decimal(qty), None if price is None else Decimal(price), **parts)


def refusal(text: str, number: int = 1) -> TextMistake:
    with pytest.raises(TextMistake) as caught:
        read_line(text, number)
    return caught.value


SEED: list[tuple[str, Line]] = [
    ("*1", OperatorLine(1)),
    ("1.2", charge("1.2")),
    ("2*4,5", charge("4.5", "2")),
    ("1.2@2", charge("1.2", tax_group=2)),
    ("1.2/text", charge("1.2", text="text")),
    ("/text", CommentLine("text")),
    ("10-50%", charge("10", modifier=percent("-50"))),
    ("20-2", charge("20", modifier=fixed("-2"))),
    ("#23", charge(plu=23)),
    ("2*#23", charge(None, "2", plu=23)),
    ("2.5*#23-20%", charge(None, "2.5", plu=23, modifier=percent("-20"))),
    ("1.2#4", charge("1.2", department=4)),
    ("50+2", charge("50", modifier=fixed("2"))),
    ("-10%", ModifierLine(percent("-10"))),
    ("-5", ModifierLine(fixed("-5"))),
    ("@2/10", PaymentLine(2, Decimal(10))),
    ("@1", PaymentLine(1)),
    ("@", PaymentLine()),
    ("@#36", PaymentLine(profile=36)),
]


@pytest.mark.parametrize(("text", "line"), SEED, ids=[text for text, _ in SEED])
def test_the_seeds_examples_mean_what_they_say(text: str, line: Line) -> None:
    assert read_line(text) == line


READ: list[tuple[str, Line]] = [
    ("1.2##23", charge("1.2", plu=23)),  # row 4
    ("1.2@2/10", charge("1.2", tax_group=2, text="10")),  # row 7
    ("/10", CommentLine("10")),  # row 8
    ("@1#36", PaymentLine(1, profile=36)),  # row 10
    ("@2/10#36", PaymentLine(2, Decimal(10), 36)),
    ("0/text", charge("0", text="text")),  # row 14
    ("3*10-2", charge("10", "3", modifier=fixed("-2"))),  # row 18
    ("1.2/a@2#3-1/b", charge("1.2", text="a@2#3-1/b")),  # row 19
    ("1.2/  a  b ", charge("1.2", text="a  b")),
    ("//text", CommentLine("/text")),  # row 20
    ("1,234", charge("1.234")),  # row 23
    ("007", charge("7")),  # row 25
    ("#0023", charge(plu=23)),
    ("1.2EUR", charge("1.2", currency="EUR")),  # row 26
    (
        "1.2EUR#4@3-1%/x",
        charge("1.2", currency="EUR", department=4, tax_group=3, modifier=percent("-1"), text="x"),
    ),
    ("-5/text", ModifierLine(fixed("-5"), "text")),
    ("+2.50%", ModifierLine(percent("2.50"))),
    ("#23/text", charge(plu=23, text="text")),  # row 34
    ("1.2/Кафе ☕ №5", charge("1.2", text="Кафе ☕ №5")),  # row 35
    ("1.2/Cafe\u0301", charge("1.2", text="Caf\u00e9")),
    ("1.2/\u00a0", charge("1.2", text="\u00a0")),  # no blank of the language
    ("#23@2", charge(plu=23, tax_group=2)),  # row 36
    ("1.2#4@3", charge("1.2", department=4, tax_group=3)),
    ("0", charge("0")),  # row 38
    ("0##23", charge("0", plu=23)),
    (" \t1.2\t ", charge("1.2")),
]


@pytest.mark.parametrize(("text", "line"), READ, ids=[text for text, _ in READ])
def test_an_ambiguity_has_one_reading(text: str, line: Line) -> None:
    assert read_line(text) == line


REFUSED = [
    ("@/10", "syntax", 2),  # row 9
    ("2*", "syntax", 3),  # row 12
    ("2*@1", "syntax", 3),
    ("2*-5", "syntax", 3),
    ("2*/text", "syntax", 3),  # row 13
    ("+", "syntax", 2),  # row 15
    ("-", "syntax", 2),
    ("-/text", "syntax", 2),
    ("-0", "zero_modifier", 2),  # row 16
    ("1+0%", "zero_modifier", 3),
    ("10-5%+2", "second_modifier", 6),  # row 17
    ("-5%-2", "second_modifier", 4),
    ("# note", "syntax", 2),  # row 21
    ("1.2;2.3", "syntax", 4),  # row 22
    ("1.2 2.3", "syntax", 4),
    ("1.2 @2", "syntax", 4),
    (".5", "syntax", 1),  # row 24
    ("5.", "syntax", 2),
    ("1.2eur", "syntax", 4),  # row 27
    ("$1.2", "syntax", 1),
    ("-5EUR", "syntax", 3),  # row 28
    ("@2/10EUR", "syntax", 6),
    ("-2*5", "syntax", 3),  # row 29
    ("\u22125", "syntax", 1),  # row 30
    ("\uff11\uff12", "syntax", 1),
    ("1.2#4##23", "syntax", 6),  # row 37
    ("#23#4", "syntax", 4),
    ("/", "syntax", 2),
    ("1.2/ ", "syntax", 5),
    ("*", "syntax", 2),
    ("@1.5", "syntax", 3),
    ("1.2.3", "syntax", 4),
    ("1_000", "syntax", 2),
    ("1e5", "syntax", 2),
    ("NaN", "syntax", 1),
    ("\u0663", "syntax", 1),
    ("/a\tb", "syntax", 3),
    ("/a\x1bb", "syntax", 3),
    ("/a\x85b", "syntax", 3),
    ("/a\u2028b", "syntax", 3),
    ("/a\ud800b", "syntax", 3),
    ("1.2\n3", "syntax", 4),
    ("1.2\n", "syntax", 4),
    ("\x0b1", "syntax", 1),
    ("  1.2x", "syntax", 6),
    ("\t-", "syntax", 3),
    ("0*5", "zero_quantity", 1),
    ("0.000*#2", "zero_quantity", 1),
    ("1234567*1", "number_range", 1),
    ("1.2345*1", "precision", 1),
    ("2*1234567890", "number_range", 3),
    ("1-1234567890", "number_range", 3),
    ("-1234567890", "number_range", 2),
    ("@1/1234567890", "number_range", 4),
    ("#1234567890", "number_range", 2),
    ("1@1234567890", "number_range", 3),
    ("*1234567890", "number_range", 2),
    ("@#1234567890", "number_range", 3),
    ("-12345%", "number_range", 2),
    ("-1.234%", "precision", 2),
    ("1-1.234%", "precision", 3),
]


@pytest.mark.parametrize(("text", "kind", "column"), REFUSED, ids=[repr(row[0]) for row in REFUSED])
def test_a_mistake_has_its_kind_and_column(text: str, kind: str, column: int) -> None:
    mistake = refusal(text, 7)
    assert (mistake.code, mistake.line, mistake.column) == (kind, 7, column)


@pytest.mark.parametrize(
    "text",
    [
        "/" + "я" * 255,
        "1" + "/" + " " * 255 + "x",
        "#999999999",
        "999999999",
        "000000999999999",
        "999999*1",
        "1.234*1",
        "-9999%",
        "-99.99%",
        "@1/999999999",
        " " * 600 + "1",
    ],
)
def test_a_limit_itself_is_taken(text: str) -> None:
    assert read_line(text) is not None


def test_a_text_is_counted_as_it_is_stored() -> None:
    """255 letters with their accents apart are 255 characters of NFC."""
    line = read_line("/" + "e\u0301" * 250)
    assert line == CommentLine("\u00e9" * 250)


def test_a_longer_text_is_refused_at_its_first_character_too_many() -> None:
    mistake = refusal("1.2/" + "x" * 256)
    assert (mistake.code, mistake.column) == ("too_long", 260)


def test_a_longer_line_is_refused_before_it_is_read() -> None:
    mistake = refusal("x" * 513)
    assert (mistake.code, mistake.column) == ("too_long", 513)


def test_a_line_of_ten_megabytes_is_measured_and_not_read() -> None:
    mistake = refusal("1" * 10_000_000)
    assert (mistake.code, mistake.column) == ("too_long", 513)


@pytest.mark.parametrize("text", ["", " ", "\t \t"])
def test_a_line_of_blanks_says_nothing(text: str) -> None:
    assert read_line(text) is None


def test_lines_end_with_lf_crlf_and_cr_and_nothing_else() -> None:
    assert list(split_lines("a\nb\r\nc\rd\x0be\x0cf\x85g\u2028h\n\ni")) == [
        "a",
        "b",
        "c",
        "d\x0be\x0cf\x85g\u2028h",
        "",
        "i",
    ]


def test_a_byte_order_mark_at_the_very_start_is_dropped() -> None:
    assert list(split_lines("\ufeff1\n\ufeff2")) == ["1", "\ufeff2"]


def test_empty_lines_are_skipped_but_counted() -> None:
    assert [line.source.line for line in read_text("\n1\n\r\n \n2\n")] == [2, 5]


def test_the_lines_before_a_mistake_are_read() -> None:
    lines = read_text("1\n2\nx\n4")
    assert [next(lines), next(lines)] == [charge("1"), charge("2")]
    with pytest.raises(TextMistake) as caught:
        next(lines)
    assert caught.value.line == 3


def test_a_line_break_inside_a_given_line_never_makes_two() -> None:
    with pytest.raises(TextMistake) as caught:
        list(read_lines(["1", "2\n3"]))
    assert (caught.value.line, caught.value.column) == (2, 2)


def test_a_line_knows_the_column_of_each_of_its_parts() -> None:
    line = read_line("  2*1.20EUR#4@3-10%/ text", 5)
    assert line is not None
    assert line.source == Source(
        5,
        "  2*1.20EUR#4@3-10%/ text",
        (
            ("qty", 3),
            ("price", 5),
            ("currency", 9),
            ("department", 13),
            ("tax_group", 15),
            ("modifier", 17),
            ("text", 22),
        ),
    )
    assert line.source.column("plu") is None


@pytest.mark.parametrize(
    ("text", "exponent", "column"),
    [
        ("1.23456", 2, 1),
        ("2*1.23456", 0, 3),
        ("1.234567", 5, 1),
        ("1-0.001", 2, 3),
        ("-0.001", 2, 2),
        ("-1.0", 0, 2),
        ("@1/1.234", 2, 4),
        ("@1/1.0", 0, 4),
        ("+1.2345", 3, 2),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused(text: str, exponent: int, column: int) -> None:
    line = read_line(text)
    assert line is not None
    with pytest.raises(TextMistake) as caught:
        check_decimals(line, exponent)
    assert (caught.value.code, caught.value.column) == ("precision", column)


@pytest.mark.parametrize(
    ("text", "exponent"),
    [
        ("1.2345", 0),
        ("1.23456", 5),
        ("1-0.01", 2),
        ("-10.25%", 0),
        ("1-10.25%", 0),
        ("@1/1.234", 3),
        ("@1/5", 0),
        ("@", 0),
        ("#23", 0),
        ("*1", 0),
        ("/1.23456", 0),
    ],
)
def test_as_many_decimals_as_the_currency_has_are_taken(text: str, exponent: int) -> None:
    line = read_line(text)
    assert line is not None
    check_decimals(line, exponent)

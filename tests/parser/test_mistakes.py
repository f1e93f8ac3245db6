"""What a person is told about a line that cannot be read."""

from itertools import product

import pytest

from billing.parser import SyntaxMistake, TextMistake, caret, read_line
from billing.parser.grammar import Stopped, recognise
from billing.parser.lines import Source
from billing.parser.mistakes import printable
from billing.parser.samples import SAMPLES, explain


def mistake_of(text: str) -> TextMistake:
    with pytest.raises(TextMistake) as caught:
        read_line(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("\u22125", "-5"),
        ("10\u20132", "10-2"),
        ("1.2eur", "1.2EUR"),
        ("1.2 EUR", "1.2EUR"),
        ("2 * 4", "2*4"),
        ("2\u00d74", "2*4"),
        ("2 * 4 / a  b", "2*4/ a  b"),
        ("# 23", "#23"),
        ("-10 %", "-10%"),
        ("\uff11\uff12", "12"),
        ("\u0661", "1"),
        (".5", "0.5"),
        ("-.5%", "-0.5%"),
        ("2*,5", "2*0,5"),
        (".5eur", "0.5EUR"),
    ],
)
def test_a_slip_that_can_mean_one_thing_gets_a_suggestion(text: str, meant: str) -> None:
    mistake = mistake_of(text)
    assert isinstance(mistake, SyntaxMistake)
    assert mistake.suggestion == meant
    assert str(mistake).endswith(f"; write {meant}")


@pytest.mark.parametrize(
    "text", ["1.2 2.3", "1.2 @2", "10 -5%", "5.", "@/10", "2*", "#", "+", "-2*5", "x" * 100]
)
def test_a_slip_that_can_mean_two_things_gets_none(text: str) -> None:
    mistake = mistake_of(text)
    assert isinstance(mistake, SyntaxMistake)
    assert mistake.suggestion is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2*", "a quantity is followed by a price or a PLU"),
        ("@/10", "a payment of a given value names its type"),
        ("-2*5", "no refunds"),
        ("5%", "a percentage has a sign"),
        ("1.2;3", "there is no separator"),
        ("1.2 3", "one command stands on a line"),
        ("/a\tb", "control character"),
        ("\udcff", "no UTF-8"),
        ("1.2/\udcff", "no UTF-8"),
        ("1.2#4#5", "not both"),
        ("-5EUR", "no currency"),
        ("*", "the end of the line"),
        ("\u0663", "U+0663"),
        ("1.2\u00a05", "U+00A0"),
    ],
)
def test_the_sentence_says_what_was_expected_and_found(text: str, words: str) -> None:
    assert words in str(mistake_of(text))


def test_every_sample_is_a_mistake_with_its_own_sentence() -> None:
    for sentence, samples in SAMPLES:
        for sample in samples:
            assert str(mistake_of(sample)).startswith(sentence), sample


WHOLE = [
    "*1",
    "@2/10#36",
    "@#36",
    "@2#36",
    "-10%/x",
    "-5/x",
    "2*1.2EUR#4@2-5%/x",
    "1##4@2-5/x",
    "2*#23@2+5/x",
]
ODD = [
    "",
    "x",
    "A",
    "5",
    " ",
    ".",
    "*",
    "@",
    "+",
    "-",
    "#",
    "/",
    "%",
    ";",
    "\x01",
    "\u2212",
    "\u0663",
    "$",
    "é",
    "AB",
]


def stop_of(text: str) -> Stopped | None:
    try:
        recognise(text)
    except Stopped as stop:
        return stop
    return None


def test_every_place_where_reading_can_stop_has_a_sentence() -> None:
    """All starts of lines that use every part, with all sorts of characters behind."""
    starts = {line[:end] for line in WHOLE for end in range(len(line) + 1)}
    for start, odd in product(starts, ODD):
        text = (start + odd).strip(" ")
        stop = stop_of(text) if text else None
        assert stop is None or str(explain(stop, text, Source(1, text), 0))


def test_the_caret_stands_under_the_column() -> None:
    assert caret("1.2x", 4) == "1.2x\n   ^"


def test_the_caret_stands_right_after_wide_and_combining_characters() -> None:
    assert caret("/茶e\u0301\tx", 5) == "/茶e\u0301\ufffdx\n    ^"


def test_a_long_line_is_shown_around_its_mistake() -> None:
    assert caret("a" * 100 + "!" + "b" * 100, 101) == "a" * 40 + "!" + "b" * 40 + "\n" + " " * 40 + "^"


def test_what_a_terminal_would_act_upon_is_not_printed() -> None:
    assert printable("a\x1b[31mb") == "a\ufffd[31mb"

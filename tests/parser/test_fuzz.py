"""Any text at all gives lines, or a mistake with a place; never another exception."""

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from billing.parser import TextMistake, read_line, read_text

near = st.text(st.sampled_from("0123456789.,*@#/+-%EURx \t\u2212\u0661\x00\ud800"), max_size=24)


def attempt(text: str, number: int) -> TextMistake | None:
    try:
        read_line(text, number)
    except TextMistake as mistake:
        return mistake
    return None


@given(st.text() | near)
def test_any_line_is_read_or_has_a_mistake_with_a_place(text: str) -> None:
    mistake = attempt(text, 3)
    assert mistake is None or (mistake.line == 3 and 1 <= mistake.column <= len(text) + 1 and str(mistake))


@given(st.lists(near, max_size=6), st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_text_is_read_line_by_line_up_to_its_first_mistake(lines: list[str], end: str) -> None:
    expected = []
    for number, text in enumerate(lines, 1):
        if attempt(text, number) is not None:
            break
        if text.strip(" \t"):
            expected.append(number)
    read = []
    with suppress(TextMistake):
        for line in read_text(end.join(lines)):
            read.append(line.source.line)  # noqa: PERF401 what was read before the mistake counts
    assert read == expected

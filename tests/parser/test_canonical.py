"""Any line written in its canonical form reads as the same line, and is written so again."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.parser import (
    ChargeLine,
    CommentLine,
    Line,
    ModifierLine,
    ModifierValue,
    OperatorLine,
    PaymentLine,
    read_line,
    write_line,
    write_number,
)

ids = st.integers(0, 999_999_999)
amounts = st.decimals(0, 999_999_999, places=4, allow_nan=False).filter(lambda d: d < 1_000_000_000)
quantities = st.decimals("0.001", "999999.999", places=3)
texts = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=80
    )
    .map(lambda text: unicodedata.normalize("NFC", text).strip(" \t"))
    .filter(bool)
)
signed = st.builds(
    ModifierValue,
    st.just("percent"),
    st.decimals("0.01", "9999.99", places=2).flatmap(lambda d: st.sampled_from([d, -d])),
) | st.builds(
    ModifierValue,
    st.just("fixed"),
    st.decimals("0.01", "999999999", places=2).flatmap(lambda d: st.sampled_from([d, -d])),
)


@st.composite
def charges(draw: st.DrawFn) -> ChargeLine:
    price = draw(st.none() | amounts)
    department = plu = currency = None
    if price is None:
        plu = draw(ids)
    else:
        currency = draw(st.none() | st.from_regex("[A-Z]{3}", fullmatch=True))
        plu = draw(st.none() | ids)
        department = draw(st.none() | ids) if plu is None else None
    return ChargeLine(
        draw(st.just(Decimal(1)) | quantities),
        price,
        currency,
        department,
        plu,
        draw(st.none() | ids),
        draw(st.none() | signed),
        draw(st.none() | texts),
    )


lines = (
    charges()
    | st.builds(OperatorLine, ids)
    | st.builds(CommentLine, texts)
    | st.builds(ModifierLine, signed, st.none() | texts)
    | st.builds(PaymentLine, st.none(), st.none(), st.none() | ids)
    | st.builds(PaymentLine, ids, st.none() | amounts, st.none() | ids)
)


@given(lines)
def test_the_canonical_form_reads_as_the_same_line(line: Line) -> None:
    assert read_line(write_line(line)) == line


@given(lines)
def test_the_canonical_form_is_written_the_same_again(line: Line) -> None:
    written = write_line(line)
    again = read_line(written)
    assert again is not None
    assert write_line(again) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1*01,50", "1.5"),
        ("2,500*#0023-20,00%", "2.5*#23-20%"),
        ("10.00EUR##007@01+0.10/ x", "10EUR##7@1+0.1/x"),
        ("@01/010.50#036", "@1/10.5#36"),
        ("-10.0%/ ten", "-10%/ten"),
        ("*01", "*1"),
        ("0", "0"),
        ("100", "100"),
    ],
)
def test_a_line_has_one_canonical_form(typed: str, written: str) -> None:
    line = read_line(typed)
    assert line is not None
    assert write_line(line) == written


def test_a_number_is_written_without_an_exponent() -> None:
    assert [write_number(Decimal(text)) for text in ("1E+2", "4.500", "0.00", "10")] == [
        "100",
        "4.5",
        "0",
        "10",
    ]

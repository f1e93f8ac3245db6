"""Lines that a program builds are held to what a text could say (protocol semantics 1, 3, 5)."""

from decimal import Decimal
from typing import Any

import pytest

from billing.parser.canonical import write_line
from billing.parser.lines import (
    ChargeLine,
    CommentLine,
    Line,
    ModifierLine,
    ModifierValue,
    OperatorLine,
    PaymentLine,
    Source,
)
from billing.parser.mistakes import TextMistake
from billing.parser.typed import check_typed

ONE = Decimal(1)
TAKEN: list[Line] = [
    ChargeLine(price=Decimal("4.50"), text="Супа ☕"),
    ChargeLine(qty=Decimal("2.5"), plu=23, modifier=ModifierValue("percent", Decimal(-20))),
    ChargeLine(price=ONE, plu=23, tax_group=2),
    ChargeLine(price=ONE, currency="EUR", department=4),
    ChargeLine(price=Decimal("1E+2")),
    ChargeLine(price=ONE, text=""),
    CommentLine("текст"),
    ModifierLine(ModifierValue("fixed", Decimal(-5))),
    ModifierLine(ModifierValue("fixed", Decimal(-5)), ""),
    OperatorLine(1),
    PaymentLine(),
    PaymentLine(2, Decimal(10), 36),
    PaymentLine(None, Decimal(10)),
]

REFUSED: list[tuple[Any, str]] = [
    (5, "syntax"),
    (ChargeLine(), "syntax"),
    (ChargeLine(department=4), "syntax"),
    (ChargeLine(plu=23, department=4), "syntax"),
    (ChargeLine(price=ONE, plu=23, department=4), "syntax"),
    (ChargeLine(price=Decimal(-1)), "syntax"),
    (ChargeLine(price=Decimal(-1), qty=Decimal(-1)), "syntax"),
    (ChargeLine(price=Decimal("NaN")), "syntax"),
    (ChargeLine(price=Decimal("Infinity")), "syntax"),
    (ChargeLine(price=4.5), "syntax"),  # type: ignore[arg-type]  # what a program may do
    (ChargeLine(price=ONE, text=7), "syntax"),  # type: ignore[arg-type]  # what a program may do
    (ChargeLine(price=ONE, text="a\nb"), "syntax"),
    (ChargeLine(price=ONE, text="a\x1bb"), "syntax"),
    (ChargeLine(price=ONE, text="  "), "syntax"),
    (ChargeLine(price=ONE, text="a" * 256), "too_long"),
    (ChargeLine(price=ONE, currency="eur"), "syntax"),
    (ChargeLine(price=ONE, tax_group=-1), "syntax"),
    (ChargeLine(plu=1_000_000_000), "number_range"),
    (ChargeLine(price=Decimal(10**9)), "number_range"),
    (ChargeLine(price=ONE, qty=Decimal("0.0001")), "precision"),
    (ChargeLine(price=ONE, qty=Decimal(0)), "zero_quantity"),
    (ChargeLine(price=ONE, modifier=ModifierValue("percent", Decimal(0))), "zero_modifier"),
    (ChargeLine(price=ONE, modifier=ModifierValue("fixed", Decimal("NaN"))), "syntax"),
    (CommentLine(""), "syntax"),
    (CommentLine("a\tb"), "syntax"),
    (ModifierLine(ModifierValue("percent", Decimal("1.234"))), "precision"),
    (OperatorLine(True), "syntax"),
    (PaymentLine(1, Decimal(-1)), "syntax"),
]


@pytest.mark.parametrize("line", TAKEN, ids=[repr(write_line(line)) for line in TAKEN])
def test_a_line_that_a_text_could_say_stays_as_it_is(line: Line) -> None:
    assert check_typed(line) == line


@pytest.mark.parametrize(
    ("line", "kind"), REFUSED, ids=[f"{n}-{kind}" for n, (_, kind) in enumerate(REFUSED)]
)
def test_a_line_that_no_text_could_say_is_a_mistake_of_its_kind_and_line(line: object, kind: str) -> None:
    with pytest.raises(TextMistake) as caught:
        check_typed(line, 3)
    assert (caught.value.code, caught.value.line) == (kind, 3)


def test_a_text_is_kept_in_nfc_without_the_blanks_around_it() -> None:
    assert check_typed(CommentLine(" Cafe\u0301 ")) == CommentLine("Caf\u00e9")


def test_a_line_knows_which_one_it_is_unless_it_says_so_itself() -> None:
    assert check_typed(CommentLine("a"), 4).source == Source(4)
    assert check_typed(CommentLine("a", Source(9, "/a")), 4).source == Source(9, "/a")

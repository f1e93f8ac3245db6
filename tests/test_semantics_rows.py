"""Every row of protocol semantics 2, 4, 5, 6 and 9, by its name, priced as ``billing price`` answers.

An expectation is a mistake's kind, line and column, or what the answer holds; ``first`` is about its first
line, ``payment`` about its first payment. What section 9 says of origins is tested with the register.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from billing.errors import BillingError
from billing.pricing import Rules
from billing.pricing.answers import answer_of, error_of, price_lines
from billing.pricing.tables import Tables

SHOP: Final[dict[str, Any]] = {
    "currency": "EUR",
    "exponent": 2,
    "tax_groups": {"1": {"rate": "20"}, "2": {"rate": "9"}, "3": {"rate": "5"}},
    "default_tax_group": 1,
    "departments": {"4": {"name": "Kitchen", "tax_group": 2}, "5": {"name": "Fruit", "tax_group": 3}},
    "plus": {
        "23": {"name": "Apples", "price": "1.60", "department": 5},
        "24": {"name": "Gone", "price": "1", "banned": True},
        "25": {"name": "Open"},
    },
    "payment_types": {
        "1": {"name": "Cash", "cash": True, "fiscal": True, "model": "plain"},
        "2": {"name": "Card", "fiscal": True, "model": "plain"},
        "3": {"name": "Other cash", "cash": True, "fiscal": True, "model": "plain"},
        "4": {"name": "Room", "fiscal": False, "model": "room-transfer"},
        "5": {"name": "Bank", "fiscal": False, "model": "plain"},
        "6": {"name": "External", "fiscal": True, "model": "external"},
    },
    "default_payment_type": 1,
    "operators": {"1": {"name": "Maria"}, "2": {"name": "Ivan"}},
    "profiles": {"36": {"name": "White Rose"}, "37": {"name": "Breeze"}},
}


@dataclass(frozen=True, slots=True)
class Case:
    """What is typed, and what it gives."""

    row: str
    lines: tuple[str, ...]
    gives: dict[str, Any]
    shop: dict[str, Any] = field(default_factory=dict)
    strict: bool = False


def case(
    row: str, *lines: str, shop: dict[str, Any] | None = None, strict: bool = False, **gives: object
) -> Case:
    """Return a row with its lines and what the answer holds."""
    return Case(row, lines, gives, shop or {}, strict)


def wrong(row: str, *lines: str, kind: str, line: int = 1, column: int | None = None, **said: Any) -> Case:  # noqa: ANN401 a shop or a switch
    """Return a row with its lines and the mistake that they are."""
    return case(row, *lines, kind=kind, line=line, column=column, **said)


def percent(value: str, amount: str) -> dict[str, str]:
    """Return a modifier in percent as an answer says it."""
    return {"kind": "percent", "value": value, "amount": amount}


def fixed(value: str, amount: str) -> dict[str, str]:
    """Return a fixed modifier as an answer says it."""
    return {"kind": "fixed", "value": value, "amount": amount}


SECTION_2: Final = [
    case("*1", "*1", operator=1),
    case("1.2", "1.2", total="1.20", first={"price": "1.2", "tax_group": 1}),
    case("2*4,5", "2*4,5", total="9.00", first={"qty": "2", "price": "4.5"}),
    case("1.2@2", "1.2@2", first={"tax_group": 2}),
    case("1.2/text", "1.2/text", first={"name": "text", "total": "1.20"}),
    case("/text", "/text", first={"kind": "comment", "name": "text", "total": "0.00"}),
    case(
        "10-50%",
        "10-50%",
        charges="10.00",
        discounts="-5.00",
        total="5.00",
        first={"modifier": percent("-50", "-5.00")},
    ),
    case("20-2", "20-2", charges="20.00", total="18.00", first={"modifier": fixed("-2", "-2.00")}),
    case("#23", "#23", total="1.60", first={"plu": 23, "qty": "1", "name": "Apples"}),
    case("2*#23", "2*#23", total="3.20", first={"plu": 23, "qty": "2"}),
    case(
        "2.5*#23-20%",
        "2.5*#23-20%",
        charges="4.00",
        total="3.20",
        first={"modifier": percent("-20", "-0.80")},
    ),
    case("1.2#4", "1.2#4", first={"department": 4, "plu": None, "tax_group": 2}),
    case("50+2", "50+2", surcharges="2.00", total="52.00", first={"modifier": fixed("2", "2.00")}),
    case("-10%", "-10%", "10", total="9.00", global_modifier={**percent("-10", "-1.00"), "text": ""}),
    case("-5", "10", "-5", total="5.00", global_modifier={**fixed("-5", "-5.00"), "text": ""}),
    case("@2/10", "20", "@2/10", payments=[{"type": 2, "auto": False, "value": "10.00"}], due="10.00"),
    case(
        "@1",
        "20",
        "@1",
        payments=[{"type": 1, "auto": True, "value": "20.00", "tendered": "20.00", "change": "0.00"}],
        finalized=True,
    ),
    case("@", "20", "@2/5", "@", paid="20.00", change="0.00", balance="0.00", finalized=True),
    case("@#36", "20", "@#36", profile=36, finalized=True),
]

LONG: Final = "x" * 255
SECTION_4: Final = [
    case("1", "10", "-5", discounts="-5.00", total="5.00"),
    case("1", "-10%", "10", total="9.00"),
    case("2", "10-50%", first={"total": "5.00"}),
    case("2", "20-2", first={"total": "18.00"}),
    case("3", "1.2#4", first={"department": 4, "plu": None}),
    case("4", "1.2##23", first={"plu": 23, "price": "1.2", "department": None}),
    wrong("5", "1.2#23", kind="unknown_department"),
    case("6", "10", "@1", finalized=True),
    case("6", "10", "@2/10", finalized=True),
    case("7", "1.2@2/10", first={"tax_group": 2, "name": "10"}),
    case("8", "/10", first={"kind": "comment", "name": "10"}),
    wrong("9", "10", "@/10", kind="syntax", line=2, column=2),
    case("10", "10", "@", finalized=True, profile=None),
    case("10", "10", "@#36", finalized=True, profile=36),
    case("10", "10", "@1#36", finalized=True, profile=36),
    case("10", "10", "@2/10#36", finalized=True, profile=36),
    case("11", "*1", "2*3", operator=1, total="6.00"),
    wrong("12", "2*", kind="syntax", column=3),
    wrong("12", "2*@1", kind="syntax", column=3),
    wrong("12", "2*-5", kind="syntax", column=3),
    wrong("13", "2*/text", kind="syntax", column=3),
    case("14", "0/text", first={"kind": "charge", "price": "0", "name": "text"}),
    wrong("15", "+", kind="syntax", column=2),
    wrong("15", "-", kind="syntax", column=2),
    wrong("15", "-/text", kind="syntax", column=2),
    wrong("16", "-0", kind="zero_modifier", column=2),
    wrong("16", "1+0%", kind="zero_modifier", column=3),
    wrong("17", "10-5%+2", kind="second_modifier", column=6),
    case("18", "3*10-2", total="28.00"),
    case("19", "1.2/a@2#3-1/b", first={"name": "a@2#3-1/b", "tax_group": 1}),
    case("19", "1.2/  a  b ", first={"name": "a  b"}),
    case("20", "//text", first={"kind": "comment", "name": "/text"}),
    wrong("21", "# note", kind="syntax", column=2),
    wrong("22", "1.2;2.3", kind="syntax", column=4),
    wrong("22", "1.2 2.3", kind="syntax", column=4),
    wrong("22", "1.2 @2", kind="syntax", column=4),
    case("23", "1,234", first={"price": "1.234", "gross": "1.23"}),
    wrong("24", ".5", kind="syntax", column=1),
    wrong("24", "5.", kind="syntax", column=2),
    case("25", "007", first={"price": "7"}),
    case("25", "#0023", first={"plu": 23}),
    case("26", "1.2EUR", first={"price": "1.2"}),
    wrong("26", "1.2USD", kind="currency_mismatch"),
    wrong("27", "1.2eur", kind="syntax", column=4),
    wrong("27", "$1.2", kind="syntax", column=1),
    wrong("28", "-5EUR", kind="syntax", column=3),
    wrong("28", "10", "@2/10EUR", kind="syntax", line=2, column=6),
    wrong("29", "-2*5", kind="syntax", column=3),
    wrong("29", "2*-5", kind="syntax", column=3),
    wrong("30", "\u22125", kind="syntax", column=1),
    wrong("30", "\uff11\uff12", kind="syntax", column=1),
    case("31", "-10%", "10", discounts="-1.00", total="9.00"),
    case("32", "*1", "1", "*2", "1", operator=2),
    case("33", "10", "@2/5#36", "@2/5#36", profile=36, finalized=True),
    wrong("33", "10", "@2/5#36", "@2/5#37", kind="second_profile", line=3),
    case("34", "#23/text", first={"name": "text", "plu": 23}),
    case("35", "1.2/Кафе ☕ №5", first={"name": "Кафе ☕ №5"}),
    case("35", "1.2/Cafe\u0301", first={"name": "Caf\u00e9"}),
    case("36", "#23@2", first={"tax_group": 2}),
    case("36", "1.2#4@3", first={"tax_group": 3}),
    wrong("37", "1.2#4##23", kind="syntax", column=6),
    wrong("37", "#23#4", kind="syntax", column=4),
    case("38", "0", first={"price": "0", "gross": "0.00"}),
    case("38", "0##23", first={"price": "0", "gross": "0.00", "plu": 23}),
]

SECTION_5: Final = [
    wrong("line", "1/" + "x" * 511, kind="too_long", column=513),
    case("line", "  1/" + LONG + " " * 400, first={"name": LONG}),
    case("text", "1/" + "ж" * 255, first={"name": "ж" * 255}),
    case("text", "1/" + "e\u0301" * 200, first={"name": "\u00e9" * 200}),
    wrong("text", "1/" + "x" * 256, kind="too_long", column=258),
    case("id", "#000000000023", first={"plu": 23}),
    wrong("id", "#123456789", kind="unknown_plu"),
    wrong("id", "#1234567890", kind="number_range", column=2),
    case("price", "0000000000999999999", total="999999999.00"),
    wrong("price", "1000000000", kind="number_range", column=1),
    wrong("value", "1", "@1/1000000000", kind="number_range", line=2, column=4),
    wrong("fixed modifier", "-1000000000", kind="number_range", column=2),
    case("quantity", "999999*1", total="999999.00"),
    case("quantity", "0.001*1000", total="1.00"),
    wrong("quantity", "1000000*1", kind="number_range", column=1),
    wrong("quantity", "0.0001*1", kind="precision", column=1),
    wrong("quantity", "0*5", kind="zero_quantity", column=1),
    case("unit price decimals", "1.2345", first={"price": "1.2345", "gross": "1.23"}),
    wrong("unit price decimals", "1.23456", kind="precision", column=1),
    case("unit price decimals", "1.23456", total="1.23456", shop={"currency": "XTS", "exponent": 5}),
    wrong("payment decimals", "2", "@1/1.234", kind="precision", line=2, column=4),
    wrong("fixed modifier decimals", "2-0.001", kind="precision", column=3),
    wrong(
        "fixed modifier decimals",
        "2",
        "-0.5",
        kind="precision",
        line=2,
        column=2,
        shop={"currency": "JPY", "exponent": 0},
    ),
    case("payment decimals", "2", "@2/1.234", paid="1.234", shop={"currency": "KWD", "exponent": 3}),
    case("percent", "1+9999%", total="100.99"),
    case("percent", "100-1.25%", total="98.75"),
    wrong("percent", "1+10000%", kind="number_range", column=3),
    wrong("percent", "1-1.234%", kind="precision", column=3),
]

SECTION_6: Final = [
    wrong("syntax", "x", kind="syntax", column=1),
    wrong("too_long", "/" + "x" * 256, kind="too_long", column=257),
    wrong("number_range", "2*1234567890", kind="number_range", column=3),
    wrong("precision", "1.2345*1", kind="precision", column=1),
    wrong("unknown_plu", "#99", kind="unknown_plu"),
    wrong("unknown_department", "1#99", kind="unknown_department"),
    wrong("unknown_tax_group", "1@9", kind="unknown_tax_group"),
    wrong("unknown_payment_type", "1", "@9", kind="unknown_payment_type", line=2),
    wrong("unknown_operator", "*9", kind="unknown_operator"),
    wrong("unknown_profile", "1", "@#9", kind="unknown_profile", line=2),
    wrong("unknown_currency", "1QQQ", kind="unknown_currency"),
    wrong("banned", "#24", kind="banned"),
    wrong("no_price", "#25", kind="no_price"),
    wrong("currency_mismatch", "1USD", kind="currency_mismatch"),
    wrong(
        "no_default_payment_type",
        "1",
        "@",
        kind="no_default_payment_type",
        line=2,
        shop={"default_payment_type": None},
    ),
    wrong("zero_quantity", "0.000*1", kind="zero_quantity", column=1),
    wrong("zero_modifier", "1-0.00", kind="zero_modifier", column=3),
    wrong("zero_payment", "1", "@1/0", kind="zero_payment", line=2, column=4),
    wrong("second_modifier", "1", "-1%", "-1%", kind="second_modifier", line=3),
    wrong("second_cash", "5", "@1/1", "@3/1", kind="second_cash", line=3),
    wrong("second_profile", "5", "@2/1#36", "@2#37", kind="second_profile", line=3),
    wrong("mixed_payment_model", "5", "@2/1", "@6/1", kind="mixed_payment_model", line=3),
    wrong("mixed_fiscal", "5", "@2/1", "@5/1", kind="mixed_fiscal", line=3),
    wrong("no_tax_group", "1", kind="no_tax_group", shop={"default_tax_group": None}),
    wrong("negative_line", "5-6", kind="negative_line"),
    wrong("negative_total", "5", "-6", kind="negative_total", line=2),
    wrong("overpaid", "5", "@2/6", kind="overpaid", line=2),
    wrong("nothing_due", "/x", "@1", kind="nothing_due", line=2),
    wrong("finalized", "5", "@1", "1", kind="finalized", line=3),
    wrong("the first error wins", "5", "zz", "#99", kind="syntax", line=2, column=1),
    case("a total is judged late", "-5", "10", total="5.00"),
    wrong("a total is told at its modifier", "-6", "5", "@1", kind="negative_total", line=1),
    wrong("payment order: final first", "5", "@1", "@9/0", kind="finalized", line=3),
    wrong("payment order: zero before type", "5", "@9/0", kind="zero_payment", line=2, column=4),
    wrong("payment order: type before profile", "5", "@9#99", kind="unknown_payment_type", line=2),
    wrong("payment order: profile before total", "-6", "5", "@1#99", kind="unknown_profile", line=3),
    wrong("payment order: total before due", "-6", "@1", kind="negative_total", line=1),
    wrong("payment order: due before cash", "0", "@1/1", kind="nothing_due", line=2),
    wrong("payment order: cash before model", "5", "@1/1", "@3/9", kind="second_cash", line=3),
    wrong("payment order: model before fiscal", "5", "@2/1", "@4/1", kind="mixed_payment_model", line=3),
    wrong("payment order: fiscal before overpaid", "5", "@2/1", "@5/9", kind="mixed_fiscal", line=3),
]

SECTION_9: Final = [
    case("due", "10", "@2/4", "5", "@2", paid="15.00", due="0.00", balance="0.00"),
    case("balance", "10", "@2/4", due="6.00", balance="-6.00", finalized=False),
    wrong("value above zero", "10", "@2/0", kind="zero_payment", line=2, column=4),
    case("cash gives change", "10", "@1/50", paid="10.00", change="40.00", balance="0.00", finalized=True),
    wrong("others are overpaid", "10", "@2/50", kind="overpaid", line=2),
    wrong("strict switch", "10", "@1/50", kind="overpaid", line=2, strict=True),
    wrong("nothing due: empty", "@1", kind="nothing_due"),
    wrong("nothing due: comments", "/x", "@1", kind="nothing_due", line=2),
    case("zero bill", "0", "@", finalized=True, payment={"auto": True, "value": "0.00"}),
    case("zero bill by its discount", "5", "-5", "@2", finalized=True, paid="0.00"),
    wrong("one cash", "5", "@1/1", "@1/1", kind="second_cash", line=3),
    wrong("one cash of any type", "5", "@1/1", "@3/1", kind="second_cash", line=3),
    wrong("one model", "5", "@4/1", "@5/1", kind="mixed_payment_model", line=3),
    wrong("all fiscal or none", "5", "@2/1", "@5", kind="mixed_fiscal", line=3),
    case("several that are no cash", "5", "@2/1", "@2/1", "@1", finalized=True),
    wrong("room transfer is a model", "5", "@2/1", "@4", kind="mixed_payment_model", line=3),
    wrong("external is a model", "5", "@2/1", "@6", kind="mixed_payment_model", line=3),
    case("charges after a part", "5", "@2/3", "5", "-10%", due="6.00"),
    wrong("a discount below what is paid", "5", "@2/3", "-3", kind="overpaid", line=3),
]

SECTIONS: Final = {2: SECTION_2, 4: SECTION_4, 5: SECTION_5, 6: SECTION_6, 9: SECTION_9}
CASES: Final = [
    pytest.param(each, id=f"{section} row {each.row} {' '.join(each.lines)[:24]!r}")
    for section, cases in SECTIONS.items()
    for each in cases
]


@pytest.mark.parametrize("each", CASES)
def test_a_row_gives_what_it_says(each: Case) -> None:
    try:
        answer = answer_of(price_lines(list(each.lines), Tables(SHOP | each.shop), Rules(strict=each.strict)))
    except BillingError as error:
        answer = error_of(error)
    first, payment = each.gives.get("first", {}), each.gives.get("payment", {})
    whole = {name: value for name, value in each.gives.items() if name not in {"first", "payment"}}
    assert {name: answer.get(name) for name in whole} == whole
    if first:
        assert {name: answer["lines"][0][name] for name in first} == first
    if payment:
        assert {name: answer["payments"][0][name] for name in payment} == payment


def test_every_row_of_section_4_is_here() -> None:
    assert {int(each.row) for each in SECTION_4} == set(range(1, 39))


def test_every_kind_of_section_6_is_here() -> None:
    kinds = {each.gives["kind"] for each in SECTION_6 if "kind" in each.gives}
    assert len(kinds) == 29

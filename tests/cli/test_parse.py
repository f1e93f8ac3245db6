"""``billing parse``: how a line is understood, where things come from, mistakes under a caret."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from billing.cli.parse import app

SHOP = {
    "tax_groups": {"1": {"rate": "20"}, "2": {"rate": "9"}},
    "default_tax_group": 1,
    "departments": {"4": {"name": "Kitchen", "tax_group": 2}},
    "plus": {"23": {"name": "Tea", "price": "1.50"}},
    "payment_types": {"1": {"name": "cash", "cash": True}},
    "operators": {"1": {"name": "Maria"}},
    "profiles": {"36": {"name": "White Rose"}},
}


def run(*arguments: str, text: str | bytes | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments, input=text)
    return result.exit_code, result.stdout


@pytest.fixture
def shop(tmp_path: Path) -> str:
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(SHOP), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("*1", "operator 1 works on the bill from here on"),
        ("1.2", "charge of 1 at 1.2"),
        ("2*4,5", "charge of 2 at 4.5"),
        ("1.2EUR#4@2", "charge of 1 at 1.2 EUR, department 4, tax group 2"),
        ("1.2/text", 'charge of 1 at 1.2, named "text"'),
        ("/text", "comment: text"),
        ("10-50%", "charge of 1 at 10, with a discount of 50 % on the line"),
        ("50+2", "charge of 1 at 50, with a surcharge of 2 on the line"),
        ("2.5*#23-20%", "2.5 of PLU 23 at its own price, with a discount of 20 % on the line"),
        ("1.2##23", "1 of PLU 23 at 1.2"),
        ("-10%/regular", 'discount of 10 % on the whole bill, named "regular"'),
        ("+5", "surcharge of 5 on the whole bill"),
        ("@2/10#36", "payment of 10 with payment type 2, and an invoice for profile 36"),
        ("@", "payment of all that is due with the default payment type"),
    ],
)
def test_a_line_is_said_in_words(line: str, words: str) -> None:
    assert run(line) == (0, f"  1  {line}\n     {words}\n")


def test_a_mistake_is_shown_under_a_caret_and_the_other_lines_too() -> None:
    code, output = run(text="1\n\n  1.2eur\n2\n")
    assert code == 3
    assert output == (
        "  1  1\n     charge of 1 at 1\n"
        "  3    1.2eur\n          ^\n"
        "     syntax: a currency is three capitals, as in 1.20EUR; found 'e'; write 1.2EUR\n"
        "  4  2\n     charge of 1 at 2\n"
    )


def test_a_byte_that_is_no_utf_8_is_a_mistake_at_its_place() -> None:
    code, output = run("--json", text=b"1\n/a\xffb\n")
    error = json.loads(output)["lines"][1]["error"]
    assert (code, error["kind"], error["line"], error["column"]) == (3, "syntax", 2, 3)


@pytest.mark.parametrize(
    ("line", "places"),
    [
        (
            "1.2#4",
            [
                "tax group 2 (9 %) from its department",
                "price 1.2 from the charge",
                "name Kitchen from its department",
            ],
        ),
        (
            "#23",
            [
                "tax group 1 (20 %) from the default tax group",
                "price 1.5 from its PLU",
                "name Tea from its PLU",
            ],
        ),
        ("1", ["tax group 1 (20 %) from the default tax group", "price 1 from the charge"]),
        ("@", ["payment type 1 (cash) from the only payment type there is"]),
        ("@#36", ["payment type 1 (cash) from the only payment type there is"]),
        ("*1", ["operator Maria from its number"]),
        ("/x", []),
        ("-5", []),
    ],
)
def test_with_a_nomenclature_each_thing_says_where_it_came_from(
    shop: str, line: str, places: list[str]
) -> None:
    code, output = run("--nomenclature", shop, line)
    assert code == 0
    assert output.splitlines()[2:] == [f"     {place}" for place in places]


@pytest.mark.parametrize("line", ["#99", "1@9", "*9", "@#99", "1USD"])
def test_what_the_nomenclature_refuses_is_a_mistake(shop: str, line: str) -> None:
    code, output = run("--nomenclature", shop, line)
    assert code == 3
    assert "there is no" in output or "no rate is configured" in output


def test_json_holds_every_line() -> None:
    code, output = run("--json", "02*4,50", "2 * 4", "1.23456")
    first, second, third = json.loads(output)["lines"]
    assert code == 3
    assert first == {
        "line": 1,
        "text": "02*4,50",
        "kind": "charge",
        "canonical": "2*4.5",
        "words": "charge of 2 at 4.5",
    }
    assert (second["error"]["kind"], second["error"]["suggestion"]) == ("syntax", "2*4")
    assert (third["error"]["kind"], third["error"]["column"]) == ("precision", 1)


def test_json_says_what_was_found_and_where(shop: str) -> None:
    _, output = run("--json", "--nomenclature", shop, "#23")
    assert json.loads(output)["lines"][0]["found"]["price"] == {"value": "1.5", "place": "its PLU"}

"""``billing price``: text and JSON answers, the stream of ``--jsonl``, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from billing.cli.price import app

SHOP = {
    "currency": "EUR",
    "exponent": 2,
    "tax_groups": {"1": {"name": "A", "rate": "20"}, "2": {"name": "B", "rate": 9}},
    "default_tax_group": 1,
    "plus": {"23": {"name": "Tea", "price": "1.50", "tax_group": 2, "banned": False}},
    "payment_types": {"1": {"name": "cash", "cash": True, "fiscal": True, "model": "plain"}},
}


def run(*arguments: str, text: str | bytes | None = None) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, arguments, input=text)
    return result.exit_code, result.stdout, result.stderr


def stream(*requests: object) -> list[dict[str, Any]]:
    """Answers of ``--jsonl`` to the requests; a text or bytes goes in as it is."""
    lines = [
        request
        if isinstance(request, bytes)
        else request.encode()
        if isinstance(request, str)
        else json.dumps(request).encode()
        for request in requests
    ]
    code, output, _ = run("--jsonl", text=b"\n".join(lines) + b"\n")
    assert code == 0
    return [json.loads(line) for line in output.splitlines()]


def test_lines_may_begin_with_a_sign() -> None:
    code, output, _ = run("10", "-10%", "@1/20")
    assert code == 0
    assert ["total", "EUR", "9.00"] in [line.split() for line in output.splitlines()]
    assert "tendered 20.00, change 11.00" in output


def test_text_comes_from_standard_input_without_arguments() -> None:
    code, output, _ = run("--json", text="\ufeff2*1.20/Чай\r\n/note\r\n")
    answer = json.loads(output)
    assert (code, answer["total"], answer["lines"][0]["name"]) == (0, "2.40", "Чай")


def test_comments_and_modifiers_are_shown() -> None:
    code, output, _ = run("1-0.10", "/Table 4", "+5/Delivery", "@2")
    assert code == 0
    assert "1 x 1 -0.1" in output
    assert "Table 4\n" in output
    assert "Delivery" in output


def test_a_mistake_exits_with_3_and_shows_a_caret() -> None:
    code, output, errors = run("1", "1.2eur")
    assert (code, output) == (3, "")
    assert errors.startswith("billing: line 2, column 4: a currency is three capitals")
    assert errors.endswith("1.2eur\n   ^\n")


def test_a_refusal_without_a_column_has_no_caret() -> None:
    code, _, errors = run("1", "-5")
    assert (code, errors) == (
        3,
        "billing: line 2: the bill's discount brings its total to -4.00, below zero\n",
    )


def test_a_mistake_is_json_too() -> None:
    code, output, _ = run("--json", "1@9")
    assert code == 3
    assert json.loads(output)["error"] | {"message": ""} == {
        "kind": "unknown_tax_group",
        "line": 1,
        "column": None,
        "message": "",
    }


def test_strict_refuses_cash_above_what_is_due() -> None:
    assert run("--strict", "1", "@1/5")[0] == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shop.json", json.dumps(SHOP)),
        (
            "shop.toml",
            'default_tax_group = 1\n[tax_groups.1]\nrate = 20.5\n[plus.23]\nprice = 1.50\nname = "Tea"\n',
        ),
    ],
)
def test_the_nomenclature_is_a_json_or_toml_file(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    code, output, _ = run("--json", "--nomenclature", str(file), "2*#23")
    assert (code, json.loads(output)["total"]) == (0, "3.00")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", b"{"), ("a.toml", b"="), ("a.toml", b"\xff"), ("missing.json", None), ("a.json", b"[NaN]")],
)
def test_a_file_that_is_no_nomenclature_is_wrong_usage(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    result = CliRunner().invoke(app, ["--nomenclature", str(file), "1"])
    assert getattr(result.exception, "exit_code", None) == 2
    assert str(result.exception).startswith(str(file))


def test_a_stream_answers_each_request_in_order() -> None:
    answers = stream(
        {"id": 1, "nomenclature": SHOP, "input": ["2*#23", "@1/5"]},
        {"id": "two", "nomenclature": SHOP, "input": ["1@2"]},
        {"id": None, "nomenclature": {**SHOP, "currency": "JPY", "exponent": 0}, "input": ["100"]},
    )
    assert [answer["id"] for answer in answers] == [1, "two", None]
    assert [answer["total"] for answer in answers] == ["3.00", "1.00", "100"]
    assert answers[0]["payments"] == [
        {"type": 1, "auto": False, "value": "3.00", "tendered": "5.00", "change": "2.00"}
    ]
    assert list(answers[0]["tax"]) == ["2"]


def test_a_stream_goes_on_after_each_kind_of_mistake() -> None:
    answers = stream(
        "no json",
        b"\xff\xfe",
        "[1]",
        {"id": 1, "nomenclature": {"tax_groups": 5}, "input": []},
        {"id": 2, "nomenclature": SHOP},
        {"id": 3, "nomenclature": SHOP, "input": [5]},
        {"id": 4, "nomenclature": SHOP, "input": ["1", "1.2\n3"]},
        {"id": 5, "nomenclature": SHOP, "input": ["-5", "1"]},
        {"id": 6, "input": ["1"]},
        "[" * 100_000,
        '{"id": NaN}',
        {"id": 7, "nomenclature": SHOP, "input": ["1"]},
    )
    assert [answer["id"] for answer in answers] == [None, None, None, 1, 2, 3, 4, 5, 6, None, None, 7]
    assert [answer.get("error", {}).get("kind") for answer in answers] == [
        *["syntax"] * 7,
        "negative_total",
        "no_tax_group",
        *["syntax"] * 2,
        None,
    ]
    assert (answers[6]["error"]["line"], answers[6]["error"]["column"]) == (2, 4)
    assert (answers[7]["error"]["line"], answers[7]["error"]["column"]) == (1, None)


def test_a_stream_skips_empty_lines() -> None:
    assert len(stream("", {"id": 1, "nomenclature": SHOP, "input": ["1"]}, "  ")) == 1


def test_a_stream_may_begin_with_a_byte_order_mark() -> None:
    assert stream("\ufeff" + json.dumps({"id": 1, "nomenclature": SHOP, "input": ["1"]}))[0]["id"] == 1


def test_an_id_comes_back_as_it_was() -> None:
    ids = [0, "", 1.5, ["a"], {"b": 2}, True, "\ud800"]
    answers = stream(*({"id": name, "nomenclature": SHOP, "input": []} for name in ids))
    assert [answer["id"] for answer in answers] == ids


def test_numbers_never_pass_through_binary_floats() -> None:
    shop = json.dumps({**SHOP, "plus": {"1": {"price": "PRICE"}}}).replace('"PRICE"', "0.29")
    answer = stream(f'{{"id": 1, "nomenclature": {shop}, "input": ["100*#1"]}}')[0]
    assert (answer["lines"][0]["price"], answer["total"]) == ("0.29", "29.00")


def test_a_byte_order_mark_before_the_first_line_is_dropped() -> None:
    answer = stream({"id": 1, "nomenclature": SHOP, "input": ["\ufeff1", "2"]})[0]
    assert answer["total"] == "3.00"


@pytest.mark.parametrize("words", [["--json"], ["1.20"], ["--json", "1.20"]])
def test_what_cannot_go_with_a_stream_is_refused(words: list[str]) -> None:
    result = CliRunner().invoke(app, ["--jsonl", *words], input="")
    assert getattr(result.exception, "exit_code", None) == 2
    assert "leave one out" in str(result.exception)


def test_a_request_without_a_nomenclature_is_priced_in_the_shop_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(SHOP))
    lines = [
        {"id": 1, "input": ["#23"]},
        {"id": 2, "nomenclature": {}, "input": ["#23"]},
        {"id": 3, "input": ["#23"]},
    ]
    text = "\n".join(map(json.dumps, lines))
    code, output, _ = run("--jsonl", "--nomenclature", str(file), text=text)
    answers = [json.loads(line) for line in output.splitlines()]
    assert code == 0
    assert [each.get("total") or each["error"]["kind"] for each in answers] == ["1.50", "unknown_plu", "1.50"]

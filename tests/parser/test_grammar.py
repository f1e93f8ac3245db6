"""Where the grammar is found, and that it is LALR with nothing to choose."""

from pathlib import Path

from billing.parser.grammar import FIELDS, KINDS, grammar_text, make_lark


def test_a_source_tree_has_the_grammar_beside_the_package() -> None:
    assert "?line:" in grammar_text()


def test_a_wheel_has_the_grammar_inside_the_package(tmp_path: Path) -> None:
    (tmp_path / "grammars").mkdir()
    (tmp_path / "grammars" / "bill.lark").write_text("start: /x/", encoding="utf-8")
    assert grammar_text(tmp_path) == "start: /x/"


def test_every_rule_of_the_grammar_has_a_meaning() -> None:
    rules = {rule.origin.name for rule in make_lark().rules}
    assert rules - {"line"} == {*KINDS, *FIELDS, "qty"}


def test_a_whole_text_is_recognised_at_once() -> None:
    tree = make_lark(start="start").parse("1.2\r\n\n/a b\r@")
    assert [child.data for child in tree.children if not isinstance(child, str)] == [
        "charge",
        "comment",
        "payment",
    ]

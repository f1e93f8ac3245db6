"""Mistakes in a document's JSON are told in our words, with what was expected and what was found."""

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.documents import DocumentMistake, read_document
from tests.devices.documents import RECEIPT

ORIGINAL = {"document_number": "1", "date_time": "2026-11-24T10:00:00", "fiscal_memory_number": "36000600"}
CLIENT = {"number": "123456789", "name": "Фирма"}
DOCUMENTS: list[dict[str, Any]] = [
    RECEIPT,
    RECEIPT | {"kind": "reversal", "reason": "refund", "original": ORIGINAL},
    RECEIPT | {"kind": "invoice", "client": CLIENT},
    {"kind": "slip", "lines": ["a", "b"]},
    {"kind": "cash", "amount": "5.00"},
    {"kind": "period-report", "from_number": 1, "to_number": 2},
    {"kind": "period-report", "from_date": "2026-11-01", "to_date": "2026-11-24", "detailed": True},
]
STRANGE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=300), st.just([]), st.just({}),
    st.just(["x"] * 600), st.just({"kind": "x"}), st.just("2026-13-01"), st.just("2026-11-24T10:00:00+02:00"),
)  # fmt: skip
FOREIGN = re.compile(r"Input|valid |should|another (value|form) is|Invalid JSON")
"""Words of the library that finds the mistakes, and what is said where we know no better."""


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all that stands inside ``value``."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [deeper for key, each in inside for deeper in [(*path, key), *places(each, (*path, key))]]


@settings(max_examples=300)
@given(st.sampled_from(DOCUMENTS), st.data(), STRANGE)
def test_whatever_stands_anywhere_the_sentence_is_ours(
    document: dict[str, Any], data: st.DataObject, strange: object
) -> None:
    *way, last = data.draw(st.sampled_from(places(document)))
    wrong: Any = copy.deepcopy(document)
    holder = wrong
    for key in way:
        holder = holder[key]
    holder[last] = strange
    try:
        read_document(wrong)
    except DocumentMistake as mistake:
        assert not FOREIGN.search(str(mistake).replace(repr(strange), "").replace(json.dumps(strange), ""))  # noqa: PT017 not raised where the value happens to fit


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"kind": "gold"}, "document $.kind: one of 'receipt', 'invoice', "),
        ({"lines": 5}, "document $.lines: a list is expected, found 5"),
        ({"lines": [{"price": "1", "tax_group": 9}]},
         "document $.lines[0].tax_group: at most 8 is expected, found 9"),
        ({"lines": [{"price": "1", "plu": 1.5}]},
         "document $.lines[0].plu: a whole number is expected, found 1.5"),
        ({"modifier": {"kind": "half", "value": "1"}},
         "document $.modifier.kind: 'percent' or 'fixed' is expected, found \"half\""),
        ({"payments": [{"category": "gold", "amount": "1"}]}, "document $.payments[0].category: 'cash', "),
        ({"operator": {"code": "#"}},
         'document $.operator.code: 1 to 8 letters and digits are expected, found "#"'),
        ({"key": "x" * 300}, 'document $.key: at most 200 characters are expected, found "xxx'),
    ],
)  # fmt: skip
def test_a_mistake_says_what_was_expected_and_what_was_found(members: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DocumentMistake) as mistake:
        read_document(RECEIPT | members)
    assert str(mistake.value).startswith(sentence)
    assert len(str(mistake.value)) < 300


def test_a_wrong_password_is_not_shown() -> None:
    with pytest.raises(DocumentMistake) as mistake:
        read_document(RECEIPT | {"operator": {"code": "1", "password": "secret" * 9}})
    assert "secret" not in str(mistake.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "document $: it is empty, an object in JSON is expected"),
        (
            '{"kind": "receipt",}',
            "document $: an object in JSON is expected; this is none from line 1, column 20 on",
        ),
        (b"\xff\xfe", "document $: an object in JSON is expected; this is none from line 1, column 1 on"),
        ("[]", "document $: an object is expected, found []"),
        ("{}", "document $.kind: it is missing, such as receipt or z-report"),
    ],
)
def test_what_is_no_json_is_said_with_its_place(text: str | bytes, sentence: str) -> None:
    with pytest.raises(DocumentMistake) as mistake:
        read_document(text)
    assert str(mistake.value) == sentence

"""What only a Tremol wants of a document: shares of a bill's amount by line, and fields that fit."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.devices.drivers.tremol import Tremol
from billing.devices.drivers.tremol_shaping import spread
from billing.devices.drivers.tremol_tables import KL, V2, fault_of, payment_words
from billing.devices.faults import DocumentRefused, Fault
from billing.documents import PaymentCategory, Receipt, SaleLine, read_document
from billing.money import Currency, allocate
from tests.devices.documents import RECEIPT
from tests.devices.kinds import CLIENT, changed

CENTS = Currency("", 2)


def cents(line: SaleLine) -> int:
    amount = CENTS.to_minor(line.price * line.qty)
    return amount + (CENTS.to_minor(line.modifier.value) if line.modifier else 0)


def by_group(document: Receipt) -> Counter[int]:
    sums: Counter[int] = Counter()
    for line in document.lines:
        if isinstance(line, SaleLine):
            sums[line.tax_group] += cents(line)
    return sums


LINES = st.lists(
    st.tuples(st.integers(1, 5000), st.integers(1, 4), st.integers(-100, 100)), min_size=2, max_size=8
)


@given(LINES, st.integers(-100, 100))
def test_shares_of_a_bills_amount_add_up_by_group_and_leave_no_line_below_zero(
    rows: list[tuple[int, int, int]], percent: int
) -> None:
    lines: list[dict[str, Any]] = [
        {
            "text": "x",
            "price": str(CENTS.from_minor(price)),
            "tax_group": group,
            "modifier": {"kind": "fixed", "value": str(CENTS.from_minor(price * part // 200))},
        }
        for price, group, part in rows
    ]
    plain = read_document({"kind": "receipt", "lines": lines})
    assert isinstance(plain, Receipt)
    before = by_group(plain)
    change = int(sum(before.values()) * percent / 100)
    document = read_document(
        {
            "kind": "receipt",
            "lines": lines,
            "modifier": {"kind": "fixed", "value": str(CENTS.from_minor(change))},
        }
    )
    assert isinstance(document, Receipt)
    if len(before) == 1:
        assert spread(document) is document
        return
    after = spread(document)
    assert isinstance(after, Receipt)
    assert after.modifier is None
    groups = sorted(before)
    shares = allocate(abs(change), [before[group] for group in groups])
    sign = 1 if change > 0 else -1
    assert [by_group(after)[group] for group in groups] == [
        before[group] + sign * share for group, share in zip(groups, shares, strict=True)
    ]
    assert all(cents(line) >= 0 for line in after.lines if isinstance(line, SaleLine))


def test_a_share_joins_the_percentage_its_line_has_already() -> None:
    document = read_document(RECEIPT)
    assert isinstance(document, Receipt)
    lines = [line for line in spread(document).lines if isinstance(line, SaleLine)]
    assert [str(line.modifier.value) for line in lines if line.modifier] == [
        "-0.41", "-0.17", "-0.38", "-0.04", "0.09", "-0.19",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"operator": {"code": "21"}}, "$.operator.code"),
        ({"operator": {"code": "1", "password": "1234567"}}, "$.operator.password"),
        ({"kind": "invoice", "client": CLIENT | {"number": "9" * 14}}, "$.client.number"),
        ({"kind": "invoice", "client": CLIENT | {"vat_number": "B" * 14}}, "$.client.vat_number"),
        (
            {
                "lines": [{"price": "20000"}],
                "modifier": {"kind": "fixed", "value": "-10000"},
                "payments": [{"amount": "10000"}],
                "total": None,
            },
            "$.modifier.value",
        ),
        (
            {
                "lines": [
                    {"comment": "поръчка"},
                    {"price": "20000", "modifier": {"kind": "fixed", "value": "-10000"}},
                ],
                "modifier": None,
                "payments": [{"amount": "10000"}],
                "total": None,
            },
            "$.lines[1].modifier.value",
        ),
    ],
)
def test_what_has_no_room_in_its_field_is_refused_with_its_path(document: dict[str, Any], path: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        Tremol().check(read_document(changed(RECEIPT, **document)))
    assert refused.value.path == path


def test_the_original_of_a_reversal_has_at_most_six_digits() -> None:
    original = {"date_time": "2026-11-24T09:05:07", "fiscal_memory_number": "50163145"}
    said = {"kind": "reversal", "reason": "refund", "payments": [{"amount": "24.24"}]}
    fits = changed(RECEIPT, **said, original=original | {"document_number": "0000123456"})
    assert Tremol().check(read_document(fits)).total == Decimal("24.24")
    with pytest.raises(DocumentRefused) as refused:
        Tremol().check(
            read_document(changed(RECEIPT, **said, original=original | {"document_number": "1234567"}))
        )
    assert refused.value.path == "$.original.document_number"


@pytest.mark.parametrize(
    ("errors", "fault"),
    [
        ("42", Fault.STATE),
        ("?2", Fault.CONDITION),
        ("52", Fault.PAYMENT),
        ("32", Fault.CLOCK),
        ("04", Fault.SYNTAX),
        ("07", Fault.LINE),
        ("08", Fault.CASH_SHORT),
        ("12", Fault.PAPER_OUT),
        ("92", Fault.PASSWORD),
        ("=2", Fault.POWER_CUT),
        (";2", Fault.Z_OVERDUE),
        (">2", Fault.JOURNAL_FULL),
        ("02", Fault.STATE),
        ("03", Fault.NOT_ZEROED),
        ("0z", Fault.OTHER),
    ],
)
def test_two_characters_make_one_fault(errors: str, fault: Fault) -> None:
    assert fault_of(errors) is fault


def test_payments_are_twelve_or_five_with_a_code_each() -> None:
    assert payment_words([b"x"] * 13) is KL
    assert payment_words([b"x"] * 6) is V2
    found = payment_words([*[b"x"] * 5, b"1.0", b"\xff", b"8", b":", b"7", b"\xff"])
    assert found == {
        PaymentCategory.CASH: "0",
        PaymentCategory.BANK: "1",
        PaymentCategory.RESERVED2: "2",
        PaymentCategory.CARD: "3",
    }

"""Rule 16: the preview is the pass, with nothing written."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from billing.pricing.recurring.asked import Cancel, ChangeTerms, Operation, Resume
from billing.pricing.recurring.mistakes import NotPaused
from billing.pricing.recurring.periods import Adjustment
from billing.pricing.recurring.subscription import subscribe
from billing.pricing.recurring.terms import Change, Frequency, Kind, Terms
from billing.services.recurring.operations import create, operate
from billing.services.recurring.pass_ import run_due
from billing.services.recurring.preview import preview
from billing.services.recurring.scratch import ScratchStore

START = datetime(2024, 1, 31, 10, tzinfo=UTC)
MIDDLE = datetime(2024, 3, 10, tzinfo=UTC)
UNTIL = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture
def store() -> ScratchStore:
    """A store with one monthly subscription that has just begun."""
    scratch = ScratchStore()
    made = subscribe(
        id="a",
        kind=Kind.DEBIT,
        zone=ZoneInfo("Europe/Sofia"),
        start=START,
        created=START,
        terms=Terms(1000, 1, Frequency.MONTHLY, 1),
    )
    create(scratch, made, START)
    return scratch


@pytest.mark.parametrize(
    "operations",
    [
        (),
        (ChangeTerms(MIDDLE, change=Change(amount=2000)),),
        (ChangeTerms(MIDDLE, change=Change(frequency=Frequency.WEEKLY)),),
        (Cancel(MIDDLE, prorated=True),),
    ],
)
def test_rule_16_a_preview_shows_what_the_pass_then_makes(
    store: ScratchStore, operations: tuple[Operation, ...]
) -> None:
    seen = preview(store, "a", UNTIL, operations)
    for operation in operations:
        operate(store, "a", operation)
    run_due(store, UNTIL)
    assert seen.periods == list(store.periods.values())[1:]
    assert [made for made in seen.made if isinstance(made, Adjustment)] == [a for _, a in store.adjustments]


def test_rule_16_a_preview_writes_nothing(store: ScratchStore) -> None:
    before = (store.load("a").copy(), dict(store.periods))
    preview(store, "a", UNTIL, [Cancel(MIDDLE)])
    assert (store.load("a"), store.periods) == before


def test_rule_16_a_preview_of_what_is_refused_is_refused(store: ScratchStore) -> None:
    with pytest.raises(NotPaused):
        preview(store, "a", UNTIL, [Resume(MIDDLE)])

"""Rules 7 and 9: discounts, credit, payouts, zero totals, and the tries to collect."""

from collections.abc import Callable
from typing import Any

import pytest

Life = Callable[..., dict[str, Any]]


def ask(at: str, do: str, **words: object) -> dict[str, Any]:
    return {"at": at, "do": do, **words}


def test_rule_7_2_quantity_multiplies(life: Life) -> None:
    assert life("2024-01-15T00:00Z", amount=333, quantity=3)["amounts"] == [999]


def test_rule_7_3_a_discount_counts_billed_periods_not_months(life: Life) -> None:
    """The two months of the pause use up nothing."""
    events = [ask("2024-01-15T00:00Z", "pause"), ask("2024-03-15T00:00Z", "resume")]
    answer = life("2024-06-15T00:00Z", *events, discount={"percent": 25, "runs": 2})
    assert answer["amounts"] == [750, 750, 1000, 1000]


def test_rule_7_3_a_discount_rounds_half_up(life: Life) -> None:
    assert life("2024-01-15T00:00Z", amount=5, discount={"percent": 50, "runs": 1})["amounts"] == [2]


def test_rule_7_4_credit_lowers_the_next_bills_and_the_rest_stays(life: Life) -> None:
    """Down from 9000 to 1000 in the middle of a 30-day month: 4000 of credit pay four months."""
    answer = life(
        "2024-11-15T00:00Z",
        ask("2024-06-16T10:00Z", "change_plan", when="now", amount=1000),
        anchor="2024-06-01T10:00Z",
        amount=9000,
    )
    assert answer["adjustments"] == [{"at": "2024-06-16T10:00", "kind": "proration", "amount": -4000}]
    assert answer["amounts"] == [9000, 0, 0, 0, 0, 1000]


def test_rule_7_5_a_total_of_zero_is_settled_without_an_attempt(life: Life) -> None:
    answer = life("2024-01-15T00:00Z", amount=0, outcomes=["soft"])
    assert (answer["amounts"], answer["bill"], answer["attempts"]) == ([0], "SETTLED", [])


def test_rule_7_a_payout_makes_no_bill(life: Life) -> None:
    answer = life("2024-02-15T00:00Z", kind="PAYOUT")
    assert (answer["amounts"], answer["bill"]) == ([1000, 1000], None)


def test_rule_7_a_payout_of_nothing_is_skipped(life: Life) -> None:
    assert life("2024-02-15T00:00Z", kind="PAYOUT", amount=0)["runs"] == []


HOUR = 3600


def test_rule_9_tries_are_made_exactly_when_they_are_due(life: Life) -> None:
    answer = life("2024-01-15T00:00Z", retry={"delays_s": [HOUR, 2 * HOUR]}, outcomes=["soft", "soft", "ok"])
    assert answer["attempts"] == ["2024-01-01T10:00", "2024-01-01T11:00", "2024-01-01T13:00"]
    assert answer["bill"] == "SETTLED"


def test_rule_9_giving_up_fails_the_bill_and_the_schedule_goes_on(life: Life) -> None:
    answer = life("2024-01-15T00:00Z", retry={"delays_s": [HOUR]}, outcomes=["soft", "soft"])
    assert (answer["bill"], answer["state"], answer["next"]) == ("FAILED", "ACTIVE", "2024-02-01T10:00")


def test_rule_9_between_tries_the_bill_is_collecting(life: Life) -> None:
    answer = life("2024-01-01T10:30Z", retry={"delays_s": [HOUR]}, outcomes=["soft"])
    assert (answer["bill"], answer["attempts"]) == ("COLLECTING", ["2024-01-01T10:00"])


def test_rule_9_a_hard_failure_is_not_tried_again(life: Life) -> None:
    answer = life("2024-01-15T00:00Z", retry={"delays_s": [HOUR]}, outcomes=["hard", "ok"])
    assert (answer["bill"], answer["attempts"]) == ("FAILED", ["2024-01-01T10:00"])


@pytest.mark.parametrize("outcomes", [["none"], "none", [None]])
def test_rule_9_without_an_instrument_nothing_is_tried(life: Life, outcomes: object) -> None:
    answer = life("2024-03-15T00:00Z", outcomes=outcomes)
    assert (answer["bill"], answer["attempts"]) == ("OPEN", [])


def test_rule_9_the_default_schedule_is_1_3_5_7_days(life: Life) -> None:
    answer = life("2024-01-31T00:00Z", outcomes=["soft"] * 5)
    assert [at[8:10] for at in answer["attempts"]] == ["01", "02", "05", "10", "17"]
    assert answer["bill"] == "FAILED"


def test_rule_9_several_bills_may_be_in_retry_at_once(life: Life) -> None:
    answer = life(
        "2024-01-03T12:00Z",
        ask("2024-01-02T10:00Z", "tick"),
        frequency="DAILY",
        retry={"delays_s": [36 * HOUR]},
        outcomes=["soft", "soft", "ok", "ok"],
    )
    assert [at[8:16] for at in answer["attempts"]] == ["01T10:00", "02T10:00", "02T22:00", "03T12:00"]


def test_rule_9_a_bill_made_by_a_late_pass_is_tried_then(life: Life) -> None:
    """Documents are never dated back."""
    assert life("2024-02-10T00:00Z", outcomes=["ok"])["attempts"] == ["2024-01-01T10:00", "2024-02-10T00:00"]


def test_without_outcomes_every_bill_is_paid_at_its_run(life: Life) -> None:
    answer = life("2024-01-15T00:00Z", retry={"delays_s": [HOUR]})
    assert (answer["bill"], answer["attempts"]) == ("SETTLED", [])

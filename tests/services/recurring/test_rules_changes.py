"""Rule 10: cancel, pause, resume, changes, rezone; each life shows one sentence of the page."""

from collections.abc import Callable
from typing import Any

import pytest

Life = Callable[..., dict[str, Any]]
JUNE = {"anchor": "2024-06-01T10:00Z"}
MIDDLE = "2024-06-16T10:00Z"
"""Fifteen of June's thirty days are left."""


def ask(at: str, do: str, **words: object) -> dict[str, Any]:
    return {"at": at, "do": do, **words}


def adjusted(kind: str, amount: int, at: str = "2024-06-16T10:00") -> list[dict[str, Any]]:
    return [{"at": at, "kind": kind, "amount": amount}]


class TestCancel:
    def test_rule_10_now_ends_it_at_once_without_refund(self, life: Life) -> None:
        answer = life("2024-08-15T00:00Z", ask(MIDDLE, "cancel"), **JUNE)
        assert (answer["runs"], answer["adjustments"]) == (["2024-06-01T10:00"], [])
        assert (answer["state"], answer["next"]) == ("CANCELED", None)

    @pytest.mark.parametrize("unit", ["second", "day"])
    def test_rule_10_the_example_of_the_page(self, life: Life, unit: str) -> None:
        cancel = ask("2024-06-18T10:00Z", "cancel", refund="prorated")
        answer = life("2024-07-15T00:00Z", cancel, proration=unit, **JUNE)
        assert answer["adjustments"] == adjusted("refund", -433, "2024-06-18T10:00")

    def test_rule_10_a_started_day_is_used_in_days_but_not_in_seconds(self, life: Life) -> None:
        cancel = ask("2024-06-18T22:00Z", "cancel", refund="prorated")
        by_day = life("2024-07-15T00:00Z", cancel, proration="day", **JUNE)
        by_second = life("2024-07-15T00:00Z", cancel, **JUNE)
        assert (by_day["adjustments"][0]["amount"], by_second["adjustments"][0]["amount"]) == (-400, -416)

    def test_rule_10_a_refund_is_a_share_of_what_was_billed_after_discount(self, life: Life) -> None:
        cancel = ask(MIDDLE, "cancel", refund="prorated")
        answer = life("2024-07-15T00:00Z", cancel, discount={"percent": 20, "runs": 1}, **JUNE)
        assert answer["adjustments"] == adjusted("refund", -400)

    def test_rule_10_a_prorated_refund_includes_the_unspent_credit(self, life: Life) -> None:
        """Down to 400 in the middle leaves 300 of credit; the cancel gives back half of 400 and that."""
        events = [
            ask(MIDDLE, "change_plan", amount=400),
            ask(MIDDLE, "cancel", refund="prorated"),
        ]
        answer = life("2024-07-15T00:00Z", *events, **JUNE)
        assert answer["adjustments"] == adjusted("proration", -300) + adjusted("refund", -500)

    def test_rule_10_a_sum_up_to_the_value_is_refunded(self, life: Life) -> None:
        answer = life("2024-07-15T00:00Z", ask(MIDDLE, "cancel", refund=1000), **JUNE)
        assert answer["adjustments"] == adjusted("refund", -1000)

    def test_rule_10_a_sum_above_the_value_is_refused_and_nothing_changes(self, life: Life) -> None:
        answer = life("2024-07-15T00:00Z", ask(MIDDLE, "cancel", refund=1001), **JUNE)
        assert (answer["error"], answer["error_event"]) == ("refund_exceeds_paid", 0)
        assert (answer["state"], len(answer["runs"]), answer["adjustments"]) == ("ACTIVE", 2, [])

    def test_rule_10_an_unpaid_bill_is_voided_and_not_refunded(self, life: Life) -> None:
        cancel = ask(MIDDLE, "cancel", refund="prorated")
        answer = life("2024-07-15T00:00Z", cancel, outcomes=["soft"] * 9, **JUNE)
        assert (answer["bill"], answer["adjustments"]) == ("VOID", [])
        assert [at[8:10] for at in answer["attempts"]] == ["01", "02", "05", "10"]

    def test_rule_10_keep_open_leaves_the_unpaid_bill(self, life: Life) -> None:
        answer = life("2024-07-15T00:00Z", ask(MIDDLE, "cancel", keep_open=True), outcomes=["none"], **JUNE)
        assert answer["bill"] == "OPEN"

    def test_rule_10_period_end_lets_the_collection_go_on(self, life: Life) -> None:
        cancel = ask("2024-06-02T00:00Z", "cancel", when="period_end")
        answer = life("2024-07-15T00:00Z", cancel, outcomes=["soft", "ok"], **JUNE)
        assert (answer["bill"], len(answer["attempts"]), answer["state"]) == ("SETTLED", 2, "CANCELED")

    def test_rule_10_period_end_is_ending_until_the_boundary(self, life: Life) -> None:
        cancel = ask(MIDDLE, "cancel", when="period_end")
        assert life("2024-07-01T09:59:59Z", cancel, **JUNE)["state"] == "ENDING"
        assert life("2024-07-01T10:00Z", cancel, **JUNE)["state"] == "CANCELED"

    def test_rule_10_uncancel_undoes_it(self, life: Life) -> None:
        events = [ask(MIDDLE, "cancel", when="period_end"), ask("2024-06-20T00:00Z", "uncancel")]
        answer = life("2024-06-25T00:00Z", *events, **JUNE)
        assert (answer["state"], answer["next"]) == ("ACTIVE", "2024-07-01T10:00")

    @pytest.mark.parametrize("at", ["2024-07-01T10:00Z", "2024-07-02T00:00Z"])
    def test_rule_10_uncancel_from_the_end_on_is_refused(self, life: Life, at: str) -> None:
        events = [ask(MIDDLE, "cancel", when="period_end"), ask(at, "uncancel")]
        answer = life("2024-07-05T00:00Z", *events, **JUNE)
        assert (answer["error"], answer["error_event"], answer["state"]) == ("not_ending", 1, "CANCELED")

    def test_rule_10_uncancel_needs_a_cancel(self, life: Life) -> None:
        assert life("2024-07-05T00:00Z", ask(MIDDLE, "uncancel"), **JUNE)["error"] == "not_ending"

    @pytest.mark.parametrize("words", [{"trial_days": 14}, {"created_at": "2024-05-01T00:00Z"}])
    def test_rule_10_in_a_trial_or_before_the_start_nothing_is_ever_billed(
        self, life: Life, words: dict[str, Any]
    ) -> None:
        at = "2024-06-05T00:00Z" if "trial_days" in words else "2024-05-20T00:00Z"
        cancel = ask(at, "cancel", when="period_end")
        assert life("2024-05-31T00:00Z" if "created_at" in words else at, cancel, **JUNE, **words)[
            "state"
        ] == ("ENDING")
        answer = life("2024-07-15T00:00Z", cancel, **JUNE, **words)
        assert (answer["runs"], answer["state"]) == ([], "CANCELED")

    def test_rule_10_now_after_period_end_is_allowed(self, life: Life) -> None:
        events = [
            ask("2024-06-10T00:00Z", "cancel", when="period_end"),
            ask(MIDDLE, "cancel", refund="prorated"),
        ]
        answer = life("2024-06-17T00:00Z", *events, **JUNE)
        assert (answer["state"], answer["adjustments"]) == ("CANCELED", adjusted("refund", -500))

    @pytest.mark.parametrize("do", ["cancel", "pause", "resume", "change_plan", "rezone", "release"])
    def test_rule_10_nothing_can_be_asked_of_one_that_has_ended(self, life: Life, do: str) -> None:
        words = {"zone": "UTC"} if do == "rezone" else {}
        answer = life("2024-07-15T00:00Z", ask(MIDDLE, "cancel"), ask(MIDDLE, do, **words), **JUNE)
        assert (answer["error"], answer["error_event"]) == ("already_canceled", 1)

    def test_rule_10_an_expired_one_cannot_be_canceled(self, life: Life) -> None:
        answer = life("2024-08-01T00:00Z", ask("2024-07-15T00:00Z", "cancel"), max_runs=1, **JUNE)
        assert (answer["error"], answer["state"]) == ("already_canceled", "EXPIRED")


class TestPause:
    def test_rule_10_boundaries_in_a_pause_are_skipped_for_good(self, life: Life) -> None:
        events = [ask(MIDDLE, "pause"), ask("2024-08-15T00:00Z", "resume", mode="keep")]
        answer = life("2024-10-15T00:00Z", *events, **JUNE)
        assert answer["runs"] == ["2024-06-01T10:00", "2024-09-01T10:00", "2024-10-01T10:00"]

    def test_rule_10_a_paused_one_has_no_next_run(self, life: Life) -> None:
        answer = life("2024-10-15T00:00Z", ask(MIDDLE, "pause"), **JUNE)
        assert (answer["state"], answer["next"], len(answer["runs"])) == ("PAUSED", None, 1)

    def test_rule_10_the_boundary_at_the_pause_is_skipped_that_at_the_resume_billed(self, life: Life) -> None:
        events = [ask("2024-07-01T10:00Z", "pause"), ask("2024-08-01T10:00Z", "resume")]
        assert life("2024-08-15T00:00Z", *events, **JUNE)["runs"] == ["2024-06-01T10:00", "2024-08-01T10:00"]

    def test_rule_10_a_pause_inside_one_paid_period_changes_nothing(self, life: Life) -> None:
        events = [ask(MIDDLE, "pause"), ask("2024-06-20T00:00Z", "resume", partial=True)]
        assert life("2024-08-15T00:00Z", *events, **JUNE) == life("2024-08-15T00:00Z", **JUNE)

    @pytest.mark.parametrize(("unit", "rest"), [("second", 483), ("day", 483)])
    def test_rule_10_partial_bills_the_rest_of_a_skipped_period(
        self, life: Life, unit: str, rest: int
    ) -> None:
        """Resumed on 17 July at the boundary's hour: 15 of 31 days are left."""
        events = [ask(MIDDLE, "pause"), ask("2024-07-17T10:00Z", "resume", partial=True)]
        answer = life("2024-08-15T00:00Z", *events, proration=unit, **JUNE)
        assert answer["runs"] == ["2024-06-01T10:00", "2024-07-17T10:00", "2024-08-01T10:00"]
        assert answer["amounts"] == [1000, rest, 1000]

    def test_rule_10_a_part_billed_at_a_resume_counts_for_discount_and_runs(self, life: Life) -> None:
        events = [ask(MIDDLE, "pause"), ask("2024-07-17T10:00Z", "resume", partial=True)]
        answer = life("2024-09-15T00:00Z", *events, max_runs=2, discount={"percent": 50, "runs": 2}, **JUNE)
        assert (answer["amounts"], answer["state"]) == ([500, 241], "EXPIRED")

    def test_rule_10_a_cancel_in_the_part_refunds_the_share_of_the_part(self, life: Life) -> None:
        events = [
            ask(MIDDLE, "pause"),
            ask("2024-07-17T10:00Z", "resume", partial=True),
            ask("2024-07-22T10:00Z", "cancel", refund="prorated"),
        ]
        answer = life("2024-08-15T00:00Z", *events, **JUNE)
        assert answer["adjustments"] == adjusted("refund", -(483 * 10 // 15), "2024-07-22T10:00")

    def test_rule_10_restart_begins_a_segment_with_that_day(self, life: Life) -> None:
        events = [ask(MIDDLE, "pause"), ask("2024-07-31T12:00Z", "resume", mode="restart")]
        answer = life("2024-10-01T00:00Z", *events, **JUNE)
        assert answer["runs"] == [
            "2024-06-01T10:00",
            "2024-07-31T12:00",
            "2024-08-31T12:00",
            "2024-09-30T12:00",
        ]
        assert answer["next"] == "2024-10-31T12:00"

    def test_rule_10_resume_needs_a_pause(self, life: Life) -> None:
        assert life("2024-08-15T00:00Z", ask(MIDDLE, "resume"), **JUNE)["error"] == "not_paused"

    def test_rule_10_a_second_pause_is_refused(self, life: Life) -> None:
        answer = life("2024-08-15T00:00Z", ask(MIDDLE, "pause"), ask(MIDDLE, "pause"), **JUNE)
        assert (answer["error"], answer["error_event"]) == ("not_pausable", 1)

    def test_rule_10_a_pause_in_the_trial_skips_what_follows(self, life: Life) -> None:
        events = [ask("2024-06-05T00:00Z", "pause"), ask("2024-07-01T00:00Z", "resume")]
        assert life("2024-07-20T00:00Z", *events, trial_days=14, **JUNE)["runs"] == ["2024-07-15T10:00"]

    def test_rule_10_a_paused_one_can_be_canceled(self, life: Life) -> None:
        events = [ask(MIDDLE, "pause"), ask("2024-06-20T00:00Z", "cancel", when="period_end")]
        assert life("2024-06-25T00:00Z", *events, **JUNE)["state"] == "ENDING"
        assert life("2024-07-25T00:00Z", *events, **JUNE)["state"] == "CANCELED"


class TestChange:
    def test_rule_10_up_now_is_one_proration_with_the_net(self, life: Life) -> None:
        answer = life("2024-07-15T00:00Z", ask(MIDDLE, "change_plan", when="now", amount=3000), **JUNE)
        assert (answer["adjustments"], answer["amounts"]) == (adjusted("proration", 1000), [1000, 3000])

    def test_rule_10_credit_and_charge_are_rounded_down_apart(self, life: Life) -> None:
        """floor(2001*15/30) - floor(1001*15/30) = 1000 - 500."""
        change = ask(MIDDLE, "change_plan", amount=2001)
        answer = life("2024-06-20T00:00Z", change, amount=1001, **JUNE)
        assert answer["adjustments"] == adjusted("proration", 500)

    def test_rule_10_the_same_price_nets_to_zero(self, life: Life) -> None:
        answer = life("2024-06-20T00:00Z", ask(MIDDLE, "change_plan", amount=1000), **JUNE)
        assert answer["adjustments"] == adjusted("proration", 0)

    def test_rule_10_a_change_at_a_boundary_not_yet_generated_has_nothing_to_net(self, life: Life) -> None:
        answer = life("2024-07-15T00:00Z", ask("2024-07-01T10:00Z", "change_plan", amount=300), **JUNE)
        assert (answer["adjustments"], answer["amounts"]) == ([], [1000, 300])

    def test_rule_10_a_change_of_rhythm_at_such_a_boundary_takes_its_day(self, life: Life) -> None:
        change = ask("2024-02-29T10:00Z", "change_plan", when="now", interval=2)
        answer = life("2024-05-01T00:00Z", change, anchor="2024-01-31T10:00Z")
        assert (answer["adjustments"], [run[5:10] for run in answer["runs"]]) == (
            [],
            ["01-31", "02-29", "04-29"],
        )

    def test_rule_10_quantity_changes_at_once(self, life: Life) -> None:
        answer = life("2024-07-15T00:00Z", ask(MIDDLE, "change_quantity", quantity=3), **JUNE)
        assert (answer["adjustments"], answer["amounts"]) == (adjusted("proration", 1000), [1000, 3000])

    def test_rule_10_after_a_change_the_value_is_the_full_price_of_the_new_terms(self, life: Life) -> None:
        events = [ask(MIDDLE, "change_quantity", quantity=3), ask(MIDDLE, "cancel", refund="prorated")]
        answer = life("2024-07-15T00:00Z", *events, **JUNE)
        assert answer["adjustments"] == adjusted("proration", 1000) + adjusted("refund", -1500)

    def test_rule_10_a_proration_bill_uses_the_credit_first(self, life: Life) -> None:
        """Down by 300 and up by 200 leaves 100 for the next bill."""
        events = [ask(MIDDLE, "change_plan", amount=400), ask(MIDDLE, "change_plan", amount=800)]
        answer = life("2024-07-15T00:00Z", *events, **JUNE)
        assert answer["amounts"] == [1000, 700]

    def test_rule_10_an_unpaid_proration_bill_is_collected(self, life: Life) -> None:
        change = ask(MIDDLE, "change_plan", amount=3000)
        answer = life("2024-06-20T00:00Z", change, outcomes=["ok", "hard"], **JUNE)
        assert (answer["attempts"], answer["bill"]) == (["2024-06-01T10:00", "2024-06-16T10:00"], "FAILED")

    def test_rule_10_an_unpaid_proration_is_voided_and_the_refund_is_of_what_was_paid(
        self, life: Life
    ) -> None:
        """Up from 1000 to 3000 in the middle, never paid: half of the 1000 comes back, not of the 3000."""
        events = [ask(MIDDLE, "change_plan", amount=3000), ask(MIDDLE, "cancel", refund="prorated")]
        answer = life("2024-06-20T00:00Z", *events, outcomes=["ok", "hard"], **JUNE)
        assert answer["adjustments"] == adjusted("proration", 1000) + adjusted("refund", -500)
        assert answer["bill"] == "VOID"

    def test_rule_10_the_credit_a_voided_bill_used_comes_back(self, life: Life) -> None:
        """July's bill uses 300 of credit, is never paid and is voided: the refund is that credit."""
        events = [
            ask(MIDDLE, "change_plan", amount=400),
            ask("2024-07-01T10:00Z", "tick"),
            ask("2024-07-02T10:00Z", "cancel", refund="prorated"),
        ]
        answer = life("2024-07-20T00:00Z", *events, outcomes=["ok", "hard"], **JUNE)
        assert answer["amounts"] == [1000, 100]
        assert answer["adjustments"][1:] == adjusted("refund", -300, "2024-07-02T10:00")

    def test_rule_10_period_end_has_no_proration(self, life: Life) -> None:
        change = ask(MIDDLE, "change_plan", when="period_end", amount=3000)
        answer = life("2024-07-15T00:00Z", change, **JUNE)
        assert (answer["adjustments"], answer["amounts"]) == ([], [1000, 3000])

    def test_rule_10_another_rhythm_now_credits_the_old_and_bills_the_new_in_full(self, life: Life) -> None:
        change = ask(MIDDLE, "change_plan", when="now", frequency="YEARLY", amount=9000)
        answer = life("2024-07-15T00:00Z", change, **JUNE)
        assert answer["adjustments"] == adjusted("credit", -500)
        assert answer["runs"] == ["2024-06-01T10:00", "2024-06-16T10:00"]
        assert (answer["amounts"], answer["next"]) == ([1000, 8500], "2025-06-16T10:00")

    def test_rule_10_one_that_is_ending_ends_with_the_period_that_is_paid(self, life: Life) -> None:
        events = [ask(MIDDLE, "cancel", when="period_end"), ask(MIDDLE, "change_plan", frequency="WEEKLY")]
        answer = life("2024-06-20T00:00Z", *events, **JUNE)
        assert (answer["state"], answer["next"]) == ("ENDING", None)
        assert life("2024-06-23T10:00Z", *events, **JUNE)["state"] == "CANCELED"

    def test_rule_10_what_is_left_of_the_credit_lowers_the_bills_after(self, life: Life) -> None:
        change = ask("2024-06-02T10:00Z", "change_plan", frequency="WEEKLY", amount=400)
        answer = life("2024-06-30T00:00Z", change, **JUNE)
        assert answer["adjustments"] == adjusted("credit", -966, "2024-06-02T10:00")
        assert answer["amounts"] == [1000, 0, 0, 234, 400]

    def test_rule_10_the_day_of_a_change_now_is_the_new_day(self, life: Life) -> None:
        change = ask("2024-02-29T08:00Z", "change_plan", when="now", interval=2)
        answer = life("2024-07-01T00:00Z", change, anchor="2024-01-31T10:00Z")
        assert answer["runs"] == [
            "2024-01-31T10:00",
            "2024-02-29T08:00",
            "2024-04-29T08:00",
            "2024-06-29T08:00",
        ]

    def test_rule_10_another_rhythm_at_period_end_inherits_the_31st(self, life: Life) -> None:
        change = ask("2024-02-10T00:00Z", "change_plan", when="period_end", interval=2)
        answer = life("2024-07-01T00:00Z", change, anchor="2024-01-31T10:00Z")
        assert answer["runs"] == [
            "2024-01-31T10:00",
            "2024-02-29T10:00",
            "2024-04-30T10:00",
            "2024-06-30T10:00",
        ]
        assert answer["next"] == "2024-08-31T10:00"

    def test_rule_10_between_days_and_months_the_day_is_that_of_the_boundary(self, life: Life) -> None:
        change = ask("2024-02-10T00:00Z", "change_plan", when="period_end", frequency="WEEKLY")
        back = ask("2024-03-01T00:00Z", "change_plan", when="period_end", frequency="MONTHLY")
        answer = life("2024-06-01T00:00Z", change, back, anchor="2024-01-31T10:00Z")
        assert [run[5:10] for run in answer["runs"]] == ["01-31", "02-29", "03-07", "04-07", "05-07"]

    def test_rule_10_asking_for_the_old_rhythm_again_before_the_boundary_leaves_the_grid(
        self, life: Life
    ) -> None:
        there = ask("2024-02-10T00:00Z", "change_plan", when="period_end", frequency="WEEKLY")
        back = ask("2024-02-11T00:00Z", "change_plan", when="period_end", frequency="MONTHLY")
        answer = life("2024-04-01T00:00Z", there, back, anchor="2024-01-31T10:00Z")
        assert [run[5:10] for run in answer["runs"]] == ["01-31", "02-29", "03-31"]

    @pytest.mark.parametrize("when", ["now", "period_end"])
    def test_rule_10_in_the_trial_terms_simply_change(self, life: Life, when: str) -> None:
        change = ask("2024-06-05T00:00Z", "change_plan", when=when, frequency="WEEKLY", amount=300)
        answer = life("2024-06-23T00:00Z", change, trial_days=14, **JUNE)
        assert (answer["runs"], answer["adjustments"]) == (["2024-06-15T10:00", "2024-06-22T10:00"], [])
        assert answer["amounts"] == [300, 300]

    def test_rule_10_in_a_skipped_period_terms_simply_change(self, life: Life) -> None:
        events = [
            ask(MIDDLE, "pause"),
            ask("2024-07-05T00:00Z", "resume"),
            ask("2024-07-10T00:00Z", "change_plan", when="now", amount=500, frequency="WEEKLY"),
        ]
        answer = life("2024-08-09T00:00Z", *events, **JUNE)
        assert [run[5:10] for run in answer["runs"]] == ["06-01", "08-01", "08-08"]
        assert (answer["amounts"], answer["adjustments"]) == ([1000, 500, 500], [])

    def test_rule_10_a_change_inside_an_aligned_part_nets_by_its_share(self, life: Life) -> None:
        """Of the 21 days from the 10th to the 31st seven are left; the prices are shares of 31 days."""
        change = ask("2024-01-24T00:00Z", "change_plan", amount=3100)
        answer = life("2024-02-01T00:00Z", change, anchor="2024-01-10T00:00Z", align_day=31, amount=1550)
        net = 2100 * 7 // 21 - 1050 * 7 // 21
        assert answer["adjustments"] == adjusted("proration", net, "2024-01-24T00:00")
        assert answer["amounts"] == [1050, 3100]

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ({"do": "change_plan", "interval": 0}, "invalid_interval"),
            ({"do": "change_plan", "amount": -1}, "invalid_amount"),
            ({"do": "change_quantity", "quantity": 0}, "invalid_quantity"),
            ({"do": "rezone", "zone": "Nowhere/Land"}, "unknown_zone"),
        ],
    )
    def test_rule_10_a_refused_change_writes_nothing(
        self, life: Life, words: dict[str, Any], code: str
    ) -> None:
        answer = life("2024-08-15T00:00Z", {"at": MIDDLE, **words}, **JUNE)
        assert (answer.pop("error"), answer.pop("error_event")) == (code, 0)
        untouched = life("2024-08-15T00:00Z", **JUNE)
        assert answer == {name: untouched[name] for name in answer}

    def test_rule_10_an_interval_of_zero_is_refused_at_the_creation(self, life: Life) -> None:
        answer = life("2024-08-15T00:00Z", interval=0)
        assert (answer["error"], answer["error_event"], answer["state"]) == ("invalid_interval", None, None)


class TestRezone:
    def test_rule_3_boundaries_to_come_are_read_in_the_new_zone(self, life: Life) -> None:
        answer = life("2024-08-15T00:00Z", ask(MIDDLE, "rezone", zone="America/New_York"), **JUNE)
        assert answer["runs"] == ["2024-06-01T10:00", "2024-07-01T14:00", "2024-08-01T14:00"]

    def test_rule_3_one_that_thereby_lies_in_the_past_is_due_at_once(self, life: Life) -> None:
        rezone = ask("2024-07-01T08:00Z", "rezone", zone="Asia/Tokyo")
        answer = life("2024-07-01T08:00Z", rezone, **JUNE)
        assert answer["runs"] == ["2024-06-01T10:00", "2024-07-01T01:00"]

    def test_rule_3_a_zone_that_moves_a_boundary_onto_the_last_one_bills_nothing_twice(
        self, life: Life
    ) -> None:
        """From UTC-12 to UTC+12 the next day's midnight is the instant already billed."""
        rezone = ask("2024-01-01T13:00Z", "rezone", zone="Etc/GMT-12")
        answer = life(
            "2024-01-02T12:00Z", rezone, zone="Etc/GMT+12", anchor="2024-01-01T12:00Z", frequency="DAILY"
        )
        assert answer["runs"] == ["2024-01-01T12:00", "2024-01-02T12:00"]

    def test_rule_10_an_end_at_the_boundary_moves_with_the_boundary(self, life: Life) -> None:
        events = [ask(MIDDLE, "cancel", when="period_end"), ask(MIDDLE, "rezone", zone="Asia/Tokyo")]
        assert life("2024-07-01T00:59:59Z", *events, **JUNE)["state"] == "ENDING"
        answer = life("2024-07-01T01:00Z", *events, **JUNE)
        assert (answer["state"], answer["runs"]) == ("CANCELED", ["2024-06-01T10:00"])


class TestStates:
    @pytest.mark.parametrize(
        ("now", "state"),
        [
            ("2024-05-31T00:00Z", "PENDING"),
            ("2024-06-01T10:00Z", "TRIALING"),
            ("2024-06-08T09:59:59Z", "TRIALING"),
            ("2024-06-08T10:00Z", "ACTIVE"),
        ],
    )
    def test_rule_8_from_the_start_over_the_trial_to_active(self, life: Life, now: str, state: str) -> None:
        answer = life(now, trial_days=7, **JUNE)
        assert answer["state"] == state
        assert answer["next"] == ("2024-07-08T10:00" if state == "ACTIVE" else "2024-06-08T10:00")

    def test_rule_8_past_due_does_not_stop_the_schedule(self, life: Life) -> None:
        answer = life("2024-07-15T00:00Z", outcomes=["hard", "hard"], **JUNE)
        assert (len(answer["runs"]), answer["state"], answer["bill"]) == (2, "ACTIVE", "FAILED")

    def test_an_operation_dated_before_the_one_before_it_is_refused(self, life: Life) -> None:
        answer = life("2024-07-15T00:00Z", ask(MIDDLE, "pause"), ask("2024-06-10T00:00Z", "resume"), **JUNE)
        assert (answer["error"], answer["error_event"], answer["state"]) == ("clock_went_back", 1, "PAUSED")

    def test_after_a_refused_event_the_rest_goes_on(self, life: Life) -> None:
        answer = life("2024-08-15T00:00Z", ask(MIDDLE, "resume"), ask(MIDDLE, "pause"), **JUNE)
        assert (answer["error_event"], answer["state"]) == (0, "PAUSED")

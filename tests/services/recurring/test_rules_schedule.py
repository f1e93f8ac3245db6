"""Lives that show rules 4 and 5: the schedule, its end, aligned grids, starts in the past, the order."""

from collections.abc import Callable
from typing import Any

import pytest

Life = Callable[..., dict[str, Any]]


def ask(at: str, do: str, **words: object) -> dict[str, Any]:
    return {"at": at, "do": do, **words}


def test_rule_4_the_31st_comes_back_after_february(life: Life) -> None:
    answer = life("2024-05-01T00:00Z", zone="Europe/Sofia", anchor="2024-01-31T09:00+02:00")
    assert answer["runs"] == ["2024-01-31T07:00", "2024-02-29T07:00", "2024-03-31T06:00", "2024-04-30T06:00"]
    assert (answer["next"], answer["state"]) == ("2024-05-31T06:00", "ACTIVE")


def test_rule_3_the_offset_of_a_time_only_fixes_the_instant(life: Life) -> None:
    """The 1st at 03:00 in Sofia is still the 31st in New York, and that day is remembered."""
    answer = life("2024-05-02T00:00Z", zone="America/New_York", anchor="2024-02-01T03:00+02:00")
    assert answer["runs"] == ["2024-02-01T01:00", "2024-03-01T01:00", "2024-04-01T00:00", "2024-05-01T00:00"]


def test_rule_3_fractions_of_a_second_are_cut_off(life: Life) -> None:
    assert life("2024-01-02T00:00Z", anchor="2024-01-01T10:00:00.999Z")["runs"] == ["2024-01-01T10:00"]


def test_rule_4_the_boundary_itself_is_due(life: Life) -> None:
    assert life("2024-02-01T10:00Z")["runs"] == ["2024-01-01T10:00", "2024-02-01T10:00"]
    assert life("2024-02-01T09:59:59Z")["runs"] == ["2024-01-01T10:00"]


def test_rule_4_daily_over_a_gap_runs_once_a_day(life: Life) -> None:
    answer = life(
        "2024-04-01T12:00Z", zone="Europe/Sofia", anchor="2024-03-30T03:30+02:00", frequency="DAILY"
    )
    assert answer["runs"] == ["2024-03-30T01:30", "2024-03-31T01:30", "2024-04-01T00:30"]


def test_rule_4_daily_over_a_fold_takes_the_first(life: Life) -> None:
    answer = life(
        "2024-10-28T12:00Z", zone="Europe/Sofia", anchor="2024-10-26T03:30+03:00", frequency="DAILY"
    )
    assert answer["runs"] == ["2024-10-26T00:30", "2024-10-27T00:30", "2024-10-28T01:30"]


def test_rule_4_a_day_that_the_zone_left_out_is_passed_over(life: Life) -> None:
    answer = life(
        "2011-12-31T12:00Z", zone="Pacific/Apia", anchor="2011-12-28T10:00-10:00", frequency="DAILY"
    )
    assert answer["runs"] == ["2011-12-28T20:00", "2011-12-29T20:00", "2011-12-30T20:00"]


def test_rule_4_a_trial_moves_the_first_run(life: Life) -> None:
    answer = life("2024-02-20T00:00Z", trial_days=14)
    assert (answer["runs"], answer["next"]) == (["2024-01-15T10:00", "2024-02-15T10:00"], "2024-03-15T10:00")


def test_rule_4_no_boundary_at_or_after_ends_at(life: Life) -> None:
    answer = life("2024-03-15T00:00Z", ends_at="2024-03-01T10:00Z")
    assert (answer["runs"], answer["state"]) == (["2024-01-01T10:00", "2024-02-01T10:00"], "EXPIRED")


def test_rule_4_a_period_cut_short_by_ends_at_is_billed_whole(life: Life) -> None:
    answer = life("2024-02-02T00:00Z", ends_at="2024-02-03T00:00Z")
    assert (answer["amounts"], answer["next"], answer["state"]) == ([1000, 1000], None, "ACTIVE")


def test_rule_4_max_runs_counts_billed_periods(life: Life) -> None:
    answer = life("2024-12-01T00:00Z", max_runs=2)
    assert (len(answer["runs"]), answer["state"]) == (2, "EXPIRED")


def test_rule_4_skipped_periods_do_not_count_for_max_runs(life: Life) -> None:
    events = [ask("2024-01-15T00:00Z", "pause"), ask("2024-03-15T00:00Z", "resume")]
    assert life("2024-12-01T00:00Z", *events, max_runs=2)["runs"] == ["2024-01-01T10:00", "2024-04-01T10:00"]


def test_rule_8_after_the_last_run_it_stays_active_until_the_paid_time_is_over(life: Life) -> None:
    assert life("2024-02-29T00:00Z", max_runs=2)["state"] == "ACTIVE"
    assert life("2024-03-01T10:00Z", max_runs=2)["state"] == "EXPIRED"


def test_rule_4_aligned_the_first_part_is_a_share(life: Life) -> None:
    """From the 10th to the 31st: 21 of the 31 days that end on 31 January."""
    answer = life("2024-03-01T00:00Z", anchor="2024-01-10T00:00Z", align_day=31)
    assert answer["runs"] == ["2024-01-10T00:00", "2024-01-31T00:00", "2024-02-29T00:00"]
    assert answer["amounts"] == [1000 * 21 // 31, 1000, 1000]


def test_rule_4_aligned_part_periods_count_for_max_runs(life: Life) -> None:
    answer = life("2024-06-01T00:00Z", anchor="2024-01-10T00:00Z", align_day=15, max_runs=2)
    assert answer["runs"] == ["2024-01-10T00:00", "2024-01-15T00:00"]


def test_rule_4_aligned_a_yearly_part_is_a_share_of_the_year(life: Life) -> None:
    answer = life(
        "2024-01-20T00:00Z", anchor="2024-01-10T00:00Z", align_day=15, frequency="YEARLY", amount=36500
    )
    assert (answer["amounts"], answer["next"]) == ([500, 36500], "2025-01-15T00:00")


def test_rule_4_a_start_in_the_past_is_refused(life: Life) -> None:
    answer = life("2024-06-01T00:00Z", created_at="2024-03-15T00:00Z")
    assert (answer["error"], answer["error_event"], answer["runs"]) == ("start_in_past", None, [])


@pytest.mark.parametrize(
    ("backfill", "created", "first"),
    [
        ("none", "2024-03-15T00:00Z", "2024-04-01T10:00"),
        ("none", "2024-03-01T10:00Z", "2024-03-01T10:00"),
        ("current", "2024-03-15T00:00Z", "2024-03-01T10:00"),
        ("current", "2024-03-01T10:00Z", "2024-03-01T10:00"),
        ("all", "2024-03-15T00:00Z", "2024-01-01T10:00"),
    ],
)
def test_rule_4_back_fill_names_what_is_billed(life: Life, backfill: str, created: str, first: str) -> None:
    answer = life("2024-04-15T00:00Z", created_at=created, backfill=backfill)
    assert (answer["runs"][0], answer["runs"][-1]) == (first, "2024-04-01T10:00")


def test_rule_4_back_fill_keeps_the_grid_of_the_real_start(life: Life) -> None:
    answer = life(
        "2024-04-15T00:00Z", anchor="2023-10-31T10:00Z", created_at="2024-02-10T00:00Z", backfill="none"
    )
    assert answer["runs"] == ["2024-02-29T10:00", "2024-03-31T10:00"]


def test_rule_5_at_the_same_instant_an_operation_comes_before_the_boundary(life: Life) -> None:
    assert life("2024-03-01T00:00Z", ask("2024-02-01T10:00Z", "cancel"))["runs"] == ["2024-01-01T10:00"]


def test_rule_5_a_generated_period_is_never_unmade(life: Life) -> None:
    answer = life("2024-03-01T00:00Z", ask("2024-02-01T10:00Z", "tick"), ask("2024-02-01T10:00Z", "cancel"))
    assert answer["runs"] == ["2024-01-01T10:00", "2024-02-01T10:00"]


def test_rule_5_one_that_starts_now_gets_its_first_period_with_it(life: Life) -> None:
    assert life("2024-01-05T00:00Z", ask("2024-01-01T10:00Z", "cancel"))["runs"] == ["2024-01-01T10:00"]


def test_rule_5_one_made_before_its_start_does_not(life: Life) -> None:
    answer = life("2024-01-05T00:00Z", ask("2024-01-01T10:00Z", "cancel"), created_at="2023-12-01T00:00Z")
    assert (answer["runs"], answer["state"]) == ([], "CANCELED")


def test_rule_5_a_price_change_does_not_reach_back_although_the_pass_is_late(life: Life) -> None:
    change = ask("2024-03-10T00:00Z", "change_plan", when="period_end", amount=3000)
    assert life("2024-04-15T00:00Z", change)["amounts"] == [1000, 1000, 1000, 3000]

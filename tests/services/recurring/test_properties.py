"""The one sentence: what is billed is a function of terms, operations and time, never of the passes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.services.recurring.script import Script
from billing.services.recurring.simulate import Simulation, simulate

START = datetime(2024, 1, 31, 9, 0, tzinfo=UTC)
SPAN_H = 24 * 500
ZONES = ["UTC", "Europe/Sofia", "America/New_York", "Pacific/Auckland"]
FREQUENCIES = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
SLOW = ["WEEKLY", "MONTHLY", "YEARLY"]

Words = dict[str, Any]
MADE = ("runs", "amounts", "adjustments", "next", "state", "error", "error_event")


def at(hours: int) -> str:
    return (START + timedelta(hours=hours)).isoformat()


hours = st.integers(0, SPAN_H)
operations = st.one_of(
    st.fixed_dictionaries(
        {
            "do": st.just("cancel"),
            "when": st.sampled_from(["now", "period_end"]),
            "refund": st.sampled_from(["none", "prorated", 100, 5000]),
        }
    ),
    st.fixed_dictionaries({"do": st.sampled_from(["uncancel", "pause", "pause", "resume"])}),
    st.fixed_dictionaries(
        {"do": st.just("resume"), "mode": st.sampled_from(["keep", "restart"]), "partial": st.booleans()}
    ),
    st.fixed_dictionaries(
        {"do": st.just("change_plan"), "when": st.sampled_from(["now", "period_end"])},
        optional={
            "amount": st.integers(0, 5000),
            "frequency": st.sampled_from(SLOW),
            "interval": st.integers(0, 3),
        },
    ),
    st.fixed_dictionaries({"do": st.just("change_quantity"), "quantity": st.integers(1, 4)}),
    st.fixed_dictionaries({"do": st.just("rezone"), "zone": st.sampled_from(ZONES)}),
)


@st.composite
def scripts(draw: st.DrawFn) -> Words:
    """Draw a life with any operations at whole hours, in order of time."""
    times = sorted(draw(st.lists(hours, max_size=6)))
    words: Words = draw(
        st.fixed_dictionaries(
            {
                "zone": st.sampled_from(ZONES),
                "frequency": st.sampled_from(SLOW),
                "interval": st.integers(1, 3),
                "amount": st.integers(0, 5000),
                "proration": st.sampled_from(["second", "day"]),
            },
            optional={
                "trial_days": st.integers(0, 60),
                "max_runs": st.integers(1, 12),
                "discount": st.fixed_dictionaries(
                    {"percent": st.integers(0, 100), "runs": st.integers(0, 5)}
                ),
                "ends_at": hours.map(at),
            },
        )
    )
    return {
        "anchor": START.isoformat(),
        "now": at(SPAN_H),
        **words,
        "events": [{"at": at(hour), **draw(operations)} for hour in times],
    }


def answer(words: Words) -> Words:
    made = simulate(Script.model_validate(words)).model_dump(mode="json")
    return {name: made[name] for name in MADE if name != "error_event"}


RELAXED = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@RELAXED
@given(words=scripts(), ticks=st.lists(hours, max_size=8))
def test_rule_6_more_passes_make_the_same_periods(words: Words, ticks: list[int]) -> None:
    """Passes half an hour off the operations, so that none stands at the same instant as one."""
    events = words["events"] + [{"at": at(hour).replace(":00:00", ":30:00"), "do": "tick"} for hour in ticks]
    more = {**words, "events": sorted(events, key=lambda event: event["at"])}
    assert answer(more) == answer(words)


@RELAXED
@given(words=scripts(), batch=st.integers(1, 5))
def test_rule_6_a_batch_makes_the_same_periods(words: Words, batch: int) -> None:
    assert answer({**words, "batch": {"per_subscription": batch}}) == answer(words)


@RELAXED
@given(words=scripts())
def test_rule_6_a_pass_more_adds_nothing(words: Words) -> None:
    simulation = Simulation(Script.model_validate(words))
    first = simulation.play()
    simulation._run_all(simulation.script.now)
    assert simulation._answer() == first


@RELAXED
@given(words=scripts())
def test_rule_6_a_hold_limit_that_is_never_reached_changes_nothing(words: Words) -> None:
    assert answer({**words, "max_catch_up": 10_000}) == answer(words)


@RELAXED
@given(words=scripts())
def test_rule_10_refunds_never_exceed_what_was_billed(words: Words) -> None:
    made = answer(words)
    charged = sum(made["amounts"]) + sum(a["amount"] for a in made["adjustments"] if a["kind"] == "proration")
    refunded = -sum(a["amount"] for a in made["adjustments"] if a["kind"] == "refund")
    assert refunded <= max(charged, sum(made["amounts"]))


@RELAXED
@given(words=scripts())
def test_a_refused_event_is_as_if_it_had_not_been_asked(words: Words) -> None:
    """Drop every event that is refused: the same life comes out."""
    simulation = Simulation(Script.model_validate(words))
    made = simulation.play()
    refused = {refusal.event for refusal in simulation.refusals}
    kept = [event for place, event in enumerate(words["events"]) if place not in refused]
    again = simulate(Script.model_validate({**words, "events": kept}))
    assert (again.runs, again.amounts, again.adjustments) == (made.runs, made.amounts, made.adjustments)
    assert (again.error, again.state, again.next) == (None, made.state, made.next)


@st.composite
def wild_scripts(draw: st.DrawFn) -> Words:
    """Draw a life with everything the page has, also what is refused."""
    extras: Words = draw(
        st.fixed_dictionaries(
            {"frequency": st.sampled_from(FREQUENCIES), "interval": st.sampled_from([0, 1, 2, 7, 10**12])},
            optional={
                "kind": st.sampled_from(["DEBIT", "PAYOUT"]),
                "created_at": st.integers(-5000, SPAN_H).map(at),
                "backfill": st.sampled_from(["none", "current", "all"]),
                "align_day": st.integers(0, 32),
                "batch": st.fixed_dictionaries({"per_subscription": st.integers(1, 3)}),
                "max_catch_up": st.integers(0, 20),
                "retry": st.fixed_dictionaries({"delays_s": st.lists(st.integers(0, 10**6), max_size=3)}),
                "outcomes": st.lists(
                    st.sampled_from(["ok", "soft", "hard", "none", "technical"]), max_size=6
                ),
                "zone": st.sampled_from([*ZONES, "Nowhere/Land"]),
            },
        )
    )
    words = {**draw(scripts()), **extras}
    ticks = draw(st.lists(hours, max_size=3))
    releases = draw(st.lists(st.tuples(hours, st.sampled_from(["all", "last", "none"])), max_size=2))
    events = words["events"] + [{"at": at(hour), "do": "tick"} for hour in ticks]
    events += [{"at": at(hour), "do": "release", "policy": policy} for hour, policy in releases]
    return {**words, "events": sorted(events, key=lambda event: event["at"])}


@RELAXED
@given(words=wild_scripts())
def test_every_script_gets_an_answer_that_holds_together(words: Words) -> None:
    made = simulate(Script.model_validate(words))
    assert len(made.runs) == len(made.amounts)
    assert all(amount >= 0 for amount in made.amounts)
    assert all(made_up.amount < 0 for made_up in made.adjustments if made_up.kind != "proration")
    assert made.attempts == sorted(made.attempts)
    assert made.next is None or made.state in {"PENDING", "TRIALING", "ACTIVE"}
    assert (made.state is None) == (made.error is not None and made.error_event is None)


@RELAXED
@given(
    pauses=st.lists(st.integers(1, 2000), max_size=6, unique=True),
    end=st.none() | st.integers(1, 2000),
    step_h=st.sampled_from([24, 24 * 7]),
)
def test_rule_10_a_naive_ledger_of_a_daily_life_agrees(
    pauses: list[int], end: int | None, step_h: int
) -> None:
    """Walk hour by hour with nothing but the words of the page: skip in a pause, stop at the cancel."""
    switches = [hour for hour in sorted(pauses) if end is None or hour < end]
    events = [
        {"at": at(hour), "do": "resume" if place % 2 else "pause"} for place, hour in enumerate(switches)
    ]
    if end is not None:
        events.append({"at": at(end), "do": "cancel"})
    expected, paused = ["2024-01-31T09:00:00Z"], False
    for hour in range(1, 2001):
        paused ^= hour in switches
        if hour == end:
            break
        if hour % step_h == 0 and not paused:
            expected.append((START + timedelta(hours=hour)).isoformat().replace("+00:00", "Z"))
    frequency = "DAILY" if step_h == 24 else "WEEKLY"
    words = {"anchor": START.isoformat(), "frequency": frequency, "now": at(2000), "events": events}
    assert answer(words)["runs"] == expected

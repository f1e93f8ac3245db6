"""The pass on the database and the simulation are one code: random lives come out the same (semantics 6)."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.clock import SetClock
from billing.services.recurring.script import Script
from billing.services.recurring.simulate import simulate
from billing.store.engine import Store
from tests.services.recurring.database import DatabaseLife

Words = dict[str, Any]
START = datetime(2024, 1, 31, 9, 0, tzinfo=UTC)
SPAN_H = 24 * 300
_NAMES = itertools.count()


def at(hours: int) -> str:
    return (START + timedelta(hours=hours)).isoformat()


operations = st.one_of(
    st.just({"do": "tick"}),
    st.just({"do": "tick"}),
    st.fixed_dictionaries(
        {
            "do": st.just("cancel"),
            "when": st.sampled_from(["now", "period_end"]),
            "refund": st.sampled_from(["none", "prorated", 100]),
        }
    ),
    st.fixed_dictionaries({"do": st.sampled_from(["uncancel", "pause", "resume"])}),
    st.fixed_dictionaries(
        {"do": st.just("resume"), "mode": st.sampled_from(["keep", "restart"]), "partial": st.booleans()}
    ),
    st.fixed_dictionaries(
        {"do": st.just("change_plan"), "when": st.sampled_from(["now", "period_end"])},
        optional={
            "amount": st.integers(0, 5000),
            "frequency": st.sampled_from(["WEEKLY", "MONTHLY", "YEARLY"]),
            "interval": st.integers(1, 3),
        },
    ),
    st.fixed_dictionaries({"do": st.just("change_quantity"), "quantity": st.integers(1, 4)}),
    st.fixed_dictionaries({"do": st.just("rezone"), "zone": st.sampled_from(["UTC", "Pacific/Auckland"])}),
    st.fixed_dictionaries({"do": st.just("release"), "policy": st.sampled_from(["all", "last", "none"])}),
)


@st.composite
def scripts(draw: st.DrawFn) -> Words:
    """Draw a life of some months with any operations at whole hours."""
    times = sorted(draw(st.lists(st.integers(0, SPAN_H), max_size=5)))
    words: Words = draw(
        st.fixed_dictionaries(
            {
                "zone": st.sampled_from(["UTC", "Europe/Sofia", "America/New_York"]),
                "frequency": st.sampled_from(["WEEKLY", "MONTHLY"]),
                "interval": st.integers(1, 2),
                "amount": st.integers(0, 5000),
                "quantity": st.integers(1, 3),
                "kind": st.sampled_from(["DEBIT", "DEBIT", "DEBIT", "PAYOUT"]),
                "proration": st.sampled_from(["second", "day"]),
            },
            optional={
                "trial_days": st.integers(0, 40),
                "discount": st.fixed_dictionaries(
                    {"percent": st.integers(0, 100), "runs": st.integers(0, 3)}
                ),
                "max_runs": st.integers(1, 6),
                "max_catch_up": st.integers(0, 3),
                "ends_at": st.integers(0, SPAN_H).map(at),
                "batch": st.just({"per_subscription": 2}),
            },
        )
    )
    if words["frequency"] == "MONTHLY":
        words |= draw(st.fixed_dictionaries({}, optional={"align_day": st.integers(1, 31)}))
    events = [{"at": at(hours), **draw(operations)} for hours in times]
    return {"anchor": START, "now": at(SPAN_H), "outcomes": [], "events": events, **words}


@pytest.mark.parametrize("examples", [12])
def test_rule_6_a_random_life_is_the_same_on_the_database(
    shop: Store, clock: SetClock, examples: int
) -> None:
    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(scripts())
    def check(words: Words) -> None:
        script = Script.model_validate(words)
        expected = simulate(script).model_dump()
        made = DatabaseLife(shop, clock, script, f"plan {next(_NAMES)}").play()
        assert made == {name: expected[name] for name in made}

    check()

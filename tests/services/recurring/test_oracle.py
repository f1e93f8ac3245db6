"""A second, naive reading of rules 4 to 10: a weekly life lived hour by hour, without segments or ordinals.

Shares nothing with the code it judges. Everything stands on whole hours in UTC, so shares of hours are shares
of seconds.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.services.recurring.script import Script
from billing.services.recurring.simulate import simulate

START = datetime(2024, 1, 1, tzinfo=UTC)
LAST_H = 24 * 100
WEEK_H = 7 * 24

Words = dict[str, Any]


def at(hour: int) -> str:
    return (START + timedelta(hours=hour)).isoformat()


@dataclass
class Naive:
    """A subscription as a person with a calendar would keep it."""

    amount: int
    quantity: int
    percent: int
    runs_left: int
    weeks: int = 1
    next_boundary: int = 0
    upcoming: Words = field(default_factory=dict)
    credit: int = 0
    paused: bool = False
    ended: bool = False
    begin: int = 0
    end: int = 0
    whole_begin: int = 0
    value: int = 0
    billed: bool = False
    runs: list[tuple[int, int]] = field(default_factory=list)
    moved: list[tuple[int, int]] = field(default_factory=list)

    def full(self, price: int) -> int:
        """The price of the time from ``begin`` to ``end``; a part costs its share of the whole."""
        return price * (self.end - self.begin) // (self.end - self.whole_begin)

    def part(self, value: int, hour: int) -> int:
        return value * max(0, self.end - hour) // (self.end - self.begin)

    def bill(self, hour: int, gross: int) -> None:
        off = 0
        if self.runs_left:
            off = (gross * self.percent * 2 + 100) // 200
            self.runs_left -= 1
        self.value = gross - off
        used = min(self.credit, self.value)
        self.credit -= used
        self.begin, self.billed = hour, True
        self.runs.append((hour, self.value - used))

    def boundary(self, hour: int) -> None:
        if self.ended or hour != self.next_boundary:
            return
        self.amount = self.upcoming.pop("amount", self.amount)
        self.weeks = self.upcoming.pop("interval", self.weeks)
        self.begin = self.whole_begin = hour
        self.end = self.next_boundary = hour + self.weeks * WEEK_H
        self.billed = False
        if not self.paused:
            self.bill(hour, self.amount * self.quantity)

    def restart(self, hour: int) -> None:
        self.upcoming, self.next_boundary = {}, hour
        self.boundary(hour)

    def change(self, hour: int, new: Words) -> None:
        amount, quantity = new.get("amount", self.amount), new.get("quantity", self.quantity)
        weeks = new.get("interval", self.weeks)
        if not self.billed:
            self.amount, self.quantity = amount, quantity
            self.upcoming |= {"interval": weeks} if "interval" in new else {}
        elif weeks == self.weeks and hour == self.end:
            self.amount, self.quantity = amount, quantity
        elif weeks == self.weeks:
            net = self.part(self.full(amount * quantity), hour) - self.part(self.value, hour)
            self.credit = max(0, self.credit - net)
            self.amount, self.quantity, self.value = amount, quantity, self.full(amount * quantity)
            self.moved.append((hour, net))
        else:
            credit = self.part(self.value, hour)
            self.credit += credit
            self.moved += [(hour, -credit)] * (credit > 0)
            self.amount, self.quantity, self.weeks = amount, quantity, weeks
            self.restart(hour)

    def resume(self, hour: int, mode: str, *, partial: bool) -> None:
        self.paused = False
        if mode == "restart":
            self.amount = self.upcoming.get("amount", self.amount)
            self.weeks = self.upcoming.get("interval", self.weeks)
            self.restart(hour)
        elif partial and not self.billed and hour < self.end:
            whole = self.end - self.whole_begin
            self.bill(hour, self.amount * self.quantity * (self.end - hour) // whole)

    def cancel(self, hour: int, *, prorated: bool) -> None:
        self.ended = True
        if prorated:
            paid = self.part(self.value, hour) if self.billed and hour < self.end else 0
            self.moved += [(hour, -paid - self.credit)] * (paid + self.credit > 0)

    def ask(self, hour: int, event: Words) -> None:
        """Do what is asked; what does not fit is refused without effect."""
        words = {name: value for name, value in event.items() if name not in ("do", "at")}
        match event["do"]:
            case _ if self.ended:
                pass
            case "pause":
                self.paused = True
            case "resume" if self.paused:
                self.resume(hour, words["mode"], partial=words["partial"])
            case "change_plan" if words.pop("when") == "period_end":
                self.upcoming |= words
            case "change_plan" | "change_quantity":
                self.change(hour, words)
            case "cancel":
                self.cancel(hour, prorated=words["refund"] == "prorated")


changes = st.fixed_dictionaries(
    {"do": st.just("change_plan"), "when": st.sampled_from(["now", "period_end"])},
    optional={"amount": st.integers(0, 5000), "interval": st.integers(1, 3)},
)
quantities = st.fixed_dictionaries({"do": st.just("change_quantity"), "quantity": st.integers(1, 4)})
pauses = st.just({"do": "pause"})
resumes = st.fixed_dictionaries(
    {"do": st.just("resume"), "mode": st.sampled_from(["keep", "restart"]), "partial": st.booleans()}
)
cancels = st.fixed_dictionaries({"do": st.just("cancel"), "refund": st.sampled_from(["none", "prorated"])})
asked = st.one_of(changes, changes, quantities, pauses, resumes, cancels)
hours = st.integers(1, LAST_H // 12).map(lambda half_days: half_days * 12) | st.integers(1, LAST_H)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    events=st.lists(st.tuples(hours, asked), max_size=8),
    amount=st.integers(0, 5000),
    quantity=st.integers(1, 3),
    percent=st.integers(0, 100),
    runs=st.integers(0, 4),
)
def test_rules_4_to_10_a_naive_life_hour_by_hour_agrees(
    events: list[tuple[int, Words]], amount: int, quantity: int, percent: int, runs: int
) -> None:
    events = sorted(events, key=lambda event: event[0])
    naive = Naive(amount, quantity, percent, runs)
    naive.boundary(0)
    for hour in range(1, LAST_H + 1):
        for when, event in events:
            if when == hour:
                naive.ask(hour, event)
        naive.boundary(hour)
    made = simulate(
        Script.model_validate(
            {
                "anchor": START,
                "frequency": "WEEKLY",
                "amount": amount,
                "quantity": quantity,
                "discount": {"percent": percent, "runs": runs},
                "now": at(LAST_H),
                "events": [{"at": at(hour), **event} for hour, event in events],
            }
        )
    )
    hour_of = [int((run - START).total_seconds()) // 3600 for run in made.runs]
    assert list(zip(hour_of, made.amounts, strict=True)) == naive.runs
    moved = [(int((a.at - START).total_seconds()) // 3600, a.amount) for a in made.adjustments]
    assert moved == naive.moved

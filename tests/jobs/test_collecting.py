"""Collecting with a gateway that declines, hangs up, answers late and repeats itself (semantics 8, 9, 11)."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import pytest
from sqlalchemy import select

from billing.clock import SetClock
from billing.emulators.gateway import GatewayServer, PaperGateway
from billing.jobs.collecting import collect, make
from billing.jobs.gateway_http import HttpGateway
from billing.models import Attempt, Bill, Collection, FiscalDocument, Notice
from billing.pricing.recurring.asked import Cancel
from billing.services.recurring import charging, plans, subscriptions
from billing.services.recurring.gateways import Gateway
from billing.services.register import open_register
from billing.settings import GatewaySettings
from billing.store.engine import Store
from tests.jobs.queued import Shop

DAY_S = 86_400


@dataclass
class Till:
    """A shop with a plan, its paper gateway, and a clock that is moved."""

    store: Store
    clock: SetClock
    paper: PaperGateway
    gateways: dict[str, Gateway]

    def subscribe(self, card: str) -> int:
        instrument = f"paper:{card}" if card else ""
        new = subscriptions.NewSubscription(plan="gym", customer="anna", instrument=instrument)
        return subscriptions.create(self.store, new).id

    def collect(self) -> None:
        collect(self.store, self.gateways)

    def later(self, seconds: int) -> None:
        self.clock.move(seconds)
        self.collect()

    def bill(self) -> tuple[str, str]:
        """The state of the newest bill's collection, and of the bill."""
        with self.store.read() as work:
            row = work.connection.execute(
                select(Collection.state, Bill.state)
                .join(Bill, Bill.id == Collection.bill_id)
                .order_by(Bill.id.desc())
                .limit(1)
            ).one()
        return row[0], row[1]

    def attempts(self) -> list[tuple[str, str]]:
        with self.store.read() as work:
            rows = work.connection.execute(select(Attempt.state, Attempt.failure).order_by(Attempt.id))
            return [(row[0], row[1]) for row in rows]

    def documents(self) -> int:
        with self.store.read() as work:
            return len(work.connection.execute(select(FiscalDocument.id)).all())


@pytest.fixture
def till(shop: Store, clock: SetClock) -> Iterator[Till]:
    """A shop with one plan and one customer, and the gateway on a port of this machine."""
    paper = PaperGateway(slow_s=0.5, clock=clock)
    server = GatewayServer(paper)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    plans.create_plan(shop, "gym", plans.PlanTerms(amount=Decimal(25)))
    plans.create_customer(shop, "Anna", "anna")
    settings = GatewaySettings(url=server.url, secret="s", payment_type=2)  # noqa: S106 of a paper gateway
    yield Till(shop, clock, paper, {"paper": HttpGateway("paper", settings, timeout_s=0.2)})
    server.shutdown()
    thread.join()
    server.server_close()


def test_rule_11_money_first_then_the_receipt_is_queued(till: Till) -> None:
    till.subscribe("ok")
    assert till.documents() == 0
    till.collect()
    assert (till.bill(), till.attempts()) == (("SETTLED", "handed_over"), [("SUCCEEDED", "")])
    assert (list(till.paper.moved.values()), till.documents()) == ([2500], 1)


def test_rule_9_a_soft_failure_is_tried_again_one_more_time_than_there_are_delays(till: Till) -> None:
    till.subscribe("no-funds")
    till.collect()
    for days in (1, 3, 5, 7, 30, 30):
        till.later(days * DAY_S)
    assert (till.attempts(), till.bill()[0]) == ([("DECLINED", "soft")] * 5, "FAILED")
    assert till.documents() == 0


def test_rule_9_a_hard_failure_is_tried_again_only_on_a_new_instrument(till: Till) -> None:
    subscription = till.subscribe("gone")
    till.collect()
    till.later(30 * DAY_S)
    assert (till.attempts(), till.bill()[0]) == ([("DECLINED", "hard")], "FAILED")
    started = charging.give_instrument(till.store, subscription, "paper:ok")
    make(till.store, till.gateways, started, collect(till.store, till.gateways))
    assert till.bill()[0] == "SETTLED"


def test_rule_9_a_lost_answer_is_asked_about_by_its_key_and_never_sent_anew(till: Till) -> None:
    till.subscribe("silent")
    till.collect()
    assert till.attempts() == [("UNKNOWN", "technical")]
    till.collect()
    till.later(charging.LEASE_S)
    assert (till.bill()[0], len(till.paper.calls), list(till.paper.moved.values())) == ("SETTLED", 1, [2500])


def test_rule_9_an_answer_after_the_time_out_is_found_by_asking(till: Till) -> None:
    till.subscribe("slow")
    till.collect()
    assert till.attempts() == [("UNKNOWN", "technical")]
    till.later(charging.LEASE_S)
    assert (till.bill()[0], list(till.paper.moved.values())) == ("SETTLED", [2500])


def test_rule_9_an_order_that_never_arrived_is_a_technical_failure_with_a_new_key(till: Till) -> None:
    till.subscribe("down")
    till.collect()
    till.later(charging.LEASE_S)
    assert till.attempts() == [("REJECTED", "technical")]
    till.later(300)
    assert till.attempts()[1:] == [("UNKNOWN", "technical")]


def test_rule_8_a_notice_ends_a_pending_try_and_the_same_one_again_changes_nothing(till: Till) -> None:
    till.subscribe("late")
    till.collect()
    assert (till.attempts(), till.bill()[0]) == ([("PENDING", "")], "COLLECTING")
    till.paper.finish(till.paper.calls[0], paid=True, amount=2500)
    till.collect()
    till.collect()
    with till.store.read() as work:
        notices = work.connection.execute(select(Notice.applied)).all()
    assert (till.bill()[0], [row[0] for row in notices]) == ("SETTLED", [True])


def test_rule_9_a_program_killed_between_the_call_and_its_answer_charges_once(till: Till) -> None:
    till.subscribe("ok")
    started = charging.begin(till.store)
    assert started is not None
    till.gateways["paper"].charge(started.order)  # and here the program is killed
    till.collect()
    assert till.bill()[0] == "COLLECTING"
    till.later(charging.LEASE_S)
    assert (till.bill()[0], len(till.paper.calls)) == ("SETTLED", 1)


def test_rule_9_a_bill_without_an_instrument_stays_open_for_the_till(till: Till) -> None:
    till.subscribe("")
    till.collect()
    owed = plans.owed_by(till.store)
    assert (till.attempts(), [(each.name, each.due) for each in owed]) == ([], [("Anna", 2500)])
    open_register(till.store).enter("@", owed[0].bill)
    assert (till.bill()[0], plans.owed_by(till.store)) == ("SETTLED", [])


def test_rule_10_money_that_comes_for_a_voided_bill_is_sent_back(till: Till) -> None:
    subscription = till.subscribe("silent")
    till.collect()
    subscriptions.operate(till.store, subscription, Cancel)
    till.later(charging.LEASE_S)
    assert (till.bill()[0], sum(till.paper.moved.values())) == ("VOID", 0)


def test_rule_9_a_manual_try_uses_up_nothing_of_the_schedule(till: Till) -> None:
    till.subscribe("gone")
    till.collect()
    owed = plans.owed_by(till.store)[0]
    make(till.store, till.gateways, [charging.retry(till.store, owed.bill)], collect(till.store, {}))
    assert (till.attempts(), till.bill()[0]) == ([("DECLINED", "hard")] * 2, "FAILED")


def test_rule_11_a_refund_of_a_bill_on_paper_is_told_to_a_person_where_it_cannot_be_reversed(
    till: Till,
) -> None:
    """The receipt still waits for its printer, so nothing is reversed; the money goes back all the same."""
    subscription = till.subscribe("ok")
    till.collect()
    subscriptions.operate(till.store, subscription, lambda now: Cancel(now, refund=2500))
    till.collect()
    types = [line.type for line in subscriptions.feed(till.store, subscription) if line.segment < 0]
    assert (sum(till.paper.moved.values()), types[-2:]) == (
        0,
        ["refund.done", "fiscal.failed"],
    )


def test_rule_10_a_part_refund_goes_back_to_the_card_once(till: Till) -> None:
    subscription = till.subscribe("ok")
    till.collect()
    subscriptions.operate(till.store, subscription, lambda now: Cancel(now, refund=1000))
    till.collect()
    till.collect()
    assert sorted(till.paper.moved.values()) == [-1000, 2500]


@pytest.mark.parametrize(
    ("give_up", "state"), [("keep", "ACTIVE"), ("pause", "PAUSED"), ("cancel", "CANCELED")]
)
def test_rule_9_giving_up_follows_the_companys_policy_and_the_bill_stays_owed(
    till: Till, give_up: Literal["keep", "pause", "cancel"], state: str
) -> None:
    subscription = till.subscribe("gone")
    collect(till.store, till.gateways, charging.Policy(give_up=give_up))
    assert subscriptions.show(till.store, subscription).state == state
    assert [each.state for each in plans.owed_by(till.store)] == ["FAILED"]


def test_rule_11_a_part_refund_of_a_bill_on_paper_makes_a_reversal_of_that_part(till: Till) -> None:
    subscription = till.subscribe("ok")
    till.collect()
    Shop(till.store).print(1)
    subscriptions.operate(till.store, subscription, lambda now: Cancel(now, refund=1083))
    till.collect()
    own = [line for line in subscriptions.feed(till.store, subscription) if line.segment < 0]
    with till.store.read() as work:
        reversal = work.connection.execute(
            select(Bill.total, Bill.reversal_reason).order_by(Bill.id.desc()).limit(1)
        ).one()
    assert [(line.type, line.amount) for line in own[-2:]] == [
        ("refund.done", -1083),
        ("fiscal.reversed", -1083),
    ]
    assert (tuple(reversal), till.documents()) == ((1083, "refund"), 2)


def test_rule_11_a_whole_refund_of_a_bill_on_paper_makes_a_reversal_of_it(till: Till) -> None:
    subscription = till.subscribe("ok")
    till.collect()
    Shop(till.store).print(1)
    subscriptions.operate(till.store, subscription, lambda now: Cancel(now, refund=2500))
    till.collect()
    assert [line.type for line in subscriptions.feed(till.store, subscription) if line.segment < 0][-1] == (
        "fiscal.reversed"
    )

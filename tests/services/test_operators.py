"""Operators and PINs: a PIN proves, wrong ones cost a growing pause, and nothing of it is ever shown."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from billing.clock import SetClock
from billing.models import JournalEntry, OperatorPin, OperatorSession
from billing.pricing.refusals import UnknownOperator
from billing.services import operators
from billing.services.operators import NoPin, NotLoggedIn, PinLocked, PinUnfit, PinWrong
from billing.store.engine import Store

PIN = "4711"


def _journal(store: Store) -> list[tuple[str, int | None]]:
    with store.read() as work:
        rows = work.session().scalars(
            select(JournalEntry).where(JournalEntry.subject_type == "operator").order_by(JournalEntry.id)
        )
        return [(row.kind, row.operator) for row in rows]


def _wrong(store: Store, times: int) -> None:
    for _ in range(times):
        with pytest.raises(PinWrong):
            operators.prove(store, 1, "0000")


def test_a_session_says_who_is_logged_in_until_it_is_over(shop: Store, clock: SetClock) -> None:
    operators.set_pin(shop, 1, PIN)
    secret, found = operators.log_in(shop, 1, PIN)
    assert operators.logged_in(shop, secret) == found
    clock.move(12 * 3600)
    assert operators.logged_in(shop, secret) is None


def test_neither_pin_nor_session_is_kept_as_it_is(shop: Store) -> None:
    operators.set_pin(shop, 1, PIN)
    secret, _ = operators.log_in(shop, 1, PIN)
    with shop.read() as work:
        session = work.session()
        kept = (
            session.scalars(select(OperatorPin.hash)).one()
            + session.scalars(select(OperatorSession.digest)).one()
        )
    assert kept.startswith("$argon2id$")
    assert PIN not in kept.split("$")
    assert secret not in kept


def test_the_journal_has_successes_and_failures_and_who(shop: Store) -> None:
    operators.set_pin(shop, 1, PIN)
    _wrong(shop, 1)
    secret, _ = operators.log_in(shop, 1, PIN)
    operators.log_out(shop, secret)
    assert _journal(shop) == [
        ("operator_pin_set", None),
        ("operator_login_failed", None),
        ("operator_logged_in", 1),
        ("operator_logged_out", 1),
    ]


def test_wrong_pins_cost_a_pause_that_doubles(shop: Store, clock: SetClock) -> None:
    operators.set_pin(shop, 1, PIN)
    _wrong(shop, 3)
    pauses = []
    for _ in range(9):
        with pytest.raises(PinLocked) as refused:
            operators.prove(shop, 1, PIN)
        pauses.append(refused.value.seconds)
        clock.move(refused.value.seconds)
        _wrong(shop, 1)
    assert pauses == [31, 61, 121, 241, 481, 961, 1921, 3601, 3601]


def test_a_right_pin_after_the_pause_forgives_the_wrong_ones(shop: Store, clock: SetClock) -> None:
    operators.set_pin(shop, 1, PIN)
    _wrong(shop, 3)
    clock.move(31)
    operators.prove(shop, 1, PIN)
    _wrong(shop, 3)


def test_a_pause_can_be_ended(shop: Store) -> None:
    operators.set_pin(shop, 1, PIN)
    _wrong(shop, 3)
    operators.unlock(shop, 1)
    operators.prove(shop, 1, PIN)


def test_a_new_pin_ends_the_sessions(shop: Store) -> None:
    operators.set_pin(shop, 1, PIN)
    secret, _ = operators.log_in(shop, 1, PIN)
    operators.set_pin(shop, 1, "5678")
    assert operators.logged_in(shop, secret) is None


def test_an_operator_with_a_pin_works_only_when_logged_in(shop: Store) -> None:
    operators.judge_logged_in(shop, {1}, None)
    operators.set_pin(shop, 1, PIN)
    operators.judge_logged_in(shop, {1}, 1)
    with pytest.raises(NotLoggedIn):
        operators.judge_logged_in(shop, {1}, None)
    operators.take_pin(shop, 1)
    operators.judge_logged_in(shop, {1}, None)


@pytest.mark.parametrize("pin", ["", "123", "12 34", "12\t34", "x" * 65])
def test_what_cannot_be_a_pin_is_refused(shop: Store, pin: str) -> None:
    with pytest.raises(PinUnfit):
        operators.set_pin(shop, 1, pin)


def test_who_is_not_there_or_has_no_pin_is_told_so(shop: Store) -> None:
    with pytest.raises(UnknownOperator):
        operators.log_in(shop, 99, PIN)
    with pytest.raises(NoPin):
        operators.log_in(shop, 1, PIN)


def test_the_list_says_who_has_a_pin_and_who_is_locked(shop: Store, clock: SetClock) -> None:
    operators.set_pin(shop, 1, PIN)
    _wrong(shop, 3)
    row = operators.list_operators(shop)[0]
    assert (row.has_pin, row.locked_until) == (True, clock.now() + timedelta(seconds=30))

"""Jobs: the table of moves, the device's queue and lease, attempts and what a person decides."""

import itertools
import os

import pytest

from billing.clock import SetClock
from billing.documents import Answer, CashMovement, Printed, Receipt
from billing.services import jobs
from billing.services.job_states import MOVES, JobMoveRefused, JobReasonMissing, Move, State
from billing.services.register import Register, open_register
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.queue import DeviceHeld, LeaseLost

ANSWER = Answer(printed=Printed.YES, document_number="0000007", fiscal_memory_number="02000600")
ERROR = {"code": "paper-out", "message": "no paper"}


@pytest.fixture
def register(shop: Store) -> Register:
    return open_register(shop)


def rung(register: Register) -> int:
    """Ring a bill and return its job's number."""
    job = register.ring(["1", "@"]).job
    assert job is not None
    return job


@pytest.mark.parametrize(("state", "move"), [p for p in itertools.product(State, Move) if p not in MOVES])
def test_a_move_that_is_not_in_the_table_is_refused(state: State, move: Move) -> None:
    refused = JobMoveRefused(7, state, move)
    assert str(refused) == f"job 7 is {state} and cannot {move}"


def test_a_done_or_cancelled_job_moves_no_more() -> None:
    assert not [pair for pair in MOVES if pair[0] in {State.DONE, State.CANCELLED}]


def test_jobs_come_in_the_order_of_their_bills(register: Register) -> None:
    first, second = rung(register), rung(register)
    lease = jobs.take_lease(register.store, "printer")
    turns = []
    while (job := jobs.next_job(register.store, lease)) is not None:
        turns.append(job.number)
        jobs.settle(register.store, jobs.begin_attempt(register.store, lease, job.number), ANSWER)
    assert turns == [first, second]


def test_an_answer_settles_the_job(register: Register) -> None:
    number = rung(register)
    lease = jobs.take_lease(register.store, "printer")
    jobs.settle(register.store, jobs.begin_attempt(register.store, lease, number), ANSWER)
    job = jobs.show_job(register.store, number)
    assert (job.state, job.answer) == (State.DONE, ANSWER)
    assert [attempt.outcome for attempt in job.attempts] == ["printed"]


def test_notes_are_there_for_the_next_attempt(register: Register) -> None:
    number = rung(register)
    lease = jobs.take_lease(register.store, "printer")
    attempt = jobs.begin_attempt(register.store, lease, number)
    jobs.note(register.store, attempt, "opening", {"last_document": 6})
    jobs.note(register.store, attempt, "paying", {"subtotal": "1.00"})
    found = jobs.next_job(register.store, lease)
    assert found is not None
    assert found.state is State.PRINTING
    assert [(note.stage, note.facts) for note in found.notes] == [
        ("opening", {"last_document": 6}),
        ("paying", {"subtotal": "1.00"}),
    ]


def test_an_attempt_that_printed_nothing_keeps_its_turn(register: Register) -> None:
    number, _ = rung(register), rung(register)
    lease = jobs.take_lease(register.store, "printer")
    attempt = jobs.begin_attempt(register.store, lease, number)
    assert jobs.fail(register.store, attempt, ERROR, Printed.NO) is State.QUEUED
    head = jobs.next_job(register.store, lease)
    assert head is not None
    assert (head.number, head.error) == (number, ERROR)


def test_a_document_that_was_refused_lets_the_next_one_pass(register: Register) -> None:
    number, second = rung(register), rung(register)
    lease = jobs.take_lease(register.store, "printer")
    attempt = jobs.begin_attempt(register.store, lease, number)
    assert jobs.fail(register.store, attempt, ERROR, Printed.NO, final=True) is State.FAILED
    head = jobs.next_job(register.store, lease)
    assert head is not None
    assert head.number == second
    assert jobs.retry(register.store, number).state is State.QUEUED


def unknown(register: Register) -> int:
    """Leave a job of which nobody knows whether it was printed."""
    number = rung(register)
    lease = jobs.take_lease(register.store, "printer")
    attempt = jobs.begin_attempt(register.store, lease, number)
    assert jobs.fail(register.store, attempt, ERROR, Printed.UNKNOWN) is State.UNKNOWN
    return number


def test_an_unknown_job_stops_its_devices_queue(register: Register) -> None:
    number = unknown(register)
    rung(register)
    lease = jobs.take_lease(register.store, "printer")
    head = jobs.next_job(register.store, lease)
    assert head is not None
    assert (head.number, head.state) == (number, State.UNKNOWN)


def test_an_unknown_job_is_resolved_as_printed_with_its_number(register: Register) -> None:
    job = jobs.resolve_printed(register.store, unknown(register), "0000042", by=2)
    assert job.state is State.DONE
    assert job.answer is not None
    assert job.answer.document_number == "0000042"


def test_an_unknown_job_resolved_as_not_printed_is_printed_next(register: Register) -> None:
    number = unknown(register)
    rung(register)
    assert jobs.resolve_not_printed(register.store, number).state is State.QUEUED
    head = jobs.next_job(register.store, jobs.take_lease(register.store, "printer"))
    assert head is not None
    assert head.number == number


def test_a_job_that_may_be_on_paper_is_not_cancelled(register: Register) -> None:
    with pytest.raises(JobMoveRefused):
        jobs.cancel(register.store, unknown(register), "отказ")


def test_a_job_that_waits_is_not_resolved(register: Register) -> None:
    with pytest.raises(JobMoveRefused, match="is queued and cannot be resolved as printed"):
        jobs.resolve_printed(register.store, rung(register), "1")


def test_a_held_device_is_not_taken(shop: Store) -> None:
    jobs.take_lease(shop, "printer", owner="elsewhere:1:2")
    with pytest.raises(DeviceHeld, match="held by elsewhere:1:2"):
        jobs.take_lease(shop, "printer", owner="here:1:2")


def test_a_lease_that_ran_out_is_taken_and_its_holder_cannot_write(
    register: Register, clock: SetClock
) -> None:
    number = rung(register)
    old = jobs.take_lease(register.store, "printer", owner="elsewhere:1:2", seconds=30)
    attempt = jobs.begin_attempt(register.store, old, number)
    clock.move(31)
    jobs.take_lease(register.store, "printer", owner="here:1:2")
    with pytest.raises(LeaseLost):
        jobs.note(register.store, attempt, "opening", {})
    with pytest.raises(LeaseLost):
        jobs.settle(register.store, attempt, ANSWER)


def test_a_note_is_a_sign_of_life(register: Register, clock: SetClock) -> None:
    number = rung(register)
    lease = jobs.take_lease(register.store, "printer", owner="elsewhere:1:2", seconds=30)
    attempt = jobs.begin_attempt(register.store, lease, number)
    clock.move(20)
    jobs.note(register.store, attempt, "opening", {}, seconds=30)
    clock.move(20)
    with pytest.raises(DeviceHeld):
        jobs.take_lease(register.store, "printer", owner="here:1:2")


def test_the_lease_of_a_process_that_died_here_is_taken_at_once(shop: Store) -> None:
    host, pid, _ = jobs.this_process().split(":")
    jobs.take_lease(shop, "printer", owner=f"{host}:{pid}:1")  # this process id, but started another time
    assert jobs.take_lease(shop, "printer").owner == jobs.this_process()


def test_a_live_process_of_this_machine_keeps_its_lease(shop: Store) -> None:
    host, _, _ = jobs.this_process().split(":")
    parent = f"{host}:{os.getppid()}:{jobs.started(os.getppid())}"
    jobs.take_lease(shop, "printer", owner=parent)
    with pytest.raises(DeviceHeld):
        jobs.take_lease(shop, "printer")


def test_a_released_device_is_free(shop: Store) -> None:
    lease = jobs.take_lease(shop, "printer", owner="elsewhere:1:2")
    jobs.release_lease(shop, lease)
    assert jobs.take_lease(shop, "printer", owner="here:1:2").fence > lease.fence


def test_a_document_without_a_bill_is_queued_once_by_its_key(shop: Store) -> None:
    cash = CashMovement(amount="10", key="float")
    first = jobs.put_document(shop, cash, ("key", "float"), "printer")
    assert jobs.put_document(shop, cash, ("key", "float"), "printer") == first


def test_no_password_is_stored(shop: Store) -> None:
    cash = CashMovement.model_validate({"amount": "10", "operator": {"code": "1", "password": "0000"}})
    number = jobs.put_document(shop, cash, ("key", "x"), "printer")
    assert jobs.show_job(shop, number).document.operator.password == ""


def test_jobs_are_listed_by_state_and_device(register: Register) -> None:
    unknown(register)
    waiting = rung(register)
    assert [job.number for job in jobs.list_jobs(register.store, state=State.QUEUED)] == [waiting]
    assert jobs.list_jobs(register.store, device="other") == []
    assert isinstance(jobs.list_jobs(register.store, device="printer")[0].document, Receipt)


def test_a_job_that_is_not_there_is_missing(shop: Store) -> None:
    with pytest.raises(Missing):
        jobs.show_job(shop, 99)
    with pytest.raises(Missing):
        jobs.retry(shop, 99)


def test_a_job_is_cancelled_with_a_reason(register: Register) -> None:
    number = rung(register)
    with pytest.raises(JobReasonMissing):
        jobs.cancel(register.store, number, " ")
    assert jobs.cancel(register.store, number, "продаден принтер").state is State.CANCELLED

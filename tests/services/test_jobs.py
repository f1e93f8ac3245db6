"""Jobs: the table of moves, the device's queue and lease, attempts and what a person decides."""

import itertools
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from billing.clock import SetClock
from billing.documents import Answer, CashMovement, Printed, Receipt
from billing.services import jobs
from billing.services.job_states import (
    MOVES,
    JobMoveRefused,
    JobReasonMissing,
    Move,
    NumberOnPaperExpected,
    State,
)
from billing.services.register import Register, open_register
from billing.store.chain import read_chain
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.queue import DeviceHeld, Lease, LeaseLost, take_lease

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


@pytest.mark.parametrize("found", ["", "abc", "-1", "１２", "1" * 11])
def test_a_number_that_no_paper_shows_is_refused(register: Register, found: str) -> None:
    number = unknown(register)
    with pytest.raises(NumberOnPaperExpected):
        jobs.resolve_printed(register.store, number, found)
    assert jobs.show_job(register.store, number).state is State.UNKNOWN


@pytest.mark.parametrize(("by", "operator", "made_by"), [(2, 2, None), ("ani", None, "ani")])
def test_the_journal_says_who_resolved_a_job(
    register: Register, by: int | str, operator: int | None, made_by: str | None
) -> None:
    jobs.resolve_printed(register.store, unknown(register), "0000042", by)
    with register.store.read() as work:
        entry = [entry for entry in read_chain(work) if entry["kind"] == "job_resolved"][-1]
    assert (entry["operator"], entry["facts"].get("made_by")) == (operator, made_by)


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
    old = jobs.take_lease(register.store, "printer", owner="elsewhere:1:2")
    attempt = jobs.begin_attempt(register.store, old, number)
    clock.move(jobs.LEASE_S + 1)
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
    host, pid, _ = jobs.this_thread().split(":")
    jobs.take_lease(shop, "printer", owner=f"{host}:{pid}:1")  # this process id, but started another time
    assert jobs.take_lease(shop, "printer").owner == jobs.this_thread()


def test_a_live_process_of_this_machine_keeps_its_lease(shop: Store) -> None:
    host, _, _ = jobs.this_thread().split(":")
    parent = f"{host}:{os.getppid()}:{jobs.started(os.getppid())}"
    jobs.take_lease(shop, "printer", owner=parent)
    with pytest.raises(DeviceHeld):
        jobs.take_lease(shop, "printer")


def test_two_threads_of_one_program_do_not_hold_a_device_at_once(shop: Store) -> None:
    jobs.take_lease(shop, "printer")
    with ThreadPoolExecutor(1) as pool, pytest.raises(DeviceHeld):
        pool.submit(jobs.take_lease, shop, "printer").result()


def test_whoever_follows_a_dead_holder_keeps_the_device(shop: Store) -> None:
    """Two processes saw the same dead holder; the second one is asked about the first, not about the dead."""
    jobs.take_lease(shop, "printer", owner="dead:1:2")
    asked: list[str] = []

    def is_dead(owner: str) -> bool:
        asked.append(owner)
        return owner == "dead:1:2"

    with shop.write() as work:
        take_lease(work, "printer", "till:1:2", 30, is_dead=is_dead)
    with pytest.raises(DeviceHeld, match="till:1:2"), shop.write() as work:
        take_lease(work, "printer", "worker:1:2", 30, is_dead=is_dead)
    assert asked == ["dead:1:2", "till:1:2"]


def test_two_at_once_that_see_a_dead_holder_do_not_both_take_the_device(shop: Store) -> None:
    gone = jobs.this_thread().rsplit(":", 1)[0] + ":1"
    for _ in range(20):
        lease = jobs.take_lease(shop, "printer", owner=gone)
        start = threading.Barrier(2)

        def follow(start: threading.Barrier = start) -> Lease | None:
            start.wait()
            try:
                return jobs.take_lease(shop, "printer")
            except DeviceHeld:
                return None

        with ThreadPoolExecutor(2) as pool:
            taken = [held for held in pool.map(lambda _: follow(), range(2)) if held is not None]
        assert len(taken) == 1
        jobs.release_lease(shop, taken[0])
        assert lease.fence < taken[0].fence


@pytest.mark.parametrize("write", ["begin", "settle", "fail"])
def test_a_write_in_a_leases_name_never_shortens_it(register: Register, clock: SetClock, write: str) -> None:
    """A heartbeat moved its end; what is written next must not move it back to where it was taken."""
    number = rung(register)
    lease = jobs.take_lease(register.store, "printer", owner="elsewhere:1:2")
    clock.move(jobs.LEASE_S - 1)
    jobs.renew_lease(register.store, lease)
    attempt = jobs.begin_attempt(register.store, lease, number)
    if write == "settle":
        jobs.settle(register.store, attempt, ANSWER)
    if write == "fail":
        jobs.fail(register.store, attempt, {"code": "E101", "message": ""}, Printed.NO)
    clock.move(jobs.LEASE_S - 1)
    with pytest.raises(DeviceHeld):
        jobs.take_lease(register.store, "printer", owner="here:1:2")


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

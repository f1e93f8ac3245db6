"""Each attempt keeps what was said on the line, without passwords, for as long as is set."""

import pytest

from billing.cli.jobs import _lines
from billing.clock import SetClock
from billing.jobs.embedded import Worker
from billing.services.jobs import forget_frames, show_job
from billing.store.engine import Store
from tests.jobs.queued import Shop

DAY_S = 86_400.0
OPENING = 0x30


@pytest.fixture
def till(shop: Store) -> Shop:
    return Shop(shop)


def frames(till: Shop, job: int | None) -> list[list[str]]:
    assert job is not None
    return [list(attempt.frames) for attempt in show_job(till.store, job).attempts]


def test_an_attempt_keeps_what_was_said_and_heard(till: Shop) -> None:
    job = till.ring("1.20", "@").job
    till.print(job)
    (said,) = frames(till, job)
    assert said[0].startswith("-> 01 ")
    assert {line[:3] for line in said} == {"-> ", "<- "}


def test_a_second_document_on_the_same_line_has_frames_of_its_own(till: Shop) -> None:
    first, second = till.ring("1.20", "@").job, till.ring("2.40", "@").job
    till.print(second)
    assert frames(till, first)[0]
    assert frames(till, second)[0]
    assert frames(till, first) != frames(till, second)


def test_a_password_is_never_kept(till: Shop) -> None:
    job = till.ring("1.20", "@").job
    till.print(job)
    (said,) = frames(till, job)
    opened = [bytes.fromhex(line[3:].replace("**", "2a")) for line in said if line.startswith("-> ")]
    (opening,) = [each for each in opened if each[3] == OPENING]
    assert b"***" in opening
    assert any("** **" in line for line in said)


def test_an_attempt_that_was_killed_keeps_what_was_said_before_its_last_note(till: Shop) -> None:
    job = till.ring("1.20", "@").job
    assert till.killed(job, 9, after=True)
    till.print(job)
    first, second = frames(till, job)
    assert first
    assert second


def test_frames_are_forgotten_after_their_time_and_attempts_stay(till: Shop, clock: SetClock) -> None:
    job = till.ring("1.20", "@").job
    till.print(job)
    assert forget_frames(till.store, 30) == 0
    clock.move(31 * DAY_S)
    assert forget_frames(till.store, 30) == 1
    assert frames(till, job) == [[]]


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_worker_forgets(till: Shop, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_KEEP_FRAMES_DAYS", "7")
    job = till.ring("1.20", "@").job
    till.print(job)
    clock.move(8 * DAY_S)
    Worker(till.store, opener=till.opener)._forget()
    assert frames(till, job) == [[]]


def test_a_job_is_shown_with_its_frames_where_they_are_asked_for(till: Shop) -> None:
    number = till.ring("1.20", "@").job
    till.print(number)
    assert number is not None
    job = show_job(till.store, number)
    assert [line for line in _lines(job, frames=True) if "-> 01" in line]
    assert not [line for line in _lines(job, frames=False) if "-> 01" in line]

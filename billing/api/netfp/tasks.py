"""Tasks: a request under its id has its effect once, for good; its result is the document's own end.

Id, effect and first answer are one transaction (``services.idempotency``), so they survive a restart and
hold for two servers. What is printed is answered from the job; a client is told *not printed* only after the
job was given up, so nothing it may ask for again comes out later.
"""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from billing.api.netfp.results import (
    NO_RECEIPT,
    NUMBERS,
    OTHER,
    Message,
    Result,
    error,
    info,
    number_of,
    receipt_data,
    status,
    warning_of,
)
from billing.api.service import Master
from billing.jobs.notebook import Stage
from billing.jobs.store_notebook import notes_of, registers_of
from billing.services import idempotency, jobs, reports
from billing.services.devices import set_password
from billing.services.idempotency import Answered, JoinedStore, KeyReused
from billing.services.job_states import Job, JobMoveRefused, State
from billing.services.unprinted import give_up
from billing.services.waiting import first_waiting
from billing.store import request_keys
from billing.store.engine import Store
from billing.store.queue import StateChanged

TASK_ID: Final = re.compile(r"[^\x00-\x1f]{1,60}")
DEFAULT_MS: Final = 29_000
"""How long a request waits for its result where it does not say."""
DEADLINE: Final = re.compile(r"([0-9]{1,9})(ms|s|m)?")
UNITS_MS: Final = {"ms": 1, "s": 1_000, "m": 60_000, None: 1}
WITH_RECEIPT: Final = frozenset({"receipt", "reversalreceipt", "invoice", "creditnote"})
"""Actions whose results have receipt data."""

UNSAID: Final = frozenset({Stage.FRESH, Stage.OPENING})
"""Stages of printing before anything counts: what is given up there is not on paper."""
WAITING: Final = frozenset({State.QUEUED, State.PRINTING, State.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Begun:
    """What a request has begun: a job to wait for, or its result at once.

    ``notes`` are said with the result; ``number`` is the sale number of a receipt that got one here;
    ``password_of`` is the operator whose password came with it and was kept.
    """

    action: str
    job: int | None = None
    result: Result | None = None
    notes: tuple[Message, ...] = ()
    number: str = ""
    password_of: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a request wants its effect: its id, how long it waits (milliseconds), and until when it counts."""

    task: str
    wait_ms: int
    deadline_ms: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a task stands; ``result`` once it is finished."""

    word: str
    result: Result | None = None
    unsure: str = ""
    """Why nobody knows whether it was printed."""


def new_id() -> str:
    """Return an id for a request that brought none: 22 characters."""
    return secrets.token_urlsafe(16)


def deadline_of(text: str | None) -> int | None:
    """Return a deadline in milliseconds; None where none is said, or nothing that can be read."""
    found = DEADLINE.fullmatch((text or "").strip().lower())
    return None if found is None or not int(found[1]) else int(found[1]) * UNITS_MS[found[2]]


def key_of(task: str) -> str:
    """Return the key under which a task is kept."""
    return f"{request_keys.FOR_GOOD}{task}"


def begin(master: Master, asked: Asked, digest: str, act: Callable[[Store], Begun]) -> Answered:
    """Have the effect of a task once, or return what was begun under its id before.

    Raises:
        KeyReused: the id was used for another request.
    """
    store = master.store

    def effect(joined: Store) -> Answered:
        begun = act(joined)
        until = None
        if asked.deadline_ms is not None:
            until = (store.clock.now() + timedelta(milliseconds=asked.deadline_ms)).isoformat()
        kept = {
            "action": begun.action,
            "result": begun.result,
            "notes": list(begun.notes),
            "number": begun.number,
            "password_of": begun.password_of,
            "until": until,
        }
        return Answered(200, kept, begun.job)

    return idempotency.once(store, key_of(asked.task), digest, effect)


def look_up(store: Store, task: str) -> Answered | None:
    """Return what was begun under an id, or None."""
    with store.read() as work:
        row = request_keys.find_key(work, key_of(task))
    return None if row is None else Answered(row.status, json.loads(row.answer), row.job)


def finish(store: Store, task: str, answered: Answered, result: Result) -> Standing:
    """Keep the result of a task for good."""
    kept = replace(answered, answer={**answered.answer, "result": result})
    idempotency.settle(store, key_of(task), kept)
    return Standing("finished", result)


def stand(master: Master, task: str, answered: Answered) -> Standing:
    """Return where a task stands; one that failed before paper is given up first."""
    kept = answered.answer
    if kept["result"] is not None:
        return Standing("finished", kept["result"])
    if answered.job is None:
        return _at_once(master.store, task, answered)
    return _of_job(master, task, answered, jobs.show_job(master.store, answered.job))


def _of_job(master: Master, task: str, answered: Answered, job: Job) -> Standing:
    kept = answered.answer
    if job.state is State.DONE:
        if job.subject[0] == "report":
            reports.finish_z(master.store, int(job.subject[1]), job.answer, registers_of(job))
        return Standing("finished", printed(job, kept))
    if job.state is State.CANCELLED:
        return _cancelled(master.store, task, answered, job)
    if job.state is State.UNKNOWN:
        return Standing("running", unsure=str((job.error or {}).get("message", "")))
    reason = _hopeless(master.store, job, kept)
    if reason is not None:
        return _give_up(master, task, answered, job, reason)
    return Standing("enqueued" if job.state is State.QUEUED else "running")


def _cancelled(store: Store, task: str, answered: Answered, job: Job) -> Standing:
    """Return the end of a job that was given up: by us with a result, or by a person."""
    found = look_up(store, task)
    if found is not None and found.answer["result"] is not None:
        return Standing("finished", found.answer["result"])
    return finish(store, task, answered, _unprinted(answered.answer, job.error, "it was given up"))


def _at_once(store: Store, task: str, answered: Answered) -> Standing:
    """Return where a task stands that needs no paper: its process may have died over it."""
    found = look_up(store, task)
    kept = (found or answered).answer
    if kept["result"] is not None:
        return Standing("finished", kept["result"])
    if jobs.is_dead(kept.get("owner", "")):
        said = "the server stopped while this was done; whether it was done is not known"
        return finish(store, task, answered, status([error(OTHER, said)]))
    return Standing("running")


def _hopeless(store: Store, job: Job, kept: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return why a job that waits will be given up, None while it may still be printed soon."""
    if job.state not in {State.QUEUED, State.FAILED} or notes_of(job).stage not in UNSAID:
        return None
    if job.state is State.FAILED:
        return job.error or {}
    if kept["until"] and store.clock.now() > datetime.fromisoformat(kept["until"]):
        return {"code": "deadline", "message": "the time that the request gave itself is over"}
    last = job.attempts[-1] if job.attempts else None
    if last is not None and last.outcome == "no":
        return job.error or {}
    return _blocked(store, job)


def over(store: Store, answered: Answered) -> bool:
    """Return whether the time that a request gave itself has passed."""
    until = answered.answer["until"]
    return bool(until) and store.clock.now() > datetime.fromisoformat(until)


def _blocked(store: Store, job: Job) -> Mapping[str, Any] | None:
    """Return what stops the document before this one, if it was tried since this one waits."""
    number = first_waiting(store, job.device)
    if number is None or number == job.number:
        return None
    head = jobs.show_job(store, number)
    tried = [each for each in head.attempts if each.ended_at and each.ended_at >= job.created_at]
    if head.state is not State.UNKNOWN and not (tried and head.state is State.QUEUED):
        return None
    facts = head.error or {}
    return {**facts, "message": f"job {head.number} comes first: {facts.get('message', '')}"}


def _give_up(master: Master, task: str, answered: Answered, job: Job, facts: Mapping[str, Any]) -> Standing:
    """Give a job up for good, then say so; where a worker has taken it meanwhile it goes on."""
    result = _unprinted(answered.answer, facts, "")
    try:
        with master.store.write() as work:
            joined = JoinedStore(master.store, work)
            give_up(joined, job, "its caller was told that it was not printed")
            if answered.answer["password_of"]:  # it may be wrong, and families say so in different words
                set_password(joined, job.device, answered.answer["password_of"], "")
            return finish(joined, task, answered, result)
    except (JobMoveRefused, StateChanged):
        now = jobs.show_job(master.store, job.number)
        if now.state in WAITING:
            return Standing("running")
        return _of_job(master, task, answered, now)  # it ended meanwhile: printed, or given up by another


def printed(job: Job, kept: Mapping[str, Any]) -> Result:
    """Return the result of a job that is on paper."""
    assert job.answer is not None  # noqa: S101 a done job has an answer
    answer = job.answer
    said: list[Message] = [*kept["notes"], *map(warning_of, answer.warnings)]
    further: dict[str, Any] = {}
    if kept["action"] in WITH_RECEIPT:
        further = receipt_data(answer)
        number = kept["number"] or getattr(job.document, "unique_sale_number", "")
        if number:
            further["uniqueSaleNumber"] = number
        if kept["action"] in {"invoice", "creditnote"}:
            further["invoiceNumber"] = ""
    z_number = answer.registers.get("z_number")
    if z_number and kept["action"] == "zreport":
        said.append(info(f"Z report {z_number}"))
        further["zNumber"] = z_number
    return status(said, **further)


def _unprinted(kept: Mapping[str, Any], facts: Mapping[str, Any] | None, otherwise: str) -> Result:
    facts = facts or {}
    said = str(facts.get("message") or otherwise)
    code = str(facts.get("code", ""))
    messages = [*kept["notes"], error(OTHER if code == "deadline" else number_of(code), said)]
    if facts.get("maker_code"):
        messages.append(info(f"the device's own word: {facts['maker_code']}"))
    messages.append(info("nothing was printed, and nothing will be"))
    return status(messages, **(NO_RECEIPT if kept["action"] in WITH_RECEIPT else {}))


def unsure(kept: Mapping[str, Any], task: str, why: str) -> Result:
    """Return what a request hears whose document may be on paper: neither yes nor no, and its task."""
    code = next((number for word, number in NUMBERS.items() if word in why), "E107")
    said = error("E101" if code == "E101" else "E107", f"it is not known whether this was printed: {why}")
    advice = info("do not send it again under another id: ask for the task, the device is being asked")
    further = NO_RECEIPT if kept["action"] in WITH_RECEIPT else {}
    return status([*kept["notes"], said, advice], **further, taskId=task)


__all__ = ["Asked", "Begun", "KeyReused", "Standing", "begin", "over", "stand"]

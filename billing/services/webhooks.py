"""Webhooks: who is told of events, and each telling's state. What posts them is ``jobs.telling``.

An event is given to a webhook as a row of its own, in order of the outbox; it is tried at growing pauses
and given up after the last one. Two servers on one store never take the same row: a try is taken for a
minute before it is made.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from billing.errors import RuleError
from billing.models import Delivery, Webhook
from billing.services.events import Event
from billing.store.engine import Store
from billing.store.mistakes import Missing
from billing.store.outbox import last_event, read_outbox
from billing.store.trail import journal
from billing.store.work import Work

PAUSES_S: Final = (10, 30, 120, 600, 1_800, 7_200, 21_600, 86_400)
"""Between the tries of one event, seconds; after the last it is given up."""
TAKEN_S: Final = 60
"""How long a try belongs to who took it, seconds; longer than any answer is waited for."""
BOTH_SECRETS: Final = timedelta(days=1)
"""How long an old secret still signs beside the new one."""
AT_ONCE: Final = 20
BATCH: Final = 500


class UrlWrong(RuleError):
    """An address that events cannot be posted to."""

    code = "webhook_url"

    def __init__(self, url: str) -> None:
        super().__init__(f"{url[:80]!r} is no address for events; expected https://HOST/PATH")


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as people see it: never its secrets."""

    id: int
    url: str
    kinds: tuple[str, ...]
    last_event: int
    created_at: datetime
    waiting: int
    given_up: int
    last_outcome: str


@dataclass(frozen=True, slots=True)
class Telling:
    """One try, taken: the event, where it goes, and the secrets that sign it."""

    delivery: int
    attempt: int
    url: str
    secrets: tuple[str, ...]
    event: Event


def create_webhook(store: Store, url: str, kinds: Sequence[str] = ()) -> tuple[str, Hook]:
    """Tell ``url`` of every event (of ``kinds``, if any) from now on; return its secret, this once.

    Raises:
        UrlWrong: nothing can be posted there.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or not url.isprintable():
        raise UrlWrong(url)
    secret = _secret()
    with store.write() as work, work.session() as session:
        row = Webhook(
            url=url, kinds=list(kinds), secret=secret, last_event=last_event(work), created_at=work.now
        )
        session.add(row)
        session.flush()
        journal(work, "webhook_created", ("webhook", row.id), {"url": url, "kinds": list(kinds)})
        return secret, _hook_of(session, row)


def _secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def list_webhooks(store: Store) -> list[Hook]:
    """Return the webhooks, the oldest first."""
    with store.read() as work:
        session = work.session()
        return [_hook_of(session, row) for row in session.scalars(_live().order_by(Webhook.id))]


def remove_webhook(store: Store, number: int) -> None:
    """Tell nobody there any more; what waited is given up.

    Raises:
        Missing: there is no such webhook.
    """
    with store.write() as work, work.session() as session:
        row = _find(session, number)
        row.removed_at = work.now
        session.flush()
        session.execute(
            update(Delivery)
            .where(Delivery.master_id == work.master_id, Delivery.webhook_id == number)
            .values(next_at=None)
        )
        journal(work, "webhook_removed", ("webhook", number), {"url": row.url})


def rotate_secret(store: Store, number: int) -> tuple[str, Hook]:
    """Give a webhook a new secret and return it, this once; for a day the old one signs as well.

    Raises:
        Missing: there is no such webhook.
    """
    with store.write() as work, work.session() as session:
        row = _find(session, number)
        row.old_secret, row.old_until = row.secret, work.now + BOTH_SECRETS
        row.secret = _secret()
        session.flush()
        journal(work, "webhook_rotated", ("webhook", number), {})
        return row.secret, _hook_of(session, row)


def replay(store: Store, number: int, after: int) -> int:
    """Tell a webhook again of what happened after event ``after``; return how many events that are.

    Raises:
        Missing: there is no such webhook.
    """
    with store.write() as work, work.session() as session:
        row = _find(session, number)
        events = [e for e in read_outbox(work, after, BATCH, tuple(row.kinds)) if e.number <= row.last_event]
        for event in events:
            _tell_again(work, session, row, event)
        session.flush()
        return len(events)


def _tell_again(work: Work, session: Session, row: Webhook, event: Event) -> None:
    found = session.scalars(
        select(Delivery).where(Delivery.webhook_id == row.id, Delivery.event == event.number)
    ).one_or_none()
    if found is None:
        session.add(Delivery(webhook_id=row.id, event=event.number, next_at=work.now))
        return
    found.attempts, found.next_at, found.delivered_at, found.outcome = 0, work.now, None, ""


# What the worker does


def give_events(store: Store) -> bool:
    """Give every webhook the events that came since; return whether there are any webhooks at all."""
    with store.read() as work:
        if work.session().scalars(_live().limit(1)).first() is None:
            return False
    with store.write() as work, work.session() as session:
        for row in session.scalars(_live().with_for_update()):
            events = read_outbox(work, row.last_event, BATCH)
            wanted = [event for event in events if not row.kinds or event.kind in row.kinds]
            session.add_all(
                Delivery(webhook_id=row.id, event=event.number, next_at=work.now) for event in wanted
            )
            if events:
                row.last_event = events[-1].number
        session.flush()
    return True


def take_tellings(store: Store) -> list[Telling]:
    """Take the tries that are due; they are this caller's for a minute."""
    with store.write() as work, work.session() as session:
        due = session.scalars(
            select(Delivery)
            .where(Delivery.next_at.is_not(None), Delivery.next_at <= work.now)
            .order_by(Delivery.event)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        taken = []
        for row in due:
            hook = session.get_one(Webhook, row.webhook_id)
            found = read_outbox(work, row.event - 1, 1)
            row.next_at = work.now + timedelta(seconds=TAKEN_S)
            row.attempts += 1
            taken.append(Telling(row.id, row.attempts, hook.url, _secrets(hook, work.now), found[0]))
        session.flush()
        return taken


def _secrets(hook: Webhook, now: datetime) -> tuple[str, ...]:
    both = hook.old_until is not None and now < hook.old_until
    return (hook.secret, hook.old_secret) if both else (hook.secret,)


def told(store: Store, telling: Telling, outcome: str, *, done: bool) -> None:
    """Write down how a try ended; one that failed is tried again later, or given up after the last."""
    with store.write() as work, work.session() as session:
        row = session.get_one(Delivery, telling.delivery)
        if row.attempts != telling.attempt:
            return  # it was asked for anew meanwhile
        row.outcome = outcome[:200]
        if done:
            row.delivered_at, row.next_at = work.now, None
        elif telling.attempt > len(PAUSES_S):
            row.next_at = None
        elif row.next_at is not None:
            row.next_at = work.now + timedelta(seconds=PAUSES_S[telling.attempt - 1])
        session.flush()


# How


def _live() -> Select[Any]:
    return select(Webhook).where(Webhook.removed_at.is_(None))


def _find(session: Session, number: int) -> Webhook:
    row = session.scalars(_live().where(Webhook.id == number)).one_or_none()
    if row is None:
        raise Missing("webhook", number)
    found: Webhook = row
    return found


def _hook_of(session: Session, row: Webhook) -> Hook:
    mine = select(func.count()).select_from(Delivery).where(Delivery.webhook_id == row.id)
    lost = mine.where(Delivery.next_at.is_(None), Delivery.delivered_at.is_(None))
    tried = select(Delivery.outcome).where(Delivery.webhook_id == row.id, Delivery.outcome != "")
    return Hook(
        id=row.id,
        url=row.url,
        kinds=tuple(row.kinds),
        last_event=row.last_event,
        created_at=row.created_at,
        waiting=session.scalar(mine.where(Delivery.next_at.is_not(None))) or 0,
        given_up=session.scalar(lost) or 0,
        last_outcome=session.scalar(tried.order_by(Delivery.event.desc()).limit(1)) or "",
    )

"""Operators prove who they are with a PIN: set, taken away, tried, and the sessions of who is logged in.

A PIN is short, so it is kept by a slow hash (argon2id), and wrong tries cost a pause that doubles. A try is
counted before it is judged: many at once are no way around the pause. Neither PIN nor session is ever in
the journal or a log.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from billing.errors import RuleError
from billing.models import Operator, OperatorPin, OperatorSession
from billing.pricing.refusals import Banned, UnknownOperator
from billing.store.engine import Store
from billing.store.trail import journal
from billing.store.work import Work

SHORTEST: Final = 4
LONGEST: Final = 64

FREE_TRIES: Final = 3
"""How many wrong tries in a row cost no pause."""
FIRST_PAUSE_S: Final = 30
"""The first pause, seconds; each further wrong try doubles it."""
LONGEST_PAUSE_S: Final = 3_600

SESSION_H: Final = 12
"""How long a session lasts, hours."""

_HASHER: Final = PasswordHasher()
_TURN: Final = threading.Lock()
"""One PIN is hashed at a time: each takes 64 MiB and both cores."""


class PinWrong(RuleError):
    """The PIN is not that of the operator."""

    code = "pin_wrong"

    def __init__(self, number: int) -> None:
        super().__init__(f"the PIN is not that of operator {number}")


class PinLocked(RuleError):
    """Too many wrong PINs; no try is judged before the pause is over."""

    code = "pin_locked"

    def __init__(self, number: int, seconds: int) -> None:
        super().__init__(f"operator {number} is locked after wrong PINs; try again in {seconds} s")
        self.seconds = seconds


class NoPin(RuleError):
    """The operator has no PIN."""

    code = "no_pin"

    def __init__(self, number: int) -> None:
        super().__init__(f"operator {number} has no PIN; 'billing operator pin {number}' sets one")


class PinUnfit(RuleError):
    """What cannot be a PIN."""

    code = "pin_unfit"

    def __init__(self) -> None:
        super().__init__(f"a PIN has {SHORTEST} to {LONGEST} printable characters, no blanks")


class NotLoggedIn(RuleError):
    """An operator with a PIN works only after he logged in."""

    code = "not_logged_in"

    def __init__(self, number: int) -> None:
        super().__init__(f"operator {number} has a PIN and is not logged in; log in, then say it again")
        self.number = number


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """An operator and how it stands with his PIN."""

    number: int
    name: str
    code: str
    role: str
    has_pin: bool
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """An operator who is logged in, until ``expires_at``."""

    number: int
    name: str
    role: str
    expires_at: datetime


def list_operators(store: Store) -> list[OperatorRow]:
    """Return the operators that are not deleted, by number."""
    statement = (
        select(Operator, OperatorPin)
        .outerjoin(OperatorPin, OperatorPin.operator_id == Operator.id)
        .where(Operator.deleted_at.is_(None))
        .order_by(Operator.number)
    )
    with store.read() as work:
        return [
            OperatorRow(
                number=row.number,
                name=row.name,
                code=row.code,
                role=row.role,
                has_pin=pin is not None,
                failures=0 if pin is None else pin.failures,
                locked_until=pin.locked_until if pin and _pause_left(pin, work.now) else None,
            )
            for row, pin in work.session().execute(statement)
        ]


def set_pin(store: Store, number: int, pin: str) -> None:
    """Give an operator a PIN, or another one; whoever is logged in as him is not any more.

    Raises:
        PinUnfit: it is too short, too long, or holds blanks.
        UnknownOperator, Banned: there is no such operator.
    """
    if not (SHORTEST <= len(pin) <= LONGEST and pin.isprintable() and " " not in pin):
        raise PinUnfit
    with _TURN:
        hashed = _HASHER.hash(pin)
    with store.write() as work, work.session() as session:
        operator = _operator(session, number)
        row = _pin_of(session, operator)
        if row is None:
            row = OperatorPin(operator_id=operator.id)
            session.add(row)
        row.hash, row.failures, row.locked_until, row.changed_at = hashed, 0, None, work.now
        session.flush()
        _end_sessions(work, session, operator)
        journal(work, "operator_pin_set", ("operator", number), {})


def take_pin(store: Store, number: int) -> None:
    """Let an operator work without a PIN again.

    Raises:
        NoPin: he has none.
        UnknownOperator, Banned: there is no such operator.
    """
    with store.write() as work, work.session() as session:
        operator = _operator(session, number)
        row = _pin_of(session, operator)
        if row is None:
            raise NoPin(number)
        session.delete(row)
        session.flush()
        _end_sessions(work, session, operator)
        journal(work, "operator_pin_taken", ("operator", number), {})


def unlock(store: Store, number: int) -> None:
    """End an operator's pause after wrong PINs.

    Raises:
        NoPin: he has none.
        UnknownOperator, Banned: there is no such operator.
    """
    with store.write() as work, work.session() as session:
        row = _pin_of(session, _operator(session, number))
        if row is None:
            raise NoPin(number)
        row.failures, row.locked_until = 0, None
        session.flush()
        journal(work, "operator_unlocked", ("operator", number), {})


def prove(store: Store, number: int, pin: str) -> None:
    """Return if the PIN is that of the operator; the journal has it either way.

    Raises:
        PinWrong: it is not; after three in a row each costs a pause.
        PinLocked: the pause is not over; the PIN was not looked at.
        NoPin: he has none.
        UnknownOperator, Banned: there is no such operator.
    """
    hashed = _count_try(store, number)
    try:
        with _TURN:
            _HASHER.verify(hashed, pin[: LONGEST + 1])
    except VerifyMismatchError:
        _note_failure(store, number)
        raise PinWrong(number) from None
    with store.write() as work, work.session() as session:
        row = _pin_of(session, _operator(session, number))
        if row is not None:
            row.failures, row.locked_until = 0, None
            session.flush()
        journal(work, "operator_logged_in", ("operator", number), {}, number)


def log_in(store: Store, number: int, pin: str) -> tuple[str, LoggedIn]:
    """Return a session's secret (this once) and who is logged in by it.

    Raises:
        PinWrong, PinLocked, NoPin, UnknownOperator, Banned: as ``prove``.
    """
    prove(store, number, pin)
    secret = secrets.token_urlsafe(32)
    with store.write() as work, work.session() as session:
        operator = _operator(session, number)
        row = OperatorSession(
            operator_id=operator.id,
            digest=_digest(secret),
            made_at=work.now,
            expires_at=work.now + timedelta(hours=SESSION_H),
        )
        session.add(row)
        session.flush()
        return secret, LoggedIn(number, operator.name, operator.role, row.expires_at)


def logged_in(store: Store, secret: str) -> LoggedIn | None:
    """Return who is logged in by a session; None: it is none, over, or its operator may not work."""
    statement = (
        select(Operator, OperatorSession.expires_at)
        .join(OperatorSession, OperatorSession.operator_id == Operator.id)
        .where(OperatorSession.digest == _digest(secret), OperatorSession.ended_at.is_(None))
    )
    with store.read() as work:
        found = work.session().execute(statement).one_or_none()
        if found is None:
            return None
        operator, expires_at = found
        if work.now >= expires_at or operator.banned or operator.deleted_at is not None:
            return None
        return LoggedIn(operator.number, operator.name, operator.role, expires_at)


def log_out(store: Store, secret: str) -> None:
    """End a session; one that is over stays so."""
    with store.write() as work, work.session() as session:
        row = session.scalars(
            select(OperatorSession).where(OperatorSession.digest == _digest(secret))
        ).one_or_none()
        if row is not None and row.ended_at is None:
            row.ended_at = work.now
            number = session.get_one(Operator, row.operator_id).number
            session.flush()
            journal(work, "operator_logged_out", ("operator", number), {}, number)


def judge_logged_in(store: Store, numbers: set[int], proven: int | None) -> None:
    """Let operators work: those without a PIN, and the one who is logged in.

    Raises:
        NotLoggedIn: another one has a PIN.
    """
    wanted = numbers - {proven}
    if not wanted:
        return
    statement = (
        select(Operator.number)
        .join(OperatorPin, OperatorPin.operator_id == Operator.id)
        .where(Operator.number.in_(wanted))
        .order_by(Operator.number)
    )
    with store.read() as work:
        guarded = work.session().scalars(statement).first()
    if guarded is not None:
        raise NotLoggedIn(guarded)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _operator(session: Session, number: int) -> Operator:
    found = session.scalars(select(Operator).where(Operator.number == number)).one_or_none()
    if found is None or found.deleted_at is not None:
        raise UnknownOperator(number)
    if found.banned:
        raise Banned("operator", number, "banned")
    return found


def _pin_of(session: Session, operator: Operator) -> OperatorPin | None:
    return session.scalars(
        select(OperatorPin).where(OperatorPin.operator_id == operator.id).with_for_update()
    ).one_or_none()


def _pause_left(pin: OperatorPin, now: datetime) -> int:
    """Return the whole seconds until a try is judged again, 0 when it is."""
    if pin.locked_until is None or now >= pin.locked_until:
        return 0
    return 1 + int((pin.locked_until - now).total_seconds())


def _count_try(store: Store, number: int) -> str:
    """Count a try, as if it were wrong, before it is judged; return the hash to judge it by."""
    with store.write() as work, work.session() as session:
        row = _pin_of(session, _operator(session, number))
        if row is None:
            raise NoPin(number)
        if left := _pause_left(row, work.now):
            raise PinLocked(number, left)
        row.failures += 1
        beyond = row.failures - FREE_TRIES
        if beyond >= 0:
            pause = min(FIRST_PAUSE_S * 2 ** min(beyond, 20), LONGEST_PAUSE_S)
            row.locked_until = work.now + timedelta(seconds=pause)
        session.flush()
        return row.hash


def _note_failure(store: Store, number: int) -> None:
    with store.write() as work, work.session() as session:
        row = _pin_of(session, _operator(session, number))
        failures = 0 if row is None else row.failures
        left = 0 if row is None else _pause_left(row, work.now)
        journal(work, "operator_login_failed", ("operator", number), {"failures": failures, "pause_s": left})


def _end_sessions(work: Work, session: Session, operator: Operator) -> None:
    session.execute(
        update(OperatorSession)
        .where(OperatorSession.operator_id == operator.id, OperatorSession.ended_at.is_(None))
        .values(ended_at=work.now)
    )

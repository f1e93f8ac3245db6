"""Carries a talk over answers written by hand: what a driver makes of them, without frames or a line."""

from typing import TypeVar

from billing.devices.dialect import Dialect
from billing.devices.talk import Reply, Talk

T = TypeVar("T")


def heard(dialect: Dialect, talk: Talk[T], *replies: Reply) -> T:
    """Return what ``talk`` comes to when its commands are answered by ``replies`` in turn."""
    command = next(talk)
    for place, reply in enumerate(replies, start=1):
        refused = dialect.judge(command, reply)
        try:
            command = talk.throw(refused) if refused else talk.send(reply)
        except StopIteration as done:
            assert place == len(replies), f"{len(replies) - place} answers are left over"
            value: T = done.value
            return value
    raise AssertionError(f"no answer is left for {command.name}")

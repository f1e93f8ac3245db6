"""What may happen to the exchange of one command, and what the link does about it; for all protocols.

Nothing is sent, waited for or counted here; ``link.py`` does that by this table.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from billing.devices.frames.events import SignalKind


class State(Enum):
    """Where one exchange stands."""

    IDLE = auto()
    ASKING = auto()
    """A ping is out: is the device ready for a command?"""
    SENT = auto()
    BUSY = auto()
    DAMAGED = auto()
    """Something came that makes no frame; the rest is waited out."""
    DONE = auto()
    FAILED = auto()


class Event(Enum):
    """What may happen to an exchange."""

    START = auto()
    REPLY = auto()
    STALE = auto()
    """An answer to another frame."""
    MISTAKEN = auto()
    """Our number with another command: the device took our frame for a repeat and did nothing."""
    BUSY = auto()
    READY = auto()
    REFUSED = auto()
    LATER = auto()
    GARBAGE = auto()
    SILENCE = auto()
    SPENT = auto()
    """A limit of ``LinkLimits`` or of the command ran out."""


class Action(Enum):
    """What the link does about it."""

    PING = auto()
    PING_LATER = auto()
    SEND = auto()
    RETURN = auto()
    WAIT = auto()
    REPEAT = auto()
    """The same bytes, the same number."""
    REPEAT_LATER = auto()
    RENUMBER = auto()
    """The same command under another number."""
    ASK = auto()
    """No answer: repeat, probe or wait on, as the command and the protocol allow."""
    LOSE = auto()
    """The answer is lost for good: ask a query again, under another number; give anything else up."""
    MEND = auto()
    """A damaged answer: repeat or probe, as the command and the protocol allow."""
    RAISE = auto()


TABLE: Final[Mapping[tuple[State, Event], tuple[State, Action]]] = {
    (State.IDLE, Event.START): (State.SENT, Action.SEND),
    (State.ASKING, Event.START): (State.ASKING, Action.PING),
    (State.ASKING, Event.READY): (State.SENT, Action.SEND),
    (State.ASKING, Event.BUSY): (State.ASKING, Action.PING_LATER),
    (State.ASKING, Event.LATER): (State.ASKING, Action.PING_LATER),
    (State.ASKING, Event.REFUSED): (State.ASKING, Action.PING_LATER),
    (State.ASKING, Event.REPLY): (State.ASKING, Action.WAIT),  # late answer of the command before
    (State.ASKING, Event.STALE): (State.ASKING, Action.WAIT),
    (State.ASKING, Event.MISTAKEN): (State.ASKING, Action.WAIT),
    (State.ASKING, Event.GARBAGE): (State.ASKING, Action.WAIT),
    (State.ASKING, Event.SILENCE): (State.ASKING, Action.PING),
    (State.ASKING, Event.SPENT): (State.FAILED, Action.RAISE),
    **{
        (state, event): follows
        for state in (State.SENT, State.BUSY, State.DAMAGED)
        for event, follows in {
            Event.REPLY: (State.DONE, Action.RETURN),
            Event.STALE: (state, Action.WAIT),
            Event.MISTAKEN: (State.SENT, Action.RENUMBER),
            Event.BUSY: (State.BUSY, Action.WAIT),  # renews the command's limit
            Event.READY: (State.SENT, Action.LOSE),  # idle, and no answer: it is lost
            Event.REFUSED: (State.SENT, Action.REPEAT),
            Event.LATER: (State.SENT, Action.REPEAT_LATER),
            Event.GARBAGE: (State.DAMAGED, Action.WAIT),
            Event.SILENCE: (state, Action.ASK),
            Event.SPENT: (State.FAILED, Action.RAISE),
        }.items()
    },
    (State.DAMAGED, Event.SILENCE): (State.SENT, Action.MEND),
}
"""A pair that is not here cannot happen: nothing follows DONE and FAILED, and START only begins."""

SIGNAL_EVENTS: Final[Mapping[SignalKind, Event]] = {
    SignalKind.BUSY: Event.BUSY,
    SignalKind.REFUSED: Event.REFUSED,
    SignalKind.LATER: Event.LATER,
    SignalKind.READY: Event.READY,
}

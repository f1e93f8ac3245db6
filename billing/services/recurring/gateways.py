"""What a payment gateway is to us: charge, refund, and *ask* by the key that a lost answer left behind.

An adapter is found by name: ``http`` and ``stripe`` are ours (``jobs``), others come by the entry point group
``billing.gateways``, a callable that takes ``GatewaySettings``. A gateway never raises for a declined card;
``GatewaySilent`` says that nobody knows what became of the money.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from billing.errors import BillingError, UsageError
from billing.pricing.recurring.collection import AttemptState
from billing.pricing.recurring.retries import Outcome


class GatewaySilent(BillingError):
    """The gateway was asked and gave no answer: whether money moved is unknown."""

    code = "gateway_silent"
    exit_code = 4

    def __init__(self, gateway: str, why: str) -> None:
        super().__init__(f"gateway {gateway!r} gave no answer: {why}")


class GatewayUnknown(UsageError):
    """An instrument names a gateway that is not set up."""

    code = "gateway_unknown"

    def __init__(self, name: str, known: str) -> None:
        super().__init__(f"no gateway is called {name!r}; the settings have {known or 'none'}")


class NoticeWrong(BillingError):
    """Something came as a gateway's notice that the gateway did not sign."""

    code = "notice_wrong"

    def __init__(self, why: str) -> None:
        super().__init__(f"this is no notice of the gateway: {why}")


@dataclass(frozen=True, slots=True)
class Order:
    """One movement of money: ``amount`` in minor units; the same ``key`` never moves it twice."""

    key: str
    amount: int
    currency: str
    token: str
    reference: str = ""
    """Of the charge, where this is a refund."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a gateway says of an order.

    ``failure`` is the class of a failure: SOFT, HARD or TECHNICAL; OK for money that moved or will.
    """

    state: AttemptState
    failure: Outcome = Outcome.OK
    code: str = ""
    message: str = ""
    reference: str = ""


class Gateway(Protocol):
    """Moves money; knows nothing of bills."""

    payment_type: int

    def charge(self, order: Order) -> Said:
        """Take money; raises ``GatewaySilent`` where no answer came."""
        ...

    def refund(self, order: Order) -> Said:
        """Send money back; raises ``GatewaySilent`` where no answer came."""
        ...

    def ask(self, key: str) -> Said | None:
        """Return what became of the order with ``key``, None if the gateway never heard of it.

        Raises:
            GatewaySilent: no answer came.
        """
        ...

    def notices(self) -> Sequence["Notice"]:
        """Return what it tells unasked, oldest first; the same notice may come again and again."""
        ...


@dataclass(frozen=True, slots=True)
class Notice:
    """What a gateway tells unasked of the order with ``key``; ``number`` is its own name of the notice."""

    number: str
    key: str
    said: Said
    at: datetime


@runtime_checkable
class Listener(Protocol):
    """A gateway whose notices come as requests to us."""

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice | None:
        """Return the notice in a request; None for one that is of no order of ours.

        Args:
            headers: by their lower-case names.
            body: as it came.
            now: the moment it came.

        Raises:
            NoticeWrong: the gateway did not sign it.
        """
        ...

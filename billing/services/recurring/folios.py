"""Bills of plans that a guest's room pays: posted to its folio by the room-transfer model (semantics 11).

No gateway is asked: the posting is a payment of the bill, in one transaction, so a period is posted once.
"""

from typing import Final

from billing.errors import RuleError
from billing.services.hosting import HostRegister
from billing.services.idempotency import JoinedStore
from billing.store import recurring_attempts as rows
from billing.store.engine import Store
from billing.store.nomenclature import read_payment_types
from billing.store.recurring_attempts import Due
from billing.store.recurring_audit import Feeds, Line
from billing.store.trail import tell
from billing.store.work import Work

MODEL: Final = "room-transfer"
"""The payment model of what a room pays."""


class NoRoomPayment(RuleError):
    """A bill is to be posted to a room, and no payment type does that."""

    code = "no_room_payment"

    def __init__(self) -> None:
        super().__init__(f"no payment type in use has the model {MODEL}; add one to the nomenclature")


def post_next(store: Store) -> bool | None:
    """Post the next due bill whose instrument is ``room:NUMBER`` to that room; None when there is none.

    Returns:
        Whether it was posted; a bill that cannot be stays open for the till, and its feed says why.
    """
    with store.write() as work:
        due = rows.next_due(work, work.now, rooms=True)
        if due is None:
            return None
        room = due.instrument.removeprefix(rows.ROOM)
        try:
            register = HostRegister(JoinedStore(store, work))
            register.pay(due.document_id, _payment_type(work), told={"room": room})
        except RuleError as mishap:
            rows.write_collection(work, due.document_id, next_try=None)
            _say(work, due, Line("payment.refused", data={"room": room, "message": str(mishap)}))
            return False
        _say(work, due, Line("folio.posted", reference=f"bill {due.document_id}", data={"room": room}))
        facts = {
            "bill": due.document_id,
            "room": room,
            "segment": due.segment,
            "k": due.k,
            "amount": due.amount,
        }
        tell(work, "folio.posted", ("subscription", due.subscription_id), facts)
        return True


def _say(work: Work, due: Due, line: Line) -> None:
    feeds = Feeds(work)
    feeds.append(due.subscription_id, (due.segment, due.k), [line])
    feeds.write()


def _payment_type(work: Work) -> int:
    """Return the number of the first payment type that rooms pay by.

    Raises:
        NoRoomPayment: there is none.
    """
    payment_types, _ = read_payment_types(work)
    for number, payment_type in sorted(payment_types.items()):
        if payment_type.model == MODEL and not payment_type.banned:
            return number
    raise NoRoomPayment

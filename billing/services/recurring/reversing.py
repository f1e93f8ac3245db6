"""The paper of a refund: the reversal of the part of a plan's bill whose money went back (semantics 11)."""

from billing.errors import RuleError
from billing.pricing import Bill, State
from billing.pricing.exact_parts import parts_for
from billing.services.catalogue import Catalogue
from billing.services.keeping import StoredBill
from billing.services.reversals import Asked, reason_of, reverse
from billing.store import bills
from billing.store.engine import Store
from billing.store.reversals import reversed_lines
from billing.store.work import Work


class NotInParts(RuleError):
    """No quantities of a bill's lines come to what went back."""

    code = "not_in_parts"

    def __init__(self, bill_id: int, amount: int) -> None:
        super().__init__(
            f"{amount} minor units of bill {bill_id} went back, no thousandths of its lines come to that; "
            f"'billing reverse {bill_id}' takes lines back by hand"
        )


def reverse_amount(store: Store, work: Work, bill_id: int, amount: int) -> StoredBill:
    """Take back ``amount`` minor units of a final bill, each line by its share.

    Args:
        store: joined to the open transaction.
        work: that transaction.
        bill_id: the original.
        amount: what went back.

    Raises:
        NotInParts: no quantities come to it.
        RuleError: what ``services.reversals.reverse`` refuses.
    """
    head = bills.read_head(work, bill_id, lock=True)
    catalogue = Catalogue()
    catalogue.refresh(work)
    original = Bill.restore(
        catalogue.in_currency(head.currency),
        bills.read_entries(work, bill_id),
        state=State(head.state),
        profile=head.profile,
    )
    parts = parts_for(original, amount, reversed_lines(work, bill_id))
    if parts is None:
        raise NotInParts(bill_id, amount)
    return reverse(store, bill_id, Asked(reason_of("refund"), parts))

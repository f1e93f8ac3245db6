"""A bill read back from its rows, as every service that works on a kept bill gets it."""

from billing.pricing import DEFAULT_RULES, Bill, Rules, State
from billing.services.catalogue import Catalogue
from billing.services.keeping import StoredBill
from billing.store import bills
from billing.store.documents import find_document
from billing.store.origins import origin_of
from billing.store.reversals import read_reversal
from billing.store.work import Work


def restore_bill(work: Work, catalogue: Catalogue, head: bills.Head, rules: Rules = DEFAULT_RULES) -> Bill:
    """Return the bill that the rows of ``head`` hold."""
    return Bill.restore(
        catalogue.in_currency(head.currency),
        bills.read_entries(work, head.id),
        state=State(head.state),
        operator=head.operator,
        profile=head.profile,
        last_position=head.last_position,
        rules=rules,
    )


def read_stored(
    work: Work, catalogue: Catalogue, head: bills.Head, rules: Rules = DEFAULT_RULES
) -> StoredBill:
    """Return a bill as it stands in the store."""
    reversal = read_reversal(work, head.id) if head.reversal_reason else None
    return StoredBill(
        id=head.id,
        bill=restore_bill(work, catalogue, head, rules),
        origin=origin_of(work, head.origin_id).name,
        unique_sale_number=head.unique_sale_number,
        opened_at=head.opened_at,
        key=head.key,
        parked=head.parked,
        job=find_document(work, ("bill", head.id)),
        final_at=head.final_at,
        void_reason=head.void_reason,
        reversal_reason=head.reversal_reason,
        reverses=None if reversal is None else reversal.original_id,
        converted=None if reversal is None else reversal.converted,
    )

"""What a transaction over recurring plans works with: its place, who asks, and all that was looked up.

``Known`` lives as long as a worker and is looked up again only when the nomenclature changed.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from billing.services.catalogue import Catalogue
from billing.services.keeping import NO_OPERATOR
from billing.services.recurring.contents import Contents
from billing.store.engine import Store
from billing.store.numbering import check_sale_number
from billing.store.origins import OriginFacts, read_origins
from billing.store.recurring import Kept
from billing.store.recurring_audit import Line
from billing.store.recurring_plans import Version, read_version
from billing.store.recurring_usage import used_between
from billing.store.work import Work


@dataclass(slots=True)
class Known:
    """What a worker keeps between its transactions: the nomenclature, plan versions, priced contents."""

    catalogue: Catalogue = field(default_factory=Catalogue)
    versions: dict[int, Version] = field(default_factory=dict)
    contents: Contents | None = None


class Desk:
    """One open transaction with what it needs to bill.

    Args:
        store: where the transaction is open.
        work: the transaction.
        known: what was looked up before, to be used again.
        actor: who asks, for the audit feed; empty for the pass.
    """

    def __init__(self, store: Store, work: Work, known: Known | None = None, *, actor: str = "") -> None:
        self.store = store
        self.work = work
        self.actor = actor
        self.known = known or Known()
        self.kept: dict[str, Kept] = {}
        self.asked: list[tuple[int, Line]] = []
        """What was asked of which subscription, for its own feed."""
        self.origins: dict[int, OriginFacts] = {origin.id: origin for origin in read_origins(work)}
        self._numbered: set[int] = set()
        changed = self.known.catalogue.refresh(work)
        if changed or self.known.contents is None:
            self.known.contents = Contents(self.catalogue, self.version, self._usage)
        self.known.contents.rebind(self.version, self._usage)
        self.contents: Contents = self.known.contents
        default = self.catalogue.defaults.default_operator
        self.operator = default
        self.operator_code = (default and self.catalogue.operator_code(default)) or NO_OPERATOR

    @property
    def catalogue(self) -> Catalogue:
        """The nomenclature as it is now."""
        return self.known.catalogue

    def version(self, version_id: int) -> Version:
        """Return a plan version; it never changes, so it is read once.

        Raises:
            Missing: there is none.
        """
        if version_id not in self.known.versions:
            self.known.versions[version_id] = read_version(self.work, version_id)
        return self.known.versions[version_id]

    def _usage(self, subscription_id: int, begin: datetime | None, end: datetime) -> Decimal:
        return used_between(self.work, subscription_id, begin, end)

    def check_origin(self, origin_id: int) -> None:
        """Refuse an origin whose device could not number a bill; raises what the numbering raises."""
        if origin_id in self._numbered:
            return
        device = self.origins[origin_id].device
        if device is not None:
            check_sale_number(device.name, device.number, self.operator_code)
        self._numbered.add(origin_id)

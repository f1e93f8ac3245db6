"""How a print job can end without paper; each says what is known of the paper (``printed``)."""

from collections.abc import Mapping
from decimal import Decimal

from billing.documents import Printed
from billing.errors import BillingError


class PrintMishap(BillingError):
    """A print job ended; ``maker_code`` is the device's own word, where there is one."""

    printed = Printed.NO
    maker_code = ""


class TotalsDiffer(PrintMishap):
    """The device's total is not the document's; the receipt was cancelled before any payment."""

    code = "totals-differ"
    exit_code = 3

    def __init__(self, ours: Decimal, device: Decimal) -> None:
        super().__init__(
            f"the device's total is {device}, the document's is {ours}: cancelled before the payment; "
            "compare the modifiers and their rounding"
        )
        self.ours = ours
        self.device = device


class RatesDiffer(PrintMishap):
    """A tax group's rate on the device is not ours."""

    code = "rates-differ"
    exit_code = 3

    def __init__(self, group: int, ours: Decimal, device: Decimal | None) -> None:
        found = "off" if device is None else f"{device} %"
        super().__init__(f"tax group {group} is {found} on the device, {ours} % here: correct one of them")


class OutcomeUnknown(PrintMishap):
    """Whether the document is on paper cannot be told; a person must look."""

    code = "outcome-unknown"
    exit_code = 5
    printed = Printed.UNKNOWN

    def __init__(self, facts: Mapping[str, object]) -> None:
        known = ", ".join(f"{name} {value}" for name, value in facts.items() if value not in {None, ""})
        super().__init__(
            f"whether this was printed cannot be told ({known}): look at the paper or the journal"
        )
        self.facts = facts

"""One root for every mishap that is not a bug.

Each mishap is a class built from facts that writes its own sentence: what was found, what was expected,
where, and what to do. A family stands for each floor (text, bill, store, device); the classes of a family
stand beside the code that raises them. ``exit_code`` is what the command line answers (design: 2 wrong
usage, 3 refused by a rule, 4 a device, 5 printed or not is unknown).
"""


class BillingError(Exception):
    """Any mishap of ours; ``str()`` of it is the sentence to show a person."""

    code: str = "error"
    """A stable word for programs; never changes once published. A device's mishap sets it for itself."""
    exit_code: int = 3


class TextError(BillingError):
    """The bill text cannot be read."""


class RuleError(BillingError):
    """A rule of the bill, of money or of the nomenclature refuses what was asked."""

    code = "refused"


class StoreError(BillingError):
    """The store is missing, too old, locked or does not hold what was asked for."""

    code = "store"


class UsageError(BillingError):
    """The command or call itself is wrong."""

    code = "usage"
    exit_code = 2

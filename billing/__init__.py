"""A point-of-sale fiscal billing engine: bill text in, fiscal paper out, the day closed.

The floors, from the top: ``cli`` and the other faces, ``jobs``, ``services``, ``store``, ``models``,
``pricing``, ``parser``, and beside them ``devices`` and ``emulators``. Imports go down only.

What a program needs to ring up a bill is handed out here; each name is imported when it is first used, so
that ``import billing`` costs nothing. Nothing else lives here.
"""

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from billing.errors import BillingError
    from billing.jobs.queue import print_job
    from billing.parser.lines import (
        ChargeLine,
        CommentLine,
        ModifierLine,
        ModifierValue,
        OperatorLine,
        PaymentLine,
    )
    from billing.pricing import Bill
    from billing.services.hosting import HostRegister, listen
    from billing.services.keeping import StoredBill
    from billing.services.register import Register, open_register
    from billing.store.engine import Store, open_store

__all__ = [
    "Bill",
    "BillingError",
    "ChargeLine",
    "CommentLine",
    "HostRegister",
    "ModifierLine",
    "ModifierValue",
    "OperatorLine",
    "PaymentLine",
    "Register",
    "Store",
    "StoredBill",
    "listen",
    "open_register",
    "open_store",
    "print_job",
]

_HOMES: Final = {
    "billing.errors": ("BillingError",),
    "billing.jobs.queue": ("print_job",),
    "billing.parser.lines": (
        "ChargeLine",
        "CommentLine",
        "ModifierLine",
        "ModifierValue",
        "OperatorLine",
        "PaymentLine",
    ),
    "billing.pricing": ("Bill",),
    "billing.services.hosting": ("HostRegister", "listen"),
    "billing.services.keeping": ("StoredBill",),
    "billing.services.register": ("Register", "open_register"),
    "billing.store.engine": ("Store", "open_store"),
}
_HOME: Final = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 any of the names above
    """Return a public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(importlib.import_module(_HOME[name]), name)
    return found


def __dir__() -> list[str]:
    """Return the public names, imported or not."""
    return sorted({*globals(), *__all__})

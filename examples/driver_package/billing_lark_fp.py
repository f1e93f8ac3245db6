"""Lark FP: an invented printer that speaks the Datecs P dialect on narrow paper, with letters of its own.

A sister model is a subclass with other tables; nothing of the model it resembles is copied.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from billing.devices.capabilities import Capabilities
from billing.devices.drivers.datecs_p import DatecsP
from billing.documents import PaymentCategory

PAYMENTS: Final[Mapping[PaymentCategory, str]] = {
    PaymentCategory.CASH: "P",
    PaymentCategory.CARD: "D",
    PaymentCategory.CHECK: "C",
}
"""The manual, invented: it knows three ways to pay; anything else is refused before a byte is sent."""


@dataclass(frozen=True)
class LarkFp(DatecsP):
    """The Lark FP's dialect."""

    name: ClassVar[str] = "lark-fp"
    models: ClassVar[str] = "Lark FP (an example)"

    def capabilities(self) -> Capabilities:
        """Return what the Lark FP can say: 32 columns, three payments, no invoices."""
        can = replace(
            super().capabilities(),
            columns=32,
            text_width=28,
            comment_width=30,
            payments=PAYMENTS,
            invoices=False,
            credit_notes=False,
        )
        return replace(can, payments={**can.payments, **self.settings.payments})

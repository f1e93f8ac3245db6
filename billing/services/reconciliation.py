"""A day's figures as values, and what does not agree when they are held against a device's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from billing.money import Currency
from billing.store import figures


@dataclass(frozen=True, slots=True)
class Figures:
    """A day's figures in minor units of ``currency``."""

    currency: Currency
    bills: figures.BillSum
    taxes: tuple[figures.TaxSum, ...]
    payments: tuple[figures.PaymentSum, ...]
    modifiers: figures.ModifierSum
    reversals: tuple[figures.ReversalSum, ...] = ()
    others: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    """Sales in other currencies by code: how many, their total in minor units, and its decimals."""

    def json(self) -> dict[str, Any]:
        """Return the figures as plain JSON, amounts as decimal strings."""
        money = self._money
        bills = self.bills
        return {
            "currency": self.currency.code,
            "bills": bills.count,
            "fiscal_bills": bills.fiscal_count,
            "total": money(bills.total),
            "fiscal_total": money(bills.fiscal_total),
            "charges": money(bills.charges),
            "first_bill": bills.first_bill,
            "last_bill": bills.last_bill,
            "discounts": {"count": self.modifiers.discounts, "sum": money(self.modifiers.discounted)},
            "surcharges": {"count": self.modifiers.surcharges, "sum": money(self.modifiers.surcharged)},
            "tax": {
                str(tax.tax_group): {
                    "rate": f"{tax.rate.normalize():f}",
                    "gross": money(tax.gross),
                    "net": money(tax.net),
                    "vat": money(tax.vat),
                    "fiscal_gross": money(tax.fiscal_gross),
                }
                for tax in self.taxes
            },
            "payments": {
                str(payment.payment_type): {
                    "name": payment.name,
                    "category": payment.category,
                    "count": payment.count,
                    "sum": money(payment.value),
                    "fiscal_sum": money(payment.fiscal_value),
                }
                for payment in self.payments
            },
            "reversals": {each.reason: self._reversal(each) for each in self.reversals},
            "other_currencies": {
                code: {"bills": count, "total": format(Currency(code, places).from_minor(total), "f")}
                for code, (count, total, places) in self.others.items()
            },
        }

    def _reversal(self, each: figures.ReversalSum) -> dict[str, Any]:
        money = self._money
        return {
            "count": each.count,
            "sum": money(each.total),
            "tax": {
                str(group): {"gross": money(gross), "net": money(net), "vat": money(vat)}
                for group, (gross, net, vat) in each.taxes.items()
            },
            "payments": {category: money(value) for category, value in each.payments.items()},
        }

    def _money(self, minor: int) -> str:
        return format(self.currency.from_minor(minor), "f")

    def lines(self) -> dict[str, Decimal]:
        """Return what a device counts too, by its name there: ``total``, ``group_2``, ``payment_cash``."""
        money = self.currency.from_minor
        lines = {"total": money(self.bills.fiscal_total)}
        lines |= {f"group_{tax.tax_group}": money(tax.fiscal_gross) for tax in self.taxes}
        for payment in self.payments:
            name = f"payment_{payment.category}"
            lines[name] = lines.get(name, Decimal(0)) + money(payment.fiscal_value)
        return lines


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that does not agree; ``device`` - ``ours`` is what the device has more."""

    line: str
    ours: Decimal
    device: Decimal

    def json(self) -> dict[str, str]:
        """Return the difference as plain JSON."""
        return {
            "line": self.line,
            "ours": f"{self.ours:f}",
            "device": f"{self.device:f}",
            "difference": f"{self.device - self.ours:f}",
        }


def compare(ours: Mapping[str, Decimal], device: Mapping[str, str]) -> list[Difference]:
    """Return the lines in which the device's figures are not ours; a line it does not tell is left out.

    Args:
        ours: our lines by the device's names (``Figures.lines``).
        device: the device's figures by name, decimal strings; other names (``z_number``) are passed over.
    """
    counted = [name for name in device if name == "total" or name.startswith(("group_", "payment_"))]
    return [
        Difference(name, ours.get(name, Decimal(0)), Decimal(device[name]))
        for name in counted
        if ours.get(name, Decimal(0)) != Decimal(device[name])
    ]

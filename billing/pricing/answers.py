"""A priced bill as plain data for JSON: the one shape that the command line and the API answer with.

Amounts are decimal strings with exactly the currency's own decimals; quantities, prices, rates and values of
modifiers are in their shortest plain form (``2.5``, ``10``). Discounts are below zero, numbers of the
nomenclature are integers, an absent name is ``""``, ``tendered`` and ``change`` stand on cash only.
"""

from collections.abc import Iterable
from typing import Any

from billing.errors import BillingError
from billing.parser.canonical import write_number
from billing.parser.lines import ModifierValue
from billing.parser.mistakes import TextMistake
from billing.pricing.bill import DEFAULT_RULES, Bill, Rules
from billing.pricing.entries import Charge, Comment, Payment
from billing.pricing.nomenclature import Nomenclature
from billing.pricing.refusals import Refusal
from billing.pricing.states import FINISHED

Answer = dict[str, Any]


def price_lines(lines: Iterable[str], shop: Nomenclature, rules: Rules = DEFAULT_RULES) -> Bill:
    """Return the bill that ``lines`` make; it need not be paid.

    Args:
        lines: one command each, in order; a byte order mark before the first is dropped.
        shop: what is looked up.
        rules: the application's choices.

    Raises:
        TextMistake, Refusal: the first mistake; no bill results.
    """
    bill = Bill(shop, rules)
    for number, text in enumerate(lines, 1):
        bill.enter_text(text.removeprefix("\ufeff") if number == 1 else text, number)
    bill.judge_total()
    return bill


def answer_of(bill: Bill) -> Answer:
    """Return the bill as data (design, section 4)."""
    money = _Writer(bill)
    return {
        "lines": [
            money.charge(entry) if isinstance(entry, Charge) else money.comment(entry)
            for entry in bill.entries.values()
            if isinstance(entry, (Charge, Comment))
        ],
        "charges": money(bill.gross),
        "discounts": money(bill.discounts),
        "surcharges": money(bill.surcharges),
        "total": money(bill.total),
        "global_modifier": money.global_modifier(),
        "payments": [money.payment(payment) for payment in bill.payments],
        "paid": money(bill.paid),
        "change": money(bill.change),
        "due": money(bill.due),
        "balance": money(bill.balance),
        "finalized": bill.state in FINISHED,
        "operator": bill.operator,
        "profile": bill.profile,
        "tax": {
            str(number): {
                "rate": write_number(tax.rate),
                "gross": money(tax.gross),
                "net": money(tax.net),
                "vat": money(tax.vat),
            }
            for number, tax in bill.tax().items()
        },
    }


def error_of(error: BillingError) -> Answer:
    """Return a mishap as data: its kind, its place as far as it has one, and its sentence."""
    if isinstance(error, (TextMistake, Refusal)):
        return {"kind": error.code, "line": error.line, "column": error.column, "message": str(error)}
    return {"kind": error.code, "line": None, "column": None, "message": str(error)}


class _Writer:
    """Writes the parts of one bill in its currency."""

    def __init__(self, bill: Bill) -> None:
        self.bill = bill
        self.from_minor = bill.currency.from_minor

    def __call__(self, minor: int) -> str:
        return format(self.from_minor(minor), "f")

    def charge(self, charge: Charge) -> Answer:
        return {
            "kind": "charge",
            "name": charge.name,
            "qty": write_number(charge.qty),
            "price": write_number(charge.price),
            "gross": self(charge.gross),
            "total": self(charge.total),
            "tax_group": charge.tax_group,
            "department": charge.department,
            "plu": charge.plu,
            "modifier": self.modifier(charge.modifier, charge.amount) if charge.modifier else None,
        }

    def comment(self, comment: Comment) -> Answer:
        return {
            "kind": "comment",
            "name": comment.name,
            "qty": "1",
            "price": "0",
            "gross": self(0),
            "total": self(0),
            "tax_group": None,
            "department": None,
            "plu": None,
            "modifier": None,
        }

    def modifier(self, modifier: ModifierValue, amount: int) -> Answer:
        return {"kind": modifier.kind, "value": write_number(modifier.value), "amount": self(amount)}

    def global_modifier(self) -> Answer | None:
        entry = self.bill.modifier
        if entry is None:
            return None
        return self.modifier(entry.modifier, self.bill.modifier_amount) | {"text": entry.text}

    def payment(self, payment: Payment) -> Answer:
        answer = {"type": payment.payment_type, "auto": payment.auto, "value": self(payment.value)}
        if payment.tendered is not None and payment.change is not None:
            answer |= {"tendered": self(payment.tendered), "change": self(payment.change)}
        return answer

"""pricing: the rules over plain frozen values - lines, modifiers, spreading, tax, look-ups, payments, states.

What must not live here: a database, a device, a clock, or text for a face beyond the sentence of a refusal.
"""

from billing.pricing.bill import DEFAULT_RULES, Bill, Entered, Rules
from billing.pricing.entries import BillModifier, Charge, Comment, Entry, Payment
from billing.pricing.nomenclature import (
    Department,
    Nomenclature,
    Operator,
    PaymentType,
    Plu,
    Profile,
    TaxGroup,
)
from billing.pricing.refusals import Refusal
from billing.pricing.states import MOVES, Move, State
from billing.pricing.tax import GroupTax

__all__ = [
    "DEFAULT_RULES",
    "MOVES",
    "Bill",
    "BillModifier",
    "Charge",
    "Comment",
    "Department",
    "Entered",
    "Entry",
    "GroupTax",
    "Move",
    "Nomenclature",
    "Operator",
    "Payment",
    "PaymentType",
    "Plu",
    "Profile",
    "Refusal",
    "Rules",
    "State",
    "TaxGroup",
]

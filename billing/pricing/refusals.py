"""Every way a rule of the bill refuses a line: one class for each kind, built from facts.

A refusal is raised without a place; the bill that was asked adds the line, and the column where ``part``
of that line began (most errors of meaning have none). ``code`` is the kind of protocol semantics 6.
"""

from decimal import Decimal
from typing import ClassVar, Self

from billing.errors import RuleError
from billing.parser.lines import Source


class Refusal(RuleError):
    """A line that can be read but not entered; nothing was changed."""

    part: ClassVar[str | None] = None

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.line: int | None = None
        self.column: int | None = None
        self.text = ""

    def at(self, source: Source) -> Self:
        """Return this refusal with the place of the line that caused it."""
        if self.line is None:
            self.line = source.line
            self.text = source.text
            self.column = source.column(self.part) if self.part else None
        return self


class Unknown(Refusal):
    """A number that stands in no table."""

    what: ClassVar[str] = "item"

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no {self.what} {number}; check the number or add it to the nomenclature")
        self.number = number


class UnknownPlu(Unknown):
    """No PLU has this number."""

    code = "unknown_plu"
    what = "PLU"


class UnknownDepartment(Unknown):
    """No department has this number; a PLU is never taken instead."""

    code = "unknown_department"
    what = "department"


class UnknownTaxGroup(Unknown):
    """No tax group has this number."""

    code = "unknown_tax_group"
    what = "tax group"


class UnknownPaymentType(Unknown):
    """No payment type has this number."""

    code = "unknown_payment_type"
    what = "payment type"


class UnknownOperator(Unknown):
    """No operator has this number."""

    code = "unknown_operator"
    what = "operator"


class UnknownProfile(Unknown):
    """No profile has this number."""

    code = "unknown_profile"
    what = "profile"


class Banned(Refusal):
    """The item is in its table but may not be used."""

    code = "banned"

    def __init__(self, what: str, number: int, why: str) -> None:
        super().__init__(f"{what} {number} is {why} and cannot be used")
        self.what = what
        self.number = number


class UnknownCurrency(Refusal):
    """The suffix of a price is no currency."""

    code = "unknown_currency"

    def __init__(self, found: str) -> None:
        super().__init__(f"{found} is not a currency code")
        self.found = found


class CurrencyMismatch(Refusal):
    """The price is in another currency and no rate is configured."""

    code = "currency_mismatch"

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"the price is in {found}, the bill in {expected}, and no rate is configured")
        self.found = found
        self.expected = expected


class NoPrice(Refusal):
    """Neither the line nor its PLU names a price."""

    code = "no_price"

    def __init__(self, plu: int) -> None:
        super().__init__(f"PLU {plu} has no price of its own; type one before it, as in 1.20##{plu}")
        self.plu = plu


class TaxGroupMissing(Refusal):
    """No place in the cascade names a tax group."""

    code = "no_tax_group"

    def __init__(self, name: str, asked: tuple[str, ...]) -> None:
        super().__init__(f"no tax group for {name!r}: asked {', '.join(asked)}")
        self.name = name
        self.asked = asked


class NoDefaultPaymentType(Refusal):
    """A payment without a type, and no type to take."""

    code = "no_default_payment_type"

    def __init__(self) -> None:
        super().__init__("no payment type is named, none is the default, and there is not just one")


class NegativeLine(Refusal):
    """A charge's discount is larger than the charge."""

    code = "negative_line"

    def __init__(self, gross: Decimal, discount: Decimal) -> None:
        super().__init__(f"a discount of {-discount} is more than the charge of {gross}")
        self.gross = gross
        self.discount = discount


class NegativeTotal(Refusal):
    """The bill's discount is larger than the bill."""

    code = "negative_total"

    def __init__(self, total: Decimal) -> None:
        super().__init__(f"the bill's discount brings its total to {total}, below zero")
        self.total = total


class SecondModifier(Refusal):
    """The bill has its one modifier already."""

    code = "second_modifier"

    def __init__(self) -> None:
        super().__init__("the bill has a discount or surcharge already; a bill takes one")


class ZeroPayment(Refusal):
    """A payment of nothing."""

    code = "zero_payment"
    part = "value"

    def __init__(self) -> None:
        super().__init__("a payment of zero pays nothing; leave the value out to pay all that is due")


class SecondCash(Refusal):
    """The bill has its one cash payment already."""

    code = "second_cash"

    def __init__(self) -> None:
        super().__init__("the bill has a cash payment already; a bill takes one")


class SecondProfile(Refusal):
    """The invoice of the bill goes to somebody else already."""

    code = "second_profile"

    def __init__(self, found: int, ours: int) -> None:
        super().__init__(f"an invoice for profile {found} is asked, but the bill has profile {ours} already")
        self.found = found
        self.ours = ours


class MixedPaymentModel(Refusal):
    """Payments of two models on one bill."""

    code = "mixed_payment_model"

    def __init__(self, found: str, ours: str) -> None:
        super().__init__(f"a payment of model {found!r} cannot join payments of model {ours!r} on one bill")
        self.found = found
        self.ours = ours


class MixedFiscal(Refusal):
    """Fiscal and other payments on one bill."""

    code = "mixed_fiscal"

    def __init__(self) -> None:
        super().__init__("payments of one bill are all fiscal or all not; this one differs from the first")


class Overpaid(Refusal):
    """More is paid than the bill asks."""

    code = "overpaid"

    def __init__(self, paid: Decimal, asked: Decimal) -> None:
        super().__init__(f"{paid} paid is more than the {asked} asked; only cash gives change")
        self.paid = paid
        self.asked = asked


class NothingDue(Refusal):
    """A payment when all is paid, or before anything is charged."""

    code = "nothing_due"

    def __init__(self) -> None:
        super().__init__("nothing is due")


class Finalized(Refusal):
    """The bill is final (or reported, or voided) and does not change."""

    code = "finalized"

    def __init__(self, state: str, move: str = "be changed") -> None:
        super().__init__(f"the bill is {state.replace('_', ' ')} and can no longer {move}")
        self.state = state
        self.move = move


class MoveRefused(Refusal):
    """The state of the bill does not allow what was asked."""

    code = "state"

    def __init__(self, state: str, move: str) -> None:
        super().__init__(f"the bill is {state.replace('_', ' ')} and cannot {move}")
        self.state = state
        self.move = move


class StillDue(Refusal):
    """A bill that is not balanced was asked to be final."""

    code = "still_due"

    def __init__(self, due: Decimal) -> None:
        super().__init__(f"{due} is still due")
        self.due = due


class UnknownEntry(Refusal):
    """No entry of the asked kind stands at this position."""

    code = "unknown_entry"

    def __init__(self, position: int, what: str) -> None:
        super().__init__(f"the bill has no {what} at position {position}")
        self.position = position

"""What a period's bill says: a plan's content priced by the register's own rules (recurring semantics 7).

A part period and a discount become each charge's one modifier; where it has one already, or where a part is
billed, all of it is folded into one fixed modifier. Equal contents are priced once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from billing.errors import RuleError
from billing.money import allocate
from billing.parser.lines import ChargeLine, CommentLine, Line, ModifierLine, ModifierValue
from billing.parser.reader import read_line
from billing.pricing import Bill, Charge, Rules, State
from billing.pricing.recurring.prices import Inquiry, Quote, part_of
from billing.pricing.recurring.terms import Discount, Kind
from billing.services.catalogue import Catalogue
from billing.services.recurring.calculators import Computed, Question, compute
from billing.store.recurring_plans import Version

_KEPT_MOST: Final = 10_000
"""So many priced contents are kept; then they are forgotten and priced again."""

_RULES: Final = Rules(auto_finalise=False)
_PERCENT_PLACES: Final = Decimal("0.01")

Usage = Callable[[int, datetime | None, datetime], Decimal]


class NotContent(RuleError):
    """A line that a plan's content cannot hold."""

    code = "not_content"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} cannot stand in a plan; a plan has charges and comments, "
            "no payment, no operator and no discount of the whole bill"
        )


@dataclass(frozen=True, slots=True)
class Content:
    """Lines as they go on the bill, what they come to, and what a calculator used to make them."""

    lines: tuple[Line, ...]
    total: int
    inputs: dict[str, Any] = field(default_factory=dict, hash=False)


def content_lines(texts: Sequence[tuple[str, str | None]]) -> tuple[Line, ...]:
    """Return the lines of a plan's content, each charge at its pinned price where it has one.

    Raises:
        TextMistake: one cannot be read.
        NotContent: one is neither a charge nor a comment.
    """
    lines: list[Line] = []
    for number, (text, price) in enumerate(texts, start=1):
        line = read_line(text, number)
        if line is None:
            continue
        if not isinstance(line, (ChargeLine, CommentLine)):
            raise NotContent(text)
        if price is not None and isinstance(line, ChargeLine):
            line = replace(line, price=Decimal(price), currency=None)
        lines.append(line)
    return tuple(lines)


def bill_of(shop: Catalogue, lines: Sequence[Line], credit: int = 0, operator: int | None = None) -> Bill:
    """Return a bill of ``lines``; ``credit`` becomes its one global modifier, a total of zero makes it final.

    Raises:
        TextMistake, Refusal: a line cannot be entered.
    """
    bill = Bill(shop, _RULES, operator)
    for line in lines:
        bill.enter(line)
    if credit:
        bill.enter(ModifierLine(ModifierValue("fixed", -shop.currency.from_minor(credit)), "Credit"))
    if bill.total == 0:
        bill.finalise(unpaid=True)
    return bill


class Contents:
    """Prices periods by their plan versions; one for each transaction or pass."""

    def __init__(self, shop: Catalogue, version: Callable[[int], Version], usage: Usage) -> None:
        self._shop = shop
        self._version = version
        self._usage = usage
        self._kept: dict[tuple[object, ...], Quote] = {}
        self._bills: dict[tuple[object, ...], tuple[Content, Bill]] = {}

    def rebind(self, version: Callable[[int], Version], usage: Usage) -> None:
        """Look up through another transaction from now on; what was priced stays."""
        self._version, self._usage = version, usage

    def quote(self, inquiry: Inquiry) -> Quote:
        """Return what a period costs, with its ``Content``.

        Raises:
            TextMistake, Refusal: the content cannot be priced any more.
            CalculatorUnknown, CalculatorFailed: a computed price cannot be had.
        """
        version = self._version(inquiry.terms.version)
        if version.calculator and inquiry.terms.by_content:
            return self._computed(inquiry, version)
        if inquiry.whole is not None:
            return self._fixed(inquiry, version)
        terms, discount = inquiry.terms, inquiry.discount
        off = (discount.percent, discount.amount) if discount.runs != 0 else None
        key = (version.id, terms.by_content, terms.amount, terms.quantity, off)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _KEPT_MOST:
                self._kept.clear()
            found = self._kept[key] = self._fixed(inquiry, version)
        return found

    def bill(self, content: Content, credit: int, operator: int | None) -> Bill:
        """Return the bill of a priced content; equal ones are the same object, for reading."""
        key = (id(content), credit, operator)
        found = self._bills.get(key)
        if found is None:
            if len(self._bills) >= _KEPT_MOST:
                self._bills.clear()
            bill = bill_of(self._shop, content.lines, credit, operator)
            found = self._bills[key] = (content, bill)  # the content stays, so its id stays its own
        return found[1]

    def one_charge(self, version: Version, amount: int, quantity: int = 1) -> tuple[Line, ...]:
        """Return the one charge of an amount, under the plan's text and tax group."""
        price = self._shop.currency.from_minor(amount)
        return (
            ChargeLine(qty=Decimal(quantity), price=price, tax_group=version.tax_group, text=version.text),
        )

    def _computed(self, inquiry: Inquiry, version: Version) -> Quote:
        subscription = inquiry.subscription
        current = subscription.current
        computed = compute(
            version.calculator,
            Question(
                subscription=int(subscription.id),
                start=inquiry.span.start,
                end=inquiry.span.end,
                before=None if current is None else current.span.start,
                quantity=inquiry.terms.quantity,
                lines=content_lines(version.content),
                usage=lambda begin, end: self._usage(int(subscription.id), begin, end),
            ),
        )
        if inquiry.subscription.kind is Kind.PAYOUT and computed.amount is not None:
            return Quote(computed.amount, Content((), computed.amount, computed.inputs))
        lines = self._computed_lines(computed, version, inquiry.terms.quantity)
        quote = self._priced(lines, inquiry)
        assert isinstance(quote.content, Content)  # noqa: S101 _priced makes one
        return Quote(quote.value, replace(quote.content, inputs=computed.inputs))

    def _computed_lines(self, computed: Computed, version: Version, quantity: int) -> tuple[Line, ...]:
        if computed.amount is not None:
            return self.one_charge(version, computed.amount)
        return _times(computed.lines, quantity)

    def _fixed(self, inquiry: Inquiry, version: Version) -> Quote:
        terms = inquiry.terms
        if terms.by_content:
            return self._priced(_times(content_lines(version.content), terms.quantity), inquiry)
        return self._priced(self.one_charge(version, terms.amount, terms.quantity), inquiry)

    def _priced(self, lines: tuple[Line, ...], inquiry: Inquiry) -> Quote:
        """Price ``lines``, then take the part and the discount off each charge."""
        bill = bill_of(self._shop, lines)
        charges = [entry for entry in bill.entries.values() if isinstance(entry, Charge)]
        wanted = [charge.total for charge in charges]
        total = sum(charge.total for charge in charges)
        if inquiry.whole is not None and total:
            wanted = allocate(part_of(total, inquiry), wanted)
        wanted = [total - off for total, off in zip(wanted, inquiry.discount.off_each(wanted), strict=True)]
        modified = iter(
            [self._modified(charge, total, inquiry) for charge, total in zip(charges, wanted, strict=True)]
        )
        final = tuple(
            replace(line, modifier=next(modified)) if isinstance(line, ChargeLine) else line for line in lines
        )
        return Quote(sum(wanted), Content(final, sum(wanted)))

    def _modified(self, charge: Charge, wanted: int, inquiry: Inquiry) -> ModifierValue | None:
        """Return the one modifier that brings ``charge`` to ``wanted``."""
        if wanted == charge.total:
            return charge.modifier
        percent = _plain_percent(inquiry.discount)
        if charge.modifier is None and inquiry.whole is None and percent is not None:
            return ModifierValue("percent", -percent)
        return ModifierValue("fixed", self._shop.currency.from_minor(wanted - charge.gross))


def _plain_percent(discount: Discount) -> Decimal | None:
    """Return the percent as bill text can say it, with two decimals at most; else, or for a sum, None."""
    percent = discount.percent
    plain = not discount.amount and percent == percent.quantize(_PERCENT_PLACES)
    return percent if plain else None


def _times(lines: Sequence[Line], quantity: int) -> tuple[Line, ...]:
    """Return ``lines`` with each charge's quantity (and fixed modifier) times ``quantity``."""
    if quantity == 1:
        return tuple(lines)
    return tuple(
        replace(line, qty=line.qty * quantity, modifier=_modifier_times(line.modifier, quantity))
        if isinstance(line, ChargeLine)
        else line
        for line in lines
    )


def _modifier_times(modifier: ModifierValue | None, quantity: int) -> ModifierValue | None:
    if modifier is None or modifier.kind == "percent":
        return modifier
    return ModifierValue("fixed", modifier.value * quantity)


def pinned(shop: Catalogue, texts: Sequence[str], *, pin: bool) -> tuple[list[dict[str, Any]], int]:
    """Return a plan's content as it is kept, and what it comes to at the prices of today.

    Args:
        shop: where prices and tax groups are looked up.
        texts: lines of bill text: charges and comments.
        pin: keep today's price with each charge.

    Raises:
        TextMistake, Refusal, NotContent: a line cannot stand in a plan.
    """
    lines = content_lines([(text, None) for text in texts])
    bill = bill_of(shop, lines)
    prices = iter(entry.price for entry in bill.entries.values() if isinstance(entry, Charge))
    kept: list[dict[str, Any]] = []
    for line in lines:
        price = next(prices) if isinstance(line, ChargeLine) else None
        kept.append(
            {"text": line.source.text, "price": format(price, "f") if pin and price is not None else None}
        )
    return kept, bill.total


def is_final(bill: Bill) -> bool:
    """Tell whether a bill was final when it was made (it comes to zero)."""
    return bill.state is State.FINAL

"""Where a charge gets its tax group, price and name, and a payment its type: cascades over the nomenclature.

Every place has a name, so that a person can be told which one answered. "Found" means set, not true: a rate
of 0 %, a price of 0.00 and an empty name are values. Protocol semantics 8; their order is the rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Generic, TypeVar

from billing.money import EXACT, divide_half_up
from billing.parser.lines import ChargeLine, PaymentLine
from billing.pricing import refusals
from billing.pricing.currencies import KNOWN_CURRENCIES
from billing.pricing.nomenclature import Department, Item, Nomenclature, PaymentType, Plu, TaxGroup

T = TypeVar("T")
AnyItem = TypeVar("AnyItem", bound=Item)

NOWHERE: Final = "nowhere"
"""The place of a name that nobody set."""


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value and the place that gave it."""

    value: T
    place: str


def usable(item: AnyItem | None, number: int, unknown: type[refusals.Unknown]) -> AnyItem:
    """Return ``item`` if it may be used.

    Raises:
        Unknown: ``item`` is None; the class is ``unknown``.
        Banned: it is banned or deleted.
    """
    if item is None:
        raise unknown(number)
    if item.banned or item.deleted:
        raise refusals.Banned(unknown.what, number, "banned" if item.banned else "deleted")
    return item


@dataclass(frozen=True, slots=True)
class Named:
    """What the line itself names, looked up."""

    line: ChargeLine
    plu: Plu | None
    department: Department | None


def named_by(line: ChargeLine, shop: Nomenclature) -> Named:
    """Return the PLU and department that ``line`` names.

    Raises:
        UnknownPlu, UnknownDepartment, Banned: what is named cannot be used.
    """
    plu = department = None
    if line.plu is not None:
        plu = usable(shop.plu(line.plu), line.plu, refusals.UnknownPlu)
    if line.department is not None:
        department = usable(shop.department(line.department), line.department, refusals.UnknownDepartment)
    return Named(line, plu, department)


def _own_department(plu: Plu, shop: Nomenclature) -> Department | None:
    if plu.department is None:
        return None
    return usable(shop.department(plu.department), plu.department, refusals.UnknownDepartment)


def tax_cascade(named: Named, shop: Nomenclature) -> Iterator[tuple[str, int | None]]:
    """Yield every place that may name the tax group, strongest first."""
    yield "the charge", named.line.tax_group
    if named.plu:
        yield "its PLU", named.plu.tax_group
    if named.department:
        yield "its department", named.department.tax_group
    if named.plu and (department := _own_department(named.plu, shop)):
        yield "its PLU's department", department.tax_group
    yield "the default tax group", shop.default_tax_group


def tax_group_of(named: Named, shop: Nomenclature) -> Found[TaxGroup]:
    """Return the first tax group named, and where.

    Raises:
        UnknownTaxGroup, Banned: the group named cannot be used.
        TaxGroupMissing: no place names one.
    """
    asked = []
    for place, number in tax_cascade(named, shop):
        if number is not None:
            return Found(usable(shop.tax_group(number), number, refusals.UnknownTaxGroup), place)
        asked.append(place)
    raise refusals.TaxGroupMissing(named.line.text or (named.plu and named.plu.name) or "", tuple(asked))


def price_cascade(named: Named) -> Iterator[tuple[str, Decimal | None]]:
    """Yield every place that may name the price of one unit, strongest first."""
    yield "the charge", named.line.price
    if named.plu:
        yield "its PLU", named.plu.price


def price_of(named: Named, shop: Nomenclature) -> Found[Decimal]:
    """Return the price of one unit in the bill's currency, and where it came from.

    Raises:
        UnknownCurrency, CurrencyMismatch: the price is in a currency that cannot be taken.
        NoPrice: no place names one.
    """
    for place, price in price_cascade(named):
        if price is not None:
            if named.line.currency is None:
                return Found(price, place)
            return Found(converted(price, named.line.currency, shop), place)
    raise refusals.NoPrice(named.line.plu or 0)


def converted(price: Decimal, code: str, shop: Nomenclature) -> Decimal:
    """Return ``price`` of currency ``code`` in the bill's own, rounded half up to 4 decimals (7.7).

    A currency with more decimals than 4 keeps its own. The bill's own code changes nothing.

    Raises:
        UnknownCurrency, CurrencyMismatch: the code is unknown, or no rate is configured for it.
    """
    if code == shop.currency.code:
        return price
    rate = shop.rates.get(code)
    if rate is None:
        if code not in KNOWN_CURRENCIES:
            raise refusals.UnknownCurrency(code)
        raise refusals.CurrencyMismatch(code, shop.currency.code)
    places = max(4, shop.currency.exponent)
    units = in_units(price, rate, places)
    return Decimal(units).scaleb(-places, EXACT)


def in_units(price: Decimal, rate: Decimal | Fraction, places: int) -> int:
    """Return ``price`` times ``rate`` in units of ``10 ** -places``, rounded half up."""
    exact = Fraction(price) * Fraction(rate) * 10**places
    return divide_half_up(exact.numerator, exact.denominator)


def name_cascade(named: Named, shop: Nomenclature) -> Iterator[tuple[str, str | None]]:
    """Yield every place that may name the charge, strongest first."""
    yield "the charge", named.line.text
    if named.plu:
        yield "its PLU", named.plu.name
        if department := _own_department(named.plu, shop):
            yield "its PLU's department", department.name
    if named.department:
        yield "its department", named.department.name


def name_of(named: Named, shop: Nomenclature) -> Found[str]:
    """Return the first name set, and where; an empty one from nowhere if none is."""
    for place, name in name_cascade(named, shop):
        if name is not None:
            return Found(name, place)
    return Found("", NOWHERE)


def payment_type_cascade(line: PaymentLine, shop: Nomenclature) -> Iterator[tuple[str, int | None]]:
    """Yield every place that may name the payment type, strongest first."""
    yield "the payment", line.payment_type
    yield "the default payment type", shop.default_payment_type
    yield "the only payment type there is", shop.only_payment_type()


def payment_type_of(line: PaymentLine, shop: Nomenclature) -> Found[PaymentType]:
    """Return the first payment type named, and where.

    Raises:
        UnknownPaymentType, Banned: the type named cannot be used.
        NoDefaultPaymentType: no place names one.
    """
    for place, number in payment_type_cascade(line, shop):
        if number is not None:
            return Found(usable(shop.payment_type(number), number, refusals.UnknownPaymentType), place)
    raise refusals.NoDefaultPaymentType

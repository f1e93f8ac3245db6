"""The nomenclature as a register sees it: looked up in the store once, kept until it changes.

``refresh`` starts each transaction: it asks for the version counter (one row) and drops what was kept when
another process changed anything, or when the day changed and with it perhaps a tax rate.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

from billing.money import Currency
from billing.pricing import nomenclature as plain
from billing.pricing.lookup import in_units
from billing.pricing.refusals import CurrencyMismatch
from billing.store import nomenclature as rows
from billing.store.currencies import policy_on, read_rates
from billing.store.engine import Store
from billing.store.work import Work

T = TypeVar("T")


class Catalogue:
    """A ``pricing.Nomenclature`` over the store; one for each register, never shared between threads."""

    def __init__(self, time_zone: str = "Europe/Sofia") -> None:
        self._zone = ZoneInfo(time_zone)
        self._work: Work | None = None
        self._stamp: tuple[int, date] | None = None

    def set_zone(self, time_zone: str) -> bool:
        """Tell the days apart by ``time_zone``; return whether that is another than before."""
        zone = ZoneInfo(time_zone)
        changed, self._zone = zone != self._zone, zone
        return changed

    def refresh(self, work: Work) -> bool:
        """Look up through ``work`` from now on; drop what was kept, and say so, if anything changed since.

        Raises:
            NomenclatureMissing: if the store holds none.
        """
        self._work = work
        defaults = rows.read_defaults(work)
        stamp = (defaults.version, work.now.astimezone(self._zone).date())
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.defaults = defaults
        self.policy = policy_on(work, stamp[1])
        self._currency = Currency.of(self.policy.currency if self.policy else defaults.currency)
        self._worth = read_rates(work, stamp[1])
        self._rates = self.rates_to(self._currency.code)
        self._tax_groups = rows.read_tax_groups(work, stamp[1])
        self._payment_types, self.payment_facts = rows.read_payment_types(work)
        self._plus: dict[int, tuple[plain.Plu, str] | None] = {}
        self._departments: dict[int, plain.Department | None] = {}
        self._operators: dict[int, tuple[plain.Operator, str] | None] = {}
        self._profiles: dict[int, tuple[plain.Profile, rows.ClientFacts] | None] = {}
        return True

    def _kept(self, kept: dict[int, T], read: Callable[[Work, int], T], number: int) -> T:
        if number not in kept:
            assert self._work is not None, "refresh() comes first"  # noqa: S101 a bug of ours, not a mishap
            kept[number] = read(self._work, number)
        return kept[number]

    @property
    def currency(self) -> Currency:
        """The currency of a new bill."""
        return self._currency

    @property
    def default_tax_group(self) -> int | None:
        """Number of the tax group of a charge that nothing else names one for."""
        return self.defaults.default_tax_group

    @property
    def default_payment_type(self) -> int | None:
        """Number of the payment type of a payment that names none."""
        return self.defaults.default_payment_type

    @property
    def rates(self) -> Mapping[str, Decimal | Fraction]:
        """What one unit of other currencies is worth in the bill's, by code."""
        return self._rates

    def rates_to(self, currency: str) -> Mapping[str, Decimal | Fraction]:
        """Return what one unit of each other currency is worth in ``currency`` today, by code."""
        return {code: rate for (code, other), rate in self._worth.items() if other == currency}

    def in_currency(self, code: str) -> "plain.Nomenclature":
        """Return this nomenclature as a bill in currency ``code`` sees it, prices converted."""
        return self if code == self._currency.code else InCurrency(self, Currency.of(code))

    def plu_in(
        self, number: int, currency: Currency, rates: Mapping[str, Decimal | Fraction]
    ) -> plain.Plu | None:
        """Return PLU ``number`` with its price in ``currency``, rounded to its minor unit where converted.

        Raises:
            CurrencyMismatch: no rate leads there from the currency that prices are kept in.
        """
        found = self._kept(self._plus, rows.read_plu, number)
        plu, home = found and found[0], self.defaults.currency
        if plu is None or plu.price is None or home == currency.code:
            return plu
        rate = rates.get(home)
        if rate is None:
            raise CurrencyMismatch(home, currency.code)
        return replace(plu, price=currency.from_minor(in_units(plu.price, rate, currency.exponent)))

    def tax_group(self, number: int) -> plain.TaxGroup | None:
        """Return tax group ``number`` with today's rate."""
        return self._tax_groups.get(number)

    def tax_groups(self) -> Mapping[int, plain.TaxGroup]:
        """Return all tax groups by number."""
        return self._tax_groups

    def payment_type(self, number: int) -> plain.PaymentType | None:
        """Return payment type ``number``."""
        return self._payment_types.get(number)

    def only_payment_type(self) -> int | None:
        """Return the number of the one payment type that is not deleted; None if not just one."""
        usable = [t.number for t in self._payment_types.values() if not (t.deleted or t.banned)]
        return usable[0] if len(usable) == 1 else None

    def department(self, number: int) -> plain.Department | None:
        """Return department ``number``."""
        return self._kept(self._departments, rows.read_department, number)

    def plu(self, number: int) -> plain.Plu | None:
        """Return PLU ``number``, its price in the currency of new bills."""
        return self.plu_in(number, self._currency, self._rates)

    def unit(self, plu: int | None) -> str:
        """Return the unit of measure of a PLU, empty where it has none."""
        found = None if plu is None else self._kept(self._plus, rows.read_plu, plu)
        return found[1] if found else ""

    def operator(self, number: int) -> plain.Operator | None:
        """Return operator ``number``."""
        found = self._kept(self._operators, rows.read_operator, number)
        return found and found[0]

    def operator_code(self, number: int) -> str:
        """Return the code of operator ``number`` in the unique sale number, empty if there is none."""
        found = self._kept(self._operators, rows.read_operator, number)
        return found[1] if found else ""

    def operator_name(self, number: int | None) -> str:
        """Return the name of operator ``number``, empty if there is none."""
        found = None if number is None else self.operator(number)
        return (found.name if found else None) or ""

    def profile(self, number: int) -> plain.Profile | None:
        """Return profile ``number``."""
        found = self._kept(self._profiles, rows.read_profile, number)
        return found and found[0]

    def client(self, number: int) -> rows.ClientFacts | None:
        """Return who an invoice for profile ``number`` is made out to, None if there is no such profile."""
        found = self._kept(self._profiles, rows.read_profile, number)
        return found and found[1]


class InCurrency:
    """A catalogue as a bill in another currency than today's sees it."""

    def __init__(self, catalogue: Catalogue, currency: Currency) -> None:
        self.currency = currency
        self.rates = catalogue.rates_to(currency.code)
        self.default_tax_group = catalogue.default_tax_group
        self.default_payment_type = catalogue.default_payment_type
        self.tax_group = catalogue.tax_group
        self.department = catalogue.department
        self.payment_type = catalogue.payment_type
        self.only_payment_type = catalogue.only_payment_type
        self.operator = catalogue.operator
        self.profile = catalogue.profile
        self._catalogue = catalogue

    def plu(self, number: int) -> plain.Plu | None:
        """Return PLU ``number``, its price in this bill's currency."""
        return self._catalogue.plu_in(number, self.currency, self.rates)


def rates_now(store: Store) -> Mapping[int, Decimal] | None:
    """Return today's percent of every tax group in use, by number; None where there is no nomenclature."""
    with store.read() as work:
        try:
            catalogue = Catalogue()
            catalogue.refresh(work)
        except rows.NomenclatureMissing:
            return None
        return {number: group.rate for number, group in catalogue.tax_groups().items() if not group.deleted}

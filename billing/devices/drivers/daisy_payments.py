"""Which slot of a Daisy is which kind of money: the device is asked, the address overrules it.

Source: Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md), section 11. What is said with the
letter found here stands in ``daisy.py``.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from billing.devices.drivers.daisy_tables import SLOTS, TAGS, USUAL
from billing.devices.drivers.isl_family import IslFamily
from billing.devices.drivers.isl_words import text_of
from billing.devices.faults import DocumentRefused, Fault, Refused
from billing.devices.talk import Talk, ask
from billing.documents import PaymentCategory, SaleDocument


@dataclass(frozen=True)
class Slot:
    """What one payment of the device means; None where the device does not say."""

    rate: Decimal | None
    tag: int | None

    @property
    def plain(self) -> bool:
        """False for a slot that is off (rate 0) or holds a foreign currency."""
        return self.rate in {None, Decimal(1)}


@dataclass(frozen=True)
class DaisyPayments(IslFamily):
    """The part of the Daisy dialect that knows cash and the four slots N, C, D and B."""

    def mapping(self) -> Talk[Mapping[PaymentCategory, str]]:
        """Return the letter of every category that the device has, by its slots' tags."""
        letters = {}
        for category in self.capabilities().payments:
            with suppress(Refused):
                letters[category] = yield from self.letter_of(category)
        return letters

    def payment_names(self) -> Talk[Mapping[str, str]]:
        """Return name, rate and tag of cash and the four slots, as 97h tells them."""
        first = yield from self._first_slot()
        names = {}
        for place, letter in enumerate(SLOTS, start=first):
            with suppress(Refused):
                row = text_of((yield ask(0x97, "payment", f"R{place}".encode())))
                names[letter] = row.partition(",")[2].replace("\t", " ")
        return names

    def check_payments(self, document: SaleDocument) -> Talk[None]:
        """Refuse before the receipt is open what the device would register as another kind of money."""
        for place, payment in enumerate(document.payments):
            try:
                yield from self.letter_of(payment.category)
            except Refused as refused:
                why = f"the device has no slot that is {payment.category}: set one on it (command 97h), or "
                path = f"$.payments[{place}].category"
                raise DocumentRefused(
                    path, why + f"payment.{payment.category}=LETTER in the address"
                ) from refused

    def letter_of(self, category: PaymentCategory) -> Talk[str]:
        """Return the letter of the slot that the device has for ``category``, by its tag.

        The address's own mapping is believed; a device that tells nothing has the usual slots. A slot is
        taken only at rate 1: any other is a foreign currency, or off.
        """
        if category in self.settings.payments:
            return self.settings.payments[category]
        usual = USUAL.get(category, "")
        if category is PaymentCategory.CASH:
            return usual
        first = yield from self._first_slot()
        told = False
        for letter in sorted(SLOTS[1:], key=lambda letter: letter != usual):
            slot = yield from self._slot(SLOTS.index(letter) + first)
            told = told or (letter == usual and slot is not None)
            if slot and slot.plain and slot.tag in {TAGS[category], None if letter == usual else -1}:
                return letter
        if told or not usual:
            raise Refused(Fault.PAYMENT, f"no payment of the device is {category}")
        return usual

    def _first_slot(self) -> Talk[int]:
        """Return the number of cash in 97h: 0, on some firmware 1 (section 13)."""
        try:
            yield ask(0x97, "payment", b"R0")
        except Refused:
            return 1
        return 0

    def _slot(self, number: int) -> Talk[Slot | None]:
        """Return what 97h tells of a slot, or None."""
        try:
            row = text_of((yield ask(0x97, "payment", f"R{number}".encode())))
        except Refused:
            return None
        rate, _, tag = row.partition("\t")[2].partition(",")
        tag = tag.strip()
        return Slot(rate_of(rate), int(tag) if tag.isdecimal() else None)


def rate_of(text: str) -> Decimal | None:
    """Return a payment's rate, or None where there is no number."""
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None

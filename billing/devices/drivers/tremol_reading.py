"""What a Tremol tells of its day and of a receipt it closed; reads only.

Source: Tremol ZFP (protocols/tremol-zfp.md), section 10.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from billing.devices.drivers.tremol_replies import QR, amount, fields_of, say, text_of, told
from billing.devices.drivers.tremol_service import TremolService
from billing.devices.standing import Facts
from billing.devices.talk import Talk, ask
from billing.documents import CreditNote, Document, Invoice, SaleDocument


@dataclass(frozen=True)
class TremolReading(TremolService):
    """The part of the ZFP dialect that reads registers and receipts; ``Tremol`` adds the sale."""

    def day_sums(self) -> Talk[list[Decimal]]:
        """Return the fields of 6Dh: sales by group and their sum, reversals by group and their sum."""
        day = [amount(field) for field in (yield from fields_of(ask(0x6D, "day by group")))]
        if len(day) < 18:
            raise ValueError(f"{len(day)} sums, expected 18")
        return day

    def registers(self) -> Talk[Mapping[str, str]]:
        """Return the day's figures, the Z number and the cash in the drawer.

        The cash of an FP-28 does not go down by reversals (fiscal rules 13), so they are taken off.
        """
        day = yield from self.day_sums()
        figures = yield from self._figures(day)
        counters = yield from self.counters()
        identity = yield from self.identify()
        in_drawer = counters.cash or Decimal(0)
        if re.search(r"FP-?28", identity.model):
            in_drawer -= abs(day[17])
        return {**figures, "z_number": str(counters.z_number), "in_drawer": str(in_drawer)}

    def _figures(self, day: Sequence[Decimal]) -> Talk[Mapping[str, str]]:
        """Return sales by group (6Dh, given) and what was kept of each payment: 6Eh 4 less 6."""
        figures = {f"group_{group}": str(amount) for group, amount in enumerate(day[:8], start=1)}
        figures["total"] = str(day[8])
        taken = yield from fields_of(ask(0x6E, "day by payment", b"4"))
        given = yield from fields_of(ask(0x6E, "change by payment", b"6"))
        kept = [amount(plus) - amount(minus) for plus, minus in zip(taken[1:], given[1:], strict=False)]
        for category, word in (yield from self.mapping()).items():
            if word.isdigit() and int(word) < len(kept):
                figures[f"payment_{category}"] = str(kept[int(word)])
        return figures

    def sums_told(self) -> Talk[Mapping[str, str]]:
        """Return the figures of a daily report; none where the device tells none: it prints anyway."""
        day = yield from told(self.day_sums())
        found = None if day is None else (yield from told(self._figures(day)))
        return found or {}

    def read_back(self, document: Document) -> Talk[Facts]:
        """Return the last issued number; time, total and QR text where 72h ``B`` speaks of that number."""
        number = text_of((yield from say(ask(0x71, "last document number"))))
        if isinstance(document, SaleDocument):
            invoice = yield from self._given_number(document)
            facts = yield from told(self._qr(b"B", int(number)))
            if facts:
                return replace(facts, invoice_number=invoice)
            return Facts(number, number, (yield from self.clock()), invoice_number=invoice)
        return Facts(number, number, (yield from self.clock()))

    def _given_number(self, document: SaleDocument) -> Talk[str]:
        """Return the invoice number given last: one before the next of 70h; both documents count there."""
        if not isinstance(document, Invoice | CreditNote):
            return ""
        numbers = yield from told(self.invoice_range())
        return f"{numbers.next - 1:010}" if numbers and numbers.next > 1 else ""

    def recall(self, number: int) -> Talk[Facts]:
        """Return time, total and QR text of an earlier receipt (72h ``b``)."""
        return self._qr(f"b;{number:06}".encode(), number)

    def _qr(self, which: bytes, number: int) -> Talk[Facts]:
        """Return the facts in the QR text of receipt ``number``; ``ValueError``: it is another's, or none."""
        qr = text_of((yield from say(ask(0x72, "receipt's QR text", which))))
        found = QR.fullmatch(qr)
        if found is None or int(found["number"]) != number:
            raise ValueError(f"not the QR text of receipt {number}")
        total = amount(found["total"]) if found["total"] else None
        closed = datetime.fromisoformat(f"{found['day']}T{found['time']}")
        return Facts(found["number"], found["number"], closed, total, qr=qr)

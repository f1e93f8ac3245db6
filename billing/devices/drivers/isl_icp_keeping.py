"""The tables of an ISL ICP device: articles, departments, operators, lines of the seller, invoices, room.

Source: ISL ICP (protocols/isl-icp.md), sections 4, 5.3, 5.4, 7 and 9.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from billing.devices.drivers.isl_icp_tables import GROUPS, INTERNAL_MOST, NEUTRAL, amount, cents
from billing.devices.drivers.isl_icp_talk import ANSWER_S, IcpTalk, say, text_of
from billing.devices.faults import Refused
from billing.devices.link import FrameRefused
from billing.devices.tables import DeviceDepartment, DevicePlu, InvoiceRange, Room
from billing.devices.talk import Repeat, Talk, ask
from billing.documents import CreditNote, Document, Invoice, SaleLine

HEADER: Final = range(6)
FOOTER: Final = range(6, 9)
"""Section 9, ``71``: rows of the head and of the foot."""
LAST_INVOICE: Final = slice(34, 44)
"""Section 4.1, ``00``: the last invoice's number."""
ARTICLE_TRIES: Final = 2
"""How often an article that seems not to be programmed is asked for in all."""
READABLE: Final = range(1, 6)
"""Section 4.1, ``F806``: the departments that can be read."""


@dataclass(frozen=True)
class IcpKeeping(IcpTalk):
    """The part of the ICP dialect that reads and writes tables."""

    # -- articles and departments ----------------------------------------------------------------------------

    def plu(self, number: int) -> Talk[DevicePlu | None]:
        """Return an internal article by ``96``; refused: it is not programmed.

        Raises:
            NotSupported: the number is an external article's, of which all comes from the sale.
        """
        if number > INTERNAL_MOST:
            self._lacks("keep external articles")
        for _ in range(ARTICLE_TRIES):
            try:
                row = text_of((yield ask(0x96, "article", f"{number:08}".encode(), ANSWER_S)))
            except Refused:
                if (yield from self._error()):
                    return None
                continue  # the frame arrived damaged, or there is no such article: neither has a number
            sold, department, group = amount(row[16:24]) / 10, int(row[24], 16), int(row[25])
            return DevicePlu(number, row[28:].strip(), amount(row[8:16]), group, department or None, sold)
        return None

    def set_plu(self, number: int, line: SaleLine) -> Talk[None]:
        """Store an internal article (up to the device's limit, 100 in the factory) with ``44``, flag 1."""
        group = GROUPS[0x44][line.tax_group - 1]
        said = f"{NEUTRAL}00001000{number:08}{cents(line.price)}{line.department or 0:X}{group}01"
        yield from self._insist(say(0x44, said + line.text[:40], "store the article", repeat=Repeat.SAFE))

    def department(self, number: int) -> Talk[DeviceDepartment | None]:
        """Return a department's name by ``F806``; its tax group is not told.

        Raises:
            NotSupported: it is none of the five that can be read, or the device refuses.
        """
        if number in READABLE:
            with suppress(FrameRefused):
                row = text_of((yield from self._ask(0xF8, f"06{number}", "department")))
                return DeviceDepartment(number, row[:12].strip())
        self._lacks(f"read department {number}")

    def set_department(self, number: int, name: str, tax_group: int) -> Talk[None]:
        """Store a department with ``41``, flag 1: its groups are counted from 0; no price of its own."""
        group = GROUPS[0x41][tax_group - 1]
        said = f"{NEUTRAL}{number:X}{group}00001000{0:08}{name[:24]:24}1"
        yield from self._insist(say(0x41, said, "store the department", repeat=Repeat.SAFE))

    # -- operators and lines of the seller -------------------------------------------------------------------

    def set_operator(self, number: str, password: str, name: str) -> Talk[None]:
        """Store the name of operator 1 to 10 with ``75``; the family has no passwords."""
        del password
        yield from self._insist(
            say(0x75, f"{name[:24]:24}{int(number):02}", "name the operator", repeat=Repeat.SAFE)
        )

    def header(self) -> Talk[Sequence[str]]:
        """Return the six rows above a receipt (``F1``)."""
        return self._rows(HEADER)

    def set_header(self, lines: Sequence[str]) -> Talk[None]:
        """Store up to six header lines with ``71``; the device takes them only after a Z."""
        return self._set_rows(HEADER, lines)

    def footer(self) -> Talk[Sequence[str]]:
        """Return the three rows below a receipt (``F1``)."""
        return self._rows(FOOTER)

    def set_footer(self, lines: Sequence[str]) -> Talk[None]:
        """Store up to three rows below a receipt with ``71``; only after a Z."""
        return self._set_rows(FOOTER, lines)

    def _rows(self, rows: range) -> Talk[Sequence[str]]:
        lines = []
        for row in rows:
            told = text_of((yield from self._ask(0xF1, f"{row}", "row of the receipt")))
            lines.append(told[1:].rstrip())  # in front: whether it is printed wide
        return lines

    def _set_rows(self, rows: range, lines: Sequence[str]) -> Talk[None]:
        width = self.known.columns or self.capabilities().columns
        for row, line in zip(rows, lines, strict=False):
            said = f"{row}0{line[:width]}"
            yield from self._insist(say(0x71, said, "store a row of the receipt", repeat=Repeat.SAFE))

    # -- numbers and room ------------------------------------------------------------------------------------

    def given_number(self, document: Document) -> Talk[str]:
        """Return the number of the last invoice, where it is not the one that a credit note takes back."""
        if not isinstance(document, Invoice | CreditNote):
            return ""
        number = (yield from self._numbers())[LAST_INVOICE].strip()
        taken = document.invoice_number if isinstance(document, CreditNote) else "0"
        return number if number.isdecimal() and int(number) not in {0, int(taken)} else ""

    def invoice_range(self) -> Talk[InvoiceRange]:
        """Return the range of ``92`` ``11`` and the number after the last invoice (``00``)."""
        told = text_of((yield from self._ask(0x92, "11", "range of invoices")))
        first, last = int(told[:10]), int(told[10:20])
        if not last:
            return InvoiceRange(0, 0, 0)
        given = int((yield from self._numbers())[LAST_INVOICE].strip() or 0)
        return InvoiceRange(first, last, given + 1 if given >= first else first)

    def set_invoice_range(self, first: int, last: int) -> Talk[None]:
        """Set the range with ``92`` ``11``: once, and again when it is used up."""
        said = f"11{first:010}{last:010}"
        yield from self._insist(say(0x92, said, "set the range of invoices", repeat=Repeat.SAFE))

    def room(self) -> Talk[Room]:
        """Return the free records of fiscal memory, which ``92`` ``1B`` tells as text: used of possible.

        Raises:
            NotSupported: the model has no such flag.
        """
        try:
            told = text_of((yield from self._ask(0x92, "1B0035", "free records")))
        except FrameRefused:
            self._lacks("tell how much room is left")
        used, possible = (int(number) for number in re.findall("[0-9]+", told)[:2])
        return Room(possible - used)

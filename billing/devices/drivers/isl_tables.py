"""The tables of a Daisy, Eltrade or Incotex: articles, departments, operators, lines of the seller, room.

Source: Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md), sections 9.1 and 9.3. What one of the
three says otherwise, and what only one of them has, stands in its own module.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from billing.devices.dialect import Dialect
from billing.devices.drivers.datecs_words import GROUPS
from billing.devices.drivers.isl_words import amount, encoded, group_of, text_of, whole
from billing.devices.faults import Refused
from billing.devices.tables import DeviceDepartment, DevicePlu, Room
from billing.devices.talk import Command, Talk, ask
from billing.devices.wording import decimals
from billing.documents import CreditNote, Invoice, SaleLine

MOST_PLUS: Final = 100_000
"""Rows after which a list that never ends is given up."""


@dataclass(frozen=True)
class IslTables(Dialect):
    """What the three keep in tables, as far as they say it alike; widths count characters."""

    header_items: ClassVar[str] = "012345"
    footer_items: ClassVar[str] = "67"
    header_width: ClassVar[int | None] = 36
    """None: as wide as the paper."""
    operator_width: ClassVar[int | None] = None
    """None: as wide as a sale's text."""

    # -- articles and departments ----------------------------------------------------------------------------

    def plu(self, number: int) -> Talk[DevicePlu | None]:
        """Return an article by 6Bh ``R``; a device that refuses has none of that number to sell."""
        with suppress(Refused):
            return self.article(text_of((yield ask(0x6B, "article", f"R{number}".encode()))))
        return None

    def plus(self) -> Talk[Sequence[DevicePlu]]:
        """Return all articles by 6Bh ``F`` and ``N``, until the device refuses another."""
        found: list[DevicePlu] = []
        data = b"F"
        with suppress(Refused):
            while len(found) < MOST_PLUS:
                found.append(self.article(text_of((yield ask(0x6B, "article", data)))))
                data = b"N"
        return found

    def plu_count(self) -> Talk[int]:
        """Return 0 where 6Bh ``F`` finds no article.

        Raises:
            NotSupported: there are some: only a list of all would tell how many.
        """
        try:
            yield ask(0x6B, "article", b"F")
        except Refused:
            return 0
        self._lacks("count its articles")

    def article(self, row: str) -> DevicePlu:
        """Return a row of 6Bh: ``P,plu,time,tax,price,qty,sum,name LF barcode,department ...``.

        Raises:
            ValueError: it is none.
        """
        _, number, _, tax, price, sold, turnover, last = row.split(",", 7)
        name, _, rest = last.partition("\n")
        department = whole(rest.split(",")[1]) if rest.count(",") else 0
        return DevicePlu(
            whole(number),
            name.strip(),
            amount(price),
            group_of(tax),
            department or None,
            Decimal(sold.strip() or 0),
            amount(turnover),
        )

    def set_plu(self, number: int, line: SaleLine) -> Talk[None]:
        """Store an article with 6Bh ``P``.

        An Incotex sells it in its department's tax group: it goes into the line's department, or into the
        one with its group's number.
        """
        name = line.text.replace("\n", " ")[: self.capabilities().plu_name]
        group, price = GROUPS[line.tax_group - 1], decimals(line.price, 2, 2)
        said = f"P{group}{number},{self.article_fields(price, name, line.department or line.tax_group)}"
        yield Command(0x6B, encoded(said), "store the article")

    def article_fields(self, price: str, name: str, department: int) -> str:
        """Return what follows tax group and number in 6Bh ``P``.

        A Daisy's department would need a barcode before it, and no two may be equal; without one the article
        keeps the tax group it is given.
        """
        del department
        return f"{price},{name}"

    def delete_plu(self, number: int) -> Talk[None]:
        """Delete an article with 6Bh ``D``; one with sales is refused."""
        yield Command(0x6B, f"D{number}".encode(), "delete the article")

    def department(self, number: int) -> Talk[DeviceDepartment | None]:
        """Return a department by 83h ``R``: ``P,n,name LF tax,price ...``; refused: there is none."""
        with suppress(Refused):
            row = text_of((yield ask(0x83, "department", f"R{number}".encode())))
            name, _, rest = row.split(",", 2)[2].partition("\n")
            return DeviceDepartment(number, name.strip(), group_of(rest.split(",")[0][:1]))
        return None

    # -- operators and lines of the seller -------------------------------------------------------------------

    def set_operator(self, number: str, password: str, name: str) -> Talk[None]:
        """Store an operator's name with 66h; on a Daisy only while his sums are zero."""
        name = name.replace(",", " ")[: self.operator_width or self.capabilities().text_width]
        data = encoded(f"{number},{password},{name}")
        yield Command(0x66, data, "name the operator", secrets=(encoded(password),))

    def set_password(self, number: str, old: str, new: str) -> Talk[None]:
        """Change an operator's password with 65h."""
        data = encoded(f"{number},{old},{new}")
        yield Command(0x65, data, "change the password", secrets=(encoded(old), encoded(new)))

    def header(self) -> Talk[Sequence[str]]:
        """Return the lines above a receipt by 2Bh ``I``."""
        return self._lines(self.header_items)

    def set_header(self, lines: Sequence[str]) -> Talk[None]:
        """Store lines above a receipt with 2Bh; on an Incotex only while the day's sums are zero."""
        return self._set_lines(self.header_items, lines)

    def footer(self) -> Talk[Sequence[str]]:
        """Return the two lines below a receipt by 2Bh ``I``."""
        return self._lines(self.footer_items)

    def set_footer(self, lines: Sequence[str]) -> Talk[None]:
        """Store up to two lines below a receipt with 2Bh."""
        return self._set_lines(self.footer_items, lines)

    def _lines(self, items: str) -> Talk[Sequence[str]]:
        lines = []
        for item in items:
            reply = yield ask(0x2B, "line of the receipt", f"I{item}".encode())
            lines.append(text_of(reply).rstrip())
        return lines

    def _set_lines(self, items: str, lines: Sequence[str]) -> Talk[None]:
        width = self.header_width or self.capabilities().columns
        for item, line in zip(items, lines, strict=False):
            yield Command(0x2B, encoded(f"{item}{line[:width]}"), "store a line of the receipt")

    # -- measures, numbers and room -------------------------------------------------------------------------

    def constants(self) -> Talk[Sequence[int]]:
        """Return P1 to P26 of 80h (Daisy, Incotex); what is no number is 0 (section 9.1)."""
        fields = text_of((yield ask(0x80, "constants"))).split(",")
        return [int(field) if field.strip().isdecimal() else 0 for field in fields]

    def given_number(self, document: Invoice | CreditNote) -> Talk[str]:
        """Return the invoice number given last, ten digits; 67h tells the next one (section 6.6)."""
        del document
        fields = text_of((yield ask(0x67, "next invoice"))).split(",")
        return before(fields[-1])

    def room(self) -> Talk[Room]:
        """Return the free records of 44h."""
        return Room(whole(text_of((yield ask(0x44, "free records"))).split(",")[0]))


def before(following: str) -> str:
    """Return the ten digits of the invoice number before ``following``; empty where none was given yet."""
    number = whole(following) - 1
    return f"{number:010}" if number > 0 else ""

"""The tables of a Datecs X: articles, departments, operators, lines of the seller, invoices, room.

Source: Datecs X (protocols/datecs-x.md), sections 8 and 9. Parameters (255) count from 0: department and
operator ``n`` have index ``n - 1``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing.devices.dialect import Dialect
from billing.devices.drivers.datecs_x_words import amount, query, say, values
from billing.devices.faults import Refused
from billing.devices.tables import DeviceDepartment, DevicePlu, InvoiceRange, Room
from billing.devices.talk import Talk
from billing.devices.wording import decimals
from billing.documents import SaleLine

LETTERS: Final = "ABCDEFGH"
CYRILLIC: Final = "АБВГДЕЖЗ"
"""Tax groups where an article is stored (107); everywhere else they are digits."""

NOT_THERE: Final = frozenset(
    {"-100003", "-100004", "-100005", "-103000", "-111004", "-111009", "-112201", "-112202"}
)
"""Codes of an article or a department that is not programmed, and of a number outside the table."""

PLU_MOST: Final = 100_000
"""Of cash registers; printers have 3000."""

FREE_PRICE: Final = "1"
LINES: Final = 10
"""Header and footer lines."""


@dataclass(frozen=True)
class DatecsXTables(Dialect):
    """What the family keeps in tables."""

    # -- articles and departments ----------------------------------------------------------------------------

    def plu(self, number: int) -> Talk[DevicePlu | None]:
        """Return an article by 107 ``R``."""
        try:
            return article(values((yield query(107, "article", "R", str(number)))))
        except Refused as refused:
            if refused.maker_code not in NOT_THERE:
                raise
            return None

    def plus(self) -> Talk[Sequence[DevicePlu]]:
        """Return all articles by 107 ``F`` from the first on, and ``N``."""
        found: list[DevicePlu] = []
        asked = ["F", "1"]
        try:
            while len(found) < PLU_MOST:
                found.append(article(values((yield query(107, "article", *asked)))))
                asked = ["N"]
        except Refused as refused:
            if refused.maker_code not in NOT_THERE:
                raise
        return found

    def plu_count(self) -> Talk[int]:
        """Return the second figure of 107 ``I``."""
        return int(values((yield query(107, "articles", "I")))[1])

    def set_plu(self, number: int, line: SaleLine) -> Talk[None]:
        """Store an article with 107 P: group 1, a fixed price, no stock, no barcodes."""
        department = str(line.department or 0)
        kind = ["P", str(number), LETTERS[line.tax_group - 1], department, "1", "0"]
        stock = [decimals(line.price, 2, 2), "", "0.000"]
        values((yield say(107, "store the article", *kind, *stock, *[""] * 4, line.text[:72])))

    def delete_plu(self, number: int) -> Talk[None]:
        """Delete an article with 107 ``D`` from and to its number."""
        values((yield say(107, "delete the article", "D", str(number), str(number))))

    def department(self, number: int) -> Talk[DeviceDepartment | None]:
        """Return a department by 88; always with its number, for an empty one prints the report."""
        try:
            group, *_, name = values((yield query(88, "department", str(number))))
        except Refused as refused:
            if refused.maker_code not in NOT_THERE:
                raise
            return None
        return DeviceDepartment(number, name.strip(), group_of(group))

    def set_department(self, number: int, name: str, tax_group: int) -> Talk[None]:
        """Store a department's name and tax group with 255."""
        index = str(number - 1)
        values((yield say(255, "name the department", "Dept_name", index, name[:72])))
        values((yield say(255, "store the department's group", "Dept_vat", index, str(tax_group))))

    # -- operators and lines of the seller -------------------------------------------------------------------

    def operator_name(self, number: str) -> Talk[str]:
        """Return an operator's name by 255."""
        return self._parameter("OperName", int(number) - 1)

    def set_operator(self, number: str, password: str, name: str) -> Talk[None]:
        """Store an operator's name of up to 32 characters with 255; it takes no password."""
        del password
        values((yield say(255, "name the operator", "OperName", str(int(number) - 1), name[:32])))

    def set_password(self, number: str, old: str, new: str) -> Talk[None]:
        """Change an operator's password with 101."""
        hidden = (old.encode("cp1251"), new.encode("cp1251"))
        values((yield say(101, "change the password", number, old, new, secrets=hidden)))

    def header(self) -> Talk[Sequence[str]]:
        """Return the ten lines above a receipt."""
        return self._lines("Header")

    def set_header(self, lines: Sequence[str]) -> Talk[None]:
        """Store up to ten lines above a receipt with 255; an empty one cannot be stored."""
        return self._set_lines("Header", lines)

    def footer(self) -> Talk[Sequence[str]]:
        """Return the ten lines below a receipt."""
        return self._lines("Footer")

    def set_footer(self, lines: Sequence[str]) -> Talk[None]:
        """Store up to ten lines below a receipt with 255; an empty one is stored as a blank."""
        return self._set_lines("Footer", lines)

    def _lines(self, name: str) -> Talk[Sequence[str]]:
        lines = []
        for place in range(LINES):
            line = yield from self._parameter(name, place)
            lines.append(line.rstrip())
        return lines

    def _set_lines(self, name: str, lines: Sequence[str]) -> Talk[None]:
        width = self.capabilities().columns
        for place, line in enumerate(lines[:LINES]):
            values((yield say(255, "store a line of the receipt", name, str(place), line[:width] or " ")))

    def _parameter(self, name: str, index: int) -> Talk[str]:
        said = values((yield query(255, f"setting {name}", name, str(index), "")))
        return said[0] if said else ""

    # -- numbers and room ------------------------------------------------------------------------------------

    def invoice_range(self) -> Talk[InvoiceRange]:
        """Return start and end of 66 and the next number of 103, for the page doubts the third of 66."""
        first, last, *_ = (int(field or 0) for field in values((yield query(66, "range of invoices"))))
        return InvoiceRange(first, last, (yield from self._next_invoice()))

    def _next_invoice(self) -> Talk[int]:
        """Return InvNum of 103: the number that the next invoice will get."""
        return int(values((yield query(103, "receipt sums")))[9] or 0)

    def set_invoice_range(self, first: int, last: int) -> Talk[None]:
        """Give a range with 66: both ends where none is left, the end alone where it only grows."""
        found = yield from self.invoice_range()
        ends = [str(last)] if found.left and found.first == first else [str(first), str(last)]
        values((yield say(66, "set the range of invoices", *ends)))

    def room(self) -> Talk[Room]:
        """Return the reports left (68)."""
        return Room(int(values((yield query(68, "reports left")))[0]))


def article(row: Sequence[str]) -> DevicePlu:
    """Return a row of 107: number, group, department, item group, kind of price, price, figures, name.

    Raises:
        ValueError: it is none.
    """
    number, tax, department, _, kind, price, turnover, sold, _stock, *_barcodes = row[:13]
    group = group_of(tax)
    if group is None or len(row) < 14:
        raise ValueError("a row of an article has a tax group and a name")
    return DevicePlu(
        int(number),
        row[13].strip(),
        None if kind == FREE_PRICE else amount(price),
        group,
        int(department or 0) or None,
        Decimal(sold or 0),
        amount(turnover or "0"),
    )


def group_of(letter: str) -> int | None:
    """Return the tax group 1..8 of a letter of either alphabet, by place, or of a digit."""
    for letters in (LETTERS, CYRILLIC, "12345678"):
        if len(letter) == 1 and letter in letters:
            return letters.index(letter) + 1
    return None

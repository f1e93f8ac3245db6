"""The tables of a Datecs P or C: articles, departments, operators, lines of the seller, invoices, journal.

Source: Datecs P and C (protocols/datecs-p-c.md), section 9; the forms of 6Bh, 7Ch and 77h from the maker's
documents P 1.00BG and C 2.04BG.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

from billing.devices.dialect import Dialect
from billing.devices.drivers.datecs_words import GROUPS, text_of
from billing.devices.faults import Fault, Refused
from billing.devices.tables import DeviceDepartment, DevicePlu, InvoiceRange, Room
from billing.devices.talk import Command, Reply, Talk, ask
from billing.devices.wording import decimals, hundredths
from billing.documents import SaleLine

NONE_LEFT: Final = "F"
"""The answer when there is no such row, or none behind the last."""

ABSENT: Final = frozenset({Fault.CONDITION, Fault.STATE, Fault.RANGE})
"""What that answer means to a question: with the bit "not allowed" (1.1) beside it on some devices."""

LATIN: Final = "ABCDEFGH"
MOST_PLUS: Final = 3000
HIGHEST_PLU: Final = 999_999_999
HEADER_ITEMS: Final = "012345"
FOOTER_ITEMS: Final = "67"
"""Section 9.3, 2Bh."""


@dataclass(frozen=True)
class DatecsTables(Dialect):
    """What both dialects keep in tables; ``*_width`` count characters."""

    header_width: ClassVar[int] = 48
    operator_width: ClassVar[int] = 24

    # -- articles and departments ----------------------------------------------------------------------------

    def plu(self, number: int) -> Talk[DevicePlu | None]:
        """Return an article by 6Bh ``R``; ``F`` means that it is not programmed."""
        try:
            reply = yield ask(0x6B, "article", f"R{number}".encode())
        except Refused as refused:
            if refused.fault not in ABSENT:
                raise
            return None
        return article(reply)

    def plus(self) -> Talk[Sequence[DevicePlu]]:
        """Return all articles by 6Bh ``F`` and ``N``."""
        found: list[DevicePlu] = []
        data = b"F"
        try:
            while len(found) < MOST_PLUS:
                found.append(article((yield ask(0x6B, "article", data))))
                data = b"N"
        except Refused as refused:
            if refused.fault not in ABSENT:
                raise
        return found

    def plu_count(self) -> Talk[int]:
        """Return the second of the figures of 6Bh ``I``: all, programmed, longest name."""
        said = text_of((yield ask(0x6B, "articles", b"I")))
        return int(said.removeprefix("P").lstrip(",").split(",")[1])

    def set_plu(self, number: int, line: SaleLine) -> Talk[None]:
        """Store an article with 6Bh ``P``: group 1, no stock; its name is cut."""
        group, name = GROUPS[line.tax_group - 1], line.text[: self.capabilities().plu_name]
        said = f"P{group}{number},1,{decimals(line.price, 2, 2)},0.000,{name}"
        yield Command(0x6B, said.encode("cp1251", "replace"), "store the article")

    def delete_plu(self, number: int) -> Talk[None]:
        """Delete an article with 6Bh ``D``; one with sales is refused."""
        yield Command(0x6B, f"D{number}".encode(), "delete the article")

    def department(self, number: int) -> Talk[DeviceDepartment | None]:
        """Return a department by 58h: ``P<tax>,n,sum,n,sum,name``, two lines of a name parted by LF."""
        try:
            reply = yield ask(0x58, "department", str(number).encode())
        except Refused as refused:
            if refused.fault not in ABSENT:
                raise
            return None
        group, *rest = whole_text(reply).removeprefix("P").lstrip(",").split(",")
        name = ",".join(rest[4:]).replace("\n", " ").strip()
        return DeviceDepartment(number, name, group_of(group))

    def set_department(self, number: int, name: str, tax_group: int) -> Talk[None]:
        """Store a department with 57h ``n,<tax>,name``."""
        name = name[: self.capabilities().text_width]
        said = f"{number},{GROUPS[tax_group - 1]},{name}".encode("cp1251", "replace")
        yield Command(0x57, said, "store the department")

    # -- operators and lines of the seller -------------------------------------------------------------------

    def operator_name(self, number: str) -> Talk[str]:
        """Return the last field of 70h, before it the operator's day."""
        reply = yield ask(0x70, "operator", number.encode())
        return whole_text(reply).rpartition(",")[2].strip()

    def set_operator(self, number: str, password: str, name: str) -> Talk[None]:
        """Store an operator's name with 66h; it is cut to 24 (P) or 10 (C) characters."""
        data = f"{number},{password},{name[: self.operator_width]}".encode("cp1251", "replace")
        yield Command(0x66, data, "name the operator", secrets=(password.encode("cp1251", "replace"),))

    def set_password(self, number: str, old: str, new: str) -> Talk[None]:
        """Change an operator's password with 65h."""
        data, hidden = f"{number},{old},{new}".encode("cp1251"), (old.encode("cp1251"), new.encode("cp1251"))
        yield Command(0x65, data, "change the password", secrets=hidden)

    def header(self) -> Talk[Sequence[str]]:
        """Return the six lines above a receipt by 2Bh ``I``."""
        return self._lines(HEADER_ITEMS)

    def set_header(self, lines: Sequence[str]) -> Talk[None]:
        """Store up to six lines above a receipt with 2Bh."""
        return self._set_lines(HEADER_ITEMS, lines)

    def footer(self) -> Talk[Sequence[str]]:
        """Return the two lines below a receipt."""
        return self._lines(FOOTER_ITEMS)

    def set_footer(self, lines: Sequence[str]) -> Talk[None]:
        """Store up to two lines below a receipt."""
        return self._set_lines(FOOTER_ITEMS, lines)

    def _lines(self, items: str) -> Talk[Sequence[str]]:
        lines = []
        for item in items:
            reply = yield ask(0x2B, "line of the receipt", f"I{item}".encode())
            lines.append(whole_text(reply).rstrip())
        return lines

    def _set_lines(self, items: str, lines: Sequence[str]) -> Talk[None]:
        for item, line in zip(items, lines, strict=False):
            said = f"{item}{line[: self.header_width]}".encode("cp1251", "replace")
            yield Command(0x2B, said, "store a line of the receipt")

    # -- numbers, journal, room ------------------------------------------------------------------------------

    def invoice_range(self) -> Talk[InvoiceRange]:
        """Return ``start,end,current`` of 42h; a range just set has ``current`` at its start."""
        said = text_of((yield ask(0x42, "range of invoices"))).split(",")
        first, last, current = (int(field or 0) for field in [*said, "", "", ""][:3])
        return InvoiceRange(first, last, current)

    def set_invoice_range(self, first: int, last: int) -> Talk[None]:
        """Set the range with 42h: once, and again when it is used up."""
        yield Command(0x42, f"{first},{last}".encode(), "set the range of invoices")

    def journal(self, first: date, last: date) -> Talk[Sequence[str]]:
        """Return the journal's text lines of all documents between two dates (77h R, then N)."""
        return self._journal_lines(f"R,A,{first:%d%m%y},{last:%d%m%y}")

    def journal_document(self, number: int) -> Talk[Sequence[str]]:
        """Return the text lines of one document (77h R, then N)."""
        return self._journal_lines(f"R,{number}")

    def _journal_lines(self, asked: str) -> Talk[Sequence[str]]:
        lines = []
        while (line := whole_text((yield ask(0x77, "journal line", asked.encode())))) and line[
            0
        ] != NONE_LEFT:
            if line.startswith("P,"):
                lines.append(line.removeprefix("P,").rstrip())
            asked = "N"
        return lines

    def room(self) -> Talk[Room]:
        """Return the free records of 44h and the bytes of 77h ``I``, where the device tells them."""
        reports, size, used = None, "", ""
        with suppress(Refused):
            told = text_of((yield ask(0x44, "free records")))
            reports = int(told.removeprefix("P,").split(",")[0])
        with suppress(Refused, ValueError):
            _, size, used = (yield from self._journal_info())[:3]
        return Room(reports, size, used)

    def _journal_info(self) -> Talk[Sequence[str]]:
        """Return a mark, the journal's size and how much of it is used, in bytes."""
        return text_of((yield ask(0x77, "journal", b"I"))).split(",")


def whole_text(reply: Reply) -> str:
    """Return a reply's data as text that somebody typed: an ``@`` in it is one."""
    return reply.data.decode("cp1251")


def article(reply: Reply) -> DevicePlu:
    """Return a row of 6Bh: ``P<plu>,<tax>,<group>,<price>,<sum>,<sold>,<stock>,<name>``.

    Raises:
        ValueError: it is none.
    """
    number, tax, _, price, turnover, sold, _, name = (
        whole_text(reply).removeprefix("P").lstrip(",").split(",", 7)
    )
    group = group_of(tax)
    if group is None:
        raise ValueError(f"{tax!r} is not a tax group")
    return DevicePlu(
        int(number), name.strip(), hundredths(price), group, None, Decimal(sold or 0), hundredths(turnover)
    )


def group_of(letter: str) -> int | None:
    """Return the tax group 1..8 of a letter, by place: Latin B is the second; None: it is none."""
    for letters in (GROUPS, LATIN):
        if len(letter) == 1 and letter in letters:
            return letters.index(letter) + 1
    return None

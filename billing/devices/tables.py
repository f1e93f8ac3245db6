"""What a device keeps in its own tables, and the operations that read and change it.

Articles (PLUs), departments, operators, lines above and below a receipt, the range of invoice numbers, the
electronic journal, and how much room is left. A dialect overrides what its protocol has; the rest raises
``NotSupported`` when it is called, before the first byte. Sales, reports and registers stand in ``dialect``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, NoReturn

from billing.devices.faults import NotSupported
from billing.devices.talk import Talk
from billing.documents import SaleLine


@dataclass(frozen=True, slots=True)
class DevicePlu:
    """An article in the device's table. ``price`` is of one unit; None: the till gives it."""

    number: int
    name: str
    price: Decimal | None
    tax_group: int
    department: int | None = None
    sold: Decimal = Decimal(0)
    """Units sold since the device's article registers were zeroed."""
    turnover: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DeviceDepartment:
    """A department in the device's table; ``tax_group`` is None where the protocol does not tell it."""

    number: int
    name: str
    tax_group: int | None = None


@dataclass(frozen=True, slots=True)
class InvoiceRange:
    """The invoice numbers a device may give, both ends included, and the next; all 0 where none is set."""

    first: int
    last: int
    next: int

    @property
    def left(self) -> int:
        """How many numbers are left."""
        return max(0, self.last - self.next + 1) if self.last else 0


@dataclass(frozen=True, slots=True)
class Room:
    """How much a device can still keep; None: its protocol does not tell.

    ``reports`` counts Z blocks of fiscal memory; the journal is told in the unit the device tells it in.
    """

    reports: int | None = None
    journal_size: str = ""
    journal_used: str = ""


class DeviceTables:
    """The operations on a device's tables; each returns a talk, and sends nothing by itself."""

    name: ClassVar[str] = ""
    """The driver's name in an address ("datecs-p")."""

    def _lacks(self, what: str) -> NoReturn:
        raise NotSupported(self.name, what)

    # -- articles and departments ----------------------------------------------------------------------------

    def plu(self, number: int) -> Talk[DevicePlu | None]:
        """Return article ``number`` of the device's table, or None when it is not programmed."""
        del number
        self._lacks("read articles")

    def plus(self) -> Talk[Sequence[DevicePlu]]:
        """Return every programmed article, by number."""
        self._lacks("list articles")

    def plu_count(self) -> Talk[int]:
        """Return how many articles are programmed."""
        self._lacks("count its articles")

    def set_plu(self, number: int, line: SaleLine) -> Talk[None]:
        """Store an article: name, price, tax group and, where there is one, department of ``line``.

        A device refuses to change an article that was sold since its registers were zeroed.
        """
        del number, line
        self._lacks("store articles")

    def delete_plu(self, number: int) -> Talk[None]:
        """Take an article out of the table; a device refuses that while it has sales."""
        del number
        self._lacks("delete articles")

    def department(self, number: int) -> Talk[DeviceDepartment | None]:
        """Return department ``number``, or None when it is not programmed."""
        del number
        self._lacks("read departments")

    def set_department(self, number: int, name: str, tax_group: int) -> Talk[None]:
        """Store a department's name and tax group; a device refuses that while it has sales since the Z."""
        del number, name, tax_group
        self._lacks("store departments")

    # -- operators and lines of the seller -------------------------------------------------------------------

    def operator_name(self, number: str) -> Talk[str]:
        """Return the name of operator ``number``."""
        del number
        self._lacks("read operators")

    def set_operator(self, number: str, password: str, name: str) -> Talk[None]:
        """Store an operator's name; ``password`` is the operator's own."""
        del number, password, name
        self._lacks("store operators")

    def set_password(self, number: str, old: str, new: str) -> Talk[None]:
        """Change an operator's password."""
        del number, old, new
        self._lacks("change passwords")

    def header(self) -> Talk[Sequence[str]]:
        """Return the lines printed above every receipt, empty ones at their places."""
        self._lacks("read header lines")

    def set_header(self, lines: Sequence[str]) -> Talk[None]:
        """Store the header lines printed on every receipt."""
        del lines
        self._lacks("store header lines")

    def footer(self) -> Talk[Sequence[str]]:
        """Return the lines printed below every receipt."""
        self._lacks("read footer lines")

    def set_footer(self, lines: Sequence[str]) -> Talk[None]:
        """Store the footer lines printed on every receipt."""
        del lines
        self._lacks("store footer lines")

    # -- numbers, journal, room ------------------------------------------------------------------------------

    def invoice_range(self) -> Talk[InvoiceRange]:
        """Return the range of invoice numbers and the next one."""
        self._lacks("read the range of invoice numbers")

    def set_invoice_range(self, first: int, last: int) -> Talk[None]:
        """Give the device a range of invoice numbers, both ends included."""
        del first, last
        self._lacks("take a range of invoice numbers")

    def journal(self, first: date, last: date) -> Talk[Sequence[str]]:
        """Return the journal's text lines between two dates, both included."""
        del first, last
        self._lacks("read its journal")

    def journal_document(self, number: int) -> Talk[Sequence[str]]:
        """Return the text lines of document ``number`` from the journal; none: it is not there."""
        del number
        self._lacks("read a document from its journal")

    def room(self) -> Talk[Room]:
        """Return how much the fiscal memory and the journal can still keep."""
        self._lacks("tell how much room is left")

"""What Datecs P and C, Daisy, Eltrade and Incotex do alike beside sales and daily reports.

Slips, cash, periods, paper, display. Source: Datecs P and C (protocols/datecs-p-c.md), sections 7 to 9;
Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md), sections 7 and 8.
"""

from dataclasses import dataclass
from typing import ClassVar

from billing.devices.dialect import Dialect
from billing.devices.drivers.isl_words import encoded
from billing.devices.talk import Command, Repeat, Talk
from billing.devices.wording import decimals
from billing.documents import CashMovement, Duplicate, PeriodReport, Slip


@dataclass(frozen=True)
class IslService(Dialect):
    """The part of the five dialects that rings nothing up."""

    feeds: ClassVar[int] = 99
    """Lines that one feed command takes."""

    def open_slip(self, document: Slip) -> Talk[None]:
        """Open a service receipt with 26h."""
        del document
        yield Command(0x26, b"", "open a service receipt")

    def slip_line(self, text: str) -> Talk[None]:
        """Print a line with 2Ah."""
        yield Command(0x2A, encoded(text), "text")

    def end_slip(self) -> Talk[None]:
        """Close the service receipt with 27h."""
        yield Command(0x27, b"", "close the service receipt")

    def cash(self, document: CashMovement) -> Talk[None]:
        """Register cash with 46h; F means too little in the drawer, without any error bit."""
        yield Command(0x46, decimals(document.amount, 2, 2).encode(), "cash", Repeat.ONCE)

    def period_report(self, document: PeriodReport) -> Talk[None]:
        """Print from fiscal memory: 5Eh or 4Fh by date, 49h or 5Fh by number; always both ends."""
        if document.from_date is not None and document.to_date is not None:
            code = 0x5E if document.detailed else 0x4F
            ends = f"{document.from_date:%d%m%y},{document.to_date:%d%m%y}"
        else:
            code = 0x49 if document.detailed else 0x5F
            ends = f"{document.from_number},{document.to_number}"
        yield Command(code, ends.encode(), "period report", limit_s=300)

    def duplicate(self, document: Duplicate) -> Talk[None]:
        """Print the last receipt once more with 6Dh; the device does so once."""
        del document
        yield Command(0x6D, b"1", "duplicate", Repeat.ONCE)

    def drawer(self) -> Talk[None]:
        """Open the drawer with 6Ah."""
        yield Command(0x6A, b"", "open the drawer")

    def show(self, upper: str, lower: str) -> Talk[None]:
        """Show two lines of up to 20 characters with 2Fh and 23h."""
        yield Command(0x2F, encoded(upper[:20]), "upper display line")
        yield Command(0x23, encoded(lower[:20]), "lower display line")

    def feed(self, lines: int) -> Talk[None]:
        """Move the paper with 2Ch, in as many commands as it takes."""
        while lines > 0:
            yield Command(0x2C, str(min(lines, self.feeds)).encode(), "feed paper")
            lines -= self.feeds

    def cut(self) -> Talk[None]:
        """Cut the paper with 2Dh."""
        yield Command(0x2D, b"", "cut paper")

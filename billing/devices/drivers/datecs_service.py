"""What Datecs P and C share beside the sale: slips, cash, reports, display.

Source: Datecs P and C (protocols/datecs-p-c.md), sections 7 to 9.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.devices.drivers.datecs_tables import DatecsTables
from billing.devices.drivers.datecs_words import report, text_of
from billing.devices.standing import Figures
from billing.devices.talk import Command, Repeat, Talk, ask
from billing.devices.wording import decimals, hundredths
from billing.documents import (
    CashMovement,
    Duplicate,
    PeriodReport,
    Slip,
    XReport,
    ZReport,
)


@dataclass(frozen=True)
class DatecsService(DatecsTables):
    """The part of both dialects that is neither sale nor table."""

    def open_slip(self, document: Slip) -> Talk[None]:
        """Open a service receipt with 26h."""
        del document
        yield Command(0x26, b"", "open a service receipt")

    def slip_line(self, text: str) -> Talk[None]:
        """Print a line with 2Ah."""
        yield Command(0x2A, text.encode("cp1251"), "text")

    def end_slip(self) -> Talk[None]:
        """Close the service receipt with 27h."""
        yield Command(0x27, b"", "close the service receipt")

    def cash(self, document: CashMovement) -> Talk[None]:
        """Register cash with 46h; F means too little in the drawer, without any error bit."""
        yield Command(0x46, decimals(document.amount, 2, 2).encode(), "cash", Repeat.ONCE)

    def x_report(self, document: XReport) -> Talk[Figures]:
        """Print an X with 45h ``2``."""
        del document
        return report(text_of((yield Command(0x45, b"2", "X report", Repeat.ONCE, limit_s=120))))

    def z_report(self, document: ZReport) -> Talk[Figures]:
        """Print a Z with 45h ``0``; it takes 20 to 40 s on an FP-800 (fiscal rules 13)."""
        del document
        return report(text_of((yield Command(0x45, b"0", "Z report", Repeat.ONCE, limit_s=120))))

    def last_z(self) -> Talk[Mapping[str, str]]:
        """Return number and turnover by group of the last record with 40h ``0``; F: there is none."""
        fields = text_of((yield ask(0x40, "last Z record", b"0"))).removeprefix("P,").split(",")
        if fields[0] == "F":
            return {}
        groups = [hundredths(field) for field in fields[1:9]]
        figures = {f"group_{number}": str(turnover) for number, turnover in enumerate(groups, start=1)}
        return figures | {"total": str(sum(groups)), "z_number": fields[0]}

    def period_report(self, document: PeriodReport) -> Talk[None]:
        """Print from fiscal memory: 5Eh or 4Fh by date, 49h or 5Fh by number; always both ends (8)."""
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
        yield Command(0x2F, upper[:20].encode("cp1251", "replace"), "upper display line")
        yield Command(0x23, lower[:20].encode("cp1251", "replace"), "lower display line")

    def feed(self, lines: int) -> Talk[None]:
        """Move the paper by 1 to 99 lines with 2Ch."""
        yield Command(0x2C, str(lines).encode(), "feed paper")

    def cut(self) -> Talk[None]:
        """Cut the paper with 2Dh."""
        yield Command(0x2D, b"", "cut paper")

"""What a Tremol does beside sales and daily reports: rates, names, clock, journal, display, paper.

Source: Tremol ZFP (protocols/tremol-zfp.md), sections 6, 8, 9 and 11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from billing.devices.drivers.tremol_keeping import TremolKeeping
from billing.devices.drivers.tremol_replies import fields_of, percent, say, text_of
from billing.devices.drivers.tremol_requests import padded
from billing.devices.talk import Command, Repeat, Stream, Talk, ask
from billing.documents import Duplicate, PeriodReport


@dataclass(frozen=True)
class TremolService(TremolKeeping):
    """The part of the ZFP dialect that rings nothing up; ``Tremol`` adds the rest."""

    def rates(self) -> Talk[Mapping[int, Decimal | None]]:
        """Return the percents of 62h; a field that is no percent below 100 is a group that is off."""
        fields = yield from fields_of(ask(0x62, "tax rates"))
        return {group: percent(field) for group, field in enumerate(fields[:8], start=1)}

    def clock(self) -> Talk[datetime]:
        """Return the device's time; 68h tells no seconds."""
        text = text_of((yield from say(ask(0x68, "clock"))))
        return datetime.strptime(text[:16], "%d-%m-%Y %H:%M")  # noqa: DTZ007 the device's wall clock has no zone

    def set_clock(self, to: datetime) -> Talk[None]:
        """Set the time; the device prints a slip about it."""
        yield from say(Command(0x48, to.strftime("%d-%m-%y %H:%M:%S").encode(), "set the clock"))

    def payment_names(self) -> Talk[Mapping[str, str]]:
        """Return the printed name of every payment number: twelve, or five on a V2 device (64h)."""
        fields = yield from fields_of(ask(0x64, "payment names"))
        count = 12 if len(fields) > 12 else 5
        return {str(number): name for number, name in enumerate(fields[:count])}

    def period_report(self, document: PeriodReport) -> Talk[None]:
        """Print from fiscal memory: 7Ah or 7Bh by date, 78h or 79h by Z number."""
        if document.from_date is not None and document.to_date is not None:
            code = 0x7A if document.detailed else 0x7B
            ends = f"{document.from_date:%d%m%y};{document.to_date:%d%m%y}"
        else:
            code = 0x78 if document.detailed else 0x79
            ends = f"{document.from_number:04};{document.to_number:04}"
        yield from say(Command(code, ends.encode(), "period report", limit_s=300))

    def duplicate(self, document: Duplicate) -> Talk[None]:
        """Print the last receipt once more with 3Ah, where the device allows it."""
        del document
        yield from say(Command(0x3A, b"", "duplicate", Repeat.ONCE, limit_s=30))

    def journal(self, first: date, last: date) -> Talk[Sequence[str]]:
        """Return the journal's lines between two dates, read with 7Ch ``J0`` a frame a line (section 9)."""
        return self._journal(f"J0;D;{first:%d%m%y};{last:%d%m%y}")

    def journal_document(self, number: int) -> Talk[Sequence[str]]:
        """Return the journal's lines of one document."""
        return self._journal(f"J0;N;{number:06};{number:06}")

    def _journal(self, data: str) -> Talk[Sequence[str]]:
        # Minutes may pass before the first line and between two of them.
        question = ask(0x7C, "journal", data.encode(), limit_s=180)
        reply = yield from say(replace(question, stream=Stream(begin=b"00", end=b"@")))
        told = reply.data.removesuffix(b"@").decode("cp1251", "replace")
        return told.split("\n") if told else []

    def drawer(self) -> Talk[None]:
        """Open the drawer with 2Ah."""
        yield from say(Command(0x2A, b"", "open the drawer"))

    def show(self, upper: str, lower: str) -> Talk[None]:
        """Show two lines of exactly 20 characters with 25h and 26h."""
        for code, text in ((0x25, upper), (0x26, lower)):
            yield from say(Command(code, padded(text, 20).encode("cp1251", "replace"), "display"))

    def feed(self, lines: int) -> Talk[None]:
        """Move the paper, one 2Bh a line."""
        for _ in range(lines):
            yield from say(Command(0x2B, b"", "feed paper"))

    def cut(self) -> Talk[None]:
        """Cut the paper with 29h (printers)."""
        yield from say(Command(0x29, b"", "cut paper"))

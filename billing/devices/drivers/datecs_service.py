"""What Datecs P and C share beside the sale: the daily reports, and what all short frames do alike.

Source: Datecs P and C (protocols/datecs-p-c.md), sections 7 to 9.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.devices.drivers.datecs_tables import DatecsTables
from billing.devices.drivers.datecs_words import report, text_of
from billing.devices.drivers.isl_service import IslService
from billing.devices.standing import Figures
from billing.devices.talk import Command, Repeat, Talk, ask
from billing.devices.wording import hundredths
from billing.documents import XReport, ZReport


@dataclass(frozen=True)
class DatecsService(DatecsTables, IslService):
    """The part of both dialects that is neither sale nor table."""

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

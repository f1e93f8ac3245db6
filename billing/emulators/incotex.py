"""The emulated Incotex fiscal device: its command table.

Source: Daisy/Eltrade/Incotex page. Commands stand in ``incotex_sales``, ``incotex_reads``,
``incotex_reports`` and ``incotex_settings``.
"""

from collections.abc import Mapping
from typing import ClassVar

from billing.emulators import incotex_reads, incotex_reports, incotex_sales, incotex_settings
from billing.emulators.device import Request
from billing.emulators.incotex_device import IncotexDevice
from billing.emulators.isl_words import Words
from billing.emulators.receipt import Reason

CASH_MOVEMENT = 0x46


class Incotex(IncotexDevice):
    """An Incotex register, or the printer 300S by the setting ``model``."""

    words: ClassVar[Mapping[int, Words]] = {
        **incotex_sales.COMMANDS,
        **incotex_reads.COMMANDS,
        **incotex_reports.COMMANDS,
        **incotex_settings.COMMANDS,
    }
    printing: ClassVar[frozenset[int]] = frozenset(
        {0x26, 0x27, 0x2A, 0x2C, 0x30, 0x31, 0x34, 0x35, 0x36, 0x38, 0x3A, 0x45, 0x47, 0x54, 0x6C, 0x6D, 0x82}
        | {0x8A}
    )
    refusal_data: ClassVar[Mapping[int, str]] = {0x35: "F"}

    def refusal_text(self, request: Request, reason: Reason) -> str:
        """Return the data of a refusal; a refused cash movement still tells the sums."""
        if request.command == CASH_MOVEMENT and reason not in {Reason.BAD_VALUE, Reason.NO_PAPER}:
            return incotex_reports.cash_sums(self, "F")
        return super().refusal_text(request, reason)

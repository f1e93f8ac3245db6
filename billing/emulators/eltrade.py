"""The emulated Eltrade fiscal printer: its command table.

Source: Daisy/Eltrade/Incotex page. Commands stand in ``eltrade_sales``, ``eltrade_reads``,
``eltrade_reports`` and ``eltrade_settings``.
"""

from collections.abc import Mapping
from typing import ClassVar

from billing.emulators import eltrade_reads, eltrade_reports, eltrade_sales, eltrade_settings
from billing.emulators.eltrade_device import EltradeDevice
from billing.emulators.isl_words import Words


class Eltrade(EltradeDevice):
    """An Eltrade A3, or another model by the setting ``identity``."""

    words: ClassVar[Mapping[int, Words]] = {
        **eltrade_sales.COMMANDS,
        **eltrade_reads.COMMANDS,
        **eltrade_reports.COMMANDS,
        **eltrade_settings.COMMANDS,
    }
    printing: ClassVar[frozenset[int]] = frozenset(
        {0x26, 0x27, 0x2A, 0x2C, 0x31, 0x34, 0x35, 0x36, 0x38, 0x39, 0x3A, 0x3C, 0x45, 0x47, 0x54, 0x6D, 0x75}
        | {0x76, 0x90}
    )
    refusal_data: ClassVar[Mapping[int, str]] = {0x35: "F"}

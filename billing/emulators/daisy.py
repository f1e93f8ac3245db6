"""The emulated Daisy fiscal device: its command table and the reports that it sends line by line.

Source: Daisy/Eltrade/Incotex page. Commands stand in ``daisy_sales``, ``daisy_reads``, ``daisy_reports`` and
``daisy_settings``.
"""

from collections.abc import Mapping
from typing import ClassVar

from billing.emulators import daisy_reads, daisy_reports, daisy_sales, daisy_settings
from billing.emulators.daisy_device import DaisyDevice
from billing.emulators.isl_words import Words


class Daisy(DaisyDevice):
    """A Daisy Compact M, or another model by the setting ``model``."""

    words: ClassVar[Mapping[int, Words]] = {
        **daisy_sales.COMMANDS,
        **daisy_reads.COMMANDS,
        **daisy_reports.COMMANDS,
        **daisy_settings.COMMANDS,
    }
    printing: ClassVar[frozenset[int]] = frozenset(
        {0x26, 0x2A, 0x27, 0x2C, 0x30, 0x31, 0x34, 0x35, 0x36, 0x38, 0x39, 0x3A, 0x45, 0x47, 0x6C, 0x6D, 0x82}
        | {0x54, 0x8A}
    )
    refusal_data: ClassVar[Mapping[int, str]] = {0x35: "F"}

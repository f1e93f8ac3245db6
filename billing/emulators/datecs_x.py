"""The emulated Datecs X device: all commands of the sheet datecs-x in one table.

Settings of its memory: ``model`` (FP-700X unless it says otherwise), ``auto_z`` (true: the device closes a
day that is over by itself), ``fiscalised_at``, and the parameters of command 255 as ``NAME.INDEX``. The
drawer command 106 belongs to a device outside the family and 113 to none of it: both are refused as unknown.
"""

from collections.abc import Mapping
from typing import ClassVar

from billing.emulators import (
    datecs_x_info,
    datecs_x_items,
    datecs_x_journal,
    datecs_x_open,
    datecs_x_paper,
    datecs_x_parameters,
    datecs_x_reports,
    datecs_x_sale,
    datecs_x_settings,
)
from billing.emulators.datecs_x_machine import Command, Machine


class DatecsX(Machine):
    """An emulated device that speaks the Datecs X protocol."""

    commands: ClassVar[Mapping[int, Command]] = {
        **datecs_x_open.COMMANDS,
        **datecs_x_sale.COMMANDS,
        **datecs_x_reports.COMMANDS,
        **datecs_x_info.COMMANDS,
        **datecs_x_settings.COMMANDS,
        **datecs_x_parameters.COMMANDS,
        **datecs_x_items.COMMANDS,
        **datecs_x_journal.COMMANDS,
        **datecs_x_paper.COMMANDS,
    }

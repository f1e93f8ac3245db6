"""The emulated ISL ICP device: all commands of the sheet isl-icp in one table.

Settings of its memory: ``model`` (ISL5011S-KL unless it says otherwise); the flags of command ``92`` as
``flag.NN``; ``stays_open`` (true: a receipt paid up by amounts waits for a last ``49``);
``change_from_drawer`` (true: change must be in the drawer before the payment); ``service_mode`` (true: rates
may be set).
"""

from collections.abc import Mapping
from typing import ClassVar

from billing.emulators import (
    isl_icp_open,
    isl_icp_payment,
    isl_icp_queries,
    isl_icp_reports,
    isl_icp_sale,
    isl_icp_settings,
)
from billing.emulators.device import Request
from billing.emulators.isl_icp_machine import Command, Machine, State
from billing.emulators.isl_icp_settings import journal_text


class IslIcp(Machine):
    """An emulated device that speaks the ISL ICP protocol."""

    commands: ClassVar[Mapping[int, Command]] = {
        **isl_icp_open.COMMANDS,
        **isl_icp_sale.COMMANDS,
        **isl_icp_payment.COMMANDS,
        **isl_icp_reports.COMMANDS,
        **isl_icp_queries.COMMANDS,
        **isl_icp_settings.COMMANDS,
    }

    def execute(self, request: Request) -> bytes:
        """Carry out a command; the journal goes to the host without frames on the models that send it."""
        is_journal = request.command == 0x92 and request.data == b"10"
        if is_journal and self.model.sends_journal and self.state is State.FREE:
            return journal_text(self)
        return super().execute(request)

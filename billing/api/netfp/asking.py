"""What is asked of a device at once, beside its queue: status, cash, clock, reset, raw commands.

The device is held meanwhile, here and by its lease, so nothing is ever said into a document being printed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from billing.api.netfp.printers import Printer
from billing.api.netfp.results import (
    NO_DATE,
    Message,
    Result,
    error,
    error_of,
    info,
    moment_text,
    status,
    warning,
)
from billing.api.service import Master
from billing.devices.address import Address
from billing.devices.faults import DeviceError, Fault, NotSupported, Refused
from billing.devices.printer import Printer as Line
from billing.devices.standing import Opened, Standing
from billing.devices.talk import Command, Repeat
from billing.errors import BillingError
from billing.jobs.holding import holding
from billing.jobs.working import HOLD_S
from billing.services import jobs
from billing.services.devices import remember
from billing.services.job_states import State

Ask = Callable[[Line], Result]
LAWFUL_ZONE: Final = ZoneInfo("Europe/Sofia")
"""The zone of a device's wall clock."""


@contextmanager
def line_to(master: Master, printer: Printer) -> Iterator[Line]:
    """Hold a printer and give the connected line to it.

    Raises:
        DeviceHeld: another process prints on it, or this one goes on to.
        DeviceError: it cannot be reached, or another device answers.
    """
    row = printer.row
    with master.worker.hold(row.name), holding(master.store, row.name, wait_s=HOLD_S):
        line = master.worker.opener(Address.parse(row.address))
        try:
            identity = line.connect()
            if row.number not in {"", identity.device_number}:
                raise DeviceError(Fault.DEVICE, f"device {identity.device_number} answers, not {row.number}")
            told = {"model": identity.model, "firmware": identity.firmware}
            if not row.number or any(row.capabilities.get(name) != said for name, said in told.items()):
                numbers = {
                    "number": identity.device_number,
                    "fiscal_memory_number": identity.fiscal_memory_number,
                }
                remember(master.store, row.name, {**numbers, "capabilities": told})
            yield line
        finally:
            line.close()


def ask(master: Master, printer: Printer, what: Ask, **unread: object) -> Result:
    """Return what ``what`` finds, or the mishap as a status with the members of ``unread``."""
    try:
        with line_to(master, printer) as line:
            return what(line)
    except BillingError as mishap:
        return status([error_of(mishap)], **unread)


def condition_of(standing: Standing) -> list[Message]:
    """Return what a device says of its condition."""
    health = standing.health
    said = [error(fault.number, str(fault)) for fault in health.faults]
    said += [warning(fault.number, str(fault)) for fault in health.warnings]
    if standing.opened is not Opened.NONE:
        said.append(info(f"a {standing.opened} is open on the device"))
    return said


def read_status(line: Line) -> Result:
    """Ask how the device is, and for its clock."""
    said = condition_of(line.do(line.dialect.standing()))
    moment: datetime | None = None
    try:
        moment = line.do(line.dialect.clock())
    except (NotSupported, Refused) as refused:
        said.append(info(f"the device's clock was not read: {refused}"))
    return status(said, deviceDateTime=moment_text(moment))


def read_cash(line: Line) -> Result:
    """Ask how much cash is in the drawer by the device's books."""
    counters = line.do(line.dialect.counters())
    said = condition_of(line.do(line.dialect.standing()))
    if counters.cash is None:
        return status([*said, error("E413", "the driver cannot tell the cash in the drawer")], amount="0.0")
    return status(said, amount=f"{counters.cash:f}")


def setting_clock(to: datetime) -> Ask:
    """Return what sets the device's clock; a time with a zone is told as the device's own zone has it."""
    wall = to.astimezone(LAWFUL_ZONE).replace(tzinfo=None) if to.tzinfo else to

    def act(line: Line) -> Result:
        line.do(line.dialect.set_clock(wall))
        return status(condition_of(line.do(line.dialect.standing())))

    return act


def resetting(master: Master, printer: Printer) -> Ask:
    """Return what clears a stuck device: an unpaid receipt is cancelled, one that is partly paid is finished.

    What one of our own jobs has begun is left to it: it is finished there, and found printed.
    """

    def act(line: Line) -> Result:
        standing = line.do(line.dialect.standing())
        said: list[Message] = []
        ours = [
            job.number
            for state in (State.PRINTING, State.UNKNOWN)
            for job in jobs.list_jobs(master.store, device=printer.row.name, state=state)
        ]
        if standing.opened is Opened.NONE:
            said.append(info("nothing is open on the device"))
        elif ours:
            said.append(info(f"what is open belongs to job {ours[0]}, which goes on with it"))
        elif standing.opened is Opened.SLIP:
            line.do(line.dialect.end_slip())
            said.append(info("an open service receipt was closed"))
        elif standing.begun:
            line.do(line.dialect.pay_rest(standing))
            said.append(info("a partly paid receipt was finished in cash"))
        else:
            line.do(line.dialect.cancel())
            said.append(info("an unpaid receipt was cancelled"))
        found = read_status(line)
        return status([*said, *found["messages"]], deviceDateTime=found["deviceDateTime"])

    return act


HEX_COMMANDS: Final = frozenset({"isl-icp"})
"""Drivers whose commands are two hexadecimal digits; elsewhere a command is one character."""


def raw(request: str, driver: str, encoding: str) -> Ask:
    """Return what sends a command in the device's own words: its first character, or two, are the command."""
    data = request.encode(encoding, "replace")
    size = 2 if driver in HEX_COMMANDS else 1
    try:
        code = int(data[:2], 16) if size == 2 else data[0]
    except (ValueError, IndexError):
        code = None
    if code is None or len(data) < size:
        said = f"a raw request begins with its command, {size} characters"
        return lambda _: status([error("E401", said)], rawResponse="")
    command = Command(code, data[size:], "raw request", Repeat.ONCE)

    def act(line: Line) -> Result:
        try:
            reply = line.link.exchange(command)
        except ValueError as wrong:  # no frame holds it
            return status([error("E401", str(wrong))], rawResponse="")
        refused = line.dialect.judge(command, reply)
        said = [error_of(refused)] if refused else []
        return status(said, rawResponse=reply.data.decode(encoding, "replace"))

    return act


UNREAD = {"status": {"deviceDateTime": NO_DATE}, "cash": {"amount": "0.0"}, "raw": {"rawResponse": ""}}
"""Members of a status when the device could not be asked."""

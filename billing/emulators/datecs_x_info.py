"""Commands of the emulated Datecs X that tell its state, numbers, clock and identity, and change nothing.

Follows sheet datecs-x, section 8.
"""

import re
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from billing.emulators import datecs_x_codes as codes
from billing.emulators.datecs_x_fields import BadSyntax, Fields, Refusal, bad_syntax
from billing.emulators.datecs_x_machine import Answer, Command, Machine, money
from billing.emulators.datecs_x_reports import last_record_at
from billing.emulators.receipt import ZERO, Receipt

FIRMWARE: Final = ("3.00 EMULATED", "01Jun21", "1042")
CHECKSUM: Final = "6331"
SWITCHES: Final = "00000000"
STORNO_STATES: Final = {"operator-error": "2", "refund": "3", "tax-base-reduction": "4"}
"""What 76 IsOpen answers while a storno is open, by its reason."""
_CODE: Final = re.compile(r"-[0-9]{1,6}", re.ASCII)


def stamp(device: Machine, at: datetime) -> str:
    """Return ``at`` as ``DD-MM-YY hh:mm:ss``, in summer time with `` DST`` behind it."""
    zone = ZoneInfo(device.memory.zone)
    summer = at.replace(tzinfo=zone).dst()
    return f"{at:%d-%m-%y %H:%M:%S}" + (" DST" if summer else "")


def status(device: Machine, data: bytes) -> Answer:
    """74: the eight status bytes, raw."""
    Fields.read(data, 0)
    return b"0\t" + device.status() + b"\t"


def _is_open(receipt: Receipt | None) -> str:
    if receipt is None or not receipt.is_fiscal:
        return "0"
    return STORNO_STATES[receipt.reason] if receipt.is_reversal else "1"


def receipt_state(device: Machine, data: bytes) -> Answer:
    """76: the open receipt, or the last one as it ended. A ``T`` is taken too, as the firmware 3.00 does."""
    if data not in {b"", b"T", b"T\t"}:
        raise BadSyntax("76 has no parameters")
    memory = device.memory
    is_open = memory.receipt is not None and memory.receipt.is_fiscal
    last = memory.last_fiscal_document
    receipt = memory.receipt if is_open else memory.last_receipt
    if receipt is None:
        return ("0", "0", "0", money(ZERO), money(ZERO))
    number = device.slip_number if is_open else str(last.number if last else 0)
    paid = receipt.paid - receipt.change
    is_state = _is_open(memory.receipt)
    return (is_state, number, str(receipt.sales), money(receipt.total), money(paid))


def receipt_sums(device: Machine, data: bytes) -> Answer:
    """103: the open receipt's sums by group, if it is an invoice or a storno, the next invoice number."""
    Fields.read(data, 0)
    receipt = device.memory.receipt or Receipt()
    return (
        *map(money, receipt.groups),
        str(int(receipt.is_invoice)),
        str(device.memory.invoice_next),
        str(int(receipt.is_reversal)),
    )


def clock(device: Machine, data: bytes) -> Answer:
    """62: the device's clock."""
    Fields.read(data, 0)
    return (stamp(device, device.wall),)


def show_clock(device: Machine, data: bytes) -> Answer:
    """63: the same, shown on the display too."""
    return clock(device, data)


def identity(device: Machine, data: bytes) -> Answer:
    """90: who the device is; without a TAB in the request joined by commas and without ErrorCode."""
    memory, model = device.memory, device.model
    numbers = (memory.device_number, memory.fiscal_memory_number)
    if data in {b"", b"1"}:
        parts = (model.name, " ".join(FIRMWARE), CHECKSUM, SWITCHES, *numbers)
        return ",".join(parts).encode("ascii")
    if data not in {b"\t", b"1\t"}:
        raise BadSyntax("90 has one parameter, empty or 1")
    return (model.name, *FIRMWARE, CHECKSUM, SWITCHES, *numbers)


def tax_number(device: Machine, data: bytes) -> Answer:
    """99: the owner's number."""
    Fields.read(data, 0)
    return (device.memory.taxpayer_number,)


def device_info(device: Machine, data: bytes) -> Answer:
    """123: numbers and header; batteries and network; the last fiscal documents; a check of the journal."""
    memory = device.memory
    match data.removesuffix(b"\t"):
        case b"1":
            header = [*memory.header, "", "", "", ""]
            numbers = (memory.device_number, memory.fiscal_memory_number)
            return (*numbers, *header[:2], memory.taxpayer_number, *header[2:4])
        case b"2":
            return ("7400", "3000", "25", "1")
        case b"3":
            return _last_documents(device)
        case b"4":
            return ()
        case _:
            raise bad_syntax(1)


def _last_documents(device: Machine) -> Answer:
    last, blocks = device.memory.last_fiscal_document, device.memory.z_blocks
    return (
        str(last.number if last else 0),
        f"{last.at if last else last_record_at(device):%d-%m-%Y %H:%M:%S}",
        str(blocks[-1].number if blocks else 0),
        f"{last_record_at(device):%d-%m-%Y %H:%M:%S}",
    )


def pc_mode(device: Machine, data: bytes) -> Answer:
    """45: nothing to say: the device takes commands."""
    del device
    Fields.read(data, 0)
    return ()


def explain(device: Machine, data: bytes) -> Answer:
    """100: what an error code means."""
    del device
    text = Fields.read(data, 1).text(1, 255)
    if not _CODE.fullmatch(text):
        raise bad_syntax(1)
    meaning = codes.meaning(int(text))
    if meaning is None:
        raise Refusal(codes.NOT_FOUND)
    return (text, meaning)


def modem(device: Machine, data: bytes) -> Answer:
    """135: the modem's own number, its card's, or its signal with both and the network's name."""
    del device
    number, card = "000000000000000", "284010000000000"
    answers = {"s": (number,), "i": (card,), "M": ("25", number, card, "EMULATED")}
    return answers[Fields.read(data, 1).choice(1, "siM")]


def server_link(device: Machine, data: bytes) -> Answer:
    """71: diagnostics and tests are printed; type 2 reads the state of the link to the tax server."""
    kind = Fields.read(data, 1).number(1, 0, 9)
    memory = device.memory
    if kind == 2:
        last = memory.last_fiscal_document
        now = device.wall
        number = str(last.number if last else 0)
        at = f"{last.at if last else last_record_at(device):%d-%m-%y %H:%M:%S}"
        blocks = str(memory.next_z - 1)
        coming = f"{now + timedelta(minutes=5):%d-%m-%y %H:%M:%S}"
        errors = ("0", "0", "0", "0", "0", "0")
        return (f"{now:%d-%m-%y %H:%M:%S}", coming, blocks, *errors, number, at, "0", "5")
    device.require_idle()
    device.needs_paper()
    device.put_head("ДИАГНОСТИКА")
    device.put_foot("СЛУЖЕБЕН БОН")
    memory.file("diagnostics", device.wall)
    return ()


COMMANDS: Final = {
    74: Command(status),
    76: Command(receipt_state),
    103: Command(receipt_sums),
    62: Command(clock),
    63: Command(show_clock, has=lambda model: model.has_display),
    90: Command(identity),
    99: Command(tax_number),
    123: Command(device_info),
    45: Command(pc_mode),
    100: Command(explain),
    135: Command(modem),
    71: Command(server_link),
}

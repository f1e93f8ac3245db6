"""What the device says of itself: status, pings, identity, clock, paper and display commands.

Source: sheet ``tremol-zfp``, sections 3, 5, 6 and the last of 8.
"""

from typing import Final

from billing.emulators.tremol_fields import Refused, syntax, text
from billing.emulators.tremol_machine import (
    FISCAL_KINDS,
    OPERATORS,
    Handler,
    Machine,
    Result,
    joined,
)

READY: Final = 0x40
BUSY, NO_PAPER, OVERHEATED, DISPLAY_MISSING = 0x01, 0x02, 0x04, 0x08
WAITS_FOR_PASSWORD: Final = b"\x50"
WRONG_PASSWORD: Final = b"\x70"
NEARLY_FULL: Final = 50
"""Fiscal rules 7.2: the memory warns below so many free blocks."""


def _bits(*flags: object) -> int:
    """Return a status byte: the flags from bit 0 up, bit 7 always 1."""
    return 0x80 | sum(bool(flag) << place for place, flag in enumerate(flags))


def status(machine: Machine, data: bytes) -> Result:
    """Answer with seven raw bytes and forget that the power was cut (20h)."""
    no_data(data)
    memory, state = machine.memory, machine.state
    state.power_cut = False
    receipt, printing = memory.receipt, machine.printing
    fiscal = receipt is not None and receipt.is_fiscal
    free = free_blocks(machine)
    articles = any(line.plu for each in machine.receipts(state.articles_since) for line in each.lines)
    operators = any(machine.receipts(max(machine.day_start, state.operators_since)))
    _, logo, drawer, cutter, *_ = state.parameters.split(";")
    return bytes(
        (
            _bits(0, state.power_cut_in_receipt, state.overheated, 0, state.clock_wrong),
            _bits(
                not machine.has_paper, 0, 0, machine.day_open, articles, operators, state.duplicate_printed
            ),
            _bits(
                receipt is not None and not fiscal,
                fiscal,
                fiscal and printing.detailed,
                fiscal and printing.vat,
                receipt is not None and receipt.is_invoice,
            ),
            _bits(0, 0, free == 0, free < NEARLY_FULL, 1, state.fiscalised, 1),
            _bits(cutter == "1", 0, 0, 0, drawer == "1", logo == "1"),
            _bits(),
            _bits(0, 0, 0, 0, state.paper_near_end, state.unsent),
        )
    )


def free_blocks(machine: Machine) -> int:
    """Return how many Z reports the fiscal memory still takes."""
    return max(machine.state.memory_blocks - len(machine.memory.z_blocks), 0)


def pong(machine: Machine, *, busy: bool) -> bytes:
    """Return the one-byte answer to 09h."""
    flags = (
        (BUSY, busy),
        (NO_PAPER, not machine.has_paper),
        (OVERHEATED, machine.state.overheated),
        (DISPLAY_MISSING, machine.state.display_missing),
    )
    return bytes((READY | sum(bit for bit, is_set in flags if is_set),))


def printer(machine: Machine, data: bytes) -> Result:
    """Answer with the display, four raw bytes and the service jumper (66h); bit 7 is not always 1 here."""
    no_data(data)
    paper = (0 if machine.has_paper else 0x08) | (0x02 if machine.state.paper_near_end else 0)
    hot = 0x40 if machine.state.overheated else 0
    display = b"N" if machine.state.display_missing else b"Y"
    return display + b";" + bytes((0 if machine.has_paper else 0x08, hot, paper, 0)) + b"; "


def version(machine: Machine, data: bytes) -> Result:
    """Answer with type, certificate, date, model and version, ending in a ``;`` as real ones do (21h)."""
    no_data(data)
    return joined(machine.state.version)


def numbers(machine: Machine, data: bytes) -> Result:
    """Answer with the device's and the fiscal memory's number (60h)."""
    no_data(data)
    return joined(machine.memory.device_number, machine.memory.fiscal_memory_number)


def registration(machine: Machine, data: bytes) -> Result:
    """Answer with the taxpayer and the registration (61h)."""
    no_data(data)
    uic = f"{machine.memory.taxpayer_number:<13}"
    return joined(uic, machine.state.uic_type, machine.state.registration)


def rates(machine: Machine, data: bytes) -> Result:
    """Answer with eight rates of seven symbols (62h); a group that cannot be sold in reads 0.00 %."""
    no_data(data)
    return joined(*(f"{rate or 0:6.2f}%" for rate in machine.memory.rates))


def decimal_point(machine: Machine, data: bytes) -> Result:
    """Answer ``2``: amounts have two decimals (63h)."""
    del machine
    no_data(data)
    return b"2"


def payments(machine: Machine, data: bytes) -> Result:
    """Answer with the names of ten symbols and the currency's rate; V2 devices add five codes (64h)."""
    no_data(data)
    state = machine.state
    names = [f"{name:<10}" for name in state.payment_names]
    answer = joined(*names, f"{state.rate:010.5f}")
    if state.v2:
        answer += b";\xff;" + ";".join(state.payment_codes).encode("ascii") + b";\xff"
    return answer


def clock(machine: Machine, data: bytes) -> Result:
    """Answer with date and time, no seconds (68h)."""
    no_data(data)
    return joined(f"{machine.now:%d-%m-%Y %H:%M}")


def information(machine: Machine) -> bytes:
    """Return the answer to 1Dh 49h, which tells the line width."""
    state = machine.state
    fields = (
        f"{state.columns:02}",
        "10000",
        "19",
        f"{OPERATORS:02}",
        "8",
        "07",
        f"{len(state.payment_names):02}",
        "10",
        "00",
        f"{state.sales_limit:03}",
        "1000",
    )
    return b"I" + joined(*fields) + b"\n"


def model(machine: Machine) -> bytes:
    """Return the answer to 1Dh 4Dh: country, code page, type, ... widths."""
    columns = machine.state.columns
    fields = (
        "BG;1251;01;784;04-02-2019;RS232,USB,LAN;USB;N;E;0;1;SD;0;1",
        f"{columns:02}",
        f"{columns - 2:02}",
        "36;34;20;20;1;10000;7;7;1",
    )
    return b"M" + joined(*fields) + b"\n"


def last_sent(machine: Machine, data: bytes) -> Result:
    """Answer with the last receipt sent to the tax server and the first unsent one (4Eh)."""
    if data != b"R;R;R":
        raise syntax()
    machine.need_idle()
    none = (0, "00-00-0000 00:00")
    issued = [each for each in machine.memory.journal if each.kind in FISCAL_KINDS]
    unsent = issued[len(issued) - machine.state.unsent :]
    sent = issued[: len(issued) - len(unsent)]
    last = (sent[-1].number, f"{sent[-1].at:%d-%m-%Y %H:%M}") if sent else none
    first = (unsent[0].number, f"{unsent[0].at:%d-%m-%Y %H:%M}") if unsent else none
    return joined(*last, *first, "НЯМА ВРЪЗКА СЪС СЪРВЪРА" if unsent else "")


def automatic_z(machine: Machine, data: bytes) -> Result:
    """Answer whether the device closes the day by itself (4Fh)."""
    if data != b"H;R":
        raise syntax()
    return joined("H", "R", int(machine.state.automatic_z))


def _drawer(machine: Machine, data: bytes) -> Result:
    """Open the drawer: nothing is kept of it (2Ah)."""
    del machine
    no_data(data)
    return None


def _paper(machine: Machine, data: bytes) -> Result:
    no_data(data)
    machine.need_paper()
    return None


def _shown(length: int) -> Handler:
    def show(machine: Machine, data: bytes) -> Result:
        """Show a text of exact length on the customer's display."""
        if len(data) != length:
            raise syntax()
        text(data)
        if machine.state.display_missing:
            raise Refused(10, 2)
        return None

    return show


def barcode(machine: Machine, data: bytes) -> Result:
    """Print a barcode in an open document (51h); there is no QR among the types."""
    kind, code_type, length, code = (*data.split(b";", 3), b"", b"", b"")[:4]
    if kind != b"P" or len(code_type) != 1 or code_type not in b"0123456HI" or not length.isdigit():
        raise syntax()
    if int(length) != len(code) or not 1 <= len(code) <= 100:
        raise syntax()
    if machine.memory.receipt is None:
        raise Refused(15, 2)
    machine.need_paper(whole=False)
    machine.print(f"|{text(code)}|")
    return None


def no_data(data: bytes) -> None:
    """Check that a command without fields has none.

    Raises:
        Refused: 04.
    """
    if data:
        raise syntax()


HANDLERS: Final[dict[int, Handler]] = {
    0x20: status,
    0x21: version,
    0x24: _shown(0),
    0x25: _shown(20),
    0x26: _shown(20),
    0x27: _shown(40),
    0x28: _shown(0),
    0x29: _paper,
    0x2A: _drawer,
    0x2B: _paper,
    0x4E: last_sent,
    0x4F: automatic_z,
    0x51: barcode,
    0x60: numbers,
    0x61: registration,
    0x62: rates,
    0x63: decimal_point,
    0x64: payments,
    0x66: printer,
    0x68: clock,
}

"""Whether a Daisy, Eltrade or Incotex did what it was told: status bits, error number, result letter.

Source: Daisy, Eltrade and Incotex (protocols/daisy-eltrade-incotex.md), section 3. The tables of bits and
numbers are each dialect's own.
"""

from collections.abc import Mapping
from typing import Final

from billing.devices.drivers.isl_words import text_of
from billing.devices.faults import Fault, Refused
from billing.devices.status import Bit, StatusMap, Weight, refusal
from billing.devices.talk import Command, Repeat, Reply

GENERAL_ERROR: Final = Bit(0, 5, Fault.DEVICE, Weight.REFUSED)

STANDING: Final = tuple(Bit(1, bit, Fault.DEVICE, Weight.WARNING) for bit in (2, 3, 4))
"""Conditions that raise the general error in every reply of a device that works (section 3)."""

LETTERS: Final[Mapping[int, Mapping[str, Fault]]] = {
    # An empty answer to a payment is a payment that was not taken (section 6.4, Eltrade).
    0x35: dict.fromkeys(("F", "E", "I", ""), Fault.PAYMENT),
    0x46: {"F": Fault.CASH_SHORT, "": Fault.COMMAND},
    0x2D: {"F": Fault.CUTTER},
    **{code: {"F": Fault.CONDITION} for code in (0x58, 0x6B, 0x83)},
}
"""How answers begin to commands that were refused without an error bit."""


def judged(bits: StatusMap, errors: Mapping[int, Fault], command: Command, reply: Reply) -> Refused | None:
    """Return why ``reply`` says that ``command`` was not done, or None.

    Args:
        bits: the dialect's status bits.
        errors: what the number in status byte 3 means; empty where that byte holds switches.
        command: what was said.
        reply: the answer.
    """
    refused = refusal(bits, command, reply)
    conditions = {bit.fault for bit in bits if bit.weight is Weight.FAULT}
    number = _error_number(command, reply.status) if errors else 0
    # A condition explains more than the number that goes with it.
    if number and (refused is None or refused.fault not in conditions):
        return Refused(errors.get(number, Fault.COMMAND), command.name, f"error {number}")
    return refused or _by_letter(command, reply) or _unexplained(command, reply)


def _error_number(command: Command, status: bytes) -> int:
    """Return byte 3; a query that carries an old number without the general error is answered."""
    query = command.repeat is Repeat.SAFE and not GENERAL_ERROR.up(status)
    return 0 if query or len(status) < 4 else status[3] & 0x7F


def _by_letter(command: Command, reply: Reply) -> Refused | None:
    letter = text_of(reply)[:1]
    fault = LETTERS.get(command.code, {}).get(letter)
    return Refused(fault, command.name, letter or "empty") if fault else None


def _unexplained(command: Command, reply: Reply) -> Refused | None:
    """Return a refusal for a general error without a cause: the device is then asked where it stands."""
    if command.repeat is Repeat.SAFE or not GENERAL_ERROR.up(reply.status):
        return None
    known = any(bit.up(reply.status) for bit in STANDING)
    return None if known else Refused(GENERAL_ERROR.fault, command.name, str(GENERAL_ERROR))

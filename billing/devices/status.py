"""Status bits as a table: what each bit means and how heavy it weighs, for every family that has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from billing.devices.faults import Fault, Refused
from billing.devices.standing import Health
from billing.devices.talk import Command, Repeat, Reply


class Weight(Enum):
    """How heavy a status bit weighs."""

    REFUSED = "refused"
    """Speaks of the command being answered: it was not carried out."""
    FAULT = "fault"
    """A condition under which the device carries out nothing that prints or counts."""
    BLOCK = "block"
    """A condition under which no document is begun; one that is open may be finished."""
    WARNING = "warning"
    """Told to a person, stops nothing."""


@dataclass(frozen=True, slots=True)
class Bit:
    """Bit ``bit`` (0 is the lowest) of status byte ``byte`` (0 is the first)."""

    byte: int
    bit: int
    fault: Fault
    weight: Weight

    def up(self, status: bytes) -> bool:
        """Return whether the bit is set; False for a byte the reply does not have."""
        return self.byte < len(status) and bool(status[self.byte] >> self.bit & 1)

    def __str__(self) -> str:
        return f"status {self.byte}.{self.bit}"


StatusMap = Sequence[Bit]
"""The bits that mean something to us, heaviest first within one weight; all others are information."""


def refusal(bits: StatusMap, command: Command, reply: Reply) -> Refused | None:
    """Return why ``reply`` says that ``command`` was not done, or None.

    A query is answered whatever ails the device, so only the bits that speak of the command count there.
    """
    heavy = {Weight.REFUSED} if command.repeat is Repeat.SAFE else {Weight.REFUSED, Weight.FAULT}
    # A condition explains a refusal better than "not allowed now" does, so it is named first.
    found = [bit for bit in bits if bit.weight in heavy and bit.up(reply.status)]
    if not found:
        return None
    cause = next((bit for bit in found if bit.weight is Weight.FAULT), found[0])
    return Refused(cause.fault, command.name, str(cause))


def health(bits: StatusMap, status: bytes) -> Health:
    """Return the faults and warnings that ``status`` shows."""
    up = [bit for bit in bits if bit.up(status)]
    return Health(
        tuple(bit.fault for bit in up if bit.weight in {Weight.FAULT, Weight.BLOCK}),
        tuple(bit.fault for bit in up if bit.weight is Weight.WARNING),
    )

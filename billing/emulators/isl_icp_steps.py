"""What sale, reversal and text commands of the emulated ISL ICP share: the sale number and the last step.

Follows sheet isl-icp, sections 5.1 and 5.5.
"""

import re
from decimal import Decimal
from typing import Final

from billing.emulators.isl_icp_fields import Fields, Refusal
from billing.emulators.isl_icp_machine import Machine
from billing.emulators.receipt import Limits

NEUTRAL: Final = "00000000-0000-0000000"
UNIQUE_SALE_NUMBER: Final = re.compile(r"[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9]{7}")
LIMITS: Final = Limits(lines=50, line_amount=Decimal("999999.99"), total=Decimal("999999.99"))
LINE, SUBTOTAL, OTHER = "line", "subtotal", "other"
"""What the last step in a receipt was: a change is legal only straight after a line or a subtotal."""


def take_number(device: Machine, fields: Fields) -> str:
    """Return the unique sale number that a command begins with, "" for the neutral one.

    Raises:
        Refusal: 104, it is malformed or another than the one that the open receipt keeps.
    """
    if fields.left < len(NEUTRAL):
        raise Refusal(104)
    number = fields.take(len(NEUTRAL))
    if not UNIQUE_SALE_NUMBER.fullmatch(number):
        raise Refusal(104)
    if number == NEUTRAL:
        return ""
    kept = device.memory.receipt.unique_sale_number if device.memory.receipt is not None else ""
    if kept and kept != number:
        raise Refusal(104)
    return number


def set_step(device: Machine, step: str) -> None:
    """Note the last step of the open receipt, if there is one."""
    if device.memory.receipt is not None:
        device.memory.receipt.extra["step"] = step

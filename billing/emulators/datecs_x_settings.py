"""Commands of the emulated Datecs X that set its clock, rates, invoice range and passwords.

Follows sheet datecs-x, section 9. The parameters of command 255 stand in ``datecs_x_parameters``.
"""

from decimal import Decimal
from typing import Final

from billing.emulators import datecs_x_codes as codes
from billing.emulators.datecs_x_fields import Fields, Refusal, bad_value
from billing.emulators.datecs_x_machine import ADMINISTRATORS, OPERATORS, Answer, Command, Machine, When
from billing.emulators.memory import OperatorCard
from billing.emulators.receipt import GROUPS

RATE_OFF: Final = Decimal("100.00")
RATE_CHANGES: Final = 30
INVOICE_LIMIT: Final = 9_999_999_999


def set_clock(device: Machine, data: bytes) -> Answer:
    """61: the clock, not to be set before the last Z report."""
    at = Fields.read(data, 1).moment(1)
    blocks = device.memory.z_blocks
    if blocks and at < blocks[-1].at:
        raise Refusal(codes.CLOCK_BEFORE_Z)
    device.memory.set_wall(device.clock, at)
    return ()


def read_rates(device: Machine, data: bytes) -> Answer:
    """50: the rates by group, 100.00 for one that is off, and when they were entered."""
    Fields.read(data, 0)
    memory = device.memory
    rates = (f"{RATE_OFF if rate is None else rate:.2f}" for rate in memory.rates)
    entered = f"{memory.rates_set[-1]:%d-%m-%y}" if memory.rates_set else "01-01-26"
    return (str(memory.setting("rates_z", 1)), *rates, entered)


def set_rates(device: Machine, data: bytes) -> Answer:
    """83: all eight rates and the decimal point; only straight after a Z report."""
    fields = Fields.read(data, GROUPS + 1)
    rates = [fields.decimal(place, RATE_OFF) for place in range(1, GROUPS + 1)]
    point = fields.choice(GROUPS + 1, "02")
    memory = device.memory
    if memory.day.fiscal_receipts or memory.day.reversal_receipts:
        raise Refusal(codes.Z_FIRST)
    if len(memory.rates_set) >= RATE_CHANGES:
        raise Refusal(codes.NOT_POSSIBLE)
    memory.rates = [None if rate == RATE_OFF else rate for rate in rates]
    memory.rates_set.append(device.wall)
    memory.settings["rates_z"] = memory.next_z
    memory.settings["DecimalPoint.0"] = point
    return (str(RATE_CHANGES - len(memory.rates_set)),)


def invoice_range(device: Machine, data: bytes) -> Answer:
    """66: reads the range; one field sets its end, two set both when the range is used up."""
    fields = Fields.read(data, 0, 1, 2)
    memory = device.memory
    if len(fields):
        device.require_idle()
        used_up = not memory.invoice_next or memory.invoice_next > memory.invoice_end
        start = fields.number(1, 1, INVOICE_LIMIT) if len(fields) == 2 else memory.invoice_start
        end = fields.number(len(fields), 1, INVOICE_LIMIT)
        if (len(fields) == 2) != used_up or end < max(start, memory.invoice_next - 1, 1):
            raise Refusal(codes.INVOICE_RANGE)
        memory.invoice_start, memory.invoice_end = start, end
        memory.invoice_next = start if used_up else memory.invoice_next
    current = memory.invoice_next - 1 if memory.invoice_next > memory.invoice_start else 0
    return (str(memory.invoice_start), str(memory.invoice_end), str(current))


def set_password(device: Machine, data: bytes) -> Answer:
    """101: an operator's password, by the old one or an administrator's."""
    fields = Fields.read(data, 3)
    operator = fields.number(1, 1, OPERATORS)
    old, new = fields.text(2, 8, 1), fields.text(3, 8, 1)
    if not (new.isascii() and new.isdigit()):
        raise bad_value(3)
    known = [operator, *ADMINISTRATORS]
    if old not in [password_of(device, number) for number in known]:
        raise Refusal(codes.BAD_PASSWORD)
    name = operator_name(device, operator)
    device.memory.operators[str(operator)] = OperatorCard(name=name, password=new)
    return ()


def service_only(device: Machine, data: bytes) -> Answer:
    """72, 91, 98: fiscalisation and the device's numbers need the service jumper."""
    del device, data
    raise Refusal(codes.SERVICE_JUMPER)


def password_of(device: Machine, operator: int) -> str:
    """Return the present password of operator 1..30."""
    card = device.memory.operators.get(str(operator))
    return card.password if card is not None else device.factory_password(operator)


def operator_name(device: Machine, operator: int) -> str:
    """Return the name of operator 1..30 as programmed."""
    card = device.memory.operators.get(str(operator))
    return card.name if card is not None and card.name else f"Оператор {operator}"


COMMANDS: Final = {
    61: Command(set_clock, When.IDLE),
    50: Command(read_rates),
    83: Command(set_rates, When.IDLE),
    66: Command(invoice_range),
    101: Command(set_password, When.IDLE),
    72: Command(service_only, When.IDLE),
    91: Command(service_only, When.IDLE),
    98: Command(service_only, When.IDLE),
}

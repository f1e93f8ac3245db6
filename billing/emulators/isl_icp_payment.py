"""Payment, close and cash of the emulated ISL ICP.

Follows sheet isl-icp, sections 5.7, 6 and 8. Payment types are ``0`` cash, ``1``-``9`` and ``A`` as the model
has them; what each means for the tax authority is flag ``1D``.
"""

from decimal import Decimal
from typing import Final

from billing.emulators.isl_icp_fields import BadField, Fields, Refusal
from billing.emulators.isl_icp_machine import Command, Machine, State, When
from billing.emulators.receipt import CASH, ZERO, cents

TYPES: Final = "0123456789A"
NAMES: Final = (
    "В БРОЙ",
    "ЧЕКОВЕ",
    "КУПОНИ",
    "ВЪН. КУПОНИ",
    "АМБАЛАЖ",
    "ВЪТР. ОБСЛ.",
    "ПОВРЕДИ",
    "КАРТА",
    "БАНКА",
    "РЕЗЕРВ 1",
    "РЕЗЕРВ 2",
)
"""Factory names of the payments 0..10."""
CASH_LIMIT: Final = Decimal("9999999.99")


def payment_name(device: Machine, number: int) -> str:
    """Return the name of payment 0..10, at most 24 characters."""
    return device.memory.payment_names.get(str(number), NAMES[number])


def key(number: int) -> str:
    """Return the memory's payment key of payment 0..10."""
    return str(number) if number else CASH


def in_drawer(device: Machine, number: int) -> Decimal:
    """Return how much of payment 0..10 the drawer holds by the device's books."""
    memory, name = device.memory, key(number)
    if name == CASH:
        return memory.cash
    moved = Decimal(memory.setting("moves", {}).get(name, "0.00"))
    day = memory.day
    return day.payments.get(name, ZERO) - day.reversal_payments.get(name, ZERO) + moved


def pay(device: Machine, fields: Fields) -> None:
    """49: type, amount and flag; without an amount all that is due. What pays the receipt up closes it."""
    letter = fields.take(1)
    amount = Decimal(fields.number(12)).scaleb(-2) if fields.left >= 12 else None
    wants_footer = fields.choice("01", "0") == "1"
    fields.end()
    if letter not in device.model.payments:
        raise Refusal(8)
    if device.state is State.FOOTER:
        _end_footer(device, wants_footer=wants_footer)
        return
    if wants_footer and not device.model.has_footer_window:
        raise BadField("no flag on this model", "1")
    receipt, number = device.receipt, TYPES.index(letter)
    if not receipt.sales:
        raise BadField("a line before the payment", "none")
    if amount == 0 and receipt.due:
        raise BadField("an amount above zero", "0")
    given = receipt.due if amount is None else amount
    _check_drawer(device, number, given)
    if not receipt.payments:
        device.put_two("ОБЩА СУМА", f"{receipt.total}")
    change = receipt.pay(key(number), given, may_exceed=number == 0)
    receipt.extra["step"] = "other"
    device.put_two(payment_name(device, number), f"{cents(given)}")
    if change:
        device.put_two("РЕСТО", f"{change}")
    if receipt.is_paid:
        _paid_up(device, wants_footer=wants_footer, has_amount=amount is not None)


def _paid_up(device: Machine, *, wants_footer: bool, has_amount: bool) -> None:
    """Close the receipt, unless footer texts may come or the firmware waits for a last ``49``."""
    if wants_footer:
        device.open_footer()
    elif not (has_amount and device.memory.setting("stays_open", default=False)):
        device.close()


def _end_footer(device: Machine, *, wants_footer: bool) -> None:
    if wants_footer:
        raise Refusal(26)
    device.close()


def _check_drawer(device: Machine, number: int, given: Decimal) -> None:
    """Check that a refund, or with the setting ``change_from_drawer`` the change, is in the drawer.

    An operator's error that flag 44 keeps out of the drawer needs nothing there.
    """
    receipt = device.receipt
    if receipt.is_reversal:
        untouched = receipt.reason == "operator-error" and device.flag("44", "1") == "0"
        if not untouched and min(given, receipt.due) > in_drawer(device, number):
            raise Refusal(59)
        if given > receipt.due:
            raise Refusal(25)
        return
    change = given - receipt.due if number == 0 else ZERO
    if change > device.memory.cash and device.memory.setting("change_from_drawer", default=False):
        raise Refusal(59)


def move_cash(device: Machine, fields: Fields) -> None:
    """61: cash, or another payment, put into the drawer or taken out."""
    is_out = fields.choice("01") == "1"
    number = fields.number(2)
    amount = Decimal(fields.number(12)).scaleb(-2)
    fields.end()
    if number >= len(TYPES) or TYPES[number] not in device.model.payments:
        raise Refusal(25)
    if not 0 < amount <= CASH_LIMIT:
        raise Refusal(28)
    held, memory = in_drawer(device, number), device.memory
    if is_out and amount > held:
        raise Refusal(30)
    if held + amount > Decimal("99999999.99"):
        raise Refusal(29)
    device.put_head("СЛУЖЕБНО ИЗВЕДЕНИ" if is_out else "СЛУЖЕБНО ВЪВЕДЕНИ")
    device.put_two(payment_name(device, number), f"{amount}")
    device.put_foot("СЛУЖЕБЕН БОН")
    signed = -amount if is_out else amount
    if number == 0:
        memory.move_cash(signed, device.wall)
        return
    moves = dict(memory.setting("moves", {}))
    moves[key(number)] = str(Decimal(moves.get(key(number), "0.00")) + signed)
    memory.settings["moves"] = moves
    memory.file("cash-out" if is_out else "cash-in", device.wall, amount=amount)


COMMANDS: Final = {
    0x49: Command(pay, When.PAY, prints=True, ends_copies=False),
    0x61: Command(move_cash, When.FREE, prints=True),
}

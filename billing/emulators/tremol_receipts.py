"""35h to 3Bh: payment, free text and the end of a receipt; duplicate and cash movements.

Cancelling is not an undo here: once money was registered, 39h finishes the payment and closes. Source: sheet
``tremol-zfp``, sections 7 and 8; fiscal rules 13 for the FP-28.
"""

from decimal import Decimal
from typing import Final

from billing.emulators.memory import Document
from billing.emulators.paper import cut_lines
from billing.emulators.receipt import CASH, ZERO, Kind, Receipt, cents
from billing.emulators.tremol_fields import Refused, number, one_of, split, syntax, text
from billing.emulators.tremol_fields import decimal as read_decimal
from billing.emulators.tremol_machine import AUTOMATIC_END_S, Handler, Machine, Result, amount, key_of
from billing.emulators.tremol_opening import open_receipt, open_slip

EXACT: Final = '"'


def pay(machine: Machine, data: bytes) -> Result:
    """Take a payment (35h); the change is given in cash, as the payment or in currency.

    A bare ``*`` at the end, the separator of before December 2018, is passed over as devices do.
    """
    fields = split(data.removesuffix(b"*"), 3, 4)
    last = len(machine.state.payment_names) - 1
    payment = number(fields[0], 0, last)
    keeps_all = one_of(fields[1], "01") == "1"
    kind = one_of(fields[3], "012") if len(fields) == 4 else "0"
    exact = fields[2] == EXACT
    if exact and keeps_all:
        raise syntax()
    given = ZERO if exact else read_decimal(fields[2], 10, 2)
    if given < 0:
        raise syntax()
    receipt = machine.need_receipt()
    if receipt.is_paid:
        raise Refused(7, 2)
    if payment == last:
        given = cents(given * machine.state.rate)
    given = receipt.due if exact else given
    if not given and receipt.due:
        raise Refused(0, 6)
    in_cash = not keeps_all and kind == "0"
    _check_drawer(machine, receipt, payment, given, max(given - receipt.due, ZERO) if in_cash else ZERO)
    machine.need_paper(whole=False)
    if not receipt.payments:
        machine.print_two("ОБЩА СУМА", amount(receipt.total))
    _take(machine, receipt, payment, given, kind="" if keeps_all else kind)
    return None


def _check_drawer(
    machine: Machine, receipt: Receipt, payment: int, given: Decimal, change: Decimal = ZERO
) -> None:
    """Refuse what the drawer does not hold: a reversal, except for an operator's error, or change in cash."""
    moved = receipt.money().get(CASH, ZERO) + (given if payment == 0 else ZERO)
    if receipt.is_reversal:
        short = machine.memory.cash < moved - max(given - receipt.due, ZERO)
        if short and payment == 0 and receipt.reason != "operator-error":
            raise Refused(0, 8)
    elif moved < change and machine.memory.cash + moved < change:
        raise Refused(0, 8)


def _take(machine: Machine, receipt: Receipt, payment: int, given: Decimal, *, kind: str) -> None:
    """Register the money; ``kind`` says what the change is given in, empty for a payment without change."""
    name = machine.state.payment_names[payment]
    change = receipt.pay(key_of(payment), given, text=name)
    machine.print_two(name, amount(given))
    if not kind:
        receipt.change = ZERO
    elif change:
        last = len(machine.state.payment_names) - 1
        receipt.change_key = {"0": CASH, "1": key_of(payment), "2": key_of(last)}[kind]
        machine.print_two("РЕСТО", amount(change))
        if machine.state.printing is not None:
            machine.state.printing.change_kind = kind


def pay_and_close(machine: Machine, data: bytes) -> Result:
    """Pay the exact rest in cash and close (36h)."""
    _no_data(data)
    receipt = machine.need_receipt()
    if receipt.is_paid:
        raise Refused(7, 2)
    _check_drawer(machine, receipt, 0, receipt.due)
    machine.need_paper()
    machine.print_two("ОБЩА СУМА", amount(receipt.total))
    _take(machine, receipt, 0, receipt.due, kind="0")
    _close(machine)
    return None


def free_text(machine: Machine, data: bytes) -> Result:
    """Print a line between two ``#`` in any open receipt (37h)."""
    if not 1 <= len(data) <= machine.state.columns - 2:
        raise syntax()
    line = text(data)
    receipt = machine.memory.receipt
    if receipt is None:
        raise Refused(15, 2)
    machine.need_paper(whole=False)
    receipt.add_text(line)
    machine.print(f"#{line}#")
    return None


def close(machine: Machine, data: bytes) -> Result:
    """Close the open receipt of any kind (38h)."""
    _no_data(data)
    receipt = machine.memory.receipt
    if receipt is None:
        raise Refused(15, 2)
    if receipt.is_reversal and not receipt.payments:
        raise Refused(4, 2)  # seen on the FP-28: a reversal without a payment line cannot be closed
    if receipt.is_fiscal and not receipt.is_paid:
        raise Refused(5 if receipt.due else 4, 2)
    machine.need_paper()
    _close(machine)
    return None


def close_slip(machine: Machine, data: bytes) -> Result:
    """Close a non-fiscal receipt (2Fh)."""
    _no_data(data)
    receipt = machine.memory.receipt
    if receipt is None:
        raise Refused(15, 2)
    if receipt.is_fiscal:
        raise Refused(4, 2)
    machine.need_paper()
    _close(machine)
    return None


def cancel(machine: Machine, data: bytes) -> Result:
    """Void the receipt, or finish its payment and close it if money was registered (39h)."""
    _no_data(data)
    machine.need_receipt()
    machine.need_paper()
    finish(machine)
    return None


def finish(machine: Machine) -> None:
    """End the open fiscal receipt as 39h does; also what the device does by itself when nothing comes.

    Raises:
        Refused: ?2, 62, or 08 when the drawer does not hold the rest of a reversal.
    """
    receipt = machine.need_receipt()
    if receipt.payments:
        if receipt.due:
            _check_drawer(machine, receipt, 0, receipt.due)
            _take(machine, receipt, 0, receipt.due, kind="0")
        _close(machine)
        return
    memory = machine.memory
    machine.print("АНУЛИРАН БОН")
    machine.end("АНУЛИРАНО")
    receipt.cancelled = True
    memory.day.cancelled.add(receipt.total)
    # a voided receipt was not issued: it takes no number (71h), but its text stays in the journal
    memory.journal.append(
        Document(
            number=0,
            kind="void",
            at=machine.now,
            z=memory.next_z,
            amount=receipt.total,
            text=memory.printed,
            receipt=receipt,
        )
    )
    memory.printed, memory.receipt = [], None
    machine.state.power_cut_in_receipt = False


def end_deserted(machine: Machine) -> bool:
    """End a receipt with postponed printing, or an electronic one, that nobody went on with; tell if so."""
    receipt = machine.memory.receipt
    limit_s = AUTOMATIC_END_S.get(machine.printing.mode)
    if receipt is None or not receipt.is_fiscal or limit_s is None or not machine.has_paper:
        return False
    if machine.seconds - machine.state.last_command_s <= limit_s:
        return False
    finish(machine)
    return True


def _close(machine: Machine) -> None:
    memory = machine.memory
    receipt = memory.receipt
    if receipt is None:
        raise Refused(15, 2)
    at = machine.now
    if receipt.is_fiscal:
        if receipt.is_invoice:
            machine.print(f"ФАКТУРА № {memory.invoice_next:010}")
        qr = qr_text(machine, memory.document_number + 1, at.strftime("%Y-%m-%d*%H:%M:%S"), receipt.total)
        machine.print(*cut_lines(f"QR {qr}", machine.paper.columns))
        machine.end("ФИСКАЛЕН БОН")
    else:
        machine.end("СЛУЖЕБЕН БОН")
    document = memory.close_receipt(at)
    if receipt.is_fiscal:
        machine.state.duplicate_printed = False
        _move_stock(machine, document)
    machine.state.power_cut_in_receipt = False


def _move_stock(machine: Machine, document: Document) -> None:
    receipt = document.receipt
    if receipt is None:
        return
    for line in receipt.lines:
        if line.plu in machine.memory.plus and line.kind in {"sale", "correction"}:
            back = receipt.is_reversal != (line.kind == "correction")
            machine.memory.plus[line.plu].stock += line.qty if back else -line.qty


def qr_text(machine: Machine, document: int, at: str, total: Decimal) -> str:
    """Return the QR text: memory number, document, date, time and amount joined by ``*``.

    A device not fiscalised leaves the first and the last out.
    """
    if not machine.state.fiscalised:
        return f"*{document:06}*{at}*"
    return f"{machine.memory.fiscal_memory_number}*{document:06}*{at}*{amount(total)}"


def duplicate(machine: Machine, data: bytes) -> Result:
    """Print the last receipt once more, straight after it and only once (3Ah)."""
    _no_data(data)
    machine.need_idle()
    memory = machine.memory
    last = memory.last_fiscal_document
    fresh = last is not None and last.number == memory.document_number and not memory.duplicated
    if not machine.state.duplicates or last is None or not fresh:
        raise Refused(15, 2)
    machine.report("duplicate", "ДУБЛИКАТ", last.text[1:])
    memory.duplicated = machine.state.duplicate_printed = True
    return None


def move_cash(machine: Machine, data: bytes) -> Result:
    """Put cash in or, with a minus, take it out (3Bh)."""
    head, mark, tail = data.partition(b"$")
    fields = split(head, 4, 5)
    note = fields[4] if len(fields) == 5 else ""
    shown = "0"
    if mark:
        if len(fields) == 5:
            raise syntax()
        shown, _, note = text(tail).partition(";")
        one_of(shown, "01")
    one_of(fields[2], "0")
    moved = read_decimal(fields[3], 10, 2)
    if len(note) > machine.state.columns - 2:
        raise syntax()
    machine.need_idle()
    operator = machine.need_operator(fields[0], fields[1])
    machine.need_day_open()
    if not moved:
        raise Refused(0, 6)
    if moved < 0 and machine.memory.cash + moved < 0:
        raise Refused(0, 8)
    machine.need_paper()
    machine.begin(None, "СЛУЖЕБНО ВЪВЕДЕНИ" if moved > 0 else "СЛУЖЕБНО ИЗВЕДЕНИ")
    machine.print_two(machine.state.payment_names[0], amount(abs(moved)))
    if note:
        machine.print(f"#{note}#")
    if shown == "1":
        machine.print_two("НАЛИЧНОСТ", amount(machine.memory.cash + moved))
    machine.end("СЛУЖЕБЕН БОН")
    document = machine.memory.move_cash(moved, machine.now)
    document.receipt = Receipt(kind=Kind.SLIP, operator=operator)  # whose money it was (6Fh)
    return None


def _no_data(data: bytes) -> None:
    if data:
        raise syntax()


HANDLERS: Final[dict[int, Handler]] = {
    0x2E: open_slip,
    0x2F: close_slip,
    0x30: open_receipt,
    0x35: pay,
    0x36: pay_and_close,
    0x37: free_text,
    0x38: close,
    0x39: cancel,
    0x3A: duplicate,
    0x3B: move_cash,
}

"""6Dh to 74h, 67h and 6Bh: reading the registers. Nothing here prints or changes anything.

Most figures are summed from the journal since the report that zeroed them. Source: sheet ``tremol-zfp``,
section 10. Amounts are not padded.
"""

import hashlib
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from billing.emulators.memory import Document
from billing.emulators.receipt import CASH, ZERO, Kind, Line, Payment, Receipt, cents
from billing.emulators.tremol_fields import VAT_LETTERS, Refused, number, split, syntax, text
from billing.emulators.tremol_machine import FISCAL_KINDS, Handler, Machine, Result, joined, key_of
from billing.emulators.tremol_receipts import qr_text
from billing.emulators.tremol_status import free_blocks, no_data

NO_TIME: Final = "00-00-0000 00:00"
KIND_CODES: Final = {
    Kind.SALE.value: 0,
    Kind.INVOICE.value: 1,
    Kind.SLIP.value: 2,
    Kind.REVERSAL.value: 4,
    Kind.CREDIT_NOTE.value: 5,
}
SHOWN_PAYMENTS: Final = 12


def groups(machine: Machine, data: bytes) -> Result:
    """Answer with sales and stornos by VAT group and their sums (6Dh)."""
    no_data(data)
    day = machine.memory.day
    stornos = day.all_reversed_groups
    return joined(*day.groups, day.total, *stornos, sum(stornos, ZERO))


def last_number(machine: Machine, data: bytes) -> Result:
    """Answer with the number of the last document issued (71h)."""
    no_data(data)
    return joined(f"{machine.memory.document_number:06}")


def receipt(machine: Machine, data: bytes) -> Result:
    """Answer with the open receipt, its payments, or the QR text of an issued one (72h)."""
    if not data:
        return _open_receipt(machine)
    if data == b"P":
        return _receipt_payments(machine)
    if data == b"B":
        return _qr(machine, machine.memory.last_fiscal_document)
    option, *rest = split(data, 2, 3)
    if len(rest[0]) != 6:
        raise syntax()
    document = machine.memory.document(number(rest[0], 0, 999999))
    if option == "b" and len(rest) == 1:
        return _qr(machine, document)
    if (option == "e" and len(rest) == 1) or (option == "E" and len(rest) == 2 and len(rest[1]) == 1):
        return _electronic(machine, document)
    raise syntax()


def _open_receipt(machine: Machine) -> bytes:
    memory, printing = machine.memory, machine.printing
    found = memory.receipt if memory.receipt is not None and memory.receipt.is_fiscal else None
    one = found or Receipt()
    sums = one.groups
    return joined(
        int(found is not None),
        f"{one.sales:03}",
        *sums[:3],
        int(bool(one.payments)),
        int(found is not None and printing.vat),
        int(found is not None and printing.detailed),
        int(bool(one.payments)),
        int(found is not None and one.is_paid),
        int(machine.state.power_cut_in_receipt),
        printing.code if found is not None else 0,
        one.change,
        printing.change_kind,
        *sums[3:],
        f"{memory.document_number + (found is not None):06}",
    )


def _receipt_payments(machine: Machine) -> bytes:
    memory = machine.memory
    opened = memory.receipt is not None and memory.receipt.is_fiscal
    last = memory.last_fiscal_document
    shown = memory.receipt if opened else last.receipt if last is not None else None
    given = _by_key(shown.payments if shown is not None else ())
    return joined("P", int(opened), *_in_order(given, SHOWN_PAYMENTS))


def _by_key(payments: Iterable[Payment]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for payment in payments:
        sums[payment.key] = sums.get(payment.key, ZERO) + payment.amount
    return sums


def _in_order(sums: dict[str, Decimal], count: int) -> list[Decimal]:
    return [sums.get(key_of(payment), ZERO) for payment in range(count)]


def _qr(machine: Machine, document: Document | None) -> bytes:
    if document is None or document.kind not in FISCAL_KINDS:
        raise Refused(15, 2)
    at = document.at.strftime("%Y-%m-%d*%H:%M:%S")
    return qr_text(machine, document.number, at, document.amount).encode("ascii")


def _electronic(machine: Machine, document: Document | None) -> list[bytes]:
    lines = document.text if document is not None and document.kind in FISCAL_KINDS else None
    if lines is None:
        raise Refused(15, 2)
    return [line.encode("cp1251", "replace") for line in lines] + [_qr(machine, document), b"@"]


def last_z(machine: Machine, data: bytes) -> Result:
    """Answer with the last Z, the documents, the last fiscal record and the last receipt's kind (73h)."""
    no_data(data)
    memory = machine.memory
    block = memory.z_blocks[-1] if memory.z_blocks else None
    kinds = frozenset(KIND_CODES)
    last = next((each for each in reversed(memory.journal) if each.kind in kinds), None)
    fiscal = memory.last_fiscal_document
    return joined(
        f"{block.at:%d-%m-%Y}" if block is not None else NO_TIME[:10],
        block.number if block is not None else 0,
        0,
        f"{memory.document_number:06}",
        f"{fiscal.at:%d-%m-%Y %H:%M}" if fiscal is not None else NO_TIME,
        "01",
        KIND_CODES[last.kind] if last is not None else 0,
    )


def free(machine: Machine, data: bytes) -> Result:
    """Answer with the number of free Z records (74h)."""
    no_data(data)
    return joined(f"{free_blocks(machine):04}")


def invoice_range(machine: Machine, data: bytes) -> Result:
    """Answer with the next and the last invoice number (70h)."""
    no_data(data)
    memory = machine.memory
    return joined(f"{memory.invoice_next:010}", f"{memory.invoice_end:010}")


def registers(machine: Machine, data: bytes) -> Result:
    """Answer with one set of the day's registers (6Eh)."""
    option = text(data)
    if len(option) != 1 or option not in _DAILY:
        raise syntax()
    return _DAILY[option](machine)


def _on_hand(machine: Machine) -> bytes:
    day = machine.memory.day
    sums = {
        key: day.payments.get(key, ZERO) - day.reversal_payments.get(key, ZERO)
        for key in {*day.payments, *day.reversal_payments}
    }
    sums[CASH] = machine.memory.cash
    if machine.state.cash_ignores_reversals:
        sums[CASH] += day.reversal_payments.get(CASH, ZERO)
    return joined("0", *_in_order(sums, len(machine.state.payment_names)))


def _general(machine: Machine) -> bytes:
    day = machine.memory.day
    clients = day.fiscal_receipts + day.reversal_receipts
    return joined("1", clients, *_changes(machine.receipts(machine.day_start, reversals=False)))


def _changes(found: Iterable[Receipt]) -> list[object]:
    """Return number and sum of discounts, additions and corrections."""
    lines = [line for each in found for line in each.lines]
    plain = [line.modifier for line in lines if line.kind != "correction"]
    corrections = [-line.amount for line in lines if line.kind == "correction"]
    discounts = [-each for each in plain if each < 0]
    additions = [each for each in plain if each > 0]
    return [part for each in (discounts, additions, corrections) for part in (len(each), sum(each, ZERO))]


def _cash_in(machine: Machine) -> bytes:
    return _moved(machine, "2", machine.memory.day.cash_in.total, machine.memory.day.cash_in.count)


def _cash_out(machine: Machine) -> bytes:
    return _moved(machine, "3", machine.memory.day.cash_out.total, machine.memory.day.cash_out.count)


def _moved(machine: Machine, option: str, total: Decimal, count: int) -> bytes:
    return joined(option, *_in_order({CASH: total}, len(machine.state.payment_names)), count, total)


def _received(machine: Machine) -> bytes:
    return joined("4", *_given(machine, machine.receipts(machine.day_start, reversals=False)))


def _given(machine: Machine, found: Iterable[Receipt]) -> list[Decimal]:
    sums = _by_key(payment for each in found for payment in each.payments)
    return _in_order(sums, len(machine.state.payment_names))


def _change(machine: Machine) -> bytes:
    return joined("6", *_returned(machine, machine.receipts(machine.day_start, reversals=False)))


def _returned(machine: Machine, found: Iterable[Receipt]) -> list[Decimal]:
    sums: dict[str, Decimal] = {}
    for each in found:
        sums[each.change_key] = sums.get(each.change_key, ZERO) + each.change
    return _in_order(sums, len(machine.state.payment_names))


def _counters(machine: Machine) -> bytes:
    blocks = machine.memory.z_blocks
    last = blocks[-1].number if blocks else 0
    return joined("5", last, last, 1, f"{blocks[-1].at:%d-%m-%Y %H:%M}" if blocks else NO_TIME)


def _grand(machine: Machine) -> bytes:
    memory = machine.memory
    taxes, storno_taxes = ZERO, ZERO
    days = [(block.day, block.rates) for block in memory.z_blocks] + [(memory.day, memory.rates)]
    for day, rates in days:
        taxes += tax_in(day.groups, rates)
        storno_taxes += tax_in(day.all_reversed_groups, rates)
    return joined("7", memory.grand_total, taxes, memory.grand_reversed, storno_taxes)


def tax_in(gross: list[Decimal], rates: list[Decimal | None]) -> Decimal:
    """Return the tax contained in the gross sums of eight groups."""
    return sum(
        (cents(each * rate / (100 + rate)) for each, rate in zip(gross, rates, strict=True) if rate), ZERO
    )


def _signature(machine: Machine) -> bytes:
    last = next((each for each in reversed(machine.memory.journal) if each.kind == "z-report"), None)
    if last is None:
        raise Refused(15, 2)
    digest = hashlib.sha1("\n".join(last.text).encode(), usedforsecurity=False)
    return joined("9", digest.hexdigest().upper())


def _show_turnover(machine: Machine) -> None:
    """Show the day's turnover on the customer's display."""
    del machine


_DAILY: Final[dict[str, Callable[[Machine], Result]]] = {
    "0": _on_hand,
    "1": _general,
    "2": _cash_in,
    "3": _cash_out,
    "4": _received,
    "5": _counters,
    "6": _change,
    "7": _grand,
    "9": _signature,
    ":": _show_turnover,
}


def operator(machine: Machine, data: bytes) -> Result:
    """Answer with one set of an operator's registers (6Fh)."""
    option, wanted = split(data, 2)
    who = str(number(wanted, 1, 20))
    state = machine.state
    start = max(machine.day_start, state.operators_since)
    every = [each for each in machine.receipts(start) if each.operator == who]
    sales = [each for each in every if not each.is_reversal]
    if option == "1":
        return joined("1", who, len(every), *_changes(sales))
    if option in {"2", "3"}:
        kind = "cash-in" if option == "2" else "cash-out"
        own = [
            each.amount
            for each in machine.since(start, frozenset({kind}))
            if each.receipt is not None and each.receipt.operator == who
        ]
        empty = ("",) if state.v2 else ()
        sums = _in_order({CASH: sum(own, ZERO)}, len(state.payment_names))
        return joined(option, who, *sums, *empty, len(own))
    if option == "4":
        return joined("4", who, *_given(machine, sales))
    if option == "5":
        return joined("5", who, state.operator_report, state.operator_report_at or NO_TIME)
    if option == "6":
        return joined("6", who, *_returned(machine, sales))
    raise syntax()


def department(machine: Machine, data: bytes) -> Result:
    """Answer with a department's registers, with ``"`` all of them (67h)."""
    fields = split(data, 1, 2)
    if len(fields[0]) != 2 or fields[1:] not in ([], ['"']):
        raise syntax()
    which = number(fields[0], 0, 99)
    card = machine.memory.departments.get(which)
    if card is None:
        raise Refused(15, 2)
    start = max(machine.day_start, machine.state.departments_since)
    sold = _turnover(line for each in machine.receipts(start, reversals=False) for line in _of(each, which))
    back = _turnover(line for each in machine.receipts(start, reversals=True) for line in _of(each, which))
    z = _counters(machine).decode("ascii").split(";")
    letter = VAT_LETTERS[card.group - 1]
    if len(fields) == 1:
        return joined(fields[0], f"{card.name:<20}", letter, sold[0], f"{sold[1]:.3f}", z[1], z[4])
    flags = machine.state.department_prices.get(which, "1")
    both = (sold[0], f"{sold[1]:.3f}", back[0], f"{back[1]:.3f}")
    return joined(fields[0], '"', f"{card.name:<34}", letter, card.price, flags, *both, z[1], z[4])


def _of(found: Receipt, which: int) -> list[Line]:
    return [line for line in found.lines if line.department == which]


def _turnover(lines: Iterable[Line]) -> tuple[Decimal, Decimal]:
    """Return the amount and the quantity of the lines; corrections count against both."""
    total, quantity = ZERO, Decimal(0)
    for line in lines:
        total += line.amount
        quantity += -line.qty if line.kind == "correction" else line.qty
    return total, quantity


def article(machine: Machine, data: bytes) -> Result:
    """Answer with an article's registers: the old form, or one of the options (6Bh)."""
    fields = split(data, 1, 2)
    if len(fields[0]) != 5:
        raise syntax()
    which = number(fields[0], 0, 99999)
    option = fields[1] if len(fields) == 2 else ""
    if option not in {"", '"', "1", "2", "3", "4"}:
        raise syntax()
    plu = machine.memory.plus.get(which)
    if plu is None:
        raise Refused(15, 2)
    state = machine.state
    extra = state.articles[which]
    sold = _turnover(_article_lines(machine, which, reversals=False))
    back = _turnover(_article_lines(machine, which, reversals=True))
    letter, placed = VAT_LETTERS[plu.group - 1], bytes((0x80 + plu.department,))
    report = joined(state.article_report, state.article_report_at or NO_TIME)
    if option == "":
        head = joined(fields[0], f"{plu.name:<20.20}", plu.price, letter, sold[0], f"{sold[1]:.3f}")
        return b";".join((head, report, placed))
    if option == "2":
        return joined(fields[0], "2", f"{plu.stock:.3f}", extra.stock_option)
    if option == "3":
        return joined(fields[0], "3", f"{extra.barcode:<13}")
    if option == "4":
        return joined(fields[0], "4", plu.price, extra.price_option)
    both = joined(sold[0], f"{sold[1]:.3f}", back[0], f"{back[1]:.3f}")
    head = joined(fields[0], option, f"{plu.name:<34}", plu.price)
    if option == "1":
        price = joined(extra.price_option, letter)
        return b";".join((head, price, placed, both, report, joined(int(extra.single))))
    flags = bytes((0x80 + extra.price_option + 4 * extra.stock_option + 0x10 * extra.single,))
    tail = joined(f"{plu.stock:.3f}", f"{extra.barcode:<13}")
    return b";".join((head, flags, joined(letter), placed, both, report, tail))


def _article_lines(machine: Machine, which: int, *, reversals: bool) -> Iterable[Line]:
    found = machine.receipts(machine.state.articles_since, reversals=reversals)
    return (line for each in found for line in each.lines if line.plu == which)


HANDLERS: Final[dict[int, Handler]] = {
    0x67: department,
    0x6B: article,
    0x6D: groups,
    0x6E: registers,
    0x6F: operator,
    0x70: invoice_range,
    0x71: last_number,
    0x72: receipt,
    0x73: last_z,
    0x74: free,
}

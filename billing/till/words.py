"""How an entry was understood, in one short line with its figures, for a cashier's screen."""

from decimal import Decimal

from billing.parser.canonical import write_number
from billing.parser.lines import Line, ModifierValue, OperatorLine
from billing.pricing.bill import Bill
from billing.pricing.entries import BillModifier, Charge, Comment, Entry, Payment


def entry_words(entry: Entry, bill: Bill) -> str:
    """Return an entry of ``bill`` in words, amounts in the bill's currency."""
    money = bill.currency.from_minor
    match entry:
        case Charge():
            name = entry.name or (f"PLU {entry.plu}" if entry.plu else "charge")
            modifier = f" {_signed(entry.modifier)} ({_plus(money(entry.amount))})" if entry.modifier else ""
            price = f"{write_number(entry.qty)} x {write_number(entry.price)}"
            return f"{name}: {price}{modifier} = {money(entry.total)}, group {entry.tax_group}"
        case Comment():
            return f"comment: {entry.name}"
        case BillModifier():
            text = f" {entry.text}" if entry.text else ""
            amount = _plus(money(bill.modifier_amount))
            return f"whole bill {_signed(entry.modifier)}{text}: {amount} as it stands"
        case Payment():
            change = f", change {money(entry.change)}" if entry.change else ""
            tendered = f" of {money(entry.tendered)} tendered" if entry.tendered and entry.change else ""
            kind = "cash" if entry.cash else f"type {entry.payment_type}"
            return f"paid {money(entry.value)}{tendered} with {kind}{change}"


def keyed_words(line: Line) -> str:
    """Return what a line did that left no entry on the bill."""
    return f"operator {line.operator}" if isinstance(line, OperatorLine) else "done"


def _plus(amount: Decimal) -> str:
    return f"{amount:+f}"


def _signed(modifier: ModifierValue) -> str:
    sign = "-" if modifier.value < 0 else "+"
    return f"{sign}{write_number(abs(modifier.value))}" + ("%" if modifier.kind == "percent" else "")

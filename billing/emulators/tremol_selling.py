"""31h to 34h, 3Dh and 3Eh: sales, corrections, the subtotal and its modifiers.

A price below zero is a correction. Source: sheet ``tremol-zfp``, section 8.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing.emulators.receipt import Line, Receipt
from billing.emulators.tremol_fields import (
    VAT_LETTERS,
    Change,
    Refused,
    Selling,
    department,
    group,
    modifier,
    named,
    number,
    selling,
    syntax,
    text,
)
from billing.emulators.tremol_machine import Handler, Machine, Result, amount, joined

FORBIDDEN: Final = b"*"


@dataclass(frozen=True, slots=True)
class _Item:
    """What is sold: its name, tax group 1..8, department and article (zero: none)."""

    name: str
    group: int
    department: int = 0
    article: int = 0


def sell(machine: Machine, data: bytes) -> Result:
    """Sell or correct by VAT class, or by department when a space stands for the class (31h)."""
    return _sell(machine, data, fraction=False)


def sell_fraction(machine: Machine, data: bytes) -> Result:
    """Sell or correct a fraction such as ``1/3`` (3Dh)."""
    return _sell(machine, data, fraction=True)


def _sell(machine: Machine, data: bytes, *, fraction: bool) -> Result:
    name, vat, rest = named(data)
    options = selling(rest, fraction=fraction)
    placed = department(options.mark) if options.mark is not None else 0
    if vat == b" ":
        if not placed:
            raise syntax()
        chosen = machine.memory.departments[placed].group
    else:
        chosen = _group(vat)
    return _register(machine, _Item(name, chosen, placed), options)


def sell_department(machine: Machine, data: bytes) -> Result:
    """Sell or correct by department; its VAT group counts unless ``!`` names one (34h)."""
    name, mark, rest = named(data)
    options = selling(rest)
    placed = department(mark)
    own = machine.memory.departments[placed].group
    chosen = _group(options.mark) if options.mark is not None else own
    return _register(machine, _Item(name, chosen, placed), options)


def sell_article(machine: Machine, data: bytes) -> Result:
    """Sell or correct a programmed article (32h)."""
    sign, digits, rest = text(data[:1]), text(data[1:6]), data[6:]
    if sign not in {"+", "-"} or len(digits) != 5:
        raise syntax()
    article = number(digits, 0, 99999)
    options = selling(rest.removeprefix(b"$"))
    if (options.price is not None) != rest.startswith(b"$") or options.mark is not None:
        raise syntax()
    plu = machine.memory.plus.get(article)
    if plu is None:
        raise Refused(15, 2)
    extra = machine.state.articles.get(article)
    price = plu.price if options.price is None else options.price
    allowed = extra.price_option if extra is not None else 1
    if price < 0 or (allowed == 0 and price != plu.price) or (allowed == 2 and price > plu.price):
        raise Refused(15, 2)
    if plu.department and machine.memory.departments[plu.department].group != plu.group:
        raise Refused(15, 2)
    if sign == "-":
        _check_sold(machine.need_receipt(), article, options)
    elif extra is not None and extra.stock_option == 1:
        _check_stock(machine, article, options)
    if sign == "-":
        price = -price
    filled = Selling(price, options.numerator, options.denominator, options.change, None)
    return _register(machine, _Item(plu.name, plu.group, plu.department, article), filled)


def _group(mark: bytes) -> int:
    if mark == FORBIDDEN:
        raise Refused(15, 2)
    return group(text(mark))


def _sold(receipt: Receipt, article: int) -> Decimal:
    return sum(
        (
            line.qty if line.kind == "sale" else -line.qty
            for line in receipt.lines
            if line.plu == article and line.kind in {"sale", "correction"}
        ),
        Decimal(0),
    )


def _check_sold(receipt: Receipt, article: int, options: Selling) -> None:
    if _sold(receipt, article) < options.numerator / options.denominator:
        raise Refused(0, 7)


def _check_stock(machine: Machine, article: int, options: Selling) -> None:
    receipt = machine.need_receipt()
    wanted = _sold(receipt, article) + options.numerator / options.denominator
    if not receipt.is_reversal and machine.memory.plus[article].stock < wanted:
        raise Refused(15, 2)


def _register(machine: Machine, item: _Item, options: Selling) -> Result:
    if options.price is None:
        raise syntax()
    correction = options.price < 0
    if correction and options.change:
        raise syntax()
    receipt = machine.need_receipt()
    if receipt.payments:
        raise Refused(7, 2)
    if not machine.memory.group_enabled(item.group):
        raise Refused(15, 2)
    machine.need_paper(whole=False)
    line = receipt.sell(
        Line(
            kind="correction" if correction else "sale",
            text=item.name.replace("|", " ").strip()[:34],
            price=abs(options.price),
            qty=options.numerator / options.denominator,
            group=item.group,
            department=item.department,
            plu=item.article,
            percent=options.change.percent or None,
            modifier=options.change.value,
        )
    )
    _print_sale(machine, item.name, line)
    return None


def _print_sale(machine: Machine, name: str, line: Line) -> None:
    if line.kind == "correction":
        machine.print("КОРЕКЦИЯ")
    machine.print(*name[:34].split("|"))
    if line.qty != 1:
        machine.print(f"  {line.qty:.3f} x {line.price:.2f}")
    machine.print_two("", f"{line.amount - line.modifier:.2f} {VAT_LETTERS[line.group - 1]}")
    if line.modifier:
        _print_change(machine, line.percent, line.modifier)


def _print_change(machine: Machine, percent: Decimal | None, value: Decimal) -> None:
    word = "ОТСТЪПКА" if value < 0 else "НАДБАВКА"
    machine.print_two(f"  {word} {percent:.2f}%" if percent is not None else f"  {word}", amount(value))


def subtotal(machine: Machine, data: bytes) -> Result:
    """Answer with the subtotal, modified or not (33h)."""
    printed, _, change = modifier(data)
    if printed not in {0, 1}:
        raise syntax()
    receipt = machine.need_receipt()
    if change:
        machine.need_paper(whole=False)
        _modify_subtotal(machine, receipt, change)
    elif receipt.payments:
        raise Refused(7, 2)
    if printed or change:
        machine.need_paper(whole=False)
        machine.print_two("МЕЖДИННА СУМА", amount(receipt.total))
    return joined(receipt.total)


def modify(machine: Machine, data: bytes) -> Result:
    """Give a discount or an addition on the last line (0), the subtotal (1) or as we decide (2) (3Eh)."""
    where, shown, change = modifier(data)
    if where not in {0, 1, 2}:
        raise syntax()
    if not change:
        raise Refused(0, 6)
    receipt = machine.need_receipt()
    machine.need_paper(whole=False)
    last_is_sale = bool(receipt.lines) and receipt.lines[-1].kind == "sale" and not receipt.lines[-1].modifier
    if where == 0 or (where == 2 and last_is_sale):
        line = receipt.modify_last(percent=change.percent or None, amount=change.value)
        _print_change(machine, line.percent, line.modifier)
    else:
        _modify_subtotal(machine, receipt, change)
    if shown:
        machine.print_two("МЕЖДИННА СУМА", amount(receipt.total))
    return None


def _modify_subtotal(machine: Machine, receipt: Receipt, change: Change) -> None:
    if change.value and sum(each > 0 for each in receipt.groups) > 1:
        raise Refused(0, 2)
    value = receipt.modify(percent=change.percent or None, amount=change.value)
    _print_change(machine, change.percent or None, value)


HANDLERS: Final[dict[int, Handler]] = {
    0x31: sell,
    0x32: sell_article,
    0x33: subtotal,
    0x34: sell_department,
    0x3D: sell_fraction,
    0x3E: modify,
}

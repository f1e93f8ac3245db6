"""Makes a document fit a device before the first byte, by the device's ``Capabilities``; pure, sends nothing.

Two lists decide about what a device cannot say. *Must be printed*, so refused with its JSON path: prices,
quantities, modifiers, tax groups, comments, payments, the client and the original of a reversal. *May be left
out or cut*, with a warning: the end of a sale's text, the unit, the department, the PLU (the article is sold
by its text), characters the code page lacks.

How odd lines are said: a price or quantity finer than the device takes becomes one unit at the line's gross,
with quantity and price in the text; a sale at 0.00 becomes free text where the device refuses it; a percent
out of range becomes the amount it makes; a comment longer than the line becomes several.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from billing.devices.capabilities import Capabilities
from billing.devices.faults import DocumentRefused, NotSupported
from billing.devices.wording import fit, wrap
from billing.documents import (
    REVERSALS,
    CashMovement,
    CommentLine,
    CreditNote,
    Document,
    DocumentLine,
    Duplicate,
    Invoice,
    Modifier,
    PaymentCategory,
    PaymentLine,
    PeriodReport,
    Receipt,
    Reversal,
    SaleDocument,
    SaleLine,
    Slip,
)
from billing.money import Currency

CENTS: Final = Currency("", 2)
"""Devices count hundredths of their currency (a device set to whole units is refused by its driver)."""

ANY_TEXT: Final = "Артикул"
"""What a sale without a text is called on a device that wants one."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A document as the device will be told it; ``total`` is what a sale comes to, None for other kinds.

    In a sale's ``text`` a line feed parts the lines of a device that takes several.
    """

    document: Document
    total: Decimal | None = None
    warnings: tuple[str, ...] = ()


@dataclass
class _Tailor:
    """One document on its way into a device's limits; collects the warnings."""

    can: Capabilities
    warnings: list[str] = field(default_factory=list)

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def words(self, text: str) -> str:
        shown, lost = fit(text, self.can.encoding)
        if lost:
            self.warn(f"the device cannot write {' '.join(sorted(lost))}: replaced")
        return shown


def shape(document: Document, can: Capabilities, driver: str) -> Shaped:
    """Return ``document`` within the limits of ``can``.

    Raises:
        DocumentRefused: something that must be printed does not fit; says the JSON path.
        NotSupported: ``driver`` lacks this kind of document.
    """
    lacks = next((what for kind, has, what in KINDS if isinstance(document, kind) and not has(can)), None)
    if lacks:
        raise NotSupported(driver, lacks)
    tailor = _Tailor(can)
    _operator(document, can)
    if isinstance(document, Slip):
        lines = tuple(
            part for line in document.lines for part in wrap(tailor.words(line), can.slip_width) or ("",)
        )
        return Shaped(document.model_copy(update={"lines": lines}), None, tuple(tailor.warnings))
    if isinstance(document, CashMovement):
        _fits(document.amount, 2, "$.amount")
    if isinstance(document, Receipt | Invoice | Reversal | CreditNote):
        return _sale(document, tailor)
    return Shaped(document)


KINDS: Final[Sequence[tuple[type, Callable[[Capabilities], bool], str]]] = (
    (Invoice, lambda can: can.invoices, "print invoices"),
    (CreditNote, lambda can: can.credit_notes, "print credit notes"),
    (Reversal, lambda can: bool(can.reversal_reasons), "print reversals"),
    (Slip, lambda can: can.slips, "print service receipts"),
    (CashMovement, lambda can: can.cash, "register cash"),
    (Duplicate, lambda can: can.duplicates, "print a duplicate"),
    (PeriodReport, lambda can: can.period_reports, "print a period report"),
)
"""Kinds that some devices lack, how to see it, and the sentence."""


def _operator(document: Document, can: Capabilities) -> None:
    code = document.operator.code
    if not code.isdigit() or int(code) not in can.operator_codes:
        first, last = can.operator_codes[0], can.operator_codes[-1]
        raise DocumentRefused(
            "$.operator.code", f"{code!r} found, the device has operators {first} to {last}"
        )


def _sale(document: SaleDocument, tailor: _Tailor) -> Shaped:
    can = tailor.can
    if can.unique_sale_number_required and not document.unique_sale_number:
        raise DocumentRefused("$.unique_sale_number", "the device prints no receipt without it")
    if isinstance(document, REVERSALS) and document.reason not in can.reversal_reasons:
        raise DocumentRefused("$.reason", f"the device has no reversal for {document.reason}")
    lines: list[DocumentLine] = []
    total = Decimal(0)
    for place, line in enumerate(document.lines):
        if isinstance(line, CommentLine):
            lines.extend(_comment(line, tailor, f"$.lines[{place}].comment"))
            continue
        shaped, amount = _line(line, tailor, f"$.lines[{place}]")
        lines.extend(shaped)
        total += amount
    sales = sum(isinstance(line, SaleLine) for line in lines)
    if not sales:
        raise DocumentRefused("$.lines", "nothing is sold")
    if can.max_sales is not None and sales > can.max_sales:
        raise DocumentRefused(
            "$.lines", f"{sales} sales found, the device takes {can.max_sales} in one receipt"
        )
    modifier, amount = _bill_modifier(document.modifier, total, can)
    total += amount
    if total <= 0:
        raise DocumentRefused(
            "$.total", f"the receipt comes to {total}, a device prints none without a payment"
        )
    if document.total is not None and document.total != total:
        raise DocumentRefused("$.total", f"{document.total} found, the lines come to {total}")
    payments = _payments(document, total, can)
    shaped_document = document.model_copy(
        update={"lines": tuple(lines), "modifier": modifier, "payments": payments}
    )
    return Shaped(shaped_document, total, tuple(tailor.warnings))


def _comment(line: CommentLine, tailor: _Tailor, path: str) -> Iterator[CommentLine]:
    if not tailor.can.comments:
        raise DocumentRefused(path, "the device prints no comments")
    for part in wrap(tailor.words(line.comment), tailor.can.comment_width) or (" ",):
        yield CommentLine.model_construct(comment=part)


def _line(line: SaleLine, tailor: _Tailor, path: str) -> tuple[list[DocumentLine], Decimal]:
    """Return what is sent for one sale, and what it comes to with its modifier."""
    can = tailor.can
    if line.tax_group not in can.tax_groups:
        raise DocumentRefused(
            f"{path}.tax_group", f"{line.tax_group} found, the device has {_span(can.tax_groups)}"
        )
    gross = _rounded(line.price * line.qty)
    modifier, amount = _line_modifier(line.modifier, gross, can, path)
    text, price, qty = tailor.words(line.text).strip(), line.price, line.qty
    if not _within(price, can.price_decimals) or not _within(qty, can.quantity_decimals):
        text = _with_figures(text, f"{_plain(qty)} x {_plain(price)}", can.text_width)
        price, qty = gross, Decimal(1)
    if gross > can.price_max or price > can.price_max:
        raise DocumentRefused(f"{path}.price", f"{max(gross, price)} found, the device takes {can.price_max}")
    if qty > can.quantity_max:
        raise DocumentRefused(f"{path}.qty", f"{qty} found, the device takes {can.quantity_max}")
    if gross == 0 and not can.zero_price:
        said = CommentLine.model_construct(comment=text or ANY_TEXT)
        return list(_comment(said, tailor, path)), Decimal(0)
    if not text and can.text_required:
        text = ANY_TEXT
    rows = wrap(text, can.text_width)
    if len(rows) > can.text_lines:
        tailor.warn(f"the text of {path} is cut to {can.text_lines * can.text_width} characters")
        rows = [text[at : at + can.text_width] for at in range(0, len(text), can.text_width)][
            : can.text_lines
        ]
    update = {"text": "\n".join(rows), "price": price, "qty": qty, "modifier": modifier}
    exact = (price, qty) == (line.price, line.qty)
    shaped = line.model_copy(update={**update, **_optional(line, tailor, path, exact=exact)})
    return [shaped], gross + amount


def _optional(line: SaleLine, tailor: _Tailor, path: str, *, exact: bool) -> dict[str, object]:
    """Return the unit, PLU and department of a sale as far as the device has them.

    Args:
        line: as it was asked for.
        tailor: takes the warnings.
        path: of the line.
        exact: price and quantity are sent as they stand; otherwise the device's own price would be another.
    """
    can = tailor.can
    plu = _numbered(line.plu, can.plus if exact else None)
    department = _numbered(line.department, can.departments if plu is None or can.plu_departments else None)
    if line.unit and not can.units:
        tailor.warn("the device prints no units: left out")
    if line.department != department:
        tailor.warn("the department is left out: the tax group is what counts")
    if line.plu != plu and can.plus is not None:
        tailor.warn(f"the PLU of {path} is left out: sold by its text")
    return {"unit": line.unit if can.units else "", "department": department, "plu": plu}


def _numbered(number: int | None, known: range | None) -> int | None:
    """Return ``number`` when the device has such a one, else None."""
    return number if number is not None and known is not None and number in known else None


def _line_modifier(
    modifier: Modifier | None, gross: Decimal, can: Capabilities, path: str
) -> tuple[Modifier | None, Decimal]:
    """Return the modifier as it is sent and the amount it makes."""
    amount = _amount(modifier, gross, f"{path}.modifier.value")
    if modifier is None or amount == 0:
        return None, Decimal(0)
    if gross + amount < 0:
        raise DocumentRefused(f"{path}.modifier.value", f"a discount of {-amount} on a line of {gross}")
    if modifier.kind == "percent" and _takes_percent(modifier.value, can):
        return modifier, amount
    if not can.line_fixed_modifiers:
        raise DocumentRefused(f"{path}.modifier", "the device takes no such discount or surcharge on a line")
    return Modifier(kind="fixed", value=amount), amount


def _bill_modifier(
    modifier: Modifier | None, total: Decimal, can: Capabilities
) -> tuple[Modifier | None, Decimal]:
    amount = _amount(modifier, total, "$.modifier.value")
    if modifier is None or amount == 0:
        return None, Decimal(0)
    if modifier.kind == "percent" and can.bill_percent_modifiers and _takes_percent(modifier.value, can):
        return modifier, amount
    if not can.bill_fixed_modifiers:
        raise DocumentRefused(
            "$.modifier", "the device takes no such discount or surcharge on the whole bill"
        )
    return Modifier(kind="fixed", value=amount), amount


def _amount(modifier: Modifier | None, base: Decimal, path: str) -> Decimal:
    if modifier is None:
        return Decimal(0)
    if modifier.kind == "percent":
        return _rounded(base * modifier.value / 100)
    _fits(modifier.value, 2, path)
    return modifier.value


def _payments(document: SaleDocument, total: Decimal, can: Capabilities) -> tuple[PaymentLine, ...]:
    """Return the payments in an order the device can take, or say what is wrong with them."""
    for place, payment in enumerate(document.payments):
        path = f"$.payments[{place}]"
        if payment.category not in can.payments:
            known = ", ".join(sorted(can.payments))
            raise DocumentRefused(
                f"{path}.category",
                f"{payment.category} is not mapped; the device has {known}; "
                f"where it has a word for it, say payment.{payment.category}=WORD in its address",
            )
        _fits(payment.amount, 2, f"{path}.amount")
    payments = tuple(payment for payment in document.payments if payment.amount)
    given = sum((payment.amount for payment in payments), Decimal(0))
    if given < total:
        found = f"{given} is paid" if payments else "no payments"
        raise DocumentRefused("$.payments", f"{found}, {total} is due")
    if given == total:
        return payments
    if isinstance(document, REVERSALS) and can.reversal_exact:
        raise DocumentRefused("$.payments", f"{given} is paid; a reversal of {total} gives back exactly that")
    return _tendered(payments, total, can)


def _tendered(payments: Sequence[PaymentLine], total: Decimal, can: Capabilities) -> tuple[PaymentLine, ...]:
    """Return the payments with what may be overpaid last and in one, for the device gives change on that."""
    loose: Mapping[PaymentCategory, list[PaymentLine]] = {
        category: [payment for payment in payments if payment.category == category]
        for category in sorted(can.overpaid)
    }
    exact = tuple(payment for payment in payments if payment.category not in can.overpaid)
    over = [rows for rows in loose.values() if rows]
    paid = sum((payment.amount for payment in exact), Decimal(0))
    if len(over) != 1 or paid >= total:
        raise DocumentRefused("$.payments", f"{total} is due; only cash may be more than what is due")
    tendered = sum((payment.amount for payment in over[0]), Decimal(0))
    return (*exact, over[0][0].model_copy(update={"amount": tendered}))


def _with_figures(text: str, figures: str, width: int) -> str:
    """Return ``text`` cut so that ``figures`` (quantity and price) follow on the same line."""
    room = width - len(figures) - 1
    return f"{text[:room]} {figures}".strip() if room > 0 else text


def _takes_percent(percent: Decimal, can: Capabilities) -> bool:
    return abs(percent) <= can.percent_max and _within(percent, can.percent_decimals)


def _fits(amount: Decimal, decimals: int, path: str) -> None:
    if not _within(amount, decimals):
        raise DocumentRefused(path, f"{amount} found, at most {decimals} decimals are taken")


def _within(value: Decimal, decimals: int) -> bool:
    return value == value.quantize(Decimal(1).scaleb(-decimals))


def _rounded(value: Decimal) -> Decimal:
    return CENTS.from_minor(CENTS.to_minor(value))


def _plain(value: Decimal) -> str:
    shown = format(value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _span(numbers: range) -> str:
    return f"{numbers[0]} to {numbers[-1]}"

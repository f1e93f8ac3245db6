"""Makes documents sayable to ISL ICP devices beyond what ``shaping.py`` does for all; pure, sends nothing.

The family has no fixed change of a whole receipt, and does not say how it spreads a percentage. So a change
of the bill stays a percentage only where every line's part is whole cents, for then any rule comes to the
same; otherwise its amount is spread over the lines (ISL ICP 5.5).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from billing.devices.drivers.isl_icp_tables import HALF_SUPPORTED
from billing.devices.faults import DocumentRefused
from billing.devices.shaping import CENTS
from billing.documents import (
    Client,
    CommentLine,
    CreditNote,
    Document,
    DocumentLine,
    Invoice,
    Modifier,
    PaymentLine,
    SaleDocument,
    SaleLine,
    Slip,
)
from billing.money import allocate

CLIENT_WIDTHS: Final = {"name": 35, "address": 35, "receiver": 35}
CLIENT_NUMBERS: Final = {"number": 13, "vat_number": 12}
"""Section 7: texts are cut, numbers must fit."""


def plain(document: Document) -> Document:
    """Return ``document`` in characters that the devices write, payments of one kind in one."""
    if isinstance(document, Slip):
        lines = tuple(line.translate(HALF_SUPPORTED) for line in document.lines)
        return document.model_copy(update={"lines": lines})
    if not isinstance(document, SaleDocument):
        return document
    changes: dict[str, Any] = {
        "lines": tuple(_plain_line(line) for line in document.lines),
        "payments": _merged(document.payments),
    }
    if isinstance(document, Invoice | CreditNote):
        texts = {name: getattr(document.client, name).translate(HALF_SUPPORTED) for name in CLIENT_WIDTHS}
        changes["client"] = document.client.model_copy(update=texts)
    return document.model_copy(update=changes)


def _plain_line(line: DocumentLine) -> DocumentLine:
    if isinstance(line, CommentLine):
        return CommentLine.model_construct(comment=line.comment.translate(HALF_SUPPORTED))
    return line.model_copy(update={"text": line.text.translate(HALF_SUPPORTED)})


def _merged(payments: Sequence[PaymentLine]) -> tuple[PaymentLine, ...]:
    """Return one payment for each category: fewer parts after which a lost answer leaves a doubt."""
    sums: dict[str, PaymentLine] = {}
    for payment in payments:
        before = sums.get(payment.category)
        whole = payment.amount + (before.amount if before else 0)
        sums[payment.category] = payment.model_copy(update={"amount": whole})
    return tuple(sums.values())


def fitted(client: Client) -> tuple[Client, tuple[str, ...]]:
    """Return the client within the fields of ``50``, with a warning for each text that is cut.

    Raises:
        DocumentRefused: a number does not fit.
    """
    for name, width in CLIENT_NUMBERS.items():
        if len(getattr(client, name)) > width:
            raise DocumentRefused(f"$.client.{name}", f"longer than the {width} characters of the device")
    long = [name for name, width in CLIENT_WIDTHS.items() if len(getattr(client, name)) > width]
    cut = {name: getattr(client, name)[: CLIENT_WIDTHS[name]] for name in long}
    warnings = tuple(f"$.client.{name} is cut to {CLIENT_WIDTHS[name]} characters" for name in long)
    return client.model_copy(update=cut), warnings


def change_of(line: SaleLine) -> Decimal:
    """Return what the line's modifier makes, below zero for a discount."""
    if line.modifier is None:
        return Decimal(0)
    if line.modifier.kind == "fixed":
        return line.modifier.value
    return _cents(gross(line) * line.modifier.value / 100)


def gross(line: SaleLine) -> Decimal:
    """Return what the line comes to before its modifier, in whole cents."""
    return _cents(line.price * line.qty)


def _cents(value: Decimal) -> Decimal:
    return CENTS.from_minor(CENTS.to_minor(value))


def spread(document: SaleDocument) -> SaleDocument:
    """Return ``document`` with the change of the bill in its lines, unless it is an exact percentage."""
    modifier = document.modifier
    if modifier is None:
        return document
    sales = [line for line in document.lines if isinstance(line, SaleLine)]
    nets = [gross(line) + change_of(line) for line in sales]
    if modifier.kind == "percent" and all((net * modifier.value) % 1 == 0 for net in nets):
        return document
    whole = (
        modifier.value if modifier.kind == "fixed" else _cents(sum(nets, Decimal(0)) * modifier.value / 100)
    )
    sign = -1 if whole < 0 else 1
    shares = iter(allocate(abs(CENTS.to_minor(whole)), [CENTS.to_minor(net) for net in nets]))
    lines = tuple(
        _with_share(line, sign * CENTS.from_minor(next(shares))) if isinstance(line, SaleLine) else line
        for line in document.lines
    )
    return document.model_copy(update={"lines": lines, "modifier": None})


def _with_share(line: SaleLine, share: Decimal) -> SaleLine:
    if share == 0:
        return line
    value = change_of(line) + share
    modifier = Modifier(kind="fixed", value=value) if value else None
    return line.model_copy(update={"modifier": modifier})

"""A receipt of the second door as a bill like any other, where that says exactly the same; else a document.

A bill needs an origin on the device, our own nomenclature for its tax groups, departments, operators and
payment types, and the same total. Whatever refuses it there, the sale is printed all the same, as a document.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing import documents
from billing.api.netfp.papers import plain, receipt_of
from billing.api.netfp.printers import Printer
from billing.api.netfp.requests import Item, ItemType, Receipt
from billing.api.netfp.rules import cents, quantity_of
from billing.errors import BillingError, RuleError
from billing.parser.lines import ChargeLine, CommentLine, Line, ModifierLine, ModifierValue, PaymentLine
from billing.services import jobs
from billing.services.catalogue import Catalogue
from billing.services.catalogue_export import read_items
from billing.services.catalogue_import import change_item
from billing.services.idempotency import tried
from billing.services.register import Register
from billing.store.engine import Store

CLIENT: Final = ("kind", "vat_number", "address", "receiver")
"""What a client of an invoice and a profile of ours call by the same name, beside the name itself."""


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale that waits for its device: the job, and the sale number that was made for it here."""

    job: int
    number: str = ""
    why: str = ""
    """Why it is no bill; empty on a bill."""


class NoBill(RuleError):
    """A sale that our own bill cannot say exactly."""

    code = "no_bill"


def sell(store: Store, printer: Printer, asked: Receipt, task: str, origin: str | None) -> Sold:
    """Put the receipt or invoice into the device's queue, as a bill's where it can be one.

    Raises:
        DocumentRefused, NotSupported: the device cannot say it; nothing was kept.
    """
    document = receipt_of(asked)
    assert isinstance(document, (documents.Receipt, documents.Invoice))  # noqa: S101 no reversal comes here
    try:
        return _bill(store, printer, asked, document, f"netfp:{task}", origin)
    except BillingError as refused:
        printer.dialect.check(document)
        return Sold(jobs.put_document(store, document, ("netfp", task), printer.row.name), why=str(refused))


def _bill(  # noqa: PLR0913, PLR0917 what a bill is made of
    store: Store,
    printer: Printer,
    asked: Receipt,
    document: documents.Receipt | documents.Invoice,
    key: str,
    origin: str | None,
) -> Sold:
    """Ring the sale up; undone whole where it does not say the same."""
    if origin is None:
        raise NoBill("the device has no origin")
    with tried(store) as work:
        catalogue = Catalogue()
        catalogue.refresh(work)
        operator = operator_of(asked, catalogue)
        register = Register(store, origin, operator)
        client = None if isinstance(document, documents.Receipt) else document.client
        profile = None if client is None else _profile(store, client)
        lines = [*_lines(asked.items), *_payments(document, catalogue, profile)]
        stored = register.ring(lines, key=key, unique_sale_number=asked.unique_sale_number)
        if stored.job is None:
            raise NoBill("its payments print no receipt")
        said = jobs.show_job(store, stored.job).document
        if not isinstance(said, (documents.Receipt, documents.Invoice)) or said.kind != document.kind:
            raise NoBill("it would be another kind of document")
        judge_same(said, document)
        if client is not None and isinstance(said, documents.Invoice):
            judge_client(said.client, client)
        printer.dialect.check(said)
        return Sold(stored.job, stored.unique_sale_number)


def operator_of(asked: Receipt, catalogue: Catalogue) -> int | None:
    """Return the number of the operator that a request names, None where it names nobody.

    Raises:
        NoBill: he is not one of ours.
    """
    if not asked.operator:
        return None
    found = int(asked.operator) if asked.operator.isascii() and asked.operator.isdecimal() else 0
    if catalogue.operator(found) is None:
        raise NoBill(f"operator {asked.operator!r} is not one of ours")
    return found


def _lines(items: tuple[Item, ...]) -> list[Line]:
    """Return the items as lines of a bill, in the order in which the document says them."""
    lines: list[Line] = []
    change = Decimal(0)
    for item in items:
        if item.type is ItemType.SALE:
            lines.append(_charge(item))
        elif item.type is ItemType.COMMENT:
            lines.append(CommentLine(plain(item.text)))
        elif item.type in {ItemType.DISCOUNT, ItemType.SURCHARGE}:
            change += cents(item.amount) * (1 if item.type is ItemType.SURCHARGE else -1)
    lines += [
        CommentLine(plain(item.text))
        for item in items
        if item.type in {ItemType.DISCOUNT, ItemType.SURCHARGE} and item.text
    ]
    lines += [CommentLine(plain(item.text)) for item in items if item.type is ItemType.FOOTER]
    if change:
        lines.append(ModifierLine(ModifierValue("fixed", change)))
    return lines


def _charge(item: Item) -> ChargeLine:
    modifier = None
    if item.modifier_type.value != "none" and cents(item.modifier_value):
        kind = "percent" if item.modifier_type.percent else "fixed"
        modifier = ModifierValue(kind, item.modifier_type.sign * cents(item.modifier_value))  # type: ignore[arg-type]  # one of the two words
    return ChargeLine(
        qty=quantity_of(item),
        price=cents(item.unit_price),
        department=item.department or None,
        tax_group=item.tax_group,
        modifier=modifier,
        text=plain(item.text),
    )


def _profile(store: Store, client: documents.Client) -> int:
    """Return the number of the profile that says who an invoice is for; one that is not there is added."""
    said = {
        "name": client.name,
        **{name: getattr(client, name) for name in CLIENT},
        "identity": client.number,
    }
    _, profiles = read_items(store, "profile")
    for each in profiles:
        if not (each["deleted"] or each["banned"]) and all(each[name] == said[name] for name in said):
            return int(each["number"])
    number = max((int(each["number"]) for each in profiles), default=0) + 1
    change_item(store, "profile", number, said, "Net.FP")
    return number


def judge_client(said: documents.Client, wanted: documents.Client) -> None:
    """Hold the bill's client against the one asked for; a seller that nobody named is the operator.

    Raises:
        NoBill: it would be another.
    """
    seller = wanted.seller or said.seller
    if said != wanted.model_copy(update={"seller": seller}):
        raise NoBill("our invoice would be made out otherwise")


def _payments(
    document: documents.SaleDocument, catalogue: Catalogue, profile: int | None = None
) -> list[Line]:
    """Return the payments by our own types; cash is one payment and comes last, for it may be more."""
    cash = Decimal(0)
    lines: list[Line] = []
    for payment in document.payments:
        if payment.category is documents.PaymentCategory.CASH:
            cash += payment.amount
        else:
            lines.append(PaymentLine(type_of(payment.category, catalogue), payment.amount, profile))
    if cash:
        lines.append(PaymentLine(type_of(documents.PaymentCategory.CASH, catalogue), cash, profile))
    return lines


def type_of(category: documents.PaymentCategory, catalogue: Catalogue) -> int:
    """Return the number of our fiscal payment type of a category.

    Raises:
        NoBill: there is none.
    """
    for number, facts in sorted(catalogue.payment_facts.items()):
        kind = catalogue.payment_type(number)
        if kind is None or kind.banned or kind.deleted or not kind.fiscal:
            continue
        if facts.category == category.value:
            return number
    raise NoBill(f"no payment type of ours is {category}")


def judge_same(said: documents.SaleDocument, wanted: documents.SaleDocument) -> None:
    """Hold the bill's own document against the one that was asked for.

    Raises:
        NoBill: it says anything otherwise.
    """
    if said.total != wanted.total:
        raise NoBill(f"our bill comes to {said.total}, not {wanted.total}")
    sales = [
        [
            (line.text, line.price, line.qty, line.tax_group, line.department, line.modifier)
            for line in each.lines
            if isinstance(line, documents.SaleLine)
        ]
        for each in (said, wanted)
    ]
    if sales[0] != sales[1] or said.modifier != wanted.modifier:
        raise NoBill("our bill would say its lines otherwise")

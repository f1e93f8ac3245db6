"""What a Tremol cannot say as it stands, mended or refused before the first byte; pure, no commands.

``shaping.py`` holds the rules of all devices; here is what only this family wants: no field marks inside a
text, an invoice's client within its widths, and an amount off the bill only where all is in one tax group.
Source: Tremol ZFP (protocols/tremol-zfp.md), section 8.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from billing.devices.drivers.tremol_tables import VERSIONS
from billing.devices.faults import DocumentRefused
from billing.devices.shaping import CENTS
from billing.documents import REVERSALS, CreditNote, Document, Invoice, Modifier, SaleDocument, SaleLine
from billing.errors import UsageError
from billing.money import allocate

MARKS: Final = str.maketrans({";": ",", "$": "S", "|": "/"})
"""Marks that part the fields of a frame or the lines of a name (section 8)."""

PASSWORD_WIDTH: Final = 6
NUMBER_WIDTH: Final = 6
"""Digits of the original's document number in a reversal."""
CLIENT_WIDTHS: Final = {"name": 26, "receiver": 16, "vat_number": 13, "number": 13, "address": 30}
"""Characters of each field of an invoice's client, in the order of 30h."""
EXACT: Final = ("vat_number", "number")
"""Fields that are not cut: half a number is another one."""
VALUE_MIN: Final = Decimal("-9999.99")
VALUE_MAX: Final = Decimal("99999.99")
"""What eight symbols can say of a discount (its sign is one) and a surcharge."""


class VersionMistake(UsageError):
    """The address names a version that there is none of."""

    code = "address"

    def __init__(self, found: str) -> None:
        super().__init__(f"version={found!r} in the address: there are {', '.join(VERSIONS)}")


def without_marks(document: SaleDocument) -> tuple[SaleDocument, list[str]]:
    """Return the document with no field mark in the text of a sale, and a warning when there was one."""
    lines = tuple(
        line.model_copy(update={"text": line.text.translate(MARKS)}) if isinstance(line, SaleLine) else line
        for line in document.lines
    )
    if lines == document.lines:
        return document, []
    return document.model_copy(update={"lines": lines}), [
        "the device cannot write ; $ | in a text: replaced by , S /"
    ]


def refuse_unsayable(document: Document) -> None:
    """Raise when something that must be printed has no room in its field.

    Raises:
        DocumentRefused: says the JSON path.
    """
    if len(document.operator.password) > PASSWORD_WIDTH:
        raise DocumentRefused(
            "$.operator.password",
            f"{len(document.operator.password)} characters found, the device takes {PASSWORD_WIDTH}",
        )
    if isinstance(document, REVERSALS):
        number = document.original.document_number
        if len(number.lstrip("0")) > NUMBER_WIDTH:
            raise DocumentRefused(
                "$.original.document_number", f"{number} found, the device takes {NUMBER_WIDTH} digits"
            )
    if isinstance(document, Invoice | CreditNote):
        for name in EXACT:
            found, width = getattr(document.client, name), CLIENT_WIDTHS[name]
            if len(found) > width:
                raise DocumentRefused(
                    f"$.client.{name}", f"{len(found)} characters found, the device takes {width}"
                )


def client_warnings(document: SaleDocument) -> Iterator[str]:
    """Yield a sentence for each part of an invoice's client that is cut or left out."""
    if not isinstance(document, Invoice | CreditNote):
        return
    for name, width in CLIENT_WIDTHS.items():
        if len(getattr(document.client, name)) > width:
            yield f"$.client.{name} is cut to {width} characters"
    if document.client.seller:
        yield "the device prints no seller: left out"


def original_number(document_number: str) -> str:
    """Return the original's number in at most six digits, its zeros kept where there is room."""
    return document_number[-NUMBER_WIDTH:]


def spread(document: SaleDocument) -> SaleDocument:
    """Return the document with an amount off (or on) a bill of several tax groups spread over its lines.

    The device takes such an amount only within one group (33h). The shares are those of protocol semantics
    7.5: by group, then by line, largest remainder first.
    """
    places = [place for place, line in enumerate(document.lines) if isinstance(line, SaleLine)]
    sales = {place: line for place in places if isinstance(line := document.lines[place], SaleLine)}
    groups = sorted({line.tax_group for line in sales.values()})
    if document.modifier is None or document.modifier.kind == "percent" or len(groups) == 1:
        return document
    change = CENTS.to_minor(document.modifier.value)
    totals = {place: sum(_parts(line)) for place, line in sales.items()}
    members = {group: [place for place in sales if sales[place].tax_group == group] for group in groups}
    weights = [sum(totals[place] for place in members[group]) for group in groups]
    lines = list(document.lines)
    for group, part in zip(groups, allocate(abs(change), weights), strict=True):
        if not part:
            continue
        own = members[group]
        shares = allocate(part, [totals[place] for place in own], ranks=range(len(own)))
        for place, share in zip(own, shares, strict=True):
            lines[place] = _changed(sales[place], share if change > 0 else -share)
    return document.model_copy(update={"lines": tuple(lines), "modifier": None})


def _parts(line: SaleLine) -> tuple[int, int]:
    """Return a line's gross and what its modifier makes, in hundredths (protocol semantics 7.2)."""
    gross = CENTS.to_minor(line.price * line.qty)
    if line.modifier is None:
        return gross, 0
    if line.modifier.kind == "fixed":
        return gross, CENTS.to_minor(line.modifier.value)
    return gross, CENTS.to_minor(CENTS.from_minor(gross) * line.modifier.value / 100)


def _changed(line: SaleLine, share: int) -> SaleLine:
    amount = _parts(line)[1] + share
    modifier = Modifier(kind="fixed", value=CENTS.from_minor(amount)) if amount else None
    return line.model_copy(update={"modifier": modifier})


def refuse_large_amounts(document: SaleDocument) -> None:
    """Raise when a discount or surcharge has more digits than its field.

    Raises:
        DocumentRefused: says the JSON path.
    """
    said = [("$.modifier.value", document.modifier)]
    for place, line in enumerate(document.lines):
        if isinstance(line, SaleLine):
            said.append((f"$.lines[{place}].modifier.value", line.modifier))
    for path, modifier in said:
        if modifier and modifier.kind == "fixed" and not VALUE_MIN <= modifier.value <= VALUE_MAX:
            raise DocumentRefused(
                path, f"a change of {modifier.value} found, the device takes {VALUE_MIN} to {VALUE_MAX}"
            )

"""How a Tremol's parameters are written: widths, modifiers, the forms of the opening; no tables of errors.

Source: Tremol ZFP (protocols/tremol-zfp.md), section 8.
"""

from collections.abc import Sequence
from typing import Final

from billing.devices.drivers.tremol_shaping import CLIENT_WIDTHS, MARKS, original_number
from billing.devices.drivers.tremol_tables import CLIENT_KINDS, GROUPS, REASONS
from billing.devices.wording import decimals
from billing.documents import Client, CreditNote, Invoice, Modifier, Reversal, SaleDocument, SaleLine

NAME_WIDTH: Final = 36
"""Bytes of a sale's name on the wire, 34 of them printed; a shorter name is a syntax error."""


def padded(text: str, width: int) -> str:
    """Return ``text`` in exactly ``width`` characters, without field marks."""
    return text.translate(MARKS)[:width].ljust(width)


def change(modifier: Modifier | None) -> str:
    """Return a modifier as 31h and 33h take it: ``,percent`` or ``:amount``, below zero for a discount."""
    if modifier is None:
        return ""
    return ("," if modifier.kind == "percent" else ":") + decimals(modifier.value, 2, 2)


def sale(line: SaleLine) -> bytes:
    """Return the data of 31h: the name padded, the tax group, and the department as a raw byte."""
    name = line.text.ljust(NAME_WIDTH)[:NAME_WIDTH]
    quantity = "" if line.qty == 1 else f"*{decimals(line.qty, 3, 3)}"
    said = (
        f"{name};{GROUPS[line.tax_group - 1]};{decimals(line.price, 2, 2)}{quantity}{change(line.modifier)}"
    )
    # Not text: 81h to 93h are letters, or nothing, in the code page.
    department = b"" if line.department is None else b"!" + bytes([0x80 + line.department])
    return said.encode("cp1251", "replace") + department


def opening(document: SaleDocument) -> Sequence[str]:
    """Return the fields of 30h behind the operator's.

    The fifth field, the print type, tells the forms apart; all are printed step by step, for postponed
    printing ends a slow receipt by itself (section 7). The number of a sale stands behind ``$``, that of a
    reversal's original in a field of its own; without one the mark is left out too (section 14).
    """
    own = f"${document.unique_sale_number}" if document.unique_sale_number else ""
    match document:
        case Invoice():
            *client, kind = _client(document.client)
            return ["0", "0", "1", *client, kind + own]
        case CreditNote():
            receipt, sold, *rest = _original(document)
            number = document.invoice_number.zfill(10)
            client = _client(document.client)
            return ["0", "0", "A", *client, REASONS[document.reason], number, sold, receipt, *rest]
        case Reversal():
            return ["1", "1", "@", REASONS[document.reason], *_original(document)]
        case _:
            return ["1", "1", "0" + own]


def _client(client: Client) -> list[str]:
    """Return recipient, buyer, VAT number, number, address in their exact widths, and the number's type."""
    fields = [padded(getattr(client, name), width) for name, width in CLIENT_WIDTHS.items()]
    return [*fields, CLIENT_KINDS[client.kind]]


def _original(document: Reversal | CreditNote) -> list[str]:
    """Return the original's number, moment, fiscal memory number and, where it is known, sale number."""
    original = document.original
    sale_number = original.unique_sale_number or document.unique_sale_number
    return [
        original_number(original.document_number),
        original.date_time.strftime("%d-%m-%y %H:%M:%S"),
        original.fiscal_memory_number,
        *([sale_number] if sale_number else []),
    ]

"""The client of an invoice within the limits of the Datecs families; nothing here is sent.

Checked before the first byte: the data go out after the payment, when an invoice that is refused can neither
be closed nor cancelled. Source: Datecs P and C, section 6, 39h; Datecs X, section 6, 57.
"""

from dataclasses import dataclass, replace
from typing import Final

from billing.devices.faults import DocumentRefused
from billing.devices.shaping import Shaped
from billing.devices.wording import fit
from billing.documents import Client, CreditNote, Invoice

VAT_NUMBER: Final = range(10, 15)
NAMES: Final = ("seller", "receiver", "name")


@dataclass(frozen=True, slots=True)
class ClientLimits:
    """Characters: of the identifying number, of a name, and of the two lines of the address."""

    number: range
    name: int
    address: tuple[int, int]


def shape_client(shaped: Shaped, limits: ClientLimits) -> Shaped:
    """Return ``shaped`` with its client, if it has one, cut to ``limits``; says what is cut or replaced.

    Raises:
        DocumentRefused: a number that the device does not take.
    """
    document = shaped.document
    if not isinstance(document, Invoice | CreditNote):
        return shaped
    client, warnings = document.client, list(shaped.warnings)
    _number("number", client.number, limits.number)
    if client.vat_number:
        _number("vat_number", client.vat_number, VAT_NUMBER)
    texts = {}
    for name in (*NAMES, "address"):
        text, lost = fit(getattr(client, name), "cp1251")
        width = sum(limits.address) if name == "address" else limits.name
        if lost:
            warnings.append(f"the device cannot write {' '.join(sorted(lost))}: replaced")
        if len(text) > width:
            warnings.append(f"$.client.{name} is cut to {width} characters")
        texts[name] = text[:width]
    with_client = document.model_copy(update={"client": client.model_copy(update=texts)})
    return replace(shaped, document=with_client, warnings=tuple(dict.fromkeys(warnings)))


def address_lines(client: Client, limits: ClientLimits) -> tuple[str, str]:
    """Return the address in the two lines that a device has for it."""
    first = limits.address[0]
    return client.address[:first], client.address[first : sum(limits.address)]


def _number(name: str, found: str, lengths: range) -> None:
    if len(found) not in lengths:
        raise DocumentRefused(
            f"$.client.{name}", f"{found!r} found, the device takes {lengths[0]} to {lengths[-1]} characters"
        )

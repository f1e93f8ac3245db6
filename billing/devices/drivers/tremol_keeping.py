"""The tables of a Tremol: articles, departments, operators, lines of the seller, invoice numbers, room.

Source: Tremol ZFP (protocols/tremol-zfp.md), sections 10 and 11; the fields of 6Bh ``1`` and 67h from the
maker's description 1910211454.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing.devices.dialect import Dialect
from billing.devices.drivers.tremol_replies import amount, fields_of, say, text_of
from billing.devices.drivers.tremol_requests import change, padded
from billing.devices.drivers.tremol_shaping import PASSWORD_WIDTH
from billing.devices.drivers.tremol_tables import GROUPS
from billing.devices.faults import Fault, Refused
from billing.devices.tables import DeviceDepartment, DevicePlu, InvoiceRange, Room
from billing.devices.talk import Command, Talk, ask
from billing.devices.wording import decimals
from billing.documents import SaleLine

HEADER: Final = range(1, 8)
FOOTER: Final = 8
"""Section 10, 69h: numbers of the lines."""
RAW: Final = 0x80
"""What is added to a department's number in its byte."""


@dataclass(frozen=True)
class TremolKeeping(Dialect):
    """The part of the ZFP dialect that reads and writes tables."""

    # -- articles and departments ----------------------------------------------------------------------------

    def sell_plu(self, number: int, line: SaleLine) -> Talk[None]:
        """Sell a programmed article with 32h, at its own price: ``agreeing`` found it to be the line's."""
        quantity = "" if line.qty == 1 else f"*{decimals(line.qty, 3, 3)}"
        said = f"+{number:05}{quantity}{change(line.modifier)}"
        yield from say(Command(0x32, said.encode("cp1251"), "sell by PLU"))

    def plu(self, number: int) -> Talk[DevicePlu | None]:
        """Return an article by 6Bh ``1``; a device that refuses has none of that number to sell."""
        with suppress(Refused):
            reply = yield from say(ask(0x6B, "article", f"{number:05};1".encode()))
            fields = reply.data.split(b";")
            name, price, _, group = (field.decode("cp1251").strip() for field in fields[2:6])
            sold, turnover = fields[8].decode("cp1251"), fields[7].decode("cp1251")
            department = fields[6][0] - RAW if fields[6] else 0
            return DevicePlu(
                number,
                name,
                amount(price),
                GROUPS.index(group) + 1,
                department or None,
                Decimal(sold.strip()),
                amount(turnover),
            )
        return None

    def set_plu(self, number: int, line: SaleLine) -> Talk[None]:
        """Store an article with 4Bh: a free price, department 1 unless the line names one, no single sale."""
        price, group = decimals(line.price, 2, 2), GROUPS[line.tax_group - 1]
        said = f"{number:05};#@1+$;{padded(line.text, 34)};{price};1;{group};".encode("cp1251", "replace")
        data = said + bytes([RAW + (line.department or 1)]) + b";0"
        yield from say(Command(0x4B, data, "store the article"))

    def department(self, number: int) -> Talk[DeviceDepartment | None]:
        """Return a department by 67h ``number;name;VAT ...``; refused: there is none.

        Raises:
            NotSupported: the firmware lacks the command, so nothing is known of the department.
        """
        try:
            _, name, group, *_ = yield from fields_of(ask(0x67, "department", f"{number:02}".encode()))
        except Refused as refused:
            if refused.fault is Fault.UNKNOWN_COMMAND:
                self._lacks("read departments")
            return None
        return DeviceDepartment(number, name, GROUPS.index(group) + 1 if group in GROUPS else None)

    def set_department(self, number: int, name: str, tax_group: int) -> Talk[None]:
        """Store a department's name of 20 characters and its tax group with 47h."""
        said = f"{number:02};{padded(name, 20)};{GROUPS[tax_group - 1]}".encode("cp1251", "replace")
        yield from say(Command(0x47, said, "store the department"))

    # -- operators and lines of the seller -------------------------------------------------------------------

    def operator_name(self, number: str) -> Talk[str]:
        """Return the second field of 6Ah."""
        return (yield from fields_of(ask(0x6A, "operator", number.encode())))[1]

    def set_operator(self, number: str, password: str, name: str) -> Talk[None]:
        """Store an operator's name of up to 20 characters and password with 4Ah."""
        secret = password.encode("cp1251", "replace")
        data = f"{number};{padded(name, 20)};".encode("cp1251", "replace") + secret.ljust(PASSWORD_WIDTH)
        yield from say(Command(0x4A, data, "name the operator", secrets=(secret,)))

    def set_password(self, number: str, old: str, new: str) -> Talk[None]:
        """Store the new password beside the name that is there; the device does not ask for the old one."""
        del old
        name = yield from self.operator_name(number)
        yield from self.set_operator(number, new, name)

    def header(self) -> Talk[Sequence[str]]:
        """Return the seven lines above a receipt (69h)."""
        return self._lines(HEADER)

    def set_header(self, lines: Sequence[str]) -> Talk[None]:
        """Store up to seven header lines with 49h, as wide as the device's own (69h) is."""
        for place, line in zip(HEADER, lines, strict=False):
            yield from self._set_line(place, line)

    def footer(self) -> Talk[Sequence[str]]:
        """Return the line below a receipt."""
        return self._lines((FOOTER,))

    def set_footer(self, lines: Sequence[str]) -> Talk[None]:
        """Store the line below a receipt."""
        for line in lines[:1]:
            yield from self._set_line(FOOTER, line)

    def _lines(self, places: Sequence[int]) -> Talk[Sequence[str]]:
        lines = []
        for place in places:
            said = (yield from say(ask(0x69, "line of the receipt", f"{place}".encode()))).data
            lines.append(said.partition(b";")[2].decode("cp1251").rstrip())
        return lines

    def _set_line(self, place: int, line: str) -> Talk[None]:
        own = (yield from say(ask(0x69, "line of the receipt", f"{place}".encode()))).data
        data = f"{place};{padded(line, len(own) - len(b'1;'))}".encode("cp1251", "replace")
        yield from say(Command(0x49, data, "store a line of the receipt"))

    # -- numbers and room ------------------------------------------------------------------------------------

    def invoice_range(self) -> Talk[InvoiceRange]:
        """Return the next and the last number of 70h; the device does not tell the first one."""
        following, last = (int(field) for field in (yield from fields_of(ask(0x70, "range of invoices")))[:2])
        return InvoiceRange(following, last, following)

    def set_invoice_range(self, first: int, last: int) -> Talk[None]:
        """Set the range with 50h: when it is unset, untouched or used up."""
        yield from say(Command(0x50, f"{first:010};{last:010}".encode(), "set the range of invoices"))

    def room(self) -> Talk[Room]:
        """Return the free Z records of 74h."""
        return Room(int(text_of((yield from say(ask(0x74, "free records"))))))

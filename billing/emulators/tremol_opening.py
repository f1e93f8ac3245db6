"""30h and 2Eh: opening a document. One code, six forms, told apart by the print type in field 5.

Only the opening is here; what may follow stands in ``tremol_receipts``. Source: sheet ``tremol-zfp``,
section 8.
"""

from dataclasses import dataclass
from typing import Final

from billing.emulators.receipt import Kind, Limits, Original, Receipt
from billing.emulators.tremol_fields import (
    Refused,
    date_time,
    number,
    one_of,
    sale_number,
    split,
    syntax,
    text,
)
from billing.emulators.tremol_machine import (
    BUFFERED,
    ELECTRONIC,
    POSTPONED,
    STEP,
    Machine,
    Printing,
    Result,
)

REASONS: Final = {"0": "operator-error", "1": "refund", "2": "tax-base-reduction"}
REASON_TITLES: Final = {
    "operator-error": "ОПЕРАТОРСКА ГРЕШКА",
    "refund": "РЕКЛАМАЦИЯ/ВРЪЩАНЕ",
    "tax-base-reduction": "НАМАЛЕНИЕ НА ДО",
}
TITLES: Final = {
    Kind.SALE: "",
    Kind.INVOICE: "ФАКТУРА ОРИГИНАЛ",
    Kind.REVERSAL: "СТОРНО",
    Kind.CREDIT_NOTE: "КРЕДИТНО ИЗВЕСТИЕ ОРИГИНАЛ",
    Kind.SLIP: "СЛУЖЕБЕН БОН",
}
PRINT_TYPES: Final[dict[str, tuple[Kind, str, str]]] = {
    "0": (Kind.SALE, STEP, "0"),
    "2": (Kind.SALE, POSTPONED, "2"),
    "4": (Kind.SALE, BUFFERED, "2"),
    "8": (Kind.SALE, ELECTRONIC, "2"),
    "@": (Kind.REVERSAL, STEP, "4"),
    "B": (Kind.REVERSAL, POSTPONED, "6"),
    "D": (Kind.REVERSAL, BUFFERED, "6"),
    "1": (Kind.INVOICE, STEP, "1"),
    "3": (Kind.INVOICE, POSTPONED, "3"),
    "5": (Kind.INVOICE, BUFFERED, "3"),
    "9": (Kind.INVOICE, ELECTRONIC, "3"),
    "A": (Kind.CREDIT_NOTE, STEP, "5"),
    "C": (Kind.CREDIT_NOTE, POSTPONED, "7"),
    "E": (Kind.CREDIT_NOTE, BUFFERED, "7"),
}
"""The kind, the way of printing, and the code of field 12 of 72h, which knows no buffered kinds."""
CLIENT: Final = ("name", "receiver", "vat_number", "number", "address", "kind")
CLIENT_LENGTHS: Final = (26, 16, 13, 13, 30, 1)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an opening names beside operator and print type."""

    unique_sale_number: str = ""
    client: dict[str, str] | None = None
    reason: str = ""
    original: Original | None = None


def open_receipt(machine: Machine, data: bytes) -> Result:
    """Open a sale, a storno, an invoice or a credit note (30h)."""
    fields = text(data).split(";")
    if len(fields) < 5 or (print_type := fields[4][:1]) not in PRINT_TYPES:
        raise syntax()
    kind, mode, code = PRINT_TYPES[print_type]
    detailed, vat = one_of(fields[2], "01"), one_of(fields[3], "01")
    asked = _FORMS[kind](machine, fields)
    machine.need_idle()
    operator = machine.need_operator(fields[0], fields[1])
    machine.need_day_open()
    memory = machine.memory
    if asked.client is not None and not 0 < memory.invoice_next <= memory.invoice_end:
        raise Refused(15, 2)
    if mode == STEP:
        machine.need_paper()
    printing = Printing(mode=mode, code=code, detailed=detailed == "1", vat=vat == "1")
    machine.begin(printing, TITLES[kind])
    receipt = Receipt(
        kind=kind,
        operator=operator,
        unique_sale_number=asked.unique_sale_number,
        opened_at=machine.now,
        reason=asked.reason,
        original=asked.original,
        client=asked.client,
        limits=Limits(lines=machine.state.sales_limit),
    )
    memory.receipt = receipt
    _print_head(machine, receipt)
    return None


def open_slip(machine: Machine, data: bytes) -> Result:
    """Open a non-fiscal receipt (2Eh)."""
    fields = split(data, 2, 4)
    if len(fields) == 3:
        raise syntax()
    mode = STEP
    if len(fields) == 4:
        one_of(fields[2], "0")
        mode = POSTPONED if one_of(fields[3], "01") == "1" else STEP
    machine.need_idle()
    operator = machine.need_operator(fields[0], fields[1])
    machine.need_paper()
    machine.begin(Printing(mode=mode, code="2"), TITLES[Kind.SLIP])
    machine.memory.receipt = Receipt(kind=Kind.SLIP, operator=operator, opened_at=machine.now)
    return None


def _sale(machine: Machine, fields: list[str]) -> _Asked:
    del machine
    if len(fields) != 5:
        raise syntax()
    return _Asked(unique_sale_number=_after_dollar(fields[4]))


def _invoice(machine: Machine, fields: list[str]) -> _Asked:
    if len(fields[4]) != 1 or fields[2:4] != ["0", "0"]:
        raise syntax()
    if len(fields) == 6:
        customer, _, own = fields[5].partition("$")
        return _Asked(unique_sale_number=_sale_number(own), client=_programmed(machine, customer))
    if len(fields) != 11:
        raise syntax()
    return _Asked(
        unique_sale_number=_after_dollar(fields[10]),
        client=_client([*fields[5:10], fields[10][:1]]),
    )


def _storno(machine: Machine, fields: list[str]) -> _Asked:
    del machine
    if len(fields[4]) != 1 or len(fields) not in {9, 10}:
        raise syntax()
    reason, receipt, at, memory = fields[5:9]
    return _reversal(reason, (receipt, at, memory), fields[9:])


def _credit_note(machine: Machine, fields: list[str]) -> _Asked:
    if len(fields[4]) != 1 or fields[2:4] != ["0", "0"]:
        raise syntax()
    if len(fields) > 5 and fields[5].startswith("#"):
        client, rest = _programmed(machine, fields[5]), fields[6:]
    else:
        client, rest = _client(fields[5:11]), fields[11:]
    if len(rest) not in {5, 6}:
        raise syntax()
    reason, invoice, at, receipt, memory = rest[:5]
    if len(invoice) != 10:
        raise syntax()
    number(invoice, 1, 9999999999)
    asked = _reversal(reason, (receipt, at, memory), rest[5:], invoice=invoice)
    return _Asked(asked.unique_sale_number, client, asked.reason, asked.original)


_FORMS: Final = {
    Kind.SALE: _sale,
    Kind.INVOICE: _invoice,
    Kind.REVERSAL: _storno,
    Kind.CREDIT_NOTE: _credit_note,
}


def _reversal(reason: str, original: tuple[str, str, str], own: list[str], invoice: str = "") -> _Asked:
    receipt, at, memory = original
    if not 1 <= len(receipt) <= 6 or len(memory) != 8:
        raise syntax()
    number(receipt, 0, 999999)
    number(memory, 0, 99999999)
    date_time(at, "%d-%m-%y %H:%M:%S")
    found = _sale_number(own[0]) if own else ""
    return _Asked(
        unique_sale_number=found,
        reason=REASONS[one_of(reason, "012")],
        original=Original(
            document=receipt, at=at, fiscal_memory=memory, unique_sale_number=found, invoice=invoice
        ),
    )


def _after_dollar(field: str) -> str:
    """Return the sale number of ``P$URN``; a bare ``$`` stands for none."""
    if field[1:2] not in {"", "$"}:
        raise syntax()
    return _sale_number(field[2:])


def _sale_number(field: str) -> str:
    return sale_number(field.rstrip())


def _client(fields: list[str]) -> dict[str, str]:
    if len(fields) != len(CLIENT) or any(
        len(field) != length for field, length in zip(fields, CLIENT_LENGTHS, strict=True)
    ):
        raise syntax()
    one_of(fields[-1], "0123")
    return {name: field.strip() for name, field in zip(CLIENT, fields, strict=True)}


def _programmed(machine: Machine, field: str) -> dict[str, str]:
    if not field.startswith("#") or not 1 <= len(field) - 1 <= 4:
        raise syntax()
    customer = machine.state.customers.get(f"{number(field[1:], 0, 9999):04}")
    if customer is None:
        raise Refused(15, 2)
    return dict(zip(CLIENT, customer, strict=True))


def _print_head(machine: Machine, receipt: Receipt) -> None:
    machine.print(f"{machine.state.uic_prefix} {machine.memory.taxpayer_number}")
    machine.print(f"{receipt.operator} {machine.memory.operators[receipt.operator].name}")
    if receipt.original is not None:
        machine.print(
            REASON_TITLES[receipt.reason],
            f"КЪМ ДОКУМЕНТ {receipt.original.document}",
            receipt.original.at,
            f"ФП {receipt.original.fiscal_memory}",
        )
        if receipt.original.invoice:
            machine.print(f"КЪМ ФАКТУРА {receipt.original.invoice}")
    if receipt.client is not None:
        machine.print(
            f"ПОЛУЧАТЕЛ: {receipt.client['name']}",
            f"ИН: {receipt.client['number']}",
            receipt.client["address"],
        )
    if receipt.unique_sale_number:
        machine.print(f"УНП: {receipt.unique_sale_number}")

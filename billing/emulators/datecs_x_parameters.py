"""Command 255 of the emulated Datecs X: a table of names, how each is read and, where it may be, written.

Follows sheet datecs-x, section 9. Indexes start at 0; operator, department and group are number - 1.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from billing.emulators import datecs_x_codes as codes
from billing.emulators.datecs_x_fields import Fields, Refusal, bad_syntax, bad_value
from billing.emulators.datecs_x_machine import OPERATORS, Answer, Command, Machine, money
from billing.emulators.datecs_x_sale import PAYMENT_NAMES, payment_name
from billing.emulators.datecs_x_settings import operator_name, password_of
from billing.emulators.memory import Department, OperatorCard

FLAG: Final = ("0", "1")
DEPARTMENTS: Final = 99
_PRICE: Final = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name: without ``write`` it is read only; ``allowed`` lists its values when they are few."""

    read: Callable[[Machine, int], str]
    write: Callable[[Machine, int, str], None] | None = None
    count: int = 1
    allowed: tuple[str, ...] = ()
    longest: int = 255


def _setting(
    name: str, default: str, *, count: int = 1, allowed: tuple[str, ...] = (), longest: int = 255
) -> Parameter:
    """Return a parameter that nothing else in the device looks at, or only by its setting."""

    def read(device: Machine, index: int) -> str:
        return str(device.memory.setting(f"{name}.{index}", default))

    def write(device: Machine, index: int, value: str) -> None:
        device.memory.settings[f"{name}.{index}"] = value

    return Parameter(read, write, count, allowed, longest)


def _lines(of: Callable[[Machine], list[str]]) -> Parameter:
    """Return the header's or the footer's ten lines."""

    def read(device: Machine, index: int) -> str:
        lines = of(device)
        return lines[index] if index < len(lines) else ""

    def write(device: Machine, index: int, value: str) -> None:
        if len(value) > device.columns:
            raise bad_value(3)
        lines = of(device)
        lines += [""] * (index + 1 - len(lines))
        lines[index] = value

    return Parameter(read, write, 10)


def _department(device: Machine, index: int) -> Department:
    number = index + 1
    return device.memory.departments.get(number, Department(name=f"ДЕПАРТАМЕНТ {number}", group=2))


def _of_department(
    read: Callable[[Department], str], change: Callable[[str], dict[str, object]]
) -> Parameter:
    """Return a parameter of a department; ``change`` turns the value sent into the members it sets."""

    def write(device: Machine, index: int, value: str) -> None:
        changed = _department(device, index).model_copy(update=change(value))
        device.memory.departments[index + 1] = changed

    return Parameter(lambda device, index: read(_department(device, index)), write, DEPARTMENTS, longest=72)


def _price(value: str) -> dict[str, object]:
    if not _PRICE.fullmatch(value):
        raise bad_syntax(3)
    return {"price": Decimal(value)}


def _group(value: str) -> dict[str, object]:
    if value not in set("12345678"):
        raise bad_value(3)
    return {"group": int(value)}


def _write_operator_name(device: Machine, index: int, value: str) -> None:
    card = OperatorCard(name=value, password=password_of(device, index + 1))
    device.memory.operators[str(index + 1)] = card


def _write_password(device: Machine, index: int, value: str) -> None:
    del device, index, value
    raise Refusal(codes.SERVICE_JUMPER)


def _write_payment_name(device: Machine, index: int, value: str) -> None:
    device.memory.payment_names[str(index)] = value


def _write_columns(device: Machine, index: int, value: str) -> None:
    device.memory.settings[f"PrintColumns.{index}"] = value
    device.paper.columns = device.columns


def _rate(device: Machine, index: int) -> str:
    rate = device.memory.rates[index]
    return f"{Decimal(100) if rate is None else rate:.2f}"


def _last_fiscal(device: Machine) -> str:
    last = device.memory.last_fiscal_document
    return str(last.number if last else 0)


def _has_day(device: Machine) -> str:
    return str(int(device.memory.day.documents > 0))


PARAMETERS: Final[dict[str, Parameter]] = {
    "Header": _lines(lambda device: device.memory.header),
    "Footer": _lines(lambda device: device.memory.footer),
    "OperName": Parameter(
        lambda device, index: operator_name(device, index + 1), _write_operator_name, OPERATORS, longest=32
    ),
    "OperPasw": Parameter(
        lambda device, index: password_of(device, index + 1), _write_password, OPERATORS, longest=8
    ),
    "PayName": Parameter(payment_name, _write_payment_name, len(PAYMENT_NAMES), longest=16),
    "Payment_forbidden": _setting("Payment_forbidden", "0", count=len(PAYMENT_NAMES), allowed=FLAG),
    "PrintColumns": Parameter(
        lambda device, _: str(device.columns), _write_columns, allowed=("32", "42", "48", "64")
    ),
    "ItemGroups_name": _setting("ItemGroups_name", "ГРУПА", count=99, longest=72),
    "Dept_name": _of_department(lambda each: each.name, lambda value: {"name": value}),
    "Dept_price": _of_department(lambda each: money(each.price), _price),
    "Dept_vat": _of_department(lambda each: str(each.group), _group),
    "Dept_unit": _setting(
        "Dept_unit", "1", count=DEPARTMENTS, allowed=tuple(str(unit) for unit in range(1, 21))
    ),
    **{
        name: _setting(name, default, allowed=FLAG)
        for name, default in (
            ("AutoPaperCutting", "1"),
            ("EcrSafeOpening", "1"),
            ("BarcodePrint", "0"),
            ("LogoPrint", "0"),
            ("VatPrintEnable", "1"),
            ("ForeignPrint", "0"),
            ("DublReceipts", "0"),
            ("EnableNearPaperEnd", "0"),
        )
    },
    "CurrNameLocal": _setting("CurrNameLocal", "EUR", longest=3),
    "CurrNameForeign": _setting("CurrNameForeign", "BGN", longest=3),
    "ExchangeRate": _setting("ExchangeRate", "195583", longest=10),
    "Unit_name": _setting("Unit_name", "бр.", count=20, longest=6),
    "nZreport": Parameter(lambda device, _: str(device.memory.next_z)),
    "nBon": Parameter(lambda device, _: str(device.memory.document_number)),
    "nFBon": Parameter(lambda device, _: str(device.memory.fiscal_number)),
    "nFBonDailyCount": Parameter(lambda device, _: str(device.memory.day.fiscal_receipts)),
    "nLastFiscalDoc": Parameter(lambda device, _: _last_fiscal(device)),
    "nInvoice": Parameter(lambda device, _: str(device.memory.invoice_next)),
    "InvoiceRangeBeg": Parameter(lambda device, _: str(device.memory.invoice_start)),
    "InvoiceRangeEnd": Parameter(lambda device, _: str(device.memory.invoice_end)),
    "UNP": Parameter(lambda device, _: device.memory.last_unique_sale_number),
    "StornoUNP": Parameter(lambda device, _: device.memory.last_unique_sale_number),
    "DFR_needed": Parameter(lambda device, _: _has_day(device)),
    "Fiscalized": Parameter(lambda _, __: "1"),
    "DecimalPoint": Parameter(lambda device, _: str(device.memory.setting("DecimalPoint.0", "2"))),
    "valVat": Parameter(_rate, count=8),
    "IDnumber": Parameter(lambda device, _: device.memory.device_number),
    "FMnumber": Parameter(lambda device, _: device.memory.fiscal_memory_number),
    "TAXnumber": Parameter(lambda device, _: device.memory.taxpayer_number),
}


def parameter(device: Machine, data: bytes) -> Answer:
    """255: reads a parameter when Value is empty, else writes it (with nothing open)."""
    fields = Fields.read(data, 3)
    found = PARAMETERS.get(fields.text(1, 255))
    if found is None:
        raise bad_value(1)
    index = fields.number(2, 0, found.count - 1, empty=0 if found.count == 1 else None)
    value = fields.text(3, 255)
    if not value:
        return (found.read(device, index),)
    device.require_idle()
    if found.write is None or len(value) > found.longest or (found.allowed and value not in found.allowed):
        raise bad_value(3)
    found.write(device, index, value)
    return ()


COMMANDS: Final = {255: Command(parameter)}

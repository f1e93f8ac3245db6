"""Commands of the emulated Datecs X for cash, reports and the registers of the day and of the last Z.

Follows sheet datecs-x, sections 7 and 8.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.emulators import datecs_x_codes as codes
from billing.emulators.datecs_x_fields import Fields, Refusal, bad_syntax, bad_value
from billing.emulators.datecs_x_machine import MEMORY_BLOCKS, OPERATORS, Answer, Command, Machine, When, money
from billing.emulators.memory import LETTERS, Day, Tally, ZBlock
from billing.emulators.receipt import CASH, ZERO, Line, cents

CASH_LIMIT: Final = Decimal("9999999.99")
MODES: Final = (CASH, "1", "2", "3", "4", "5")
"""The memory's payment keys of modes 0..5."""


def cash(device: Machine, data: bytes) -> Answer:
    """70: cash in or out; amount 0 only reads the sums."""
    fields = Fields.read(data, 2)
    kind = fields.choice(1, "0123")
    amount = fields.decimal(2, CASH_LIMIT)
    memory = device.memory
    if amount:
        device.require_idle()
        if kind in "23":
            raise Refusal(codes.CURRENCY_OFF)
        if kind == "1" and amount > memory.cash:
            raise Refusal(codes.NOT_ENOUGH_CASH)
        device.needs_paper()
        device.put_head("СЛУЖЕБНО ВЪВЕДЕНИ" if kind == "0" else "СЛУЖЕБНО ИЗВЕДЕНИ")
        device.put_two("СУМА", money(amount))
        device.put_foot("СЛУЖЕБЕН БОН")
        memory.move_cash(amount if kind == "0" else -amount, device.wall)
    return (money(memory.cash), money(memory.day.cash_in.total), money(memory.day.cash_out.total))


def daily_report(device: Machine, data: bytes) -> Answer:
    """69: the X or Z report with its sums by group, or the reports by departments or item groups."""
    kind = Fields.read(data, 1).choice(1, "XZDG")
    memory, day = device.memory, device.memory.day
    titles = {"X": "ДНЕВЕН ОТЧЕТ БЕЗ НУЛИРАНЕ", "Z": "ДНЕВЕН ОТЧЕТ С НУЛИРАНЕ"}
    device.put_head(titles.get(kind, "ОТЧЕТ ПО ДЕПАРТАМЕНТИ" if kind == "D" else "ОТЧЕТ ПО ГРУПИ"))
    if kind in "DG":
        for number, tally in sorted(day.departments.items() if kind == "D" else ()):
            device.put_two(f"{number}", money(tally.total))
        device.put_foot("СЛУЖЕБЕН БОН")
        memory.file("department-report" if kind == "D" else "group-report", device.wall)
        return ()
    answer = (str(memory.next_z), *map(money, day.groups), *map(money, day.all_reversed_groups))
    device.put(f"НОМЕР {memory.next_z}")
    _put_day(device, day)
    if kind == "Z":
        device.put_foot("ФИСКАЛЕН БОН")
        memory.close_day(device.wall)
    else:
        device.put_foot("СЛУЖЕБЕН БОН")
        memory.file("x-report", device.wall, amount=day.total)
        day.x_reports += 1
    return answer


def _put_day(device: Machine, day: Day) -> None:
    for letter, sold, reversed_ in zip(LETTERS, day.groups, day.all_reversed_groups, strict=True):
        if sold or reversed_:
            device.put_two(f"ГРУПА {letter}", money(sold))
            device.put_two(f"СТОРНО {letter}", money(reversed_))
    for key, amount in day.payments.items():
        device.put_two(f"ПЛАЩАНЕ {key}", money(amount))
    device.put_two("ОБОРОТ", money(day.total))
    device.put_two("В КАСАТА", money(device.memory.cash))


def _print_blocks(device: Machine, blocks: Iterable[ZBlock]) -> Answer:
    found = list(blocks)
    if not found:
        raise Refusal(codes.EMPTY_RANGE)
    device.put_head("ОТЧЕТ НА ФИСКАЛНАТА ПАМЕТ")
    for block in found:
        device.put_two(f"Z {block.number} {block.at:%d-%m-%Y}", money(block.day.total))
    device.put_two("ОБЩО", money(sum((block.day.total for block in found), ZERO)))
    device.put_foot("СЛУЖЕБЕН БОН")
    device.memory.file("period-report", device.wall)
    return ()


def _day_of(fields: Fields, place: int, empty: datetime) -> datetime:
    text = fields.text(place, 255)
    if not text:
        return empty
    if len(text) != 8 or not text.replace("-", "").isdigit():
        raise bad_syntax(place)
    try:
        return datetime.strptime(text, "%d-%m-%y")  # noqa: DTZ007 the device knows no zone
    except ValueError:
        raise bad_value(place) from None


def report_by_dates(device: Machine, data: bytes) -> Answer:
    """94: the fiscal memory between two dates; an empty date is the first or the present day."""
    fields = Fields.read(data, 3)
    fields.choice(1, "01")
    blocks = device.memory.z_blocks
    first = _day_of(fields, 2, blocks[0].at if blocks else device.wall).date()
    last = _day_of(fields, 3, device.wall).date()
    if first > last:
        raise bad_value(3)
    return _print_blocks(device, (block for block in blocks if first <= block.at.date() <= last))


def report_by_numbers(device: Machine, data: bytes) -> Answer:
    """95: the fiscal memory between two Z numbers; an empty one is the first or the last."""
    fields = Fields.read(data, 3)
    fields.choice(1, "01")
    first = fields.number(2, 1, MEMORY_BLOCKS, empty=1)
    last = fields.number(3, 1, MEMORY_BLOCKS, empty=max(device.memory.next_z - 1, 1))
    if first > last:
        raise bad_value(3)
    return _print_blocks(device, (block for block in device.memory.z_blocks if first <= block.number <= last))


def operators_report(device: Machine, data: bytes) -> Answer:
    """105: the operators' day, with or without zeroing."""
    fields = Fields.read(data, 3)
    first = fields.number(1, 1, OPERATORS, empty=1)
    last = fields.number(2, 1, OPERATORS, empty=OPERATORS)
    clears = fields.choice(3, "01", "0") == "1"
    if first > last:
        raise bad_value(2)
    device.put_head("ОТЧЕТ ПО ОПЕРАТОРИ")
    tallies = device.memory.day.operators
    for number in map(str, range(first, last + 1)):
        if number in tallies:
            device.put_two(f"ОПЕРАТОР {number}", money(tallies[number].sales.total))
            if clears:
                del tallies[number]
    device.put_foot("СЛУЖЕБЕН БОН")
    device.memory.file("operator-report", device.wall)
    return ()


def duplicate(device: Machine, data: bytes) -> Answer:
    """109: the duplicate of the last receipt, once."""
    Fields.read(data, 0)
    last = device.memory.last_fiscal_document
    if device.memory.duplicated or last is None:
        raise Refusal(codes.NOT_POSSIBLE)
    device.put_head("ДУБЛИКАТ")
    for line in last.text:
        device.put(line)
    device.put_foot("СЛУЖЕБЕН БОН")
    device.memory.file("duplicate", device.wall)
    device.memory.duplicated = True
    return ()


def _tax(gross: list[Decimal], rates: list[Decimal | None]) -> list[Decimal]:
    """Return the tax within the sums by group: gross less the net rounded half up."""
    return [
        amount - cents(amount / (1 + rate / 100)) if rate else ZERO
        for amount, rate in zip(gross, rates, strict=True)
    ]


def _sums(fields: Fields, day: Day, rates: list[Decimal | None]) -> tuple[str, ...]:
    """Return the eight sums of types 0 turnover, 1 its tax, 2 stornos, 3 their tax."""
    kind = fields.choice(1, "0123")
    gross = day.groups if kind in "01" else day.all_reversed_groups
    return tuple(map(money, gross if kind in "02" else _tax(gross, rates)))


def last_z(device: Machine, data: bytes) -> Answer:
    """64: the sums of the last Z report by group, and its date."""
    fields = Fields.read(data, 1)
    fields.choice(1, "0123")
    if not device.memory.z_blocks:
        raise Refusal(codes.NO_RECORDS)
    block = device.memory.z_blocks[-1]
    return (str(block.number), *_sums(fields, block.day, block.rates), f"{block.at:%d-%m-%y}")


def today(device: Machine, data: bytes) -> Answer:
    """65: the sums of the day by group."""
    fields = Fields.read(data, 1)
    return (str(device.memory.next_z), *_sums(fields, device.memory.day, device.memory.rates))


def last_record(device: Machine, data: bytes) -> Answer:
    """86: when the fiscal memory was last written."""
    Fields.read(data, 0)
    return (f"{last_record_at(device):%d-%m-%Y %H:%M:%S}",)


def last_record_at(device: Machine) -> datetime:
    """Return when the fiscal memory was last written; before the first Z, when it was put to use."""
    if device.memory.z_blocks:
        return device.memory.z_blocks[-1].at
    return datetime.fromisoformat(device.memory.setting("fiscalised_at", "2026-01-01T00:00:00"))


def reports_left(device: Machine, data: bytes) -> Answer:
    """68: for how many reports the fiscal memory has room."""
    Fields.read(data, 0)
    return (str(MEMORY_BLOCKS - len(device.memory.z_blocks)),)


def _count_and_sum(*tallies: Tally) -> tuple[str, ...]:
    return tuple(word for tally in tallies for word in (str(tally.count), money(tally.total)))


def registers(device: Machine, data: bytes) -> Answer:
    """110: payments of sales and stornos, receipts, modifiers, voids, cash."""
    kind = Fields.read(data, 1).number(1, 0, 5)
    day = device.memory.day
    nothing = Tally()
    match kind:
        case 0 | 1:
            paid = day.reversal_payments if kind else day.payments
            return (*(money(paid.get(mode, ZERO)) for mode in MODES), money(ZERO))
        case 2:
            return (str(day.fiscal_receipts), money(day.total))
        case 3:
            return _count_and_sum(day.surcharges, day.discounts)
        case 4:
            return _count_and_sum(day.corrections, day.cancelled)
        case _:
            return _count_and_sum(day.cash_in, day.cash_out, nothing, nothing)


def operator(device: Machine, data: bytes) -> Answer:
    """112: one operator's day; discounts and voids bear a minus, surcharges a plus."""
    number = Fields.read(data, 1).number(1, 1, OPERATORS)
    found = device.memory.day.operators.get(str(number))
    if found is None:
        return ("0", *(("0.00",) + ("0", "0.00") * 3))
    return (
        str(found.receipts),
        money(found.sales.total),
        str(found.discounts.count),
        f"{-found.discounts.total:+}" if found.discounts.total else "0.00",
        str(found.surcharges.count),
        f"{found.surcharges.total:+}" if found.surcharges.total else "0.00",
        str(found.corrections.count),
        f"{-abs(found.corrections.total):+}" if found.corrections.total else "0.00",
    )


def _lines(device: Machine, *, reversals: bool) -> Iterable[Line]:
    """Yield the sold or reversed lines of the day from the journal."""
    for document in device.memory.journal:
        receipt = document.receipt
        if (
            receipt is not None
            and not receipt.cancelled
            and document.z == device.memory.next_z
            and receipt.is_reversal == reversals
        ):
            yield from (line for line in receipt.lines if line.kind in {"sale", "correction"})


def _sold(lines: Iterable[Line]) -> tuple[str, str]:
    """Return quantity and sum of ``lines``."""
    quantity, total = Decimal("0.000"), ZERO
    for line in lines:
        quantity += -line.qty if line.kind == "correction" else line.qty
        total += line.amount
    return f"{quantity:.3f}", money(total)


def department(device: Machine, data: bytes) -> Answer:
    """88: a department's programming and day; an empty number prints the report of all."""
    fields = Fields.read(data, 1)
    if not fields.text(1, 255):
        return _all_departments(device, b"D\t")
    number = fields.number(1, 1, 99)
    programmed = device.memory.departments.get(number)
    sales = (line for line in _lines(device, reversals=False) if line.department == number)
    stornos = (line for line in _lines(device, reversals=True) if line.department == number)
    return (
        str(programmed.group if programmed else 2),
        money(programmed.price if programmed else ZERO),
        *_sold(sales),
        *_sold(stornos),
        programmed.name if programmed else f"ДЕПАРТАМЕНТ {number}",
    )


def item_group(device: Machine, data: bytes) -> Answer:
    """87: an item group's day; an empty number prints the report of all."""
    fields = Fields.read(data, 1)
    if not fields.text(1, 255):
        return _all_departments(device, b"G\t")
    number = fields.number(1, 1, 99)
    plus = device.memory.plus
    sales = (
        line
        for line in _lines(device, reversals=False)
        if line.plu in plus and plus[line.plu].plu_group == number
    )
    name = device.memory.setting(f"ItemGroups_name.{number - 1}", f"ГРУПА {number}")
    return (*_sold(sales), name)


def _all_departments(device: Machine, kind: bytes) -> Answer:
    device.require_idle()
    device.needs_paper()
    return daily_report(device, kind)


COMMANDS: Final = {
    70: Command(cash),
    69: Command(daily_report, When.IDLE, prints=True, busy_s=0.3),
    94: Command(report_by_dates, When.IDLE, prints=True, busy_s=0.3),
    95: Command(report_by_numbers, When.IDLE, prints=True, busy_s=0.3),
    105: Command(operators_report, When.IDLE, prints=True),
    109: Command(duplicate, When.IDLE, prints=True),
    64: Command(last_z),
    65: Command(today),
    86: Command(last_record),
    68: Command(reports_left),
    110: Command(registers),
    112: Command(operator),
    88: Command(department),
    87: Command(item_group),
}

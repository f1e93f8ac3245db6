"""76h to 7Fh, 22h and 52h X/Z: reports on paper, the daily report with zeroing, the memory dump.

The electronic journal, also 7Ch, stands in ``tremol_journal``. Source: sheet ``tremol-zfp``, section 9;
what a Z shows: fiscal rules 7.3.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from billing.emulators.memory import Day, ZBlock
from billing.emulators.receipt import ZERO
from billing.emulators.tremol_fields import VAT_LETTERS, Refused, date_time, number, split, syntax, text
from billing.emulators.tremol_journal import journal
from billing.emulators.tremol_machine import Handler, Machine, Result, amount, key_of
from billing.emulators.tremol_registers import tax_in
from billing.emulators.tremol_status import free_blocks, no_data

REASONS: Final = {
    "operator-error": "СТОРНО ОПЕРАТОРСКА ГРЕШКА",
    "refund": "СТОРНО РЕКЛАМАЦИЯ/ВРЪЩАНЕ",
    "tax-base-reduction": "СТОРНО НАМАЛЕНИЕ ДО",
}


def daily(machine: Machine, data: bytes) -> Result:
    """Print the day, zero it with ``Z``, or read the electronic journal (7Ch)."""
    if data[:1] in {b"J", b"j"}:
        return journal(machine, data)
    if zeroing(data):
        close_day(machine)
    else:
        machine.report("x-report", "ДНЕВЕН ОТЧЕТ БЕЗ НУЛИРАНЕ", list(day_lines(machine, machine.memory.day)))
        machine.memory.day.x_reports += 1
    return None


def detailed(machine: Machine, data: bytes) -> Result:
    """Print the articles, then the day; ``Z`` zeroes both (7Fh)."""
    zero = zeroing(data)
    machine.need_idle()
    if zero and not free_blocks(machine):
        raise Refused(8, 2)
    articles(machine, data)
    daily(machine, b"Z" if zero else b"X")
    return None


def zeroing(data: bytes) -> bool:
    """Return whether the report zeroes (``Z``) or not (``X``).

    Raises:
        Refused: 04.
    """
    if data not in {b"X", b"Z"}:
        raise syntax()
    return data == b"Z"


def close_day(machine: Machine, *, silent_at: datetime | None = None) -> ZBlock:
    """Print the Z report (or not, at ``silent_at``), write its block and zero the registers.

    Raises:
        Refused: while a document is open, without paper, or when the memory is full (82).
    """
    machine.need_idle()
    if not free_blocks(machine):
        raise Refused(8, 2)
    title = f"ДНЕВЕН ОТЧЕТ С НУЛИРАНЕ {machine.memory.next_z:04}"
    lines = list(day_lines(machine, machine.memory.day))
    if silent_at is None:
        machine.need_paper()
        machine.begin(None, title)
        machine.print(*lines)
        machine.end("СЛУЖЕБЕН БОН" if not machine.day_open else "ФИСКАЛЕН БОН")
    else:
        machine.memory.printed = ["АВТОМАТИЧНО ГЕНЕРИРАН ОТЧЕТ", title, *lines]
    block = machine.memory.close_day(silent_at or machine.now)
    machine.memory.cash = ZERO  # 6Eh 0 is one of the daily registers
    return block


def close_yesterday(machine: Machine) -> bool:
    """Close a past day without printing, dated at its end, if the device is set to do so; tell if it did."""
    if not machine.state.automatic_z or machine.memory.receipt is not None or not machine.day_open:
        return False
    last = max(each.at for each in machine.memory.journal if machine.is_of_the_day(each))
    if last.date() >= machine.now.date():
        return False
    close_day(machine, silent_at=last.replace(hour=23, minute=59, second=59))
    return True


def day_lines(machine: Machine, day: Day) -> Iterator[str]:
    """Yield what a daily report shows of ``day`` (fiscal rules 7.3)."""
    width = machine.paper.columns

    def two(left: str, right: object) -> str:
        shown = amount(right) if isinstance(right, Decimal) else str(right)
        return f"{left:<{width - len(shown) - 1}} {shown}"

    for letter, sold, back in zip(VAT_LETTERS, day.groups, day.all_reversed_groups, strict=True):
        if sold or back:
            yield two(f"ОБОРОТ {letter}", sold)
            yield two(f"СТОРНО {letter}", back)
    yield two("ОБЩ ОБОРОТ", day.total)
    yield two("ДДС", tax_in(day.groups, machine.memory.rates))
    for reason, title in REASONS.items():
        tally = day.reversals[reason]
        yield two(f"{title} {tally.count}", tally.total)
    for title, tally in (
        ("ОТСТЪПКИ", day.discounts),
        ("НАДБАВКИ", day.surcharges),
        ("КОРЕКЦИИ", day.corrections),
        ("СЛУЖЕБНО ВЪВЕДЕНИ", day.cash_in),
        ("СЛУЖЕБНО ИЗВЕДЕНИ", day.cash_out),
    ):
        yield two(f"{title} {tally.count}", tally.total)
    for payment, name in enumerate(machine.state.payment_names):
        if kept := day.payments.get(key_of(payment)):
            yield two(name, kept)
    yield two("КЛИЕНТИ", day.fiscal_receipts)
    yield two("НАТРУПАН ОБОРОТ", machine.memory.grand_total)
    yield two("НАТРУПАНО СТОРНО", machine.memory.grand_reversed)


def articles(machine: Machine, data: bytes) -> Result:
    """Print the articles; ``Z`` zeroes them (7Eh)."""
    zero = zeroing(data)
    lines = [
        f"{which:05} {plu.name[:24]} {plu.price:.2f} {plu.turnover:.2f}"
        for which, plu in machine.memory.plus.items()
    ]
    document = machine.report("article-report", f"ОТЧЕТ АРТИКУЛИ {text(data)}", lines)
    if zero:
        state = machine.state
        state.articles_since = document.number
        state.article_report += 1
        state.article_report_at = f"{machine.now:%d-%m-%Y %H:%M}"
        for plu in machine.memory.plus.values():
            plu.sold, plu.turnover = Decimal("0.000"), ZERO
    return None


def departments(machine: Machine, data: bytes) -> Result:
    """Print the departments; ``Z`` zeroes them (76h)."""
    zero = zeroing(data)
    tallies = machine.memory.day.departments
    lines = [f"{which:02} {tally.count} {tally.total:.2f}" for which, tally in sorted(tallies.items())]
    document = machine.report("department-report", f"ОТЧЕТ ДЕПАРТАМЕНТИ {text(data)}", lines)
    if zero:
        machine.state.departments_since = document.number
        tallies.clear()
    return None


def operators(machine: Machine, data: bytes) -> Result:
    """Print one operator or, with 0, all; ``Z`` only all (7Dh)."""
    option, who = split(data, 2)
    zero = zeroing(option.encode("cp1251"))
    wanted = number(who, 0, 20)
    if zero and wanted:
        raise syntax()
    tallies = machine.memory.day.operators
    lines = [
        f"ОПЕРАТОР {code} {tally.receipts} {tally.sales.total:.2f}"
        for code, tally in tallies.items()
        if wanted in {0, int(code)}
    ]
    document = machine.report("operator-report", f"ОТЧЕТ ОПЕРАТОРИ {option}", lines)
    if zero:
        state = machine.state
        state.operators_since = document.number
        state.operator_report += 1
        state.operator_report_at = f"{machine.now:%d-%m-%Y %H:%M}"
        tallies.clear()
    return None


def customers(machine: Machine, option: str) -> None:
    """Print the customers' report (52h X or Z)."""
    lines = [f"{number} {fields[0]}" for number, fields in machine.state.customers.items()]
    machine.report("customer-report", f"ОТЧЕТ КЛИЕНТИ {option}", lines)


def special(machine: Machine, data: bytes) -> Result:
    """Print the special events, or with ``P`` the payments, of the fiscal memory (77h)."""
    if data not in {b"", b"P"}:
        raise syntax()
    if data:
        _blocks(machine, machine.memory.z_blocks, "ПЛАЩАНИЯ ОТ ФП", full=False, payments=True)
        return None
    lines = [f"СМЯНА НА СТАВКИ {at:%d-%m-%Y}" for at in machine.memory.rates_set]
    machine.report("memory-report", "СПЕЦИАЛНИ СЪБИТИЯ", lines)
    return None


def diagnostics(machine: Machine, data: bytes) -> Result:
    """Print the diagnostics slip (22h)."""
    no_data(data)
    lines = [machine.state.version.split(";")[3], f"СВОБОДНИ БЛОКОВЕ {free_blocks(machine)}"]
    machine.report("diagnostics", "ДИАГНОСТИКА", lines)
    return None


def by_number(machine: Machine, data: bytes, *, full: bool) -> Result:
    """Print the memory report between two Z numbers, detailed (78h) or brief (79h)."""
    first, last, *payments = _ends(data, 4)
    low, high = number(first, 0, 9999), number(last, 0, 9999)
    if low > high:
        raise syntax()
    found = [block for block in machine.memory.z_blocks if low <= block.number <= high]
    _blocks(machine, found, f"ОТЧЕТ ФП Z {low:04}-{high:04}", full=full, payments=bool(payments))
    return None


def by_date(machine: Machine, data: bytes, *, full: bool) -> Result:
    """Print the memory report between two dates, detailed (7Ah) or brief (7Bh)."""
    first, last, *payments = _ends(data, 6)
    low, high = (date_time(each, "%d%m%y").date() for each in (first, last))
    if low > high:
        raise syntax()
    found = [block for block in machine.memory.z_blocks if low <= block.at.date() <= high]
    title = f"ОТЧЕТ ФП {low:%d.%m.%Y}-{high:%d.%m.%Y}"
    _blocks(machine, found, title, full=full, payments=bool(payments))
    return None


def _ends(data: bytes, length: int) -> list[str]:
    fields = split(data, 2, 3)
    if len(fields[0]) != length or len(fields[1]) != length or fields[2:] not in ([], ["P"]):
        raise syntax()
    return fields


def _blocks(machine: Machine, blocks: list[ZBlock], title: str, *, full: bool, payments: bool) -> None:
    lines: list[str] = []
    names = machine.state.payment_names
    for block in blocks if full else []:
        lines.append(f"Z {block.number:04} {block.at:%d-%m-%Y} {block.day.total:.2f}")
        if payments:
            lines += [
                f"  {names[p]} {block.day.payments.get(key_of(p), ZERO):.2f}" for p in range(len(names))
            ]
    if payments:
        for payment, name in enumerate(names):
            total = sum((block.day.payments.get(key_of(payment), ZERO) for block in blocks), ZERO)
            lines.append(f"{name} {total:.2f}")
    lines.append(f"БЛОКОВЕ {len(blocks)}")
    lines.append(f"ОБОРОТ {sum((block.day.total for block in blocks), ZERO):.2f}")
    backs = sum((sum(block.day.all_reversed_groups, ZERO) for block in blocks), ZERO)
    lines.append(f"СТОРНО {backs:.2f}")
    machine.report("period-report", title, lines)


def dump(machine: Machine, data: bytes) -> Result:
    """Answer with an ACK and a frame for each block of the fiscal memory (75h).

    The last frame is ``block[4]@``, so the list ends with it here.
    """
    no_data(data)
    memory = machine.memory
    start = "01-01-2019 08:00"
    rates = ";".join(f"{rate or 0:.2f}" for rate in memory.rates)
    blocks = [("0", start, memory.device_number), ("1", start, f"{memory.taxpayer_number};2;{rates}")]
    blocks += [
        (
            "4",
            f"{block.at:%d-%m-%Y %H:%M}",
            f"{block.number:04};{block.day.total:.2f};{block.grand_total:.2f}",
        )
        for block in memory.z_blocks
    ]
    frames = [f"{n:04}{kind}{at}0{body}".encode("ascii") for n, (kind, at, body) in enumerate(blocks, 1)]
    return [*frames, f"{len(blocks) + 1:04}@".encode("ascii")]


HANDLERS: Final[dict[int, Handler]] = {
    0x22: diagnostics,
    0x75: dump,
    0x76: departments,
    0x77: special,
    0x78: lambda machine, data: by_number(machine, data, full=True),
    0x79: lambda machine, data: by_number(machine, data, full=False),
    0x7A: lambda machine, data: by_date(machine, data, full=True),
    0x7B: lambda machine, data: by_date(machine, data, full=False),
    0x7C: daily,
    0x7D: operators,
    0x7E: articles,
    0x7F: detailed,
}

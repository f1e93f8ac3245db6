"""Reports, copies, journal, diagnostics and paper of the emulated ISL ICP (sheet isl-icp, section 8)."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final

from billing.emulators.isl_icp_fields import BadField, Fields, Refusal
from billing.emulators.isl_icp_machine import Command, Machine, When
from billing.emulators.isl_icp_queries import FIRMWARE, FIRST_Z_BLOCK
from billing.emulators.memory import LETTERS, Day, Document, ZBlock
from billing.emulators.receipt import ZERO

SERVICE: Final = "СЛУЖЕБЕН БОН"
TESTS: Final = tuple(f"{number:02d}" for number in range(1, 10))


def _day_rows(day: Day) -> dict[str, str]:
    rows = {f"ГРУПА {letter}": f"{sold}" for letter, sold in zip(LETTERS, day.groups, strict=True) if sold}
    back = zip(LETTERS, day.all_reversed_groups, strict=True)
    rows |= {f"СТОРНО {letter}": f"{reversed_}" for letter, reversed_ in back if reversed_}
    rows |= {f"ПЛАЩАНЕ {key}": f"{amount}" for key, amount in day.payments.items()}
    return rows | {"ОБОРОТ": f"{day.total}"}


def daily_report(device: Machine, fields: Fields) -> None:
    """51: the Z (0) or X (1) report, on paper or not."""
    kind = fields.choice("01")
    on_paper = fields.choice("01", "1") == "1"
    fields.end()
    if on_paper:
        device.needs_paper()
    memory = device.memory
    if kind == "1":
        device.print_report("x-report", "ДНЕВЕН ОТЧЕТ БЕЗ НУЛИРАНЕ", _day_rows(memory.day))
        memory.day.x_reports += 1
        return
    device.put_head("ДНЕВЕН ОТЧЕТ С НУЛИРАНЕ")
    for left, right in _day_rows(memory.day).items():
        device.put_two(left, right)
    device.put_foot("ФИСКАЛЕН БОН")
    memory.settings.pop("moves", None)
    memory.close_day(device.wall)


def _register_report(
    title: str, rows: Callable[[Day], Mapping[str, Decimal]], clear: Callable[[Day], object]
) -> Callable[[Machine, Fields], None]:
    """Return a report with zeroing (0) or without (1)."""

    def run(device: Machine, fields: Fields) -> None:
        zeroes = fields.choice("01") == "0"
        fields.end()
        figures = rows(device.memory.day)
        device.print_report("register-report", title, {left: f"{sum_}" for left, sum_ in figures.items()})
        if zeroes:
            clear(device.memory.day)

    return run


def _print_blocks(device: Machine, blocks: Iterable[ZBlock]) -> None:
    rows = {f"Z {block.number} {block.at:%d-%m-%Y}": f"{block.day.total}" for block in blocks}
    total = sum((Decimal(amount) for amount in rows.values()), ZERO)
    device.print_report("period-report", "ОТЧЕТ НА ФИСКАЛНАТА ПАМЕТ", rows | {"ОБЩО": f"{total}"})


def report_by_dates(device: Machine, fields: Fields) -> None:
    """55: the fiscal memory between two dates."""
    kind, first, last = fields.take(2), fields.day(), fields.day()
    fields.end()
    if kind not in {"01", "11", "21", "31"}:
        raise BadField("01, 11, 21 or 31", kind)
    if first is None or last is None:
        raise Refusal(41)
    if first > last:
        raise Refusal(43)
    blocks = device.memory.z_blocks
    _print_blocks(device, (block for block in blocks if first.date() <= block.at.date() <= last.date()))


def report_by_blocks(device: Machine, fields: Fields) -> None:
    """56: the fiscal memory between two records."""
    kind, first, last = fields.take(2), fields.number(4), fields.number(4)
    fields.end()
    if kind not in {"02", "12", "22", "32"}:
        raise BadField("02, 12, 22 or 32", kind)
    if not 1 <= first <= last:
        raise Refusal(43)
    numbered = enumerate(device.memory.z_blocks, start=FIRST_Z_BLOCK)
    _print_blocks(device, (block for number, block in numbered if first <= number <= last))


def print_journal(device: Machine, fields: Fields) -> None:
    """A8: documents of the journal by Z dates, memory blocks, times or receipt numbers."""
    kind = fields.choice("0123")
    width = 10 if kind == "2" else 8
    first, last = (f"{fields.number(width):0{width}d}" for _ in range(2))
    fields.end()
    named: dict[str, Callable[[Document], str]] = {
        "0": lambda each: f"{each.at:%Y%m%d}",
        "1": lambda each: f"{each.z + FIRST_Z_BLOCK - 1:08d}",
        "2": lambda each: f"{each.at:%y%m%d%H%M}",
        "3": lambda each: f"{each.number:08d}",
    }
    if first > last:
        raise Refusal(43)
    found = [each for each in device.memory.journal if first <= named[kind](each) <= last]
    _copy(device, "КЛЕН", found)


def _copy(device: Machine, title: str, documents: Iterable[Document]) -> None:
    device.put_head(title)
    for document in documents:
        for line in document.text:
            device.put(line)
    device.put_foot(SERVICE)
    device.memory.file("copy", device.wall)


def _last(device: Machine) -> Document:
    last = device.memory.last_fiscal_document
    if last is None or not device.memory.setting("may_copy", default=False):
        raise BadField("a receipt just closed", "none")
    return last


def duplicate(device: Machine, fields: Fields) -> None:
    """AA: the duplicate of the receipt just closed, once and before anything else."""
    fields.end()
    last = _last(device)
    if device.memory.duplicated or device.memory.journal[-1] is not last:
        raise BadField("a receipt without a duplicate or copy", f"{last.number}")
    device.memory.duplicated = True
    _copy(device, "ДУБЛИКАТ", [last])


def journal_copy(device: Machine, fields: Fields) -> None:
    """AC: a copy of the receipt just closed, as often as asked for."""
    fields.end()
    _copy(device, "КОПИЕ ОТ КЛЕН", [_last(device)])


def diagnostics(device: Machine, fields: Fields) -> bytes | None:
    """63: a test is answered by ACK; without data a page is printed and its figures come back."""
    if fields.left:
        test = fields.take(2)
        fields.end()
        if test not in TESTS:
            raise BadField("a test 01 to 09", test)
        return None
    memory = device.memory
    figures = (
        *(device.model.name, FIRMWARE, "6331", "0001", "EMULATED", "000000000"),
        *("000000000000000", "284010000000000", "", "25", memory.taxpayer_number, "01012026"),
        *(memory.device_number, memory.fiscal_memory_number, f"{len(memory.z_blocks)}", "0"),
        f"{len(memory.rates_set)}",
    )
    rows = {f"{place}": figure for place, figure in enumerate(figures, start=1)}
    device.print_report("diagnostics", "ДИАГНОСТИКА", rows)
    return "".join(f"{figure}\n" for figure in figures).encode("cp1251", "replace")


def feed(device: Machine, fields: Fields) -> None:
    """60: empty lines."""
    del device
    fields.number(2)
    fields.end()


def cut(device: Machine, fields: Fields) -> None:
    """97: cut the paper, partly or through."""
    del device
    fields.choice("12")
    fields.end()


def nothing(device: Machine, fields: Fields) -> None:
    """62, B3, B4: the drawer, the head of the coming receipt, the USB journal: nothing that sums show."""
    del device
    fields.end()


def hold_modem(device: Machine, fields: Fields) -> None:
    """B0: keeps the modem from interrupting for some seconds, or lets it again."""
    del device
    if fields.choice("01") == "1":
        fields.number(2)
    fields.end()


def articles_list(device: Machine, fields: Fields) -> None:
    """95: prints the articles between two numbers."""
    first, last = fields.number(5), fields.number(5)
    fields.choice("0123456789", "0")
    fields.end()
    plus = device.memory.plus
    rows = {f"{number} {plus[number].name}": f"{plus[number].price}" for number in sorted(plus)}
    found = {left: price for left, price in rows.items() if first <= int(left.split()[0]) <= last}
    device.print_report("articles-report", "АРТИКУЛИ", found)


_DEPARTMENTS: Final = _register_report(
    "ОТЧЕТ ПО ДЕПАРТАМЕНТИ",
    lambda day: {f"{number}": tally.total for number, tally in sorted(day.departments.items())},
    lambda day: day.departments.clear(),
)
_ARTICLES: Final = _register_report(
    "ОТЧЕТ ПО АРТИКУЛИ",
    lambda day: {f"{number}": tally.total for number, tally in sorted(day.plus.items())},
    lambda day: day.plus.clear(),
)
_OPERATORS: Final = _register_report(
    "ОТЧЕТ ПО ОПЕРАТОРИ",
    lambda day: {number: tally.sales.total for number, tally in sorted(day.operators.items())},
    lambda day: day.operators.clear(),
)

COMMANDS: Final = {
    0x51: Command(daily_report, When.FREE, busy_s=0.3),
    0x53: Command(_DEPARTMENTS, When.FREE, prints=True),
    0x54: Command(_ARTICLES, When.FREE, prints=True),
    0x57: Command(_OPERATORS, When.FREE, prints=True),
    0x55: Command(report_by_dates, When.FREE, prints=True, busy_s=0.3),
    0x56: Command(report_by_blocks, When.FREE, prints=True, busy_s=0.3),
    0xA8: Command(print_journal, When.FREE, prints=True, busy_s=0.3),
    0xAA: Command(duplicate, When.FREE, prints=True, ends_copies=False),
    0xAC: Command(journal_copy, When.FREE, prints=True, ends_copies=False),
    0x62: Command(nothing, When.UNPAID),
    0x60: Command(feed, When.FREE, prints=True),
    0x97: Command(cut, When.FREE, prints=True),
    0x63: Command(diagnostics, When.FREE, prints=True),
    0xB3: Command(nothing, When.FREE, prints=True),
    0xB4: Command(nothing, When.FREE),
    0xB0: Command(hold_modem),
    0x95: Command(articles_list, When.FREE, prints=True),
}

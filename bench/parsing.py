"""Text to typed lines, and to a priced, taxed bill, against Lark recognising the same text with no tree.

The floor is Lark's own LALR parser with our grammar on the whole text, with callbacks that do nothing.
"""

import tracemalloc
from collections.abc import Iterable
from functools import partial
from types import SimpleNamespace

from bench.table import Row, against
from billing.parser.grammar import FIELDS, KINDS, make_lark
from billing.parser.reader import read_text, split_lines
from billing.pricing.answers import price_lines
from billing.pricing.tables import Tables

SHOP = {
    "tax_groups": {1: {"rate": 20}, 2: {"rate": 9}},
    "default_tax_group": 1,
    "departments": {4: {"name": "Kitchen", "tax_group": 2}},
    "plus": {23: {"name": "Tea", "price": "1.50", "department": 4}},
    "payment_types": {1: {"cash": True}, 2: {}},
    "default_payment_type": 1,
    "operators": {1: {"name": "Maria"}},
    "profiles": {36: {"name": "White Rose"}},
}

ITEMS = (
    "1.2",
    "2*4,5",
    "1.2@2",
    "1.2/text",
    "/text",
    "10-50%",
    "20-2",
    "#23",
    "2*#23",
    "2.5*#23-20%",
    "1.2#4",
    "50+2",
    "3*1.20##23@2-10%/Чай от липа",
)
TEXT = "\n".join(("*1", *ITEMS, "-10%", "@2/10", "@1/200#36"))
"""The examples of the language as one bill."""


def nothing(parts: list[object]) -> None:
    """Do nothing with what was recognised."""


def rows() -> Iterable[Row]:
    """Yield the rows of the parser and of pricing, then those of their linearity."""
    callbacks = SimpleNamespace(**dict.fromkeys(("start", *KINDS, *FIELDS, "qty"), nothing))
    parse = make_lark(callbacks, start="start").parse
    shop = Tables(SHOP)

    def recognise() -> object:
        return parse(TEXT)

    def read() -> object:
        return list(read_text(TEXT))

    def price() -> object:
        return price_lines(split_lines(TEXT), shop).tax()

    lines = TEXT.count("\n") + 1
    for work, done, aim in (("text to typed lines", read, 1.6), ("text to priced, taxed bill", price, 4.0)):
        measured, floor, ratio = against(done, recognise, rounds=41, each=20)
        per_line = 1e6 / lines
        yield Row(
            work, measured * per_line, floor * per_line, "us/line", aim, ratio, "Lark recognising, no tree"
        )
    yield from linearity(shop)


def long_bill(lines: int) -> list[str]:
    """Return a bill of ``lines`` lines."""
    return ["*1", "-10%", *(ITEMS[place % len(ITEMS)] for place in range(lines - 3)), "@1"]


def linearity(shop: Tables) -> Iterable[Row]:
    """Yield time and memory a line of long bills, each against a bill of 100 lines."""
    short = partial(price_lines, long_bill(100), shop)
    memory = peak(long_bill(100), shop) / 100
    for lines in (1_000, 10_000):
        text = long_bill(lines)
        times = lines // 100

        def many_short(times: int = times) -> None:
            for _ in range(times):
                short()

        measured, floor, ratio = against(partial(price_lines, text, shop), many_short, rounds=5)
        per_line = 1e6 / lines
        name = f"time of a line in a bill of {lines:,}"
        yield Row(name, measured * per_line, floor * per_line, "us/line", 1.3, ratio, "a bill of 100 lines")
        name = f"memory of a line in a bill of {lines:,}"
        yield Row(name, peak(text, shop) / lines, memory, "bytes", 1.3, floor_is="a bill of 100 lines")


def peak(lines: list[str], shop: Tables) -> int:
    """Return the most bytes that pricing ``lines`` held at once."""
    tracemalloc.start()
    try:
        price_lines(lines, shop)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

"""Reads 200,000 seeded strings of bytes as bill text: each gives lines, or a mistake with a place.

Not part of the tests or the table. Example: python -m bench.fuzz_text 200000 7
"""

import random
import sys
from collections import Counter

from billing.parser import TextMistake, read_line, read_text, split_lines, write_line
from billing.pricing import Refusal
from billing.pricing.answers import answer_of, price_lines
from billing.pricing.tables import PLAIN, Tables

WORDS = (
    *"0123456789",
    *".,*@#/+-% \t",
    "##",
    "EUR",
    "eur",
    "\n",
    "\r\n",
    "1.20",
    "#23",
    "@1/5",
    "-10%",
    "/x",
)
SHOP = Tables({**PLAIN, "plus": {23: {"name": "Tea", "price": "1.5"}}})


def text_of(chance: random.Random) -> str:
    """Return a text: half the time near the language, half the time any bytes."""
    if chance.random() < 0.5:
        return "".join(chance.choices(WORDS, k=chance.randrange(1, 24)))
    return chance.randbytes(chance.randrange(1, 40)).decode("utf-8", "surrogateescape")


def outcome(text: str) -> str:
    """Return what became of ``text``; anything but a bill or a mistake with a place is raised."""
    try:
        for line in read_text(text):
            again = read_line(write_line(line))
            if again != line:
                raise AssertionError(f"{text!r}: {line} is written {write_line(line)!r}, read {again}")
        answer_of(price_lines(split_lines(text), SHOP))
    except (TextMistake, Refusal) as mistake:
        if mistake.line is None or (mistake.column is not None and mistake.column < 1):
            raise AssertionError(f"{text!r}: no place") from mistake
        return mistake.code
    return "bill"


def main(count: int, seed: int) -> None:
    """Read ``count`` texts of ``seed`` and write how often each outcome came."""
    chance = random.Random(seed)  # noqa: S311 seeded noise, not secrets
    seen = Counter(outcome(text_of(chance)) for _ in range(count))
    for kind, times in seen.most_common():
        sys.stdout.write(f"{times:>8}  {kind}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)

"""A day in a sample shop: bills rung, receipts printed on an emulated device, the day closed with a Z.

Run by ``make demo``. Everything happens in a new folder that is removed at the end: a store, an emulated
Datecs P printer on a real pseudo-terminal, and the bills of ``examples/day`` in order of their names.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from billing.cli.mishaps import show_mistake
from billing.errors import BillingError
from billing.jobs.closing import close_day
from billing.jobs.judging import judge
from billing.jobs.queue import print_job
from billing.parser.mistakes import TextMistake
from billing.parser.reader import split_lines
from billing.pricing.refusals import Refusal
from billing.services.register import Register, open_register
from billing.services.reports import ZResult
from billing.services.sample import sample_shop
from billing.store.engine import Store, open_store
from billing.store.upgrade import upgrade

DAY = Path(__file__).parent / "day"


@contextmanager
def emulated_printer(link: Path, paper: Path) -> Iterator[None]:
    """Run ``billing emulate`` on the pseudo-terminal ``link`` until the block ends."""
    command = [sys.executable, "-m", "billing", "emulate", "datecs-p"]
    options = ["--pty", str(link), "--state", f"{link}.json", "--paper", str(paper)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as device:
        try:
            assert device.stdout is not None
            print("$ billing emulate", *command[4:], *options[:2], "...", device.stdout.readline().strip())
            yield
        finally:
            device.terminate()


class Paper:
    """The strip of paper as it grows; ``news`` is what was printed since it was last asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read = 0

    def news(self) -> str:
        """Return the paper printed since the last call."""
        text = self.path.read_text("utf-8") if self.path.exists() else ""
        news, self.read = text[self.read :], len(text)
        return news


def ring(register: Register, bill: Path, paper: Paper) -> bool:
    """Ring one bill and show its paper, or its mistake; return whether it was printed."""
    lines = list(split_lines(bill.read_text("utf-8")))
    while lines and not lines[-1]:
        lines.pop()
    print(f"\n$ billing ring {' '.join(repr(line) for line in lines)}    # {bill.stem}")
    try:
        stored = register.ring(lines, key=bill.stem)
    except (TextMistake, Refusal) as mistake:
        print(show_mistake(mistake))
        return False
    except BillingError as error:
        print(error)
        return False
    if stored.job is not None:
        print_job(register.store, stored.job)
    print(paper.news(), end="")
    return True


def verdict(result: ZResult) -> str:
    """Return the one line that holds the device's totals against the bills."""
    groups = [f"group {number} {tax['gross']}" for number, tax in result.figures["tax"].items()]
    payments = [f"{payment['name']} {payment['sum']}" for payment in result.figures["payments"].values()]
    if result.differences:
        found = "; ".join(f"{row.line} is {row.device} there, {row.ours} here" for row in result.differences)
        return f"the device does NOT agree: {found}"
    return f"the device agrees with the bills: {', '.join(groups)}; {', '.join(payments)}"


def day(store: Store, origin: str, paper: Paper) -> int:
    """Ring every bill, close the day, and return the exit code."""
    register = open_register(store, origin)
    bills = sorted(DAY.glob("*.txt"))
    printed = sum(ring(register, bill, paper) for bill in bills)
    print(f"\n{printed} bills printed, {len(bills) - printed} refused as they should be")
    print(f"\n$ billing report z -o {origin}")
    result = close_day(store, origin, "demo")
    print(paper.news())
    print(verdict(result))
    return 0 if result.state == "balanced" else 1


def main() -> int:
    """Make the shop, ring the day in it, and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="billing-demo-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'billing.db'}"
        print("$ billing init --sample shop")
        upgrade(url)
        store = open_store(url)
        store.judge = judge
        try:
            origin, address = sample_shop(store, folder)
            link = Path(address.partition(":")[2])
            paper = Paper(folder / "paper.txt")
            with emulated_printer(link, paper.path):
                return day(store, origin, paper)
        finally:
            store.close()


if __name__ == "__main__":
    sys.exit(main())

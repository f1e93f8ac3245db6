"""The first till: a line as understood, a mistake with its caret, a final bill prints and the next begins."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import pytest

from billing.jobs import queue
from billing.jobs.acquaintance import look_again
from billing.services.devices import remember
from billing.services.register import open_register
from billing.store.engine import Store
from billing.till import prompt
from billing.till.prompt import Till
from tests.jobs.queued import Shop


class Cashier:
    """Types lines at a till and reads its screen."""

    def __init__(self, shop: Shop) -> None:
        self.screen: list[str] = []
        self.prompts: list[str] = []
        self._lines: Iterator[str] = iter(())
        self.till = Till(open_register(shop.store), self._ask, self.screen.append)

    def _ask(self, text: str) -> str:
        self.prompts.append(text)
        line = next(self._lines, None)
        if line is None:
            raise EOFError
        if line == "^C":
            raise KeyboardInterrupt
        return line

    def types(self, *lines: str) -> str:
        """Type ``lines`` until the end of input and return what the screen shows of them."""
        self._lines, self.screen[:] = iter(lines), []
        self.till.serve()
        return "".join(self.screen)


@pytest.fixture
def counter(shop: Store) -> Shop:
    return Shop(shop)


@pytest.fixture
def cashier(counter: Shop, monkeypatch: pytest.MonkeyPatch) -> Cashier:
    """A cashier whose receipts go to the emulated device on the wire."""
    monkeypatch.setattr(
        prompt, "print_job", lambda store, job: queue.print_job(store, job, opener=counter.opener)
    )
    return Cashier(counter)


def test_a_line_is_shown_as_it_was_understood_with_what_is_due(cashier: Cashier) -> None:
    screen = cashier.types("2*#23-20%")
    assert "Ябълки: 2 x 1.6 -20% (-0.64) = 2.56, group 2" in screen
    assert "total 2.56   due 2.56 EUR" in screen


def test_a_mistake_has_its_caret_and_changes_nothing(cashier: Cashier) -> None:
    screen = cashier.types("10", "20−2", ":bill")
    assert "  20−2\n    ^\n  syntax: a discount is written with the minus sign of the keyboard" in screen
    assert screen.count("= 10.00") == 2


def test_a_final_bill_prints_and_the_next_one_begins(cashier: Cashier, counter: Shop) -> None:
    screen = cashier.types("1.2", "@1/2", "3", "@2")
    assert "change 0.80 EUR" in screen
    assert "receipt 0000002 printed on DT000600" in screen
    assert [total for _, total in counter.sales] == ["1.20", "3.00"]
    assert cashier.prompts[2] == "new bill> "


def test_an_entry_can_be_taken_off_and_a_bill_given_up(cashier: Cashier) -> None:
    screen = cashier.types("1.2", "5", ":remove 2", ":remove x", ":void guest left", ":bill")
    assert "removed; bill 1, 1.20 due" in screen
    assert ":remove takes the number" in screen
    assert "bill 1 is void" in screen
    assert screen.endswith("no bill is open\n")


def test_an_open_bill_is_parked_at_the_end_and_taken_up_again(cashier: Cashier) -> None:
    assert "bill 1 is parked" in cashier.types("1.2")
    screen = cashier.types(":resume 1", "@")
    assert "charge: 1 x 1.2 = 1.20" in screen
    assert "printed on DT000600" in screen


def test_a_device_that_is_away_keeps_the_receipt_and_says_how_to_go_on(
    cashier: Cashier, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(prompt, "print_job", queue.print_job)
        screen = cashier.types("1.2", "@")
    assert "cannot be opened" in screen
    assert ":retry 1" in screen
    assert "receipt 0000001 printed" in cashier.types(":retry 1")


def test_an_interrupt_drops_the_line_only(cashier: Cashier) -> None:
    assert "parked" in cashier.types("1.2", "^C", ":bill")


@pytest.mark.parametrize("line", [":nonsense", ":resume 99", ":resume x", ":retry", ":void", "*99", "1.2;3"])
def test_no_line_ends_the_till(cashier: Cashier, line: str) -> None:
    screen = cashier.types("1.2", line, ":bill")
    assert "charge: 1 x 1.2 = 1.20" in screen.rpartition("due 1.20")[2]


def test_a_device_whose_rate_was_corrected_is_looked_at_again(
    cashier: Cashier, counter: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store remembers the wrong rate until the device is asked; the cashier need not know."""
    remember(counter.store, "printer", {"capabilities": {"rates": {"2": "9"}}})
    monkeypatch.setattr(prompt, "look_again", partial(look_again, opener=counter.opener))
    screen = cashier.types("1.20", "@")
    assert "20 % here" not in screen
    assert counter.memory.day.fiscal_receipts == 1


def test_a_device_whose_rate_is_still_wrong_refuses_the_payment(
    cashier: Cashier, counter: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.memory.rates[1] = Decimal(9)
    remember(counter.store, "printer", {"capabilities": {"rates": {"2": "9"}}})
    monkeypatch.setattr(prompt, "look_again", partial(look_again, opener=counter.opener))
    assert "20 % here; change the nomenclature or the device" in cashier.types("1.20", "@")
    assert counter.memory.day.fiscal_receipts == 0

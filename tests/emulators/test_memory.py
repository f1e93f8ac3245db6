"""What a device keeps: registers, numbers, the journal and its file."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from billing.clock import SetClock
from billing.emulators.memory import Memory, StateMistake
from billing.emulators.receipt import CASH, Kind, Line, Reason, Receipt, Refused

AT = datetime(2026, 11, 24, 12, 0)  # noqa: DTZ001 a device's wall clock has no zone


def sold(memory: Memory, amount: str, kind: Kind = Kind.SALE, reason: str = "") -> None:
    receipt = Receipt(kind=kind, reason=reason)
    receipt.sell(Line(kind="sale", price=Decimal(amount), group=2))
    receipt.pay(CASH, Decimal(amount))
    memory.receipt = receipt
    memory.close_receipt(AT)


def test_a_sale_fills_group_payment_cash_and_grand_total() -> None:
    memory = Memory.fresh()
    sold(memory, "3.00")
    assert memory.day.groups[1] == memory.cash == memory.grand_total == Decimal("3.00")
    assert memory.day.payments == {CASH: Decimal("3.00")}
    assert (memory.document_number, memory.fiscal_number, memory.day.fiscal_receipts) == (1, 1, 1)


def test_a_reversal_is_kept_apart_and_does_not_lower_the_turnover() -> None:
    memory = Memory.fresh()
    sold(memory, "3.00")
    sold(memory, "1.00", Kind.REVERSAL, "refund")
    assert memory.day.total == Decimal("3.00")
    assert memory.day.reversals["refund"].total == Decimal("1.00")
    assert memory.day.reversed_groups["refund"][1] == Decimal("1.00")
    assert memory.cash == Decimal("2.00")


def test_a_refund_needs_the_cash_but_an_operators_error_does_not() -> None:
    memory = Memory.fresh()
    with pytest.raises(Refused) as refused:
        sold(memory, "1.00", Kind.REVERSAL, "refund")
    assert refused.value.reason is Reason.NO_CASH
    memory.receipt = None
    sold(memory, "1.00", Kind.REVERSAL, "operator-error")
    assert memory.cash == Decimal("-1.00")


def test_a_cancelled_receipt_takes_a_document_number_and_no_money() -> None:
    memory = Memory.fresh()
    memory.receipt = Receipt()
    memory.receipt.sell(Line(kind="sale", price=Decimal(5), group=2))
    memory.cancel_receipt(AT)
    assert (memory.document_number, memory.fiscal_number) == (1, 0)
    assert memory.day.total == 0
    assert memory.day.cancelled.total == Decimal("5.00")


def test_z_writes_a_block_and_zeroes_the_day_but_not_cash_numbers_and_grand_totals() -> None:
    memory = Memory.fresh()
    sold(memory, "3.00")
    block = memory.close_day(AT)
    assert (block.number, block.document, block.last_fiscal) == (1, 2, 1)
    assert block.day.total == Decimal("3.00")
    assert memory.day.total == 0
    assert (memory.cash, memory.grand_total, memory.document_number) == (Decimal("3.00"), Decimal("3.00"), 2)
    assert memory.next_z == 2


def test_z_is_refused_while_a_document_is_open() -> None:
    memory = Memory.fresh()
    memory.receipt = Receipt(kind=Kind.SLIP)
    with pytest.raises(Refused):
        memory.close_day(AT)


def test_cash_cannot_be_taken_out_that_is_not_there() -> None:
    memory = Memory.fresh()
    memory.move_cash(Decimal("10.00"), AT)
    with pytest.raises(Refused):
        memory.move_cash(Decimal("-10.01"), AT)
    memory.move_cash(Decimal("-4.00"), AT)
    assert (memory.cash, memory.day.cash_in.count, memory.day.cash_out.total) == (
        Decimal("6.00"),
        1,
        Decimal("4.00"),
    )


def test_invoice_numbers_run_on() -> None:
    memory = Memory.fresh()
    memory.invoice_next = 7
    receipt = Receipt(kind=Kind.INVOICE)
    receipt.sell(Line(kind="sale", price=Decimal(1), group=2))
    receipt.pay(CASH, Decimal(1))
    receipt.set_client({"number": "123456789"})
    memory.receipt = receipt
    memory.close_receipt(AT)
    assert receipt.invoice_number == "7"
    assert memory.invoice_next == 8


def test_the_wall_clock_follows_the_zone_and_what_was_set() -> None:
    clock = SetClock(datetime(2026, 7, 1, 21, 0, tzinfo=UTC))
    memory = Memory.fresh()
    assert f"{memory.wall(clock):%d %H:%M}" == "02 00:00"
    memory.set_wall(clock, AT)
    clock.move(61)
    assert f"{memory.wall(clock):%d-%m-%Y %H:%M:%S}" == "24-11-2026 12:01:01"


def test_everything_survives_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    memory = Memory.load(path, "DT")
    sold(memory, "3.00")
    memory.close_day(AT)
    memory.receipt = Receipt()
    memory.receipt.sell(Line(kind="sale", price=Decimal("0.10"), group=1))
    memory.save()
    again = Memory.load(path, "DT")
    assert again.model_dump() == memory.model_dump()
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_may_name_only_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text('{"cash": "12.50", "settings": {"display": true}}', encoding="utf-8")
    memory = Memory.load(path, "DY")
    assert (memory.cash, memory.device_number) == (Decimal("12.50"), "DY000600")


def test_unchanged_memory_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    memory = Memory.load(path)
    memory.save()
    path.unlink()
    memory.save()
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "[]", '{"cash": "much"}', '{"wallet": 1}'])
def test_a_file_that_holds_no_device_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StateMistake, match=str(path)):
        Memory.load(path)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    memory = Memory.load(tmp_path / "nowhere" / "state.json")
    with pytest.raises(StateMistake, match="cannot be written"):
        memory.save()

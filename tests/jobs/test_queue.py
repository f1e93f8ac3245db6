"""A device's queue: in order, once, whatever dies; refused documents make way, unknown ones do not."""

from decimal import Decimal
from pathlib import Path

import pytest

from billing.clock import SetClock
from billing.devices.faults import DeviceError
from billing.devices.transport import PortMissing
from billing.documents import Printed
from billing.jobs.closing import read_day
from billing.jobs.comparing import ClockDiffers, DeviceChanged, EmulatorRefused, ZNumberBack
from billing.jobs.mishaps import RatesDiffer
from billing.jobs.queue import JobEnded, QueueBlocked, drain, print_job
from billing.services import jobs
from billing.services.devices import remember
from billing.services.job_states import State
from billing.services.origins import set_origin
from billing.services.sample import sample_shop
from billing.store.engine import Store, open_store
from tests.devices.wired import Bench
from tests.jobs.queued import Shop

BILL = ("2*#23-20%", "1.2/Чай", "/без захар", "-5%", "@2/1", "@1/10")


@pytest.fixture
def till(shop: Store) -> Shop:
    return Shop(shop)


@pytest.fixture
def lone(sqlite_template: Path, tmp_path: Path, clock: SetClock) -> Shop:
    """A shop on SQLite alone, for what does not depend on the database."""
    file = tmp_path / "billing.db"
    file.write_bytes(sqlite_template.read_bytes())
    store = open_store(f"sqlite:///{file}", clock=clock)
    sample_shop(store, tmp_path)
    return Shop(store)


def test_a_final_bill_is_printed_with_the_devices_numbers(till: Shop) -> None:
    stored = till.ring(*BILL)
    answer = till.print(stored.job)
    assert answer.printed is Printed.YES
    assert (answer.document_number, answer.device_number) == ("0000001", "DT000600")
    assert str(answer.total) == "3.57"
    assert till.sales == [(stored.unique_sale_number, "3.57")]


def test_a_printed_job_answers_again_without_the_device(till: Shop) -> None:
    job = till.ring(*BILL).job
    first = till.print(job)
    assert till.print(job) == first
    assert len(till.opened) == 1


def test_what_waits_is_printed_first_and_in_order(till: Shop) -> None:
    numbers = [till.ring(f"{n}.00", "@").job for n in (1, 2, 3)]
    till.print(numbers[-1])
    assert [total for _, total in till.sales] == ["1.00", "2.00", "3.00"]
    assert len(till.opened) == 1


def _frames(shop: Shop) -> int:
    """Return how many frames a receipt takes, after one whose connection also compared clock and Z number."""
    shop.print(shop.ring(*BILL).job)
    shop.print(shop.ring(*BILL).job)
    return shop.bench.transports[-1].writes


@pytest.mark.parametrize("after", [False, True], ids=["before sending", "after sending"])
def test_a_kill_at_any_frame_never_prints_twice(lone: Shop, after: bool) -> None:
    """Every frame of one receipt: the process dies, another prints the same job."""
    for number, frame in enumerate(range(1, _frames(lone) + 1), start=3):
        job = lone.ring(*BILL, key=f"bill {number}").job
        assert lone.killed(job, frame, after=after)
        again = lone.ring(*BILL, key=f"bill {number}")
        assert again.job == job
        answer = lone.print(again.job)
        assert answer.document_number
        assert lone.memory.day.fiscal_receipts == number, f"killed at frame {frame}"
        assert lone.memory.receipt is None


def test_a_missing_port_keeps_the_job_waiting(till: Shop) -> None:
    job = till.ring(*BILL).job
    assert job is not None
    with pytest.raises(PortMissing) as caught:
        print_job(till.store, job)
    assert (caught.value.exit_code, caught.value.printed) == (4, Printed.NO)
    assert jobs.show_job(till.store, job).state is State.QUEUED
    assert till.print(job).printed is Printed.YES


def test_a_device_silent_from_the_start_has_printed_nothing(till: Shop) -> None:
    """It was never told a word of the document, so nobody need look at the paper."""
    till.bench = Bench(faults="deaf@*")
    job = till.ring(*BILL).job
    assert job is not None
    with pytest.raises(DeviceError) as caught:
        till.print(job)
    assert (caught.value.exit_code, caught.value.printed) == (4, Printed.NO)
    assert jobs.show_job(till.store, job).state is State.QUEUED


def test_paper_out_keeps_the_jobs_turn(till: Shop) -> None:
    till.bench = Bench(faults="paper@1:40")
    job = till.ring(*BILL).job
    assert job is not None
    with pytest.raises(DeviceError, match="paper") as caught:
        till.print(job)
    assert caught.value.code == "paper-out"
    row = jobs.show_job(till.store, job)
    assert (row.state, row.error and row.error["code"]) == (State.QUEUED, "paper-out")


def test_another_rate_on_the_device_is_refused_with_both(till: Shop) -> None:
    till.memory.rates[1] = Decimal(9)
    job = till.ring(*BILL).job
    with pytest.raises(RatesDiffer, match=r"9.* on the device, 20 % here"):
        till.print(job)
    assert till.memory.day.fiscal_receipts == 0


def test_another_device_on_the_port_is_refused(till: Shop) -> None:
    remember(till.store, "printer", {"number": "DT999999"})
    job = till.ring(*BILL).job
    with pytest.raises(DeviceChanged, match="DT999999 here, and DT000600 answers"):
        till.print(job)


def test_a_live_origin_refuses_an_emulator(till: Shop) -> None:
    set_origin(till.store, "shop", live=True)
    job = till.ring(*BILL).job
    with pytest.raises(EmulatorRefused):
        till.print(job)
    assert till.memory.journal == []


def test_a_cancelled_job_answers_that_it_ended(till: Shop) -> None:
    job = till.ring(*BILL).job
    assert job is not None
    jobs.cancel(till.store, job, "the device was sold")
    with pytest.raises(JobEnded, match="cancelled"):
        till.print(job)


def test_a_job_says_what_it_waits_behind(till: Shop) -> None:
    till.bench = Bench(faults="paper@1:40")
    first, second = till.ring("1", "@").job, till.ring("2", "@").job
    with pytest.raises(QueueBlocked, match=f"job {second} waits: job {first} comes first"):
        till.print(second)


def test_an_operators_password_never_reaches_the_store(till: Shop) -> None:
    job = till.ring(*BILL).job
    till.print(job)
    assert job is not None
    row = jobs.show_job(till.store, job)
    assert row.document.operator.password == ""
    assert "0000" not in {str(note.facts.get("password")) for note in row.notes}


def test_draining_an_empty_queue_opens_nothing(till: Shop) -> None:
    assert drain(till.store, "printer", opener=till.opener) == []
    assert till.opened == []


def test_a_device_whose_clock_is_off_prints_nothing(till: Shop) -> None:
    till.memory.clock_offset_s = -25 * 3600
    job = till.ring(*BILL).job
    with pytest.raises(ClockDiffers, match="23-11-2026 11:00 there and 24-11-2026 12:00 here"):
        till.print(job)
    assert till.memory.day.fiscal_receipts == 0


def test_a_z_number_that_went_back_prints_nothing(till: Shop) -> None:
    remember(till.store, "printer", {"z_number": 7})
    assert isinstance(till.store.clock, SetClock)
    till.store.clock.move(3600)
    till.bench.clock.move(3600)
    job = till.ring(*BILL).job
    with pytest.raises(ZNumberBack, match="its last Z is 0 there and 7 here"):
        till.print(job)


def test_an_x_report_that_did_not_print_holds_up_no_sale(till: Shop) -> None:
    with pytest.raises(PortMissing):
        read_day(till.store)
    assert till.print(till.ring(*BILL).job).printed is Printed.YES

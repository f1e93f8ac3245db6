"""``billing jobs list`` on a narrow terminal."""

import pytest

from billing.cli.jobs import table_of
from billing.devices.faults import DeviceError
from billing.services import jobs
from billing.store.engine import Store
from tests.devices.wired import Bench
from tests.jobs.queued import Shop


@pytest.fixture
def listed(shop: Store) -> list[str]:
    """What is listed on 80 columns of one receipt printed and one that waits for paper."""
    till = Shop(shop)
    till.print(till.ring("1.20", "@").job)
    till.bench = Bench(faults="paper@1:40")
    with pytest.raises(DeviceError):
        till.print(till.ring("2.40", "@").job)
    return list(table_of(jobs.list_jobs(shop, device=None, state=None, limit=9), 80))


def test_a_job_is_one_line_and_what_happened_stands_below_it(listed: list[str]) -> None:
    heads, printed, waits, *what = listed
    assert heads.split() == ["job", "device", "state", "document", "of", "number"]
    assert printed.split() == ["1", "printer", "done", "receipt", "bill", "1", "0000001"]
    assert waits.split() == ["2", "printer", "queued", "receipt", "bill", "2"]
    assert "paper" in what[0]
    assert what[0].startswith("     ")


def test_no_line_is_wider_than_the_terminal(listed: list[str]) -> None:
    assert max(map(len, listed)) <= 80


def test_no_jobs_are_only_the_heads() -> None:
    assert list(table_of([], 80)) == ["job  device  state  document  of  number"]

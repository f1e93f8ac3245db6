"""What a person is shown who has to say whether a document is on paper."""

from billing.jobs.resolving import Witness
from billing.services import jobs
from billing.services.register import open_register
from billing.store.engine import Store


def test_it_names_the_bill_with_its_lines_and_payments(shop: Store) -> None:
    bill = open_register(shop).ring(["2*1.50/Tea", "@"])
    assert bill.job is not None
    lines = Witness(jobs.show_job(shop, bill.job), error="silent").lines()
    assert lines[0] == f"job {bill.job}: receipt of bill {bill.id}, total 3.00"
    assert [line.strip() for line in lines[2:4]] == ["Tea: 2 x 1.50", "paid 3.00 cash"]
    assert lines[1].startswith("  sale ")
    assert lines[-1] == "the device cannot be asked: silent"

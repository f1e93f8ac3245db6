"""Several processes at once on one store: sale numbers without gaps, and one bill a key."""

import subprocess
import sys
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from billing import models
from billing.services.register import open_register
from billing.store.engine import Store

RING = """
import sys
from billing.services.register import open_register
from billing.store.engine import open_store

url, *keys = sys.argv[1:]
register = open_register(open_store(url))
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
for key in keys:
    bill = register.ring(["1.2", "2*#23", "@"], key=key)
    sys.stdout.write(f"{bill.id} {bill.unique_sale_number} {bill.job} {int(bill.repeated)}\\n")
"""


def at_once(url: str, keys: Sequence[Sequence[str]]) -> list[list[list[str]]]:
    """Ring each list of keys in a process of its own, all begun together; return each one's answers."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RING, url, *each],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for each in keys
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = []
    for process in processes:
        out, mistakes = process.communicate(timeout=60)
        assert process.returncode == 0, mistakes
        answers.append([line.split() for line in out.splitlines()])
    return answers


@pytest.fixture
def shop_url(shop: Store, store_url: str) -> str:
    """The URL of a store with the sample shop, for other processes."""
    assert shop.where
    return store_url


def test_sale_numbers_and_turns_have_no_gap_between_processes(shop: Store, shop_url: str) -> None:
    at_once(shop_url, [[f"{process}-{bill}" for bill in range(12)] for process in range(3)])
    with shop.read() as work:
        session = work.session()
        sales = session.scalars(select(models.SaleNumber.sale).order_by(models.SaleNumber.sale)).all()
        turns = session.scalars(
            select(models.FiscalDocument.sequence).order_by(models.FiscalDocument.sequence)
        ).all()
    assert list(sales) == list(range(1, 37))
    assert list(turns) == list(range(1, 37))


def test_one_key_in_many_processes_makes_one_bill(shop: Store, shop_url: str) -> None:
    keys = [f"order-{number}" for number in range(12)]
    answers = at_once(shop_url, [keys, keys, keys])
    assert [row[:3] for row in answers[0]] == [row[:3] for row in answers[1]]
    assert [row[:3] for row in answers[0]] == [row[:3] for row in answers[2]]
    assert sum(row[3] == "0" for rows in answers for row in rows) == len(keys)
    with shop.read() as work:
        assert work.session().scalars(select(models.SaleCounter.last)).all() == [len(keys)]


CHANGE = """
import sys
from billing.services.catalogue_import import change_item
from billing.store.engine import open_store

with open_store(sys.argv[1]) as store:
    change_item(store, "plu", 23, {"price": "1.75"}, "another process")
"""


def test_what_another_process_changes_is_seen_with_the_next_bill(shop: Store, shop_url: str) -> None:
    """What a register looked up is kept until somebody anywhere changes the nomenclature."""
    register = open_register(shop)
    assert [register.ring(["#23", "@5"]).bill.total for _ in range(2)] == [160, 160]
    done = subprocess.run(
        [sys.executable, "-c", CHANGE, shop_url], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert register.ring(["#23", "@5"]).bill.total == 175

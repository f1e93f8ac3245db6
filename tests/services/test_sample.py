"""The sample shop."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from billing.models import Department, Device, Nomenclature, Operator, PaymentType, Plu, Profile, TaxGroup
from billing.services.sample import NotEmpty, sample_shop
from billing.store.engine import Store


def test_the_sample_has_what_the_examples_name(shop: Store) -> None:
    with shop.read() as work:
        session = work.session()
        numbers = {
            table: set(session.scalars(select(table.number)))
            for table in (TaxGroup, Department, Plu, PaymentType, Operator, Profile)
        }
    assert numbers[TaxGroup] == {1, 2, 3, 4}
    assert 4 in numbers[Department]
    assert {23, *range(1, 31)} <= numbers[Plu]
    assert {1, 2} <= numbers[PaymentType]
    assert numbers[Operator] == {1, 2, 3}
    assert 36 in numbers[Profile]


def test_the_printers_line_lies_next_to_the_store(shop: Store, tmp_path: Path) -> None:
    with shop.read() as work:
        device = work.session().scalars(select(Device)).one()
    assert (device.address, device.number) == (f"datecs-p:{tmp_path}/printer", "DT000600")


def test_the_sample_again_changes_nothing(shop: Store, tmp_path: Path) -> None:
    sample_shop(shop, tmp_path / "elsewhere")
    with shop.read() as work:
        assert work.session().scalar(select(func.count()).select_from(Device)) == 1


def test_the_sample_does_not_go_over_another_nomenclature(store: Store, tmp_path: Path) -> None:
    with store.write() as work, work.session() as session:
        session.add(Nomenclature(currency="JPY"))
        session.flush()
    with pytest.raises(NotEmpty):
        sample_shop(store, tmp_path)

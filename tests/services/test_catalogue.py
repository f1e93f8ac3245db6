"""The catalogue: what is kept, and when it is looked up again."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from billing.clock import SetClock
from billing.models import Nomenclature, PaymentType, Plu, TaxGroup, TaxRate
from billing.services.catalogue import Catalogue, rates_now
from billing.store.engine import Store
from billing.store.nomenclature import NomenclatureMissing, count_version_up


def test_an_item_is_looked_up_once(shop: Store) -> None:
    catalogue = Catalogue()
    with shop.read() as work:
        catalogue.refresh(work)
        catalogue.plu(23)
        seen: list[str] = []
        event.listen(work.connection, "before_execute", lambda *_: seen.append("statement"))
        catalogue.plu(23)
        catalogue.unit(23)
    assert seen == []


def test_what_is_kept_is_dropped_when_the_version_counts_up(shop: Store) -> None:
    catalogue = Catalogue()
    with shop.read() as work:
        assert catalogue.refresh(work)
        assert catalogue.plu(777) is None
        assert not catalogue.refresh(work)
    with shop.write() as work, work.session() as session:
        session.add(Plu(number=777, name="Нов", price=Decimal(1)))
        session.flush()
        count_version_up(work)
    with shop.read() as work:
        assert catalogue.refresh(work)
        assert catalogue.plu(777) is not None


def test_a_rate_changes_at_midnight_in_the_shops_zone(shop: Store, clock: SetClock) -> None:
    with shop.write() as work, work.session() as session:
        group = session.scalars(select(TaxGroup).where(TaxGroup.number == 4)).one()
        session.add(TaxRate(tax_group_id=group.id, percent=Decimal(5), valid_from=date(2026, 11, 25)))
        session.flush()
    catalogue = Catalogue("Europe/Sofia")
    found = []
    for seconds in (0, 12 * 3600 - 1, 1):  # 12:00, 23:59:59 and 00:00 in Sofia
        clock.move(seconds)
        with shop.read() as work:
            catalogue.refresh(work)
            group_4 = catalogue.tax_group(4)
            assert group_4 is not None
            found.append(str(group_4.rate))
    assert found == ["9", "9", "5"]


def test_a_plu_knows_its_price_department_and_unit(shop: Store) -> None:
    catalogue = Catalogue()
    with shop.read() as work:
        catalogue.refresh(work)
        plu = catalogue.plu(23)
        open_price = catalogue.plu(34)
        unit = catalogue.unit(23)
    assert plu is not None
    assert open_price is not None
    assert (plu.name, plu.price, plu.department, plu.tax_group, unit) == (
        "Ябълки",
        Decimal("1.6"),
        5,
        None,
        "кг",
    )
    assert open_price.price is None


def test_a_deleted_item_is_given_as_such(shop: Store) -> None:
    with shop.write() as work, work.session() as session:
        session.scalars(select(Plu).where(Plu.number == 1)).one().deleted_at = work.now
        session.flush()
    catalogue = Catalogue()
    with shop.read() as work:
        catalogue.refresh(work)
        plu = catalogue.plu(1)
    assert plu is not None
    assert plu.deleted


def test_the_only_payment_type_left_is_named(shop: Store) -> None:
    catalogue = Catalogue()
    with shop.write() as work, work.session() as session:
        catalogue.refresh(work)
        assert catalogue.only_payment_type() is None
        for kind in session.scalars(select(PaymentType).where(PaymentType.number != 2)):
            kind.deleted_at = work.now
        session.flush()
        count_version_up(work)
        catalogue.refresh(work)
        assert catalogue.only_payment_type() == 2


def test_an_unknown_number_gives_none(shop: Store) -> None:
    catalogue = Catalogue()
    with shop.read() as work:
        catalogue.refresh(work)
        found = [
            catalogue.plu(9999),
            catalogue.department(9999),
            catalogue.tax_group(8),
            catalogue.payment_type(9999),
            catalogue.operator(9999),
            catalogue.profile(9999),
        ]
    assert found == [None] * 6


def test_a_store_without_a_nomenclature_says_what_to_do(store: Store) -> None:
    with store.read() as work, pytest.raises(NomenclatureMissing, match="billing init --sample shop"):
        Catalogue().refresh(work)
    assert rates_now(store) is None


def test_todays_rates_are_told_by_group(shop: Store) -> None:
    assert rates_now(shop) == {1: Decimal(0), 2: Decimal(20), 3: Decimal(20), 4: Decimal(9)}


def test_the_version_is_the_masters_own(shop: Store) -> None:
    with Store(shop.engine, 7, shop.clock).write() as work:
        count_version_up(work)
    with shop.read() as work:
        assert work.session().scalars(select(Nomenclature.version)).one() == 1

"""What a host writes through a session leaves versions, as an import does, whoever's classes it writes."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from billing.models import Plu, TaxGroup, TaxRate
from billing.pricing.refusals import Banned
from billing.services.catalogue_export import history
from billing.services.register import open_register
from billing.store.engine import Store
from billing.store.nomenclature import read_defaults
from billing.store.versions import ManyAtOnce


class MenuPlu(Plu):
    """A host's own PLU."""

    __mapper_args__ = {"polymorphic_identity": "menu"}  # noqa: RUF012 SQLAlchemy's


def plu(session: Any, number: int) -> Plu:  # noqa: ANN401 any session
    found: Plu = session.scalars(select(Plu).where(Plu.number == number)).one()
    return found


def test_a_change_leaves_who_before_and_after_and_tills_see_it(shop: Store) -> None:
    register = open_register(shop)
    assert register.ring(["#23", "@5"]).bill.total == 160
    with shop.write() as work, work.session("мария") as session:
        plu(session, 23).price = Decimal("1.75")
        session.flush()
    (version,) = history(shop, "plu", 23)
    assert (version["made_by"], version["version"]) == ("мария", 2)
    assert (version["before"]["price"], version["after"]["price"]) == ("1.6", "1.75")
    assert version["before"]["department"] == version["after"]["department"]
    assert register.ring(["#23", "@5"]).bill.total == 175


def test_a_hosts_own_class_leaves_versions_from_its_first_row_on(shop: Store) -> None:
    with shop.write() as work, work.session() as session:
        session.add(MenuPlu(number=900, name="Супа", price=Decimal(5)))
        session.flush()
    with shop.write() as work, work.session() as session:
        plu(session, 900).name = "Супа на деня"
        session.flush()
    first, second = history(shop, "plu", 900)
    assert (first["before"], first["after"]["name"], first["made_by"]) == (None, "Супа", "program")
    assert (second["before"]["name"], second["after"]["name"]) == ("Супа", "Супа на деня")
    assert open_register(shop).ring(["#900", "@5"]).bill.total == 500


def test_a_row_that_is_deleted_stays_out_of_use_with_a_version(shop: Store) -> None:
    with shop.write() as work, work.session() as session:
        session.delete(plu(session, 23))
        session.flush()
    with shop.read() as work:
        assert plu(work.session(), 23).deleted_at == work.now
    (version,) = history(shop, "plu", 23)
    assert (version["before"]["deleted"], version["after"]["deleted"]) == (False, True)
    with pytest.raises(Banned):
        open_register(shop).ring(["#23", "@5"])


def test_a_rate_is_a_version_of_its_group(shop: Store) -> None:
    with shop.write() as work, work.session() as session:
        group = session.scalars(select(TaxGroup).where(TaxGroup.number == 2)).one()
        session.add(TaxRate(tax_group_id=group.id, percent=Decimal(21), valid_from=date(2030, 1, 1)))
        session.flush()
    (version,) = history(shop, "tax_group", 2)
    assert "2030-01-01" not in version["before"]["rates"]
    assert version["after"]["rates"]["2030-01-01"] == "21"


def test_what_stays_as_it_was_leaves_no_version(shop: Store) -> None:
    with shop.write() as work, work.session() as session:
        found = plu(session, 23)
        found.name = found.name + ""
        session.flush()
        assert read_defaults(work).version == 1
    assert history(shop, "plu", 23) == []


def test_a_change_that_is_not_committed_leaves_no_version(shop: Store) -> None:
    def change() -> None:
        with shop.write() as work, work.session() as session:
            plu(session, 23).price = Decimal(9)
            session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        change()
    assert history(shop, "plu", 23) == []


@pytest.mark.parametrize(
    "statement",
    [
        update(Plu).values(price=Decimal(1)),
        delete(Plu).where(Plu.number == 23),
        insert(Plu).values(number=901, name="x"),
    ],
    ids=["update", "delete", "insert"],
)
def test_many_rows_at_once_would_leave_no_version_and_are_refused(
    shop: Store,
    statement: Any,  # noqa: ANN401 any statement
) -> None:
    with shop.read() as work, work.session() as session, pytest.raises(ManyAtOnce):
        session.execute(statement)

"""A session sees and writes one master's rows only."""

import pytest
from sqlalchemy import select

from billing.models import Operator
from billing.store.engine import Store
from billing.store.session import ForeignMaster


def _store_of(store: Store, master_id: int) -> Store:
    return Store(store.engine, master_id, store.clock)


def test_a_session_sees_only_its_own_rows(store: Store) -> None:
    for master_id, name in ((0, "Ann"), (7, "Bob")):
        with _store_of(store, master_id).write() as work, work.session() as session:
            session.add(Operator(number=1, name=name, code="0001"))
            session.flush()
    with _store_of(store, 7).read() as work:
        assert [operator.name for operator in work.session().scalars(select(Operator))] == ["Bob"]


def test_another_masters_row_is_not_found_by_its_key(store: Store) -> None:
    with store.write() as work, work.session() as session:
        operator = Operator(number=1, name="Ann", code="0001")
        session.add(operator)
        session.flush()
        key = operator.id
    with _store_of(store, 7).read() as work:
        assert work.session().get(Operator, key) is None


def test_a_session_refuses_to_write_for_another_master(store: Store) -> None:
    with store.read() as work, work.session() as session:
        session.add(Operator(number=1, name="Ann", code="0001", master_id=7))
        with pytest.raises(ForeignMaster):
            session.flush()

"""Lists for reading: bills, journal, reports, the nomenclature and its origins, page by page."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

from billing import models
from billing.money import Currency
from billing.parser.canonical import write_number
from billing.pricing.lookup import usable
from billing.pricing.refusals import UnknownOperator
from billing.store.bills import read_head
from billing.store.engine import Store
from billing.store.nomenclature import read_defaults, read_operator, read_tax_groups
from billing.store.origins import OriginFacts, origin_of, read_origins

PAGE: Final = 100
"""How many rows a page has at most."""

Row = dict[str, Any]


def list_bills(  # noqa: PLR0913 each narrows the list
    store: Store,
    *,
    state: str | None = None,
    origins: Sequence[str] | None = None,
    key: str | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Row]:
    """Return bills as rows, the newest first.

    Args:
        store: where they are.
        state: only those in this state.
        origins: only those of these origins.
        key: only the one with this key.
        before: only those with smaller numbers.
        limit: how many at most.
    """
    bill, origin = models.Bill, models.Origin
    statement = (
        select(bill, origin.name)
        .join(origin, (origin.master_id == bill.master_id) & (origin.id == bill.origin_id))
        .order_by(bill.id.desc())
        .limit(limit)
    )
    if state is not None:
        statement = statement.where(bill.state == state)
    if origins is not None:
        statement = statement.where(origin.name.in_(origins))
    if key is not None:
        statement = statement.where(bill.key == key)
    if before is not None:
        statement = statement.where(bill.id < before)
    with store.read() as work:
        return [_bill_row(row, name) for row, name in work.session().execute(statement)]


def _bill_row(row: models.Bill, origin: str) -> Row:
    money = Currency(row.currency, row.exponent).from_minor
    return {
        "bill": row.id,
        "state": row.state,
        "origin": origin,
        "key": row.key or "",
        "unique_sale_number": row.unique_sale_number,
        "currency": row.currency,
        "total": format(money(row.total), "f"),
        "paid": format(money(row.paid), "f"),
        "opened_at": row.opened_at.isoformat(),
        "final_at": row.final_at.isoformat() if row.final_at else None,
    }


def list_journal(
    store: Store, *, after: int = 0, subject: tuple[str, str] | None = None, limit: int = PAGE
) -> list[Row]:
    """Return entries of the journal numbered above ``after``, the oldest first."""
    entry = models.JournalEntry
    statement = select(entry).where(entry.id > after).order_by(entry.id).limit(limit)
    if subject is not None:
        statement = statement.where(entry.subject_type == subject[0], entry.subject == subject[1])
    with store.read() as work:
        return [
            {
                "entry": row.id,
                "at": row.at.isoformat(),
                "kind": row.kind,
                "subject": [row.subject_type, row.subject],
                "operator": row.operator,
                "facts": row.facts,
            }
            for row in work.session().scalars(statement)
        ]


def list_reports(store: Store, *, before: int | None = None, limit: int = PAGE) -> list[Row]:
    """Return Z reports of devices (and of origins without one), the newest first."""
    report = models.Report
    statement = (
        select(report, models.Device.name, models.Origin.name)
        .outerjoin(models.Device, models.Device.id == report.device_id)
        .outerjoin(models.Origin, models.Origin.id == report.origin_id)
        .where(report.parent_id.is_(None))
        .order_by(report.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(report.id < before)
    with store.read() as work:
        return [
            {
                "report": row.id,
                "kind": row.kind,
                "ordinal": row.ordinal,
                "device": device,
                "origin": origin,
                "state": row.state,
                "z_number": row.z_number,
                "closed_at": row.closed_at.isoformat(),
                "figures": row.figures,
                "device_figures": row.device_figures,
                "differences": row.differences or [],
            }
            for row, device, origin in work.session().execute(statement)
        ]


def list_origins(store: Store) -> list[OriginFacts]:
    """Return all origins, the oldest first."""
    with store.read() as work:
        return read_origins(work)


def list_plus(store: Store, *, after: int = 0, limit: int = PAGE) -> list[Row]:
    """Return PLUs that are not deleted, with numbers above ``after``, in order."""
    plu = models.Plu
    statement = (
        select(plu, models.TaxGroup.number, models.Department.number)
        .outerjoin(models.TaxGroup, models.TaxGroup.id == plu.tax_group_id)
        .outerjoin(models.Department, models.Department.id == plu.department_id)
        .where(plu.deleted_at.is_(None), plu.number > after)
        .order_by(plu.number)
        .limit(limit)
    )
    with store.read() as work:
        return [
            {
                "number": row.number,
                "name": row.name,
                "price": None if row.price is None else write_number(row.price),
                "tax_group": group,
                "department": department,
                "unit": row.unit,
                "barcode": row.barcode,
                "banned": row.banned,
            }
            for row, group, department in work.session().execute(statement)
        ]


def nomenclature(store: Store) -> Row:
    """Return the nomenclature as it is now, all but the PLUs.

    Raises:
        NomenclatureMissing: the store has none.
    """
    with store.read() as work:
        session, defaults = work.session(), read_defaults(work)
        groups = read_tax_groups(work, work.now.date())

        def items(model: Any, *names: str) -> list[Row]:  # noqa: ANN401 any table of items
            rows = session.scalars(select(model).where(model.deleted_at.is_(None)).order_by(model.number))
            return [{name: getattr(row, name) for name in ("number", "name", *names)} for row in rows]

        departments = session.execute(
            select(models.Department, models.TaxGroup.number)
            .outerjoin(models.TaxGroup, models.TaxGroup.id == models.Department.tax_group_id)
            .where(models.Department.deleted_at.is_(None))
            .order_by(models.Department.number)
        )
        return {
            **{name: getattr(defaults, name) for name in defaults.__dataclass_fields__},
            "tax_groups": [
                {"number": group.number, "name": group.name, "rate": write_number(group.rate)}
                for group in groups.values()
                if not group.deleted
            ],
            "departments": [
                {"number": row.number, "name": row.name, "tax_group": group} for row, group in departments
            ],
            "payment_types": items(models.PaymentType, "cash", "fiscal", "model", "category"),
            "operators": items(models.Operator, "code", "role"),
            "profiles": items(models.Profile, *models.Profile.FIELDS),
        }


def origin_of_bill(store: Store, bill: int) -> str:
    """Return the name of a bill's origin.

    Raises:
        Missing: there is no such bill.
    """
    with store.read() as work:
        return origin_of(work, read_head(work, bill).origin_id).name


def judge_operator(store: Store, number: int) -> None:
    """Let an operator work.

    Raises:
        UnknownOperator, Banned: there is none of this number, or it was deleted.
    """
    with store.read() as work:
        found = read_operator(work, number)
        usable(found and found[0], number, UnknownOperator)

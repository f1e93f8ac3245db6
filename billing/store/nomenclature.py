"""Look-ups of the nomenclature as the pricing rules want them: plain frozen values, by number.

Core statements, always with the master; what is read here is cached by ``services.catalogue``.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from sqlalchemy import RowMapping, Select, bindparam, select, update
from sqlalchemy.orm import aliased

from billing import models
from billing.pricing import nomenclature as plain
from billing.store.compiled import Statement
from billing.store.mistakes import Missing
from billing.store.work import Work

AnyModel = TypeVar(
    "AnyModel",
    models.TaxGroup,
    models.Department,
    models.Plu,
    models.PaymentType,
    models.Operator,
    models.Profile,
)
AnyItem = TypeVar("AnyItem", bound=plain.Item)


@dataclass(frozen=True, slots=True)
class Defaults:
    """The nomenclature's own row: its version, currency and defaults."""

    version: int
    currency: str
    default_tax_group: int | None
    default_payment_type: int | None
    default_operator: int | None
    default_origin: str | None


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """What a payment copies beyond what the rules read."""

    name: str
    type: str
    category: str


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """Who an invoice is made out to, as the profile's row says it; the names of ``documents.Client``."""

    name: str
    identity: str
    kind: str
    vat_number: str
    address: str
    receiver: str


def _numbered(*columns: Any, source: Any = None) -> Select[Any]:  # noqa: ANN401 columns of any table
    """Return a select of ``columns`` of one item by the parameters ``master`` and ``number``."""
    table = source or columns[0].class_
    return select(*columns, table.type, table.banned, table.deleted_at).where(
        table.master_id == bindparam("master"), table.number == bindparam("number")
    )


_plu_group = aliased(models.TaxGroup)
_plu_department = aliased(models.Department)

_PLU: Final = (
    _numbered(
        models.Plu.number,
        models.Plu.name,
        models.Plu.price,
        models.Plu.unit,
        _plu_group.number.label("tax_group"),
        _plu_department.number.label("department"),
    )
    .outerjoin(
        _plu_group,
        (_plu_group.master_id == models.Plu.master_id) & (_plu_group.id == models.Plu.tax_group_id),
    )
    .outerjoin(
        _plu_department,
        (_plu_department.master_id == models.Plu.master_id)
        & (_plu_department.id == models.Plu.department_id),
    )
)
_DEPARTMENT: Final = _numbered(
    models.Department.number, models.Department.name, models.TaxGroup.number.label("tax_group")
).outerjoin(
    models.TaxGroup,
    (models.TaxGroup.master_id == models.Department.master_id)
    & (models.TaxGroup.id == models.Department.tax_group_id),
)
_OPERATOR: Final = _numbered(models.Operator.number, models.Operator.name, models.Operator.code)
_PROFILE: Final = _numbered(*(getattr(models.Profile, name) for name in ClientFacts.__dataclass_fields__))

_TAX_GROUPS: Final = (
    select(
        models.TaxGroup.number,
        models.TaxGroup.name,
        models.TaxGroup.type,
        models.TaxGroup.banned,
        models.TaxGroup.deleted_at,
        models.TaxRate.percent,
    )
    .join(
        models.TaxRate,
        (models.TaxRate.master_id == models.TaxGroup.master_id)
        & (models.TaxRate.tax_group_id == models.TaxGroup.id),
    )
    .where(models.TaxGroup.master_id == bindparam("master"), models.TaxRate.valid_from <= bindparam("day"))
    .order_by(models.TaxGroup.number, models.TaxRate.valid_from)
)
_PAYMENT_TYPES: Final = select(
    models.PaymentType.number,
    models.PaymentType.name,
    models.PaymentType.cash,
    models.PaymentType.fiscal,
    models.PaymentType.model,
    models.PaymentType.category,
    models.PaymentType.type,
    models.PaymentType.banned,
    models.PaymentType.deleted_at,
).where(models.PaymentType.master_id == bindparam("master"))
_DEFAULTS: Final = Statement(
    select(
        models.Nomenclature.version,
        models.Nomenclature.currency,
        models.Nomenclature.default_tax_group,
        models.Nomenclature.default_payment_type,
        models.Nomenclature.default_operator,
        models.Nomenclature.default_origin,
    ).where(models.Nomenclature.master_id == bindparam("master"))
)


class NomenclatureMissing(Missing):
    """The store has no nomenclature yet."""

    code = "nomenclature_missing"

    def __init__(self) -> None:
        super().__init__("nomenclature", "in this store; run 'billing init --sample shop' or import one")


def _one(work: Work, statement: Select[Any], number: int) -> RowMapping | None:
    return (
        work.connection.execute(statement, {"master": work.master_id, "number": number})
        .mappings()
        .one_or_none()
    )


def read_defaults(work: Work) -> Defaults:
    """Return the nomenclature's version, currency and defaults.

    Raises:
        NomenclatureMissing: if the master has none.
    """
    row = _DEFAULTS.first(work, {"master": work.master_id})
    if row is None:
        raise NomenclatureMissing
    return Defaults(*row)


def read_tax_groups(work: Work, day: date) -> dict[int, plain.TaxGroup]:
    """Return all tax groups by number, each with the rate that holds on ``day``."""
    rows = work.connection.execute(_TAX_GROUPS, {"master": work.master_id, "day": day})
    return {
        row.number: _answered(
            work,
            models.TaxGroup,
            row.type,
            plain.TaxGroup(
                row.number,
                row.name,
                rate=row.percent,
                banned=row.banned,
                deleted=row.deleted_at is not None,
            ),
        )
        for row in rows
    }


def read_payment_types(work: Work) -> tuple[dict[int, plain.PaymentType], dict[int, PaymentFacts]]:
    """Return all payment types by number: what the rules read, and what a payment copies besides."""
    rows = work.connection.execute(_PAYMENT_TYPES, {"master": work.master_id}).all()
    types = {
        row.number: _answered(
            work,
            models.PaymentType,
            row.type,
            plain.PaymentType(
                row.number,
                row.name,
                cash=row.cash,
                fiscal=row.fiscal,
                model=row.model,
                banned=row.banned,
                deleted=row.deleted_at is not None,
            ),
        )
        for row in rows
    }
    return types, {row.number: PaymentFacts(row.name, row.type, row.category) for row in rows}


def _answered(work: Work, model: type[AnyModel], kind: str, found: AnyItem) -> AnyItem:
    """Return what a look-up answers: a subclass of the host application may answer for itself."""
    if kind == "plain" or kind not in model.__mapper__.polymorphic_map:
        return found
    row = work.session().scalars(select(model).where(model.number == found.number)).one()
    return row.looked_up(found)


def _state(row: RowMapping) -> dict[str, bool]:
    return {"banned": row["banned"], "deleted": row["deleted_at"] is not None}


def read_plu(work: Work, number: int) -> tuple[plain.Plu, str] | None:
    """Return PLU ``number`` and its unit, or None."""
    row = _one(work, _PLU, number)
    if row is None:
        return None
    found = plain.Plu(
        number,
        row["name"],
        price=row["price"],
        tax_group=row["tax_group"],
        department=row["department"],
        **_state(row),
    )
    return _answered(work, models.Plu, row["type"], found), row["unit"]


def read_department(work: Work, number: int) -> plain.Department | None:
    """Return department ``number``, or None."""
    row = _one(work, _DEPARTMENT, number)
    if row is None:
        return None
    found = plain.Department(number, row["name"], tax_group=row["tax_group"], **_state(row))
    return _answered(work, models.Department, row["type"], found)


def read_operator(work: Work, number: int) -> tuple[plain.Operator, str] | None:
    """Return operator ``number`` and the code of the unique sale number, or None."""
    row = _one(work, _OPERATOR, number)
    if row is None:
        return None
    found = plain.Operator(number, row["name"], **_state(row))
    return _answered(work, models.Operator, row["type"], found), row["code"]


def read_profile(work: Work, number: int) -> tuple[plain.Profile, ClientFacts] | None:
    """Return profile ``number`` and who an invoice for it is made out to, or None."""
    row = _one(work, _PROFILE, number)
    if row is None:
        return None
    facts = ClientFacts(*(row[name] for name in ClientFacts.__dataclass_fields__))
    found = plain.Profile(number, facts.name, **_state(row))
    return _answered(work, models.Profile, row["type"], found), facts


def count_version_up(work: Work) -> None:
    """Tell every register that the nomenclature changed; part of each change's transaction."""
    work.connection.execute(
        update(models.Nomenclature)
        .where(models.Nomenclature.master_id == work.master_id)
        .values(version=models.Nomenclature.version + 1)
    )

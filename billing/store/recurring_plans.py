"""Plans, their versions and customers as rows: Core statements that name the master."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, func, insert, select, update

from billing import models
from billing.pricing.recurring.terms import Frequency, Kind
from billing.store.mistakes import Missing
from billing.store.work import Work, new_key


@dataclass(frozen=True, slots=True)
class Version:
    """A plan version as it is billed; ``content`` holds ``(text, pinned price or None)`` of each line."""

    id: int
    plan: str
    number: int
    kind: Kind
    calculator: str
    frequency: Frequency
    interval: int
    trial_days: int
    amount: int
    text: str
    tax_group: int | None
    content: tuple[tuple[str, str | None], ...]
    created_at: datetime
    closed_at: datetime | None

    @property
    def by_content(self) -> bool:
        """Whether its own lines are billed, or what a calculator says; else one charge of its amount."""
        return bool(self.content or self.calculator)


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """A customer with their standing credit in minor units."""

    id: int
    name: str
    external_id: str | None
    credit: int
    closed_at: datetime | None


_VERSIONS: Final = (
    select(models.PlanVersion.__table__, models.Plan.name.label("plan"), models.Plan.closed_at)
    .join(
        models.Plan,
        (models.Plan.master_id == models.PlanVersion.master_id)
        & (models.Plan.id == models.PlanVersion.plan_id),
    )
    .where(models.PlanVersion.master_id == bindparam("master"))
    .order_by(models.Plan.name, models.PlanVersion.number)
)


def _version(row: RowMapping) -> Version:
    return Version(
        id=row["id"],
        plan=row["plan"],
        number=row["number"],
        kind=Kind(row["kind"]),
        calculator=row["calculator"],
        frequency=Frequency(row["frequency"]),
        interval=row["interval"],
        trial_days=row["trial_days"],
        amount=row["amount"],
        text=row["text"],
        tax_group=row["tax_group"],
        content=tuple((line["text"], line["price"]) for line in row["content"] or ()),
        created_at=row["created_at"],
        closed_at=row["closed_at"],
    )


def read_version(work: Work, version_id: int) -> Version:
    """Return the plan version with this key.

    Raises:
        Missing: there is none.
    """
    statement = _VERSIONS.where(models.PlanVersion.id == version_id)
    row = work.connection.execute(statement, {"master": work.master_id}).mappings().one_or_none()
    if row is None:
        raise Missing("plan version", version_id)
    return _version(row)


def read_versions(work: Work, plan: str | None = None) -> list[Version]:
    """Return all versions by plan and number, or those of ``plan``; the last of each is the newest."""
    statement = _VERSIONS if plan is None else _VERSIONS.where(models.Plan.name == plan)
    return [
        _version(row) for row in work.connection.execute(statement, {"master": work.master_id}).mappings()
    ]


def find_plan(work: Work, name: str) -> int | None:
    """Return the key of the plan called ``name``, or None."""
    return work.connection.execute(
        select(models.Plan.id).where(models.Plan.master_id == work.master_id, models.Plan.name == name)
    ).scalar_one_or_none()


def insert_plan(work: Work, name: str) -> int:
    """Write a plan without a version and return its key."""
    row = {"master_id": work.master_id, "name": name, "created_at": work.now}
    return new_key(work.connection.execute(insert(models.Plan).values(**row)))


def close_plan(work: Work, plan_id: int) -> None:
    """Close a plan to new subscriptions, from this moment on."""
    work.connection.execute(
        update(models.Plan)
        .where(
            models.Plan.master_id == work.master_id,
            models.Plan.id == plan_id,
            models.Plan.closed_at.is_(None),
        )
        .values(closed_at=work.now)
    )


def insert_version(work: Work, plan_id: int, columns: Mapping[str, Any]) -> int:
    """Write the next version of a plan and return its key."""
    newest = work.connection.execute(
        select(func.max(models.PlanVersion.number)).where(
            models.PlanVersion.master_id == work.master_id, models.PlanVersion.plan_id == plan_id
        )
    ).scalar()
    row = {
        "master_id": work.master_id,
        "plan_id": plan_id,
        "number": (newest or 0) + 1,
        "created_at": work.now,
    }
    return new_key(work.connection.execute(insert(models.PlanVersion).values(**row, **columns)))


LONGEST_KEY: Final = 18
"""Digits of the longest number that a key can be."""

_CUSTOMERS: Final = (
    select(
        models.Customer.id,
        models.Customer.name,
        models.Customer.external_id,
        models.Customer.credit,
        models.Customer.closed_at,
    )
    .where(models.Customer.master_id == bindparam("master"))
    .order_by(models.Customer.id)
)


def read_customers(work: Work, after: int = 0, at_most: int = 1000) -> list[CustomerFacts]:
    """Return customers with keys above ``after``, the oldest first."""
    page = _CUSTOMERS.where(models.Customer.id > after).limit(at_most)
    rows = work.connection.execute(page, {"master": work.master_id})
    return [CustomerFacts(*row) for row in rows]


def customers_called(work: Work, name: str) -> list[CustomerFacts]:
    """Return the customers with this external id or, where it is a number, this key."""
    column = models.Customer.external_id == name
    if name.isascii() and name.isdecimal() and len(name) <= LONGEST_KEY:
        column |= models.Customer.id == int(name)
    rows = work.connection.execute(_CUSTOMERS.where(column), {"master": work.master_id})
    return [CustomerFacts(*row) for row in rows]


def find_customer(work: Work, name: str) -> CustomerFacts:
    """Return the customer with this external id, else with this key.

    Raises:
        Missing: there is none.
    """
    found = customers_called(work, name)
    if not found:
        raise Missing("customer", name)
    return next((each for each in found if each.external_id == name), found[0])


def insert_customer(work: Work, name: str, external_id: str | None, profile: int | None) -> int:
    """Write a customer and return their key."""
    row = {
        "master_id": work.master_id,
        "name": name,
        "external_id": external_id,
        "profile": profile,
        "created_at": work.now,
    }
    return new_key(work.connection.execute(insert(models.Customer).values(**row)))


def move_credit(work: Work, customer_id: int, amount: int) -> bool:
    """Add ``amount`` (may be below zero) to a customer's credit; return whether it stays at zero or above."""
    return bool(
        work.connection.execute(
            update(models.Customer)
            .where(
                models.Customer.master_id == work.master_id,
                models.Customer.id == customer_id,
                models.Customer.credit + amount >= 0,
            )
            .values(credit=models.Customer.credit + amount)
        ).rowcount
    )

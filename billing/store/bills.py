"""A bill's rows: how its entries are written and read back, as Core statements that name the master.

What is written is what ``pricing`` decided; nothing is computed here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, select, update

from billing import models
from billing.models.nomenclature import LETTERS
from billing.parser.lines import ModifierValue
from billing.pricing import Bill, BillModifier, Charge, Comment, Entry, GroupTax, Payment
from billing.store.compiled import Insert
from billing.store.mistakes import Missing
from billing.store.nomenclature import PaymentFacts
from billing.store.work import Work


@dataclass(frozen=True, slots=True)
class Head:
    """A bill's own row, without its sums."""

    id: int
    origin_id: int
    state: str
    currency: str
    operator: int | None
    profile: int | None
    last_position: int
    unique_sale_number: str
    key: str | None
    key_digest: str | None
    parked: bool
    opened_at: datetime
    final_at: datetime | None
    voided_at: datetime | None
    void_reason: str
    reversal_reason: str


_HEAD: Final = select(*(getattr(models.Bill, name) for name in Head.__dataclass_fields__)).where(
    models.Bill.master_id == bindparam("master")
)
_BY_KEY: Final = _HEAD.where(models.Bill.key == bindparam("key"))
_BY_ID: Final = _HEAD.where(models.Bill.id == bindparam("bill"))
_CHARGES: Final = (
    select(
        models.Charge,
        models.Modifier.kind.label("modifier_kind"),
        models.Modifier.value,
        models.Modifier.amount,
    )
    .outerjoin(
        models.Modifier,
        and_(
            models.Modifier.master_id == models.Charge.master_id,
            models.Modifier.bill_id == models.Charge.bill_id,
            models.Modifier.charge_position == models.Charge.position,
        ),
    )
    .where(
        models.Charge.master_id == bindparam("master"),
        models.Charge.bill_id == bindparam("bill"),
        models.Charge.removed_at.is_(None),
    )
)
_MODIFIER: Final = select(models.Modifier.__table__).where(
    models.Modifier.master_id == bindparam("master"),
    models.Modifier.bill_id == bindparam("bill"),
    models.Modifier.charge_position.is_(None),
    models.Modifier.removed_at.is_(None),
)
_PAYMENTS: Final = select(models.Payment.__table__).where(
    models.Payment.master_id == bindparam("master"),
    models.Payment.bill_id == bindparam("bill"),
    models.Payment.withdrawn_at.is_(None),
)


# Reading


def sold_under(work: Work, sale_number: str) -> list[int]:
    """Return the bills, reversals not among them, that have a unique sale number."""
    bill = models.Bill
    return list(
        work.connection.scalars(
            select(bill.id).where(
                bill.master_id == work.master_id,
                bill.unique_sale_number == sale_number,
                bill.reversal_reason == "",
            )
        )
    )


def find_by_key(work: Work, key: str) -> Head | None:
    """Return the bill that was rung under the caller's ``key``, or None."""
    row = work.connection.execute(_BY_KEY, {"master": work.master_id, "key": key}).one_or_none()
    return None if row is None else Head(*row)


def read_head(work: Work, bill_id: int, *, lock: bool = False) -> Head:
    """Return a bill's row; ``lock`` keeps other writers away until the commit.

    Raises:
        Missing: there is no such bill.
    """
    statement = _BY_ID.with_for_update() if lock else _BY_ID
    row = work.connection.execute(statement, {"master": work.master_id, "bill": bill_id}).one_or_none()
    if row is None:
        raise Missing("bill", bill_id)
    return Head(*row)


def read_entries(work: Work, bill_id: int) -> list[Entry]:
    """Return what stands on the bill in order of position, without what was removed or withdrawn."""
    key = {"master": work.master_id, "bill": bill_id}
    execute = work.connection.execute
    entries: list[Entry] = [_charge_of(row) for row in execute(_CHARGES, key).mappings()]
    entries += [_bill_modifier_of(row) for row in execute(_MODIFIER, key).mappings()]
    entries += [_payment_of(row) for row in execute(_PAYMENTS, key).mappings()]
    return sorted(entries, key=lambda entry: entry.position)


def _charge_of(row: RowMapping) -> Charge | Comment:
    if row["kind"] == "comment":
        return Comment(row["position"], row["name"], row["operator"])
    modifier = None
    if row["modifier_kind"] is not None:
        modifier = ModifierValue(row["modifier_kind"], row["value"])
    return Charge(
        position=row["position"],
        name=row["name"],
        qty=row["qty"],
        price=row["price"],
        gross=row["gross"],
        tax_group=row["tax_group"],
        rate=row["rate"],
        modifier=modifier,
        amount=row["amount"] or 0,
        department=row["department"],
        plu=row["plu"],
        plu_department=row["plu_department"],
        operator=row["operator"],
    )


def _bill_modifier_of(row: RowMapping) -> BillModifier:
    return BillModifier(
        row["position"], ModifierValue(row["kind"], row["value"]), row["text"], row["operator"]
    )


def _payment_of(row: RowMapping) -> Payment:
    return Payment(
        position=row["position"],
        payment_type=row["payment_type"],
        value=row["value"],
        auto=row["auto"],
        cash=row["cash"],
        fiscal=row["fiscal"],
        model=row["model"],
        tendered=row["tendered"],
        change=row["change"],
        profile=row["profile"],
        operator=row["operator"],
    )


# Writing

_BILLS: Final = Insert(models.Bill)
_CHARGE_ROWS: Final = Insert(models.Charge)
_MODIFIER_ROWS: Final = Insert(models.Modifier)
_PAYMENT_ROWS: Final = Insert(models.Payment)
_TAX_ROWS: Final = Insert(models.BillTax)


def sums_of(bill: Bill) -> dict[str, Any]:
    """Return the columns of a bill's row that follow its entries."""
    return {
        "state": bill.state.value,
        "operator": bill.operator,
        "profile": bill.profile,
        "charges": bill.gross,
        "discounts": bill.discounts,
        "surcharges": bill.surcharges,
        "total": bill.total,
        "paid": bill.paid,
        "last_position": bill.last_position,
    }


def insert_bill(work: Work, bill: Bill, columns: dict[str, Any]) -> int:
    """Write a new bill's row and return its id; ``columns`` adds what pricing does not know."""
    row = sums_of(bill) | {
        "master_id": work.master_id,
        "currency": bill.currency.code,
        "exponent": bill.currency.exponent,
        "opened_at": work.now,
    }
    return _BILLS.new(work, row | columns)


def update_bill(work: Work, bill_id: int, columns: Mapping[str, Any]) -> None:
    """Write changed columns of a bill's row."""
    work.connection.execute(
        update(models.Bill)
        .where(models.Bill.master_id == work.master_id, models.Bill.id == bill_id)
        .values(**columns)
    )


def insert_entries(work: Work, bill: tuple[int, Bill], entries: Iterable[Entry], copied: "Copies") -> None:
    """Write new entries of a bill, one statement a table.

    Args:
        work: the transaction.
        bill: the bill's id and the bill itself, which knows what its own modifier came to.
        entries: what is new on it.
        copied: what they take from the nomenclature beyond what the rules read.
    """
    charges, modifiers, payments = [], [], []
    base = {"master_id": work.master_id, "bill_id": bill[0]}
    for entry in entries:
        if isinstance(entry, Charge):
            charges.append(base | charge_row(entry, copied.units.get(entry.plu or 0, ""), work.now))
            if entry.modifier is not None:
                modifiers.append(base | modifier_row(entry, entry.modifier, entry.amount, entry.position, ""))
        elif isinstance(entry, Comment):
            charges.append(base | comment_row(entry, work.now))
        elif isinstance(entry, BillModifier):
            modifiers.append(
                base | modifier_row(entry, entry.modifier, bill[1].modifier_amount, None, entry.text)
            )
        else:
            facts = copied.payments[entry.payment_type]
            payments.append(base | _payment_row(entry, facts, work.now) | dict(copied.told))
    _CHARGE_ROWS.rows(work, charges)
    _MODIFIER_ROWS.rows(work, modifiers)
    _PAYMENT_ROWS.rows(work, payments)


@dataclass(frozen=True, slots=True)
class Copies:
    """What entries copy besides what the rules read: units by PLU, payment types' facts by number.

    ``told`` holds further columns of the one new payment.
    """

    units: Mapping[int, str]
    payments: Mapping[int, PaymentFacts]
    told: Mapping[str, str] = field(default_factory=dict)


_ZERO: Final = Decimal(0)
_MODELS: Final = models.Payment.__mapper__.polymorphic_map
"""The payment models that have a class of their own, by name; a host application adds its own."""


def charge_row(charge: Charge, unit: str, now: datetime) -> dict[str, Any]:
    """Return the columns of a charge's row, without its bill's."""
    group = charge.tax_group
    return {
        "position": charge.position,
        "kind": "charge",
        "name": charge.name,
        "qty": charge.qty,
        "price": charge.price,
        "gross": charge.gross,
        "total": charge.total,
        "tax_group": group,
        "tax_letter": LETTERS[group - 1] if 1 <= group <= len(LETTERS) else "",
        "rate": charge.rate,
        "department": charge.department,
        "plu": charge.plu,
        "plu_department": charge.plu_department,
        "unit": unit,
        "operator": charge.operator,
        "entered_at": now,
    }


def comment_row(comment: Comment, now: datetime) -> dict[str, Any]:
    """Return the columns of a comment's row, without its bill's."""
    return {
        "position": comment.position,
        "kind": "comment",
        "name": comment.name,
        "qty": _ZERO,
        "price": _ZERO,
        "gross": 0,
        "total": 0,
        "tax_group": None,
        "tax_letter": "",
        "rate": None,
        "department": None,
        "plu": None,
        "plu_department": None,
        "unit": "",
        "operator": comment.operator,
        "entered_at": now,
    }


def modifier_row(
    entry: Charge | BillModifier, modifier: ModifierValue, amount: int, charge: int | None, text: str
) -> dict[str, Any]:
    """Return the columns of a modifier's row; ``charge`` is its charge's position, None: the bill's own."""
    return {
        "position": entry.position,
        "charge_position": charge,
        "kind": modifier.kind,
        "value": modifier.value,
        "amount": amount,
        "text": text,
        "operator": entry.operator,
    }


def _payment_row(payment: Payment, facts: PaymentFacts, now: datetime) -> dict[str, Any]:
    return {
        "type": payment.model if payment.model in _MODELS else "plain",
        "position": payment.position,
        "payment_type": payment.payment_type,
        "name": facts.name,
        "category": facts.category,
        "cash": payment.cash,
        "fiscal": payment.fiscal,
        "model": payment.model,
        "auto": payment.auto,
        "value": payment.value,
        "tendered": payment.tendered,
        "change": payment.change,
        "profile": payment.profile,
        "operator": payment.operator,
        "paid_at": now,
    }


def name_chargeable(work: Work, bill_id: int, position: int, columns: Mapping[str, Any]) -> None:
    """Write which object of the host a charge stands for: its ``chargeable_type``, ``_id`` and ``origin``."""
    work.connection.execute(
        update(models.Charge)
        .where(*_of_bill(models.Charge, work, bill_id), models.Charge.position == position)
        .values(**columns)
    )


def write_modifier_amount(work: Work, bill_id: int, amount: int) -> None:
    """Write what the bill's modifier comes to now; a later charge changes it."""
    work.connection.execute(
        update(models.Modifier)
        .where(*_of_bill(models.Modifier, work, bill_id), models.Modifier.charge_position.is_(None))
        .values(amount=amount)
    )


def insert_taxes(work: Work, bill_id: int, taxes: Mapping[int, GroupTax]) -> None:
    """Write the tax of a final bill, a row a group."""
    rows = [
        {
            "master_id": work.master_id,
            "bill_id": bill_id,
            "tax_group": group,
            "rate": tax.rate,
            "gross": tax.gross,
            "net": tax.net,
            "vat": tax.vat,
        }
        for group, tax in taxes.items()
    ]
    _TAX_ROWS.rows(work, rows)


def withdraw_payment(work: Work, bill_id: int, position: int, operator: int | None) -> None:
    """Mark a payment withdrawn at this moment, and by whom; its row stays."""
    work.connection.execute(
        update(models.Payment)
        .where(*_of_bill(models.Payment, work, bill_id), models.Payment.position == position)
        .values(withdrawn_at=work.now, withdrawn_by=operator)
    )


def remove_entry(work: Work, bill_id: int, position: int) -> None:
    """Mark a charge, comment or modifier removed at this moment; its rows stay."""
    for table in (models.Charge, models.Modifier):
        work.connection.execute(
            update(table)
            .where(*_of_bill(table, work, bill_id), table.position == position)
            .values(removed_at=work.now)
        )


def _of_bill(
    table: type[models.Charge | models.Modifier | models.Payment], work: Work, bill_id: int
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.master_id == work.master_id, table.bill_id == bill_id

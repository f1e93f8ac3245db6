"""The sample shop of ``billing init --sample shop``: a small café in euro on an emulated printer.

Its rates and device number are those of a fresh emulated device, so the demo and a first try need no set-up.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.errors import StoreError
from billing.models import (
    Department,
    Device,
    Nomenclature,
    Operator,
    Origin,
    PaymentType,
    Plu,
    Profile,
    TaxGroup,
    TaxRate,
)
from billing.store.engine import Store

RATES: Final[dict[int, str]] = {1: "0", 2: "20", 3: "20", 4: "9"}
"""Percent of the tax groups А, Б, В, Г (fiscal rules 3)."""

DEPARTMENTS: Final[tuple[tuple[int, str, int], ...]] = (
    (1, "Напитки", 2),
    (2, "Кухня", 4),
    (3, "Сладкарница", 2),
    (4, "Книги и вестници", 4),
    (5, "Плодове и зеленчуци", 2),
    (6, "Услуги", 2),
)
"""Number, name, tax group."""

PLUS: Final[tuple[tuple[int, str, str | None, int, str], ...]] = (
    (1, "Еспресо", "1.20", 1, "бр"),
    (2, "Капучино", "1.80", 1, "бр"),
    (3, "Кроасан с масло", "1.55", 3, "бр"),
    (4, "Сандвич със сирене", "2.40", 2, "бр"),
    (5, "Домати", "2.15", 5, "кг"),
    (6, "Чай от липа", "1.10", 1, "бр"),
    (7, "Минерална вода 0,5 л", "0.75", 1, "бр"),
    (8, "Портокалов сок", "1.95", 1, "бр"),
    (9, "Айрян", "0.90", 1, "бр"),
    (10, "Лимонада", "1.70", 1, "бр"),
    (11, "Шопска салата", "3.90", 2, "бр"),
    (12, "Таратор", "2.20", 2, "бр"),
    (13, "Мусака", "4.60", 2, "бр"),
    (14, "Пилешка супа", "2.80", 2, "бр"),
    (15, "Кебапче", "1.05", 2, "бр"),
    (16, "Принцеса с кайма", "1.90", 2, "бр"),
    (17, "Баница със сирене", "1.30", 3, "бр"),
    (18, "Торта Гараш", "3.10", 3, "бр"),
    (19, "Мъфин с шоколад", "1.65", 3, "бр"),
    (20, "Крем карамел", "1.85", 3, "бр"),
    (21, "Бисквити домашни", "6.40", 3, "кг"),
    (22, "Мед акациев 400 г", "5.90", 3, "бр"),
    (23, "Ябълки", "1.60", 5, "кг"),
    (24, "Банани", "1.75", 5, "кг"),
    (25, "Краставици", "1.95", 5, "кг"),
    (26, "Картофи", "0.95", 5, "кг"),
    (27, "Череши", "3.40", 5, "кг"),
    (28, "Вестник", "0.80", 4, "бр"),
    (29, "Пътеводител", "8.50", 4, "бр"),
    (30, "Роман", "11.20", 4, "бр"),
    (31, "Картичка", "0.60", 4, "бр"),
    (32, "Опаковка за подарък", "1.00", 6, "бр"),
    (33, "Доставка до дома", "2.50", 6, "бр"),
    (34, "Услуга по договаряне", None, 6, "ч"),
)
"""Number, name, price of one unit (None: the till gives it), department, unit."""

PAYMENT_TYPES: Final[tuple[tuple[int, str, str, str, bool], ...]] = (
    (1, "В брой", "cash", "plain", True),
    (2, "Карта", "card", "plain", True),
    (3, "Чек", "check", "plain", True),
    (4, "Ваучер", "coupons", "plain", True),
    (5, "Банков път", "bank", "bank", False),
    (6, "По сметка на стая", "internal-usage", "room-transfer", False),
)
"""Number, name, category, payment model, fiscal."""

OPERATORS: Final[tuple[tuple[int, str], ...]] = ((1, "Мария"), (2, "Иван"), (3, "Елена"))

PROFILES: Final[tuple[tuple[int, str, str, str], ...]] = (
    (36, "Бяла роза ООД", "200436136", "София, ул. Шипка 36"),
    (37, "Хотел Морски бриз", "201537137", "Варна, бул. Приморски 7"),
)

ALWAYS: Final = date(2000, 1, 1)
"""From when the sample's rates hold."""

ORIGIN: Final = "shop"
DEVICE: Final = "printer"


class NotEmpty(StoreError):
    """A sample goes only into an empty store."""

    code = "store_not_empty"

    def __init__(self, where: str) -> None:
        super().__init__(
            f"the store at {where} has a nomenclature already; the sample goes into an empty one"
        )


def sample_shop(store: Store, folder: Path) -> tuple[str, str]:
    """Fill an empty store with the sample shop, in one transaction; where it already is, change nothing.

    Args:
        store: where to.
        folder: where its emulated printer's line appears; the address names it.

    Returns:
        The origin's name and the printer's address.

    Raises:
        NotEmpty: if the store has another nomenclature; nothing is changed.
    """
    address = f"datecs-p:{folder.resolve() / 'printer'}"
    with store.write() as work, work.session() as session:
        if session.scalars(select(Nomenclature)).first() is not None:
            return _already(session, store.where)
        _items(session)
        device = Device(
            name=DEVICE,
            address=address,
            number="DT000600",
            fiscal_memory_number="02000600",
            settings={"operators": {}},
            capabilities={"rates": {str(n): RATES.get(n) for n in range(1, 9)}},
        )
        session.add(device)
        session.flush()
        session.add(Origin(name=ORIGIN, device_id=device.id))
        session.add(
            Nomenclature(
                currency="EUR",
                default_tax_group=2,
                default_payment_type=1,
                default_operator=1,
                default_origin=ORIGIN,
            )
        )
        session.flush()
    return ORIGIN, address


def _already(session: Session, where: str) -> tuple[str, str]:
    """Return what an earlier call put there."""
    device = session.scalars(
        select(Device)
        .join(Origin, Origin.device_id == Device.id)
        .where(Origin.name == ORIGIN, Device.name == DEVICE)
    ).first()
    if device is None:
        raise NotEmpty(where)
    return ORIGIN, device.address


def _items(session: Session) -> None:
    """Add tax groups, departments, PLUs, payment types, operators and profiles."""
    groups = {n: TaxGroup(number=n, name="АБВГ"[n - 1]) for n in RATES}
    session.add_all(groups.values())
    session.flush()
    session.add_all(
        TaxRate(tax_group_id=groups[n].id, percent=Decimal(percent), valid_from=ALWAYS)
        for n, percent in RATES.items()
    )
    departments = {
        number: Department(number=number, name=name, tax_group_id=groups[group].id)
        for number, name, group in DEPARTMENTS
    }
    session.add_all(departments.values())
    session.flush()
    session.add_all(
        Plu(
            number=number,
            name=name,
            price=None if price is None else Decimal(price),
            department_id=departments[department].id,
            unit=unit,
        )
        for number, name, price, department, unit in PLUS
    )
    session.add_all(
        PaymentType(
            number=number, name=name, category=category, model=model, fiscal=fiscal, cash=category == "cash"
        )
        for number, name, category, model, fiscal in PAYMENT_TYPES
    )
    session.add_all(Operator(number=n, name=name, code=f"{n:04d}") for n, name in OPERATORS)
    session.add_all(
        Profile(number=number, name=name, identity=identity, address=address, receiver=name)
        for number, name, identity, address in PROFILES
    )
    session.flush()

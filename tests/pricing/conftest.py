"""A small shop as data, and bills priced in it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from billing.pricing import Bill, Rules
from billing.pricing.answers import price_lines
from billing.pricing.tables import Tables

SHOP: Mapping[str, Any] = {
    "currency": "EUR",
    "tax_groups": {
        1: {"name": "A", "rate": "20"},
        2: {"name": "B", "rate": "9"},
        3: {"name": "C", "rate": "5"},
        4: {"name": "zero", "rate": 0},
        8: {"name": "old", "rate": 10, "banned": True},
    },
    "default_tax_group": 1,
    "departments": {
        1: {"name": "Drinks", "tax_group": 2},
        2: {"name": "Things"},
        3: {"tax_group": 3},
        4: {"name": "Kitchen", "tax_group": 4},
        7: {"name": "lost", "tax_group": 77},
        8: {"name": "gone", "deleted": True},
    },
    "plus": {
        1: {"name": "Tea", "price": "1.50", "tax_group": 3, "department": 1},
        2: {"name": "Juice", "price": "2.00", "department": 1},
        3: {"name": "Open", "department": 2},
        4: {"price": "0", "department": 1},
        5: {"name": "", "price": "3"},
        6: {"price": "1", "department": 77},
        7: {"name": "Old", "price": "1", "banned": True},
        8: {"name": "Gone", "price": "1", "deleted": True},
        9: {"name": "Fine", "price": "0.333"},
        10: {"price": "1", "department": 3},
    },
    "payment_types": {
        1: {"name": "cash", "cash": True, "model": "plain"},
        2: {"name": "card", "model": "plain"},
        3: {"name": "other cash", "cash": True, "model": "plain"},
        4: {"name": "room", "fiscal": True, "model": "room"},
        5: {"name": "bank", "fiscal": False, "model": "plain"},
        6: {"name": "away", "fiscal": False, "model": "room"},
        8: {"name": "old", "banned": True},
    },
    "default_payment_type": 1,
    "operators": {1: {"name": "Maria"}, 2: {"name": "Ivan"}, 8: {"banned": True}},
    "profiles": {36: {"name": "White Rose"}, 37: {}, 8: {"deleted": True}},
}

PricedBill = Callable[..., Bill]


@pytest.fixture
def shop() -> Tables:
    return Tables(SHOP)


@pytest.fixture
def priced() -> PricedBill:
    """Return a function from lines to a bill; keyword arguments replace tables of the shop."""

    def price(*lines: str, rules: Rules | None = None, **tables: object) -> Bill:
        return price_lines(lines, Tables({**SHOP, **tables}), rules or Rules())

    return price

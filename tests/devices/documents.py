"""Documents that several tests print."""

from typing import Any

RECEIPT: dict[str, Any] = {
    "kind": "receipt",
    "unique_sale_number": "DT000600-0001-0001000",
    "operator": {"code": "1", "password": "0000"},
    "lines": [
        {"text": "Хляб", "price": "1.50", "qty": "2", "modifier": {"kind": "percent", "value": "-10"}},
        {"text": "Сирене", "price": "12.00", "qty": "0.350"},
        {"comment": "от хладилника"},
        {"text": "Мляко", "price": "2.40", "modifier": {"kind": "fixed", "value": "-0.30"}},
        {"text": "Вестник", "price": "0.95", "tax_group": 4},
        {"text": "Кафе", "price": "3.33", "qty": "3", "modifier": {"kind": "percent", "value": "5"}},
        {"text": "Вода", "price": "0.80", "qty": "6"},
    ],
    "modifier": {"kind": "fixed", "value": "-1.00"},
    "payments": [{"category": "card", "amount": "10.00"}, {"category": "cash", "amount": "20.00"}],
    "total": "24.24",
}
"""Six lines with modifiers, a comment, a discount on the bill, card and more cash than is due."""

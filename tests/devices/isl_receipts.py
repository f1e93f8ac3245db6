"""The receipt of ``documents`` as Daisy, Eltrade and Incotex take it: each wants its own sale numbers."""

import copy
from typing import Any, Final

from tests.devices.documents import RECEIPT

PREFIXES: Final = {"daisy": "DY", "eltrade": "ED", "incotex": "IN"}
DRIVERS: Final = tuple(PREFIXES)


def receipt(driver: str) -> dict[str, Any]:
    """Return the receipt with a number of the maker's, by operator 1 with the factory's password."""
    number = f"{PREFIXES[driver]}000600-0001-0001000"
    operator = {"code": "1", "password": "1"}
    return copy.deepcopy(RECEIPT) | {"unique_sale_number": number, "operator": operator}

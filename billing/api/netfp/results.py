"""What goes back: messages, statuses and receipt data in the protocol's own shapes (page, section 5).

Amounts are JSON numbers of as many decimals as the money has, written without binary floats.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from starlette.responses import Response

from billing.devices.faults import DeviceError, DocumentRefused, Fault
from billing.documents import Answer
from billing.errors import BillingError

Message = dict[str, str]
Result = dict[str, Any]

NO_DATE: Final = "0001-01-01T00:00:00"
NUMBERS: Final = {fault.code: fault.number for fault in Fault} | {
    "device-changed": "E199",
    "emulator-refused": "E199",
    "totals-differ": "E403",
    "rates-differ": "E411",
    "outcome-unknown": "E107",
    "device_held": "E108",
    "lease_lost": "E108",
    "z_refused": "E404",
    "document": "E403",
    "unprintable": "E412",
}
"""The protocol's code for each of our words; any other is E999."""

OTHER: Final = "E999"
AMOUNTS: Final = ("amount", "receiptAmount")
"""Members that are numbers on the wire; our store keeps them as decimal strings."""
_CODE: Final = re.compile(r"\(([EW][0-9]{3})\)")

PATHS: Final = (
    ("$.original", "", "E405"),
    ("$.payments", "category", "E406"),
    ("$.payments", "", "E403"),
    ("", ".tax_group", "E411"),
    ("$.operator", "", "E408"),
    ("$.unique_sale_number", "", "E405"),
    ("$.total", "", "E403"),
    ("", ".price", "E403"),
    ("", ".qty", "E403"),
    ("$.amount", "", "E403"),
    ("", "modifier.value", "E403"),
    ("", "modifier", "E412"),
    ("$.reason", "", "E412"),
    ("", "comment", "E412"),
    ("$.lines", "", "E407"),
)
"""Code of a document that its device cannot say, by parts of its JSON path; the first one counts."""


def info(text: str) -> Message:
    """Return a message that stops nothing."""
    return {"type": "info", "text": text}


def warning(code: str, text: str) -> Message:
    """Return a warning."""
    return {"type": "warning", "code": code, "text": text}


def error(code: str, text: str) -> Message:
    """Return an error; a result with one is not ok."""
    return {"type": "error", "code": code, "text": text}


def status(messages: Iterable[Message] = (), **further: Any) -> Result:  # noqa: ANN401 members of the wire
    """Return a status: ok unless one of ``messages`` is an error."""
    said = list(messages)
    return {"ok": all(message["type"] != "error" for message in said), "messages": said, **further}


def number_of(code: str) -> str:
    """Return the protocol's code for one of our stable words."""
    return NUMBERS.get(code, OTHER)


def error_of(mishap: BillingError) -> Message:
    """Return a mishap as an error."""
    if isinstance(mishap, DeviceError):
        return error(mishap.fault.number, str(mishap))
    if isinstance(mishap, DocumentRefused):
        path = mishap.path
        for begins, ends, code in PATHS:
            if path.startswith(begins) and ends in path:
                return error(code, str(mishap))
        return error("E401", str(mishap))
    return error(number_of(mishap.code), str(mishap))


def warning_of(sentence: str) -> Message:
    """Return what was said of a printed document: with its code a warning, else for reading."""
    found = _CODE.search(sentence)
    return warning(found[1], sentence) if found else info(sentence)


NO_RECEIPT: Final[Mapping[str, str]] = {
    "receiptNumber": "",
    "receiptDateTime": NO_DATE,
    "receiptAmount": "0.0",
    "fiscalMemorySerialNumber": "",
}
"""Receipt data of a document that reached its device and was not printed."""


def receipt_data(answer: Answer) -> Result:
    """Return what the device said of a printed receipt; the number is the one that a reversal names."""
    return {
        "receiptNumber": answer.document_number or answer.receipt_number,
        "receiptDateTime": moment_text(answer.date_time),
        "receiptAmount": f"{answer.total or Decimal(0):f}",
        "fiscalMemorySerialNumber": answer.fiscal_memory_number,
    }


def moment_text(moment: datetime | None) -> str:
    """Return a date as the protocol writes it: no zone, seconds."""
    return NO_DATE if moment is None else moment.replace(tzinfo=None).isoformat(timespec="seconds")


def shown(result: Mapping[str, Any]) -> Result:
    """Return a kept result as it goes out: its amounts as numbers."""
    return {
        name: Decimal(value) if name in AMOUNTS and isinstance(value, str) else value
        for name, value in result.items()
    }


def dump(value: Any) -> str:  # noqa: ANN401 JSON is anything
    """Return ``value`` as JSON; a decimal is a number of its own digits."""
    if isinstance(value, Mapping):
        members = (
            f"{json.dumps(str(name), ensure_ascii=False)}:{dump(each)}" for name, each in value.items()
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(dump, value)) + "]"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False)


class Json(Response):
    """An answer of JSON, whatever the caller said that it accepts."""

    media_type = "application/json; charset=utf-8"

    def render(self, content: Any) -> bytes:  # noqa: ANN401 JSON is anything
        """Return the body."""
        return dump(content).encode("utf-8", "backslashreplace")


def problem(status_code: int, title: str, **further: Any) -> Json:  # noqa: ANN401 members of the wire
    """Return a refusal before the engine: a problem object."""
    return Json({"title": title, "status": status_code, **further}, status_code=status_code)

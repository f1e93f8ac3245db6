"""Writes the JSON Schema of what leaves the process: ``python -m billing.cli.describe docs/schema``.

What the HTTP API answers is described there whole (``docs/api/openapi.json``); here stand the shapes that
files and the command line share with it, one file each.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from billing.api import shapes
from billing.documents import Answer, Document

SCHEMAS: Final[Mapping[str, Any]] = {
    "document": Document,
    "answer": Answer,
    "priced-bill": shapes.PricedOut,
    "bill": shapes.BillOut,
    "job": shapes.JobOut,
    "report": shapes.ReportOut,
    "event": shapes.EventOut,
}
"""By name of the file: a document for ``billing print`` and what a device answered; a bill as ``billing
price`` and ``billing ring`` answer; a job; a Z report; an event."""


def schemas() -> dict[str, str]:
    """Return the text of every schema by its name."""
    return {
        name: json.dumps(TypeAdapter(shape).json_schema(), indent=1, ensure_ascii=False, sort_keys=True)
        + "\n"
        for name, shape in SCHEMAS.items()
    }


def main(folder: str) -> None:
    """Write all schemas into ``folder``."""
    where = Path(folder)
    where.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (where / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])

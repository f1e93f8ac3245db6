"""Writes the API's description: ``python -m billing.api.describe > docs/api/openapi.json``."""

import json
import sys

from sqlalchemy import create_engine

from billing.api.app import create_app
from billing.store.engine import Store


def main() -> None:
    """Write the description; no store is opened for it."""
    schema = create_app(Store(create_engine("sqlite://"))).openapi()
    sys.stdout.write(json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()

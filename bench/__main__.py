"""Runs the benchmarks (all, or the modules named), prints one table and writes ``.bench/results.json``.

Example: python -m bench parsing
"""

import importlib
import json
import pkgutil
import sys
from pathlib import Path

import bench
from bench.table import Row, show

RESULTS = Path(".bench") / "results.json"


def main(wanted: list[str]) -> int:
    """Run the modules of ``bench`` named ``wanted``, or all that have rows; return the exit code."""
    names = sorted(module.name for module in pkgutil.iter_modules(bench.__path__) if module.name[:1] != "_")
    unknown = [name for name in wanted if name not in names]
    if unknown:
        sys.stderr.write(f"there is no benchmark {unknown[0]!r}; there is {', '.join(names)}\n")
        return 2
    rows: list[Row] = []
    for name in wanted or names:
        module = importlib.import_module(f"bench.{name}")
        if hasattr(module, "rows"):
            sys.stderr.write(f"{name} ...\n")
            rows.extend(module.rows())
    sys.stdout.write(show(rows))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps([row.as_data() for row in rows], indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

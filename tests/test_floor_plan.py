"""The floors hold, and no binary float comes near money."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NO_FLOATS = ("documents.py", "money.py", "parser", "pricing", "models", "services")
"""Where amounts live; seconds in ``devices`` and ``jobs`` may be floats."""


def _modules(*places: str) -> list[Path]:
    paths = [ROOT / "billing" / place for place in places]
    return sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py")))


def test_imports_go_down_only() -> None:
    """The contracts of pyproject.toml are kept."""
    script = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run([script, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("module", _modules(*NO_FLOATS), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_float_near_money(module: Path) -> None:
    """Neither a float literal nor the name ``float`` stands in a module that handles amounts."""
    found = [
        f"line {node.lineno}"
        for node in ast.walk(ast.parse(module.read_text()))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]
    assert not found


@pytest.mark.parametrize("module", _modules("."), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_clock_reads_the_clock(module: Path) -> None:
    """Time is given to whoever needs it."""
    if module.name == "clock.py":
        return
    calls = {"now", "utcnow", "today", "monotonic", "time", "perf_counter"}
    owners = {"datetime", "date", "time"}
    found = [
        f"line {node.lineno}"
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in calls
        and isinstance(node.value, ast.Name)
        and node.value.id in owners
    ]
    assert not found


@pytest.mark.parametrize("folder", list((ROOT / "billing").rglob("__init__.py")), ids=lambda p: p.parent.name)
def test_every_folder_says_what_lives_in_it(folder: Path) -> None:
    docstring = ast.get_docstring(ast.parse(folder.read_text())) or ""
    assert len(docstring) > 60, "say what lives here and what must not"

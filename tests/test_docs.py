"""The documents say what the program does, and every command is in them."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from billing.cli.app import COMMANDS, app

ROOT = Path(__file__).parents[1]
PAGES = [
    path
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    outcome = CliRunner().invoke(app, [command, "--help"])
    assert outcome.exit_code == 0
    assert "Example" in outcome.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_a_page(command: str) -> None:
    assert any(f"billing {command}" in page.read_text() for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_inside_the_tree_is_broken(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_dependency_has_its_reason() -> None:
    """Each package that pyproject.toml names stands in docs/dependencies.md."""
    named = re.findall(r'^    "([A-Za-z0-9-]+)[\[>]', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    reasons = (ROOT / "docs" / "dependencies.md").read_text().lower().replace("_", "-")
    assert [name for name in named if name.lower() not in reasons] == []

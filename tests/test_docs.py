"""The documents say what the program does, and every command is in them."""

import re
import subprocess
import sys
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


def test_the_readme_program_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the README shows a programmer is run as it stands there, on a fresh sample shop."""
    monkeypatch.chdir(tmp_path)
    url = "sqlite:///billing.db"
    assert CliRunner().invoke(app, ["init", "--sample", "shop", "--db", url]).exit_code == 0
    program = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert program is not None
    assert len(program[1].strip().splitlines()) < 20
    done = subprocess.run([sys.executable, "-c", program[1]], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["1", "376", "624", "True"]), done.stderr


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench", "format", "till", "serve", "help"])
def test_make_help_names_every_target(target: str) -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"make {target} " in done.stdout

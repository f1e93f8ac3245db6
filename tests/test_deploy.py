"""What the program is run with: units that systemd reads, and a compose file that holds together."""

import configparser
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from billing.cli.app import app

DEPLOY = Path(__file__).parent.parent / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
OURS = ("schema", "api", "worker")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_has_what_a_service_needs_and_names_a_command_there_is(unit: Path) -> None:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # the keys of a unit have their case
    parser.read(unit, "utf-8")
    assert parser.sections() == ["Unit", "Service", "Install"]
    assert int(parser["Service"]["TimeoutStopSec"]) >= 150
    assert parser["Service"]["Restart"] == "always"
    words = parser["Service"]["ExecStart"].split()
    assert words[:2] == ["/usr/bin/env", "billing"]
    assert CliRunner().invoke(app, [words[2], "--help"]).exit_code == 0


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path) -> None:
    """Only where systemd is; elsewhere the test above is what there is."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    command = [program, "verify", "--man=no", str(unit)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert unit.name not in said.stderr


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_the_compose_file_runs_a_command_there_is(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["image"] == "billing"
    assert {"BILLING_DATABASE_URL", "BILLING_JOURNAL_KEY"} <= service["environment"].keys()
    assert CliRunner().invoke(app, [service["command"][0], "--help"]).exit_code == 0


def test_the_services_of_the_compose_file_wait_for_ones_that_are_there() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= services.keys()
    assert services["schema"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "healthcheck" in services["database"]
    kept = {volume.split(":")[0] for volume in services["database"]["volumes"]}
    assert kept <= COMPOSE["volumes"].keys()


def test_the_image_is_built_from_a_file_that_is_there() -> None:
    build = COMPOSE["services"]["schema"]["build"]
    assert ((DEPLOY / build["context"]) / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"

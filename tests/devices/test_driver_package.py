"""A driver of another package is found by its entry point and prints, without a line changed in ours."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.devices.documents import RECEIPT

PACKAGE = Path(__file__).parents[2] / "examples" / "driver_package"


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """The environment of a process that finds the package installed, as an installer would leave it."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    (tmp_path / "billing_lark_fp.py").write_text((PACKAGE / "billing_lark_fp.py").read_text())
    facts = tmp_path / f"billing_lark_fp-{project['version']}.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    points = project["entry-points"]["billing.drivers"]
    lines = "".join(f"{name} = {target}\n" for name, target in points.items())
    (facts / "entry_points.txt").write_text(f"[billing.drivers]\n{lines}")
    return {"HOME": str(tmp_path), "PYTHONPATH": str(tmp_path)}


def billing(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "billing", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_listed_and_prints_a_receipt(installed: dict[str, str], tmp_path: Path) -> None:
    assert "lark-fp" in json.loads(billing(installed, "device", "drivers", "--json").stdout)
    (tmp_path / "receipt.json").write_text(json.dumps(RECEIPT))
    words = [
        sys.executable,
        "-m",
        "billing",
        "emulate",
        "datecs-p",
        "--tcp",
        "0",
        "--paper",
        str(tmp_path / "paper"),
    ]
    with subprocess.Popen(words, env=installed, stdout=subprocess.PIPE, text=True) as device:
        assert device.stdout is not None
        address = f"lark-fp:socket://{device.stdout.readline().split()[-1]}"
        done = billing(installed, "print", address, str(tmp_path / "receipt.json"), "--json")
        voucher = RECEIPT | {"unique_sale_number": "DT000600-0001-0001001"}
        voucher["payments"] = [{"category": "coupons", "amount": "24.24"}]
        (tmp_path / "voucher.json").write_text(json.dumps(voucher))
        refused = billing(installed, "print", address, str(tmp_path / "voucher.json"))
        device.terminate()
    assert json.loads(done.stdout)["printed"] == "yes", done.stderr
    assert refused.returncode == 3
    assert "$.payments[0]" in refused.stderr

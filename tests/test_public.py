"""What ``import billing`` hands out: a few names, typed, imported on first use."""

import subprocess
import sys
from pathlib import Path

import pytest

import billing


@pytest.mark.parametrize("name", billing.__all__)
def test_a_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(billing, name).__doc__
    assert name in dir(billing)


def test_the_names_and_their_homes_are_the_same() -> None:
    assert sorted(billing._HOME) == billing.__all__


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'open_shop'"):
        billing.open_shop  # noqa: B018 the access is what is tested


def test_importing_billing_imports_nothing_of_it() -> None:
    program = (
        "import sys, billing; print([n for n in sys.modules if n.startswith(('billing.', 'sqlalchemy'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_caller_sees_the_types() -> None:
    assert (Path(billing.__file__).parent / "py.typed").exists()

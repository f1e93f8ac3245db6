"""Settings: which place wins, and what a mistake says."""

from pathlib import Path

import pytest

from billing.settings import SettingsMistake, config_file, database_url, read_settings


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own, with nothing set."""
    monkeypatch.delenv("BILLING_DATABASE_URL", raising=False)
    monkeypatch.delenv("BILLING_MASTER_ID", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    config_file().parent.mkdir(parents=True)
    return tmp_path


def test_the_default_store_is_a_file_in_the_users_data_folder(home: Path) -> None:
    assert database_url() == f"sqlite:///{home}/data/billing/billing.db"


def test_a_bare_path_is_a_sqlite_file() -> None:
    assert database_url("shop.db") == "sqlite:///shop.db"


def test_the_command_line_beats_the_environment_beats_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    config_file().write_text('database_url = "postgresql://file/x"\nmaster_id = 3\n')
    assert database_url() == "postgresql://file/x"
    assert read_settings().master_id == 3
    monkeypatch.setenv("BILLING_DATABASE_URL", "postgresql://environment/x")
    assert database_url() == "postgresql://environment/x"
    assert database_url("postgresql://given/x") == "postgresql://given/x"


@pytest.mark.parametrize(
    ("text", "found"), [("= 3", "not TOML"), ("colour = 'red'", "colour"), ("master_id = -1", "master_id")]
)
def test_a_mistake_in_the_file_is_one_sentence_that_names_it(text: str, found: str) -> None:
    config_file().write_text(text)
    with pytest.raises(SettingsMistake, match=found) as caught:
        read_settings()
    assert str(config_file()) in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_mistake_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLING_MASTER_ID", "x")
    with pytest.raises(SettingsMistake, match="BILLING_MASTER_ID"):
        read_settings()

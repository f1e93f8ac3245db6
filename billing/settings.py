"""Settings: from the environment (``BILLING_...``) and a TOML file in the user's configuration folder.

Anybody may read them; nothing here opens a file of the store or a device.
"""

import os
from pathlib import Path
from typing import Final

from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


def _folder(variable: str, *fallback: str) -> Path:
    """Return ``$variable/billing``, or the same under the home folder's usual place for it."""
    base = os.environ.get(variable)
    return (Path(base) if base else Path.home().joinpath(*fallback)) / "billing"


def data_folder() -> Path:
    """Return the folder of the user's data: ``$XDG_DATA_HOME/billing``."""
    return _folder("XDG_DATA_HOME", ".local", "share")


def state_folder() -> Path:
    """Return the folder of locks and notes that outlive a run: ``$XDG_STATE_HOME/billing``."""
    return _folder("XDG_STATE_HOME", ".local", "state")


def config_file() -> Path:
    """Return the file of settings: ``$XDG_CONFIG_HOME/billing/billing.toml``."""
    return _folder("XDG_CONFIG_HOME", ".config") / "billing.toml"


class Settings(BaseSettings):
    """What a person may set; an environment variable beats the file."""

    model_config = SettingsConfigDict(env_prefix="BILLING_", extra="ignore")

    database_url: str = ""
    """Where the store is; empty: ``billing.db`` in the user's data folder."""
    master_id: int = 0

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where settings are looked up, strongest first."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())


DEFAULT_FILE: Final = "billing.db"


def database_url(given: str | None = None) -> str:
    """Return the URL of the store: ``given``, else the setting, else the default file of the user.

    A bare path is taken as a SQLite file.
    """
    url = given or os.environ.get("BILLING_DATABASE_URL") or Settings().database_url
    if not url:
        url = str(data_folder() / DEFAULT_FILE)
    return url if "://" in url else f"sqlite:///{url}"

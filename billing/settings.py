"""Settings: from the environment (``BILLING_...``) and a TOML file in the user's configuration folder.

Anybody may read them; nothing here opens a store or a device. They are read with tomllib and pydantic alone:
pydantic-settings would cost a command a sixth of its start.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from billing.errors import UsageError

PREFIX: Final = "BILLING_"
DEFAULT_FILE: Final = "billing.db"


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


class SettingsMistake(UsageError):
    """The file of settings, or an environment variable, does not hold what is expected."""

    code = "settings"

    def __init__(self, where: str, found: str) -> None:
        super().__init__(f"settings in {where}: {found}")


def _listed(value: object) -> object:
    """Return the items of a list that an environment variable says with commas."""
    return value.split(",") if isinstance(value, str) else value


class GatewaySettings(BaseModel):
    """How a payment gateway is reached: a table ``[gateways.NAME]`` of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    adapter: str = "http"
    """Who speaks to it: ours are ``http`` and ``stripe``; entry points ``billing.gateways`` bring others."""
    url: str = ""
    secret: Annotated[str, Field(repr=False)] = ""
    webhook_secret: Annotated[str, Field(repr=False)] = ""
    """What the gateway signs its notices with; empty: none is taken."""
    payment_type: Annotated[int, Field(ge=0)] = 2
    """The payment type that its money is entered as; a card by default."""


class Settings(BaseModel):
    """What a person may set; an environment variable beats the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: str = ""
    """Where the store is; empty: ``billing.db`` in the user's data folder."""
    master_id: Annotated[int, Field(ge=0)] = 0
    """Which master of the store this program works for."""
    journal_key: Annotated[str, Field(pattern=r"^([0-9a-fA-F]{64})?$")] = ""
    """The key of the journal's hashes, the same on every host of a store; empty: the file's."""
    retry_days: Annotated[tuple[Annotated[int, Field(ge=0, le=365)], ...], BeforeValidator(_listed)] = (
        1,
        3,
        5,
        7,
    )
    """Days from each declined try of a plan's bill to the next one; there is one try more than days."""
    give_up: Literal["keep", "pause", "cancel"] = "keep"
    """What becomes of a subscription whose bill was given up."""
    proration: Literal["second", "day"] = "second"
    """What shares of a period are counted in, for subscriptions that do not say it themselves."""
    max_catch_up: Annotated[int | None, Field(ge=0)] = None
    """How many boundaries of one subscription may be due at once before it is held; None: any number."""
    upcoming_days: Annotated[int, Field(ge=0, le=365)] = 3
    """How long before a boundary of a plan ``period.upcoming`` is told, once for each; 0: never."""
    keep_frames_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """How long what was said to a device is kept with each attempt; the attempts themselves are kept."""
    gateways: dict[str, GatewaySettings] = {}
    """Payment gateways of recurring plans, by the name that instruments begin with."""


def read_settings() -> Settings:
    """Return the settings of this user.

    Raises:
        SettingsMistake: names the file and what is wrong in it.
    """
    file = config_file()
    values = _read_file(file) if file.exists() else {}
    given = {name: os.environ.get(PREFIX + name.upper()) for name in Settings.model_fields}
    values |= {name: value for name, value in given.items() if value}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        where = f"{PREFIX}{name.upper()}" if given.get(name) else str(file)
        raise SettingsMistake(where, f"{name}: {first['msg']}") from None


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsMistake(str(file), f"not TOML: {error}") from None
    except OSError as error:
        raise SettingsMistake(str(file), f"cannot be read: {error.strerror}") from None


def database_url(given: str | None = None) -> str:
    """Return the URL of the store: ``given``, else the setting, else the default file of the user.

    A bare path is taken as a SQLite file.
    """
    url = given or read_settings().database_url or str(data_folder() / DEFAULT_FILE)
    return url if "://" in url else f"sqlite:///{url}"

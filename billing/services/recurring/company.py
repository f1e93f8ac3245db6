"""What a company sets once for its subscriptions that do not say it themselves (recurring semantics 2)."""

from billing.pricing.recurring.terms import ShareUnit
from billing.settings import read_settings


def company_unit() -> ShareUnit:
    """Return what shares are counted in.

    Raises:
        SettingsMistake: the settings cannot be read.
    """
    return ShareUnit(read_settings().proration)


def company_catch_up() -> int | None:
    """Return how many boundaries may be due at once before a subscription is held; None: any number.

    Raises:
        SettingsMistake: the settings cannot be read.
    """
    return read_settings().max_catch_up

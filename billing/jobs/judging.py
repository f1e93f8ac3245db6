"""Asks a driver, before a bill becomes final, whether its device could ever print the bill's document."""

from billing.devices.address import Address
from billing.devices.registry import dialect_class
from billing.documents import Document


def judge(address: str, document: Document) -> None:
    """Let the driver at ``address`` shape ``document``; opens nothing and sends nothing.

    Raises:
        DocumentRefused, NotSupported: the device cannot say it.
        AddressMistake, UnknownDriver: the address leads to no driver.
    """
    where = Address.parse(address)
    kind = dialect_class(where.driver)
    kind(where.settings(kind.options)).check(document)

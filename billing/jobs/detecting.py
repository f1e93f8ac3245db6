"""Finds devices on serial ports and at hosts, without disturbing what is open on them.

Only questions are asked: the ones every connection begins with, and the device's identity. One place is asked
by one probe at a time; a probe that gives up closes the line, so that a late answer reaches nobody else.
Places are asked at the same time.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Final

from billing.clock import SYSTEM_CLOCK, Clock
from billing.devices.address import Address
from billing.devices.faults import DeviceError
from billing.devices.printer import Nonsense
from billing.devices.registry import printer_at
from billing.devices.standing import Identity
from billing.devices.transport import (
    LineBroken,
    PortBusy,
    PortMissing,
    SerialTransport,
    Transport,
    serial_ports,
)

FRAMES: Final = ("datecs-p", "datecs-x", "tremol", "isl-icp")
"""A driver of each frame protocol; who answers one of them says which driver fits."""

SPEEDS: Final = (115_200, 9_600, 19_200, 57_600, 38_400)
"""Bits a second, the usual ones first."""
PORTS: Final = (4999, 9100)
"""Where a host is asked that was given without a port."""
DEAF_S: Final = 1.5
"""Seconds without a single byte after which a probe gives up; the makers promise one within 0.06."""
TALK_S: Final = 12.0
"""Seconds after which a probe that hears something, but no answer, gives up."""

MAKERS: Final = {"DY": "daisy", "ED": "eltrade", "IN": "incotex", "ZK": "tremol", "IS": "isl-icp"}
"""The letters of a device number (fiscal rules 1); the Datecs families differ by model."""
DATECS: Final = (
    (re.compile(r"\S*(X|XR|XE)(\s|$)"), "datecs-x"),
    (re.compile(r"(FP|FMP|SK)"), "datecs-p"),
    (re.compile(r"(DP|WP)"), "datecs-c"),
)
"""Datecs P and C 9.1: what a model's name says of its family."""


@dataclass(frozen=True, slots=True)
class Found:
    """A device that answered, and the address to keep it under."""

    address: str
    identity: Identity


@dataclass(frozen=True, slots=True)
class Place:
    """One port or host, what answered there, and what was tried in vain."""

    url: str
    found: Found | None = None
    tried: tuple[str, ...] = field(default=())


class Impatient:
    """A line that is given up after ``DEAF_S`` without a byte, or ``TALK_S`` without an end."""

    def __init__(self, line: Transport, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._began: float | None = None
        self.heard = 0

    def write(self, data: bytes) -> None:
        """Send ``data``."""
        if self._began is None:
            self._began = self._clock.monotonic()
        self._line.write(data)

    def read(self, limit_s: float) -> bytes:
        """Return what has come; raises ``LineBroken`` once patience is over."""
        data = self._line.read(limit_s)
        self.heard += len(data)
        waited = 0.0 if self._began is None else self._clock.monotonic() - self._began
        if waited > (TALK_S if self.heard else DEAF_S):
            raise LineBroken("probe", "no answer" if self.heard else "silence")
        return data

    def pause(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._line.pause(seconds)

    def reopen(self) -> None:
        """Open the line again."""
        self._line.reopen()

    def close(self) -> None:
        """Give the line back."""
        self._line.close()


Opener = Callable[[str, int], Transport]
"""Gives the line at a URL and a speed."""


def places(ports: Sequence[str], hosts: Sequence[str]) -> list[str]:
    """Return the URLs to ask; a host is HOST or HOST:PORT. Without ports and hosts: all serial ports."""
    if not ports and not hosts:
        return serial_ports()
    found = list(ports)
    for host in hosts:
        name, colon, port = host.rpartition(":")
        wanted = [port] if colon and port.isdigit() else [str(each) for each in PORTS]
        found += [f"socket://{name if colon else host}:{each}" for each in wanted]
    return found


def detect(
    urls: Sequence[str], *, opener: Opener = SerialTransport, clock: Clock = SYSTEM_CLOCK
) -> Iterator[Place]:
    """Yield every place as soon as it was asked, all of them at the same time.

    Args:
        urls: serial ports and ``socket://HOST:PORT``.
        opener: gives the line of a place.
        clock: measures the waits.
    """
    if not urls:
        return
    with ThreadPoolExecutor(max_workers=min(len(urls), 16)) as pool:
        for done in as_completed(pool.submit(ask, url, opener, clock) for url in urls):
            yield done.result()


def ask(url: str, opener: Opener = SerialTransport, clock: Clock = SYSTEM_CLOCK) -> Place:
    """Return who answers at one place: every frame protocol at every usual speed, one after the other."""
    tried: list[str] = []
    network = "://" in url
    for speed in SPEEDS[:1] if network else SPEEDS:
        for driver in FRAMES:
            shown = driver if network else f"{driver} at {speed}"
            try:
                identity = _identity(driver, opener(url, speed), clock)
            except (PortMissing, PortBusy) as error:
                return Place(url, None, (*tried, str(error)))
            except (DeviceError, ValueError, IndexError) as error:
                told = "answered, and was not understood" if isinstance(error, Nonsense) else error
                tried.append(f"{shown}: {told}")
                continue
            address = f"{driver_for(driver, identity)}:{url}"
            return Place(
                url, Found(address if network else f"{address}?baudrate={speed}", identity), tuple(tried)
            )
    return Place(url, None, tuple(tried))


def _identity(driver: str, line: Transport, clock: Clock) -> Identity:
    printer = printer_at(Address.parse(f"{driver}:probe"), Impatient(line, clock), clock)
    try:
        return printer.connect()
    finally:
        printer.close()


def driver_for(probe: str, identity: Identity) -> str:
    """Return the driver of a device that answered to ``probe``, by its number's letters and its model."""
    letters = identity.device_number[:2]
    if letters in MAKERS:
        return MAKERS[letters]
    if probe in {"datecs-p", "datecs-x"}:
        return next((driver for form, driver in DATECS if form.match(identity.model)), probe)
    return probe

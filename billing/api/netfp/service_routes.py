"""The routes of the server itself (protocol page, section 2.2), as far as they mean something here.

Devices are the store's and are never searched for on ports, so the settings of that search are only kept and
given back, until the server stops.
"""

import asyncio
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

from fastapi import Request
from starlette.responses import Response

from billing.api.access import SELLING, Caller
from billing.api.netfp.asked import body_of
from billing.api.netfp.door import Way
from billing.api.netfp.printers import URI_DRIVERS, find_printer, list_printers, uri_of
from billing.api.netfp.reading import Member, Shape, flag, listed, parse, text
from billing.api.netfp.results import Json
from billing.api.netfp.tasks import Standing
from billing.devices.address import Address
from billing.errors import BillingError
from billing.jobs.acquaintance import check
from billing.services import jobs
from billing.services.devices import add_device, list_devices, remove_device
from billing.services.job_states import State
from billing.services.tokens import Right

ADMIN: Final = (Right.ADMIN,)
LOCKED: Final = 423


@dataclass(slots=True)
class Vars:
    """What the protocol calls the server's variables."""

    server_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    auto_detect: bool = False
    exclude_ports: str = ""
    detection_timeout: int = 30
    allowed_origins: tuple[str, ...] = ()
    private_network: bool = False
    followed: set["asyncio.Task[Standing]"] = field(default_factory=set)
    """Requests that go on after their callers were answered; they end when the server stops."""


@dataclass(frozen=True, slots=True)
class Configured:
    """A printer as it is configured."""

    id: str
    uri: str


@dataclass(frozen=True, slots=True)
class WebAccess:
    """Which sites' pages may ask without a token."""

    origins: tuple[str, ...]
    private_network: bool


CONFIGURED: Final = Shape(Configured, {"id": Member("id", text, ""), "uri": Member("uri", text, "")})
WEB_ACCESS: Final = Shape(
    WebAccess,
    {
        "origins": Member("allowedOrigins", listed(text), (), lenient_null=True),
        "private_network": Member("enablePrivateNetwork", flag, default=False),
    },
)


def _shown(request: Request) -> Response:
    kept: Vars = request.app.state.netfp
    return Json(
        {
            "version": version("billing"),
            "serverId": kept.server_id,
            "autoDetect": kept.auto_detect,
            "udpBeaconPort": 0,
            "excludePortList": kept.exclude_ports,
            "detectionTimeout": kept.detection_timeout,
            "webAccess": {
                "allowedOrigins": list(kept.allowed_origins),
                "enablePrivateNetwork": kept.private_network,
            },
        }
    )


async def show_vars(caller: Caller, request: Request) -> Response:
    """Answer the server's variables."""
    del caller
    return _shown(request)


async def toggle(caller: Caller, request: Request) -> Response:
    """Flip the wish to search for devices."""
    del caller
    request.app.state.netfp.auto_detect = not request.app.state.netfp.auto_detect
    return _shown(request)


async def _dictionary(request: Request) -> Mapping[str, str]:
    """Return a body that is a dictionary of strings; its keys count letter by letter."""
    await body_of(request, Shape(dict))
    return {str(name): value for name, value in parse(await request.body()).items() if isinstance(value, str)}


async def exclude_ports(caller: Caller, request: Request) -> Response:
    """Keep the ports that are not to be searched."""
    del caller
    given = (await _dictionary(request)).get("ExcludePortList")
    if given is not None:
        request.app.state.netfp.exclude_ports = ", ".join(re.findall(r"[^,;:|\s]+", given.upper()))
    return _shown(request)


async def detection_timeout(caller: Caller, request: Request) -> Response:
    """Keep how long a search may take, seconds; what is no positive number changes nothing."""
    del caller
    given = (await _dictionary(request)).get("DetectionTimeout", "").strip()
    if re.fullmatch(r"[0-9]{1,6}", given) and int(given):
        request.app.state.netfp.detection_timeout = int(given)
    return _shown(request)


async def web_access(caller: Caller, request: Request) -> Response:
    """Say which sites' pages may ask without a token, until the server stops."""
    del caller
    given: WebAccess = await body_of(request, WEB_ACCESS)
    request.app.state.netfp.allowed_origins = given.origins
    request.app.state.netfp.private_network = given.private_network
    return _shown(request)


async def detect(caller: Caller, request: Request) -> Response:
    """Ask every device of the store who it is; locked while documents wait."""
    del request

    def look() -> int:
        printers = list_printers(caller.store).values()
        waiting = [
            job
            for state in (State.QUEUED, State.PRINTING, State.UNKNOWN)
            for job in jobs.list_jobs(caller.store, state=state)
        ]
        if waiting:
            return LOCKED
        for printer in printers:
            try:
                with caller.worker.hold(printer.row.name):
                    check(caller.store, printer.row.name, opener=caller.worker.opener)
            except BillingError:
                continue  # a device that does not answer stays in the list and says so when it is asked
        return 200

    return Response(status_code=await caller.service.run_aside(look))


async def properties(caller: Caller, request: Request) -> Response:
    """Answer the payment words of every device by its serial number; they are set in its address."""
    del request
    printers = (await caller.run(lambda: list_printers(caller.store))).values()
    return Json(
        {
            printer.row.number: {
                "paymentTypeMappings": {kind.value: word for kind, word in printer.can.payments.items()},
                "printerConstants": {
                    "itemTextMaxLength": str(printer.can.text_width),
                    "commentTextMaxLength": str(printer.can.comment_width),
                },
                "printerOptions": {},
            }
            for printer in printers
        }
    )


async def locked(caller: Caller, request: Request) -> Response:
    """Refuse: what a device's words are is said in its address, 'billing device'."""
    del caller, request
    return Response(status_code=LOCKED)


async def configured(caller: Caller, request: Request) -> Response:
    """Answer the address of every device."""
    del request
    rows = await caller.run(lambda: list_devices(caller.store))
    addresses = {row.name: Address.parse(row.address) for row in rows}
    return Json({name: {"id": name, "uri": uri_of(address)} for name, address in addresses.items()})


def address_of(uri: str) -> str | None:
    """Return our address of a protocol's URI, None where it names a driver or transport that is not here."""
    before, mark, where = uri.strip().partition("://")
    driver, _, transport = before.rpartition(".")
    ours = next((name for name, theirs in URI_DRIVERS.items() if theirs == driver.lower()), None)
    if ours is None or not mark or not where:
        return None
    port, _, speed = where.partition(":")
    if transport.lower() == "tcp":
        return f"{ours}:socket://{where}"
    if transport.lower() == "com":
        return f"{ours}:{port}" + (f"?baudrate={speed}" if speed.isdigit() else "")
    return None


async def configure(caller: Caller, request: Request) -> Response:
    """Add a device under a name and address; it is spoken to when it is first asked."""
    given: Configured = await body_of(request, CONFIGURED)
    address = address_of(given.uri)
    if not given.id or address is None:
        return Response(status_code=LOCKED)

    def add() -> int:
        if any(row.name == given.id for row in list_devices(caller.store)):
            return 500
        add_device(caller.store, given.id, address)
        return 200

    return Response(status_code=await caller.run(add))


async def delete(caller: Caller, request: Request) -> Response:
    """Take a device away that no origin has and no document waits for."""
    given: Configured = await body_of(request, CONFIGURED)

    def take() -> int:
        printer = find_printer(list_printers(caller.store), given.id)
        if printer is None:
            return LOCKED
        try:
            remove_device(caller.store, printer.row.name)
        except BillingError:
            return LOCKED
        return 200

    return Response(status_code=await caller.run(take))


SERVICE_WAYS: Final = (
    Way("GET", "/service/vars", SELLING, show_vars),
    Way("GET", "/service/toggleautodetect", ADMIN, toggle),
    Way("POST", "/service/excludeports", ADMIN, exclude_ports),
    Way("POST", "/service/detectiontimeout", ADMIN, detection_timeout),
    Way("GET", "/service/detect", ADMIN, detect),
    Way("GET", "/service/printersprops", SELLING, properties),
    Way("POST", "/service/printersprops", ADMIN, locked),
    Way("POST", "/service/webaccess", ADMIN, web_access),
    Way("GET", "/service/printers", SELLING, configured),
    Way("POST", "/service/printers/configure", ADMIN, configure),
    Way("POST", "/service/printers/delete", ADMIN, delete),
)
"""Every route of 2.2 but the one that stops the server."""

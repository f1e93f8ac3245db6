"""Who knocks at the second door: its clients know no tokens of ours, so a token may also come as a password.

``Authorization: Bearer TOKEN`` and ``Basic`` (any name, the token as password, as in an address
``http://till:TOKEN@host:8001``) are taken. Without one, those are served that this machine serves anyway.
"""

import base64
import ipaddress
from collections.abc import Collection
from typing import Final

from fastapi import Request
from fastapi.security import HTTPAuthorizationCredentials

from billing.api.access import LOOPBACK, Caller, recognise, service_of
from billing.api.netfp.printers import Printer
from billing.api.problems import Forbidden, NoToken, TooMany
from billing.services.tokens import Right

ANYBODY: Final = frozenset({Right.SELL, Right.REVERSE, Right.REPORT})
"""What a caller without a token may do once tokens were made and the door is open all the same."""


async def caller_of(request: Request, rights: Collection[Right]) -> Caller:
    """Return who asks for something that one of ``rights`` opens.

    Raises:
        NoToken, TooMany, Forbidden: it is not for them.
    """
    secret = _secret(request.headers.get("authorization", ""))
    if secret is None:
        return await _nobody(request, rights)
    caller = await recognise(request, HTTPAuthorizationCredentials(scheme="Bearer", credentials=secret))
    if caller.token is not None and not caller.token.may(rights):
        raise Forbidden(caller.token.name, f"has not the right to {' or '.join(rights)}")
    return caller


def _secret(header: str) -> str | None:
    """Return the token of an Authorization header; None: there is none."""
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except ValueError:
            return ""
    return None


async def _nobody(request: Request, rights: Collection[Right]) -> Caller:
    """Return the caller without a token, where one is served."""
    service = service_of(request)
    settings = service.settings
    any_token = await service.token_made()
    if not settings.anonymous or (any_token and not settings.netfp_open):
        raise NoToken("a token is needed: as a bearer token, or as the password of the address")
    if any_token and ANYBODY.isdisjoint(rights):
        raise NoToken("this needs a token with the right to admin")
    origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
    if not origin and request.headers.get("sec-fetch-site") == "cross-site":
        origin = "null"  # an image or a link of another site: a browser names its page only where it must
    if not may_ask(origin, host, request.app.state.netfp.allowed_origins):
        page = origin or host
        raise NoToken(f"a page of {page} asks; give the server --netfp-origin {page}, or send a token")
    address = request.client.host if request.client else "?"
    if pause := service.requests.take(address):
        raise TooMany(pause)
    return Caller(service, None, service.master(service.store.master_id), request)


def may_ask(origin: str, host: str, allowed: Collection[str]) -> bool:
    """Return whether a browser's page of ``origin`` may ask a server called ``host`` without a token.

    No origin at all is no browser. A host of another name than ours is a page that had its name turned to us.
    """
    if "*" in allowed or (origin and origin.lower() in {each.lower() for each in allowed}):
        return True
    page = origin.rpartition("//")[2]
    return _ours(host) and (not page or page == host or _name(page) in LOOPBACK)


def _name(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _ours(host: str) -> bool:
    """Return whether nobody outside can make this name point to us: an address, or a name of the house."""
    name = _name(host)
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name in LOOPBACK or "." not in name or name.endswith((".local", ".lan"))
    return True


def judge_printer(caller: Caller, printer: Printer) -> bool:
    """Return whether the caller may know of a printer: it is of an origin that the token is for."""
    return caller.origins() is None or any(map(caller.sees, printer.row.origins))


def origin_for(caller: Caller, printer: Printer) -> str | None:
    """Return the origin whose sale a receipt on the printer is: the first that the caller sees."""
    return next((origin for origin in printer.row.origins if caller.sees(origin)), None)

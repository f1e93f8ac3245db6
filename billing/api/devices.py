"""Devices as last seen, and as they answer now."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from billing.api import shapes
from billing.api.access import BillReader as Watcher
from billing.api.access import Caller, Reporter
from billing.api.effects import Asked, Key, answer
from billing.api.json_text import Json
from billing.api.problems import Forbidden
from billing.api.routes import ERRORS, PathName
from billing.errors import BillingError
from billing.jobs.acquaintance import check as ask_and_compare
from billing.services import jobs
from billing.services.answers import error_json
from billing.services.devices import DeviceRow, list_devices, read_device
from billing.services.idempotency import Answered
from billing.store.engine import Store
from billing.store.queue import DeviceHeld

router = APIRouter(prefix="/v1", tags=["devices"], responses=ERRORS)


def of_caller(caller: Caller, row: DeviceRow) -> DeviceRow:
    """Return a device of an origin that the caller sees.

    Raises:
        Forbidden: its origins are others.
    """
    if caller.token is not None and caller.origins() is not None and not any(map(caller.sees, row.origins)):
        raise Forbidden(caller.token.name, f"is not for the origins of device {row.name!r}")
    return row


def device_json(store: Store, row: DeviceRow) -> dict[str, Any]:
    """Return a device as data; never its operators' passwords, nor those in its address."""
    return {
        "device": row.name,
        "address": row.address.partition("?")[0],
        "number": row.number,
        "fiscal_memory_number": row.fiscal_memory_number,
        "z_number": row.z_number,
        "seen_at": row.seen_at.isoformat() if row.seen_at else None,
        "origins": list(row.origins),
        "capabilities": dict(row.capabilities),
        "waiting": [job.number for job in jobs.list_jobs(store, device=row.name) if job.settled_at is None],
    }


@router.get("/devices", response_model=shapes.DeviceList, summary="List devices")
async def list_(caller: Watcher) -> Response:
    """List devices as last seen, with the jobs that wait for each."""

    def look() -> Response:
        rows = [
            row
            for row in list_devices(caller.store)
            if caller.origins() is None or any(map(caller.sees, row.origins))
        ]
        return Json({"devices": [device_json(caller.store, row) for row in rows]})

    return await caller.run(look)


@router.get("/devices/{device}", response_model=shapes.DeviceOut, summary="Read a device")
async def read(device: PathName, caller: Watcher) -> Response:
    """Return a device as last seen."""

    def look() -> Response:
        return Json(device_json(caller.store, of_caller(caller, read_device(caller.store, device))))

    return await caller.run(look)


@router.get("/devices/{device}/status", response_model=shapes.CheckOut, summary="Ask a device how it is")
async def status(device: PathName, caller: Watcher) -> Response:
    """Ask the device now; one that does not answer is an answer too (``reachable`` false)."""
    await caller.run(lambda: of_caller(caller, read_device(caller.store, device)))
    return Json(await caller.ask(device, lambda: _asked(caller, device), "check"))


@router.post("/devices/{device}/check", response_model=shapes.CheckOut, summary="Check a device")
async def check(device: PathName, caller: Reporter, key: Key = None) -> Response:
    """Hold the device against the store: its numbers, tax rates, clock and payments, a line each."""
    await caller.run(lambda: of_caller(caller, read_device(caller.store, device)))
    found = await caller.ask(device, lambda: _asked(caller, device), "check")
    return await answer(caller, Asked(key), lambda _: Answered(200, found))


def _asked(caller: Caller, device: str) -> dict[str, Any]:
    """Return what a device says now, or why it says nothing."""
    said: dict[str, Any] = {
        "device": device,
        "reachable": False,
        "faults": [],
        "warnings": [],
        "lines": [],
        "error": None,
    }
    try:
        with caller.worker.hold(device):
            seen, lines = ask_and_compare(caller.store, device, opener=caller.worker.opener)
    except DeviceHeld:
        raise
    except BillingError as error:
        if error.exit_code not in {4, 5}:
            raise
        facts = {
            "code": error.code,
            "maker_code": getattr(error, "maker_code", ""),
            "message": str(error),
            "printed": "no",
        }
        return said | {"error": error_json(facts)}
    standing = seen.standing
    return said | {
        "reachable": True,
        "open": standing.opened.value,
        "last_document": standing.last_document,
        "faults": [str(fault) for fault in standing.health.faults],
        "warnings": [str(fault) for fault in standing.health.warnings],
        "lines": [
            {"what": line.what, "verdict": line.verdict.value, "ours": line.ours, "device": line.device}
            for line in lines
        ],
    }

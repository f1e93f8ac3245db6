"""Is it alive, is it ready, and its figures for a monitor (Prometheus); none of them tells of a sale."""

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from billing.api.access import service_of
from billing.api.json_text import Json
from billing.api.problems import NotReady, Problem
from billing.errors import StoreError
from billing.services.gauges import read_gauges
from billing.store.engine import Store
from billing.store.gauges import DeviceGauge

router = APIRouter(tags=["health"])

SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class StoreFigures(Collector):
    """Reads the store whenever a monitor asks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterable[Metric]:
        """Yield the figures of the store."""
        found = read_gauges(self._store)
        bills = GaugeMetricFamily("billing_bills", "Bills by state.", labels=["state"])
        for state, count in found.bills.items():
            bills.add_metric([state], count)
        jobs = GaugeMetricFamily("billing_jobs", "Jobs by device and state.", labels=["device", "state"])
        for (device, state), count in found.jobs.items():
            jobs.add_metric([device, state], count)
        yield from (bills, jobs)
        ages = {
            "oldest": GaugeMetricFamily(
                "billing_oldest_job_seconds", "Age of the oldest document that waits.", labels=["device"]
            ),
            "seen_at": GaugeMetricFamily(
                "billing_device_seen_seconds", "Since the device was last asked who it is.", labels=["device"]
            ),
            "last_z": GaugeMetricFamily(
                "billing_last_z_seconds", "Since the device's last Z report.", labels=["device"]
            ),
        }
        for each in found.devices:
            for name, family in ages.items():
                moment = getattr(each, name)
                if moment is not None:
                    family.add_metric([each.name], (found.now - moment).total_seconds())
                elif name == "oldest":
                    family.add_metric([each.name], 0)
        yield from ages.values()
        yield from _told(found.devices)


TOLD: Final = {
    "clock_drift_s": ("billing_device_clock_drift_seconds", "The device's clock minus ours, when compared."),
    "z_reports_left": ("billing_device_z_reports_left", "Z reports that fiscal memory can still keep."),
}
"""What devices told of themselves that is a number as it stands."""

UNREACHED: Final = frozenset({"no-answer", "port-missing", "line-broken"})
"""Faults of a device that cannot be reached."""


def _told(devices: Iterable[DeviceGauge]) -> Iterable[Metric]:
    """Yield what the store last heard of the devices; none of them is asked now."""
    numbers = {key: GaugeMetricFamily(name, said, labels=["device"]) for key, (name, said) in TOLD.items()}
    journal = GaugeMetricFamily(
        "billing_device_journal_used_ratio", "How full the electronic journal is, 0 to 1.", labels=["device"]
    )
    up = GaugeMetricFamily(
        "billing_device_up", "0 while a document waits because the device is not reached.", labels=["device"]
    )
    conditions = GaugeMetricFamily(
        "billing_device_condition",
        "1 for what ails the device: told at its last check, or what stops the document whose turn it is.",
        labels=["device", "condition", "severity"],
    )
    for each in devices:
        told, stopped = each.capabilities or {}, (each.error or {}).get("code", "")
        for key, family in numbers.items():
            if told.get(key) is not None:
                family.add_metric([each.name], told[key])
        used, size = told.get("journal_bytes") or ("", "")
        if used.isdecimal() and size.isdecimal() and int(size):
            journal.add_metric([each.name], int(used) / int(size))
        if each.seen_at is not None or stopped:
            up.add_metric([each.name], float(stopped not in UNREACHED))
        ails = {(code, "warning") for code in told.get("warnings", ())}
        ails |= {(code, "fault") for code in [*told.get("faults", ()), stopped] if code}
        for code, severity in sorted(ails):
            conditions.add_metric([each.name, code, severity], 1)
    yield from (*numbers.values(), journal, up, conditions)


class Figures:
    """The figures of one app: the store's, and what its routes answered."""

    def __init__(self, store: Store) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(StoreFigures(store))
        self._answers = Counter(
            "billing_http_answers",
            "Answers by route and status.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "billing_http_seconds",
            "How long answers took.",
            ["route", "method"],
            buckets=SECONDS,
            registry=self.registry,
        )

    def saw(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._answers.labels(route, method, str(status)).inc()
        self._seconds.labels(route, method).observe(seconds)


@router.get(
    "/healthz", summary="Is it alive", responses={200: {"content": {"application/json": {"schema": {}}}}}
)
async def healthz() -> Response:
    """Answer as long as the process serves."""
    return Json({"status": "alive"})


@router.get(
    "/readyz",
    summary="Is it ready",
    responses={200: {"content": {"application/json": {"schema": {}}}}, 503: {"model": Problem}},
)
async def readyz(request: Request) -> Response:
    """Answer when the store can be read and the server is not about to stop."""
    service = service_of(request)
    if service.stopping.is_set():
        raise NotReady("the server is stopping")
    try:
        await service.run(lambda: read_gauges(service.store))
    except StoreError as error:
        raise NotReady(str(error)) from error
    return Json({"status": "ready"})


@router.get(
    "/metrics",
    summary="Figures for a monitor",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, 503: {"model": Problem}},
)
async def metrics(request: Request) -> Response:
    """Return the figures in the form of Prometheus."""
    figures: Figures = request.app.state.figures
    text = await service_of(request).run(lambda: generate_latest(figures.registry))
    return Response(text, media_type=CONTENT_TYPE_LATEST)

"""The lines of a closing report beside its sums, as plain JSON, and the day it is about (fiscal rules 11)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from billing.money import Currency
from billing.store import closing_facts
from billing.store import day_details as store
from billing.store.currencies import currency_on
from billing.store.day_details import Sum
from billing.store.origins import OriginFacts
from billing.store.work import Work


def business_date(moment: datetime, time_zone: str) -> str:
    """Return the date of ``moment`` in an origin's zone, as ``YYYY-MM-DD``."""
    return moment.astimezone(ZoneInfo(time_zone)).date().isoformat()


def details_json(  # noqa: PLR0913 which bills of whom, and between which moments
    work: Work,
    wanted: OriginFacts,
    group: Sequence[OriginFacts],
    reports: Sequence[int] | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[str, Any]:
    """Return who sold what and when, corrections, voids, documents and cash movements since the last Z.

    Args:
        work: the transaction.
        wanted: the origin asked about; its zone tells the hours.
        group: all origins on its device.
        reports: the rows that took the bills; None: bills that no report has taken.
        since: voids, documents and cash movements count after this; None: after the last Z.
        until: and up to this; None: all.
    """
    origins = [each.id for each in group]
    device_id = wanted.device.id if wanted.device else None
    since = since or store.last_closing(work, device_id, None if wanted.device else wanted.id)
    currency = currency_on(work, work.now.astimezone(ZoneInfo(wanted.time_zone)).date())
    first, last = store.sale_numbers(work, origins, reports)
    bills = store.bills_by(work, origins, reports)
    charges = store.charges_by(work, origins, reports)
    found = {
        "since": None if since is None else since.isoformat(),
        "origins": [each.name for each in group],
        "time_zone": wanted.time_zone,
        "program": version("billing"),
        "first_sale_number": first,
        "last_sale_number": last,
        "corrections": _one(next(iter(charges["correction"]), Sum("", 0, 0)), currency),
        "voided": _one(store.voided(work, origins, since, until), currency),
        "change": _one(closing_facts.change_given(work, origins, reports), currency),
        "operators": _many(bills["operator"], currency),
        "departments": _many(charges["department"], currency),
        "items": _many(charges["item"], currency),
        "hours": _many(_local(bills["hour"], wanted.time_zone), currency),
    }
    return found if device_id is None else found | _of_device(work, device_id, since, until)


def _of_device(work: Work, device_id: int, since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """Return who the device is, what it printed beside receipts, and its cash movements."""
    cash = store.cash_movements(work, device_id, since, until)
    printed = closing_facts.documents_since(work, device_id, since, until)
    seen = closing_facts.read_device(work, device_id)
    return {
        "cash_in": {"count": cash.ins, "sum": f"{cash.put_in:.2f}"},
        "cash_out": {"count": cash.outs, "sum": f"{cash.taken_out:.2f}"},
        "invoices": printed.get("invoice", 0),
        "credit_notes": printed.get("credit-note", 0),
        "x_reports": printed.get("x-report", 0),
        "seen": {
            "device_number": seen.number,
            "fiscal_memory_number": seen.fiscal_memory_number,
            "model": seen.capabilities.get("model", ""),
            "firmware": seen.capabilities.get("firmware", ""),
            "driver": seen.address.partition(":")[0],
        },
    }


def _one(each: Sum, currency: Currency) -> dict[str, Any]:
    return {"count": each.count, "sum": f"{currency.from_minor(each.total):f}"}


def _many(sums: Iterable[Sum], currency: Currency) -> dict[str, Any]:
    return {each.of: _one(each, currency) for each in sums}


def _local(hours: Iterable[Sum], time_zone: str) -> list[Sum]:
    """Return the hours as the origin's clock shows them; an hour that comes twice keeps both in one."""
    zone = ZoneInfo(time_zone)
    found: dict[str, Sum] = {}
    for each in hours:
        moment = datetime.strptime(each.of, "%Y-%m-%d %H").replace(tzinfo=UTC).astimezone(zone)
        shown = f"{moment:%H}:00"
        before = found.get(shown, Sum(shown, 0, 0))
        found[shown] = Sum(shown, before.count + each.count, before.total + each.total)
    return list(found.values())

"""The lines of a closing report beside its sums, as plain JSON, and the day it is about (fiscal rules 11)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from billing.money import Currency
from billing.store import day_details as store
from billing.store.day_details import Sum
from billing.store.nomenclature import read_defaults
from billing.store.origins import OriginFacts
from billing.store.work import Work


def business_date(moment: datetime, time_zone: str) -> str:
    """Return the date of ``moment`` in an origin's zone, as ``YYYY-MM-DD``."""
    return moment.astimezone(ZoneInfo(time_zone)).date().isoformat()


def details_json(
    work: Work, wanted: OriginFacts, group: Sequence[OriginFacts], reports: Sequence[int] | None = None
) -> dict[str, Any]:
    """Return who sold what and when, corrections, voids and cash movements since the last Z.

    Args:
        work: the transaction.
        wanted: the origin asked about; its zone tells the hours.
        group: all origins on its device.
        reports: the rows that took the bills; None: bills that no report has taken.
    """
    origins = [each.id for each in group]
    device_id = wanted.device.id if wanted.device else None
    since = store.last_closing(work, device_id, None if wanted.device else wanted.id)
    currency = Currency.of(read_defaults(work).currency)
    first, last = store.sale_numbers(work, origins, reports)
    found = {
        "since": None if since is None else since.isoformat(),
        "first_sale_number": first,
        "last_sale_number": last,
        "corrections": _one(store.corrections(work, origins, reports), currency),
        "voided": _one(store.voided(work, origins, since), currency),
        "operators": _many(store.by_operator(work, origins, reports), currency),
        "departments": _many(store.by_department(work, origins, reports), currency),
        "hours": _many(_local(store.by_hour(work, origins, reports), wanted.time_zone), currency),
    }
    if device_id is not None:
        cash = store.cash_movements(work, device_id, since)
        found |= {
            "cash_in": {"count": cash.ins, "sum": f"{cash.put_in:.2f}"},
            "cash_out": {"count": cash.outs, "sum": f"{cash.taken_out:.2f}"},
        }
    return found


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

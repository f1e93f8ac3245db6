"""What of the days gone by still needs somebody: a Z that does not agree, bills that no Z has taken."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from billing.models import Bill, Device, Origin, Report
from billing.services.schedules import list_schedules
from billing.store.engine import Store
from billing.store.figures import FINAL


@dataclass(frozen=True, slots=True)
class OpenZ:
    """A Z that does not agree, which nobody has explained: its number here, and whose it is."""

    report: int
    whose: str
    business_date: str


def open_z(store: Store) -> list[OpenZ]:
    """Return every Z that is open, the oldest first."""
    with store.read() as work:
        rows = work.session().execute(
            select(Report.id, Device.name, Origin.name, Report.business_date)
            .outerjoin(Device, Device.id == Report.device_id)
            .outerjoin(Origin, Origin.id == Report.origin_id)
            .where(Report.kind == "z", Report.parent_id.is_(None), Report.state == "open")
            .order_by(Report.id)
        )
        return [OpenZ(number, device or origin or "", day) for number, device, origin, day in rows]


def unclosed_since(store: Store) -> dict[str, str]:
    """Return, by origin, the day of the oldest final bill from before today that no Z has taken.

    Days are those of the origin's zone; an origin whose schedule is off is closed by hand and left out.
    """
    with store.read() as work:
        rows = work.session().execute(
            select(Bill.origin_id, func.min(Bill.final_at))
            .where(Bill.state.in_(FINAL), Bill.report_id.is_(None))
            .group_by(Bill.origin_id)
        )
        oldest = {origin_id: moment for origin_id, moment in rows}  # noqa: C416 a row is no pair to mypy
    found = {}
    for due in list_schedules(store):
        moment = oldest.get(due.plan.origin_id)
        if moment is None or due.plan.off:
            continue
        day = moment.astimezone(ZoneInfo(due.plan.time_zone)).date().isoformat()
        if day < due.day:
            found[due.plan.origin] = day
    return found

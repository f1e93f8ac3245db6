"""What one closing hands on to the next: perpetual totals, the cash there should be, and a chain of hashes.

Our own counterpart of what fiscal memory keeps (fiscal rules 7.1 and 11). All are plain JSON, amounts as
decimal strings.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any

from billing.models import Report
from billing.store import closing_facts
from billing.store.origins import OriginFacts
from billing.store.work import Work

ZERO = Decimal(0)


def perpetual_json(work: Work, wanted: OriginFacts, figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return sales and reversals since the first closing, before and after one with these figures.

    They are of one currency: a change of the currency begins them anew.
    """
    device_id = wanted.device.id if wanted.device else None
    own = None if wanted.device else wanted.id
    before = {"sales": ZERO, "reversals": ZERO}
    last = closing_facts.closed_before(work, device_id, own)
    if last is not None and last.figures.get("currency") == figures["currency"]:
        if told := last.details.get("perpetual"):
            before = {name: Decimal(told[name]["after"]) for name in before}
        else:  # closed by an earlier version, which did not count them up
            for each in closing_facts.all_figures(work, device_id, own):
                if each.get("currency") == figures["currency"]:
                    before["sales"] += Decimal(each["total"])
                    before["reversals"] += _reversed(each)
    grown = {"sales": Decimal(figures["total"]), "reversals": _reversed(figures)}
    return {
        name: {"before": f"{before[name]:.2f}", "after": f"{before[name] + grown[name]:.2f}"}
        for name in before
    }


def _reversed(figures: Mapping[str, Any]) -> Decimal:
    return sum((Decimal(each["sum"]) for each in figures.get("reversals", {}).values()), ZERO)


def cash_json(
    work: Work, wanted: OriginFacts, figures: Mapping[str, Any], details: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the cash there should be: opening + sales - reversals + in - out (fiscal rules 8).

    ``opening`` is what the device said it held after its last Z; None before the first that told, and then
    nobody knows what to expect either.
    """
    device_id = wanted.device.id if wanted.device else None
    last = closing_facts.closed_before(work, device_id, None if wanted.device else wanted.id)
    after = {} if last is None else last.details.get("after", {}).get("registers", {})
    opening = after.get("in_drawer")
    sold = sum(
        (Decimal(each["fiscal_sum"]) for each in figures["payments"].values() if each["category"] == "cash"),
        ZERO,
    )
    back = sum(
        (Decimal(each["payments"].get("cash", "0")) for each in figures.get("reversals", {}).values()), ZERO
    )
    moved = Decimal(details.get("cash_in", {}).get("sum", "0")) + Decimal(
        details.get("cash_out", {}).get("sum", "0")
    )
    expected = None if opening is None else f"{Decimal(opening) + sold - back + moved:.2f}"
    return {"opening": opening, "sales": f"{sold:.2f}", "reversals": f"{back:.2f}", "expected": expected}


def content_of(report: Report, parts: Sequence[Report]) -> str:
    """Return the SHA-256 of what a closing says, as hex; what people add later is not in it."""
    details = {name: value for name, value in report.details.items() if name != "integrity"}
    content = {
        "ordinal": report.ordinal,
        "z_number": report.z_number,
        "business_date": report.business_date,
        "closed_at": report.closed_at.astimezone(UTC).isoformat(),
        "made_by": report.made_by,
        "figures": report.figures,
        "device_figures": report.device_figures,
        "differences": report.differences,
        "details": details,
        "parts": [[part.origin_id, part.figures] for part in parts],
        "before": (report.details.get("integrity") or {}).get("previous", ""),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_content(work: Work, report: Report, parts: Sequence[Report]) -> str:
    """Chain a closing to the one before by the hash of its content, and return that hash."""
    last = closing_facts.closed_before(
        work, report.device_id, None if report.device_id else report.origin_id, report.ordinal
    )
    previous = "" if last is None else last.details.get("integrity", {}).get("hash", "")
    report.details = {**report.details, "integrity": {"previous": previous}}
    found = content_of(report, parts)
    report.details = {**report.details, "integrity": {"previous": previous, "hash": found}}
    return found

"""A closing as one table: every field of fiscal rules 11 in its order, ours beside the device's.

Made of a report as data (``report_json`` and its like), so an X, a Z and a period are told alike. A field
that nobody told is there and empty.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

from billing.documents import PaymentCategory, ReversalReason


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its ``group``, its ``name``, ``of`` what (a tax group, a category, an operator ...).

    ``tag`` is the tax authority's element of a Z report (N-18 annex 17); ``difference`` is what the
    device, or the drawer that was counted, has more than we.
    """

    group: str
    name: str
    of: str = ""
    tag: str = ""
    ours: str = ""
    device: str = ""
    counted: str = ""
    difference: str = ""

    def json(self) -> dict[str, str]:
        """Return the field as plain JSON."""
        return asdict(self)


COLUMNS: Final = ("group", "name", "of", "tag", "ours", "device", "counted", "difference")
"""The columns of a closing as CSV."""

TURNOVER_TAGS: Final = dict(enumerate(("TA", "TB", "TV", "TG", "TD", "TE", "TJ", "TZ"), start=1))
PAYMENT_TAGS: Final[Mapping[str, str]] = {
    PaymentCategory.CASH: "SCash",
    PaymentCategory.CHECK: "SChecks",
    PaymentCategory.COUPONS: "ST",
    PaymentCategory.EXT_COUPONS: "SOT",
    PaymentCategory.PACKAGING: "SP",
    PaymentCategory.INTERNAL_USAGE: "SSelf",
    PaymentCategory.DAMAGE: "SDmg",
    PaymentCategory.CARD: "SCards",
    PaymentCategory.BANK: "SW",
    PaymentCategory.RESERVED1: "SR1",
    PaymentCategory.RESERVED2: "SR2",
}
REVERSAL_TAGS: Final[Mapping[str, tuple[str, str]]] = {
    ReversalReason.REFUND: ("NReturn", "SReturn"),
    ReversalReason.OPERATOR_ERROR: ("NFalse", "SFalse"),
    ReversalReason.TAX_BASE_REDUCTION: ("NOthers", "SOthers"),
}
LISTS: Final = (
    ("operators", "operator"),
    ("departments", "department"),
    ("items", "item"),
    ("hours", "hour"),
)


def fields_of(told: Mapping[str, Any]) -> list[Field]:
    """Return every field of a report that was told as data."""
    return [field for part in PARTS for field in part(told)]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _pair(
    name: str, told: Mapping[str, Any] | None, group: str, tags: tuple[str, str] = ("", "")
) -> list[Field]:
    """Return number and sum of one thing."""
    each = told or {}
    return [
        Field(group, f"{name}, number", tag=tags[0], ours=_text(each.get("count"))),
        Field(group, f"{name}, sum", tag=tags[1], ours=_text(each.get("sum"))),
    ]


def _both(ours: object, device: object) -> dict[str, str]:
    """Return two values of one line, with what the device has more."""
    found = {"ours": _text(ours), "device": _text(device)}
    if found["ours"] and found["device"]:
        found["difference"] = f"{Decimal(found['device']) - Decimal(found['ours']):f}"
    return found


def _registers(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return told.get("device_figures") or {}


def _details(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return told.get("details") or {}


def _identity(told: Mapping[str, Any]) -> Iterator[Field]:
    details, registers = _details(told), _registers(told)
    seen, answer = details.get("seen", {}), details.get("device", {})
    ours = (
        ("kind", told.get("kind")),
        ("origins", ", ".join(details.get("origins", []))),
        ("report", told.get("report")),
        ("business date", told.get("business_date")),
        ("time zone", details.get("time_zone")),
        ("opened at", details.get("since")),
        ("closed at", told.get("closed_at")),
        ("made by", told.get("made_by")),
        ("program", details.get("program")),
        ("driver", seen.get("driver")),
    )
    yield from (Field("identity", name, ours=_text(value)) for name, value in ours)
    device = (
        ("device number", "FDIN", answer.get("device_number") or seen.get("device_number")),
        (
            "fiscal memory number",
            "FMIN",
            answer.get("fiscal_memory_number") or seen.get("fiscal_memory_number"),
        ),
        ("registration number", "FDRID", registers.get("registration_number")),
        ("model", "", seen.get("model")),
        ("firmware", "", seen.get("firmware")),
        ("date and time", "ZD", answer.get("date_time")),
        ("document number", "ChN", answer.get("document_number")),
        ("journal number", "KNo", registers.get("journal_number")),
        ("last document before", "LCN", registers.get("last_document")),
        ("control number", "CS", registers.get("control_number")),
        ("second currency", "", registers.get("second_currency")),
        ("rate of the second currency", "", registers.get("second_rate")),
    )
    here = _text(told["figures"].get("currency"))
    yield Field("identity", "currency", ours=here, device=_text(registers.get("currency")))
    z_number = registers.get("z_number") if told.get("z_number") is None else told["z_number"]
    yield Field("identity", "Z number", tag="ZC", device=_text(z_number))
    yield from (Field("identity", name, tag=tag, device=_text(value)) for name, tag, value in device)


def _counts(told: Mapping[str, Any]) -> Iterator[Field]:
    figures, details, registers = told["figures"], _details(told), _registers(told)
    reversals = sum(each["count"] for each in figures.get("reversals", {}).values())
    yield Field("counts", "bills", ours=_text(figures.get("bills")))
    lines = (
        ("receipts", "NC", figures.get("fiscal_bills"), "receipts"),
        ("voided", "", details.get("voided", {}).get("count"), "voided"),
        ("reversals", "", reversals, "reversals"),
        ("invoices", "", details.get("invoices"), "invoices"),
        ("credit notes", "", details.get("credit_notes"), "credit_notes"),
        ("X reports", "", details.get("x_reports"), "x_reports"),
        ("drawer openings", "", None, "drawer_openings"),
    )
    for name, tag, ours, register in lines:
        yield Field("counts", name, tag=tag, **_both(ours, registers.get(register)))
    yield from _pair("voided", details.get("voided"), "counts")[1:]


def _turnover(told: Mapping[str, Any]) -> Iterator[Field]:
    figures, registers = told["figures"], _registers(told)
    yield Field("turnover", "total", tag="DT", **_both(figures.get("fiscal_total"), registers.get("total")))
    yield Field("turnover", "total with bills that are not fiscal", ours=_text(figures.get("total")))
    for number, tag in TURNOVER_TAGS.items():
        tax = figures["tax"].get(str(number), {})
        gross = tax.get("fiscal_gross", "0.00")
        which = str(number)
        yield Field("turnover", "gross", which, tag, **_both(gross, registers.get(f"group_{number}")))
        for name in ("rate", "net", "vat"):
            yield Field("turnover", name, which, ours=_text(tax.get(name)))
    for code, other in figures.get("other_currencies", {}).items():
        yield Field("turnover", "other currency", code, ours=_text(other["total"]))


def _modifiers(told: Mapping[str, Any]) -> Iterator[Field]:
    figures, details = told["figures"], _details(told)
    yield from _pair("discounts", figures.get("discounts"), "discounts", ("ND", "SD"))
    yield from _pair("surcharges", figures.get("surcharges"), "discounts", ("NEC", "SEC"))
    yield from _pair("corrections", details.get("corrections"), "corrections", ("NCorr", "SCorr"))


def _reversals(told: Mapping[str, Any]) -> Iterator[Field]:
    found = told["figures"].get("reversals", {})
    count, total = 0, Decimal(0)
    groups: dict[str, dict[str, Decimal]] = {}
    for reason, tags in REVERSAL_TAGS.items():
        each = found.get(reason, {"count": 0, "sum": "0.00", "tax": {}})
        yield from _pair(reason, each, "reversals", tags)
        count, total = count + each["count"], total + Decimal(each["sum"])
        for group, tax in each["tax"].items():
            sums = groups.setdefault(group, dict.fromkeys(("gross", "net", "vat"), Decimal(0)))
            for name in sums:
                sums[name] += Decimal(tax[name])
    yield from _pair("all", {"count": count, "sum": total}, "reversals", ("NSumRegFalse", "SSumRegFalse"))
    for group, sums in sorted(groups.items()):
        yield from (Field("reversals", name, group, ours=str(value)) for name, value in sums.items())


def _payments(told: Mapping[str, Any]) -> Iterator[Field]:
    figures, details, registers = told["figures"], _details(told), _registers(told)
    sums: dict[str, Decimal] = {}
    counts: dict[str, int] = {}
    for each in figures["payments"].values():
        category = each["category"]
        sums[category] = sums.get(category, Decimal(0)) + Decimal(each["fiscal_sum"])
        counts[category] = counts.get(category, 0) + each["count"]
    for category, tag in PAYMENT_TAGS.items():
        which, device = str(category), registers.get(f"payment_{category}")
        yield Field("payments", "sum", which, tag, **_both(f"{sums.get(category, Decimal(0)):.2f}", device))
        yield Field("payments", "number", which, ours=str(counts.get(category, 0)))
        back = sum(
            (
                Decimal(each.get("payments", {}).get(category, "0.00"))
                for each in figures.get("reversals", {}).values()
            ),
            Decimal("0.00"),
        )
        yield Field("payments", "reversed", which, ours=str(back))
    yield from _pair("change given", details.get("change"), "payments")
    for number, each in figures["payments"].items():
        which = each["name"] or number
        yield Field("payment types", "number", which, ours=str(each["count"]))
        yield Field("payment types", "sum", which, ours=each["sum"])


def _cash(told: Mapping[str, Any]) -> Iterator[Field]:
    details, counted = _details(told), told.get("counted") or {}
    cash = details.get("cash", {})
    yield Field("cash", "opening", ours=_text(cash.get("opening")))
    yield from _pair("cash in", details.get("cash_in"), "cash", ("NOIn", "SOIn"))
    yield from _pair("cash out", details.get("cash_out"), "cash", ("NOOut", "SOOut"))
    yield Field("cash", "sales", ours=_text(cash.get("sales")))
    yield Field("cash", "reversals", ours=_text(cash.get("reversals")))
    held = _both(cash.get("expected"), _registers(told).get("in_drawer"))
    yield Field("cash", "in the drawer", **held | {"counted": _text(counted.get("counted"))})
    for value, number in (counted.get("pieces") or {}).items():
        yield Field("cash", "pieces", value, counted=str(number))
    yield Field("cash", "difference", counted=_text(counted.get("difference")))
    yield Field("cash", "reason", counted=_text(counted.get("reason")))
    yield Field("cash", "counted by", counted=_text(counted.get("by")))
    yield Field("cash", "counted at", counted=_text(counted.get("at")))


def _grand(told: Mapping[str, Any]) -> Iterator[Field]:
    details, registers = _details(told), _registers(told)
    after = {**details.get("after", {}).get("registers", {}), **details.get("after", {}).get("block", {})}
    perpetual = details.get("perpetual", {})
    for name, tag in (("sales", "SGT"), ("reversals", "SGS")):
        ours = perpetual.get(name, {})
        before = _text(registers.get(f"grand_{name}"))
        yield Field("grand totals", f"{name} before", tag=tag, ours=_text(ours.get("before")), device=before)
        now = _text(after.get(f"grand_{name}"))
        yield Field("grand totals", f"{name} after", tag=tag, ours=_text(ours.get("after")), device=now)


def _bills(told: Mapping[str, Any]) -> Iterator[Field]:
    figures, details = told["figures"], _details(told)
    yield Field("bills", "first", details.get("first_sale_number", ""), ours=_text(figures.get("first_bill")))
    yield Field("bills", "last", details.get("last_sale_number", ""), ours=_text(figures.get("last_bill")))
    yield Field("bills", "open", ours=_text(details.get("open_bills", told.get("open_bills"))))


def _breakdown(told: Mapping[str, Any]) -> Iterator[Field]:
    for origin, figures in (told.get("origins") or _details(told).get("parts", {})).items():
        yield Field("origin", "bills", origin, ours=str(figures["bills"]))
        yield Field("origin", "total", origin, ours=figures["total"])
        for group, tax in figures["tax"].items():
            yield Field("origin", "gross", f"{origin}, tax group {group}", ours=tax["gross"])
        for number, each in figures["payments"].items():
            yield Field("origin", "payment", f"{origin}, {each['name'] or number}", ours=each["sum"])
    for name, shown in LISTS:
        for which, each in _details(told).get(name, {}).items():
            yield Field(shown, "number", which or "none", ours=str(each["count"]))
            yield Field(shown, "sum", which or "none", ours=each["sum"])


def _reconciliation(told: Mapping[str, Any]) -> Iterator[Field]:
    yield Field("reconciliation", "state", ours=_text(told.get("state")))
    yield Field("reconciliation", "explanation", ours=_text(told.get("explanation")))
    for row in told.get("differences", []):
        both = {name: row[name] for name in ("ours", "device", "difference")}
        yield Field("reconciliation", "difference", row["line"], **both)


def _integrity(told: Mapping[str, Any]) -> Iterator[Field]:
    details = _details(told)
    chain, journal = details.get("integrity", {}), details.get("journal", {})
    yield Field("integrity", "closing", ours=_text(told.get("ordinal")))
    yield Field("integrity", "content", ours=chain.get("hash", ""))
    yield Field("integrity", "content of the closing before", ours=chain.get("previous", ""))
    yield Field("integrity", "journal", _text(journal.get("number")), ours=journal.get("hash", ""))


def _job(told: Mapping[str, Any]) -> Iterator[Field]:
    details = _details(told)
    job = details.get("job", {})
    yield Field("job", "number", ours=_text(job.get("number")))
    attempts = job.get("attempts", [])
    yield Field("job", "attempts", ours=str(len(attempts)) if job else "")
    for place, each in enumerate(attempts, start=1):
        yield Field("job", "attempt", str(place), ours=f"{each['started_at']} {each['outcome']}".rstrip())
    for place, warning in enumerate(details.get("device", {}).get("warnings", []), start=1):
        yield Field("job", "warning", str(place), device=warning)
    for name, value in _registers(told).items():
        yield Field("job", "answer", name, device=str(value))


PARTS: Final = (
    _identity,
    _counts,
    _turnover,
    _modifiers,
    _reversals,
    _payments,
    _cash,
    _grand,
    _bills,
    _breakdown,
    _reconciliation,
    _integrity,
    _job,
)
"""The groups of the list, in its order."""

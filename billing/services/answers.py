"""Bills, jobs and reports as plain data for JSON: the shapes that the command line and the API share."""

from collections.abc import Mapping
from typing import Any

from billing.documents import Answer, Document
from billing.money import Currency
from billing.pricing.answers import answer_of
from billing.pricing.entries import Charge, Comment
from billing.services.job_states import Job
from billing.services.keeping import StoredBill
from billing.services.reports import ZResult
from billing.store.reversals import Converted


def bill_json(stored: StoredBill, receipt: Answer | None) -> dict[str, Any]:
    """Return a bill as data: its numbers, its figures (as ``billing price`` gives them), its receipt."""
    return {
        "bill": stored.id,
        "state": stored.bill.state.value,
        "origin": stored.origin,
        "key": stored.key or "",
        "unique_sale_number": stored.unique_sale_number,
        "parked": stored.parked,
        "job": stored.job,
        "reversal_reason": stored.reversal_reason,
        "reverses": stored.reverses,
        "original_amount": _converted_json(stored.converted),
        **answer_of(stored.bill),
        "receipt": receipt_json(receipt) if receipt else None,
    }


def _converted_json(converted: Converted | None) -> dict[str, str] | None:
    """Return what a reversal comes to in the currency of a sale of before a change of currency."""
    if converted is None:
        return None
    total = Currency.of(converted.currency).from_minor(converted.total)
    return {"currency": converted.currency, "rate": f"{converted.rate:f}", "total": f"{total:f}"}


def placed_bill_json(stored: StoredBill, job: Job | None = None) -> dict[str, Any]:
    """Return a bill with the ``position`` of every entry, and what became of its job."""
    data = bill_json(stored, job.answer if job else None)
    bill = stored.bill
    lines = [entry for entry in bill.entries.values() if isinstance(entry, (Charge, Comment))]
    for line, entry in zip(data["lines"], lines, strict=True):
        line["position"] = entry.position
    for row, payment in zip(data["payments"], bill.payments, strict=True):
        row["position"] = payment.position
    if bill.modifier is not None:
        data["global_modifier"]["position"] = bill.modifier.position
    return data | {
        "currency": bill.currency.code,
        "opened_at": stored.opened_at.isoformat(),
        "final_at": stored.final_at.isoformat() if stored.final_at else None,
        "void_reason": stored.void_reason,
        "job_state": job.state.value if job else "queued" if stored.job is not None else None,
        "error": error_json(job.error) if job else None,
    }


def receipt_json(answer: Answer) -> dict[str, Any]:
    """Return what a device said of a receipt as data."""
    return answer.model_dump(mode="json", exclude={"registers"})


def error_json(error: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the last failure of a job as data."""
    if not error:
        return None
    return {
        "code": error.get("code", ""),
        "maker_code": error.get("maker_code", ""),
        "message": error.get("message", ""),
        "printed": error.get("printed", "no"),
    }


def document_data(document: Document) -> dict[str, Any]:
    """Return a document as data, without its operator's password."""
    return document.model_dump(mode="json", exclude={"operator": {"password"}}, exclude_none=True)


def job_json(job: Job) -> dict[str, Any]:
    """Return a job as data; attempts are there when they were read."""
    return {
        "job": job.number,
        "device": job.device,
        "sequence": job.sequence,
        "state": job.state.value,
        "kind": job.kind,
        "subject": list(job.subject),
        "created_at": job.created_at.isoformat(),
        "settled_at": job.settled_at.isoformat() if job.settled_at else None,
        "document": document_data(job.document),
        "answer": job.answer.model_dump(mode="json") if job.answer else None,
        "error": dict(job.error) if job.error else None,
        "attempts": [
            {
                "number": attempt.number,
                "owner": attempt.owner,
                "started_at": attempt.started_at.isoformat(),
                "ended_at": attempt.ended_at.isoformat() if attempt.ended_at else None,
                "outcome": attempt.outcome,
                "error": dict(attempt.error) if attempt.error else None,
                "notes": [
                    {"stage": note.stage, "at": note.at.isoformat(), "facts": dict(note.facts)}
                    for note in attempt.notes
                ],
                "frames": list(attempt.frames),
            }
            for attempt in job.attempts
        ],
    }


def z_json(result: ZResult) -> dict[str, Any]:
    """Return a Z report as data."""
    return {
        "kind": "z",
        "report": result.report_id,
        "ordinal": result.ordinal,
        "device": result.device,
        "z_number": result.z_number,
        "state": result.state,
        "figures": dict(result.figures),
        "differences": [difference.json() for difference in result.differences],
    }

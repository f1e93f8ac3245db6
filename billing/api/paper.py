"""A document as plain text, for reading on a screen: a copy, never the fiscal paper itself."""

from decimal import Decimal
from typing import Any, Final

from billing.documents import CommentLine, CreditNote, Invoice, Receipt, Reversal, SaleLine
from billing.parser.canonical import write_modifier, write_number
from billing.parser.lines import ModifierValue
from billing.services.job_states import Job

WIDTH: Final = 42


def paper(job: Job) -> str:
    """Return the document of a job as lines of text, with what the device answered below."""
    document = job.document
    lines = [f"COPY - {document.kind.upper()}", "-" * WIDTH]
    if isinstance(document, Receipt | Invoice | Reversal | CreditNote):
        lines += [f"sale {document.unique_sale_number}"] if document.unique_sale_number else []
        for line in document.lines:
            lines += _sale(line) if isinstance(line, SaleLine) else [f"# {_comment(line)}"]
        if document.modifier is not None:
            lines.append(_two("whole bill", _modifier(document.modifier)))
        lines.append("-" * WIDTH)
        if document.total is not None:
            lines.append(_two("TOTAL", f"{document.total:f}"))
        lines += [_two(payment.category.value, f"{payment.amount:f}") for payment in document.payments]
    else:
        facts = document.model_dump(mode="json", exclude={"operator", "kind", "key"}, exclude_none=True)
        lines += [_two(name.replace("_", " "), str(value)) for name, value in facts.items()]
    return "\n".join([*lines, "-" * WIDTH, *_answer(job)]) + "\n"


def _sale(line: SaleLine) -> list[str]:
    rows = [line.text or "sale"]
    rows.append(_two(f"  {write_number(line.qty)} x {write_number(line.price)}", f"group {line.tax_group}"))
    if line.modifier is not None:
        rows.append(_two("  modifier", _modifier(line.modifier)))
    return rows


def _comment(line: CommentLine) -> str:
    return line.comment


def _modifier(modifier: Any) -> str:  # noqa: ANN401 a document's own modifier
    return write_modifier(ModifierValue(modifier.kind, Decimal(modifier.value)))


def _two(left: str, right: str) -> str:
    return f"{left} {right:>{max(1, WIDTH - len(left) - 1)}}"


def _answer(job: Job) -> list[str]:
    if job.answer is None:
        return [f"not printed yet: {job.state}"]
    answer = job.answer
    rows = [f"document {answer.document_number or '?'}, device {answer.device_number or '?'}"]
    if answer.date_time is not None:
        rows.append(f"{answer.date_time:%d-%m-%Y %H:%M:%S}")
    return rows + [f"{name} {value}" for name, value in answer.registers.items()]

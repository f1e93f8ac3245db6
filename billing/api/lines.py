"""Lines of a request as bill text: an object becomes the text that says the same; one reader judges both."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import assert_never

from billing.api import schemas
from billing.api.problems import BadRequest
from billing.parser import lines as plain
from billing.parser.canonical import write_line
from billing.parser.mistakes import TextMistake
from billing.parser.reader import read_line, split_lines
from billing.pricing.refusals import Refusal
from billing.store.mistakes import Missing


def texts_of(body: schemas.Lines, limit: int) -> list[str]:
    """Return the lines of a request as bill text.

    Raises:
        BadRequest: there are more than ``limit``.
    """
    if body.lines is not None:
        texts = [line if isinstance(line, str) else write_line(line_of(line)) for line in body.lines]
    else:
        texts = list(split_lines(body.text or ""))
    if len(texts) > limit:
        raise BadRequest(413, "too_many_lines", f"{len(texts)} lines; at most {limit} are taken at once")
    return texts


def operators_of(texts: Iterable[str]) -> set[int]:
    """Return the operators that lines of bill text name; a line that cannot be read names none."""
    found: set[int] = set()
    for text in texts:
        if text.lstrip().startswith("*"):
            with suppress(TextMistake):
                line = read_line(text)
                found |= {line.operator} if isinstance(line, plain.OperatorLine) else set()
    return found


def line_of(line: schemas.LineIn) -> plain.Line:
    """Return an object line as the parser's own value."""
    match line:
        case schemas.ChargeLine():
            return plain.ChargeLine(
                qty=line.qty,
                price=line.price,
                currency=line.currency,
                department=line.department,
                plu=line.plu,
                tax_group=line.tax_group,
                modifier=_modifier(line.modifier) if line.modifier else None,
                text=line.text,
            )
        case schemas.CommentLine():
            return plain.CommentLine(line.text)
        case schemas.ModifierLine():
            return plain.ModifierLine(_modifier(line.modifier), line.text)
        case schemas.PaymentFields():
            return payment_of(line)
        case schemas.OperatorLine():
            return plain.OperatorLine(line.operator)
        case str():
            raise TypeError("a text is a line already")
        case _:
            assert_never(line)


def payment_of(fields: schemas.PaymentFields) -> plain.PaymentLine:
    """Return a payment as the parser's own value."""
    return plain.PaymentLine(fields.type, fields.value, fields.profile)


def _modifier(value: schemas.ModifierValue) -> plain.ModifierValue:
    return plain.ModifierValue(value.kind, value.value)


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Give an origin or device that a body names and that is not there its JSON path: the route was found."""
    try:
        yield
    except Missing as error:
        if error.what == what:
            vars(error).update(path=f"$.{what}", status=422)
        raise


@contextmanager
def placed(body: schemas.Lines) -> Iterator[None]:
    """Give a refused line its JSON path; a line that was an object has no column of its own."""
    try:
        yield
    except (TextMistake, Refusal) as error:
        facts = vars(error)
        number = facts.get("line")
        if body.lines is not None and number:
            facts["path"] = f"$.lines[{number - 1}]"
            if number <= len(body.lines) and not isinstance(body.lines[number - 1], str):
                facts["column"] = None
        elif body.lines is None:
            facts["path"] = "$.text"
        raise

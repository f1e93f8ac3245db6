"""``billing price``: prices bill text and keeps nothing; with ``--jsonl`` a stream of bills, one by one."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from billing.cli.text_input import NotJson, lines_of, read_json, shop_of, write_json
from billing.errors import BillingError, UsageError
from billing.parser.mistakes import TextMistake, caret
from billing.pricing.answers import Answer, answer_of, error_of, price_lines
from billing.pricing.bill import Rules
from billing.pricing.refusals import Refusal
from billing.pricing.tables import Tables, TablesMistake

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class OptionsClash(UsageError):
    """Two things asked for that exclude each other."""

    code = "usage"

    def __init__(self, found: str) -> None:
        super().__init__(f"--jsonl reads standard input and cannot go with {found}; leave one out")


@app.command(context_settings={"ignore_unknown_options": True})  # a line may begin with "-"
def price(
    lines: Annotated[
        list[str] | None, typer.Argument(help="Lines of bill text; without any, standard input is read.")
    ] = None,
    nomenclature: Annotated[
        Path | None, typer.Option("--nomenclature", help="JSON or TOML file with the shop's tables.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer with one JSON object.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read one JSON request a line, answer one object a line.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse cash above what is due instead of giving change.")
    ] = False,
) -> None:
    """Price bill text without keeping anything.

    Without a nomenclature, tax groups 1 to 4 at 0, 20, 20 and 9 % (2 is the default), cash (1) and card (2)
    are there. Exits with 3 when a line is refused; with --jsonl with 0 when all input was read.

    Example: billing price '2*1.20/Tea' -10% @1/5
    """
    rules = Rules(strict=strict)
    if jsonl:
        clash = {"--json": as_json, "lines given as arguments": lines}
        if found := next((name for name, given in clash.items() if given), None):
            raise OptionsClash(found)
        plain = Tables({}) if nomenclature is None else shop_of(nomenclature)
        for answer in _answers(sys.stdin.buffer, plain, rules):
            write_json(answer)
        return
    try:
        bill = price_lines(lines_of(lines or []), shop_of(nomenclature), rules)
    except (TextMistake, Refusal) as error:
        if as_json:
            write_json({"error": error_of(error)})
        _show(error)
        raise typer.Exit(error.exit_code) from None
    answer = answer_of(bill)
    if as_json:
        write_json(answer)
    else:
        sys.stdout.write(paper(answer, bill.currency.code))


def _show(error: TextMistake | Refusal) -> None:
    """Write the sentence to standard error, with a caret where the mistake has a column."""
    place = f"line {error.line}" + (f", column {error.column}" if error.column else "")
    sys.stderr.write(f"billing: {place}: {error}\n")
    if error.column:
        sys.stderr.write(caret(error.text, error.column) + "\n")


def _answers(requests: Iterable[bytes], plain: Tables, rules: Rules) -> Iterable[Answer]:
    """Yield one answer for each request, in order; nothing is kept from one to the next but the last shop.

    Args:
        requests: lines of JSON.
        plain: the shop of a request without a nomenclature of its own.
        rules: switches of the rules.
    """
    data: Any = None
    shop = plain
    for request in requests:
        if not request.strip():
            continue
        asked: Any = None
        try:
            asked = _request(request)
            if (wanted := asked.get("nomenclature")) != data:
                shop = Tables(wanted) if "nomenclature" in asked else plain
                data = wanted
            answer = answer_of(price_lines(_input(asked), shop, rules))
        except BillingError as error:
            answer = {"error": error_of(error)}
            if isinstance(error, TablesMistake):
                answer["error"]["kind"] = "syntax"
        yield {"id": asked.get("id") if asked else None} | answer


def _request(line: bytes) -> dict[str, Any]:
    asked = read_json(line)
    if not isinstance(asked, dict):
        raise NotJson("a request is an object with id, nomenclature and input")
    return asked


def _input(asked: dict[str, Any]) -> list[str]:
    lines = asked.get("input")
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise NotJson("input is a list of lines, each a string")
    return lines


def paper(answer: Answer, currency: str) -> str:
    """Return the priced bill as plain text in columns."""
    rows = [_row(line) for line in answer["lines"]]
    if answer["global_modifier"]:
        modifier = answer["global_modifier"]
        rows.append((modifier["text"] or "whole bill", _signed(modifier), modifier["amount"], ""))
    rows.append(("total", currency, answer["total"], ""))
    rows.extend(
        (f"paid with {payment['type']}", _tendered(payment), payment["value"], "")
        for payment in answer["payments"]
    )
    rows.append(("due", currency, answer["due"], "final" if answer["finalized"] else ""))
    rows.extend(
        (f"tax group {group}", f"{tax['rate']} %", tax["vat"], f"net {tax['net']}")
        for group, tax in answer["tax"].items()
    )
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "".join(
        f"{name:<{widths[0]}}  {detail:<{widths[1]}}  {amount:>{widths[2]}}  {note}".rstrip() + "\n"
        for name, detail, amount, note in rows
    )


def _row(line: Answer) -> tuple[str, str, str, str]:
    if line["kind"] == "comment":
        return (line["name"], "", "", "")
    change = f" {_signed(line['modifier'])}" if line["modifier"] else ""
    name = line["name"] or (f"PLU {line['plu']}" if line["plu"] else "charge")
    return (name, f"{line['qty']} x {line['price']}{change}", line["total"], f"group {line['tax_group']}")


def _signed(modifier: Answer) -> str:
    sign = "" if modifier["value"].startswith("-") else "+"
    return f"{sign}{modifier['value']}" + ("%" if modifier["kind"] == "percent" else "")


def _tendered(payment: Answer) -> str:
    if "change" not in payment:
        return ""
    return f"tendered {payment['tendered']}, change {payment['change']}"

"""``billing journal``: the append-only journal proved, signed and shown."""

import sys

import typer

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.services.trail import Proof, sign, verify

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The journal of what happened. Example: billing journal verify",
)


@app.command("verify")
def verify_(as_json: Json = False, db: Db = "") -> None:
    """Recompute the whole journal; name every entry that was changed, is missing or out of order (exit 3).

    Example: billing journal verify
    """
    with opened(db) as store:
        try:
            proof = verify(store)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json(proof_json(proof))
    else:
        for line in proof_lines(proof):
            sys.stdout.write(line + "\n")
    if proof.flaws:
        raise typer.Exit(3)


@app.command("sign")
def sign_(as_json: Json = False, db: Db = "") -> None:
    """Sign the journal's end with this user's key; a worker does so after each closing.

    Example: billing journal sign
    """
    with opened(db) as store:
        try:
            number = sign(store)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json({"signed_up_to": number})
        return
    sys.stdout.write(f"signed up to entry {number}\n")


def proof_json(proof: Proof) -> dict[str, object]:
    """Return what a look through the journal found, as data."""
    return {
        "entries": proof.entries,
        "head": proof.head,
        "signatures": proof.signatures,
        "signed_up_to": proof.signed_up_to,
        "unhashed": proof.unhashed,
        "flaws": [{"entry": flaw.number, "what": flaw.what, "said": flaw.said} for flaw in proof.flaws],
    }


def proof_lines(proof: Proof) -> list[str]:
    """Return what a look through the journal found, as lines of text."""
    lines = [
        f"{proof.entries} entries, {proof.signatures} signatures, signed up to entry {proof.signed_up_to}"
    ]
    if proof.unhashed:
        lines.append(f"the first {proof.unhashed} are from before entries were hashed")
    lines += [str(flaw) for flaw in proof.flaws]
    return [*lines, f"{len(proof.flaws)} flaws" if proof.flaws else f"as it was written; head {proof.head}"]

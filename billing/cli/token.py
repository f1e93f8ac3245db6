"""``billing token``: who may use the HTTP API: create, list, revoke."""

import sys
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from billing.cli.mishaps import give_up
from billing.cli.store_option import Db, Json, opened
from billing.cli.text_input import write_json
from billing.errors import BillingError
from billing.services import tokens
from billing.services.tokens import Right, Token

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Tokens of the HTTP API. Example: billing token create till-2 --right sell",
)

Name = Annotated[str, typer.Argument(help="What you call the token.")]


@app.command()
def create(
    name: Name,
    right: Annotated[
        list[Right], typer.Option("--right", help="What its holder may do; give it again for more.")
    ],
    origin: Annotated[
        list[str] | None, typer.Option("--origin", "-o", help="Where; by default everywhere.")
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=3650, help="How long; by default until it is revoked.")
    ] = None,
    as_json: Json = False,
    db: Db = "",
) -> None:
    """Make a token and show it, this once.

    Example: billing token create web-shop --right sell --origin shop --days 365
    """
    lives = None if days is None else timedelta(days=days)
    with opened(db) as store:
        try:
            secret, token = tokens.create_token(store, name, right, origins=origin or None, lives=lives)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json({"token": secret, **token_json(token)})
        return
    sys.stdout.write(secret + "\n")
    sys.stderr.write("Keep it now: only its digest is stored, and it is not shown again.\n")


@app.command("list")
def list_(as_json: Json = False, db: Db = "") -> None:
    """List tokens, never their secrets.

    Example: billing token list
    """
    with opened(db) as store:
        found = tokens.list_tokens(store)
    if as_json:
        write_json({"tokens": [token_json(token) for token in found]})
        return
    table = Table("token", "rights", "origins", "created", "expires", "last used", "revoked", box=None)
    for token in found:
        said = token_json(token)
        moments = (said[name] for name in ("created_at", "expires_at", "used_at", "revoked_at"))
        table.add_row(
            token.name,
            ", ".join(said["rights"]),
            ", ".join(token.origins) if token.origins is not None else "all",
            *((moment or "")[:16].replace("T", " ") for moment in moments),
        )
    Console(file=sys.stdout).print(table)


@app.command()
def revoke(name: Name, as_json: Json = False, db: Db = "") -> None:
    """Revoke a token: from the next request on it opens nothing.

    Example: billing token revoke web-shop
    """
    with opened(db) as store:
        try:
            token = tokens.revoke_token(store, name)
        except BillingError as error:
            give_up(error, as_json=as_json)
    if as_json:
        write_json(token_json(token))
        return
    sys.stdout.write(f"token {name} is revoked\n")


def token_json(token: Token) -> dict[str, Any]:
    """Return a token as data, without its secret."""
    moments = ("created_at", "expires_at", "used_at", "revoked_at")
    return {
        "name": token.name,
        "rights": sorted(token.rights),
        "origins": None if token.origins is None else list(token.origins),
        **{name: moment.isoformat() if (moment := getattr(token, name)) else None for name in moments},
    }
